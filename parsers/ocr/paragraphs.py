"""Recognised lines -> paragraphs in reading order: columns first, then gaps and indents.

All lengths are in pixels of the image or, where the unit is "heights", multiples of the median
line height of the page, which makes the constants independent of resolution.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from parsers.base import OcrLine
from parsers.ocr.lines import join_words, ordered

GUTTER = 1.2
"""Least white space between two columns, in heights; a blank between words is about 0.3."""

COLUMN_WIDTH = 6.0
"""Least mean width of the lines of a column, in heights: cells of a table are narrower."""

COLUMN_LINES = 3
"""Least lines on each side of a gutter."""

PITCH = 1.35
"""A line this many times the usual pitch below the last one begins a paragraph."""

SIZE_CHANGE = 1.4
"""Ratio of line heights from which two lines are of different paragraphs."""

INDENT = 1.2
"""First-line indent in heights; Chinese indents by two characters, about 2."""

ENDS = tuple('.!?。！？：:”"')

Lines = list[OcrLine]


def paragraphs(lines: Sequence[OcrLine]) -> list[Lines]:
    """Lines by paragraph, in reading order; every line is in exactly one paragraph."""
    if not lines:
        return []
    height = max(1.0, median(line.bbox.height for line in lines))
    return [
        paragraph
        for column in columns(list(lines), height)
        for paragraph in _split_column(column, height)
    ]


def paragraph_text(lines: Sequence[OcrLine]) -> str:
    """Text of a paragraph, its lines joined."""
    return join_words([line.text for line in lines])


def columns(lines: Lines, height: float) -> list[Lines]:
    """Lines by column, in reading order.

    Bands of rows that share a gutter are one region, which is read column by column; other bands
    (titles across the page) stand between the regions (XY-cut: Nagy and Seth 1984, with bands
    merged so that paragraph gaps at one height in both columns do not cut them).
    """
    regions: list[Lines] = []
    for band in _bands(lines):
        if regions and _gutter(regions[-1] + band, height, 1) is not None:
            regions[-1].extend(band)
        else:
            regions.append(list(band))
    found: list[Lines] = []
    plain: Lines = []
    for region in regions:
        at = _gutter(region, height, COLUMN_LINES)
        if at is None:
            plain.extend(region)
            continue
        if plain:
            found.append(plain)
            plain = []
        found.extend(columns([line for line in region if line.bbox.x0 < at], height))
        found.extend(columns([line for line in region if line.bbox.x0 >= at], height))
    return [*found, plain] if plain else found


def _bands(lines: Lines) -> list[Lines]:
    """Lines by maximal stretch of rows without a blank row of pixels between."""
    bands: list[Lines] = []
    bottom = 0.0
    for line in sorted(lines, key=lambda line: line.bbox.y0):
        if bands and line.bbox.y0 < bottom:
            bands[-1].append(line)
            bottom = max(bottom, line.bbox.y1)
        else:
            bands.append([line])
            bottom = line.bbox.y1
    return bands


def _gutter(lines: Lines, height: float, least: int) -> float | None:
    """Left edge of the column right of the widest gutter, None when there is no gutter."""
    by_left = sorted(lines, key=lambda line: line.bbox.x0)
    best: tuple[float, float] | None = None
    right = by_left[0].bbox.x1
    for index, line in enumerate(by_left):
        gap = line.bbox.x0 - right
        if gap >= GUTTER * height and (best is None or gap > best[0]):
            sides = (by_left[:index], by_left[index:])
            if all(_is_column(side, height, least) for side in sides):
                best = (gap, line.bbox.x0)
        right = max(right, line.bbox.x1)
    return best[1] if best else None


def _is_column(lines: Lines, height: float, least: int) -> bool:
    width = sum(line.bbox.width for line in lines) / len(lines)
    return len(lines) >= least and width >= COLUMN_WIDTH * height


def _split_column(lines: Lines, height: float) -> list[Lines]:
    """Lines of one column by paragraph."""
    rows = ordered(lines)
    pitches = [
        below.bbox.y0 - above.bbox.y0
        for above, below in pairwise(rows)
        if below.bbox.y0 - above.bbox.y0 > height / 2
    ]
    # the lower median: a page of one-line paragraphs has paragraph pitches only
    pitch = min(sorted(pitches)[(len(pitches) - 1) // 2], 2.5 * height) if pitches else height
    left = min(line.bbox.x0 for line in lines)
    right = max(line.bbox.x1 for line in lines)
    split = [[rows[0]]]
    for above, below in pairwise(rows):
        if _breaks(above, below, pitch, height, (left, right)):
            split.append([])
        split[-1].append(below)
    return split


def _breaks(
    above: OcrLine, below: OcrLine, pitch: float, height: float, edges: tuple[float, float]
) -> bool:
    """Whether `below` begins a paragraph of its own."""
    step = below.bbox.y0 - above.bbox.y0
    if step <= height / 2:
        return False
    sizes = sorted((above.bbox.height, below.bbox.height))
    if step > PITCH * pitch or sizes[1] > SIZE_CHANGE * max(sizes[0], 1.0):
        return True
    left, right = edges
    if below.bbox.x0 - left > INDENT * height and above.bbox.x0 - left < INDENT * height / 2:
        return True
    ends_early = above.bbox.x1 < right - 0.15 * (right - left)
    return ends_early and above.text.endswith(ENDS)
