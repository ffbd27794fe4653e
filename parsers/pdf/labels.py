"""The labels of pictures and drawings: ticks of axes, names, legends; their captions are none."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.pdf.lines import Segment, segments
from parsers.pdf.markers import is_caption
from parsers.pdf.page import Word
from schemas.geometry import BBox, union

LABEL_REACH = 1.4
"""Font sizes between a drawing and the labels of its axes."""
TURNED_REACH = 1.8
"""The same for words that run up or down: little else than the name of an axis does."""
CAPTION_STEP = 1.5
"""Font sizes from one line of a caption to the next at most."""
RINGS = 3
"""Rings of labels around a drawing: ticks, the axis' name, a title or legend."""
LABEL_CHARS = 28
"""A line this short inside a drawing is a label; prose set in a narrow column has some 35."""


def with_labels(box: BBox, words: Sequence[Word]) -> BBox:
    """A drawing's box with the labels at its edges: ticks to its left, names of axes below.

    Labels stand in rings: the ticks next to the drawing, the axis' name behind them.
    """
    rows = segments(word for word in words if word.turn == 0)
    captions = _captions(rows)
    labels = [
        (segment.bbox, LABEL_REACH * segment.size) for row in rows for segment in row
        if len(segment.text) <= LABEL_CHARS and segment not in captions
    ]  # fmt: skip
    labels += [(word.bbox, TURNED_REACH * word.size) for word in words if word.turn != 0]
    grown = box
    for _ in range(RINGS):
        near = [
            label for label, reach in labels
            if gap(label, grown) <= reach and _belongs(label, box)
        ]  # fmt: skip
        wider = union([grown, *near])
        if wider == grown:
            break
        grown = wider
    return grown


def _captions(rows: Sequence[Sequence[Segment]]) -> list[Segment]:
    """Parts of captions in rows from the top: what follows a caption's number, and lines below."""
    found: list[Segment] = []
    for row in rows:
        for index, part in enumerate(row):
            numbered = index > 0 and row[index - 1] in found[-1:]
            if numbered or is_caption(part.text) or any(_follows(part, f) for f in found[-4:]):
                found.append(part)
    return found


def _follows(part: Segment, above: Segment) -> bool:
    """Whether a part of a line stands right below another of its size."""
    return (
        0 < part.bbox.y1 - above.bbox.y1 <= CAPTION_STEP * part.size
        and abs(part.size - above.size) < 0.05 * part.size
        and part.bbox.x0 < above.bbox.x1
        and part.bbox.x1 > above.bbox.x0
    )


def gap(one: BBox, other: BBox) -> float:
    """Points of white between two boxes, 0 when they touch."""
    return max(one.x0 - other.x1, other.x0 - one.x1, one.y0 - other.y1, other.y0 - one.y1, 0.0)


def _belongs(label: BBox, box: BBox) -> bool:
    """Whether a label stands beside a drawing, or centred over or under it or one of its parts."""
    if label.y0 < box.y1 and label.y1 > box.y0:
        return label.width <= 0.6 * box.width
    middle = abs(label.x0 + label.x1 - box.x0 - box.x1) < 0.2 * box.width
    short = label.width <= 0.2 * box.width and label.x0 >= box.x0 - label.width
    return middle or short
