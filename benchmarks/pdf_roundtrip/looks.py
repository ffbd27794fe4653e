"""Rules and fills of a table's cells in a style, for the engines that are told each edge."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.pdf_roundtrip.model import Cell, Table
from benchmarks.pdf_roundtrip.style import Style


@dataclass(frozen=True)
class Look:
    """Widths of a cell's rules in points, 0 for none, its fill (empty for none), white text."""

    top: float = 0.0
    bottom: float = 0.0
    left: float = 0.0
    right: float = 0.0
    fill: str = ""
    white: bool = False


def look(table: Table, style: Style, cell: Cell) -> Look:
    """How a cell of a table is drawn."""
    first = cell.row == 0
    last = cell.row + cell.rowspan == table.rows
    in_head = cell.row < table.head
    head_end = table.head > 0 and cell.row + cell.rowspan == table.head
    if style.table == "grid":
        return Look(0.5, 0.5, 0.5, 0.5)
    if style.table == "headed":
        fill = style.accent if in_head else ""
        return Look(0.5, 0.5, 0.5, 0.5, fill, in_head)
    if style.table == "rules":
        return Look(1.1 * first, 1.1 if last else 0.6 * head_end)
    if style.table == "lines":
        return Look(0.0, 1.0 if head_end else 0.4)
    if style.table == "shaded":
        even = (cell.row - table.head) % 2 == 1 and not table.spans
        return Look(fill="d9dee4" if in_head else "f0f2f5" if even else "")
    return Look()
