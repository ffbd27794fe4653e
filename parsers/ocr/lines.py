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
    for line in sorted(lines, key=lambda line: (line.bbox.y0 + line.bbox.y1, line.bbox.x0)):
        middle = (line.bbox.y0 + line.bbox.y1) / 2
        if rows and rows[-1][0].bbox.y0 <= middle <= rows[-1][0].bbox.y1:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.bbox.x0)]


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
