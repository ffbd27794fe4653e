"""Rulings -> snapped -> joined -> groups -> cells: the grid that lines draw.

Each step is a plain function on what the one before it returned, so each can be drawn and tested.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parsers.pdf.page import Ruling
from schemas.geometry import BBox

SNAP = 3.0
"""Points by which lines that should be one may differ, and by which they may miss each other."""
COVERED = 0.6
"""Share of a cell's side that a line must cover to close it."""
MAX_LINES = 400
"""Distinct positions in one direction; more is hatching or a chart, not a table."""


@dataclass(frozen=True, slots=True)
class Span:
    """A cell of a grid: row and column of its top left corner, and how far it spans."""

    row: int
    col: int
    row_span: int = 1
    col_span: int = 1


@dataclass(frozen=True, slots=True)
class Lattice:
    """A grid: x of its column edges, y of its row edges (both ascending), and its cells.

    The cells cover every grid position exactly once.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[Span, ...]

    @property
    def bbox(self) -> BBox:
        """The grid's outline."""
        return BBox(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def box(self, cell: Span) -> BBox:
        """Where a cell stands on the page."""
        return BBox(
            self.xs[cell.col], self.ys[cell.row],
            self.xs[cell.col + cell.col_span], self.ys[cell.row + cell.row_span],
        )  # fmt: skip


def clusters(values: Iterable[float], tolerance: float) -> list[tuple[float, float]]:
    """(smallest, largest) of each run of values whose neighbours are within `tolerance`.

    >>> clusters([1, 2, 9, 10.5], 3)
    [(1, 2), (9, 10.5)]
    """
    found: list[tuple[float, float]] = []
    for value in sorted(values):
        if found and value - found[-1][1] <= tolerance:
            found[-1] = (found[-1][0], value)
        else:
            found.append((value, value))
    return found


def snap(rulings: Sequence[Ruling], tolerance: float = SNAP) -> list[Ruling]:
    """Rulings whose positions are within `tolerance` of each other moved to the same position."""
    moved: list[Ruling] = []
    for horizontal in (True, False):
        same = sorted(r for r in rulings if r.horizontal is horizontal)
        bounds = clusters((r.at for r in same), tolerance)
        index = 0
        for ruling in same:
            while ruling.at > bounds[index][1]:
                index += 1
            low, high = bounds[index]
            moved.append(ruling._replace(at=(low + high) / 2))
    return moved


def join(rulings: Iterable[Ruling], tolerance: float = SNAP) -> list[Ruling]:
    """Collinear rulings that touch or overlap made one; those shorter than `tolerance` dropped."""
    joined: list[Ruling] = []
    for ruling in sorted(rulings):
        last = joined[-1] if joined else None
        if (
            last is not None
            and last[:2] == ruling[:2]
            and ruling.start <= last.end + tolerance
        ):  # fmt: skip
            joined[-1] = last._replace(end=max(last.end, ruling.end))
        else:
            joined.append(ruling)
    return [ruling for ruling in joined if ruling.end - ruling.start > tolerance]


def _cross(h: Ruling, v: Ruling, tolerance: float) -> bool:
    return (
        h.start - tolerance <= v.at <= h.end + tolerance
        and v.start - tolerance <= h.at <= v.end + tolerance
    )


def groups(rulings: Sequence[Ruling], tolerance: float = SNAP) -> list[list[Ruling]]:
    """Rulings that hang together through crossings or corners; single lines are left out."""
    horizontal = [r for r in rulings if r.horizontal]
    vertical = [r for r in rulings if not r.horizontal]
    parent = list(range(len(horizontal) + len(vertical)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for i, h in enumerate(horizontal):
        for j, v in enumerate(vertical, len(horizontal)):
            if _cross(h, v, tolerance):
                parent[root(i)] = root(j)
    found: dict[int, list[Ruling]] = {}
    for index, ruling in enumerate([*horizontal, *vertical]):
        found.setdefault(root(index), []).append(ruling)
    return [group for group in found.values() if len(group) > 1]


def _positions(
    across: Sequence[Ruling], along: Sequence[Ruling], tolerance: float
) -> tuple[float, ...]:
    """Edges in one direction: the lines themselves, and the ends of the others as outer edges."""
    found = sorted({ruling.at for ruling in across})
    low, high = min(r.start for r in along), max(r.end for r in along)
    if not found or low < found[0] - tolerance:
        found.insert(0, low)
    if high > found[-1] + tolerance:
        found.append(high)
    return tuple(found)


def _closed(lines: Sequence[Ruling], at: float, low: float, high: float) -> bool:
    """Whether lines at position `at` cover the side from `low` to `high`."""
    covered = sum(
        max(0.0, min(line.end, high) - max(line.start, low)) for line in lines if line.at == at
    )
    return covered >= COVERED * (high - low)


def lattice(group: Sequence[Ruling], tolerance: float = SNAP) -> Lattice | None:
    """The grid that a group of rulings draws; None when it is no grid or far too large a one.

    Every position between two neighbouring edges is a cell; positions with no line between them
    are one. Open sides count as closed: many tables have no lines at their left and right.
    """
    horizontal = [r for r in group if r.horizontal]
    vertical = [r for r in group if not r.horizontal]
    if not horizontal or not vertical or max(len(horizontal), len(vertical)) > 4 * MAX_LINES:
        return None
    xs = _positions(vertical, horizontal, tolerance)
    ys = _positions(horizontal, vertical, tolerance)
    if min(len(xs), len(ys)) < 2 or max(len(xs), len(ys)) > MAX_LINES:
        return None
    n_rows, n_cols = len(ys) - 1, len(xs) - 1
    right = [
        [_closed(vertical, xs[c + 1], ys[r], ys[r + 1]) for c in range(n_cols - 1)]
        for r in range(n_rows)
    ]
    below = [
        [_closed(horizontal, ys[r + 1], xs[c], xs[c + 1]) for c in range(n_cols)]
        for r in range(n_rows - 1)
    ]
    return Lattice(xs, ys, merged_cells(right, below, n_rows, n_cols))


def merged_cells(
    right: Sequence[Sequence[bool]], below: Sequence[Sequence[bool]], n_rows: int, n_cols: int
) -> tuple[Span, ...]:
    """Largest rectangles without a closed side inside, row by row; they tile the grid.

    `right[r][c]` says whether position (r, c) is closed to its right, `below[r][c]` downwards.
    """
    taken: set[tuple[int, int]] = set()
    cells: list[Span] = []
    for row in range(n_rows):
        for col in range(n_cols):
            if (row, col) in taken:
                continue
            width = 1
            while (
                col + width < n_cols
                and not right[row][col + width - 1]
                and (row, col + width) not in taken
            ):
                width += 1
            height = 1
            while row + height < n_rows and _open_row(
                right, below, row + height, range(col, col + width)
            ):
                height += 1
            taken.update((row + i, col + j) for i in range(height) for j in range(width))
            cells.append(Span(row, col, height, width))
    return tuple(cells)


def _open_row(
    right: Sequence[Sequence[bool]], below: Sequence[Sequence[bool]], row: int, cols: range
) -> bool:
    """Whether a cell over `cols` goes on downwards into `row`: nothing closed above or within."""
    return not any(below[row - 1][col] for col in cols) and not any(
        right[row][col] for col in cols[:-1]
    )


def lattices(rulings: Sequence[Ruling]) -> list[Lattice]:
    """All grids on a page, top to bottom; a grid inside another is left out."""
    found = [lattice(group) for group in groups(join(snap(rulings)))]
    grids = sorted((g for g in found if g is not None), key=lambda g: -g.bbox.area)
    outer: list[Lattice] = []
    for grid in grids:
        if not any(other.bbox.contains_centre(grid.bbox) for other in outer):
            outer.append(grid)
    return sorted(outer, key=lambda g: (g.bbox.y0, g.bbox.x0))
