"""A table as rows with names and columns with headers, each cell with its place in the text."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import contains, plain, tokens
from dataflow.sft.blocks import Block

MAX_CELLS = 2000
"""Cells of a table beyond which it is left alone."""

_MAX_CELL = 80
BOX = re.compile("[□☐☑☒_]{1}(?:\\s|$)|_{2,}")
"""A box to be ticked, a line to be filled in."""
_MOST_HEADER = 10
"""Tokens of a header; what is longer is an entry in a table without headers."""
_COUNTS = re.compile(r"(?:序号|编号|行号|No\.?|Nr\.?|#)$", re.IGNORECASE)
_NUMBER_OF = re.compile(r"\d{5,}")
"""Of an order, a place or a person: it stands in entries."""
_BARE = re.compile(r"\d{1,3}$")
_PIPE_CELL = re.compile(r"(?:[^|\\]|\\.)*")
_HTML_CELL = re.compile(
    r"<t[dh]\b[^>]{0,200}>(?P<cell>[^<]{0,2000}(?:<(?!/?t[dhr]\b)[^<]{0,2000}){0,50})</t[dh]>"
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows and where that stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose name is unique in its table: name, cells by column (without the name's), line."""

    name: Cell
    cells: dict[int, Cell]
    line: Span


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns with a header of their own and rows with a name of their own.

    `name_header` is '' when the first column has none, `header_line` is where the headers stand.
    """

    name_header: str
    headers: dict[int, str]
    rows: tuple[Row, ...]
    header_line: Span


def grid_of(block: Block, text: str) -> Grid | None:
    """The block's table; None when it has no headers or no rows with names."""
    if not 4 <= len(block.cells) <= MAX_CELLS:
        return None
    rows: dict[int, dict[int, str]] = {}
    for row, column, shown, _ in block.cells:
        rows.setdefault(row, {})[column] = shown
    lines = line_spans(block, text)
    first = min(rows)
    if first not in lines:
        return None
    unique = Counter(rows[first].values())
    header_line = tokens(text[lines[first][0] : lines[first][1]])
    headers = {
        column: header for column, header in rows[first].items()
        if usable(header) and unique[header] == 1 and contains(header_line, tokens(header))
        and _heads(header)
    }  # fmt: skip
    key = _name_column(rows, first)
    named = Counter(cells.get(key, "") for cells in rows.values())
    width = max(column for cells in rows.values() for column in cells) + 1
    found: list[Row] = []
    for row in sorted(rows):
        name = rows[row].get(key, "")
        if row == first or named[name] > 1 or not usable(name) or row not in lines:
            continue
        if _follows_up(rows, row, key):
            continue
        cells = _cells(text, lines[row], rows[row], width)
        if key in cells:
            own = {c: cell for c, cell in cells.items() if c > key and c in headers}
            found.append(Row(cells[key], own, lines[row]))
    others = {column: header for column, header in headers.items() if column > key}
    if not found or not others:
        return None
    return Grid(headers.get(key, ""), others, tuple(found), lines[first])


def _heads(header: str) -> bool:
    """Whether a cell of the first line can name a column."""
    short = len(tokens(header)) <= _MOST_HEADER or header[:1] > "\u2e80"
    return short and not _BARE.match(header) and not _NUMBER_OF.search(header)


def _follows_up(rows: dict[int, dict[int, str]], row: int, key: int) -> bool:
    """Whether the next row has no name: it belongs to this one, whose name is then that of both."""
    following = rows.get(row + 1)
    return following is not None and not following.get(key, "").strip()


def _name_column(rows: dict[int, dict[int, str]], first: int) -> int:
    """The first column, or the second where the first only counts the rows."""
    if _COUNTS.match(rows[first].get(0, "")) and len(rows[first]) > 2:
        return 1
    counted = [cells.get(0, "") for row, cells in sorted(rows.items()) if row != first]
    return int(counted == [str(number) for number in range(1, len(counted) + 1)])


def _cells(text: str, line: Span, shown: dict[int, str], width: int) -> dict[int, Cell]:
    """The cells of a line by column; one that cannot be told from another is left out."""
    raw = _raw_cells(text[line[0] : line[1]])
    texts = [plain(html.unescape(part)).replace("\\|", "|") for part, _ in raw]
    found: dict[int, Cell] = {}
    for column, wanted in shown.items():
        at = [i for i, have in enumerate(texts) if have == wanted]
        place = column if len(raw) == width and column in at else at[0] if len(at) == 1 else -1
        if place >= 0 and wanted:
            part, start = raw[place]
            lead = len(part) - len(part.lstrip())
            begin = line[0] + start + lead
            found[column] = Cell(wanted, (begin, begin + len(part.strip())))
    return found


def _raw_cells(line: str) -> list[tuple[str, int]]:
    """Each cell as written, and where it begins in the line."""
    if line.lstrip().startswith("<tr"):
        return [(m["cell"], m.start("cell")) for m in _HTML_CELL.finditer(line)]
    start, stop = line.find("|") + 1, line.rstrip().rfind("|")
    found: list[tuple[str, int]] = []
    while start <= stop:
        match = _PIPE_CELL.match(line, start, stop)
        end = match.end() if match else stop
        found.append((line[start:end], start))
        start = end + 1
    return found


def line_spans(block: Block, text: str) -> dict[int, Span]:
    """Place of each table row's line: of a pipe table or of an HTML table with a line a row."""
    found: dict[int, Span] = {}
    position, row = block.start, 0
    for line in text[block.start : block.end].split("\n"):
        stripped = line.strip()
        end = position + len(line)
        is_rule = stripped.startswith("|") and not stripped.strip("|-: ")
        if (stripped.startswith("|") and not is_rule) or stripped.startswith("<tr"):
            found[row] = (position, end)
            row += 1
        position = end + 1
    return found


def lowered(header: str) -> str:
    """An English header as it stands within a sentence: “Month” -> “month”, “GDP” as it is.

    >>> lowered("Depth and source"), lowered("GDP"), lowered("年份")
    ('depth and source', 'GDP', '年份')
    """
    rest = header[1:]
    return header[:1].lower() + rest if rest == rest.lower() and rest[:1].isalpha() else header


def usable(cell: str) -> bool:
    """Whether a cell says something, briefly."""
    return bool(tokens(cell)) and len(cell) <= _MAX_CELL and not BOX.search(cell)
