"""XeLaTeX: notes at the page's foot, long tables, columns by multicol, Chinese by xeCJK."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset import EngineFailedError
from benchmarks.pdf_roundtrip.typeset.command import first_line, program, run
from benchmarks.pdf_roundtrip.typeset.tex import document

PACKAGES = "texlive-xetex texlive-latex-extra texlive-lang-chinese texlive-fonts-recommended"


@functools.cache
def version() -> str:
    """XeTeX's name and version; raises EngineMissingError."""
    return first_line([program("xelatex", PACKAGES), "--version"])


def typeset(doc: Doc, style: Style) -> bytes:
    """The PDF of a document; two passes, for the widths of long tables."""
    tex = program("xelatex", PACKAGES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "page.tex").write_text(document(doc, style), encoding="utf-8")
        for _ in range(2):
            run([tex, "-interaction=nonstopmode", "-halt-on-error", "page.tex"], folder)
        made = folder / "page.pdf"
        if not made.exists():
            raise EngineFailedError("xelatex wrote no PDF")
        log = (folder / "page.log").read_text(encoding="utf-8", errors="replace")
        lost = [line for line in log.splitlines() if line.startswith("Missing character")]
        if lost:
            raise EngineFailedError(f"xelatex: {lost[:5]}")
        return made.read_bytes()
