"""Pictures and drawings of a page, with the labels inside them.

A drawing is a cluster of shapes: curves, bars, the lines of axes. Its labels are no running text:
they stand at their places in the picture and cut the columns around it to pieces if they are read
as lines. They are kept as the figure's own text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parsers.pdf.labels import LABEL_CHARS, gap, with_labels
from parsers.pdf.lines import segments
from parsers.pdf.page import PageContent, RegionKind, Word
from parsers.pdf.trace import SILENT, Layer, Trace
from schemas.geometry import BBox, union

MIN_FIGURE = 0.01
"""Share of the page that a picture must cover to be a figure; icons and bullets stay below."""
MAX_FIGURES = 20
MAX_SHARE = 0.75
"""Share of the page above which shapes are its background or frame."""
REACH = 8.0
"""Points between shapes of one drawing: a tick stands 3 to 6 pt off what it marks."""
CONNECTED = 4.0
"""Points between the end of an arrow and the box that it leads to."""
MAX_CONNECTORS = 400
"""Lines above which a page is a map or a plan, not a flow chart."""
MAX_FRAME = 6.0
"""Times a drawing's area that its frame may have: a short curve in a wide chart."""
MIN_SHAPES = 3
"""Bars that make a chart; a pair of shaded boxes is decoration."""
MIN_CURVE = 36.0
"""Points, half an inch: a curve this large in both directions is no ornament."""
SPARSE = 0.1
"""Share of its box that text covers; set text covers .4 and more."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture or drawing with the text of its labels, top to bottom."""

    bbox: BBox
    text: str = ""
    labels: tuple[Word, ...] = ()


def figures(
    content: PageContent, words: Sequence[Word], taken: Sequence[BBox], trace: Trace = SILENT
) -> list[Figure]:
    """Figures of an upright page, top to bottom; `taken` are the boxes of its ruled tables.

    Pictures that are tiny, a table's background or the scan of the page are left out. Drawings are
    found from shapes, and where the layout model sees a picture it says how far one reaches.
    """
    seen = [box for kind, box in content.model if kind is RegionKind.PICTURE]
    images = [box for box in _whole(content.images) if _is_picture(box, content, taken)]
    drawn = [box for box in _drawings(content, words, taken, seen) if _is_free(box, images)]
    found = []
    left = list(words)
    for box in [*images, *drawn][:MAX_FIGURES]:
        grown = with_labels(box, left)
        labels = tuple(w for w in left if grown.contains_centre(w.bbox))
        rows = segments(labels)
        if any(_is_prose(segment.text) for row in rows for segment in row):
            continue  # a frame, a shaded box or a background
        text = "\n".join(" ".join(segment.text for segment in row) for row in rows)
        trace.note(Layer.FIGURE, grown, f"figure, {len(labels)} words of labels")
        found.append(Figure(grown, text, labels))
        own = {id(word) for word in labels}
        left = [word for word in left if id(word) not in own]
    return sorted(found, key=lambda figure: (figure.bbox.y0, figure.bbox.x0))


def _whole(images: Sequence[BBox]) -> list[BBox]:
    """Pictures put together again that a producer has cut into strips."""
    found: list[BBox] = []
    for box in sorted(set(images), key=lambda box: (box.x0, box.y0)):
        last = found[-1] if found else None
        same = last is not None and abs(last.x0 - box.x0) < 1 and abs(last.x1 - box.x1) < 1
        if last is not None and same and abs(last.y1 - box.y0) < 1:
            found[-1] = union((last, box))
        else:
            found.append(box)
    return found


def _is_prose(text: str) -> bool:
    """Whether a line inside a picture is too long for a label."""
    return len(text) > 2 * LABEL_CHARS or (len(text) > LABEL_CHARS and text.count(" ") > 5)


def _is_picture(box: BBox, content: PageContent, taken: Sequence[BBox]) -> bool:
    page = content.width * content.height
    share = box.area / page if page else 0.0
    behind = any(box.contains_centre(t) or t.contains_centre(box) for t in taken)
    over = sum(box.contains_centre(w.bbox) for w in content.words) if share > 0.5 else 0
    return share >= MIN_FIGURE and not behind and over < 0.5 * max(1, len(content.words))


def _is_free(box: BBox, others: Sequence[BBox]) -> bool:
    return not any(o.contains_centre(box) or box.contains_centre(o) for o in others)


def _drawings(
    content: PageContent, words: Sequence[Word], taken: Sequence[BBox], seen: Sequence[BBox]
) -> list[BBox]:
    """Boxes of clusters of shapes that draw something."""
    page = content.width * content.height
    shapes = [
        (path.bbox, path.curved)
        for path in content.paths
        if path.bbox.area <= MAX_SHARE * page
        and max(path.bbox.width, path.bbox.height) > 4
        and not any(box.contains_centre(path.bbox) for box in taken)
    ]
    if not shapes:
        return []
    axes = _axes(content, taken)
    found = []
    charts = _bar_charts([box for box, curved in shapes if not curved], words)
    joined = _connectors([box for box, _ in shapes], axes)
    for cluster in _clusters([*(box for box, _ in shapes), *charts, *joined]):
        inside = [(box, curved) for box, curved in shapes if cluster.contains_centre(box)]
        bars = [box for box, _ in inside if not any(box.contains_centre(w.bbox) for w in words)]
        curves = [box for box, curved in inside if curved]
        model = next((box for box in seen if _overlap(box, cluster) > 0.5), None)
        drawn = max(len(curves), len(bars)) >= MIN_SHAPES or _is_curve_of_chart(curves, words)
        if model is None and not drawn:
            continue
        whole = union([cluster, *(axis for axis in axes if _touches(axis, cluster))])
        whole = whole if model is None else union((whole, model))
        if whole.area >= MIN_FIGURE * page and whole.area <= MAX_SHARE * page:
            found.append(whole)
    return _clusters(found, 0.0)


def _connectors(shapes: Sequence[BBox], lines: Sequence[BBox]) -> list[BBox]:
    """Straight lines that run from one shape to another: the arrows of a flow chart."""
    if len(lines) > MAX_CONNECTORS:
        return []
    boxes = np.array(shapes, dtype=np.float64)
    found = []
    for line in lines:
        if min(line.width, line.height) > CONNECTED:
            continue
        ends = [(line.x0, line.y0), (line.x1, line.y1)]
        near = [_nearest(boxes, x, y) for x, y in ends]
        if near[0] != near[1] and None not in near:
            found.append(line)
    return found


def _nearest(boxes: NDArray[np.float64], x: float, y: float) -> int | None:
    """Index of the box that stands within CONNECTED of a point, None for no box or around both."""
    away = np.maximum(
        np.maximum(boxes[:, 0] - x, x - boxes[:, 2]), np.maximum(boxes[:, 1] - y, y - boxes[:, 3])
    )
    index = int(np.argmin(away))
    return index if away[index] <= CONNECTED else None


def _bar_charts(fills: Sequence[BBox], words: Sequence[Word]) -> list[BBox]:
    """Boxes around bars that stand on one line, upright or lying, of different lengths."""
    empty = [box for box in fills if not any(box.contains_centre(w.bbox) for w in words)]
    found = []
    for foot, length in ((3, 1), (0, 2)):
        groups: dict[int, list[BBox]] = {}
        for box in empty:
            groups.setdefault(round(box[foot] / 2), []).append(box)
        for bars in groups.values():
            lengths = {round(box[length]) for box in bars}
            if len(bars) >= MIN_SHAPES and len(lengths) >= MIN_SHAPES:
                found.append(union(bars))
    return found


def _is_curve_of_chart(curves: Sequence[BBox], words: Sequence[Word]) -> bool:
    """Whether one of the curves is large and hardly written on; a box with round corners is not."""
    return any(
        min(box.width, box.height) >= MIN_CURVE
        and sum(w.bbox.area for w in words if box.contains_centre(w.bbox)) < SPARSE * box.area
        for box in curves
    )


def _overlap(one: BBox, other: BBox) -> float:
    """Share of the smaller box that lies in both."""
    return one.intersection(other) / max(1.0, min(one.area, other.area))


def _axes(content: PageContent, taken: Sequence[BBox]) -> list[BBox]:
    """Boxes of lines that touch each other: an axis with its ticks, a frame, a lone line."""
    lines = [
        BBox(r.start, r.at, r.end, r.at) if r.horizontal else BBox(r.at, r.start, r.at, r.end)
        for r in content.rulings
    ]
    return _clusters([line for line in lines if not any(t.contains_centre(line) for t in taken)], 2)


def _touches(axis: BBox, box: BBox) -> bool:
    """Whether an axis or frame stands at a drawing; a lone line may not be much longer than it."""
    if gap(axis, box) > REACH:
        return False
    if min(axis.width, axis.height) > MIN_CURVE:
        return axis.area <= MAX_FRAME * box.area
    across, down = 1.3 * box.width + REACH, 1.3 * box.height + REACH
    return axis.width <= across and axis.height <= down


def _clusters(boxes: Iterable[BBox], reach: float = REACH) -> list[BBox]:
    """Boxes around groups of boxes that stand within `reach` points of each other."""
    found: list[BBox] = []
    for box in sorted(boxes):
        merged, apart = box, found
        while True:
            near = [
                other for other in apart
                if other.x0 <= merged.x1 + reach and other.x1 >= merged.x0 - reach
                and other.y0 <= merged.y1 + reach and other.y1 >= merged.y0 - reach
            ]  # fmt: skip
            if not near:
                break
            apart = [other for other in apart if other not in near]
            merged = union([merged, *near])
        found = [*apart, merged]
    return found
