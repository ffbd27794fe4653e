from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.pdf.lattice import Lattice, Span, groups, join, lattice, lattices, snap
from parsers.pdf.page import Ruling
from tests.strategies.geometry import drawn, grids

grids_with_lines = grids().flatmap(lambda grid: st.tuples(st.just(grid), drawn(grid)))


@settings(deadline=None, max_examples=60)
@given(grids_with_lines)
def test_cells_come_back_from_their_sides(case: tuple[Lattice, list[Ruling]]) -> None:
    grid, lines = case
    (found,) = lattices(lines)
    assert sorted(found.cells, key=lambda c: (c.row, c.col)) == sorted(
        grid.cells, key=lambda c: (c.row, c.col)
    )
    assert all(abs(a - b) < 1.5 for a, b in zip(found.xs, grid.xs, strict=True))
    assert all(abs(a - b) < 1.5 for a, b in zip(found.ys, grid.ys, strict=True))


@settings(deadline=None, max_examples=40)
@given(grids_with_lines)
def test_cells_tile_the_grid(case: tuple[Lattice, list[Ruling]]) -> None:
    (found,) = lattices(case[1])
    places = [
        (cell.row + i, cell.col + j)
        for cell in found.cells
        for i in range(cell.row_span)
        for j in range(cell.col_span)
    ]
    expected = [(r, c) for r in range(len(found.ys) - 1) for c in range(len(found.xs) - 1)]
    assert sorted(places) == expected


@settings(deadline=None, max_examples=40)
@given(grids_with_lines)
def test_snap_and_join_are_idempotent(case: tuple[Lattice, list[Ruling]]) -> None:
    once = join(snap(case[1]))
    assert join(snap(once)) == once


def test_join_closes_small_gaps_only() -> None:
    pieces = [Ruling(True, 10, 0, 50), Ruling(True, 10, 52, 90), Ruling(True, 10, 120, 150)]
    assert join(pieces) == [Ruling(True, 10, 0, 90), Ruling(True, 10, 120, 150)]


def test_two_grids_stay_apart() -> None:
    def box(x: float) -> list[Ruling]:
        return [
            Ruling(True, 10, x, x + 40), Ruling(True, 50, x, x + 40),
            Ruling(False, x, 10, 50), Ruling(False, x + 40, 10, 50),
        ]  # fmt: skip

    assert [len(group) for group in groups([*box(0), *box(100)])] == [4, 4]
    assert [grid.bbox.x0 for grid in lattices([*box(0), *box(100)])] == [0, 100]


def test_open_sides_count_as_closed() -> None:
    lines = [Ruling(True, y, 0, 90) for y in (0, 20, 40)] + [Ruling(False, 30, 0, 40)]
    found = lattice(lines)
    assert found is not None
    assert list(found.xs) == [0, 30, 90]
    assert found.cells == (Span(0, 0), Span(0, 1), Span(1, 0), Span(1, 1))


def test_lone_lines_are_no_grid() -> None:
    assert lattices([Ruling(True, 10, 0, 90), Ruling(True, 50, 0, 90)]) == []
