"""Drawn paths -> lines of tables and other shapes: what readers share that see single segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from parsers.pdf.page import THIN, Path, Ruling, box_rulings, line_rulings
from schemas.geometry import BBox, union

Point = tuple[float, float]
PAPER = 0xFA
"""A colour whose three parts are this bright is taken for paper."""

MIN_SIDE = 12.0
"""Points: the height of a line of text, which is as low as a box with round corners gets."""


class Matrix(NamedTuple):
    """An affine map as PDF writes it: x' = ax + cy + e, y' = bx + dy + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def then(self, outer: Matrix) -> Matrix:
        """The map that applies `self` first and `outer` to its result.

        >>> Matrix(2, 0, 0, 2, 1, 1).then(Matrix(1, 0, 0, 1, 10, 0))
        Matrix(a=2, b=0, c=0, d=2, e=11, f=1)
        """
        a, b, c, d, e, f = self
        oa, ob, oc, od, oe, of = outer
        return Matrix(
            a * oa + b * oc, a * ob + b * od, c * oa + d * oc, c * ob + d * od,
            e * oa + f * oc + oe, e * ob + f * od + of,
        )  # fmt: skip

    def point(self, x: float, y: float) -> Point:
        """Where a point goes."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def box(self, x0: float, y0: float, x1: float, y1: float) -> BBox:
        """The smallest box around where a rectangle goes."""
        return around(self.point(x, y) for x in (x0, x1) for y in (y0, y1))


class Outline(NamedTuple):
    """A piece of a path: its corners, whether a curve is among its sides, whether it is closed."""

    points: list[Point]
    curved: bool = False
    closed: bool = False


def around(points: Iterable[Point]) -> BBox:
    """The smallest box around points, one or more."""
    xs, ys = zip(*points, strict=True)
    return BBox(min(xs), min(ys), max(xs), max(ys))


def is_side(ruling: Ruling) -> bool:
    """Whether a straight piece of a curve or slanted polygon is a side of a box with round corners.

    The level steps of a chart's line are shorter.
    """
    return ruling.end - ruling.start >= MIN_SIDE


def is_paper(color: int) -> bool:
    """Whether a colour (0xRRGGBB) is white or hardly another.

    >>> is_paper(0xFFFFFF), is_paper(0xF0F0F0)
    (True, False)
    """
    return min(color >> 16, color >> 8 & 0xFF, color & 0xFF) >= PAPER


def _rectangle(piece: Outline) -> BBox | None:
    """The box that a piece draws with four axis-parallel sides, else None."""
    points = piece.points
    if piece.curved or len(points) not in (4, 5) or (len(points) == 5 and points[0] != points[4]):
        return None
    box = around(points)
    corners = {(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)}
    near = all(
        any(abs(x - cx) <= 0.01 and abs(y - cy) <= 0.01 for cx, cy in corners) for x, y in points
    )
    return box if near else None


def _sides(piece: Outline) -> Iterator[tuple[float, float, float, float]]:
    points = piece.points
    for (x0, y0), (x1, y1) in pairwise(points):
        yield x0, y0, x1, y1
    if piece.closed and len(points) > 2 and points[0] != points[-1]:
        yield *points[-1], *points[0]


@dataclass
class Shapes:
    """What a page's paths draw: lines, other shapes, and where colour covers the paper.

    `fills` are the boxes of areas filled with anything but white.
    """

    rulings: list[Ruling] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    fills: list[BBox] = field(default_factory=list)

    def add(self, pieces: list[Outline], fill: int | None) -> None:
        """Takes in a path filled with colour `fill`, None when it is only stroked."""
        painted = fill is not None and not is_paper(fill)
        areas: list[BBox] = []
        sides: list[Ruling] = []
        curved = any(piece.curved for piece in pieces)
        for piece in pieces:
            area = _rectangle(piece)
            if area is not None:
                self.rulings += box_rulings(area)
                if painted and min(area.width, area.height) > THIN:
                    areas.append(area)
                continue
            for x0, y0, x1, y1 in _sides(piece):
                sides += line_rulings(x0, y0, x1, y1)
                curved = curved or min(abs(x0 - x1), abs(y0 - y1)) > 0.5
        self.rulings += [side for side in sides if is_side(side)] if curved else sides
        boxes = [around(piece.points) for piece in pieces]
        if painted:
            self.fills += boxes
        if curved and boxes:
            self.paths.append(Path(union(boxes), curved=True))
        else:
            self.paths += [Path(area, curved=False) for area in areas]
