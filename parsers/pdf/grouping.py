"""Rows of text -> rows of a table: which lines are further lines of the cells above them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from parsers.pdf.header import Placed
from parsers.pdf.page import Ruling
from parsers.pdf.values import is_numeric
from schemas.geometry import BBox

SAME_ROW = 0.75
"""Font sizes between baselines of rows of text that overlap: numbers set at half the height of a
label of two lines belong to its row."""


def _continues(upper: list[Placed], lower: list[Placed], pitch: float, usual: float) -> bool:
    """Whether `lower` holds further lines of the cells of `upper`.

    Its first column is empty, each of its cells is words under words, and it stands no farther
    below than rows usually do.
    """
    above = {column: p for p in upper for column in range(p.first, p.last + 1)}
    if any(p.first == 0 or p.first not in above for p in lower):
        return False
    texts = [(above[p.first].segment.text, p.segment.text) for p in lower]
    return pitch <= 1.05 * usual and not any(is_numeric(a) or is_numeric(b) for a, b in texts)


def _ruled_between(y0: float, y1: float, box: BBox, rulings: Sequence[Ruling]) -> bool:
    """Whether a line over half the table's width runs between two heights."""
    return any(
        r.horizontal
        and y0 < r.at < y1
        and min(r.end, box.x1) - max(r.start, box.x0) > 0.5 * box.width
        for r in rulings
    )


def merged_rows(
    placed: Sequence[list[Placed]], box: BBox, rulings: Sequence[Ruling]
) -> list[list[list[Placed]]]:
    """Rows of text grouped to rows of the table: the further lines of a cell join its first."""
    tops = [min(p.segment.bbox.y0 for p in row) for row in placed]
    bottoms = [max(p.segment.bbox.y1 for p in row) for row in placed]
    pitches = [b - a for a, b in pairwise(bottoms)]
    usual = median(pitches) if pitches else 0.0
    lines = [
        _ruled_between((t + b) / 2, (t2 + b2) / 2, box, rulings)
        for t, b, t2, b2 in zip(tops, bottoms, tops[1:], bottoms[1:], strict=False)
    ]
    ruled = sum(lines) >= 3 and sum(lines) >= 0.3 * len(lines)
    found: list[list[list[Placed]]] = [[placed[0]]]
    for index, row in enumerate(placed[1:]):
        joins = not lines[index] and (
            ruled
            or pitches[index] < SAME_ROW * row[0].segment.size
            or _continues(placed[index], row, pitches[index], usual)
        )
        if joins:
            found[-1].append(row)
        else:
            found.append([row])
    return found
