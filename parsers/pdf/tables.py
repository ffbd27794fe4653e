"""Tables of a page: grids of lines first, aligned columns after, text always from the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers.pdf.cells import cell_text, without_leader
from parsers.pdf.charts import has_bars, has_curves
from parsers.pdf.evidence import Evidence, evidence
from parsers.pdf.lattice import Lattice, Span, lattices
from parsers.pdf.page import PageContent, Word
from parsers.pdf.partly_ruled import aligned_within, is_boxed_header
from parsers.pdf.refine import in_cells, refined, without_frame
from parsers.pdf.shading import line_shadings, without_edges
from parsers.pdf.stream import StreamTable
from parsers.pdf.trace import SILENT, Layer, Trace
from parsers.pdf.values import is_data
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


def ruled_table(grid: Lattice, words: Sequence[Word], seen: Evidence) -> FoundTable | None:
    """The table in a grid of lines; None when the gate says that it is none.

    A table has two rows and two columns of which most hold text; a box around a paragraph, a
    chart's grid and a form of empty fields are left to the running text.
    """
    inside = [word for word in words if grid.bbox.contains_centre(word.bbox)]
    drawn = without_frame(grid, inside)
    inside = [word for word in inside if drawn.bbox.contains_centre(word.bbox)]
    grid = refined(drawn, inside)
    aligned = aligned_within(drawn, grid, inside, seen)
    if aligned is not None:
        return stream_table(aligned)
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
    return FoundTable(to_table(found.cells, found.n_rows, found.n_cols, found.n_head), found.bbox)


def to_table(
    cells: Sequence[tuple[Span, str, BBox]], n_rows: int, n_cols: int, n_head: int = 0
) -> Table:
    """The schema's table: empty rows and columns dropped, header rows marked.

    `n_head` is the number of header rows, 0 when it is to be found out.
    """
    keep_rows = sorted({c.row + i for c, text, _ in cells if text for i in range(c.row_span)})
    keep_cols = sorted({c.col + i for c, text, _ in cells if text for i in range(c.col_span)})
    row_at = {old: new for new, old in enumerate(keep_rows)}
    col_at = {old: new for new, old in enumerate(keep_cols)}
    header = frozenset(range(n_head)) or _header_rows(cells)
    made = []
    for span, text, box in cells:
        rows_in = [row_at[r] for r in range(span.row, span.row + span.row_span) if r in row_at]
        cols_in = [col_at[c] for c in range(span.col, span.col + span.col_span) if c in col_at]
        if rows_in and cols_in:
            made.append(
                Cell(
                    row=rows_in[0],
                    col=cols_in[0],
                    text=without_leader(text),
                    row_span=len(rows_in),
                    col_span=len(cols_in),
                    header=span.row in header,
                    bbox=box,
                )
            )
    return Table(
        len(keep_rows), len(keep_cols), _without_gaps(made, len(keep_rows), len(keep_cols))
    )


def _without_gaps(cells: Sequence[Cell], n_rows: int, n_cols: int) -> tuple[Cell, ...]:
    """Cells in order, with empty ones where none was: a gap would shift a row written as HTML."""
    taken: set[tuple[int, int]] = set()
    kept: list[Cell] = []
    for cell in sorted(cells, key=lambda cell: (cell.row, cell.col)):
        own = {
            (cell.row + i, cell.col + j) for i in range(cell.row_span) for j in range(cell.col_span)
        }
        if own & taken:
            own = {(cell.row, cell.col)}
            cell = replace(cell, row_span=1, col_span=1)
        taken |= own
        kept.append(cell)
    heads = {cell.row for cell in kept if cell.header}
    kept += [
        Cell(row, col, "", header=row in heads)
        for row in range(n_rows)
        for col in range(n_cols)
        if (row, col) not in taken
    ]
    return tuple(sorted(kept, key=lambda cell: (cell.row, cell.col)))


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
        if is_data(texts):
            return frozenset(ordered[:index])
    return frozenset(ordered[:1])


def ruled_tables(
    content: PageContent, words: Sequence[Word], trace: Trace = SILENT
) -> list[FoundTable]:
    """All tables on a page that lines draw, top to bottom; `words` are those of the body.

    A grid that is no more than the header of rows without lines is left to the alignment.
    """
    seen = evidence(content)
    shadings = line_shadings(content.paths, words)
    boxes = [word.bbox for word in words]
    shapes = [path for path in content.paths if path.bbox not in shadings]
    tables = []
    for grid in lattices(without_edges(content.rulings, shadings)):
        table = ruled_table(grid, words, seen)
        if table is None:
            trace.note(Layer.NO_TABLE, grid.bbox, "refused: a grid of few texts")
        elif has_bars(grid.bbox, shapes, boxes) or has_curves(grid.bbox, shapes):
            trace.note(Layer.NO_TABLE, grid.bbox, "refused: bars or curves of a chart")
        elif seen.pictured(grid.bbox):
            trace.note(Layer.NO_TABLE, grid.bbox, "refused: a picture for the model")
        elif is_boxed_header(table.table, grid, words):
            trace.note(Layer.NO_TABLE, grid.bbox, "refused: the header of rows without lines")
        else:
            trace.note(Layer.GRID, grid.bbox, f"{len(grid.ys) - 1} x {len(grid.xs) - 1} drawn")
            trace.note(Layer.TABLE, table.bbox, "drawn by lines")
            noted(table, trace)
            tables.append(table)
    return tables


def noted(found: FoundTable, trace: Trace) -> None:
    """Notes the cells of a table."""
    for cell in found.table.cells:
        if cell.bbox is not None:
            trace.note(Layer.CELL, cell.bbox, f"{cell.row},{cell.col}")


def rest(words: Sequence[Word], tables: Sequence[FoundTable]) -> list[Word]:
    """Words outside of all tables."""
    return [w for w in words if not any(t.bbox.contains_centre(w.bbox) for t in tables)]
