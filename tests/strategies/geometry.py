"""Grids with spans, and the lines that draw them."""

from __future__ import annotations

from hypothesis import strategies as st

from parsers.pdf.lattice import Lattice, Span
from parsers.pdf.page import Ruling

MAX_SIDE = 6


def _edges(widths: list[int], start: float) -> tuple[float, ...]:
    found = [start]
    for width in widths:
        found.append(found[-1] + width)
    return tuple(found)


def _shown(cells: list[Span], n: int, *, rows: bool) -> bool:
    """Whether every inner edge of one direction is drawn by some cell."""
    seen = {c.row if rows else c.col for c in cells}
    return all(index in seen for index in range(n))


@st.composite
def grids(draw: st.DrawFn) -> Lattice:
    """A grid of up to 6 x 6 positions tiled by cells that span; each edge is some cell's own."""
    n_rows = draw(st.integers(1, MAX_SIDE))
    n_cols = draw(st.integers(1, MAX_SIDE))
    widths = draw(st.lists(st.integers(12, 90), min_size=n_cols, max_size=n_cols))
    heights = draw(st.lists(st.integers(12, 60), min_size=n_rows, max_size=n_rows))
    taken: set[tuple[int, int]] = set()
    cells: list[Span] = []
    for row in range(n_rows):
        for col in range(n_cols):
            if (row, col) in taken:
                continue
            width = 1
            wanted = draw(st.integers(1, 3))
            while width < wanted and col + width < n_cols and (row, col + width) not in taken:
                width += 1
            height = min(draw(st.integers(1, 3)), n_rows - row)
            area = {(row + i, col + j) for i in range(height) for j in range(width)}
            if area & taken:
                height = 1
                area = {(row, col + j) for j in range(width)}
            taken |= area
            cells.append(Span(row, col, height, width))
    xs, ys = _edges(widths, 50.0), _edges(heights, 80.0)
    if not (_shown(cells, n_rows, rows=True) and _shown(cells, n_cols, rows=False)):
        cells = [Span(row, col) for row in range(n_rows) for col in range(n_cols)]
    return Lattice(xs, ys, tuple(cells))


@st.composite
def drawn(draw: st.DrawFn, grid: Lattice) -> list[Ruling]:
    """The four sides of every cell, each moved by up to a point, in any order, some doubled."""
    shift = st.floats(-0.7, 0.7)
    lines: list[Ruling] = []
    for cell in grid.cells:
        x0, y0, x1, y1 = grid.box(cell)
        for line in (
            Ruling(True, y0, x0, x1),
            Ruling(True, y1, x0, x1),
            Ruling(False, x0, y0, y1),
            Ruling(False, x1, y0, y1),
        ):
            lines.append(line._replace(at=line.at + draw(shift)))
    return draw(st.permutations(lines))
