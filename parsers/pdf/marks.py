"""What the overlay shows of a page: its elements in reading order, each with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

from parsers.pdf.trace import Layer, Note
from schemas.document import Cell, Element, ElementKind, Table
from schemas.geometry import BBox, union

FURNITURE = frozenset({ElementKind.PAGE_HEADER, ElementKind.PAGE_FOOTER})
MAX_NOTES = 6000
"""Boxes of one layer that are drawn; a page of a statistical yearbook has some 1,500 cells."""
EXPLAINED = 250
"""Elements of a page with all their reasons; a panel has room for fewer."""
_MODEL_KINDS = {
    "text": ElementKind.PARAGRAPH, "section-header": ElementKind.HEADING,
    "list-item": ElementKind.LIST_ITEM, "picture": ElementKind.FIGURE,
}  # fmt: skip
"""What a layout model calls differently; its other kinds have our names."""
_NAMES = frozenset(kind.value for kind in ElementKind)
_REASONED = {ElementKind.TABLE: Layer.TABLE, ElementKind.FIGURE: Layer.FIGURE}
"""Kinds whose reasons were noted when they were found, before the order was known."""


class Mark(NamedTuple):
    """An element, or a part of one that goes on elsewhere, and why it is what it is."""

    kind: ElementKind
    bbox: BBox
    reason: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What is drawn on a page; boxes in points of the page as displayed.

    `order` is in reading order. `refused` are candidates for tables with the reason, `spans` what
    cells over several rows or columns cover. `left_out` counts notes above MAX_NOTES a layer.
    """

    order: tuple[Mark, ...]
    furniture: tuple[BBox, ...]
    refused: tuple[tuple[BBox, str], ...]
    cells: tuple[BBox, ...]
    spans: tuple[BBox, ...]
    grids: tuple[BBox, ...]
    regions: tuple[BBox, ...]
    model: tuple[BBox, ...]
    left_out: int


def marks(notes: Iterable[Note], elements: Sequence[Element]) -> Marks:
    """The marks of a page, made of its notes and of its elements in the document's order.

    A box without a place (a value that is no number) is left out.
    """
    layers: dict[Layer, list[Note]] = {layer: [] for layer in Layer}
    left_out = 0
    for note in notes:
        if len(layers[note.layer]) >= MAX_NOTES:
            left_out += 1
        elif _finite(note.bbox):
            layers[note.layer].append(note)
    placed = [e for e in elements[:MAX_NOTES] if e.bbox is not None and _finite(e.bbox)]
    order = _ordered(layers[Layer.KIND], [e for e in placed if e.kind not in FURNITURE])
    return Marks(
        order=(*(_explained(m, layers) for m in order[:EXPLAINED]), *order[EXPLAINED:]),
        furniture=tuple(e.bbox for e in placed if e.bbox is not None and e.kind in FURNITURE),
        refused=tuple((n.bbox, n.text) for n in layers[Layer.NO_TABLE]),
        cells=tuple(dict.fromkeys([*_boxes(layers[Layer.CELL]), *_cells(placed)]))[:MAX_NOTES],
        spans=tuple(box for e in placed for box in _spans(e)),
        grids=_boxes(layers[Layer.GRID]),
        regions=_boxes(layers[Layer.REGION]),
        model=_boxes(layers[Layer.MODEL]),
        left_out=left_out,
    )


def _boxes(notes: Sequence[Note]) -> tuple[BBox, ...]:
    return tuple(note.bbox for note in notes)


def _key(box: BBox) -> BBox:
    """The box to a tenth of a point: what two ways of turning agree on."""
    return BBox(*(round(value, 1) for value in box))


def _ordered(notes: Sequence[Note], elements: Sequence[Element]) -> list[Mark]:
    """Elements in their order, and the blocks that became part of an earlier element.

    Those stand where they were read, behind the block before them that is no footnote.
    """
    reasons = {_key(note.bbox): note.text for note in notes}
    own: dict[BBox, Mark] = {}
    for element in elements:
        if element.bbox is not None:
            key = _key(element.bbox)
            size = "" if element.table is None else _size(element.table)
            reason = "; ".join(part for part in (reasons.get(key), size) if part)
            own.setdefault(key, Mark(element.kind, element.bbox, reason))
    behind: dict[BBox | None, list[Mark]] = {}
    anchor: BBox | None = None
    for note in notes:
        mark = own.get(_key(note.bbox))
        if mark is None:
            part = Mark(_kind_told(note.text), note.bbox, f"{note.text}, goes on")
            behind.setdefault(anchor, []).append(part)
        elif mark.kind is not ElementKind.FOOTNOTE:
            anchor = _key(note.bbox)
    found = behind.get(None, [])
    for key, mark in own.items():
        found += [mark, *behind.get(key, ())]
    return found


def _size(table: Table) -> str:
    """Rows and columns of a table in words, and how many cells span several."""
    spans = sum(cell.row_span > 1 or cell.col_span > 1 for cell in table.cells)
    said = f"{table.n_rows} rows, {table.n_cols} columns"
    return f"{said}, {spans} spans" if spans else said


def _placed_cells(element: Element) -> list[tuple[Cell, BBox]]:
    """Cells of a table on the element's own page; none when one lies outside of its box.

    That is so on a page that was turned, where cells keep their place on the upright page.
    """
    if element.table is None or element.bbox is None:
        return []
    cells = [
        (cell, cell.bbox) for cell in element.table.cells
        if cell.bbox is not None and cell.page in (None, element.page) and _finite(cell.bbox)
    ]  # fmt: skip
    return cells if all(element.bbox.contains_centre(box) for _, box in cells) else []


def _cells(elements: Iterable[Element]) -> Iterator[BBox]:
    """Boxes of all cells: not every way of finding a table notes them."""
    for element in elements:
        for _, box in _placed_cells(element):
            yield box


def _spans(element: Element) -> Iterator[BBox]:
    """What the spanning cells of a table cover: an aligned cell's own box is that of its words."""
    cells = _placed_cells(element)
    across, down = _extents(cells)
    for cell, box in cells:
        if cell.row_span == 1 and cell.col_span == 1:
            continue
        cols = range(cell.col, cell.col + cell.col_span)
        rows = range(cell.row, cell.row + cell.row_span)
        wide = union([box, *(across[col] for col in cols if col in across)])
        high = union([box, *(down[row] for row in rows if row in down)])
        yield BBox(wide.x0, high.y0, wide.x1, high.y1)


def _extents(cells: Sequence[tuple[Cell, BBox]]) -> tuple[dict[int, BBox], dict[int, BBox]]:
    """Boxes of the columns and of the rows, by the cells that stand in one alone."""
    across: dict[int, BBox] = {}
    down: dict[int, BBox] = {}
    for cell, box in cells:
        if cell.col_span == 1:
            across[cell.col] = union([box, across.get(cell.col, box)])
        if cell.row_span == 1:
            down[cell.row] = union([box, down.get(cell.row, box)])
    return across, down


def _finite(box: BBox) -> bool:
    return all(map(isfinite, box))


def _kind_told(reason: str) -> ElementKind:
    """The kind that a reason begins with; a paragraph where it names none."""
    words = reason.replace(",", " ").replace(":", " ").split()
    for name in ("_".join(words[:2]), "".join(words[:1])):
        if name in _NAMES:
            return ElementKind(name)
    return ElementKind.PARAGRAPH


def _explained(mark: Mark, layers: Mapping[Layer, Sequence[Note]]) -> Mark:
    """The mark with all that was said of it: how it was found, what a model called it."""
    name = mark.kind.value.replace("_", " ")
    said = [mark.reason.removeprefix(name).lstrip(":;, ")]
    if mark.kind in _REASONED:
        said.append(_best(mark.bbox, layers[_REASONED[mark.kind]]).removeprefix(f"{name}, "))
    opinion = _best(mark.bbox, layers[Layer.MODEL])
    called = _MODEL_KINDS.get(opinion, opinion.replace("-", "_"))
    if opinion and called != mark.kind.value:
        said.append(f"the model says {opinion}")
    return mark._replace(reason="; ".join(part for part in said if part))


def _best(box: BBox, notes: Sequence[Note]) -> str:
    """The text of the note that covers most of `box`, '' when none covers half of it."""
    best, most = "", 0.5 * max(box.area, 1.0)
    for note in notes[:EXPLAINED]:
        common = box.intersection(note.bbox)
        if common > most:
            best, most = note.text, common
    return best
