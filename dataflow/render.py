"""Document -> Markdown text, with the span of every element in it."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from schemas.document import OUT_OF_FLOW, Document, Element, ElementKind, Table

VERSION = 1
FENCE = re.compile(r"^`{3,}", re.MULTILINE)
LOOKS_LIKE_MARK = re.compile(r"^(?:#{1,6} |[-*+] |> )", re.MULTILINE)
"""Line starts of plain text that a Markdown reader would take for a heading, item or quote."""

HEADING_LEVELS = 6


class Rendered(NamedTuple):
    """Markdown, and for each element its [start, end) in code points; None when out of it."""

    text: str
    spans: list[tuple[int, int] | None]


def render(document: Document) -> Rendered:
    """The document as Markdown; running heads and empty elements are left out.

    `text[start:end]` of a span is the element with its marks (`## `, a fence, a table's pipes).
    """
    parts: list[str] = []
    spans: list[tuple[int, int] | None] = []
    position = 0
    previous: ElementKind | None = None
    indents: list[int] = []
    for element in document.elements:
        if element.kind is not ElementKind.LIST_ITEM:
            indents = []
        block = "" if element.kind in OUT_OF_FLOW else render_element(element, indents)
        if not block:
            spans.append(None)
            continue
        if parts:
            tight = previous is element.kind is ElementKind.LIST_ITEM
            gap = "\n" if tight else "\n\n"
            parts.append(gap)
            position += len(gap)
        parts.append(block)
        spans.append((position, position + len(block)))
        position += len(block)
        previous = element.kind
    return Rendered("".join(parts), spans)


def render_element(element: Element, indents: list[int] | None = None) -> str:
    """One element as Markdown, without surrounding blank lines; '' when there is nothing.

    `indents` holds the width of the list markers above, by depth, and is kept up to date: a
    nested item stands under its parent's text. Without it an item is not indented.
    """
    text = element.text.rstrip("\n")
    if element.kind is ElementKind.TABLE and element.table is not None:
        return render_table(element.table)
    if element.kind is ElementKind.CODE:
        return _code(text, element.marker or "") if text.strip() else ""
    text = text.strip()
    if not text:
        return ""
    match element.kind:
        case ElementKind.TITLE:
            return "# " + _one_line(text)
        case ElementKind.HEADING:
            return "#" * min(max(element.level or 1, 1), HEADING_LEVELS) + " " + _one_line(text)
        case ElementKind.LIST_ITEM:
            above = [] if indents is None else indents
            return _list_item(text, element.marker or "-", element.level or 0, above)
        case ElementKind.FORMULA:
            return f"$$\n{text}\n$$"
        case ElementKind.QUOTE:
            return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
        case _:
            return LOOKS_LIKE_MARK.sub(r"\\\g<0>", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _code(text: str, language: str) -> str:
    longest = max((len(run) for run in FENCE.findall(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


BOXES = frozenset("☐☑☒□✓✔✗✘")
"""Markers that say something: whether an item is ticked."""


def _list_item(text: str, marker: str, depth: int, indents: list[int]) -> str:
    numbered = re.fullmatch(r"\d{1,9}[.)]", marker)
    own = (marker if numbered else "-") + " "
    del indents[depth:]
    left = sum(indents)
    indents.append(len(own))
    lead = " " * left + own
    if not numbered and (re.search(r"\w", marker) or marker in BOXES):
        lead += marker + " "  # (a), iv., 一、 and ☐ are no Markdown markers: kept as text
    return lead + text.replace("\n", "\n" + " " * (left + len(own)))


def render_table(table: Table) -> str:
    r"""A pipe table where every cell is one grid position, else an HTML table with spans.

    >>> from schemas.document import Cell
    >>> print(render_table(Table(1, 2, (Cell(0, 0, "a|b"), Cell(0, 1, "c")))))
    | a\|b | c |
    | --- | --- |
    """
    if not any(cell.text.strip() for cell in table.cells):
        return ""
    return _html_table(table) if table.has_spans else _pipe_table(table)


def _pipe_table(table: Table) -> str:
    rows = [[_one_line(text).replace("|", "\\|") for text in row] for row in table.grid()]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, f"|{' --- |' * table.n_cols}")
    return "\n".join(lines)


def _html_table(table: Table) -> str:
    lines = ["<table>"]
    by_row: dict[int, list[str]] = {row: [] for row in range(table.n_rows)}
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.col)):
        tag = "th" if cell.header else "td"
        spans = f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
        spans += f' colspan="{cell.col_span}"' if cell.col_span > 1 else ""
        text = html.escape(_one_line(cell.text), quote=False)
        by_row[cell.row].append(f"<{tag}{spans}>{text}</{tag}>")
    lines.extend(f"<tr>{''.join(cells)}</tr>" for cells in by_row.values())
    lines.append("</table>")
    return "\n".join(lines)
