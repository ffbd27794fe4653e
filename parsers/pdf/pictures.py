"""Pictures beside a page's own text: whether they are pages themselves, scanned or pasted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from parsers.base import OcrLine
from parsers.ocr.ink import luminance
from parsers.ocr.turns import confidence
from schemas.geometry import BBox

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAPER = 0.55
"""Share of a picture within a tenth of its lightest decile when it shows paper; photographs spread
their light over the whole scale."""
INK = (0.01, 0.35)
"""Share of it that is dark; a page of dense text has .15."""
STRIPS, SIDE_BY_SIDE, ROWS = 8, 3, 3
"""Strips that a picture is cut into, so that lines may lean; how many side by side must hold how
many rows of text. A legend fills one or two strips, a chart's title has one or two rows."""
FILLED = 0.6
SPECK = 0.01
"""Share of a strip's row that is dark before it counts as ink."""
PROSE_CHARS = 60
"""Characters that make a picture's text part of the page: a paragraph, not a chart's labels."""
PROSE_AREA = 0.08
"""Share of a picture that its lines of text cover; charts stay below .05, set pages above .2."""
PROSE_LINE = 12
"""Mean characters of a line, Han counted twice; labels and ticks of charts are shorter."""
PROSE_CONFIDENCE = 0.8


def crop(image: NDArray[np.uint8], box: BBox, scale: float) -> NDArray[np.uint8]:
    """The part of a page's picture that shows `box` (points); `scale` is pixels per point."""
    rows = slice(max(0, round(box.y0 * scale)), max(0, round(box.y1 * scale)))
    return image[rows, max(0, round(box.x0 * scale)) : max(0, round(box.x1 * scale))]


def may_hold_text(part: NDArray[np.uint8], scale: float) -> bool:
    """Whether a picture looks like a page; spares photographs and charts the recognition.

    It shows paper with ink on it, and in neighbouring strips some lines of text under each other.
    """
    if min(part.shape[:2]) < 16 * scale:
        return False
    grey = luminance(part)
    light = float(np.percentile(grey[::3, ::3], 90))
    inked = grey < 0.6 * light
    if light < 100 or (grey > 0.9 * light).mean() < PAPER or not INK[0] <= inked.mean() <= INK[1]:
        return False
    full = [text_rows(strip, scale) >= ROWS for strip in np.array_split(inked, STRIPS, axis=1)]
    return any(all(full[at : at + SIDE_BY_SIDE]) for at in range(STRIPS - SIDE_BY_SIDE + 1))


def text_rows(inked: NDArray[np.bool_], scale: float) -> int:
    """Most rows of text under each other in a narrow strip of a picture.

    A row of text is 3 to 30 points high with white above and below, fills most of the strip, and
    follows the one above within three times its height.
    """
    marked = np.concatenate([[False], inked.mean(axis=1) > SPECK, [False]])
    edges = np.flatnonzero(np.diff(marked.astype(np.int8)))
    best = run = 0
    middle = -math.inf
    for top, bottom in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        height = bottom - top
        columns = inked[top:bottom].any(axis=0)
        filled = np.convolve(columns, np.ones(height), "same") > 0
        if not 3 * scale <= height <= 30 * scale or filled.mean() < FILLED:
            continue
        here = (top + bottom) / 2
        run = run + 1 if here - middle <= 3 * height else 1
        middle, best = here, max(best, run)
    return best


def holds_prose(lines: Sequence[OcrLine], shape: Sequence[int]) -> bool:
    """Whether what was read in a picture of `shape` is running text, not labels."""
    if not lines:
        return False
    wide = sum(sum(2 if ord(char) >= 0x2E80 else 1 for char in line.text) for line in lines)
    area = sum(line.bbox.area for line in lines) / (shape[0] * shape[1])
    return (
        wide >= PROSE_CHARS
        and wide >= PROSE_LINE * len(lines)
        and area >= PROSE_AREA
        and confidence(lines) >= PROSE_CONFIDENCE
    )


def outside(images: Sequence[BBox], box: BBox) -> tuple[BBox, ...]:
    """Pictures without `box` and what lies in it."""
    return tuple(image for image in images if not box.contains_centre(image))
