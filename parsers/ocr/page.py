"""Recognised lines and the picture they are from -> words on the upright page, and drawn lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from parsers.base import OcrLine
from parsers.ocr.ink import Ink, Stroke, Trace, erase, ink, strokes, trace
from parsers.ocr.skew import Turn, skew, upright_box
from parsers.ocr.words import face, line_words
from schemas.geometry import BBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

USUAL = 0.17
"""Share by which a line's size may differ from the usual one and still count as the same: the ink
of one line tells its size within a tenth, and sizes of one page that mean something differ by a
fifth or more (9 and 11 points, 11 and 14)."""
MARGIN = 0.8
"""Font size by the height of a detector's box, which leaves a margin; where there is no picture."""


class PageWord(NamedTuple):
    """A word in pixels of the upright page: .8 of its size above the baseline, .2 below."""

    text: str
    bbox: BBox
    size: float
    confidence: float


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What recognition and the picture say of a page; pixels of the upright page.

    `degrees` is by how much the page leaned, clockwise.
    """

    words: tuple[PageWord, ...]
    strokes: tuple[Stroke, ...]
    degrees: float


@dataclass(frozen=True)
class _Found:
    """A line, its box on the upright page, its ink, its size and baseline."""

    line: OcrLine
    box: BBox
    ink: Trace | None
    size: float
    base: float


def read_page(lines: Sequence[OcrLine], image: NDArray[np.uint8] | None, points: float) -> ReadPage:
    """Words and drawn lines of a page; `points` is pixels per point.

    Without the picture the words of a line stand where the engine says, and no line is drawn.
    """
    read = [line for line in lines if line.text.strip()]
    degrees = skew(read)
    size = image.shape[:2] if image is not None else (0, 0)
    turn = Turn(degrees, size[1] / 2, size[0] / 2)
    boxes = [upright_box(line, turn) for line in read]
    page, drawn = None, []
    if image is not None:
        page = ink(image, turn)
        usual = median(box.height for box in boxes) if boxes else 12 * points
        drawn = strokes(page, boxes, min(usual, 24 * points), 4 * points)
        erase(page, drawn)
    found = [_found(line, box, page) for line, box in zip(read, boxes, strict=True)]
    words: list[PageWord] = []
    for item, pixels in zip(found, _sizes(found), strict=True):
        words += _words(item, pixels, drawn)
    return ReadPage(tuple(words), tuple(drawn), degrees)


def _found(line: OcrLine, box: BBox, page: Ink | None) -> _Found:
    inked = trace(page, box, 0.5 * box.height) if page is not None else None
    if inked is None:
        return _Found(line, box, None, MARGIN * box.height, box.y1 - 0.28 * box.height)
    size, base = face(line.text, inked.top, inked.bottom)
    return _Found(line, box, inked, size, base)


def _sizes(found: Sequence[_Found]) -> list[float]:
    """Font sizes in pixels: those near the usual one of the page made the same.

    The usual size is the median over all characters.
    """
    by_size = sorted((item.size, len(item.line.text)) for item in found)
    total, behind, usual = sum(count for _, count in by_size), 0, 0.0
    for size, count in by_size:
        behind += count
        if 2 * behind >= total:
            usual = size
            break
    return [
        usual if abs(item.size - usual) <= USUAL * usual else item.size for item in found
    ]  # fmt: skip


def _words(item: _Found, size: float, drawn: Sequence[Stroke]) -> list[PageWord]:
    box = item.box
    middle = (box.y0 + box.y1) / 2
    cuts = [
        stroke.at
        for stroke in drawn
        if not stroke.horizontal
        and box.x0 + 0.2 * box.height < stroke.at < box.x1 - 0.2 * box.height
        and stroke.start <= middle <= stroke.end
    ]
    top, bottom = item.base - 0.8 * size, item.base + 0.2 * size
    return [
        PageWord(
            word.text, BBox(word.start, top, word.end, bottom), size, item.line.confidence
        )
        for word in line_words(item.line, box, item.ink.runs if item.ink else (), cuts, size)
    ]  # fmt: skip
