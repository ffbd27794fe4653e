"""Typst: notes at the page's foot, page-wide tables float to a page's head or foot."""

from __future__ import annotations

import importlib

from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset import EngineFailedError, EngineMissingError
from benchmarks.pdf_roundtrip.typeset.typst_text import document


def version() -> str:
    """Typst's name and version; raises EngineMissingError."""
    try:
        typst = importlib.import_module("typst")
    except ImportError as error:
        raise EngineMissingError("typst is not installed: pip install typst") from error
    return f"Typst {typst.__version__}"


def typeset(doc: Doc, style: Style) -> bytes:
    """The PDF of a document."""
    version()
    typst = importlib.import_module("typst")
    try:
        made: bytes = typst.compile(document(doc, style).encode())
    except RuntimeError as error:
        raise EngineFailedError(f"typst: {str(error)[:1500]}") from error
    return made
