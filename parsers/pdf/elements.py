"""Page layouts -> elements: kinds, levels, and paragraphs that go on over columns and pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from parsers.pdf.anchors import links_in
from parsers.pdf.bookmarks import outline_index, plain
from parsers.pdf.candidates import Candidate, Texture, candidates, texture
from parsers.pdf.captions import Placed, tied
from parsers.pdf.code import merged_code
from parsers.pdf.figures import Figure
from parsers.pdf.headings import headings
from parsers.pdf.joining import goes_on, joined
from parsers.pdf.kinds import Heads, Kinds
from parsers.pdf.layout import PageLayout
from parsers.pdf.levels import levels
from parsers.pdf.lines import Line
from parsers.pdf.page import OutlineItem
from parsers.pdf.references import with_entries
from parsers.pdf.regroup import regrouped, without_catchwords
from parsers.pdf.styles import body_style, uses
from parsers.pdf.tables import FoundTable
from parsers.pdf.title import front_blocks, title_index, with_title_line
from parsers.pdf.trace import SILENT, Layer, Trace
from parsers.pdf.voices import File
from schemas.document import Element, ElementKind, Table
from schemas.geometry import BBox

_RUNNING = frozenset({ElementKind.PARAGRAPH, ElementKind.LIST_ITEM})
_BETWEEN = frozenset(
    {
        ElementKind.FOOTNOTE, ElementKind.FIGURE, ElementKind.TABLE, ElementKind.CAPTION,
        ElementKind.PAGE_HEADER, ElementKind.PAGE_FOOTER,
    }
)  # fmt: skip


def elements(
    pages: Sequence[PageLayout], outline: Sequence[OutlineItem] = (), trace: Trace = SILENT
) -> list[Element]:
    """Elements of all pages in reading order; `trace` collects their kinds with the reasons."""
    body = body_style(pages)
    pages = [regrouped(page, body) for page in with_title_line(pages, body)]
    pages, entries = with_entries(without_catchwords(pages, body), body)
    found = candidates(pages)
    weave = texture(pages, found)
    kinds = Kinds(weave.body, _heads(found, pages, weave, outline), entries)
    by_page: dict[int, list[Candidate]] = {}
    for candidate in found:
        by_page.setdefault(candidate.page, []).append(candidate)
    result: list[Element] = []
    last_bottom = 0.0
    for page in pages:
        trace.page = page.number
        for element, box in _page_elements(page, by_page.get(page.number, []), kinds, trace):
            target = _open_element(result, element)
            if target is not None and _is_continuation(result, target, element, box, last_bottom):
                text = joined(result[target].text, element.text)
                links = tuple(dict.fromkeys((*result[target].links, *element.links)))
                result[target] = replace(result[target], text=text, links=links)
            else:
                result.append(element)
            if element.kind in _RUNNING:
                last_bottom = box.y1
    return merged_code(result, weave.body.size)


def _heads(
    found: Sequence[Candidate],
    pages: Sequence[PageLayout],
    weave: Texture,
    outline: Sequence[OutlineItem],
) -> Heads:
    """The title and the headings of the file."""
    at = title_index(found, pages, weave.body)
    index = outline_index(outline)
    if at is not None:
        index = _without_title(found[at], index)
    used = uses((c.block, c.text) for c in found)
    file = File(weave, used, index, front_blocks(found, at, weave.body))
    verdicts = {i: v for i, v in headings(found, file).items() if i != at}
    chosen = [found[i] for i in verdicts]
    depth = levels(chosen, index, base=1 if at is None else 2)
    return Heads(
        title=None if at is None else id(found[at].block),
        verdicts={id(found[i].block): verdict for i, verdict in verdicts.items()},
        levels={id(c.block): level for c, level in zip(chosen, depth, strict=True)},
    )


def _without_title(
    title: Candidate, index: dict[str, list[OutlineItem]]
) -> dict[str, list[OutlineItem]]:
    """Bookmarks without the title's own, so that the sections below it are the outermost."""
    return {key: items for key, items in index.items() if key != plain(title.text)}


def _open_element(result: Sequence[Element], element: Element) -> int | None:
    """Index of the last element of the same stream of text with only floats behind it."""
    stream = {ElementKind.FOOTNOTE} if element.kind is ElementKind.FOOTNOTE else _RUNNING
    passed = _BETWEEN | _RUNNING if element.kind is ElementKind.FOOTNOTE else _BETWEEN
    for index in range(len(result) - 1, -1, -1):
        if result[index].kind in stream:
            return index
        if result[index].kind not in passed:
            return None
    return None


def _is_continuation(
    result: Sequence[Element], target: int, element: Element, box: BBox, last_bottom: float
) -> bool:
    """Whether `element` is the rest of `last` at the top of another column or page."""
    last = result[target]
    if element.kind is ElementKind.FOOTNOTE:
        turned = last.page is not None and element.page == last.page + 1
        return turned and last.text[-1:].isalnum() and element.text[:1].islower()
    floats = any(e.kind in (ElementKind.FIGURE, ElementKind.TABLE) for e in result[target + 1 :])
    moved = element.page != last.page or box.y1 < last_bottom or floats
    return element.kind is ElementKind.PARAGRAPH and moved and goes_on(last.text, element.text)


def _page_elements(
    page: PageLayout, found: Sequence[Candidate], kinds: Kinds, trace: Trace
) -> Iterator[Placed]:
    """Elements of a page with their boxes on the upright page; their own are as displayed."""
    for line in page.heads:
        yield _edge(ElementKind.PAGE_HEADER, line, page), line.bbox
    told = {id(candidate.block): parts for candidate, parts in kinds.of_page(page, found)}
    flow: list[Placed] = []
    foot: list[Placed] = []
    for item in page.flow:
        box = item.bbox
        parts = told.get(id(item)) or [_float_element(item)]
        for element, why in parts:
            trace.note(Layer.KIND, box, why)
            own = replace(
                element, page=page.number, bbox=page.displayed(box),
                links=links_in(box, page.links), table=_displayed(element.table, page),
            )  # fmt: skip
            (foot if element.kind is ElementKind.FOOTNOTE else flow).append((own, box))
    yield from tied(flow)
    yield from foot
    for line in page.feet:
        yield _edge(ElementKind.PAGE_FOOTER, line, page), line.bbox


def _displayed(table: Table | None, page: PageLayout) -> Table | None:
    """A table with the boxes of its cells as displayed."""
    if table is None or page.turn == 0:
        return table
    cells = (
        cell if cell.bbox is None else replace(cell, bbox=page.displayed(cell.bbox))
        for cell in table.cells
    )
    return replace(table, cells=tuple(cells))


def _edge(kind: ElementKind, line: Line, page: PageLayout) -> Element:
    box = page.displayed(line.bbox)
    return Element(kind, line.text, page.number, box, confidence=line.confidence)


def _float_element(item: object) -> tuple[Element, str]:
    if isinstance(item, FoundTable):
        text = "\n".join("\t".join(row).rstrip("\t") for row in item.table.grid())
        element = Element(ElementKind.TABLE, text, table=item.table, confidence=item.confidence)
        return element, "table"
    assert isinstance(item, Figure)
    return Element(ElementKind.FIGURE, item.text), "figure"
