"""Colours of the overlay, what they mean, and the dashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from parsers.pdf.marks import Marks
from schemas.document import ElementKind

Colour = tuple[int, int, int]
Pixels = tuple[int, int, int, int]

COLOURS: dict[ElementKind, Colour] = {
    ElementKind.TITLE: (176, 24, 96), ElementKind.HEADING: (213, 74, 20),
    ElementKind.PARAGRAPH: (30, 104, 190), ElementKind.LIST_ITEM: (0, 140, 135),
    ElementKind.TABLE: (112, 62, 180), ElementKind.CAPTION: (186, 120, 0),
    ElementKind.CODE: (70, 86, 104), ElementKind.FORMULA: (200, 60, 160),
    ElementKind.QUOTE: (96, 128, 40), ElementKind.FIGURE: (24, 140, 70),
    ElementKind.FOOTNOTE: (140, 92, 60), ElementKind.PAGE_HEADER: (130, 130, 130),
    ElementKind.PAGE_FOOTER: (130, 130, 130),
}  # fmt: skip
REFUSED: Colour = (200, 30, 30)
REGION: Colour = (110, 150, 205)
MODEL: Colour = (90, 90, 90)
CELL: Colour = (178, 138, 226)
SPAN: Colour = (226, 70, 190)
GREY: Colour = (130, 130, 130)
INK: Colour = (50, 50, 60)
BACK: Colour = (240, 240, 237)
OTHERS = (REFUSED, REGION, MODEL, CELL, SPAN, GREY)
"""Colours of what is no element."""
DASHED = (6, 4)
DOTTED = (1, 3)
"""Pixels drawn and left out along a line."""


class Sign(NamedTuple):
    """A look and its meaning: opacity of the filling (0..255), pixels of dashes and gaps."""

    name: str
    colour: Colour
    fill: int = 50
    on: int = 0
    off: int = 0


def legend(seen: Marks) -> Iterator[Sign]:
    """The signs that are on a page, kinds of elements first."""
    kinds = {mark.kind for mark in seen.order}
    for kind, colour in COLOURS.items():
        if kind in kinds:
            yield Sign(kind.value.replace("_", " "), colour)
    if seen.cells:
        yield Sign("cell", CELL)
    if seen.spans:
        yield Sign("cell that spans", SPAN)
    if seen.furniture:
        yield Sign("running head or foot", GREY)
    if seen.refused:
        yield Sign("refused as a table", REFUSED, 0, *DASHED)
    if seen.regions:
        yield Sign("column", REGION, 0)
    if seen.model:
        yield Sign("layout model", MODEL, 0, *DOTTED)


def sample(canvas: Any, at: tuple[int, int], sign: Sign) -> None:
    """Draws a small box at `at` that looks as on the page, twice as large."""
    x, y = at
    if not sign.on:
        canvas.rectangle((x, y, x + 36, y + 24), (*sign.colour, sign.fill), sign.colour, 2)
        return
    for inset in (0, 1):
        box = (x + inset, y + inset, x + 36 - inset, y + 24 - inset)
        dashes(canvas, box, sign.colour, 2 * sign.on, 2 * sign.off)


def dashes(canvas: Any, box: Pixels, colour: Colour, on: int, off: int) -> None:
    """Draws a rectangle of dashes `on` pixels long with gaps of `off`."""
    x0, y0, x1, y1 = box
    for x in range(x0, x1, on + off):
        end = min(x + on - 1, x1)
        canvas.line((x, y0, end, y0), (*colour, 230))
        canvas.line((x, y1, end, y1), (*colour, 230))
    for y in range(y0, y1, on + off):
        end = min(y + on - 1, y1)
        canvas.line((x0, y, x0, end), (*colour, 230))
        canvas.line((x1, y, x1, end), (*colour, 230))


def side_by_side(widths: Sequence[float], room: float, margin: int) -> list[tuple[int, int]]:
    """Top left corners of things of these widths, in rows of at most `room`.

    >>> side_by_side([50, 50, 50], 200, 10)
    [(10, 10), (92, 10), (10, 50)]
    """
    places = []
    x, y = margin, margin
    for width in widths:
        if x + width > room and x > margin:
            x, y = margin, y + 40
        places.append((x, y))
        x += round(width) + 32
    return places
