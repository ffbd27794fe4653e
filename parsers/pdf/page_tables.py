"""Tables that are found on the page as a whole, before it is cut into columns.

Three kinds: those that a layout model points at, those as wide as the page, which no gutter may
cut, and those beside a column of prose, which stand in no column of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from parsers.pdf.columns import gutter, pieces
from parsers.pdf.evidence import Evidence
from parsers.pdf.gate import beyond_doubt, lenient_refusal, prose_extent, refusal, stream_tables
from parsers.pdf.lines import Segment, segments
from parsers.pdf.page import Word
from parsers.pdf.stream import Row, StreamTable, built, is_prose, runs
from parsers.pdf.tables import FoundTable, noted, rest, stream_table
from parsers.pdf.trace import SILENT, Layer, Trace
from schemas.geometry import BBox, union

OVERHANG = 0.6
"""Share of a word's width that must lie in a model's region; its boxes cut through edges."""

MIN_BOTH = 0.7
"""Share of a wide table's rows with text on both sides of a gutter."""


def page_tables(
    words: Sequence[Word], tables: Sequence[FoundTable], seen: Evidence, trace: Trace = SILENT
) -> list[FoundTable]:
    """Tables among the words that no ruled table holds; `tables` are the ruled ones."""
    found: list[FoundTable] = []
    taken = [table.bbox for table in tables]
    for region in seen.tables:
        if any(box.contains_centre(region) or region.contains_centre(box) for box in taken):
            continue
        free = rest(words, found)
        for table in _pointed_at(region, free, seen):
            if _holds_all(table, free):
                found.append(_noted(table, "the model's region", trace))
    rows = segments(rest(words, found))
    if not rows:
        return found
    width = union(segment.bbox for row in rows for segment in row).width
    x = gutter(pieces(rows, []))
    for table, used in stream_tables(rows, width, seen):
        if beyond_doubt(table, width) and _stands_across(used, x):
            found.append(_noted(table, "as wide as the page", trace))
    for table in _beside_prose(segments(rest(words, found)), width, seen):
        if _holds_all(table, rest(words, found)):
            found.append(_noted(table, "beside prose", trace))
    return found


def _holds_all(table: StreamTable, words: Sequence[Word]) -> bool:
    """Whether every word in a table's box stands in one of its cells: none is lost with it.

    Hyphens at line ends may go.
    """
    inside = "".join(w.text for w in words if table.bbox.contains_centre(w.bbox))
    held = "".join("".join(text.split()) for _, text, _ in table.cells)
    hyphens = sum(inside.count(mark) for mark in "-\u00ad\u2010")
    return len("".join(inside.split())) - len(held) <= hyphens


def _stands_across(rows: Sequence[Row], x: float | None) -> bool:
    """Whether most rows have text on both sides of the page's gutter, if it has one.

    A table in one column meets lines of the other by chance only.
    """
    both = sum(row[0].bbox.x0 < x < row[-1].bbox.x1 for row in rows) if x else len(rows)
    return both >= MIN_BOTH * len(rows)


def _noted(table: StreamTable, reason: str, trace: Trace) -> FoundTable:
    made = stream_table(table)
    trace.note(Layer.TABLE, made.bbox, f"aligned, {table.n_cols} columns, {reason}")
    noted(made, trace)
    return made


def _pointed_at(region: BBox, words: Sequence[Word], seen: Evidence) -> list[StreamTable]:
    """Tables of a model's region: its rows without captions above and notes below."""
    rows = segments(word for word in words if _inside(word.bbox, region))
    found: list[StreamTable] = []
    for run in _region_runs(rows, region, seen):
        table = built(run, seen)
        if table is not None and not lenient_refusal(table):
            found.append(table)
    return found


def _inside(box: BBox, region: BBox) -> bool:
    within = min(box.x1, region.x1) - max(box.x0, region.x0)
    centre = (box.y0 + box.y1) / 2
    return region.y0 <= centre <= region.y1 and within >= OVERHANG * box.width


def _region_runs(rows: Sequence[Row], region: BBox, seen: Evidence) -> list[list[Row]]:
    """Rows of a region, parted at captions, without titles above and notes below the table."""
    found: list[list[Row]] = [[]]
    for row in rows:
        if is_prose(row, 10 * region.width):
            found.append([])
        else:
            found[-1].append(row)
    lines = seen.horizontal(region)
    return [trimmed for run in found if (trimmed := _without_ends(run, region.width, lines))]


def _without_ends(run: list[Row], width: float, lines: Sequence[float]) -> list[Row]:
    """The run without single rows of prose at its ends, and without those beyond an outer line."""
    first, last = 0, len(run)
    while first < last and len(run[first]) == 1:
        bottom = run[first][0].bbox.y1
        following = run[first + 1][0].bbox.y1 if first + 1 < last else bottom
        outside = any(bottom - 2 < at < following for at in lines) and not any(
            at < bottom - run[first][0].size for at in lines
        )
        if not outside and not is_prose(run[first], width):
            break
        first += 1
    while first < last and is_prose(run[last - 1], width):
        last -= 1
    return run[first:last]


def _beside_prose(rows: Sequence[Row], width: float, seen: Evidence) -> list[StreamTable]:
    """Tables in what is left of a run of rows when the column of prose on one side is taken out."""
    found = []
    for run in runs(rows, width, seen):
        table = built(run, seen)
        if table is None:
            continue
        span = prose_extent(table)
        if span is None:
            continue
        kept: list[list[Segment]] = []
        for row in run:
            outside = [s for s in row if not span[0] <= (s.bbox.x0 + s.bbox.x1) / 2 <= span[1]]
            if outside:
                kept.append(outside)
        if not kept:
            continue
        own = union(s.bbox for row in kept for s in row).width
        for part in runs(kept, own, seen):
            inner = built(part, seen)
            if inner is not None and not refusal(inner, seen):
                found.append(inner)
    return found
