"""Tables without a grid of lines: runs of rows whose cells stand under each other.

rows -> runs -> column bands -> placed segments -> merged rows -> table. Runs are found generously;
whether one is a table is for `gate.py` to judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from parsers.pdf.lattice import Span
from parsers.pdf.lines import Segment, words_text
from parsers.pdf.page import Ruling
from schemas.geometry import BBox, union

MAX_PITCH = 3.0
"""Font sizes between baselines of neighbouring rows of one table."""
SAME_ROW = 0.75
"""Font sizes between baselines of rows of text that overlap: numbers set at half the height of a
label of two lines belong to its row."""
PROSE_WIDTH = 0.6
"""Share of the region's width from which a row of a single segment is prose."""
NUMERIC = re.compile(
    r"[(\[<>≤≥~±+\-–—−$€£¥%*†]*\s*\d[\d\s.,:/%()\-–—−+±×*†°$€£¥]*[a-z%]{0,3}\)?|[-–—−.…*]+|n/?[ad]\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StreamTable:
    """Texts of a table that was found by alignment; the cells tile no grid, gaps are empty."""

    bbox: BBox
    n_rows: int
    n_cols: int
    cells: tuple[tuple[Span, str, BBox], ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment with the first and last column it stands in."""

    segment: Segment
    first: int
    last: int


Row = list[Segment]


def is_numeric(text: str) -> bool:
    """Whether a cell holds a number, a range, a percentage or a dash for none.

    >>> [is_numeric(t) for t in ("1,204", "(3.5%)", "–", "2005/06", "Total", "第3章")]
    [True, True, True, True, False, False]
    """
    return NUMERIC.fullmatch(text.strip()) is not None


def row_box(row: Row) -> BBox:
    """The box around a row."""
    return union(segment.bbox for segment in row)


def _is_prose(row: Row, width: float) -> bool:
    return len(row) == 1 and row[0].bbox.width >= PROSE_WIDTH * width and len(row[0].text) > 30


def runs(rows: Sequence[Row], width: float) -> list[list[Row]]:
    """Maximal runs of rows that could be one table, rows of a single segment trimmed off the ends.

    A run ends at prose, at a wide gap, and at three rows in a row without a second segment.
    """
    found: list[list[Row]] = [[]]
    single = 0
    for row in rows:
        run = found[-1]
        box = row_box(row)
        size = median(segment.size for segment in row)
        far = bool(run) and box.y1 - row_box(run[-1]).y1 > MAX_PITCH * size
        single = single + 1 if len(row) == 1 else 0
        if far or _is_prose(row, width) or single > 3:
            found.append([])
            single = 1 if len(row) == 1 else 0
            if _is_prose(row, width):
                continue
        found[-1].append(row)
    return [trimmed for trimmed in map(_trimmed, found) if trimmed]


def _trimmed(run: list[Row]) -> list[Row]:
    multi = [index for index, row in enumerate(run) if len(row) > 1]
    return run[multi[0] : multi[-1] + 1] if len(multi) >= 2 else []


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


def place(row: Row, bands: Sequence[tuple[float, float]]) -> list[Placed]:
    """The row's segments with their columns; a segment that is two cells set close is cut."""
    placed: list[Placed] = []
    for segment in row:
        for part in _cut(segment, bands):
            box = part.bbox
            hit = [
                index
                for index, (x0, x1) in enumerate(bands)
                if min(box.x1, x1) - max(box.x0, x0) > min(2.0, 0.3 * box.width)
            ]
            if not hit:
                centre = (box.x0 + box.x1) / 2
                hit = [min(range(len(bands)), key=lambda i: abs(sum(bands[i]) / 2 - centre))]
            placed.append(Placed(part, hit[0], hit[-1]))
    return placed


def _cut(segment: Segment, bands: Sequence[tuple[float, float]]) -> list[Segment]:
    """`segment` cut between bands, at the widest gap there, where that exceeds .5 em."""
    words = segment.words
    gaps = [right.bbox.x0 - left.bbox.x1 for left, right in pairwise(words)]
    cuts: set[int] = set()
    for a, b in pairwise(bands):
        between = [
            index
            for index, (left, right) in enumerate(pairwise(words))
            if a[0] < left.bbox.x1 <= b[0] + 1 and a[1] - 1 <= right.bbox.x0 < b[1]
        ]
        widest = max(between, key=lambda index: gaps[index], default=None)
        if widest is not None and gaps[widest] > 0.5 * segment.size:
            cuts.add(widest + 1)
    edges = [0, *sorted(cuts), len(words)]
    parts = [words[start:end] for start, end in pairwise(edges)]
    return [Segment(part, union(w.bbox for w in part)) for part in parts]


def _continues(upper: list[Placed], lower: list[Placed], pitch: float, usual: float) -> bool:
    """Whether `lower` holds further lines of the cells of `upper`.

    Its first column is empty, each of its cells is words under words, and it stands no farther
    below than rows usually do.
    """
    above = {column: p for p in upper for column in range(p.first, p.last + 1)}
    if any(p.first == 0 or p.first not in above for p in lower):
        return False
    texts = [(above[p.first].segment.text, p.segment.text) for p in lower]
    return pitch <= 1.05 * usual and not any(is_numeric(a) or is_numeric(b) for a, b in texts)


def _ruled_between(y0: float, y1: float, box: BBox, rulings: Sequence[Ruling]) -> bool:
    """Whether a line over half the table's width runs between two heights."""
    return any(
        r.horizontal
        and y0 < r.at < y1
        and min(r.end, box.x1) - max(r.start, box.x0) > 0.5 * box.width
        for r in rulings
    )


def merged_rows(
    placed: Sequence[list[Placed]], box: BBox, rulings: Sequence[Ruling]
) -> list[list[list[Placed]]]:
    """Rows of text grouped to rows of the table: the further lines of a cell join its first."""
    tops = [min(p.segment.bbox.y0 for p in row) for row in placed]
    bottoms = [max(p.segment.bbox.y1 for p in row) for row in placed]
    pitches = [b - a for a, b in pairwise(bottoms)]
    usual = median(pitches) if pitches else 0.0
    lines = [
        _ruled_between((t + b) / 2, (t2 + b2) / 2, box, rulings)
        for t, b, t2, b2 in zip(tops, bottoms, tops[1:], bottoms[1:], strict=False)
    ]
    ruled = sum(lines) >= 3 and sum(lines) >= 0.3 * len(lines)
    found: list[list[list[Placed]]] = [[placed[0]]]
    for index, row in enumerate(placed[1:]):
        joins = not lines[index] and (
            ruled
            or pitches[index] < SAME_ROW * row[0].segment.size
            or _continues(placed[index], row, pitches[index], usual)
        )
        if joins:
            found[-1].append(row)
        else:
            found.append([row])
    return found


def built(groups: Sequence[Sequence[Sequence[Placed]]], n_cols: int) -> StreamTable:
    """The table of grouped rows; cells that meet in one position become one."""
    cells: list[tuple[Span, str, BBox]] = []
    for number, group in enumerate(groups):
        slots: dict[int, list[Placed]] = {}
        reach: dict[int, int] = {}
        for placed in sorted((p for row in group for p in row), key=lambda p: p.first):
            owner = next((c for c in slots if c <= placed.first <= reach[c]), placed.first)
            slots.setdefault(owner, []).append(placed)
            reach[owner] = max(reach.get(owner, owner), placed.last)
        for col in sorted(slots):
            parts = sorted(slots[col], key=lambda p: (round(p.segment.bbox.y1), p.segment.bbox.x0))
            text = " ".join(words_text(p.segment.words) for p in parts)
            box = union(p.segment.bbox for p in parts)
            cells.append((Span(number, col, 1, reach[col] - col + 1), text, box))
    return StreamTable(union(box for _, _, box in cells), len(groups), n_cols, tuple(cells))
