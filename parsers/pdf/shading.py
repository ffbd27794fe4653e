"""Filled rectangles of a page sorted out: which of them are cells, which only shade a line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from parsers.pdf.lines import segments
from parsers.pdf.page import Path, Ruling, Word
from schemas.geometry import BBox

INSET = 6.0
"""Points by which a line's shading may be narrower than its cell on each side: a cell's padding."""
SAME = 0.8
"""Points within which an edge and a ruling are the same; readers round differently."""


def line_shadings(paths: Iterable[Path], words: Sequence[Word]) -> list[BBox]:
    """Boxes that shade one line of text inside the shading of its cell.

    Word processors paint a cell and then each line of its text again; the edges between these
    lines are seen by nobody. Bands of a table stand inside a background too, but hold several runs
    of text.
    """
    boxes = [path.bbox for path in paths if not path.curved]
    boxes.sort(key=lambda box: (box.x0, box.y0))
    found = []
    for box in boxes:
        if any(_shades_line_of(other, box) for other in _starting_near(boxes, box)):
            inside = [word for word in words if box.contains_centre(word.bbox)]
            lines = segments(inside)
            if not lines or (len(lines) == 1 and len(lines[0]) == 1):
                found.append(box)
    return found


def _starting_near(boxes: Sequence[BBox], box: BBox) -> Iterable[BBox]:
    start = bisect_left(boxes, box.x0 - INSET, key=lambda other: other.x0)
    for other in boxes[start:]:
        if other.x0 > box.x0 + SAME:
            return
        yield other


def _shades_line_of(cell: BBox, box: BBox) -> bool:
    """Whether `box` lies in `cell`, nearly as wide and less high."""
    return (
        cell.height > box.height + SAME
        and cell.x0 - SAME <= box.x0
        and box.x1 <= cell.x1 + SAME
        and cell.width - box.width <= 2 * INSET
        and cell.y0 - SAME <= box.y0
        and box.y1 <= cell.y1 + SAME
    )


def without_edges(rulings: Sequence[Ruling], boxes: Iterable[BBox]) -> list[Ruling]:
    """`rulings` without those that are an edge of one of `boxes` from corner to corner."""
    edges: dict[tuple[bool, int], list[tuple[float, float, float]]] = {}
    for x0, y0, x1, y1 in boxes:
        for horizontal, at, start, end in (
            (True, y0, x0, x1), (True, y1, x0, x1), (False, x0, y0, y1), (False, x1, y0, y1),
        ):  # fmt: skip
            for place in range(int(at - SAME), int(at + SAME) + 1):
                edges.setdefault((horizontal, place), []).append((at, start, end))
    return [
        ruling
        for ruling in rulings
        if not any(
            abs(at - ruling.at) <= SAME
            and abs(start - ruling.start) <= SAME
            and abs(end - ruling.end) <= SAME
            for at, start, end in edges.get((ruling.horizontal, int(ruling.at)), ())
        )
    ]
