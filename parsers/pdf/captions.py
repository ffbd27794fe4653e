"""Captions: which blocks they are, and their place beside the table or figure they belong to."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.pdf.blocks import Block
from parsers.pdf.candidates import Candidate
from parsers.pdf.layout import Flow
from parsers.pdf.markers import is_caption, list_marker
from parsers.pdf.page import RegionKind
from parsers.pdf.styles import Body, width_in_letters
from parsers.pdf.tables import FoundTable
from schemas.document import Element, ElementKind
from schemas.geometry import BBox

MAX_CHARS = 500
NEAR = 4.0
"""Font sizes of white between a caption and its float, at most."""
_FLOATS = frozenset({ElementKind.TABLE, ElementKind.FIGURE})
_TERMINAL = frozenset(".。")

Placed = tuple[Element, BBox]
"""An element and its box on the upright page."""


def captions(flow: Sequence[Flow], found: Sequence[Candidate], body: Body) -> set[int]:
    """Identities of the captions among a page's blocks.

    A caption begins like one; and it stands beside a float, or is set apart by its type, or is too
    short for a paragraph that begins with a table's name.
    """
    floats = [item.bbox for item in flow if not isinstance(item, Block)]
    return {
        id(c.block)
        for c in found
        if (is_caption(c.text) and _is_own(c, floats, body)) or _titles_table(c, body)
    }


def _titles_table(candidate: Candidate, body: Body) -> bool:
    """Whether a block without a number is a table's title: close above it and set apart."""
    style, below = candidate.style, candidate.below
    apart = style.bold is not body.bold or candidate.centred or style.size < 0.97 * body.size
    return (
        isinstance(candidate.after, FoundTable)
        and below is not None and below < 1.5 * style.size
        and len(candidate.block.lines) <= 2 and apart
        and candidate.text[-1] not in ".。:："
        and list_marker(candidate.text) is None
    )  # fmt: skip


def _is_own(candidate: Candidate, floats: Sequence[BBox], body: Body) -> bool:
    text, size = candidate.text, candidate.style.size
    if len(text) > MAX_CHARS:
        return False
    box = candidate.block.bbox
    near = any(distance(box, other) <= NEAR * size for other in floats)
    apart = (
        size < 0.97 * body.size or candidate.style.bold is not body.bold
        or (candidate.style.italic and not body.italic) or candidate.centred
    )  # fmt: skip
    short = width_in_letters(text) <= 120 and text[-1] not in _TERMINAL
    return near or apart or short or candidate.block.hint is RegionKind.CAPTION


def distance(one: BBox, other: BBox) -> float:
    """Points of white between two boxes one over the other; infinite when they stand apart."""
    if one.x1 <= other.x0 or other.x1 <= one.x0:
        return float("inf")
    return max(one.y0 - other.y1, other.y0 - one.y1, 0.0)


def tied(placed: Sequence[Placed]) -> list[Placed]:
    """Elements of a page with every caption directly beside its float, before or after as set."""
    result = list(placed)
    for item in [p for p in placed if p[0].kind is ElementKind.CAPTION]:
        at = next(i for i, other in enumerate(result) if other is item)
        own = _own_float(item, result, at)
        if own is None:
            continue
        target = result[own]
        result.remove(item)
        place = next(i for i, other in enumerate(result) if other is target)
        result.insert(place if item[1].y0 < target[1].y0 else place + 1, item)
    return result


def _own_float(item: Placed, placed: Sequence[Placed], at: int) -> int | None:
    """Index of the float that a caption belongs to: the nearest, a free one before a taken one."""
    wanted = _kind(item[0].text)
    best: tuple[bool, float, int] | None = None
    for index, (element, box) in enumerate(placed):
        if element.kind not in _FLOATS:
            continue
        away = distance(item[1], box)
        if away <= NEAR * 12:
            taken = any(
                0 <= i < len(placed) and i != at and placed[i][0].kind is ElementKind.CAPTION
                for i in (index - 1, index + 1)
            )
            rank = (taken, away + (0.0 if wanted in (None, element.kind) else 20.0), index)
            best = rank if best is None or rank < best else best
    return None if best is None else best[2]


def _kind(text: str) -> ElementKind | None:
    """What a caption names: a table, a figure, or something else."""
    start = text[:24].lower()
    if start.startswith(("tab", "表", "续表")):
        return ElementKind.TABLE
    return ElementKind.FIGURE if start.startswith(("fig", "图", "圖", "chart")) else None
