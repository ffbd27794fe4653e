"""One page -> its flow: blocks, tables and figures in reading order, furniture apart.

words -> furniture out -> ruled tables out -> rows of segments -> regions of one column -> tables
by alignment -> lines -> blocks. Words are dropped here; what stays of a page is its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsers.pdf.blocks import Block, blocks, column_of
from parsers.pdf.columns import Gutters, Piece, pieces, regions
from parsers.pdf.evidence import Evidence, evidence
from parsers.pdf.figures import Figure, figures
from parsers.pdf.furniture import EdgeRow
from parsers.pdf.gate import stream_tables
from parsers.pdf.lines import Line, Segment, line, segments
from parsers.pdf.markers import lone_marker
from parsers.pdf.page import Link, PageContent, turn_box
from parsers.pdf.page_tables import page_tables
from parsers.pdf.sideways import sideways_tables
from parsers.pdf.stamps import sideways_text
from parsers.pdf.tables import FoundTable, rest, ruled_tables, stream_table
from parsers.pdf.trace import SILENT, Layer, Trace
from schemas.geometry import BBox, union

Flow = Block | FoundTable | Figure


@dataclass(frozen=True, slots=True)
class PageLayout:
    """What is on a page in reading order; boxes as on the upright page.

    `turn` is the reading direction on the page as displayed (degrees clockwise): the upright page
    is the displayed one turned back by it. `width` and `height` are as displayed.
    """

    number: int
    width: float
    height: float
    turn: int
    flow: tuple[Flow, ...]
    heads: tuple[Line, ...] = ()
    feet: tuple[Line, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def upright(self) -> tuple[float, float]:
        """Width and height of the page with its text upright."""
        if self.turn in (90, 270):
            return self.height, self.width
        return self.width, self.height

    def displayed(self, box: BBox) -> BBox:
        """A box of the upright page as it stands on the displayed one."""
        return turn_box(box, self.turn, *self.upright)


def main_turn(content: PageContent) -> int:
    """Reading direction of most of the page's characters: 0, 90, 180 or 270 degrees."""
    counts = dict.fromkeys((0, 90, 180, 270), 0)
    for word in content.words:
        counts[word.turn] += len(word.text)
    return max(counts, key=lambda turn: (counts[turn], -turn))


def page_layout(
    content: PageContent,
    furniture: Sequence[EdgeRow],
    turn: int = 0,
    trace: Trace = SILENT,
    gutters: Gutters | None = None,
) -> PageLayout:
    """The layout of an upright page; `turn` is how it was displayed before it was turned back.

    `gutters` are those of the file's earlier pages; this page's are added.
    """
    for kind, box in content.model:
        trace.note(Layer.MODEL, box, kind)
    for row in furniture:
        trace.note(Layer.FURNITURE, union(word.bbox for word in row.words), row.text)
    out = {id(word) for row in furniture for word in row.words}
    words = [word for word in content.words if id(word) not in out]
    seen = evidence(content)
    tables = sideways_tables(content, words, trace)
    tables += ruled_tables(content, rest(words, tables), trace)
    left = rest(words, tables)
    drawn = figures(content, left, [table.bbox for table in tables], trace)
    labels = {id(word) for figure in drawn for word in figure.labels}
    left = [word for word in left if id(word) not in labels]
    upright = [word for word in left if word.turn == 0]
    wide = page_tables(upright, tables, seen, trace)
    rows = segments(rest(upright, wide))
    atoms: list[FoundTable | Figure] = [*tables, *wide, *drawn]
    found = pieces(rows, [atom.bbox for atom in atoms])
    flow: list[Flow] = []
    for number, region in enumerate(regions(found, gutters or Gutters()), start=1):
        trace.note(Layer.REGION, union(piece.bbox for piece in region), str(number))
        flow += _region_flow(region, atoms, content, seen, trace)
    size = (content.width, content.height)
    stamps, others = sideways_text([word for word in left if word.turn != 0], upright, size)
    flow += others
    if turn in (90, 270):
        size = (size[1], size[0])
    return PageLayout(
        number=content.number, width=size[0], height=size[1], turn=turn, flow=tuple(flow),
        heads=(
            *(_edge_line(row) for row in furniture if row.top),
            *(item for stamp in stamps for item in stamp.lines),
        ),
        feet=tuple(_edge_line(row) for row in reversed(furniture) if not row.top),
        links=content.links,
    )  # fmt: skip


def _edge_line(row: EdgeRow) -> Line:
    return line([Segment(row.words, union(word.bbox for word in row.words))])


def _region_flow(
    region: Sequence[Piece],
    atoms: Sequence[FoundTable | Figure],
    content: PageContent,
    seen: Evidence,
    trace: Trace,
) -> list[Flow]:
    """Blocks, tables and figures of one region from top to bottom."""
    by_row: dict[int, list[Segment]] = {}
    for piece in region:
        if piece.segment is not None:
            by_row.setdefault(piece.row, []).append(piece.segment)
    rows = [by_row[number] for number in sorted(by_row)]
    width = max(p.bbox.x1 for p in region) - min(p.bbox.x0 for p in region)
    own = [atoms[-1 - piece.row] for piece in region if piece.segment is None]
    aligned = []
    taken: set[int] = set()
    for table, used in stream_tables(rows, width, seen, trace):
        aligned.append(stream_table(table))
        taken.update(id(row) for row in used)
    stops = sorted([*own, *aligned], key=lambda stop: (stop.bbox.y0, stop.bbox.x0))
    lines = _with_markers([line(row, content.model) for row in rows if id(row) not in taken])
    return _between(lines, stops) if lines else list(stops)


def _between(lines: Sequence[Line], stops: Sequence[FoundTable | Figure]) -> list[Flow]:
    """Blocks of a column's lines with the tables and figures between them."""
    column = column_of(lines)
    waiting = list(stops)
    flow: list[Flow] = []
    run: list[Line] = []
    for item in lines:
        while waiting and (waiting[0].bbox.y0 + waiting[0].bbox.y1) / 2 < item.bbox.y0:
            flow += [*blocks(run, column), waiting.pop(0)]
            run = []
        run.append(item)
    return [*flow, *blocks(run, column), *waiting]


def _with_markers(lines: Sequence[Line]) -> list[Line]:
    """Lines without those that are a list marker alone, which joins the line behind it."""
    found: list[Line] = []
    for item in lines:
        if found and lone_marker(found[-1].text) and item.bbox.x0 >= found[-1].bbox.x0:
            marker = found.pop()
            box = BBox(marker.bbox.x0, min(marker.bbox.y0, item.bbox.y0), *item.bbox[2:])
            text = f"{marker.text} {item.text}"
            item = replace(item, text=text, bbox=box, superscript=False)
        found.append(item)
    return found
