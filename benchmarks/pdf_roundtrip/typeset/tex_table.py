"""Tables in LaTeX: fixed column widths, spans by multirow and multicolumn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.pdf_roundtrip.measure import PADDING, column_widths, table_size
from benchmarks.pdf_roundtrip.model import Cell, Table
from benchmarks.pdf_roundtrip.style import Style

if TYPE_CHECKING:
    from benchmarks.pdf_roundtrip.typeset.tex import Writer

KEPT_ROWS = 12
"""Tables of more rows may run over a page's end."""
SIDES = {"left": r"\raggedright", "right": r"\raggedleft", "center": r"\centering"}


def table_rows(writer: Writer, table: Table, *, breakable: bool) -> tuple[str, bool]:
    """A table's source, and whether it may run over a page's end."""
    style = writer.style
    room = writer.room(table)
    size = table_size(table, style, room)
    widths = column_widths(table, room - 1, size, style.table_full)
    bar = "|" if style.table in ("grid", "headed") else ""
    columns = bar + bar.join(_column(width) for width in widths) + bar
    rows = [_row(writer, table, index, widths, bar) for index in range(table.rows)]
    top = r"\hline" if bar else r"\toprule" if style.table == "rules" else ""
    long = breakable and table.rows > KEPT_ROWS
    head = "\n".join(rows[: table.head])
    body = "\n".join(rows[table.head :])
    font = f"\\fontsize{{{size}}}{{{size * 1.2:.1f}}}\\selectfont"
    font += f"\\setlength\\tabcolsep{{{PADDING / 2}pt}}"
    if long:
        head = f"{top}\n{head}\n\\endhead" if head else top
        inner = f"\\begin{{longtable}}{{{columns}}}\n{head}\n{body}\n\\end{{longtable}}"
    else:
        inner = f"\\begin{{tabular}}{{{columns}}}\n{top}\n{head}\n{body}\n\\end{{tabular}}"
    return f"{{{font}{inner}}}", long


def _column(width: float) -> str:
    return f"p{{{width - PADDING - 0.5:.1f}pt}}"


def _row(writer: Writer, table: Table, index: int, widths: list[float], bar: str) -> str:
    """A row with the rule below it."""
    parts = []
    col = 0
    while col < table.cols:
        cell = table.owner(index, col)
        begins = cell.row == index
        width = sum(widths[cell.col : cell.col + cell.colspan])
        parts.append(_cell(writer, (table, cell, width), bar, begins=begins))
        col = cell.col + cell.colspan
    return (
        _fill(table, writer.style, index)
        + " & ".join(parts)
        + r" \\ "
        + _rule(table, writer.style, index)
    )


def _cell(writer: Writer, place: tuple[Table, Cell, float], bar: str, *, begins: bool) -> str:
    table, cell, width = place
    white = writer.style.table == "headed" and cell.row < table.head
    weight = r"\bfseries" if cell.head else ""
    inner = writer.inline(cell.text) if begins else ""
    inner = f"\\textcolor{{white}}{{{inner}}}" if inner and white else inner
    said = f"{SIDES[cell.align]}\\arraybackslash{weight} {inner}" if inner else ""
    if cell.rowspan > 1 and begins:
        said = f"\\multirow[t]{{{cell.rowspan}}}{{=}}{{{said}}}"
    if cell.colspan == 1:
        return said
    left = bar if cell.col == 0 else ""
    return f"\\multicolumn{{{cell.colspan}}}{{{left}{_column(width)}{bar}}}{{{said}}}"


def _fill(table: Table, style: Style, index: int) -> str:
    spans = any(c.rowspan > 1 for c in table.cells if c.row < table.head)
    if index < table.head and style.table in ("shaded", "headed"):
        if style.table == "headed":
            return f"\\rowcolor[HTML]{{{style.accent.upper()}}}"
        return "" if spans else r"\rowcolor[HTML]{D9DEE4}"
    if style.table == "shaded" and not table.spans and (index - table.head) % 2 == 1:
        return r"\rowcolor[HTML]{F0F2F5}"
    return ""


def _rule(table: Table, style: Style, index: int) -> str:
    last = index == table.rows - 1
    head_end = table.head > 0 and index == table.head - 1
    if style.table == "rules":
        return r"\bottomrule" if last else r"\midrule" if head_end else ""
    if style.table in ("bare", "shaded"):
        return ""
    open_columns = [
        col
        for col in range(table.cols)
        if last or table.owner(index, col) != table.owner(index + 1, col)
    ]
    if len(open_columns) == table.cols:
        return r"\hline"
    return "".join(f"\\cline{{{col + 1}-{col + 1}}}" for col in open_columns)
