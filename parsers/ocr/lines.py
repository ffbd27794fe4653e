"""What engines return, as lines in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parsers.base import OcrLine
from schemas.geometry import BBox


def ordered(lines: Iterable[OcrLine]) -> list[OcrLine]:
    """Lines top to bottom, and left to right where they stand on one row.

    A line joins the row above it when its middle lies inside the row's first line: detectors
    shift the boxes of one row by a few pixels, which plain sorting by y would scramble.
    """
    rows: list[list[OcrLine]] = []
    for line in sorted(lines, key=lambda line: (line.bbox.y0 + line.bbox.y1, line.bbox, line.text)):
        middle = (line.bbox.y0 + line.bbox.y1) / 2
        if rows and rows[-1][0].bbox.y0 <= middle <= rows[-1][0].bbox.y1:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: (line.bbox, line.text))]


def line_of(text: str, corners: Sequence[Sequence[float]], confidence: float) -> OcrLine | None:
    """A line from its corner points in pixels, None when it has no text.

    The confidence is held inside 0..1.
    """
    text = text.strip()
    if not text:
        return None
    xs = [float(point[0]) for point in corners]
    ys = [float(point[1]) for point in corners]
    box = BBox(min(xs), min(ys), max(xs), max(ys))
    return OcrLine(text, box, min(1.0, max(0.0, float(confidence))))


def join_words(words: Sequence[str]) -> str:
    """Words, or lines, as one text: no blank between Chinese, a word cut by a hyphen made whole.

    >>> join_words(["图", "1", "shows", "the", "结", "果。"])
    '图 1 shows the 结果。'
    >>> join_words(["a para-", "graph"])
    'a paragraph'
    """
    text = ""
    for word in words:
        if len(text) > 1 and text[-1] == "-" and text[-2].isalpha() and word[:1].islower():
            text = text[:-1] + word
        elif not text or (_is_wide(text[-1]) and _is_wide(word[:1])):
            text += word
        else:
            text += " " + word
    return text


def _is_wide(character: str) -> bool:
    """Whether a character is CJK or full-width, after which no blank is written."""
    return "\u2e80" <= character <= "\u9fff" or "\uf900" <= character <= "\uffef"
