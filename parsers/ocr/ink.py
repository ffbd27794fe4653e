"""What a page's picture shows beside its text: drawn lines, and the ink of each line of text.

All in pixels of the upright page. Shading and coloured paper are met by judging each pixel against
the mean of its surroundings, noise by averaging along the direction that is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from parsers.ocr.skew import Turn
from schemas.geometry import BBox

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Mask = NDArray[np.bool_]

CONTRAST = 0.12
"""Share by which ink is darker than the mean around it; a hairline at 150 dpi still loses a fifth
of the light of its pixel, paper under noise of 5 % (mean of three pixels) seldom does."""
ALONG, COVERED = 15, 0.8
"""Pixels along a line of which so many must be ink: a white speck does not break it, and a line of
text does not pass for one, since a word space is a third of that already at 150 dpi."""
PART = 0.15
"""Share of a line's box that may be white between its rows of ink: above the dot of an i."""
STRIP = 256
"""Rows worked on at a time."""
MAX_RUNS = 20_000
"""Long dark runs above which a picture is a photograph or a drawing, not a page with tables."""


class Stroke(NamedTuple):
    """A drawn line: `at` is its y when horizontal, its x when vertical; pixels."""

    horizontal: bool
    at: float
    start: float
    end: float


class Trace(NamedTuple):
    """Where a line of text has ink: first and last row, and its stretches between wide gaps."""

    top: float
    bottom: float
    runs: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Ink:
    """The grey upright page, dark on light, and the mean around each pixel."""

    grey: Grey
    paper: NDArray[np.float32]


def ink(image: NDArray[np.uint8], turn: Turn) -> Ink:
    """The page in an RGB image turned upright; a page of light on dark is turned into its negative.

    Takes some 6 bytes a pixel.
    """
    grey = straightened(luminance(image), turn)
    if float(np.median(grey[::7, ::7])) < 96:
        grey = np.subtract(255, grey, dtype=np.uint8)
    window = max(15, min(grey.shape) // 40) | 1
    return Ink(grey, _mean(_mean(grey, window, 0), window, 1))


def luminance(image: NDArray[np.uint8]) -> Grey:
    """Grey levels of an RGB image, in integers: (77 R + 150 G + 29 B) / 256."""
    weights = np.array((77, 150, 29), dtype=np.uint16)
    grey = np.empty(image.shape[:2], dtype=np.uint8)
    for top in range(0, len(grey), STRIP):
        rows = image[top : top + STRIP].astype(np.uint16)
        grey[top : top + STRIP] = (rows @ weights >> 8).astype(np.uint8)
    return grey


def straightened(grey: Grey, turn: Turn) -> Grey:
    """The picture turned back by its lean about its middle, nearest pixels, white outside."""
    if turn.degrees == 0:
        return grey
    height, width = grey.shape
    angle = np.radians(turn.degrees)
    sin, cos = float(np.sin(angle)), float(np.cos(angle))
    made = np.full_like(grey, 255)
    dx = np.arange(width, dtype=np.float32) - turn.x
    for row in range(height):
        dy = row - turn.y
        xs = np.rint(turn.x + cos * dx - sin * dy).astype(np.int32)
        ys = np.rint(turn.y + sin * dx + cos * dy).astype(np.int32)
        inside = (xs >= 0) & (xs < width) & (ys >= 0) & (ys < height)
        made[row, inside] = grey[ys[inside], xs[inside]]
    return made


def _mean(values: NDArray[Any], window: int, axis: int) -> NDArray[np.float32]:
    """Running mean over an odd window along an axis; at the edges over what there is of it.

    Done in strips: the sums of a page of 12 million pixels at once would take 400 MB.
    """
    made = np.empty(values.shape, dtype=np.float32)
    source, target = (values, made) if axis == 1 else (values.T, made.T)
    half, size = window // 2, source.shape[1]
    low = np.maximum(np.arange(size) - half, 0)
    high = np.minimum(np.arange(size) + half + 1, size)
    for top in range(0, len(source), STRIP):
        strip = source[top : top + STRIP]
        sums = np.zeros((len(strip), size + 1))
        np.cumsum(strip, axis=1, out=sums[:, 1:])
        target[top : top + STRIP] = (sums[:, high] - sums[:, low]) / (high - low)
    return made


def strokes(page: Ink, text: list[BBox], height: float, thick: float) -> list[Stroke]:
    """Lines drawn on a page: long, thin, axis-parallel.

    `height` is that of a line of text. A horizontal line is at least four of them long and not in
    the middle of a line of text; a vertical one two and a half, which no letter is. `thick` is the
    width (pixels) above which a bar is a filled area; the edges of a large one count as lines.
    """
    found = []
    for horizontal in (True, False):
        axis = 1 if horizontal else 0
        inked = _mean(page.grey, 3, axis) < (1 - CONTRAST) * page.paper
        mask = _mean(inked, ALONG, axis) >= COVERED
        if horizontal:
            for box in text:
                inset = 0.15 * box.height
                rows = slice(max(0, round(box.y0 + inset)), max(0, round(box.y1 - inset)))
                mask[rows, max(0, round(box.x0)) : max(0, round(box.x1))] = False
        least = round((4.0 if horizontal else 2.5) * height)
        runs = _runs(mask if horizontal else np.ascontiguousarray(mask.T), least)
        if len(runs) <= MAX_RUNS:
            found += _merged(runs, horizontal, thick)
    return found


def _runs(mask: Mask, least: int) -> list[tuple[int, int, int]]:
    """(row, start, end) of stretches of at least `least` true values, row by row."""
    padded = np.zeros((mask.shape[0], mask.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = mask
    change = np.diff(padded, axis=1)
    row, start = np.nonzero(change == 1)
    end = np.nonzero(change == -1)[1]
    long = end - start >= least
    return list(
        zip(row[long].tolist(), start[long].tolist(), end[long].tolist(), strict=True)
    )  # fmt: skip


def _merged(runs: list[tuple[int, int, int]], horizontal: bool, thick: float) -> list[Stroke]:
    """Runs of neighbouring rows that overlap made one line; those that fill an area dropped."""
    groups: list[list[tuple[int, int, int]]] = []
    open_groups: list[list[tuple[int, int, int]]] = []
    for run in runs:
        open_groups = [group for group in open_groups if run[0] - group[-1][0] <= 2]
        for group in open_groups:
            if any(
                run[1] <= end + ALONG and start - ALONG <= run[2]
                for row, start, end in group[-8:]
                if run[0] - row <= 2
            ):
                group.append(run)
                break
        else:
            groups.append([run])
            open_groups.append(groups[-1])
    found = []
    for group in groups:
        start, end = min(run[1] for run in group), max(run[2] for run in group)
        area = sum(run[2] - run[1] for run in group)
        if area <= thick * (end - start):
            at = sum((row + 0.5) * (last - first) for row, first, last in group) / area
            found.append(Stroke(horizontal, at, start, end))
    return found


def erase(page: Ink, drawn: list[Stroke]) -> None:
    """Paints over drawn lines with paper, in place: inside a line's box they are no text."""
    for stroke in drawn:
        across = slice(max(0, round(stroke.at) - 3), round(stroke.at) + 4)
        along = slice(round(stroke.start), round(stroke.end))
        place = (across, along) if stroke.horizontal else (along, across)
        page.grey[place] = np.minimum(page.paper[place], 255).astype(np.uint8)


def trace(page: Ink, box: BBox, gap: float) -> Trace | None:
    """The ink inside of a line's box; None when there is none.

    Ink is what is darker than half way from the paper to the darkest fiftieth of the box. Of its
    rows those count that hang together with the box's middle: a box may reach into the line above.
    """
    left, top = max(0, round(box.x0)), max(0, round(box.y0))
    grey = page.grey[top : max(0, round(box.y1)), left : max(0, round(box.x1))]
    if grey.size == 0:
        return None
    paper = float(page.paper[top : top + grey.shape[0], left : left + grey.shape[1]].max())
    dark = float(np.percentile(grey, 2))
    if dark > (1 - CONTRAST) * paper:
        return None
    mask = _mean(grey, 3, 1) < (paper + dark) / 2
    rows = np.flatnonzero(mask.any(axis=1))
    if rows.size == 0:
        return None
    rows = _middle(rows, len(mask))
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    breaks = np.flatnonzero(np.diff(columns) - 1 >= gap)
    starts = [int(columns[0]), *columns[breaks + 1].tolist()]
    ends = [*columns[breaks].tolist(), int(columns[-1])]
    runs = tuple((left + a, left + b + 1) for a, b in zip(starts, ends, strict=True))
    return Trace(top + int(rows[0]), top + int(rows[-1]) + 1, runs)


def _middle(rows: NDArray[np.intp], height: int) -> NDArray[np.intp]:
    """The rows of the group nearest to the middle of a box; groups are parted by white rows."""
    groups = np.split(rows, np.flatnonzero(np.diff(rows) - 1 > PART * height) + 1)
    return min(
        groups,
        key=lambda group: (
            max(int(group[0]) - height / 2, height / 2 - int(group[-1]), 0.0),
            int(group[0]),
        ),
    )
