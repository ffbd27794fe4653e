"""XLSX: each sheet's blocks of cells as tables, lone cells as paragraphs.

Read with openpyxl itself, which `unstructured[xlsx]` brings: unstructured goes through a data
frame, where 1 above 7.25 becomes "1.00" and 2 above a blank "2.0", merged cells fall apart, and a
sheet of 160,000 cells takes 6.5 CPU-seconds instead of 2.4 (measured on unstructured 0.27.32).
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from parsers.ooxml import read_part, safe_xml
from schemas.document import Cell, Element, ElementKind, Issue, IssueCode, Table

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

MAX_CELLS = 2_000_000
"""Cells with a value read of one workbook."""

MAX_ROWS = 1_048_576
"""Rows of a sheet, Excel's own bound: a row number beyond would be padded up to."""

MAX_SLOTS = 16_000_000
"""Cells walked over in one workbook, the blank ones before the last of a row included."""

MAX_MERGED = 100_000
"""Merged areas read of one sheet."""

LIST_ROWS = 50
"""A block of one column with more rows than this is a table, not so many paragraphs."""

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=\"([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})\""
)

Position = tuple[int, int]
Span = tuple[int, int]


@dataclass(slots=True)
class Budget:
    """What may still be read of a workbook."""

    cells: int = 0
    slots: int = 0


@dataclass(slots=True)
class Grid:
    """A sheet's texts by 0-based row and column, both ascending, and spans by top left cell."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    spans: dict[Position, Span] = field(default_factory=dict)


def sheet_elements(data: bytes, issues: list[Issue]) -> Iterator[Element]:
    """Elements of a workbook's sheets in order; extends `issues`.

    Cells are streamed, so that a far-away cell does not fill memory with blank ones. What
    openpyxl raises for damaged files is left to the caller.
    """
    import openpyxl

    parts = sheet_parts(data)
    book = openpyxl.load_workbook(
        io.BytesIO(data), data_only=True, keep_links=False, read_only=True
    )
    budget = Budget(MAX_CELLS, MAX_SLOTS)
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # the stored dimension is often wrong
            grid = _read(sheet, budget)
            if budget.cells < 0 or budget.slots < 0:
                detail = f"sheet {sheet.title!r}: only the first {len(grid.rows)} rows were read"
                issues.append(Issue(IssueCode.TABLE_SKIPPED, detail))
            if grid.rows:
                grid.spans = merged_areas(data, parts.get(sheet.title, ""))
                yield Element(ElementKind.HEADING, sheet.title, level=1)
                for block in _blocks(grid):
                    yield from _block_elements(grid, block)
    finally:
        book.close()


def sheet_parts(data: bytes) -> dict[str, str]:
    """Name of a sheet -> name of its part in the archive."""
    book, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    book_part, relations_part = read_part(data, book), read_part(data, relations)
    if book_part is None or relations_part is None:
        return {}
    targets = {
        str(node.get("Id")): posixpath.normpath(posixpath.join("/xl", str(node.get("Target"))))[1:]
        for node in safe_xml(relations_part, relations)
    }
    return {
        str(node.get("name")): targets.get(str(node.get(RELATION)), "")
        for node in safe_xml(book_part, book).iter("{*}sheet")
    }


def merged_areas(data: bytes, part: str) -> dict[Position, Span]:
    """Rows and columns of each merged area by its top left cell, 0-based.

    openpyxl knows them only with the whole sheet in memory, so the part is scanned for them.
    """
    found: dict[Position, Span] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if part not in archive.namelist():
            return found
        with archive.open(part) as stream:
            window = b""
            while piece := stream.read(1 << 20):
                window = window[-200:] + piece  # longer than any mergeCell element
                for match in MERGED.finditer(window):
                    (top, left), (bottom, right) = map(_position, match.groups())
                    if bottom >= top and right >= left:
                        found[top, left] = (bottom - top + 1, right - left + 1)
                if len(found) > MAX_MERGED:
                    return {}
    return found


def _position(reference: bytes) -> Position:
    """0-based row and column of a reference such as `B7`."""
    letters = reference.rstrip(b"0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(reference[len(letters) :]) - 1, column - 1


def _read(sheet: ReadOnlyWorksheet, budget: Budget) -> Grid:
    """A sheet's texts; stops when the budget is below zero."""
    grid = Grid()
    for row in sheet.iter_rows(max_row=MAX_ROWS):
        budget.slots -= 1 + len(row)
        if budget.cells < 0 or budget.slots < 0:
            break
        texts: dict[int, str] = {}
        number = 0
        for cell in row:
            text = "" if cell.value is None else cell_text(cell.value, cell.number_format)
            if text:
                texts[cell.column - 1] = text
                number = cell.row
        budget.cells -= len(texts)
        if texts and budget.cells >= 0:
            grid.rows[number - 1] = texts
    grid.rows = dict(sorted(grid.rows.items()))
    return grid


def cell_text(value: Any, number_format: str = "General") -> str:
    """A cell's value as the sheet shows it, without thousands separators and currency signs.

    >>> cell_text(3.0), cell_text(0.1 + 0.2), cell_text(0.125, "0.0%"), cell_text(True)
    ('3', '0.3', '12.5%', 'TRUE')
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        plain = number_format.split(";")[0]
        if plain.endswith("%"):
            decimals = len(plain.rpartition(".")[2]) - 1 if "." in plain else 0
            return f"{value * 100:.{decimals}f}%"
        return format(value, ".15g") if isinstance(value, float) else str(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    return " ".join(str(value).split())


def _blocks(grid: Grid) -> Iterator[range]:
    """Rows of each block: neighbouring rows that hold a value or lie under a merged one."""
    last = max(grid.rows)
    start = reach = -1
    for row, texts in grid.rows.items():
        if reach >= 0 and row > reach + 1:
            yield range(start, reach + 1)
            start = -1
        start = row if start < 0 else start
        reach = min(last, max([reach, row, *(_bottom(grid, row, col) for col in texts)]))
    if start >= 0:
        yield range(start, reach + 1)


def _bottom(grid: Grid, row: int, col: int) -> int:
    """Last row that the cell covers."""
    return row + grid.spans.get((row, col), (1, 1))[0] - 1


def _block_elements(grid: Grid, block: range) -> Iterator[Element]:
    """A block's table, with the lone cells above and below it as paragraphs."""
    first, last = block.start, block.stop
    while first < last and _is_lone(grid, first):
        first += 1
    if first == last and len(block) > LIST_ROWS:
        first = block.start
    elif first < last:
        while _is_lone(grid, last - 1):
            last -= 1
    yield from _paragraphs(grid, range(block.start, first))
    if first < last:
        yield _table(grid, range(first, last))
    yield from _paragraphs(grid, range(last, block.stop))


def _is_lone(grid: Grid, row: int) -> bool:
    """Whether a row holds one cell, which does not reach into the rows below."""
    texts = grid.rows.get(row, {})
    return len(texts) == 1 and all(_bottom(grid, row, col) == row for col in texts)


def _paragraphs(grid: Grid, rows: range) -> Iterator[Element]:
    for row in rows:
        for text in grid.rows.get(row, {}).values():
            yield Element(ElementKind.PARAGRAPH, text)


def _table(grid: Grid, rows: range) -> Element:
    """Table of the rows, blank columns left out; its first row is the header."""
    columns = sorted({col for row in rows for col in grid.rows.get(row, ())})
    place = {col: index for index, col in enumerate(columns)}
    taken = {(row - rows.start, place[col]) for row in rows for col in grid.rows.get(row, ())}
    cells: list[Cell] = []
    for row in rows:
        for col, text in grid.rows.get(row, {}).items():
            at = (row - rows.start, place[col])
            high, wide = grid.spans.get((row, col), (1, 1))
            if (high, wide) != (1, 1):
                high = min(high, rows.stop - row)
                wide = bisect_left(columns, col + wide) - place[col]
                area = {(at[0] + i, at[1] + j) for i in range(high) for j in range(wide)} - {at}
                if taken & area:  # values under a merged cell, which some writers leave there
                    high = wide = 1
                else:
                    taken |= area
            cells.append(Cell(*at, text, high, wide, header=row == rows.start and len(rows) > 1))
    table = Table(len(rows), len(columns), tuple(cells))
    text = "\n".join("\t".join(texts) for texts in table.grid())
    return Element(ElementKind.TABLE, text, table=table)
