"""Reading order: a page cut at its gutters into regions of one column each.

A gutter is an x that text stands on both sides of over some height. Text that crosses it (a title,
a wide table) cuts the page into bands, which are read from the top; a band's columns are read from
the left, each cut again in the same way. Paper: Nagy and Seth 1984 (XY-cut), with bands instead of
full-height cuts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np
from numpy.typing import NDArray

from parsers.pdf.lines import Segment
from schemas.geometry import BBox

BIN = 2.0
"""Height in points of the slices in which both sides of a gutter are compared."""
MIN_LINES = 4
"""Lines that must stand beside each other; three lines beside three are an address or a form."""
MAX_DEPTH = 6
MAX_KNOWN = 12
FULL = 0.6
"""Share of a column's width that a full line fills; cells of a table and labels do not."""
BASELINE = 0.12
"""Font sizes by which feet of lines on one baseline differ; by chance one line in six does."""
MANY_APART, MOST_APART = 0.4, 0.65
"""Shares of lines without one on the same baseline beside prose, and of the prose's own lines: in
a table with labels of two lines half of the labels' lines have none."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to be read: a segment with the number of its row, or an indivisible box."""

    bbox: BBox
    row: int = -1
    segment: Segment | None = None

    def across(self, x: float) -> bool:
        """Whether the piece stands across `x`."""
        return self.bbox.x0 < x - 1 and self.bbox.x1 > x + 1


def pieces(rows: Sequence[Sequence[Segment]], atoms: Sequence[BBox]) -> list[Piece]:
    """Pieces of a page: its segments, and the boxes of its tables (row -1 - index)."""
    found = [Piece(box, -1 - index) for index, box in enumerate(atoms)]
    for number, row in enumerate(rows):
        found += [Piece(segment.bbox, number, segment) for segment in row]
    return found


def _cover(boxes: NDArray[np.float64], top: float, bins: int) -> NDArray[np.bool_]:
    """Which slices of BIN points the boxes stand in."""
    steps = np.zeros(bins + 1, dtype=np.int64)
    first = ((boxes[:, 1] - top) / BIN).astype(np.int64).clip(0, bins)
    last = ((boxes[:, 3] - top) / BIN).astype(np.int64).clip(0, bins)
    np.add.at(steps, first, 1)
    np.add.at(steps, last, -1)
    return np.cumsum(steps[:-1]) > 0


def gutter(found: Sequence[Piece], expected: Sequence[float] = ()) -> float | None:
    """The x that parts the most text into two columns; None when there is one column only.

    Both columns must be set like columns: lines fill half of the column's width or more, and are
    eight characters wide at least; a list's markers and a form's labels are not. Or one of them is
    prose beyond doubt: then the other may hold a table. Where a gutter is `expected`, a full line
    on either side is enough: the last lines of two columns at the end of an article.
    """
    sizes = [piece.segment.size for piece in found if piece.segment is not None]
    if not sizes:
        return None
    boxes = np.array([piece.bbox for piece in found], dtype=np.float64)
    best = _evident(boxes, float(median(sizes))) if len(sizes) >= 2 * MIN_LINES else None
    return best if best is not None else _as_expected(boxes, float(median(sizes)), expected)


def _as_expected(
    boxes: NDArray[np.float64], size: float, expected: Sequence[float]
) -> float | None:
    """The expected gutter that text stands beside over the most height, on both sides."""
    x0, top, x1 = boxes[:, 0].min(), boxes[:, 1].min(), boxes[:, 2].max()
    bins = max(1, int(np.ceil((boxes[:, 3].max() - top) / BIN)))
    best, best_height = None, 0.8 * size
    for x in expected:
        left, right = boxes[boxes[:, 2] <= x + 1], boxes[boxes[:, 0] >= x - 1]
        if not x0 < x < x1 or not len(left) or not len(right):
            continue
        cross = boxes[(boxes[:, 2] > x + 1) & (boxes[:, 0] < x - 1)]
        tall = [side + np.array([0.0, -0.5, 0.0, 0.5]) * size for side in (left, right)]
        beside = _cover(tall[0], top, bins) & _cover(tall[1], top, bins) & ~_cover(cross, top, bins)
        sides = [_beside(side, beside, top) for side in (left, right)]
        if not all(map(len, sides)) or sides[1][:, 0].min() - sides[0][:, 2].max() < 0.8 * size:
            continue
        full = all(
            float((side[:, 2] - side[:, 0]).max()) >= FULL * room
            for side, room in zip(sides, (x - x0, x1 - x), strict=True)
        )
        height = float(beside.sum()) * BIN
        if full and height > best_height:
            best, best_height = x, height
    return best


def _evident(boxes: NDArray[np.float64], size: float) -> float | None:
    """The gutter that the text itself shows."""
    x0, top, x1 = boxes[:, 0].min(), boxes[:, 1].min(), boxes[:, 2].max()
    bins = max(1, int(np.ceil((boxes[:, 3].max() - top) / BIN)))
    margin = 0.1 * (x1 - x0)
    edges = sorted({round(float(x) + 1) for x in boxes[:, 2] if x0 + margin < x < x1 - margin})
    best, best_height = None, (MIN_LINES - 0.5) * size
    for x in edges:
        left = boxes[:, 2] <= x + 1
        right = boxes[:, 0] >= x - 1
        cross = ~(left | right)
        if left.sum() < MIN_LINES or right.sum() < MIN_LINES:
            continue
        beside = (
            _cover(boxes[left], top, bins)
            & _cover(boxes[right], top, bins)
            & ~_cover(boxes[cross], top, bins)
        )
        height = float(beside.sum()) * BIN
        if height <= best_height:
            continue
        sides = [_beside(boxes[side], beside, top) for side in (left, right)]
        if all(_set_as_column(side, size) for side in sides) or _beside_prose(
            (boxes[left], boxes[right]), size
        ):
            best, best_height = (sides[0][:, 2].max() + sides[1][:, 0].min()) / 2, height
    return None if best is None else float(best)


def _beside(
    boxes: NDArray[np.float64], beside: NDArray[np.bool_], top: float
) -> NDArray[np.float64]:
    centres = (((boxes[:, 1] + boxes[:, 3]) / 2 - top) / BIN).astype(np.int64)
    kept: NDArray[np.float64] = boxes[beside[centres.clip(0, len(beside) - 1)]]
    return kept


def _fill(boxes: NDArray[np.float64]) -> float:
    """Share of the column's width that its lines fill, over the heights where it has lines."""
    column = float(boxes[:, 2].max() - boxes[:, 0].min())
    top, bins = boxes[:, 1].min(), int(np.ceil((boxes[:, 3].max() - boxes[:, 1].min()) / BIN)) + 1
    written = float(_cover(boxes, top, bins).sum()) * BIN
    filled = float(((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum())
    return filled / max(column * written, 1.0)


def _set_as_column(boxes: NDArray[np.float64], size: float) -> bool:
    if len(boxes) < MIN_LINES:
        return False
    return _fill(boxes) >= 0.5 and float(np.median(boxes[:, 2] - boxes[:, 0])) >= 8 * size


def _beside_prose(sides: Sequence[NDArray[np.float64]], size: float) -> bool:
    """Whether one side alone shows two columns: prose, and its lines are no rows with the other.

    The other may then hold a table or a list. Labels of a wide table are long lines too, but each
    stands on the baseline of its numbers; lines of two columns meet there by chance only.
    """
    for prose, other in (sides, sides[::-1]):
        if _set_as_prose(prose, size):
            apart = np.abs(prose[:, 3][:, None] - other[:, 3][None, :]) > BASELINE * size
            if apart.all(axis=0).mean() > MANY_APART or apart.all(axis=1).mean() > MOST_APART:
                return True
    return False


def _set_as_prose(boxes: NDArray[np.float64], size: float) -> bool:
    """Whether most of the text stands in full lines."""
    if len(boxes) < 2 * MIN_LINES:
        return False
    widths = boxes[:, 2] - boxes[:, 0]
    column = float(boxes[:, 2].max() - boxes[:, 0].min())
    full = widths >= max(0.75 * column, 15 * size)
    return int(full.sum()) >= 2 * MIN_LINES and float(widths[full].sum()) >= 0.6 * widths.sum()


@dataclass
class Gutters:
    """Where the gutters of the pages so far stand: a file keeps its columns."""

    known: list[float] = field(default_factory=list)

    def remember(self, x: float) -> None:
        """Notes a gutter; of two within two points of each other the first is kept."""
        if len(self.known) < MAX_KNOWN and all(abs(x - other) > 2 for other in self.known):
            self.known.append(x)


def regions(found: Sequence[Piece], gutters: Gutters) -> list[list[Piece]]:
    """Pieces of each region, regions in reading order; every piece is in exactly one."""
    return _regions(found, gutters, (), 0)


def _regions(
    found: Sequence[Piece], gutters: Gutters, equal: Sequence[float], depth: int
) -> list[list[Piece]]:
    x = gutter(found, (*gutters.known, *equal)) if depth < MAX_DEPTH else None
    if x is None:
        return [list(found)] if found else []
    gutters.remember(x)
    ordered = sorted(found, key=lambda piece: (piece.bbox.y0, piece.bbox.x0))
    spans = _merged((p.bbox.y0, p.bbox.y1) for p in ordered if p.across(x))
    equal = (*equal, *_of_equal_width(found, x))
    result: list[list[Piece]] = []
    for wide, band in _bands(ordered, spans):
        if wide and len(band) < len(found):
            result += _regions(band, gutters, equal, depth + 1)
        elif wide:
            result.append(band)
        else:
            sides: tuple[list[Piece], list[Piece]] = ([], [])
            for piece in band:
                sides[piece.bbox.x0 + piece.bbox.x1 > 2 * x].append(piece)
            for side in sides:
                result += _regions(side, gutters, equal, depth + 1)
    return result


def _of_equal_width(found: Sequence[Piece], x: float) -> list[float]:
    """Where more gutters would stand if all columns were as wide as the narrower side of `x`."""
    beside = [piece.bbox for piece in found if not piece.across(x)]
    left = [box for box in beside if box.x1 <= x + 1]
    right = [box for box in beside if box.x0 >= x - 1]
    x0, x1 = min(box.x0 for box in left), max(box.x1 for box in right)
    gap = min(box.x0 for box in right) - max(box.x1 for box in left)
    step = min(x - x0, x1 - x) + gap / 2
    number = round((x1 - x0 + gap) / step)
    if number < 3 or abs(number * step - (x1 - x0 + gap)) > 0.25 * step:
        return []
    step = (x1 - x0 + gap) / number
    return [x0 - gap / 2 + step * index for index in range(1, number)]


def _merged(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for y0, y1 in spans:
        if merged and y0 <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], y1))
        else:
            merged.append((y0, y1))
    return merged


def _bands(
    ordered: Sequence[Piece], spans: Sequence[tuple[float, float]]
) -> list[tuple[bool, list[Piece]]]:
    """Runs of pieces that stand at the height of crossing text, and those between them."""
    found: list[tuple[bool, list[Piece]]] = []
    for piece in sorted(ordered, key=lambda p: (p.bbox.y0 + p.bbox.y1, p.bbox.x0)):
        centre = (piece.bbox.y0 + piece.bbox.y1) / 2
        wide = any(y0 <= centre <= y1 for y0, y1 in spans)
        if not found or found[-1][0] is not wide:
            found.append((wide, []))
        found[-1][1].append(piece)
    return found
