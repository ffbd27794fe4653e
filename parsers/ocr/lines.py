"""What engines return, as lines in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from parsers.base import OcrLine
from schemas.geometry import BBox


class Piece(NamedTuple):
    """Characters of a line, and where they begin and end as shares of its length, 0..1."""

    text: str
    start: float
    end: float


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class ReadLine(OcrLine):
    """A line whose engine tells more than the seam asks for.

    `corners` are its own, in pixels, clockwise in reading direction from where it begins at the
    top; `pieces` follow each other along it and need not name white space.
    """

    corners: tuple[Point, Point, Point, Point] = ((0.0, 0.0),) * 4
    pieces: tuple[Piece, ...] = ()


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


def line_of(
    text: str,
    corners: Sequence[Sequence[float]],
    confidence: float,
    pieces: Sequence[Piece] = (),
) -> OcrLine | None:
    """A line from its corner points in pixels, None when it has no text.

    With four corners it is a `ReadLine`. The confidence is held inside 0..1.
    """
    text = text.strip()
    if not text:
        return None
    points = [(float(point[0]), float(point[1])) for point in corners]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    box = BBox(min(xs), min(ys), max(xs), max(ys))
    sure = min(1.0, max(0.0, float(confidence)))
    if len(points) != 4:
        return OcrLine(text, box, sure)
    return ReadLine(text, box, sure, (points[0], points[1], points[2], points[3]), tuple(pieces))


def pieces_of(
    texts: Iterable[str], boxes: Iterable[Sequence[Sequence[float]]], corners: Sequence[Point]
) -> tuple[Piece, ...]:
    """Pieces from the corner points of each, in pixels, measured along the line's upper side.

    >>> line = [(0, 0), (200, 0), (200, 20), (0, 20)]
    >>> pieces_of(["ab"], [[(50, 0), (100, 0), (100, 20), (50, 20)]], line)
    (Piece(text='ab', start=0.25, end=0.5),)
    """
    (x0, y0), (x1, y1) = ((float(x), float(y)) for x, y in corners[:2])  # engines give int16
    dx, dy = x1 - x0, y1 - y0
    length = max(dx * dx + dy * dy, 1.0)
    found = []
    for text, box in zip(texts, boxes, strict=True):
        shares = [((float(px) - x0) * dx + (float(py) - y0) * dy) / length for px, py in box[:2]]
        found.append(Piece(text, min(shares), max(shares)))
    return tuple(found)


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
