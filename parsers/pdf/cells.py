"""Words of a table's cell -> its text, and what belongs into one cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from parsers.pdf.joining import joined
from parsers.pdf.lines import Segment, rows, words_text
from parsers.pdf.page import Word
from parsers.pdf.values import is_numeric
from schemas.geometry import union

_SPACED_HAN = re.compile(r"[\u4e00-\u9fff](?:\s+[\u4e00-\u9fff])+")
_LEADER_END = re.compile(r"(?:\s*(?:[.…_·]\s?){4,}|\s*…{2,})$")
_CURRENCY = frozenset({"$", "€", "£", "¥", "￥", "US$", "Rs.", "RMB", "CHF"})
_PERCENT = frozenset({"%", "％", "‰"})
SIGN_REACH = 8.0
"""Font sizes between a currency sign at the left of its column and the number at its right."""


def cell_text(words: Iterable[Word]) -> str:
    """Text of a cell: its lines joined like those of a paragraph.

    Han characters set apart to fill a width are one word.
    """
    text = ""
    for row in rows(words):
        text = joined(text, words_text(row))
    if _SPACED_HAN.fullmatch(text):
        return "".join(text.split())
    return text


def without_leader(text: str) -> str:
    """`text` without the dots that lead the eye from a label to its number.

    >>> without_leader("Total assets . . . . . ."), without_leader("...")
    ('Total assets', '...')
    """
    return _LEADER_END.sub("", text) or text


def with_signs(row: Sequence[Segment]) -> list[Segment]:
    """A row with currency and per cent signs that stand alone joined to their numbers."""
    found: list[Segment] = []
    for segment in row:
        last = found[-1] if found else None
        near = last is not None and (
            segment.bbox.x0 - last.bbox.x1 <= SIGN_REACH * segment.size
            and ((last.text in _CURRENCY and is_numeric(segment.text))
                 or (segment.text in _PERCENT and is_numeric(last.text)))
        )  # fmt: skip
        if last is not None and near:
            words = (*last.words, *segment.words)
            found[-1] = Segment(words, union((last.bbox, segment.bbox)))
        else:
            found.append(segment)
    return found
