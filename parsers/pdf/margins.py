"""Notes in the margin beside a column of prose: few lines, where no gutter shows by its height."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parsers.pdf.lines import Segment
from parsers.pdf.sides import BASELINE, LINE_STEP, Boxes, set_as_prose

STRIP = 0.9
"""Font sizes of white between the prose and its notes."""
MIN_WIDTH = 3.0
"""Font sizes that the lines of a note are wide on the average: markers and numbers are less."""
SMALL = 0.93
"""Times the size of the prose at which print is smaller: 9 points beside 10."""


def margin(found: Sequence[Segment], size: float) -> float | None:
    """The x of the strip of white between prose and notes in its margin, None without notes.

    Notes are set in smaller print or with lines of their own. Single lines of the prose's size on
    its baselines are terms, numbers of sections or equations, and belong to the line beside them.
    """
    boxes = np.array([segment.bbox for segment in found], dtype=np.float64)
    main = _main(boxes, size)
    if main is None:
        return None
    x0, x1 = main
    prose = boxes[(boxes[:, 0] >= x0 - 1) & (boxes[:, 2] <= x1 + 1)]
    for at_right in (True, False):
        beyond = boxes[:, 0] > x1 + STRIP * size if at_right else boxes[:, 2] < x0 - STRIP * size
        notes = [segment for segment, out in zip(found, beyond, strict=True) if out]
        if notes and all(_is_note(run, prose, size, at_right) for run in _stacked(notes)):
            edge = min(s.bbox.x0 for s in notes) if at_right else max(s.bbox.x1 for s in notes)
            return (x1 + edge) / 2 if at_right else (x0 + edge) / 2
    return None


def _main(boxes: Boxes, size: float) -> tuple[float, float] | None:
    """The x extent of the column that most text is set in, None when it is no prose."""
    widths = boxes[:, 2] - boxes[:, 0]
    lefts = np.round(boxes[:, 0])
    shared = [float(widths[np.abs(lefts - x) <= 1].sum()) for x in lefts]
    x0 = float(lefts[int(np.argmax(shared))])
    own = boxes[np.abs(boxes[:, 0] - x0) <= 1.5]
    x1 = float(own[:, 2].max())
    inside = (boxes[:, 0] >= x0 - 1.5) & (boxes[:, 2] <= x1 + 1)
    return (x0, x1) if set_as_prose(boxes[inside], size) else None


def _stacked(notes: Sequence[Segment]) -> list[list[Segment]]:
    """Lines in runs that stand close under each other."""
    found: list[list[Segment]] = []
    for note in sorted(notes, key=lambda s: (s.bbox.y1, s.bbox.x0)):
        if found and note.bbox.y1 - found[-1][-1].bbox.y1 <= LINE_STEP * note.size:
            found[-1].append(note)
        else:
            found.append([note])
    return found


def _is_note(run: Sequence[Segment], prose: Boxes, size: float, at_right: bool) -> bool:
    widths = np.array([segment.bbox.width / segment.size for segment in run])
    words = any(sum(map(str.isalpha, segment.text)) >= MIN_WIDTH for segment in run)
    if not words or float(widths.mean()) < MIN_WIDTH:
        return False
    small = max(segment.size for segment in run) <= SMALL * size
    if len(run) == 1:
        return small and at_right
    return small or 2 * int(_level(run, prose, size).sum()) <= len(run)


def _level(run: Sequence[Segment], prose: Boxes, size: float) -> NDArray[np.bool_]:
    """Which lines of a run stand on a baseline of the prose, by the feet of their letters."""
    feet = np.array([segment.bbox.y1 - 0.2 * segment.size for segment in run])
    away = np.abs(feet[:, None] - (prose[:, 3] - 0.2 * size)[None, :])
    level: NDArray[np.bool_] = away.min(axis=1) <= BASELINE * size
    return level
