"""Questions on tables: cells looked up, entries found, rows read into JSON, answers computed."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator

from dataflow.evidence.wording import plain, tokens
from dataflow.sft.blocks import Block
from dataflow.sft.drafts import TABLE, Draft
from dataflow.sft.rules.computed import quantity
from dataflow.sft.rules.grid import Cell, Grid, Row, grid_of, lowered, usable
from dataflow.sft.rules.place import MAX_INPUT, Place
from dataflow.sft.rules.shown import shown_table
from dataflow.sft.rules.table_sums import computed_drafts
from schemas.document import ElementKind
from schemas.ids import content_id

_MAX_LOOKUPS = 12
_MAX_FOUND = 4
_MAX_RECORDS = 2
_MAX_VALUE = 40
"""Characters of an entry by which a row is asked for."""
_MAX_PLACE = 80
_CAPTION_NUMBER = re.compile(
    r"^(?:[Tt]able|TABLE|[Tt]ab\.|表)\s?[\dIVX]{1,4}(?:[.-]\d{1,2})?\s*[.:：、]?\s*"
)
_MOST_LINES = 12
"""Lines of a table that is rewritten as a whole."""


def table_drafts(place: Place) -> Iterator[Draft]:
    """Questions on the section's tables, which are given along.

    Quotes are the headers' line and the lines of rows.
    """
    blocks = place.section.blocks
    for index, block in enumerate(blocks):
        if block.kind is not ElementKind.TABLE:
            continue
        grid = grid_of(block, place.document.text)
        if grid is None:
            continue
        around = [blocks[i] for i in (index - 1, index + 1) if 0 <= i < len(blocks)]
        where = _where(place, around)
        yield from _lookups(place, grid, where, block)
        if where:
            yield from _found_rows(place, grid, where, block)
            yield from computed_drafts(place, grid, where, block)
        yield from _records(place, grid, block)
        yield from _as_csv(place, grid, block)


def _where(place: Place, around: list[Block]) -> str:
    """What the table may be called: its caption or the heading above it, else the title."""
    captions = [block.text for block in around if block.kind is ElementKind.CAPTION]
    own = (captions[0] if captions else place.heading or place.title).rstrip(".。：: ")
    named = (_CAPTION_NUMBER.sub("", own) or own)[:_MAX_PLACE]
    return named.replace("“", "‘").replace("”", "’")  # it will stand in quotation marks


def _lookups(place: Place, grid: Grid, where: str, block: Block) -> Iterator[Draft]:
    """What stands in a cell, evenly over the table."""
    cells = [
        (row, grid.headers[column], cell)
        for row in grid.rows for column, cell in sorted(row.cells.items()) if usable(cell.text)
    ]  # fmt: skip
    step = max(1, len(cells) // _MAX_LOOKUPS)
    for row, header, cell in cells[::step][:_MAX_LOOKUPS]:
        asked = place.word(
            "table", row=row.name.text, column=header, place=where, key=_key(place, grid, row)
        )
        yield Draft(
            TABLE, "lookup", place.lang, asked, cell.text, (grid.header_line, row.line),
            place.phrasing.rule("lookup"), shown_table(place, block, grid, [row]),
        )  # fmt: skip


def _key(place: Place, grid: Grid, row: Row) -> str:
    """What the row's name is a name of, where that does not go without saying."""
    if not grid.name_header or quantity(row.name.text) is None:
        return ""
    return f"（{grid.name_header}）" if place.lang == "zh" else f" ({grid.name_header})"


def _found_rows(place: Place, grid: Grid, where: str, block: Block) -> Iterator[Draft]:
    """Which row has an entry that no other has in its column."""
    if not grid.name_header:
        return
    found: list[tuple[Row, str, Cell]] = []
    for column, header in sorted(grid.headers.items()):
        once = Counter(row.cells[column].text for row in grid.rows if column in row.cells)
        found += [
            (row, header, row.cells[column]) for row in grid.rows
            if column in row.cells and once[row.cells[column].text] == 1
            and usable(row.cells[column].text) and len(row.cells[column].text) <= _MAX_VALUE
        ]  # fmt: skip
    found.sort(key=lambda one: content_id("find", place.seed, one[2].text, one[0].name.text))
    for row, header, cell in found[:_MAX_FOUND]:
        asked = place.word(
            "find_row", name=lowered(grid.name_header), column=header, value=cell.text, place=where
        )
        yield Draft(
            TABLE, "find_row", place.lang, asked, row.name.text, (grid.header_line, row.line),
            place.phrasing.rule("find_row"), shown_table(place, block, grid, [row]),
        )  # fmt: skip


def _records(place: Place, grid: Grid, block: Block) -> Iterator[Draft]:
    """A row as JSON, or a line for each of its columns; the table is given."""
    given = place.cut((block.start, block.end))
    full = [row for row in grid.rows if len(row.cells) == len(grid.headers)]
    if len(given) > MAX_INPUT or not _whole(place, grid) or len(grid.headers) < 2:
        return
    full.sort(key=lambda row: content_id("record", place.seed, row.name.text))
    for index, row in enumerate(full[:_MAX_RECORDS]):
        pairs = [(grid.name_header, row.name.text)]
        pairs += [(grid.headers[column], cell.text) for column, cell in sorted(row.cells.items())]
        if index % 2:
            task, output = "describe_row", "\n".join(f"{key}: {value}" for key, value in pairs)
        else:
            task, output = "record", json.dumps(dict(pairs), ensure_ascii=False, indent=2)
        lines = (grid.header_line, row.line)
        claim = "\n".join(plain(place.cut(line).replace("|", " ")) for line in lines)
        if not all(set(tokens(part)) <= set(tokens(claim)) for pair in pairs for part in pair):
            continue
        yield Draft(
            TABLE, "json" if task == "record" else task, place.lang,
            place.word(task, row=row.name.text, place=""), output, lines,
            place.phrasing.rule(task), given, claim=claim,
        )  # fmt: skip


def _whole(place: Place, grid: Grid) -> bool:
    """Whether the grid has all columns of the table, each with its header."""
    line = place.cut(grid.header_line).strip()
    cells = line.count("|") - 1 if line.startswith("|") else line.count("</t")
    return bool(grid.name_header) and cells == len(grid.headers) + 1


def _as_csv(place: Place, grid: Grid, block: Block) -> Iterator[Draft]:
    """The whole of a small table as comma-separated values."""
    given = place.cut((block.start, block.end))
    full = all(len(row.cells) == len(grid.headers) for row in grid.rows)
    lines = given.strip().count("\n") + 1
    piped = given.lstrip().startswith("|") and lines == len(grid.rows) + 2
    if not full or not piped or not _whole(place, grid) or not 4 <= lines <= _MOST_LINES:
        return
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([grid.name_header, *(header for _, header in sorted(grid.headers.items()))])
    for row in grid.rows:
        writer.writerow([row.name.text, *(cell.text for _, cell in sorted(row.cells.items()))])
    output = written.getvalue().rstrip("\n")
    claim = "\n".join(plain(line.replace("|", " ")) for line in given.split("\n"))
    if not set(tokens(output)) <= set(tokens(claim)):
        return
    yield Draft(
        TABLE, "csv", place.lang, place.word("csv", key=content_id(given)), output,
        ((block.start, block.end),), place.phrasing.rule("csv"), given, claim=claim,
    )  # fmt: skip
