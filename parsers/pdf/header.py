"""Headers of tables found by alignment: which rows they are, and which cells span what.

Stacked headers have no grid: a cell's columns follow from the rule under it or from its centre,
its rows from what stands above and below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from parsers.pdf.lattice import Span
from parsers.pdf.lines import Segment
from parsers.pdf.page import Ruling
from parsers.pdf.values import is_data
from schemas.geometry import BBox, union

MAX_HEADER = 6
"""Lines of text that are looked at for a header; the longest seen has five."""
LINE_PITCH = 1.45
"""Font sizes between baselines of the lines of one header cell; single spacing is 1.15 to 1.3."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment with the first and last column it stands in."""

    segment: Segment
    first: int
    last: int

    @property
    def centre(self) -> float:
        """X of its middle."""
        return (self.segment.bbox.x0 + self.segment.bbox.x1) / 2


def header_lines(rows: Sequence[Sequence[Segment]], rulings: Sequence[Ruling]) -> int:
    """How many rows of text at the top are the header's; 0 when that cannot be told.

    They are those above the first line over the table's width, else those above the first row of
    data.
    """
    box = union(segment.bbox for row in rows for segment in row)
    data = [is_data([segment.text for segment in row]) for row in rows[: MAX_HEADER + 1]]
    for index, (upper, lower) in enumerate(pairwise(rows[: MAX_HEADER + 1])):
        y0, y1 = (median((s.bbox.y0 + s.bbox.y1) / 2 for s in row) for row in (upper, lower))
        full = [r for r in rulings if r.horizontal and y0 < r.at < y1 and _cover(r, box) >= 0.8]
        if full and sum(data[: index + 1]) <= 1 and not any(data[:index]):
            return index + 1
    return data.index(True) if True in data else 0


def _cover(ruling: Ruling, box: BBox) -> float:
    """Share of the box's width that a horizontal line covers."""
    return (min(ruling.end, box.x1) - max(ruling.start, box.x0)) / max(box.width, 1.0)


@dataclass(slots=True)
class _Stack:
    """Lines of one header cell, and the columns it heads."""

    parts: list[Placed]
    first: int
    last: int

    @property
    def bbox(self) -> BBox:
        return union(part.segment.bbox for part in self.parts)


def header_cells(
    lines: Sequence[Sequence[Placed]],
    bands: Sequence[tuple[float, float]],
    rulings: Sequence[Ruling],
) -> list[tuple[Span, list[Placed]]]:
    """Cells of a header with their lines: stacked headers get their rows, columns and spans."""
    stacks: list[_Stack] = []
    for index, line in enumerate(lines):
        below = [p for lower in lines[index + 1 :] for p in lower]
        for placed in line:
            first, last = _columns(placed, line, below, bands, rulings)
            above = next((s for s in reversed(stacks) if s.first <= last and first <= s.last), None)
            if above is not None and above.parts[-1] in line:
                above.parts.append(placed)
                above.first, above.last = min(above.first, first), max(above.last, last)
            elif above is not None and _goes_on(above, placed, (first, last), rulings):
                above.parts.append(placed)
            else:
                stacks.append(_Stack([placed], first, last))
    return _in_levels(stacks)


def _columns(
    placed: Placed,
    line: Sequence[Placed],
    below: Sequence[Placed],
    bands: Sequence[tuple[float, float]],
    rulings: Sequence[Ruling],
) -> tuple[int, int]:
    """First and last column that a header segment heads: by the rule below it, else by its centre.

    Only columns with a header of their own below are spanned.
    """
    box, size = placed.segment.bbox, placed.segment.size
    headed = {column for p in below for column in range(p.first, p.last + 1)}
    ruled = [
        r for r in rulings
        if r.horizontal and box.y1 - 0.4 * size <= r.at <= box.y1 + 0.9 * size
        and r.start <= box.x0 + size and r.end >= box.x1 - size
    ]  # fmt: skip
    if ruled:
        rule = min(ruled, key=lambda r: r.end - r.start)
        under = [
            i for i, (x0, x1) in enumerate(bands) if rule.start - 2 <= (x0 + x1) / 2 <= rule.end + 2
        ]
        others = [p for p in line if p is not placed and rule.start <= p.centre <= rule.end]
        if under and not others and headed.issuperset(under):
            return under[0], under[-1]
    return _centred(placed, line, headed, bands)


def _centred(
    placed: Placed, line: Sequence[Placed], headed: set[int], bands: Sequence[tuple[float, float]]
) -> tuple[int, int]:
    """The columns that a header segment stands over the middle of, of those that are `headed`.

    A segment over the gap between two columns heads both, also where their texts are set off the
    middle.
    """
    low = max((p.last + 1 for p in line if p.last < placed.first), default=0)
    high = min((p.first - 1 for p in line if p.first > placed.last), default=len(bands) - 1)
    centre, size = placed.centre, placed.segment.size
    own = (placed.first, placed.last)
    within = any(x0 <= centre <= x1 for x0, x1 in bands)
    best, error = own, 0.75 * size
    if own[0] == own[1] and within:
        error = min(error, abs(centre - sum(bands[own[0]]) / 2))
    for first in range(max(low, 0), own[0] + 1):
        for last in range(own[1], high + 1):
            if last == first or not all(column in headed for column in range(first, last + 1)):
                continue
            off = abs((bands[first][0] + bands[last][1]) / 2 - centre)
            if off < error or (not within and best == own and off < 2 * error):
                best, error = (first, last), off
    return best


def _goes_on(
    stack: _Stack, placed: Placed, columns: tuple[int, int], rulings: Sequence[Ruling]
) -> bool:
    """Whether a segment is the next line of a header cell: same columns, close, no rule between."""
    if (stack.first, stack.last) != columns:
        return False
    last, box = stack.parts[-1].segment.bbox, placed.segment.bbox
    if box.y1 - last.y1 > LINE_PITCH * placed.segment.size:
        return False
    return not any(
        r.horizontal
        and (last.y0 + last.y1) / 2 < r.at < (box.y0 + box.y1) / 2
        and min(r.end, box.x1) - max(r.start, box.x0) > 0.5 * box.width
        for r in rulings
    )


def _in_levels(stacks: Sequence[_Stack]) -> list[tuple[Span, list[Placed]]]:
    """Header cells with their rows: a cell reaches up and down to the next one in its columns."""
    ordered = sorted(stacks, key=lambda s: (s.bbox.y0, s.first))
    level: list[int] = []
    for index, stack in enumerate(ordered):
        level.append(
            max(
                (
                    level[i] + 1
                    for i, other in enumerate(ordered[:index])
                    if _meet(other, stack) and other.bbox.y1 <= stack.bbox.y1 - 1
                ),
                default=0,
            )
        )
    n_levels = max(level) + 1
    cells = []
    for stack, own in zip(ordered, level, strict=True):
        others = [
            n for s, n in zip(ordered, level, strict=True) if s is not stack and _meet(s, stack)
        ]
        top = own if any(n < own for n in others) else 0
        bottom = min((n for n in others if n > own), default=n_levels)
        span = Span(top, stack.first, bottom - top, stack.last - stack.first + 1)
        cells.append((span, stack.parts))
    return cells


def _meet(one: _Stack, other: _Stack) -> bool:
    return one.first <= other.last and other.first <= one.last
