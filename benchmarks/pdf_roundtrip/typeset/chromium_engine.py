"""Chromium's headless print: HTML with notes at the end."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset import html
from benchmarks.pdf_roundtrip.typeset.command import first_line, program, run


def version() -> str:
    """Chromium's name and version; raises EngineMissingError."""
    return " ".join(first_line([program("chromium", "chromium"), "--version"]).split()[:2])


def typeset(doc: Doc, style: Style) -> bytes:
    """The PDF of a document."""
    chromium = program("chromium", "chromium")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, target = folder / "page.html", folder / "page.pdf"
        source.write_text(html.page(doc, style, foot_notes=False), encoding="utf-8")
        run(
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={target}",
                source.as_uri(),
            ],
            folder,
        )  # fmt: skip
        return target.read_bytes()
