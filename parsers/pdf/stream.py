"""Tables without a grid of lines: runs of rows whose cells stand under each other.

rows -> runs -> column bands -> placed segments -> merged rows -> table. Runs are found generously;
whether one is a table is for `gate.py` to judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from parsers.pdf.cells import cell_text, with_signs
from parsers.pdf.evidence import Evidence
from parsers.pdf.grouping import labelled_groups, merged_rows, spanned_rows
from parsers.pdf.header import Placed, header_cells, header_lines
from parsers.pdf.lattice import Span
from parsers.pdf.lines import Segment, is_cjk
from parsers.pdf.markers import is_caption, is_note
from parsers.pdf.narrow import MIN_STRIP, with_strips
from parsers.pdf.page import Ruling
from parsers.pdf.placing import cut_at_lines, place
from schemas.geometry import BBox, union

MAX_PITCH = 3.0
"""Font sizes between baselines of neighbouring rows of one table."""
EDGE_ROWS = 3
"""Rows of a single segment that are looked at above and below a run for the table's outer line."""
HEADING = 1.12
"""Ratio of sizes from which a lone row is a heading between two tables."""
HEADER_STRIP = 0.5
"""Font sizes of white space that part two headers; the spaces of a header over several columns
stand anywhere."""
IDEOGRAPHIC_SPACE = 1.3
"""Font sizes of the widest space within Chinese prose, behind the number of a clause."""
PROSE_WIDTH = 0.6
"""Share of the region's width from which a row of a single segment is prose."""


@dataclass(frozen=True, slots=True)
class StreamTable:
    """Texts of a table that was found by alignment; the cells tile no grid, gaps are empty.

    `n_head` is the number of header rows, 0 when it is not known.
    """

    bbox: BBox
    n_rows: int
    n_cols: int
    cells: tuple[tuple[Span, str, BBox], ...]
    n_head: int = 0


Row = list[Segment]


def row_box(row: Row) -> BBox:
    """The box around a row."""
    return union(segment.bbox for segment in row)


def is_prose(row: Row, width: float) -> bool:
    """Whether a row is running text, a caption or a note rather than a row of a table."""
    text = " ".join(segment.text for segment in row)
    if is_caption(text) or is_note(text):
        return True
    if len(row) == 2 and row[1].bbox.x0 - row[0].bbox.x1 > IDEOGRAPHIC_SPACE * row[1].size:
        return False
    return (
        len(row) <= 2
        and row[-1].bbox.width >= PROSE_WIDTH * width
        and len(row[-1].text) + sum(map(is_cjk, row[-1].text)) > 30
    )


def runs(rows: Sequence[Row], width: float, seen: Evidence) -> list[list[Row]]:
    """Maximal runs of rows that could be one table, rows of a single segment trimmed off the ends.

    A run ends at prose, captions and notes, at a wide gap, and at three rows in a row without a
    second segment. Single rows between the table's outer lines belong to it.
    """
    found: list[tuple[int, int]] = []
    start, single = 0, 0
    for index, row in enumerate(rows):
        size = median(segment.size for segment in row)
        far = index > start and row_box(row).y1 - row_box(rows[index - 1]).y1 > MAX_PITCH * size
        single = single + 1 if len(row) == 1 else 0
        prose = is_prose(row, width) or _is_heading(rows, start, index)
        if far or prose or single > 3:
            found.append((start, index))
            single = int(len(row) == 1)
            start = index + 1 if prose else index
    found.append((start, len(rows)))
    cuts = [cut for start, stop in found if (cut := _trimmed(rows, start, stop)) is not None]
    widened: list[list[Row]] = []
    low = 0
    for index, cut in enumerate(cuts):
        high = cuts[index + 1][0] if index + 1 < len(cuts) else len(rows)
        first, low = _widened(rows, cut, (low, high), width, seen)
        widened.append(list(rows[first:low]))
    return widened


def _is_heading(rows: Sequence[Row], start: int, index: int) -> bool:
    """Whether a row of one segment is set larger than the rows before it and the next one."""
    row = rows[index]
    if len(row) > 1 or index == start or index + 1 >= len(rows):
        return False
    around = [s.size for other in (*rows[start:index], rows[index + 1]) for s in other]
    return row[0].size >= HEADING * max(around)


def _trimmed(rows: Sequence[Row], start: int, stop: int) -> tuple[int, int] | None:
    multi = [index for index in range(start, stop) if len(rows[index]) > 1]
    return (multi[0], multi[-1] + 1) if len(multi) >= 2 else None


def _widened(
    rows: Sequence[Row], cut: tuple[int, int], bounds: tuple[int, int], width: float, seen: Evidence
) -> tuple[int, int]:
    """The run with the single rows between it and lines over its width above and below."""
    first, last = cut
    whole = union(row_box(row) for row in rows[first:last])
    lines = seen.horizontal(whole)
    for index in range(first - 1, max(first - 1 - EDGE_ROWS, bounds[0] - 1), -1):
        if is_prose(rows[index], width) or len(rows[index]) > 1:
            break
        box, size = row_box(rows[index]), rows[index][0].size
        above = any(box.y0 - 1.2 * size < at < box.y0 + 2 for at in lines)
        if above or underlined(rows[index][0], seen.rulings, whole):
            first = index
    for index in range(last, min(last + EDGE_ROWS, bounds[1])):
        if is_prose(rows[index], width) or len(rows[index]) > 1:
            break
        box, size = row_box(rows[index]), rows[index][0].size
        if any(box.y1 - 2 < at < box.y1 + 0.8 * size for at in lines):
            last = index + 1
    return first, last


def underlined(segment: Segment, rulings: Sequence[Ruling], table: BBox) -> bool:
    """Whether a line under a segment is wider than its text and narrower than the table.

    It makes a header over some columns of a title.
    """
    box, size = segment.bbox, segment.size
    return any(
        r.horizontal
        and box.y1 - 0.4 * size <= r.at <= box.y1 + 0.9 * size
        and table.x0 - size <= r.start <= box.x0
        and box.x1 <= r.end <= table.x1 + size
        and r.end - r.start < 0.9 * table.width
        for r in rulings
    )


def _spanning(segment: Segment, run: Sequence[Row]) -> bool:
    """Whether many rows have two or more segments where this one has one: a header over columns."""
    box = segment.bbox
    split = 0
    for row in run:
        inside = sum(1 for other in row if box.x0 <= (other.bbox.x0 + other.bbox.x1) / 2 <= box.x1)
        split += inside > 1
    return split >= max(1, 0.4 * sum(len(row) > 1 for row in run))


def column_bands(run: Sequence[Row]) -> list[tuple[float, float]]:
    """X extents of the columns: where segments of the rows stand under each other.

    Segments over several columns have no vote, and from five rows on a single one that closes a
    gap is overruled: a header centred over two columns. A column needs text in two rows. Rows of
    one segment vote only where no column is yet: labels of two lines beside a row of numbers.
    """
    voters = [s for row in run if len(row) > 1 for s in row if not _spanning(s, run)]
    tolerance = max(int(0.06 * len(run)), int(len(run) >= 5))
    bands = [band for band in _covered(voters, tolerance) if _support(band, voters) >= 2]
    alone = [
        row[0] for row in run if len(row) == 1 and all(_support(band, row) == 0 for band in bands)
    ]
    return sorted([*bands, *(band for band in _covered(alone, 0) if _support(band, alone) >= 2)])


def _covered(voters: Sequence[Segment], tolerance: int) -> list[tuple[float, float]]:
    """Maximal x intervals in which more than `tolerance` segments stand."""
    events = sorted([(s.bbox.x0, 1) for s in voters] + [(s.bbox.x1, -1) for s in voters])
    bands: list[tuple[float, float]] = []
    depth, start = 0, 0.0
    for x, step in events:
        before, depth = depth, depth + step
        if before <= tolerance < depth:
            start = x
        elif depth <= tolerance < before:
            bands.append((start, x))
    return bands


def _support(band: tuple[float, float], voters: Sequence[Segment]) -> int:
    return sum(1 for s in voters if s.bbox.x0 < band[1] and s.bbox.x1 > band[0])


def built(run: Sequence[Row], seen: Evidence) -> StreamTable | None:
    """The table that a run of rows makes; None with fewer than two columns."""
    rulings = seen.rulings
    verticals = [ruling for ruling in rulings if not ruling.horizontal]
    run = [cut_at_lines(row, verticals) for row in run] if verticals else run
    run = [with_signs(row) for row in run]
    n_head = header_lines(run, rulings)
    bands = column_bands(run[n_head:]) if len(run) - n_head >= 3 else []
    if len(bands) < 2:
        bands, n_head = column_bands(run), min(n_head, len(run) - 1)
    if len(bands) < 2:
        return None
    bands = with_strips(run[n_head:], bands)
    placed = [
        place(row, bands, HEADER_STRIP if index < n_head else MIN_STRIP)
        for index, row in enumerate(run)
    ]
    cells: list[tuple[Span, str, BBox]] = []
    top = 0
    if n_head:
        head = header_cells(placed[:n_head], bands, rulings)
        cells += [(span, *_content(parts)) for span, parts in head]
        top = max(span.row + span.row_span for span, _ in head)
        placed = placed[n_head:]
    groups = merged_rows(placed, union(row_box(row) for row in run), rulings)
    cells += _body_cells(groups, top, bands, rulings)
    return StreamTable(
        union(box for _, _, box in cells), top + len(groups), len(bands), tuple(cells), top
    )


def _body_cells(
    groups: Sequence[Sequence[Sequence[Placed]]],
    top: int,
    bands: Sequence[tuple[float, float]],
    rulings: Sequence[Ruling],
) -> list[tuple[Span, str, BBox]]:
    """Cells of grouped rows; `top` is the first row's number. Lines that stop short span rows."""
    slots: dict[tuple[int, int], list[Placed]] = {}
    reach: dict[tuple[int, int], int] = {}
    for row, group in enumerate(groups):
        own: dict[int, int] = {}
        for item in sorted((p for line in group for p in line), key=lambda p: p.first):
            col = next((c for c in own if c <= item.first <= own[c]), item.first)
            own[col] = max(own.get(col, col), item.last)
            slots.setdefault((row, col), []).append(item)
        reach.update({(row, col): last for col, last in own.items()})
    boxes = [union(p.segment.bbox for line in group for p in line) for group in groups]
    high: dict[tuple[int, int], int] = {}
    filled = [{col for row, col in slots if row == number} for number in range(len(groups))]
    for col, start, length in [
        *spanned_rows(bands, boxes, rulings), *labelled_groups(filled, len(bands))
    ]:  # fmt: skip
        held = [row for row in range(start, start + length) if (row, col) in slots]
        if len(held) == 1 and reach[held[0], col] == col and (held[0], col) not in high:
            slots[start, col] = slots.pop((held[0], col))
            reach[start, col], high[start, col] = col, length
    return [
        (
            Span(top + row, col, high.get((row, col), 1), reach[row, col] - col + 1),
            *_content(slots[row, col]),
        )
        for row, col in sorted(slots)
    ]


def _content(parts: Iterable[Placed]) -> tuple[str, BBox]:
    """Text and box of a cell's lines, top to bottom."""
    words = [word for part in parts for word in part.segment.words]
    return cell_text(words), union(word.bbox for word in words)
