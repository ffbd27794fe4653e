"""Segments of a row -> the columns they stand in; what is set close is cut apart first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from parsers.pdf.header import Placed
from parsers.pdf.lines import Segment
from parsers.pdf.narrow import MIN_STRIP, MIN_STRIP_MONO
from parsers.pdf.page import Ruling, Word
from parsers.pdf.values import is_numeric
from schemas.geometry import BBox, union

Row = list[Segment]


def place(row: Row, bands: Sequence[tuple[float, float]], least: float = MIN_STRIP) -> list[Placed]:
    """The row's segments with their columns; a segment that is two cells set close is cut."""
    placed: list[Placed] = []
    for segment in row:
        for part in _cut(segment, bands, least):
            box = part.bbox
            hit = [
                index
                for index, (x0, x1) in enumerate(bands)
                if min(box.x1, x1) - max(box.x0, x0) > min(2.0, 0.3 * box.width)
            ]
            if not hit:
                centre = (box.x0 + box.x1) / 2
                hit = [min(range(len(bands)), key=lambda i: abs(sum(bands[i]) / 2 - centre))]
            placed.append(Placed(part, hit[0], hit[-1]))
    return placed


def _cut(segment: Segment, bands: Sequence[tuple[float, float]], least: float) -> list[Segment]:
    """`segment` cut where it is two cells set close.

    Numbers are cut where they pass from one column to the next, other words at the widest gap
    between two columns, where that exceeds `least` font sizes, or a space of equally
    wide letters.
    """
    words = segment.words
    if len(words) > 1 and all(is_numeric(word.text) for word in words):
        columns = [_nearest(word.bbox, bands) for word in words]
        cuts = {index for index, (a, b) in enumerate(pairwise(columns), start=1) if a < b}
        return _parts(words, cuts)
    gaps = [right.bbox.x0 - left.bbox.x1 for left, right in pairwise(words)]
    cuts = set()
    for a, b in pairwise(bands):
        between = [
            index
            for index, (left, right) in enumerate(pairwise(words))
            if a[0] < left.bbox.x1 <= b[0] + 1 and a[1] - 1 <= right.bbox.x0 < b[1]
            and words[-1].bbox.x1 > b[0]
        ]  # fmt: skip
        widest = max(between, key=lambda index: gaps[index], default=None)
        if (
            widest is not None
            and gaps[widest] > max(least, MIN_STRIP_MONO * words[0].mono) * segment.size
        ):
            cuts.add(widest + 1)
    return _parts(words, cuts)


def _parts(words: Sequence[Word], cuts: Iterable[int]) -> list[Segment]:
    edges = [0, *sorted(cuts), len(words)]
    parts = [tuple(words[start:end]) for start, end in pairwise(edges)]
    return [Segment(part, union(w.bbox for w in part)) for part in parts]


def _nearest(box: BBox, bands: Sequence[tuple[float, float]]) -> int:
    """The column that a box shares most of its width with, or is nearest to."""
    return max(range(len(bands)), key=lambda i: min(box.x1, bands[i][1]) - max(box.x0, bands[i][0]))


def cut_at_lines(row: Row, verticals: Sequence[Ruling]) -> Row:
    """`row` with its segments cut at the vertical lines that stand between their words."""
    parts: Row = []
    for segment in row:
        middle = (segment.bbox.y0 + segment.bbox.y1) / 2
        across = [
            r.at for r in verticals
            if r.start <= middle <= r.end and segment.bbox.x0 < r.at < segment.bbox.x1
        ]  # fmt: skip
        cuts = {
            index
            for index, (left, right) in enumerate(pairwise(segment.words), start=1)
            if any(left.bbox.x1 - 1 <= at <= right.bbox.x0 + 1 for at in across)
        }
        parts += _parts(segment.words, cuts) if cuts else [segment]
    return parts
