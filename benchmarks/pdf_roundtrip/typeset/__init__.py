"""Adapters of the engines: each sets a document in a style and returns the PDF's bytes."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.style import Style

ENGINES = ("weasyprint", "chromium", "libreoffice", "typst", "xelatex", "groff", "reportlab")
FOOT_NOTES = frozenset({"weasyprint", "libreoffice", "typst", "xelatex", "groff"})
"""Engines that set a note at the foot of its page; the others collect notes at the end."""
FLOATING = frozenset({"typst"})
"""Engines whose page-wide tables move to the head of a page in a text of several columns."""

Typesetter = Callable[[Doc, Style], bytes]


class EngineMissingError(Exception):
    """An engine that is not installed; the message says how to get it."""


class EngineFailedError(Exception):
    """An engine that did not make a PDF; the message is the end of what it said."""


def typesetter(engine: str) -> Typesetter:
    """The function that sets documents with an engine."""
    module = importlib.import_module(f"benchmarks.pdf_roundtrip.typeset.{engine}_engine")
    found: Typesetter = module.typeset
    return found


def version(engine: str) -> str:
    """Name and version of an installed engine; raises EngineMissingError."""
    module = importlib.import_module(f"benchmarks.pdf_roundtrip.typeset.{engine}_engine")
    found: str = module.version()
    return found
