"""Tables set sideways on an upright page: turned upright, read, and turned back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parsers.pdf.evidence import evidence
from parsers.pdf.gate import stream_tables
from parsers.pdf.lines import segments
from parsers.pdf.page import PageContent, Ruling, Word, turn_box, turned
from parsers.pdf.tables import FoundTable, rest, ruled_tables, stream_table
from parsers.pdf.trace import SILENT, Layer, Trace
from schemas.geometry import BBox, union

MIN_WORDS = 12
"""Words in one direction below which they are a margin's stamp or an axis' name."""
REACH = 12.0
"""Points around sideways words in which lines belong to them."""


def sideways_tables(
    content: PageContent, words: Sequence[Word], trace: Trace = SILENT
) -> list[FoundTable]:
    """Tables among the words that run up or down an upright page, boxes as on that page."""
    found: list[FoundTable] = []
    for turn in (90, 270):
        own = tuple(word for word in words if word.turn == turn)
        if len(own) < MIN_WORDS:
            continue
        box = union(word.bbox for word in own)
        part = replace(
            content, words=own, images=(), links=(), model=(),
            rulings=tuple(r for r in content.rulings if _near(r, box)),
            paths=tuple(p for p in content.paths if box.contains_centre(p.bbox)),
        )  # fmt: skip
        for table in _tables(turned(part, 360 - turn)):
            back = _turned_back(table, turn, content)
            if any(w.turn != turn and back.bbox.contains_centre(w.bbox) for w in words):
                continue  # words in another direction would be lost with it
            trace.note(Layer.TABLE, back.bbox, f"set sideways, {turn} degrees")
            found.append(back)
    return found


def _near(ruling: Ruling, box: BBox) -> bool:
    x0, x1 = (ruling.start, ruling.end) if ruling.horizontal else (ruling.at, ruling.at)
    y0, y1 = (ruling.at, ruling.at) if ruling.horizontal else (ruling.start, ruling.end)
    return (
        box.x0 - REACH <= x0 and x1 <= box.x1 + REACH
        and box.y0 - REACH <= y0 and y1 <= box.y1 + REACH
    )  # fmt: skip


def _tables(part: PageContent) -> list[FoundTable]:
    """Tables of turned words, ruled ones first."""
    found = ruled_tables(part, part.words)
    rows = segments(rest(part.words, found))
    if rows:
        width = union(segment.bbox for row in rows for segment in row).width
        found += [stream_table(table) for table, _ in stream_tables(rows, width, evidence(part))]
    return found


def _turned_back(found: FoundTable, turn: int, page: PageContent) -> FoundTable:
    """A table of the turned page with its boxes on the page itself."""
    size = (page.height, page.width)

    def back(box: BBox) -> BBox:
        return turn_box(box, turn, *size)

    cells = tuple(
        replace(cell, bbox=None if cell.bbox is None else back(cell.bbox))
        for cell in found.table.cells
    )
    return replace(found, table=replace(found.table, cells=cells), bbox=back(found.bbox))
