"""groff with the ms macros and tbl, in English; PostScript packed into a PDF by Ghostscript."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset.command import first_line, program, run
from benchmarks.pdf_roundtrip.typeset.troff import document


@functools.cache
def version() -> str:
    """Name and version of groff; raises EngineMissingError."""
    program("gs", "ghostscript")
    return first_line([program("groff", "groff"), "--version"]).replace("version ", "")


def typeset(doc: Doc, style: Style) -> bytes:
    """The PDF of a document."""
    groff, packer = program("groff", "groff"), program("gs", "ghostscript")
    paper = f"-P-p{style.height / 72:.4f}i,{style.width / 72:.4f}i"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = document(doc, style).encode()
        command = [groff, "-k", "-Kutf8", "-t", "-p", "-ms", "-Tps", paper]
        (folder / "page.ps").write_bytes(run(command, folder, source))
        run(
            [
                packer, "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pdfwrite",
                f"-dDEVICEWIDTHPOINTS={style.width}", f"-dDEVICEHEIGHTPOINTS={style.height}",
                "-dEmbedAllFonts=true", "-dSubsetFonts=true", "-sOutputFile=page.pdf", "page.ps",
            ],
            folder,
        )  # fmt: skip
        return (folder / "page.pdf").read_bytes()
