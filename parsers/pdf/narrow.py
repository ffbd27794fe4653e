"""Columns set closer than an em: strips without ink through all rows of a column.

Word spaces of lines under each other seldom meet; a strip through most rows is a gutter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import mean, median

from parsers.pdf.lines import Segment
from parsers.pdf.markers import lone_marker
from parsers.pdf.page import Word
from parsers.pdf.values import is_numeric

MIN_STRIP = 0.35
"""Font sizes of white space that part two columns; a word space is .25 em."""
MIN_STRIP_MONO = 1.1
"""The same where all letters are equally wide: a word space is .6 em."""
MIN_ROWS = 4
"""Rows that must have words on both sides: the spaces of two or three lines meet by chance."""
MIN_NUMBERS = 2
"""The same for numbers, which have no spaces but before thousands, and those are narrower."""
BOTH_SIDES = 0.6
"""Share of the column's rows that must have words on both sides."""

Band = tuple[float, float]


def with_strips(rows: Sequence[Sequence[Segment]], bands: Sequence[Band]) -> list[Band]:
    """The columns with those parted through which a strip without words runs."""
    found: list[Band] = []
    for band in bands:
        lines = [_words(row, band) for row in rows]
        lines = [line for line in lines if line]
        cuts = _strips(lines) if len(lines) >= MIN_NUMBERS else []
        edges = [band[0], *(x for cut in cuts for x in cut), band[1]]
        found += list(zip(edges[::2], edges[1::2], strict=True))
    return found


def _words(row: Iterable[Segment], band: Band) -> list[Word]:
    """The row's words in a column, () where one of its segments reaches beyond it."""
    inside = [s for s in row if s.bbox.x0 < band[1] and s.bbox.x1 > band[0]]
    return [word for segment in inside for word in segment.words]


def _strips(lines: Sequence[Sequence[Word]]) -> list[Band]:
    words = [word for line in lines for word in line]
    size = median(word.size for word in words)
    least = (MIN_STRIP_MONO if mean(word.mono for word in words) > 0.5 else MIN_STRIP) * size
    found: list[Band] = []
    right = min(word.bbox.x1 for word in words)
    for word in sorted(words, key=lambda word: word.bbox.x0):
        if word.bbox.x0 - right >= least and _parts(lines, right, word.bbox.x0):
            found.append((right, word.bbox.x0))
        right = max(right, word.bbox.x1)
    return found


def _parts(lines: Sequence[Sequence[Word]], left: float, right: float) -> bool:
    """Whether most lines have words on both sides of a strip, on the left no mere list markers."""
    sides = [
        ([w for w in line if w.bbox.x1 <= left], [w for w in line if w.bbox.x0 >= right])
        for line in lines
    ]
    both = [(a, b) for a, b in sides if a and b]
    values = [word.text for a, b in both for word in (*a, *b)]
    if len(both) >= MIN_NUMBERS and len(both) == len(lines) and all(map(is_numeric, values)):
        return True
    if len(both) < max(MIN_ROWS, BOTH_SIDES * len(lines)):
        return False
    return mean(len(a) == 1 and lone_marker(a[0].text) for a, _ in both) < 0.5
