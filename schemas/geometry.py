"""Boxes on a page: PDF points (1/72 inch), origin at the top left, y growing downwards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class BBox(NamedTuple):
    """Axis-aligned box in points; x0 <= x1, y0 <= y1, origin top left of the page as displayed."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Horizontal extent in points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Vertical extent in points."""
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        """Square points; 0 for a degenerate box."""
        return max(0.0, self.width) * max(0.0, self.height)

    def intersection(self, other: BBox) -> float:
        """Overlap with `other` in square points.

        >>> BBox(0, 0, 2, 2).intersection(BBox(1, 1, 3, 3))
        1
        """
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return width * height if width > 0 and height > 0 else 0.0

    def contains_centre(self, other: BBox) -> bool:
        """Whether the centre of `other` lies inside this box."""
        x, y = (other.x0 + other.x1) / 2, (other.y0 + other.y1) / 2
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


def union(boxes: Iterable[BBox]) -> BBox:
    """Smallest box around `boxes`; raises ValueError for none.

    >>> union([BBox(0, 0, 1, 1), BBox(2, 3, 4, 5)])
    BBox(x0=0, y0=0, x1=4, y1=5)
    """
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return BBox(min(x0), min(y0), max(x1), max(y1))
