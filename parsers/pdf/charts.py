"""Charts that look like tables: bars stand on a line as cells do, but end anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parsers.pdf.page import Path
from schemas.geometry import BBox

MIN_BARS = 3
"""Bars that make a chart."""
MIN_CURVE = 24.0
"""Points in both directions from which a curve is no ornament, two lines of text."""
FRAME = 2.0
"""Points within which edges of frames meet."""
SAME = 1.0
"""Points within which bars stand on the same line, or end at the same height."""
WRITTEN = 0.6
"""Share of a bar's length from which the text on it is what it shades: a highlighted word."""


def has_curves(box: BBox, paths: Iterable[Path]) -> bool:
    """Whether curves of a chart run through `box`: large ones that frame neither it nor a part.

    A frame with round corners shares three edges or four with what it frames.
    """
    curves = [path.bbox for path in paths if path.curved and box.contains_centre(path.bbox)]
    large = [c for c in curves if min(c.width, c.height) >= MIN_CURVE and c.area < 0.9 * box.area]
    return len([c for c in large if not any(_shares_edges(c, o) for o in (box, *large))]) >= 2


def _shares_edges(one: BBox, other: BBox) -> bool:
    return one != other and sum(abs(a - b) < FRAME for a, b in zip(one, other, strict=True)) >= 3


def has_bars(box: BBox, paths: Iterable[Path], texts: Sequence[BBox]) -> bool:
    """Whether bars of a chart stand in `box`: filled rectangles on one line with different ends.

    Shaded cells stand on one line too, but end where their column or row does. `texts` are the
    boxes of words: a rectangle filled with text shades it.
    """
    inside = [path.bbox for path in paths if not path.curved and box.contains_centre(path.bbox)]
    bars = [bar for bar in inside if bar.width > 2 and bar.height > 2]
    if len(bars) < MIN_BARS:
        return False
    bare = [bar for bar in bars if not _written_on(bar, texts)]
    return _standing([(b.y1, b.y0, b.x0, b.x1) for b in bare]) or _standing(
        [(b.x0, b.x1, b.y0, b.y1) for b in bare]
    )


def _written_on(bar: BBox, texts: Sequence[BBox]) -> bool:
    on = sum(box.width for box in texts if bar.contains_centre(box))
    return on > WRITTEN * bar.width


def _standing(bars: Sequence[tuple[float, float, float, float]]) -> bool:
    """Whether enough (foot, end, side, side) share a foot, end differently, and stand apart."""
    by_foot: dict[int, list[tuple[float, float, float, float]]] = {}
    for bar in bars:
        by_foot.setdefault(round(bar[0] / SAME), []).append(bar)
    for row in by_foot.values():
        ends: list[float] = []
        right = float("-inf")
        for _, end, low, high in sorted(row, key=lambda bar: bar[2]):
            if low >= right and all(abs(end - other) > SAME for other in ends):
                ends.append(end)
            right = max(right, high)
        if len(ends) >= MIN_BARS:
            return True
    return False
