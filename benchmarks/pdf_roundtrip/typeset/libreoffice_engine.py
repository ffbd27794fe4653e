"""LibreOffice Writer: a flat OpenDocument text, printed by the office itself."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset import EngineFailedError
from benchmarks.pdf_roundtrip.typeset.command import first_line, program, run
from benchmarks.pdf_roundtrip.typeset.opendocument import document

PACKAGE = "libreoffice-writer-nogui hyphen-en-us"


@functools.cache
def version() -> str:
    """LibreOffice's name and version; raises EngineMissingError."""
    return " ".join(first_line([program("soffice", PACKAGE), "--version"]).split()[:2])


@functools.cache
def _profile() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="office-profile-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def typeset(doc: Doc, style: Style) -> bytes:
    """The PDF of a document."""
    office = program("soffice", PACKAGE)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "page.fodt").write_text(document(doc, style), encoding="utf-8")
        profile = f"-env:UserInstallation={_profile().as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "pdf", "page.fodt"]
        said = run(command, folder)
        made = folder / "page.pdf"
        if not made.exists():
            raise EngineFailedError(f"soffice wrote no PDF: {said[-500:]!r}")
        return made.read_bytes()
