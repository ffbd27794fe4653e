"""WeasyPrint: paged HTML with notes at the page's foot."""

from __future__ import annotations

import importlib
import os

from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset import EngineMissingError, html
from benchmarks.pdf_roundtrip.typeset.command import EPOCH


def version() -> str:
    """WeasyPrint's name and version; raises EngineMissingError."""
    try:
        weasyprint = importlib.import_module("weasyprint")
    except ImportError as error:
        raise EngineMissingError("weasyprint is not installed: pip install weasyprint") from error
    return f"WeasyPrint {weasyprint.__version__}"


def typeset(doc: Doc, style: Style) -> bytes:
    """The PDF of a document."""
    version()
    weasyprint = importlib.import_module("weasyprint")
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    text = html.page(doc, style, foot_notes=True)
    made: bytes = weasyprint.HTML(string=text).write_pdf(pdf_identifier=doc.name.encode())
    return made
