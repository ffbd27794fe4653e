"""Pages as PNG with what the parser saw drawn on them: regions, order, cells and reasons."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from parsers.base import ParseOptions
from parsers.pdf.parser import EngineSource, PdfParser, bundled_engine, open_reader
from parsers.pdf.trace import Layer, Note, Trace
from schemas.source import Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DPI = 110
LABEL = 11
"""Height of the labels in pixels."""
_COLOURS: dict[Layer, tuple[int, int, int]] = {
    Layer.REGION: (30, 90, 200), Layer.FIGURE: (150, 60, 190), Layer.MODEL: (150, 150, 150),
    Layer.GRID: (0, 140, 140), Layer.CELL: (240, 150, 30), Layer.TABLE: (200, 40, 40),
    Layer.NO_TABLE: (120, 90, 60), Layer.FURNITURE: (110, 110, 110), Layer.KIND: (20, 130, 60),
}  # fmt: skip
_ORDER = list(_COLOURS)
"""Layers as they are drawn, the later ones on top."""


def overlays(
    source: Source,
    data: bytes,
    options: ParseOptions,
    engines: EngineSource = bundled_engine,
) -> Iterator[tuple[int, bytes]]:
    """Number and PNG of each page that can be read; raises ParseError as the parser does.

    Every box is drawn where it was found: model regions in grey, regions of one column in blue
    with their number in the order of reading, cells in orange, tables in red, elements in green
    with their number and kind, what was refused as a table in brown, each with the reason.
    """
    trace = Trace()
    document = PdfParser(engines).traced(source, data, options, trace)
    notes = {
        page: list(found)
        for page, found in groupby(sorted(trace.notes, key=_page), key=_page)
    }  # fmt: skip
    reader = open_reader(options.pdf_engine, data, options.password)
    try:
        for page in document.pages:
            if page.width > 0:
                image = reader.render(page.number, DPI)
                yield page.number, drawn(image, notes.get(page.number, ()), page.width)
    finally:
        reader.close()


def _page(note: Note) -> int:
    return note.page


def drawn(image: NDArray[np.uint8], notes: Iterable[Note], width: float) -> bytes:
    """PNG of `image` of a page `width` points wide, with the notes' boxes and labels."""
    from PIL import Image, ImageDraw, ImageFont

    scale = image.shape[1] / width
    picture = Image.fromarray(image).convert("RGB")
    canvas = ImageDraw.Draw(picture, "RGBA")
    font = ImageFont.load_default(LABEL)
    order = 0
    for note in sorted(notes, key=lambda note: _ORDER.index(note.layer)):
        colour = _COLOURS[note.layer]
        x0, y0, x1, y1 = (value * scale for value in note.bbox)
        x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        strong = note.layer in (Layer.TABLE, Layer.REGION)
        fill = (*colour, 28) if note.layer is Layer.TABLE else None
        canvas.rectangle((x0, y0, x1, y1), fill, colour, 2 if strong else 1)
        text = note.text
        if note.layer is Layer.KIND:
            order += 1
            text = f"{order} {text}"
        if text:
            label = text.encode("ascii", "replace").decode()[:90]
            at = (x1, y0) if note.layer is Layer.REGION else (x0, y0 - LABEL)
            if note.layer is Layer.MODEL:
                at = (x0, y1)
            box = canvas.textbbox(at, label, font)
            canvas.rectangle(box, (255, 255, 255, 190))
            canvas.text(at, label, colour, font)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
