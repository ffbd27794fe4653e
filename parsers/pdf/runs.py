"""Runs: characters as a page draws them, the same whatever library read it.

In points, on the page before /Rotate, with the origin at its top left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from schemas.geometry import BBox


class Style(NamedTuple):
    """How characters are drawn; `hidden` says that they leave no mark (rendering mode 3)."""

    font: str
    size: float
    bold: bool = False
    italic: bool = False
    mono: bool = False
    color: int = 0
    hidden: bool = False


@dataclass(slots=True)
class Run:
    """Characters in one style on one baseline.

    `starts` and `ends` are the characters' advances along the reading direction, rising; `base` is
    the baseline across it: y for a turn of 0 or 180, else x. Along a turn of 180 or 270 degrees
    positions are negated, so that they rise, too.
    """

    style: Style
    turn: int
    base: float
    chars: list[str]
    starts: list[float]
    ends: list[float]

    def box(self, first: int = 0, last: int | None = None) -> BBox:
        """Where characters `first` to `last` stand.

        Across the line it is .8 of the font size over the baseline and .2 below, whatever the font
        says of itself: boxes of fonts with wrong ascenders overlap the neighbouring lines.
        """
        low, high = min(self.starts[first:last]), max(self.ends[first:last])
        over, under = 0.8 * self.style.size, 0.2 * self.style.size
        if self.turn == 0:
            return BBox(low, self.base - over, high, self.base + under)
        if self.turn == 180:
            return BBox(-high, self.base - under, -low, self.base + over)
        if self.turn == 90:
            return BBox(self.base - under, low, self.base + over, high)
        return BBox(self.base - over, -high, self.base + under, -low)


def advance(x0: float, y0: float, x1: float, y1: float, turn: int) -> tuple[float, float]:
    """Start and end of a character's box along a reading direction, as `Run` counts them."""
    if turn == 0:
        return x0, x1
    if turn == 90:
        return y0, y1
    return (-x1, -x0) if turn == 180 else (-y1, -y0)
