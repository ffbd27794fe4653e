"""What the text on the two sides of a gutter looks like: columns, prose, labels; boxes as arrays.

An array of boxes has shape (n, 4), dtype float64: x0, y0, x1, y1 of one line each, in points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]

BIN = 2.0
"""Height in points of the slices in which both sides of a gutter are compared."""
MIN_LINES = 4
"""Lines that must stand beside each other; three lines beside three are an address or a form."""
BASELINE = 0.12
"""Font sizes by which feet of lines on one baseline differ; by chance one line in six does."""
MANY_APART, MOST_APART = 0.4, 0.65
"""Shares of lines without one on the same baseline beside prose, and of the prose's own lines: in
a table with labels of two lines half of the labels' lines have none."""
STRIP = 0.8
"""Font sizes of white between two columns at least."""
FULL_LINES = 0.75
"""Share of a column that its lines fill when most of them are full: ragged prose fills .85, the
last line of each paragraph included; cells of a table that break within their column fill .6."""
LINE_STEP = 1.8
"""Font sizes from one line to the next of the same paragraph at most; Chinese is set at 1.5 to
1.75."""


def cover(boxes: Boxes, top: float, bins: int) -> NDArray[np.bool_]:
    """Which slices of BIN points the boxes stand in, shape (bins,)."""
    steps = np.zeros(bins + 1, dtype=np.int64)
    first = ((boxes[:, 1] - top) / BIN).astype(np.int64).clip(0, bins)
    last = ((boxes[:, 3] - top) / BIN).astype(np.int64).clip(0, bins)
    np.add.at(steps, first, 1)
    np.add.at(steps, last, -1)
    return np.cumsum(steps[:-1]) > 0


def at_height(boxes: Boxes, slices: NDArray[np.bool_], top: float) -> Boxes:
    """The boxes whose middle stands in one of the `slices`."""
    centres = (((boxes[:, 1] + boxes[:, 3]) / 2 - top) / BIN).astype(np.int64)
    kept: Boxes = boxes[slices[centres.clip(0, len(slices) - 1)]]
    return kept


def n_rows(boxes: Boxes, size: float) -> int:
    """Number of lines, pieces side by side counted once."""
    if not len(boxes):
        return 0
    return 1 + int((np.diff(np.sort(boxes[:, 3])) > 0.5 * size).sum())


def _fill(boxes: Boxes) -> float:
    """Share of the column's width that its lines fill, over the heights where it has lines."""
    column = float(boxes[:, 2].max() - boxes[:, 0].min())
    top, bins = boxes[:, 1].min(), int(np.ceil((boxes[:, 3].max() - boxes[:, 1].min()) / BIN)) + 1
    written = float(cover(boxes, top, bins).sum()) * BIN
    filled = float(((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum())
    return filled / max(column * written, 1.0)


def set_as_column(boxes: Boxes, size: float) -> bool:
    """Whether lines fill half of their column or more, and most text is in long ones.

    Long is eight characters or more. Not most lines: a small table in the column has more pieces
    than the lines around it.
    """
    if len(boxes) < MIN_LINES or _fill(boxes) < 0.5:
        return False
    widths = np.sort(boxes[:, 2] - boxes[:, 0])
    half = int(np.searchsorted(np.cumsum(widths), widths.sum() / 2))
    return float(widths[half]) >= 8 * size


def set_as_columns(boxes: Boxes, size: float) -> bool:
    """Whether a side is set as one column, or as several of which each is mostly full lines.

    The last of three columns may end early: over all of them its side is half empty then.
    """
    if set_as_column(boxes, size):
        return True
    parts = _parted(boxes, size)
    return len(parts) > 1 and all(
        set_as_column(part, size) and _fill(part) >= FULL_LINES for part in parts
    )


def _parted(boxes: Boxes, size: float) -> list[Boxes]:
    """The boxes of a side from left to right, parted where nothing crosses a strip of white."""
    if not len(boxes):
        return []
    ordered = boxes[np.argsort(boxes[:, 0], kind="stable")]
    reached = np.maximum.accumulate(ordered[:, 2])
    starts = np.flatnonzero(ordered[1:, 0] - reached[:-1] > STRIP * size) + 1
    return np.split(ordered, starts.tolist())


def set_as_prose(boxes: Boxes, size: float) -> bool:
    """Whether most of the text stands in full lines."""
    if len(boxes) < 2 * MIN_LINES:
        return False
    widths = boxes[:, 2] - boxes[:, 0]
    column = float(boxes[:, 2].max() - boxes[:, 0].min())
    full = widths >= max(0.75 * column, 12 * size)
    return int(full.sum()) >= 2 * MIN_LINES and float(widths[full].sum()) >= 0.5 * widths.sum()


def beside_prose(sides: Sequence[Boxes], size: float) -> bool:
    """Whether one side alone shows two columns: prose, and its lines are no rows with the other.

    The other may then hold a table or a list. Labels of a wide table are long lines too, but each
    stands on the baseline of its numbers; lines of two columns meet there by chance only.
    """
    for prose, other in (sides, sides[::-1]):
        if set_as_prose(prose, size) and not _are_labels(other, prose, size):
            apart = ~_on_one_line(prose, other, size)
            if apart.all(axis=0).mean() > MANY_APART or apart.all(axis=1).mean() > MOST_APART:
                return True
    return False


def _on_one_line(ones: Boxes, others: Boxes, size: float) -> NDArray[np.bool_]:
    """Which lines share a baseline, shape (ones, others)."""
    same: NDArray[np.bool_] = np.abs(ones[:, 3][:, None] - others[:, 3][None, :]) <= BASELINE * size
    return same


def _are_labels(lines: Boxes, prose: Boxes, size: float) -> bool:
    """Whether most lines stand alone beside a line of prose, as terms do beside what they mean."""
    steps = np.diff(np.sort(lines[:, 3]), prepend=-np.inf, append=np.inf)
    alone = float(((steps[:-1] > LINE_STEP * size) & (steps[1:] > LINE_STEP * size)).mean())
    beside = float(_on_one_line(prose, lines, size).any(axis=0).mean())
    return min(alone, beside) > MOST_APART
