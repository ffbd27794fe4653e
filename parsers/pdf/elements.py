"""Page layouts -> elements: kinds, levels, and paragraphs that go on over columns and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from parsers.pdf.blocks import Block
from parsers.pdf.figures import Figure
from parsers.pdf.headings import Headings, body_style, levels, outline_depths, title_block
from parsers.pdf.joining import goes_on, joined, paragraph
from parsers.pdf.layout import Flow, PageLayout
from parsers.pdf.lines import Line
from parsers.pdf.markers import after_marker, is_caption, list_marker
from parsers.pdf.page import OutlineItem
from parsers.pdf.tables import FoundTable
from parsers.pdf.trace import SILENT, Layer, Trace
from schemas.document import Element, ElementKind
from schemas.geometry import BBox, union

_NOTE = re.compile(r"(?:\d{1,3}|[*†‡§¶]{1,3}|[①-⑳]|\[\d{1,3}\]|注[:：])\s*\S")
_RUNNING = frozenset({ElementKind.PARAGRAPH, ElementKind.LIST_ITEM})
_BETWEEN = frozenset(
    {
        ElementKind.FOOTNOTE, ElementKind.FIGURE, ElementKind.TABLE, ElementKind.CAPTION,
        ElementKind.PAGE_HEADER, ElementKind.PAGE_FOOTER,
    }
)  # fmt: skip
CHAR_WIDTH = 0.6
"""Width of a character of a monospaced font, in font sizes."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What is known of the whole file: heading rules, the title, levels by block identity."""

    headings: Headings
    title: Block | None
    level: dict[int, int]


def elements(
    pages: Sequence[PageLayout], outline: Sequence[OutlineItem] = (), trace: Trace = SILENT
) -> list[Element]:
    """Elements of all pages in reading order; `trace` collects their kinds with the reasons."""
    body = body_style(pages)
    rules = Headings(body, outline_depths(outline))
    title = title_block(pages, body)
    found = [
        block
        for page in pages
        for block, following in _with_following(page.flow)
        if block is not title and rules.is_heading(block, following)
    ]
    base = 1 if title is None else 2
    level = dict(zip(map(id, found), levels(found, rules.outline, base), strict=True))
    context = _Context(rules, title, level)
    result: list[Element] = []
    last_bottom: float = 0.0
    for page in pages:
        trace.begin(page.number, page.turn, page.upright)
        for element, box in _page_elements(page, context):
            trace.note(Layer.KIND, box, str(element.kind))
            target = _open_paragraph(result)
            if target is not None and _is_continuation(result[target], element, box, last_bottom):
                text = joined(result[target].text, element.text)
                result[target] = replace(result[target], text=text)
            else:
                result.append(element)
            if element.kind in _RUNNING:
                last_bottom = box.y1
    return _merged_code(result)


def _with_following(flow: Sequence[Flow]) -> Iterator[tuple[Block, Block | None]]:
    for index, item in enumerate(flow):
        if isinstance(item, Block):
            after = flow[index + 1] if index + 1 < len(flow) else None
            yield item, after if isinstance(after, Block) else None


def _open_paragraph(result: Sequence[Element]) -> int | None:
    """Index of the last element of running text with nothing but floats behind it."""
    for index in range(len(result) - 1, -1, -1):
        if result[index].kind in _RUNNING:
            return index
        if result[index].kind not in _BETWEEN:
            return None
    return None


def _is_continuation(last: Element, element: Element, box: BBox, last_bottom: float) -> bool:
    """Whether `element` is the rest of `last` at the top of another column or page."""
    moved = element.page != last.page or box.y1 < last_bottom
    return element.kind is ElementKind.PARAGRAPH and moved and goes_on(last.text, element.text)


def _page_elements(page: PageLayout, context: _Context) -> Iterator[tuple[Element, BBox]]:
    """Elements of a page with their boxes on the upright page; their own are as displayed."""
    indents: list[float] = []
    for line in page.heads:
        yield _edge(ElementKind.PAGE_HEADER, line, page), line.bbox
    for item in page.flow:
        if isinstance(item, Block):
            element = _block_element(item, page, context, indents)
            if element.kind is not ElementKind.LIST_ITEM:
                indents.clear()
        else:
            element = _float_element(item)
        box = item.bbox
        yield replace(element, page=page.number, bbox=page.displayed(box)), box
    for line in page.feet:
        yield _edge(ElementKind.PAGE_FOOTER, line, page), line.bbox


def _edge(kind: ElementKind, line: Line, page: PageLayout) -> Element:
    box = page.displayed(line.bbox)
    return Element(kind, line.text, page.number, box, confidence=line.confidence)


def _float_element(item: FoundTable | Figure) -> Element:
    if isinstance(item, Figure):
        return Element(ElementKind.FIGURE, item.text)
    text = "\n".join("\t".join(row).rstrip("\t") for row in item.table.grid())
    return Element(ElementKind.TABLE, text, table=item.table, confidence=item.confidence)


def _block_element(
    block: Block, page: PageLayout, context: _Context, indents: list[float]
) -> Element:
    """The element of a block, without page and box."""
    text = paragraph(line.text for line in block.lines)
    body = context.headings.body
    if block is context.title:
        return Element(ElementKind.TITLE, text, level=1, confidence=block.confidence)
    if id(block) in context.level:
        level = context.level[id(block)]
        return Element(ElementKind.HEADING, text, level=level, confidence=block.confidence)
    if block.mono and not body.mono:
        return Element(ElementKind.CODE, code_text(block), confidence=block.confidence)
    if is_caption(text) and len(text) <= 400:
        return Element(ElementKind.CAPTION, text, confidence=block.confidence)
    if _is_note(block, text, page, body.size):
        return Element(ElementKind.FOOTNOTE, text, confidence=block.confidence)
    marker = list_marker(text)
    if marker is not None:
        depth = nesting(indents, block.lines[0].bbox.x0, block.size)
        return Element(
            ElementKind.LIST_ITEM, after_marker(text), level=depth, marker=marker,
            confidence=block.confidence,
        )  # fmt: skip
    return Element(ElementKind.PARAGRAPH, text, confidence=block.confidence)


def _is_note(block: Block, text: str, page: PageLayout, body: float) -> bool:
    upright = page.width if page.turn in (90, 270) else page.height
    small = block.size <= 0.93 * body and block.bbox.y0 > 0.5 * upright
    return small and (block.lines[0].superscript or _NOTE.match(text) is not None)


def nesting(indents: list[float], x: float, size: float) -> int:
    """Depth of a list item whose marker stands at `x`; `indents` is the open lists' stack.

    >>> stack: list[float] = []
    >>> [nesting(stack, x, 10) for x in (50, 70, 70, 50, 50)]
    [0, 1, 1, 0, 0]
    """
    while indents and x < indents[-1] - 0.5 * size:
        indents.pop()
    if not indents or x > indents[-1] + 0.5 * size:
        indents.append(x)
    return len(indents) - 1


def code_text(block: Block) -> str:
    """Lines of code with their indents as spaces and one empty line for a wide gap."""
    left = min(line.bbox.x0 for line in block.lines)
    made: list[str] = []
    previous: Line | None = None
    for line in block.lines:
        if previous is not None and line.bbox.y1 - previous.bbox.y1 > 1.9 * line.size:
            made.append("")
        indent = round((line.bbox.x0 - left) / (CHAR_WIDTH * line.size))
        made.append(" " * max(0, indent) + line.text)
        previous = line
    return "\n".join(made)


def _merged_code(found: Sequence[Element]) -> list[Element]:
    """Elements with neighbouring code blocks of one page made one."""
    merged: list[Element] = []
    for element in found:
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.kind is element.kind is ElementKind.CODE
            and last.page == element.page
            and last.bbox is not None
            and element.bbox is not None
            and 0 <= element.bbox.y0 - last.bbox.y1 < 30
        ):
            shift = round((element.bbox.x0 - last.bbox.x0) / 6)
            text = "\n".join(" " * max(0, shift) + part for part in element.text.split("\n"))
            merged[-1] = replace(
                last, text=f"{last.text}\n\n{text}", bbox=union((last.bbox, element.bbox))
            )
        else:
            merged.append(element)
    return merged
