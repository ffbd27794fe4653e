"""What unstructured leaves out of PPTX slides: merged cells, inherited bullets, notes.

Read with python-pptx, which `unstructured[pptx]` brings.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemas.document import Cell, Table

if TYPE_CHECKING:
    from lxml import etree

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
BULLETS = (A + "buChar", A + "buAutoNum", A + "buBlip")
EMU_PER_POINT = 12_700
MAX_GROUP_DEPTH = 50


@dataclass(slots=True)
class Slide:
    """One slide: tables by position, list levels by paragraph text, title texts, notes."""

    tables: list[Table] = field(default_factory=list)
    list_levels: dict[str, int] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)
    is_cover: bool = False
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Deck:
    """Slides in order, and their size in points."""

    slides: tuple[Slide, ...]
    width: float
    height: float


def read_deck(data: bytes) -> Deck:
    """What python-pptx sees in a deck; what it raises for damaged files is left to the caller."""
    import pptx

    deck = pptx.Presentation(io.BytesIO(data))
    width, height = (deck.slide_width or 0), (deck.slide_height or 0)
    slides = tuple(_read_slide(slide) for slide in deck.slides)
    return Deck(slides, width / EMU_PER_POINT, height / EMU_PER_POINT)


def _read_slide(slide: Any) -> Slide:
    found = Slide()
    shapes = sorted(_flat(slide.shapes), key=lambda shape: (shape.top or 0, shape.left or 0))
    title = slide.shapes.title
    for shape in shapes:
        if shape.has_table:
            table = _table(shape.table)
            if any(cell.text for cell in table.cells):
                found.tables.append(table)
        elif shape.has_text_frame and (title is None or shape.shape_id != title.shape_id):
            _note_lists(shape, slide, found)
    if title is not None and title.has_text_frame:
        found.titles = {paragraph.text.strip() for paragraph in title.text_frame.paragraphs}
        found.is_cover = "ctrTitle" in {
            holder.get("type") for holder in title.element.iter(P + "ph")
        }
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        found.notes = slide.notes_slide.notes_text_frame.text.strip()
    return found


def _flat(shapes: Any, depth: int = 0) -> Iterator[Any]:
    """Shapes with those of groups in the group's place."""
    for shape in shapes:
        if hasattr(shape, "shapes") and depth < MAX_GROUP_DEPTH:
            yield from _flat(shape.shapes, depth + 1)
        elif not hasattr(shape, "shapes"):
            yield shape


def _table(table: Any) -> Table:
    """Cells with their spans."""
    cells: list[Cell] = []
    rows = list(table.rows)
    n_cols = len(table.columns)
    for row, line in enumerate(rows):
        for col, cell in enumerate(list(line.cells)[:n_cols]):
            if cell.is_spanned:
                continue
            high = min(cell.span_height, len(rows) - row) if cell.is_merge_origin else 1
            wide = min(cell.span_width, n_cols - col) if cell.is_merge_origin else 1
            text = "\n".join(part for part in cell.text.split("\n") if part.strip())
            header = row == 0 and bool(table.first_row)
            cells.append(Cell(row, col, text.strip(), max(1, high), max(1, wide), header=header))
    return Table(len(rows), n_cols, _disjoint(cells))


def _disjoint(cells: list[Cell]) -> tuple[Cell, ...]:
    """Cells whose spans do not overlap; a damaged span is taken for none."""
    taken = {(cell.row, cell.col) for cell in cells}
    placed: list[Cell] = []
    for cell in cells:
        area = {
            (cell.row + i, cell.col + j) for i in range(cell.row_span) for j in range(cell.col_span)
        } - {(cell.row, cell.col)}
        if taken & area:
            placed.append(Cell(cell.row, cell.col, cell.text, header=cell.header))
        else:
            taken |= area
            placed.append(cell)
    return tuple(placed)


def _note_lists(shape: Any, slide: Any, found: Slide) -> None:
    """Notes the level of each paragraph that is shown with a bullet or number."""
    sources: list[etree._Element] | None = None
    for paragraph in shape.text_frame.paragraphs:
        text = paragraph.text.strip()
        if not text:
            continue
        level = min(paragraph.level or 0, 8)
        own = _bullet(paragraph._p.find(A + "pPr"))
        if own is None and shape.is_placeholder:
            sources = _style_sources(shape, slide) if sources is None else sources
            own = _inherited(sources, level)
        if own:
            found.list_levels[text] = level


def _inherited(sources: list[etree._Element], level: int) -> bool:
    """Whether the nearest style that speaks of bullets at this level gives one."""
    for style in sources:
        said = _bullet(style.find(f"{A}lvl{level + 1}pPr"))
        if said is not None:
            return said
    return False


def _bullet(properties: etree._Element | None) -> bool | None:
    """Whether paragraph properties give a bullet; None when they do not say."""
    if properties is None:
        return None
    if properties.find(A + "buNone") is not None:
        return False
    return True if any(properties.find(tag) is not None for tag in BULLETS) else None


def _style_sources(shape: Any, slide: Any) -> list[etree._Element]:
    """List styles that a body placeholder inherits from, nearest first.

    Titles, dates, footers and slide numbers have other styles, without bullets.
    """
    kind = str(shape.placeholder_format.type).partition(" ")[0]
    if kind not in ("BODY", "OBJECT"):
        return []
    layout = slide.slide_layout
    master = layout.slide_master
    holders = [
        shape.element,
        *(
            holder.element
            for holder in layout.placeholders
            if holder.placeholder_format.idx == shape.placeholder_format.idx
        ),
        *(
            holder.element
            for holder in master.placeholders
            if str(holder.placeholder_format.type).startswith("BODY")
        ),
    ]
    styles = [holder.find(f"{P}txBody/{A}lstStyle") for holder in holders]
    styles.append(master.element.find(f"{P}txStyles/{P}bodyStyle"))
    return [style for style in styles if style is not None]
