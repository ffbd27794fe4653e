"""Grids that draw only a part of a table: a boxed header over rows without lines, a few columns.

Such a table is better read by the alignment of its words, with the lines as evidence.
"""

from __future__ import annotations

from collections.abc import Sequence

from parsers.pdf.evidence import Evidence
from parsers.pdf.gate import lenient_refusal
from parsers.pdf.lattice import Lattice
from parsers.pdf.lines import segments
from parsers.pdf.page import Word
from parsers.pdf.stream import StreamTable, built
from parsers.pdf.values import is_data
from schemas.document import Table
from schemas.geometry import BBox, union

HEADER_ROWS = 3
"""Rows of a grid that may be no more than a table's header."""
REACH = 1.6
"""Heights of a line of text between a boxed header and the first row below it."""


def aligned_within(
    grid: Lattice, finer: Lattice, words: Sequence[Word], seen: Evidence
) -> StreamTable | None:
    """The table of a grid whose rows and columns both had to be cut; None where lines suffice."""
    if len(finer.xs) == len(grid.xs) or len(finer.ys) == len(grid.ys):
        return None
    rows = segments(words)
    table = built(rows, seen) if len(rows) > 2 else None
    if table is None or lenient_refusal(table) or table.n_cols < len(finer.xs) - 1:
        return None
    return table


def is_boxed_header(table: Table, grid: Lattice, words: Sequence[Word]) -> bool:
    """Whether a grid is the header of rows that go on below it without lines.

    It holds no data, and two of the next rows stand in its columns.
    """
    if table.n_rows > HEADER_ROWS:
        return False
    by_row: dict[int, list[str]] = {}
    for cell in table.cells:
        if cell.text:
            by_row.setdefault(cell.row, []).append(cell.text)
    if any(is_data(texts) for texts in by_row.values()):
        return False
    box = grid.bbox
    below = [
        word for word in words
        if box.y1 - 1 < (word.bbox.y0 + word.bbox.y1) / 2 and box.x0 - 2 <= word.bbox.x0 <= box.x1
    ]  # fmt: skip
    rows = segments(below)[:4]
    if len(rows) < 2 or union(s.bbox for s in rows[0]).y0 - box.y1 > REACH * rows[0][0].size:
        return False
    fitting = [_in_columns([s.bbox for s in row], grid.xs) for row in rows]
    return fitting.count(True) >= 2 and any(fitting[:2])


def _in_columns(boxes: Sequence[BBox], xs: Sequence[float]) -> bool:
    """Whether boxes fill most columns, each in one of its own."""
    columns = set()
    for box in boxes:
        crossed = [x for x in xs[1:-1] if box.x0 + 1 < x < box.x1 - 1]
        if crossed:
            return False
        columns.add(sum(x <= (box.x0 + box.x1) / 2 for x in xs))
    return len(columns) == len(boxes) >= max(2, 0.6 * (len(xs) - 1))
