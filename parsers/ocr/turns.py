"""Pages that lie on their side or stand on their head: which way is up, by reading a few lines.

A recogniser reads a page that is upside down into confident nonsense of low confidence, and one on
its side into tall boxes. Only then are some of its lines read again, turned; a page that reads well
costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from parsers.base import OcrEngine, OcrLine
from schemas.geometry import BBox

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]

DOUBT = 0.85
"""Mean confidence, by characters, below which a page is looked at from the other side. Upright
pages read at .98 and more, degraded ones too; upside down English at .67 to .69, Chinese at .52
to .74."""
TALL = 1.5
"""Height by width from which a box is a line on its side."""
SAMPLE = 4
"""Longest lines that are read again."""
BETTER, FIRM = 0.1, 0.8
"""Confidence that a turn must gain, and reach, to be believed: Chinese set in columns has tall
boxes too, and reads badly in every direction."""


def read_upright(engine: OcrEngine, image: Image) -> tuple[Sequence[OcrLine], int]:
    """Lines of a page, and how far it is turned: 0, 90, 180 or 270 degrees clockwise.

    The lines are those of the picture turned back by that.
    """
    lines = engine.recognize(image)
    tried = _suspects(lines)
    if not tried:
        return lines, 0
    sample = sorted(lines, key=lambda line: (-max(line.bbox.width, line.bbox.height), line.bbox))
    parts = [_cut(image, line.bbox) for line in sample[:SAMPLE]]
    scores = {turn: _score(engine, parts, turn) for turn in tried}
    best = max(scores, key=lambda turn: (scores[turn], -turn))
    as_it_is = confidence(sample[:SAMPLE]) if 180 in tried else 0.0
    if scores[best] < max(as_it_is + BETTER, FIRM):
        return lines, 0
    return engine.recognize(turned_back(image, best)), best


def turned_back(image: Image, turn: int) -> Image:
    """A picture turned counter-clockwise by a multiple of 90 degrees."""
    return np.ascontiguousarray(np.rot90(image, turn // 90))


def confidence(lines: Sequence[OcrLine]) -> float:
    """Mean confidence of lines, each weighted by its characters; 0 without any."""
    total = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / total if total else 0.0


def _suspects(lines: Sequence[OcrLine]) -> tuple[int, ...]:
    """Turns that a page may have, judged by its lines as they were read."""
    if not lines:
        return ()
    tall = sum(line.bbox.height for line in lines if line.bbox.height > TALL * line.bbox.width)
    wide = sum(line.bbox.width for line in lines if line.bbox.height <= TALL * line.bbox.width)
    if tall > wide:
        return (90, 270)
    return (180,) if confidence(lines) < DOUBT else ()


def _cut(image: Image, box: BBox) -> Image:
    """The part of a picture around a line, with half a line's height of margin."""
    margin = max(4, round(min(box.width, box.height) / 2))
    rows = slice(max(0, int(box.y0) - margin), int(box.y1) + margin)
    return image[rows, max(0, int(box.x0) - margin) : int(box.x1) + margin]


def _score(engine: OcrEngine, parts: Sequence[Image], turn: int) -> float:
    """Confidence of parts of a page turned back; lines that still stand on end count as unread."""
    found: list[OcrLine] = []
    unread = 0
    for part in parts:
        for line in engine.recognize(turned_back(part, turn)):
            if line.bbox.height > TALL * line.bbox.width:
                unread += len(line.text)
            else:
                found.append(line)
    total = sum(len(line.text) for line in found)
    return confidence(found) * total / (total + unread) if total else 0.0
