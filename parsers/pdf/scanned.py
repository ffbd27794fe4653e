"""Pages without a usable text layer: how that is told, and words from recognition instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

from parsers.base import OcrLine, OcrMode
from parsers.pdf.page import PageContent, Word
from schemas.geometry import BBox

OCR_DPI = 200
"""Resolution for recognition: the error rate at 300 dpi was no lower, at twice the pixels."""
MIN_CHARS = 20
"""Characters below which a text layer over a picture is a stamp or a page number."""
MAX_GARBAGE = 0.3
"""Share of characters without a meaning (U+FFFD, private use, control) that spoils a layer."""
MIN_PICTURE = 0.4
"""Share of the page a picture covers when the page is a scan."""
MANY_PATHS = 150
"""Vector paths on a page without text from which its glyphs may be drawn as outlines."""
LOW_CONFIDENCE = 0.6


class TextLayer(StrEnum):
    """What a page's own text is worth."""

    USABLE = "usable"
    GARBAGE = "garbage"
    MISSING = "missing"
    EMPTY_PAGE = "empty page"


def garbage_ratio(text: str) -> float:
    r"""Share of characters that stand for nothing.

    >>> garbage_ratio("ab\ufffd\ue001")
    0.5
    """
    if not text:
        return 0.0
    bad = sum(
        char == "\ufffd" or 0xE000 <= ord(char) <= 0xF8FF or (char < " " and char not in "\t\n")
        for char in text
    )
    return bad / len(text)


def text_layer(content: PageContent) -> TextLayer:
    """What the page's own text is worth, before anything is recognised."""
    text = "".join(word.text for word in content.words)
    page = content.width * content.height
    picture = max((box.area for box in content.images), default=0.0)
    drawn = picture >= MIN_PICTURE * page or content.n_paths >= MANY_PATHS
    if len(text) < MIN_CHARS and drawn:
        return TextLayer.MISSING
    if not text:
        return TextLayer.MISSING if content.images else TextLayer.EMPTY_PAGE
    if garbage_ratio(text) > MAX_GARBAGE:
        return TextLayer.GARBAGE
    return TextLayer.USABLE


def wants_ocr(layer: TextLayer, mode: OcrMode) -> bool:
    """Whether a page goes to recognition under the user's choice."""
    if mode == "never" or layer is TextLayer.EMPTY_PAGE:
        return False
    return mode == "always" or layer is not TextLayer.USABLE


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page with words from recognition, and the mean confidence of its lines."""

    content: PageContent
    confidence: float


def recognised(content: PageContent, lines: Sequence[OcrLine], scale: float) -> Recognised:
    """`content` with its words replaced by recognised lines; `scale` is pixels per point.

    A line becomes one word. Its font size is its height less the margin that detectors leave
    around glyphs; heights within a quarter of the page's median count as the median, because a
    line without descenders is lower. The page's own rulings stay; the scan is no figure.
    """
    read = [line for line in lines if line.text.strip()]
    usual = median(line.bbox.height for line in read) if read else 1.0
    words = []
    for line in read:
        height = line.bbox.height
        height = usual if abs(height - usual) < 0.25 * usual else height
        words.append(
            Word(
                text=line.text.strip(),
                bbox=BBox(*(value / scale for value in line.bbox)),
                size=max(4.0, round(0.8 * height / scale)),
                confidence=line.confidence,
            )
        )
    mean = sum(line.confidence for line in lines) / len(lines) if lines else 0.0
    page = content.width * content.height
    images = tuple(box for box in content.images if box.area < MIN_PICTURE * page)
    return Recognised(replace(content, words=tuple(words), images=images), mean)
