"""By how much a page leans, told by its recognised lines, and their boxes on the upright page.

A detector boxes leaning lines with leaning boxes and recognition straightens each of them, so the
picture itself need not be turned: only boxes are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from parsers.base import OcrLine
from parsers.ocr.lines import Point, ReadLine
from schemas.geometry import BBox

MAX_SKEW = 5.0
"""Degrees; a page that leans more did so on purpose, or its lines are no text."""
MIN_SKEW = 0.05
"""Degrees below which nothing is moved: a pixel and a half over a page of 150 dpi."""
LONG = 5.0
"""Heights that a line must be long to tell its angle: the corners are whole pixels, so a line of
20 pixels' height then is out by .6 degrees at most, and most lines are far longer."""
AGREED = 0.5
"""Degrees within which half of the length of all lines must lean like the median."""


class Turn(NamedTuple):
    """A small turn about a point: degrees clockwise by which the page leans, and its middle."""

    degrees: float
    x: float
    y: float

    def upright(self, point: Point) -> Point:
        """Where a point of the picture stands on the upright page."""
        sin, cos = _sin_cos(-self.degrees)
        dx, dy = point[0] - self.x, point[1] - self.y
        return self.x + cos * dx - sin * dy, self.y + sin * dx + cos * dy


def _sin_cos(degrees: float) -> tuple[float, float]:
    return math.sin(math.radians(degrees)), math.cos(math.radians(degrees))


def skew(lines: Sequence[OcrLine]) -> float:
    """Degrees clockwise by which the lines of a page lean, 0 when they do not agree.

    The median over the lines, each weighted by its length; at most MAX_SKEW either way.
    """
    found = sorted(
        (angle, length)
        for line in lines
        if isinstance(line, ReadLine)
        for angle, length in _lean(line)
    )
    total = sum(length for _, length in found)
    behind = 0.0
    for angle, length in found:
        behind += length
        if 2 * behind >= total:
            alike = sum(long for other, long in found if abs(other - angle) <= AGREED)
            sane = MIN_SKEW <= abs(angle) <= MAX_SKEW
            return angle if sane and 2 * alike >= total else 0.0
    return 0.0


def _lean(line: ReadLine) -> list[tuple[float, float]]:
    """(degrees, length) of a line that is long enough and runs across the page, else nothing."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = line.corners
    dx, dy = (x1 + x2 - x0 - x3) / 2, (y1 + y2 - y0 - y3) / 2
    length, height = math.hypot(dx, dy), math.hypot(x3 - x0, y3 - y0)
    if length < LONG * max(height, 1.0) or dx <= abs(dy):
        return []
    return [(math.degrees(math.atan2(dy, dx)), length)]


def upright_box(line: OcrLine, turn: Turn) -> BBox:
    """Box of a line after the page was turned back by its lean.

    A line without corners is moved, and loses the height that the lean added to its box.
    """
    if isinstance(line, ReadLine):
        points = [turn.upright(corner) for corner in line.corners]
        xs, ys = [x for x, _ in points], sorted(y for _, y in points)
        return BBox(min(xs), (ys[0] + ys[1]) / 2, max(xs), (ys[2] + ys[3]) / 2)
    box = line.bbox
    x, y = turn.upright(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
    added = box.width * abs(_sin_cos(turn.degrees)[0])
    half = max(box.height - added, 0.4 * box.height) / 2
    return BBox(x - box.width / 2, y - half, x + box.width / 2, y + half)
