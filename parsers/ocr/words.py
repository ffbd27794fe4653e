"""Recognised lines -> words, each with its own stretch of the line.

Columns and tables are told by where words stand, but a recogniser returns lines, and its detector
runs neighbouring columns together where the gap between them is narrow. Cut is at white space in
the text, at gaps in the ink, and at drawn lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from parsers.base import OcrLine
from parsers.ocr.lines import ReadLine
from schemas.geometry import BBox

WIDE_GAP = 0.85
"""Font sizes of white that part two columns. A word space is .25, .6 at most in justified text; a
gutter begins near one."""
STOPS, STOP_WHITE = frozenset("，。、；：！？（）「」『』“”‘’《》〈〉【】…—,;:"), 0.6
"""Marks that stand in one half of a full-width cell, and the white in the other, which a gutter
has to exceed: a comma of Noto Serif CJK leaves .77 before the next character."""
REACH = 1.0
"""Font sizes by which a gap may stand away from where the characters say: an engine places them by
steps of an eighth to a quarter of it, and a line without pieces only by proportion."""


class Placed(NamedTuple):
    """A character and its stretch of the line, in pixels."""

    char: str
    start: float
    end: float


class LineWord(NamedTuple):
    """A word of a line and its stretch, in pixels."""

    text: str
    start: float
    end: float


def placed(line: OcrLine, box: BBox) -> list[Placed]:
    """The characters of a line, white space included, each with its stretch of `box`.

    By the engine's pieces where it gave them, what it left out spread over the room between; else
    in proportion, a full-width character counting twice.
    """
    anchors: list[tuple[int, int, float, float]] = []
    at = 0
    for piece in line.pieces if isinstance(line, ReadLine) else ():
        text = piece.text.strip()
        found = line.text.find(text, at) if text else -1
        if found >= 0:
            at = found + len(text)
            anchors.append((found, at, piece.start, piece.end))
    chars: list[Placed] = []
    behind, where = 0, 0.0
    for first, last, start, end in [*anchors, (len(line.text), len(line.text), 1.0, 1.0)]:
        start = min(max(start, where), 1.0)
        chars += _spread(line.text[behind:first], where, start)
        chars += _spread(line.text[first:last], start, max(end, start))
        behind, where = last, max(end, start)
    return [
        Placed(char, box.x0 + start * box.width, box.x0 + min(end, 1.0) * box.width)
        for char, start, end in chars
    ]


def _spread(text: str, start: float, end: float) -> list[Placed]:
    """Characters side by side between `start` and `end`."""
    widths = [2.0 if ord(char) >= 0x2E80 else 1.0 for char in text]
    step = (end - start) / sum(widths) if widths else 0.0
    found = []
    for char, width in zip(text, widths, strict=True):
        found.append(Placed(char, start, start + width * step))
        start += width * step
    return found


def line_words(
    line: OcrLine,
    box: BBox,
    inked: Sequence[tuple[float, float]] = (),
    cuts: Sequence[float] = (),
    size: float = 0.0,
) -> list[LineWord]:
    """Words of a line that stands in `box`, of font size `size` (by default the box's height).

    `inked` are its stretches of ink (pixels) between gaps, of which the wide ones cut; without
    them only white space in the text does. `cuts` are x of drawn lines that cross it.
    """
    chars = placed(line, box)
    if not chars:
        return []
    stops = _stops(chars, size or box.height, inked, cuts)
    words: list[LineWord] = []
    run: list[Placed] = []
    left = inked[0][0] if inked else box.x0
    for index, item in enumerate(chars):
        stop = stops.get(index)
        if run and (stop is not None or item.char.isspace()):
            end = stop[0] if stop else run[-1].end
            words.append(_word(run, left, end))
            run = []
        if stop is not None:
            left = stop[1]
        elif not run and words:
            left = item.start
        if not item.char.isspace():
            run.append(item)
    if run:
        words.append(_word(run, left, inked[-1][1] if inked else box.x1))
    return words


def _stops(
    chars: Sequence[Placed],
    size: float,
    inked: Sequence[tuple[float, float]],
    cuts: Sequence[float],
) -> dict[int, tuple[float, float]]:
    """Character before which a line is cut -> the gap that cuts it there."""
    gaps = [(a[1], b[0]) for a, b in pairwise(inked) if b[0] - a[1] >= WIDE_GAP * size]
    found: dict[int, tuple[float, float]] = {}
    for start, end in [*gaps, *((cut, cut) for cut in cuts)]:
        middle = (start + end) / 2
        index = _boundary(chars, middle)
        near = max(REACH * size, (end - start) / 2)
        if index is None or abs(_edge(chars, index) - middle) > near:
            continue
        if start == end or end - start >= (WIDE_GAP + _white(chars, index)) * size:
            found.setdefault(index, (start, end))
    return found


def _white(chars: Sequence[Placed], index: int) -> float:
    """Font sizes of white that a full-width mark beside a boundary brings along."""
    beside = {chars[index - 1].char, chars[index].char}
    wide = any(ord(item.char) >= 0x3000 for item in chars[max(0, index - 2) : index + 2])
    return STOP_WHITE if wide and beside & STOPS else 0.0


def _word(run: Sequence[Placed], start: float, end: float) -> LineWord:
    return LineWord("".join(item.char for item in run), start, max(end, start))


def _edge(chars: Sequence[Placed], index: int) -> float:
    """Where the boundary before character `index` stands."""
    return (chars[index - 1].end + chars[index].start) / 2


def _boundary(chars: Sequence[Placed], x: float) -> int | None:
    """Index of the character before which the boundary nearest to `x` stands."""
    return min(
        range(1, len(chars)), key=lambda index: (abs(_edge(chars, index) - x), index), default=None
    )


ASCENDING = frozenset("bdfhijklt|()[]{}/!?%&\"'")
DESCENDING = frozenset("gjpqy,;()[]{}Q|")
FULL, UPPER, LOWER, DEPTH = 0.92, 0.7, 0.48, 0.2
"""Font sizes from the baseline up of Han with what hangs below, of capitals and digits, of small
letters; and below it of descenders: means of Liberation, DejaVu and Noto CJK, within .03."""


def face(text: str, top: float, bottom: float) -> tuple[float, float]:
    """(font size, baseline) in pixels of a line whose ink reaches from `top` to `bottom`.

    >>> [round(value, 1) for value in face("axe", 10, 19.6)]
    [20.0, 19.6]
    """
    full = sum(ord(char) >= 0x3400 for char in text)
    if full and 2 * full >= len(text):
        size = (bottom - top) / FULL
        return size, bottom - 0.08 * size
    high = any(char.isupper() or char.isdigit() or char in ASCENDING for char in text)
    low = any(char in DESCENDING for char in text)
    size = (bottom - top) / ((UPPER if high else LOWER) + (DEPTH if low else 0.0))
    return size, bottom - (DEPTH * size if low else 0.0)
