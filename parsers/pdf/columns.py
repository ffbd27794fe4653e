"""Reading order: a page cut at its gutters into regions of one column each.

A gutter is an x that text stands on both sides of over some height. Text that crosses it (a title,
a wide table) cuts the page into bands, which are read from the top; a band's columns are read from
the left, each cut again in the same way. Paper: Nagy and Seth 1984 (XY-cut), with bands instead of
full-height cuts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

import numpy as np
from numpy.typing import NDArray

from parsers.pdf.lines import Segment
from parsers.pdf.margins import margin
from parsers.pdf.sides import (
    BASELINE,
    BIN,
    LINE_STEP,
    MIN_LINES,
    Boxes,
    at_height,
    beside_prose,
    cover,
    n_rows,
    set_as_columns,
)
from schemas.geometry import BBox

MAX_DEPTH = 6
MAX_KNOWN = 12
FULL = 0.6
"""Share of a column's width that a full line fills; cells of a table and labels do not."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to be read: a segment with the number of its row, or an indivisible box."""

    bbox: BBox
    row: int = -1
    segment: Segment | None = None

    @property
    def middle(self) -> float:
        """The y halfway down."""
        return (self.bbox.y0 + self.bbox.y1) / 2

    def across(self, x: float) -> bool:
        """Whether the piece stands across `x`."""
        return self.bbox.x0 < x - 1 and self.bbox.x1 > x + 1


def pieces(rows: Sequence[Sequence[Segment]], atoms: Sequence[BBox]) -> list[Piece]:
    """Pieces of a page: its segments, and the boxes of its tables (row -1 - index)."""
    found = [Piece(box, -1 - index) for index, box in enumerate(atoms)]
    for number, row in enumerate(rows):
        found += [Piece(segment.bbox, number, segment) for segment in row]
    return found


def gutter(found: Sequence[Piece], expected: Sequence[float] = ()) -> float | None:
    """The x that parts the most text into two columns; None when there is one column only.

    Both columns must be set like columns: lines fill half of the column's width or more, and are
    eight characters wide at least; a list's markers and a form's labels are not. Or one of them is
    prose beyond doubt: then the other may hold a table, or notes in its margin. Where a gutter is
    `expected`, a full line on either side is enough: the last lines of two columns at the end of
    an article.
    """
    parts = [piece.segment for piece in found if piece.segment is not None]
    if not parts:
        return None
    boxes = np.array([piece.bbox for piece in found], dtype=np.float64)
    size = float(median(part.size for part in parts))
    if len(parts) >= 2 * MIN_LINES and (best := _evident(boxes, size)) is not None:
        return best
    expected_x = _as_expected(boxes, size, expected)
    return margin(parts, size) if expected_x is None else expected_x


def _as_expected(boxes: Boxes, size: float, expected: Sequence[float]) -> float | None:
    """The expected gutter that text stands beside over the most height, on both sides."""
    x0, top, x1 = boxes[:, 0].min(), boxes[:, 1].min(), boxes[:, 2].max()
    bins = max(1, int(np.ceil((boxes[:, 3].max() - top) / BIN)))
    best, best_height = None, 0.8 * size
    for x in expected:
        left, right = boxes[boxes[:, 2] <= x + 1], boxes[boxes[:, 0] >= x - 1]
        if not x0 < x < x1 or not len(left) or not len(right):
            continue
        cross = boxes[(boxes[:, 2] > x + 1) & (boxes[:, 0] < x - 1)]
        beside = _both(left, right, size, top, bins) & ~cover(cross, top, bins)
        sides = [at_height(side, beside, top) for side in (left, right)]
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


def _evident(boxes: Boxes, size: float) -> float | None:
    """The gutter that the text itself shows."""
    x0, top, x1 = boxes[:, 0].min(), boxes[:, 1].min(), boxes[:, 2].max()
    bins = max(1, int(np.ceil((boxes[:, 3].max() - top) / BIN)))
    inset = 0.1 * (x1 - x0)
    edges = sorted({round(float(x) + 1) for x in boxes[:, 2] if x0 + inset < x < x1 - inset})
    best, best_height = None, 0.0
    for x in edges:
        left = boxes[:, 2] <= x + 1
        right = boxes[:, 0] >= x - 1
        cross = ~(left | right)
        if left.sum() < MIN_LINES or right.sum() < MIN_LINES:
            continue
        beside = _both(boxes[left], boxes[right], size, top, bins)
        beside &= ~cover(boxes[cross], top, bins)
        height = float(beside.sum()) * BIN
        if height <= best_height:
            continue
        sides = [at_height(boxes[side], beside, top) for side in (left, right)]
        if min(n_rows(side, size) for side in sides) < MIN_LINES:
            continue
        if all(set_as_columns(side, size) for side in sides) or beside_prose(
            (boxes[left], boxes[right]), size
        ):
            best, best_height = (sides[0][:, 2].max() + sides[1][:, 0].min()) / 2, height
    return None if best is None else float(best)


def _both(left: Boxes, right: Boxes, size: float, top: float, bins: int) -> NDArray[np.bool_]:
    """Slices that both sides stand in, each line with half a size of white above and below.

    Lines of the two columns need not stand on the same baselines.
    """
    white = np.array([0.0, -0.5, 0.0, 0.5]) * size
    return cover(left + white, top, bins) & cover(right + white, top, bins)


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
    spans = _spans(ordered, x)
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


def _spans(ordered: Sequence[Piece], x: float) -> list[tuple[float, float]]:
    """Heights at which text stands across `x`, the last lines of its paragraphs included.

    Those are short: they end before `x`, but are no column.
    """
    wide = [piece for piece in ordered if piece.across(x)]
    reach = min((piece.bbox.height for piece in wide if piece.segment is not None), default=0.0)
    spans = _merged(((piece.bbox.y0, piece.bbox.y1) for piece in wide), reach)
    found = []
    for (start, end), limit in zip(spans, [*(s for s, _ in spans[1:]), float("inf")], strict=False):
        inside = [piece for piece in ordered if start <= piece.middle < limit]
        found.append((start, _continued(end, inside, x)))
    return _merged(found)


def _merged(spans: Iterable[tuple[float, float]], reach: float = 0.0) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for y0, y1 in spans:
        if merged and y0 <= merged[-1][1] + reach:
            merged[-1] = (merged[-1][0], max(merged[-1][1], y1))
        else:
            merged.append((y0, y1))
    return merged


def _continued(end: float, found: Sequence[Piece], x: float) -> float:
    """Where a span that ends at `end` ends with the lines that go on with its own.

    Of two columns beside each other and across `x` each may have a short last line; more lines on
    both sides of `x` are columns themselves.
    """
    above = [piece for piece in found if piece.middle <= end]
    single = sum(piece.across(x) for piece in above) == 1
    counts = [0, 0]
    for row in _rows_below(found, end):
        for piece in row:
            counts[piece.bbox.x0 + piece.bbox.x1 > 2 * x] += 1
        if min(counts) > (0 if single else 1) or not all(_goes_on(p, above) for p in row):
            break
        above += row
        end = max(end, *(piece.bbox.y1 for piece in row))
    return end


def _rows_below(ordered: Sequence[Piece], y: float) -> Iterator[list[Piece]]:
    """Pieces below `y` from the top, those on one baseline together."""
    row: list[Piece] = []
    for piece in sorted((p for p in ordered if p.middle > y), key=lambda p: p.bbox.y1):
        if row and piece.bbox.y1 - row[-1].bbox.y1 > BASELINE * piece.bbox.height:
            yield row
            row = []
        row.append(piece)
    if row:
        yield row


def _goes_on(piece: Piece, above: Sequence[Piece]) -> bool:
    """Whether a line is the next one of a paragraph: it stands right under a line of its size."""
    own = piece.segment
    if own is None:
        return False
    for other in reversed(above):
        step = own.bbox.y1 - other.bbox.y1
        if other.segment is not None and 0 < step <= LINE_STEP * own.size:
            same = abs(own.size - other.segment.size) < 0.05 * own.size
            if same and abs(other.bbox.x0 - own.bbox.x0) <= 0.5 * own.size:
                return True
    return False


def _bands(
    ordered: Sequence[Piece], spans: Sequence[tuple[float, float]]
) -> list[tuple[bool, list[Piece]]]:
    """Runs of pieces that stand at the height of crossing text, and those between them."""
    found: list[tuple[bool, list[Piece]]] = []
    for piece in sorted(ordered, key=lambda p: (p.middle, p.bbox.x0)):
        wide = any(y0 <= piece.middle <= y1 for y0, y1 in spans)
        if not found or found[-1][0] is not wide:
            found.append((wide, []))
        found[-1][1].append(piece)
    return found
