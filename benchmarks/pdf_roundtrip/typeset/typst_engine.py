"""Typst: notes at the page's foot, page-wide tables float to a page's head or foot."""

from __future__ import annotations

from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset import EngineFailed, EngineMissing
from benchmarks.pdf_roundtrip.typeset.typst_text import document


def version() -> str:
    """Typst's name and version; raises EngineMissing."""
    try:
        import typst
    except ImportError as error:
        raise EngineMissing("typst is not installed: pip install typst") from error
    return f"Typst {typst.__version__}"


def typeset(doc: Doc, style: Style) -> bytes:
    """The PDF of a document."""
    version()
    import typst

    try:
        made: bytes = typst.compile(document(doc, style).encode())
    except RuntimeError as error:
        raise EngineFailed(f"typst: {str(error)[:1500]}") from error
    return made
