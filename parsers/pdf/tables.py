"""Tables of a page: grids of lines first, aligned columns after, text always from the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parsers.pdf.lattice import Lattice, Span, lattices
from parsers.pdf.lines import rows, words_text
from parsers.pdf.page import Path, Ruling, Word
from parsers.pdf.refine import in_cells, refined, without_frame
from parsers.pdf.shading import line_shadings, without_edges
from parsers.pdf.stream import StreamTable, is_numeric
from schemas.document import Cell, Table
from schemas.geometry import BBox

MIN_FILL = 0.2
"""Share of a grid's cells with text; charts and forms of empty boxes stay below."""


@dataclass(frozen=True, slots=True)
class FoundTable:
    """A table and where it stands."""

    table: Table
    bbox: BBox
    confidence: float | None = None


def cell_text(words: Sequence[Word]) -> str:
    """Text of a cell: its lines joined by a space, or by nothing between Han characters."""
    text = ""
    for row in rows(words):
        piece = words_text(row)
        wide = bool(text) and ord(text[-1]) >= 0x2E80 and ord(piece[0]) >= 0x2E80
        text = f"{text}{'' if wide or not text else ' '}{piece}"
    return text


def ruled_table(grid: Lattice, words: Sequence[Word]) -> FoundTable | None:
    """The table in a grid of lines; None when the gate says that it is none.

    A table has two rows and two columns of which most hold text; a box around a paragraph, a
    chart's grid and a form of empty fields are left to the running text.
    """
    inside = [word for word in words if grid.bbox.contains_centre(word.bbox)]
    grid = refined(without_frame(grid, inside), inside)
    inside = [word for word in inside if grid.bbox.contains_centre(word.bbox)]
    texts = {cell: cell_text(found) for cell, found in in_cells(grid, inside).items()}
    n_rows, n_cols = len(grid.ys) - 1, len(grid.xs) - 1
    used_rows = {cell.row for cell in texts}
    used_cols = {cell.col for cell in texts}
    if min(len(used_rows), len(used_cols)) < 2 or len(texts) < 4:
        return None
    if len(texts) < MIN_FILL * len(grid.cells):
        return None
    cells = [
        (cell, texts.get(cell, ""), grid.box(cell))
        for cell in sorted(grid.cells, key=lambda c: (c.row, c.col))
    ]
    table = to_table(cells, n_rows, n_cols)
    confidences = [word.confidence for word in inside if word.confidence is not None]
    return FoundTable(table, grid.bbox, min(confidences) if confidences else None)


def stream_table(found: StreamTable) -> FoundTable:
    """A table found by alignment in the same form as a ruled one."""
    return FoundTable(to_table(found.cells, found.n_rows, found.n_cols), found.bbox)


def to_table(cells: Sequence[tuple[Span, str, BBox]], n_rows: int, n_cols: int) -> Table:
    """The schema's table: empty rows and columns dropped, header rows marked."""
    keep_rows = sorted({c.row + i for c, text, _ in cells if text for i in range(c.row_span)})
    keep_cols = sorted({c.col + i for c, text, _ in cells if text for i in range(c.col_span)})
    row_at = {old: new for new, old in enumerate(keep_rows)}
    col_at = {old: new for new, old in enumerate(keep_cols)}
    header = _header_rows(cells)
    made = []
    for span, text, box in cells:
        rows_in = [row_at[r] for r in range(span.row, span.row + span.row_span) if r in row_at]
        cols_in = [col_at[c] for c in range(span.col, span.col + span.col_span) if c in col_at]
        if rows_in and cols_in:
            made.append(
                Cell(
                    row=rows_in[0],
                    col=cols_in[0],
                    text=text,
                    row_span=len(rows_in),
                    col_span=len(cols_in),
                    header=span.row in header,
                    bbox=box,
                )
            )
    return Table(len(keep_rows), len(keep_cols), tuple(made))


def _header_rows(cells: Sequence[tuple[Span, str, BBox]]) -> frozenset[int]:
    """Rows above the first one that is half numbers; the first row alone when there is none.

    Years count as words here: they head columns.
    """
    by_row: dict[int, list[str]] = {}
    for span, text, _ in cells:
        if text:
            by_row.setdefault(span.row, []).append(text)
    ordered = sorted(by_row)
    for index, row in enumerate(ordered[:6]):
        texts = by_row[row]
        numbers = sum(is_numeric(t) and not (t.isdigit() and 1900 <= int(t) <= 2100)
                      for t in texts)  # fmt: skip
        if numbers and 2 * numbers >= len(texts) - 1:
            return frozenset(ordered[:index])
    return frozenset(ordered[:1])


def ruled_tables(
    rulings: Sequence[Ruling], words: Sequence[Word], paths: Sequence[Path] = ()
) -> list[FoundTable]:
    """All tables on a page that lines draw, top to bottom."""
    seen = without_edges(rulings, line_shadings(paths, words)) if paths else rulings
    tables = [ruled_table(grid, words) for grid in lattices(seen)]
    return [table for table in tables if table is not None]


def rest(words: Sequence[Word], tables: Sequence[FoundTable]) -> list[Word]:
    """Words outside of all tables."""
    return [w for w in words if not any(t.bbox.contains_centre(w.bbox) for t in tables)]
