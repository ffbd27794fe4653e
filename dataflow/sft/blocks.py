"""A document row as blocks and sections whose places in the text are known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import plain, script_of
from dataflow.text.sentence_ends import sentence_spans
from schemas.document import OUT_OF_FLOW, ElementKind

MAX_BLOCK = 20_000
"""Characters of a block beyond which no question is drawn from it."""

_FENCE = re.compile(r"^\s{0,3}(```|~~~)")
_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+\S")
_ITEM = re.compile(r"^\s{0,12}(?:[-*+]|\d{1,9}[.)])\s+\S")
_PIPE_ROW = re.compile(r"^\s{0,3}\|.*\|\s*$")
_PIPE_RULE = re.compile(r"^\s{0,3}\|(?:\s*:?-{1,200}:?\s*\|)+\s*$")
_PIPE = re.compile(r"(?<!\\)\|")

Cells = tuple[tuple[int, int, str, bool], ...]
"""Row, column, text, whether a header; only cells without spans."""


@dataclass(frozen=True, slots=True)
class Block:
    """An element in the flow of the text: `document.text[start:end]` with its Markdown marks."""

    kind: ElementKind
    start: int
    end: int
    text: str
    page: int | None = None
    cells: Cells = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under one heading (None before the first), in order."""

    heading: Block | None
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """Plain text of the heading, '' without one."""
        return self.heading.text if self.heading else ""

    @property
    def span(self) -> Span | None:
        """From the first block to the end of the last, without the heading."""
        return (self.blocks[0].start, self.blocks[-1].end) if self.blocks else None


@dataclass(frozen=True, slots=True)
class Manuscript:
    """What questions are drawn from; `lang` is `en`, `zh`, or another code."""

    doc_id: str
    source: str
    title: str
    lang: str
    text: str
    blocks: tuple[Block, ...]

    @property
    def sections(self) -> list[Section]:
        """Sections in order; those without any block are left out."""
        found: list[Section] = []
        heading: Block | None = None
        blocks: list[Block] = []
        for block in self.blocks:
            if block.kind in (ElementKind.HEADING, ElementKind.TITLE):
                found.append(Section(heading, tuple(blocks)))
                heading, blocks = block, []
            else:
                blocks.append(block)
        found.append(Section(heading, tuple(blocks)))
        return [section for section in found if section.blocks]


def manuscript(row: Mapping[str, Any]) -> Manuscript:
    """The document of a row with doc_id, text and, where there are any, title, lang, elements."""
    text = row["text"] or ""
    lang = (row.get("lang") or "und").lower().split("-")[0]
    if lang not in ("en", "zh") and lang in ("und", ""):
        lang = script_of(text[:20_000])
    elements = row.get("elements")
    blocks = from_elements(elements, text) if elements else from_markdown(text)
    return Manuscript(
        row["doc_id"], row.get("source") or "", plain(row.get("title") or ""), lang, text,
        tuple(blocks),
    )  # fmt: skip


def from_elements(elements: Sequence[Mapping[str, Any]], text: str) -> Iterator[Block]:
    """Blocks of the `elements` column; one without a place in `text` is left out."""
    for element in elements:
        start, end = element["char_start"], element["char_end"]
        kind = ElementKind(element["kind"])
        if start is None or end is None or kind in OUT_OF_FLOW or not 0 <= start < end <= len(text):
            continue
        shown = plain(text[start : min(end, start + MAX_BLOCK)])
        cells = tuple(
            (cell["row"], cell["col"], plain(cell["text"] or ""), bool(cell["header"]))
            for cell in element["cells"] or ()
            if (cell["row_span"], cell["col_span"]) == (1, 1)
        )
        yield Block(kind, start, end, shown, element["page"], cells)


def from_markdown(text: str) -> Iterator[Block]:
    """Blocks of Markdown: headings, list items, pipe tables, code, else paragraphs."""
    lines: list[Span] = []
    fenced = False
    kind = ElementKind.PARAGRAPH
    for start, end in _lines(text):
        line = text[start:end]
        fence = bool(_FENCE.match(line))
        found = ElementKind.CODE if fence or fenced else _kind_of(line)
        alone = found in (ElementKind.HEADING, ElementKind.LIST_ITEM)
        if lines and not fenced and (not line.strip() or found is not kind or alone):
            yield _block(kind, lines, text)
            lines = []
        fenced = fenced != fence
        if line.strip():
            kind = found
            lines.append((start, end))
    if lines:
        yield _block(kind, lines, text)


def _lines(text: str) -> Iterator[Span]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _kind_of(line: str) -> ElementKind:
    if _HEADING.match(line):
        return ElementKind.HEADING
    if _ITEM.match(line):
        return ElementKind.LIST_ITEM
    return ElementKind.TABLE if _PIPE_ROW.match(line) else ElementKind.PARAGRAPH


def _block(kind: ElementKind, lines: list[Span], text: str) -> Block:
    start, end = lines[0][0], lines[-1][1]
    cells: Cells = ()
    if kind is ElementKind.TABLE:
        rows = [text[a:b] for a, b in lines]
        cells = tuple(_pipe_cells(rows))
    return Block(kind, start, end, plain(text[start : min(end, start + MAX_BLOCK)]), None, cells)


def _pipe_cells(rows: list[str]) -> Iterator[tuple[int, int, str, bool]]:
    if len(rows) < 3 or not _PIPE_RULE.match(rows[1]):
        return
    for index, row in enumerate([rows[0], *rows[2:]]):
        for column, cell in enumerate(_PIPE.split(row.strip().strip("|"))):
            yield index, column, plain(cell.replace("\\|", "|")), index == 0


def sentences(block: Block, text: str) -> list[Span]:
    """Places of the block's sentences in `text`.

    A period of an abbreviation, or before a small letter, ends none.
    """
    return sentence_spans(text, block.start, min(block.end, block.start + MAX_BLOCK))
