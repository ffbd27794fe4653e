"""Rows of text -> rows of a table: which lines are further lines of the cells above them.

A line goes on in the next one only where the next word did not fit: what tells a cell of several
lines from a new row, when neither lines nor wider gaps do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median
from typing import NamedTuple

from parsers.pdf.header import Placed
from parsers.pdf.lines import is_cjk
from parsers.pdf.page import Ruling
from parsers.pdf.values import is_numeric
from schemas.geometry import BBox, union

SAME_ROW = 0.75
"""Font sizes between baselines of rows of text that overlap: numbers set at half the height of a
label of two lines belong to its row."""
WIDER = 1.18
"""Ratio of the smallest wide to the largest tight pitch that tells rows from lines of a row; a
quarter of a line of padding."""
SINGLE = 1.7
"""Font sizes between baselines of lines of one cell at most."""
MAX_LABELS = 0.67
"""Share of rows with a label from which gaps in the first column are just missing texts."""
PLAUSIBLE = 0.6
"""Share of lines that must look like further lines of a cell before all of their kind are."""
MIN_HAN_LINE = 4.0
"""Font sizes of the narrowest column in which Han text is broken: labels of two or three
characters are all equally wide, and seem to fill theirs."""
SPACE = 0.25
"""Font sizes of a word space."""

Line = list[Placed]


class _Step(NamedTuple):
    """From one line to the next: pitch, a line drawn between, and whether cells may go on."""

    pitch: float
    line: bool
    wraps: bool


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is common to a table's rows: widths of its columns, pitches, lines between rows."""

    widths: dict[int, float]
    usual: float
    tight: float
    ruled: bool


def merged_rows(placed: Sequence[Line], box: BBox, rulings: Sequence[Ruling]) -> list[list[Line]]:
    """Rows of text grouped to rows of the table: the further lines of a cell join its first."""
    middles = [_middle(row) for row in placed]
    between = [
        any(
            r.horizontal and y0 < r.at < y1
            and min(r.end, box.x1) - max(r.start, box.x0) > 0.5 * box.width
            for r in rulings
        )
        for y0, y1 in pairwise(middles)
    ]  # fmt: skip
    measure = _measured(placed, between)
    found: list[list[Line]] = [[placed[0]]]
    for index, row in enumerate(placed[1:]):
        upper = placed[index]
        pitch = _pitch(upper, row)
        apart = between[index] or any(_clash(line, row) for line in found[-1])
        if not apart and (pitch < SAME_ROW or _continues(found[-1], upper, row, pitch, measure)):
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _middle(row: Line) -> float:
    return (min(p.segment.bbox.y0 for p in row) + max(p.segment.bbox.y1 for p in row)) / 2


def _pitch(upper: Line, lower: Line) -> float:
    """Distance of two baselines in font sizes."""
    size = max(median(p.segment.size for p in lower), 1.0)
    bottoms = [max(p.segment.bbox.y1 for p in row) for row in (upper, lower)]
    return (bottoms[1] - bottoms[0]) / size


def _measured(placed: Sequence[Line], between: Sequence[bool]) -> _Measure:
    widths: dict[int, float] = {}
    for row in placed:
        for p in row:
            if p.first == p.last:
                widths[p.first] = max(widths.get(p.first, 0.0), p.segment.bbox.width)
    steps = [
        _Step(_pitch(a, b), line, not _clash(a, b) and _may_go_on([a], a, b, widths))
        for (a, b), line in zip(pairwise(placed), between, strict=True)
    ]
    unruled = [step.wraps for step in steps if not step.line]
    return _Measure(
        widths=widths,
        usual=median(step.pitch for step in steps) if steps else 0.0,
        tight=_tight_pitch(steps),
        ruled=sum(between) >= 3 and bool(unruled) and mean(unruled) >= PLAUSIBLE,
    )


def _tight_pitch(steps: Sequence[_Step]) -> float:
    """Largest pitch of lines within a row, where pitches fall into two classes; 0 where not.

    Most lines of the tight class must look like further lines of the cells above them.
    """
    ordered = sorted(step.pitch for step in steps if step.pitch >= SAME_ROW)
    ratios = [(b / a, a) for a, b in pairwise(ordered) if a <= SINGLE]
    ratio, tight = max(ratios, default=(0.0, 0.0))
    wraps = [step.wraps for step in steps if SAME_ROW <= step.pitch <= tight and not step.line]
    return tight if ratio >= WIDER and wraps and mean(wraps) >= PLAUSIBLE else 0.0


def _clash(upper: Line, lower: Line) -> bool:
    """Whether both have a number in the same column."""
    numbers = {p.first for p in upper if is_numeric(p.segment.text)}
    return any(p.first in numbers and is_numeric(p.segment.text) for p in lower)


def _continues(
    group: Sequence[Line], upper: Line, lower: Line, pitch: float, measure: _Measure
) -> bool:
    """Whether `lower` holds further lines of the cells of the row whose last line is `upper`."""
    may = _may_go_on(group, upper, lower, measure.widths)
    if measure.ruled or pitch <= 1.02 * measure.tight:
        return may or not _full(group, lower)
    if measure.tight or pitch > min(1.05 * measure.usual, SINGLE):
        return False
    above = {p.first for line in group for p in line}
    own = {p.first for p in lower}
    if own == {0} or above == {0}:
        return may and len(group) == 1 and _reads_on(upper, lower)
    return may


def _full(group: Sequence[Line], lower: Line) -> bool:
    """Whether a line has a cell in each column of the row above it: a row of its own, as a rule."""
    return {p.first for line in group for p in line} <= {p.first for p in lower}


def _may_go_on(group: Sequence[Line], upper: Line, lower: Line, widths: dict[int, float]) -> bool:
    """Whether the cells of `lower` can be further lines of those above by their texts and widths.

    A line with a label goes on when the label does; one without must hold no numbers.
    """
    above = {p.first for line in group for p in line}
    own = {p.first for p in lower}
    wrapped = _wrapped(upper, lower, widths)
    if own == {0}:
        return 0 in above and all(wrapped)
    if 0 in own:
        label = [p for p in lower if p.first == 0]
        least = 1.0 if own >= above and len(own) > 1 else 0.5
        goes_on = (own <= above or above == {0}) and _goes_on(label)
        return goes_on and mean(wrapped or [0]) >= least
    alone = len(own) == 1 and all(wrapped) and len(wrapped) == 1
    return own <= above and (alone or not any(is_numeric(p.segment.text) for p in lower))


def _reads_on(upper: Line, lower: Line) -> bool:
    """Whether a label of two lines shows it: its second line is no heading of the rows below."""
    label = [p for p in lower if p.first == 0]
    end = [p.segment.text for p in upper if p.first == 0]
    return _goes_on(label) or (bool(end) and end[0][-1] in ",-–/&(、，")


def _wrapped(upper: Line, lower: Line, widths: dict[int, float]) -> list[bool]:
    """For each cell of `lower` below one of `upper` whether its first word had no room there."""
    return [
        _wraps(a, b, widths) for b in lower for a in upper if a.first <= b.first <= a.last
    ]  # fmt: skip


def _goes_on(lower: Line) -> bool:
    """Whether the text of a line's cells reads on: Latin in lower case, or Han characters."""
    texts = [p.segment.text for p in lower if not is_numeric(p.segment.text)]
    on = sum(text[0].islower() or is_cjk(text[0]) or text[0] in "(&/" for text in texts)
    return 2 * on >= len(texts) > 0


def _wraps(upper: Placed, lower: Placed, widths: dict[int, float]) -> bool:
    """Whether the first word of `lower` had no room left behind `upper` in its column."""
    room = widths.get(lower.first, 0.0) - upper.segment.bbox.width
    first, size = lower.segment.words[0], lower.segment.size
    if is_cjk(first.text[0]):
        return room < size and widths.get(lower.first, 0.0) >= MIN_HAN_LINE * size
    return room < first.bbox.width + SPACE * size


def spanned_rows(
    bands: Sequence[tuple[float, float]], boxes: Sequence[BBox],
    rulings: Sequence[Ruling],
) -> list[tuple[int, int, int]]:  # fmt: skip
    """(column, first row, number of rows) of cells that lines leave open downwards.

    Where lines between two rows stop short of a column, its cell goes on. `boxes` are those of the
    rows; without lines that stop short nothing is spanned.
    """
    open_at: dict[int, list[int]] = {}
    table = union(boxes)
    for index, (upper, lower) in enumerate(pairwise(boxes)):
        y0, y1 = (upper.y0 + upper.y1) / 2, (lower.y0 + lower.y1) / 2
        lines = [
            r for r in rulings
            if r.horizontal and y0 < r.at < y1 and r.start < table.x1 and r.end > table.x0
        ]  # fmt: skip
        covered = [any(r.start <= (a + b) / 2 <= r.end for r in lines) for a, b in bands]
        if any(covered):
            for column, closed in enumerate(covered):
                if not closed:
                    open_at.setdefault(column, []).append(index)
    found: list[tuple[int, int, int]] = []
    for column, places in open_at.items():
        for start in places:
            if start - 1 not in places:
                length = 1
                while start + length - 1 in places:
                    length += 1
                found.append((column, start, length))
    return found


def labelled_groups(filled: Sequence[set[int]], n_cols: int) -> list[tuple[int, int, int]]:
    """(0, first row, number of rows) of groups of rows that share the label of their first row.

    `filled` holds the columns with text of each row. The second column must be filled throughout:
    it tells the rows of a group apart, so that the gaps in the first are no missing labels.
    """
    starts = [row for row, columns in enumerate(filled) if 0 in columns]
    if n_cols < 3 or len(starts) < 2 or starts[0] != 0 or len(starts) > MAX_LABELS * len(filled):
        return []
    if not all(1 in columns and len(columns) > 1 for columns in filled):
        return []
    return [(0, a, b - a) for a, b in pairwise([*starts, len(filled)]) if b - a > 1]
