"""Pages without a usable text layer: how that is told, and words from recognition instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from parsers.base import OcrEngine, OcrLine, OcrMode
from parsers.ocr.page import ReadPage, read_page
from parsers.ocr.turns import confidence, read_upright, turned_back
from parsers.pdf.page import PageContent, Ruling, Word, turned
from parsers.pdf.pictures import crop, holds_prose, may_hold_text, outside
from parsers.pdf.plausible import AGREE, agreement, implausible
from schemas.geometry import BBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OCR_DPI = 200
"""Resolution for recognition: the error rate at 300 dpi was no lower, at twice the pixels."""
MIN_SIDE = 1600
"""Pixels that the longer side of a page gets at least: A5 at 200 dpi. A page smaller than that is
most often a scan whose size was told wrong, and its letters are a few points high."""
MIN_CHARS = 20
"""Characters below which a text layer over a picture is a stamp or a page number."""
MAX_GARBAGE = 0.3
"""Share of characters without a meaning (U+FFFD, private use, control) that spoils a layer. Symbol
fonts put bullets and signs into private use; a page of them alone is a key or a form."""
MAX_CONTROL = 0.05
"""Share of control characters that spoils a layer: no text has any, but where glyph numbers are
taken for characters the space is one of them, every sixth character."""
MIN_PICTURE = 0.4
"""Share of the page a picture covers when the page is a scan."""
MIN_MIXED = 0.15
"""Share of the page that a picture beside text covers to be searched for text: a third of the
height between the margins. Smaller ones are illustrations, whose labels are not the page's text."""
MANY_PATHS = 150
"""Vector paths on a page without text from which its glyphs may be drawn as outlines."""
MONO_GAP, MIN_GAPS = 0.8, 60
"""Font sizes between words from which a page is monospaced, and gaps that show it: a space and the
bearings of two letters are 1.0 to 1.2 there, .3 in other fonts."""
LOW_CONFIDENCE = 0.6


class TextLayer(StrEnum):
    """What a page's own text is worth."""

    USABLE = "usable"
    GARBAGE = "garbage"
    MISSING = "missing"
    EMPTY_PAGE = "empty page"
    IMPLAUSIBLE = "implausible"
    MIXED = "beside a picture"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a page's own text is worth, and what was measured."""

    layer: TextLayer
    reason: str


def garbage_ratio(text: str) -> float:
    r"""Share of characters that stand for nothing.

    >>> garbage_ratio("ab\ufffd\ue001")
    0.5
    """
    bad = sum(char == "\ufffd" or 0xE000 <= ord(char) <= 0xF8FF or _control(char) for char in text)
    return bad / max(1, len(text))


def _control(char: str) -> bool:
    return (char < " " and char not in "\t\n") or "\x7f" <= char <= "\x9f"


def judged(content: PageContent) -> Judgement:
    """What the page's own text is worth, before anything is recognised.

    Invisible text counts like any other: it is how scanners keep what they recognised.
    """
    text = " ".join(word.text for word in content.words)
    chars = content.n_chars
    page = max(1.0, content.width * content.height)
    picture = max((box.area for box in content.images), default=0.0) / page
    size = f"{chars} characters, a picture on {min(picture, 1.0):.0%} of the page"
    if chars < MIN_CHARS and (picture >= MIN_PICTURE or content.n_paths >= MANY_PATHS):
        return Judgement(TextLayer.MISSING, f"{size}, {content.n_paths} paths")
    if not chars:
        layer = TextLayer.MISSING if content.images else TextLayer.EMPTY_PAGE
        return Judgement(layer, size)
    garbage, control = garbage_ratio(text), sum(map(_control, text)) / len(text)
    if garbage > MAX_GARBAGE or control > MAX_CONTROL:
        return Judgement(TextLayer.GARBAGE, f"{garbage:.0%} of {chars} characters mean nothing")
    doubt = implausible(text)
    if doubt:
        return Judgement(TextLayer.IMPLAUSIBLE, doubt)
    if mixed_pictures(content):
        return Judgement(TextLayer.MIXED, size)
    return Judgement(TextLayer.USABLE, size)


def text_layer(content: PageContent) -> TextLayer:
    """What the page's own text is worth, before anything is recognised."""
    return judged(content).layer


def mixed_pictures(content: PageContent) -> list[BBox]:
    """Large pictures of a page on which none of its own text stands."""
    page = content.width * content.height
    return [
        box
        for box in dict.fromkeys(content.images)
        if box.area >= MIN_MIXED * page
        and not any(box.contains_centre(word.bbox) for word in content.words)
    ]


def ocr_dpi(content: PageContent) -> int:
    """Resolution at which a page is rendered for recognition; a reader bounds the pixels.

    >>> [ocr_dpi(PageContent(1, 595, side)) for side in (842, 200)]
    [200, 200]
    >>> ocr_dpi(PageContent(1, 60, 90))
    1280
    """
    longer = max(content.width, content.height, 1.0)
    return max(OCR_DPI, min(2400, round(MIN_SIDE * 72 / longer)))


def wants_ocr(layer: TextLayer, mode: OcrMode) -> bool:
    """Whether a page goes to recognition under the user's choice."""
    if mode == "never" or layer is TextLayer.EMPTY_PAGE:
        return False
    return mode == "always" or layer is not TextLayer.USABLE


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page with words from recognition, the mean confidence of its lines, and what was done."""

    content: PageContent
    confidence: float
    note: str = ""


def scanned(
    engine: OcrEngine, content: PageContent, image: NDArray[np.uint8], mode: OcrMode = "auto"
) -> Recognised | None:
    """The page through recognition of its picture; None when its own text stays as it is.

    Under `always` its own text gives way. Else a layer that was only doubted stays when
    recognition sees the same, and text beside a picture stays, joined by what the picture says.
    """
    scale = image.shape[1] / content.width
    found = judged(content)
    if mode != "always" and found.layer is TextLayer.MIXED:
        return _with_pictures(engine, content, image, scale)
    lines, turn = read_upright(engine, image)
    if mode != "always" and found.layer is TextLayer.IMPLAUSIBLE:
        own = " ".join(word.text for word in content.words)
        seen = agreement(own, " ".join(line.text for line in lines))
        if seen >= AGREE:
            return None
        found = replace(found, reason=f"{found.reason}, recognition agrees on {seen:.0%}")
    result = recognised(content, lines, scale, image, turn)
    note = "; ".join(part for part in (found.reason, result.note) if part)
    return replace(result, note=note)


def recognised(
    content: PageContent,
    lines: Sequence[OcrLine],
    scale: float,
    image: NDArray[np.uint8] | None = None,
    turn: int = 0,
) -> Recognised:
    """`content` with its words replaced by recognised lines; `scale` is pixels per point.

    `lines` are those of `image` turned back by `turn` degrees. With the picture, words are told
    apart by their ink and lines drawn in the picture become rulings beside the page's own. The
    scan is no figure.
    """
    upright = turned(content, (360 - turn) % 360)
    picture = turned_back(image, turn) if image is not None else None
    read = read_page(lines, picture, scale)
    page = upright.width * upright.height
    made = replace(
        upright,
        words=tuple(words(read, scale)),
        rulings=(*upright.rulings, *rulings(read, scale)),
        images=tuple(box for box in upright.images if box.area < MIN_PICTURE * page),
    )
    parts = [f"turned by {turn} degrees"] if turn else []
    parts += [f"leaning by {read.degrees:.1f} degrees"] if read.degrees else []
    return Recognised(turned(made, turn), confidence(lines), "; ".join(parts))


def bearings(found: Sequence[Word]) -> list[Word]:
    """Words of a page set in a monospaced font with the white beside their letters, else as given.

    Boxes of recognised words end at the ink. In a typewriter's font that leaves an em and more
    between all words, as wide as a gutter; what is alike between hundreds of words is no gutter.
    """
    gaps = sorted(
        (b.bbox.x0 - a.bbox.x1) / max(b.size, 1.0)
        for a, b in pairwise(found)
        if abs(a.bbox.y1 - b.bbox.y1) < 0.3 * b.size and b.bbox.x0 > a.bbox.x1
    )
    letters = sum(any(char.isalpha() for char in word.text) for word in found)
    if len(gaps) < MIN_GAPS or letters < 0.7 * len(found):
        return list(found)
    usual, quarter = gaps[len(gaps) // 2], gaps[len(gaps) * 3 // 4]
    if not MONO_GAP <= usual <= 2 * MONO_GAP or quarter > 1.3 * usual:
        return list(found)
    extra = (usual - 0.6) / 2
    return [
        replace(
            word,
            bbox=BBox(
                word.bbox.x0 - extra * word.size, word.bbox.y0,
                word.bbox.x1 + extra * word.size, word.bbox.y1,
            ),
        )
        for word in found
    ]  # fmt: skip


def words(read: ReadPage, scale: float, left: float = 0.0, top: float = 0.0) -> list[Word]:
    """Recognised words in points, moved by (left, top)."""
    found = [
        Word(
            text=word.text,
            bbox=BBox(
                left + word.bbox.x0 / scale, top + word.bbox.y0 / scale,
                left + word.bbox.x1 / scale, top + word.bbox.y1 / scale,
            ),
            size=max(4.0, round(2 * word.size / scale) / 2),
            confidence=word.confidence,
        )
        for word in read.words
    ]  # fmt: skip
    return bearings(found)


def rulings(read: ReadPage, scale: float, left: float = 0.0, top: float = 0.0) -> list[Ruling]:
    """Lines drawn in the picture in points, moved by (left, top)."""
    found = []
    for drawn in read.strokes:
        along, across = (left, top) if drawn.horizontal else (top, left)
        found.append(
            Ruling(
                drawn.horizontal, across + drawn.at / scale,
                along + drawn.start / scale, along + drawn.end / scale,
            )
        )  # fmt: skip
    return found


def _with_pictures(
    engine: OcrEngine, content: PageContent, image: NDArray[np.uint8], scale: float
) -> Recognised | None:
    """The page with the text of its large pictures added; None when none holds prose."""
    made, read_lines, count = content, list[OcrLine](), 0
    for box in mixed_pictures(content):
        part = crop(image, box, scale)
        if not may_hold_text(part, scale):
            continue
        lines = engine.recognize(part)
        if not holds_prose(lines, part.shape):
            continue
        read = read_page(lines, part, scale)
        left, top = max(0.0, box.x0), max(0.0, box.y0)
        made = replace(
            made,
            words=(*made.words, *words(read, scale, left, top)),
            rulings=(*made.rulings, *rulings(read, scale, left, top)),
            images=outside(made.images, box),
        )
        read_lines += lines
        count += 1
    if not count:
        return None
    return Recognised(made, confidence(read_lines), f"{count} of its pictures hold text")
