"""Questions on table cells: the column's header and the row's name ask, the cell answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import contains, tokens
from dataflow.sft.blocks import Block, Manuscript, Section
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.phrasing import Phrasing
from schemas.document import ElementKind

MAX_CELLS = 2000
"""Cells of a table beyond which it is left alone."""

_MAX_CELL = 80
_MAX_PER_TABLE = 12


def table_drafts(
    document: Manuscript, section: Section, phrasing: Phrasing, seed: int
) -> Iterator[Draft]:
    """Look-ups in the section's tables; quotes are the header's line and the row's line."""
    previous: Block | None = None
    for block in section.blocks:
        if block.kind is ElementKind.TABLE and 4 <= len(block.cells) <= MAX_CELLS:
            place = _place(document, section, previous)
            for row, column, answer, spans in lookups(block, document.text):
                question = phrasing.word("table", seed, row=row, column=column, place=place)
                yield Draft(
                    EXTRACTIVE, "table", phrasing.lang, question, answer, spans,
                    phrasing.rule("table"),
                )  # fmt: skip
        previous = block


def _place(document: Manuscript, section: Section, previous: Block | None) -> str:
    """Where the table stands: its caption, else the heading, else the title."""
    if previous is not None and previous.kind is ElementKind.CAPTION and len(previous.text) <= 120:
        return previous.text
    return (section.title or document.title)[:120]


def lookups(block: Block, text: str) -> list[tuple[str, str, str, tuple[Span, ...]]]:
    """Name of the row, header of the column, cell and its two lines, evenly over the table.

    Left out are cells whose line does not hold them, and names or headers that are not unique.
    """
    rows: dict[int, dict[int, str]] = {}
    for row, column, shown, _ in block.cells:
        rows.setdefault(row, {})[column] = shown
    lines = line_spans(block, text)
    first = min(rows)
    headers, named = rows[first], Counter(cells.get(0, "") for cells in rows.values())
    unique = Counter(headers.values())
    if first not in lines:
        return []
    found: list[tuple[str, str, str, tuple[Span, ...]]] = []
    for row in sorted(rows):
        name = rows[row].get(0, "")
        if row == first or named[name] > 1 or not _usable(name) or row not in lines:
            continue
        for column, cell in sorted(rows[row].items()):
            header = headers.get(column, "")
            if column == 0 or unique[header] > 1 or not (_usable(header) and _usable(cell)):
                continue
            spans = (lines[first], lines[row])
            if _holds(text, spans[0], (header,)) and _holds(text, spans[1], (name, cell)):
                found.append((name, header, cell, spans))
    step = max(1, len(found) // _MAX_PER_TABLE)
    return found[::step][:_MAX_PER_TABLE]


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


def _usable(cell: str) -> bool:
    return bool(tokens(cell)) and len(cell) <= _MAX_CELL


def _holds(text: str, span: Span, parts: tuple[str, ...]) -> bool:
    line = tokens(text[span[0] : span[1]])
    return all(contains(line, tokens(part)) for part in parts)
