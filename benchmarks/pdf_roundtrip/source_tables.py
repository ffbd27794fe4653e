"""Tables of the sources, written with pipes or as HTML, as slots and cells."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lxml import html
from markdown_it.tree import SyntaxTreeNode

from benchmarks.pdf_roundtrip.model import Cell, Inline, Run, Table, merged

SPACE = re.compile(r"\s+")
NUMBER = re.compile(r"[-−–+±<>≤≥~]?\s?[$€£¥￥]?\s?[\d,.\s]+\s?[%‰°℃]?[A-Z]?$")
FACES = {"strong": "bold", "b": "bold", "em": "italic", "i": "italic", "code": "code"}


def pipe_table(node: SyntaxTreeNode, inline: Callable[[SyntaxTreeNode], Inline]) -> Table:
    """The table of a Markdown node; one row of it is its head, if that has text."""
    rows = [row for part in node.children for row in part.children]
    head = int(any(cell.children[0].content.strip() for cell in rows[0].children))
    rows = rows[1 - head :]
    cells = [
        Cell(r, c, 1, 1, r < head, _declared(cell), inline(cell))
        for r, row in enumerate(rows)
        for c, cell in enumerate(row.children)
    ]
    return Table(len(rows), len(rows[0].children), head, tuple(cells))


def _declared(node: SyntaxTreeNode) -> str:
    style = str(node.attrs.get("style", ""))
    return style.partition("text-align:")[2] or "left"


def html_table(text: str) -> Table:
    """The table of an HTML fragment; raises ValueError where its spans leave a hole or overlap."""
    tree = html.fragment_fromstring(text)
    caption = tree.find("caption")
    taken: dict[tuple[int, int], Cell] = {}
    cells: list[Cell] = []
    head = 0
    rows = list(tree.iter("tr"))
    for r, row in enumerate(rows):
        parts = [part for part in row if part.tag in ("td", "th")]
        in_head = row.getparent().tag == "thead"
        head = r + 1 if in_head and head == r else head
        col = 0
        for part in parts:
            while (r, col) in taken:
                col += 1
            cell = _cell(part, r, col, in_head)
            cells.append(cell)
            for slot in _slots(cell):
                if slot in taken or slot[0] >= len(rows):
                    raise ValueError(f"the spans of a table do not fit at row {r}: {text[:80]}")
                taken[slot] = cell
            col += cell.colspan
    width = 1 + max(col for _, col in taken)
    if len(taken) != width * len(rows):
        raise ValueError(f"a table has holes: {text[:80]}")
    title = _inline(caption) if caption is not None else ()
    return Table(len(rows), width, head, _aligned(cells, width, head), title)


def _slots(cell: Cell) -> list[tuple[int, int]]:
    return [(cell.row + r, cell.col + c) for r in range(cell.rowspan) for c in range(cell.colspan)]


def _cell(part: Any, row: int, col: int, head: bool) -> Cell:
    return Cell(
        row,
        col,
        int(part.get("rowspan", 1)),
        int(part.get("colspan", 1)),
        head or part.tag == "th",
        part.get("align", ""),
        _inline(part),
    )


def _aligned(cells: list[Cell], width: int, head: int) -> tuple[Cell, ...]:
    """The cells, those without an alignment right in columns of numbers, else left."""
    numeric = set()
    for col in range(width):
        body = [
            c for c in cells if c.col == col and c.colspan == 1 and c.row >= head and not c.head
        ]
        texts = ["".join(run.text for run in cell.text).strip() for cell in body]
        filled = [text for text in texts if text]
        if filled and sum(bool(NUMBER.match(text)) for text in filled) > len(filled) / 2:
            numeric.add(col)
    out = []
    for cell in cells:
        side = "right" if cell.col in numeric and cell.colspan == 1 else "left"
        side = "center" if cell.head and cell.colspan > 1 else side
        out.append(
            Cell(
                cell.row, cell.col, cell.rowspan, cell.colspan, cell.head,
                cell.align or side, cell.text,
            )
        )  # fmt: skip
    return tuple(out)


def _inline(element: Any) -> Inline:
    """The runs of an HTML element, white space folded."""
    runs: list[Run] = []
    _walk(element, {}, runs)
    while runs and not runs[-1].br and not runs[-1].text.strip():
        runs.pop()
    if runs and not runs[0].br:
        runs[0] = Run(runs[0].text.lstrip(), runs[0].bold, runs[0].italic, runs[0].code)
    if runs and not runs[-1].br:
        last = runs[-1]
        runs[-1] = Run(last.text.rstrip(), last.bold, last.italic, last.code, last.href)
    return merged(runs)


def _walk(element: Any, face: dict[str, Any], out: list[Run]) -> None:
    if element.text:
        out.append(Run(SPACE.sub(" ", element.text), **face))
    for child in element:
        if child.tag == "br":
            out.append(Run(br=True))
        else:
            inner = {**face, FACES[child.tag]: True} if child.tag in FACES else dict(face)
            if child.tag == "a":
                inner["href"] = child.get("href", "")
            _walk(child, inner, out)
        if child.tail:
            out.append(Run(SPACE.sub(" ", child.tail), **face))
