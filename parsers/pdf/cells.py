"""Words of a table's cell -> its text."""

from __future__ import annotations

from collections.abc import Iterable

from parsers.pdf.joining import joined
from parsers.pdf.lines import rows, words_text
from parsers.pdf.page import Word


def cell_text(words: Iterable[Word]) -> str:
    """Text of a cell: its lines joined like those of a paragraph."""
    text = ""
    for row in rows(words):
        text = joined(text, words_text(row))
    return text
