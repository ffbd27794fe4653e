"""<table> -> cells on a grid, and which tables only place things on a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from parsers.html.dom import HEADINGS, Node, tag_of
from schemas.document import Cell, Table

MAX_COLUMNS = 1000
"""Columns of a table (the HTML Standard's own limit for colspan)."""

MAX_GRID = 500_000
"""Grid positions of a table; what is larger is read cell by cell, not as a table."""

MAX_COVERED = 100_000
"""Grid positions that cells of earlier rows cover; row spans beyond that are taken for 1."""

LONG_CELL = 1500
"""Characters in a cell above which a table without header cells is layout."""

LONG_ROW_CELL = 200
"""The same for a table of a single row."""

_NUMBER = re.compile(r"\s*(\d{1,6})")
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_STRUCTURE = HEADINGS | {"pre", "article", "section", "blockquote", "form", "main", "nav"}

Row = tuple[Node, str]
"""A <tr> and the tag of its section."""


def rows_of(table: Node, skip: frozenset[Node]) -> list[Row]:
    """Rows of `table` itself, not those of tables inside its cells, without empty ones."""
    return [
        (row, section)
        for row, section in _all_rows(table)
        if row not in skip and any(True for _ in cells_of(row))
    ]


def _all_rows(table: Node) -> Iterator[Row]:
    for child in table:
        tag = tag_of(child)
        if tag == "tr":
            yield child, "tbody"
        elif tag in _SECTIONS:
            for row in child:
                if tag_of(row) == "tr":
                    yield row, tag


def cells_of(row: Node) -> Iterator[Node]:
    """Cells of a row."""
    return (child for child in row if tag_of(child) in ("td", "th"))


def is_layout(table: Node, rows: list[Row]) -> bool:
    """Whether a table only places blocks on the page, so that its cells read one by one."""
    cells = [cell for row, _ in rows for cell in cells_of(row)]
    if len(cells) <= 1 or (table.get("role") or "") in ("presentation", "none"):
        return True
    if any(inner is not table and _is_filled(inner) for inner in table.iter("table")):
        return True
    if table.find("caption") is not None or any(tag_of(cell) == "th" for cell in cells):
        return False
    if any(tag_of(node) in _STRUCTURE for cell in cells for node in cell.iter()):
        return True
    longest = max(len("".join(str(text) for text in cell.itertext())) for cell in cells)
    return longest > (LONG_ROW_CELL if len(rows) == 1 else LONG_CELL)


def _is_filled(table: Node) -> bool:
    return any(str(text).strip() for text in table.itertext())


def table_of(rows: list[Row], text_of: Callable[[Node, bool], str]) -> Table | None:
    """Cells of `rows` on a grid, spans honoured as browsers do; None for a grid beyond bounds.

    `text_of(cell, marks)` gives a cell's text; `marks` is whether inline Markdown may be in it,
    which is so in tables without spans only, since Markdown tables have none.
    """
    placed = _place(rows)
    n_cols = max((col + wide for _, _, col, _, wide in placed), default=0)
    if len(rows) * n_cols > MAX_GRID:
        return None
    plain = all(high == 1 and wide == 1 for _, _, _, high, wide in placed)
    sections = [section for _, section in rows]
    cells = tuple(
        Cell(
            row,
            col,
            text_of(node, plain),
            row_span=high,
            col_span=wide,
            header=tag_of(node) == "th" or sections[row] == "thead",
        )
        for node, row, col, high, wide in placed
    )
    return Table(len(rows), n_cols, cells)


def _place(rows: list[Row]) -> list[tuple[Node, int, int, int, int]]:
    """Cell, row, column, height and width; no two overlap (HTML Standard, 4.9.12)."""
    taken: set[tuple[int, int]] = set()  # by cells of rows above
    placed = []
    for index, (row, section) in enumerate(rows):
        left = _rows_left(rows, index, section)
        col = 0
        for cell in cells_of(row):
            while (index, col) in taken:
                col += 1
            if col >= MAX_COLUMNS:
                break
            high = min(_span(cell, "rowspan", left), left)
            wide = min(_span(cell, "colspan", 1), MAX_COLUMNS - col)
            free = next((w for w in range(1, wide) if (index, col + w) in taken), wide)
            wide = min(wide, free)
            if len(taken) + (high - 1) * wide > MAX_COVERED:
                high = 1
            taken.update((index + i, col + j) for i in range(1, high) for j in range(wide))
            placed.append((cell, index, col, high, wide))
            col += wide
    return placed


def _rows_left(rows: list[Row], index: int, section: str) -> int:
    """Rows from `index` to the end of its section: spans end there."""
    left = 0
    while index + left < len(rows) and rows[index + left][1] == section:
        left += 1
    return left


def _span(cell: Node, name: str, zero: int) -> int:
    match = _NUMBER.match(cell.get(name) or "")
    number = int(match.group(1)) if match else 1
    return number or zero
