"""Pictures beside a page's own text: whether they are pages themselves, scanned or pasted."""

from __future__ import annotations

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
INK = (0.003, 0.35)
"""Share of it that is darker than half of that; a page of dense text has .15."""
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


def may_hold_text(part: NDArray[np.uint8]) -> bool:
    """Whether a picture looks like paper with ink; spares most photographs the recognition."""
    if min(part.shape[:2]) < 16:
        return False
    grey = luminance(part)
    light = float(np.percentile(grey[::3, ::3], 90))
    paper = float((grey > 0.9 * light).mean())
    dark = float((grey < 0.5 * light).mean())
    return light > 100 and paper >= PAPER and INK[0] <= dark <= INK[1]


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
