"""Pages as PNG with what the parser saw drawn on them: regions, order, cells and reasons."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from parsers.base import ParseOptions
from parsers.pdf.legend import (
    BACK,
    CELL,
    COLOURS,
    DASHED,
    DOTTED,
    GREY,
    INK,
    MODEL,
    OTHERS,
    REFUSED,
    REGION,
    SPAN,
    Colour,
    Pixels,
    dashes,
    legend,
    sample,
    side_by_side,
)
from parsers.pdf.marks import Marks, marks
from parsers.pdf.page import PageReader
from parsers.pdf.panel import LINE, TYPE, Entry, entries, height_of, letters, write
from parsers.pdf.parser import EngineSource, PdfParser, bundled_engine, open_reader
from parsers.pdf.trace import Note, Trace
from schemas.document import Element, ElementKind, Issue, Page
from schemas.errors import ParseError
from schemas.geometry import BBox
from schemas.records import Reason
from schemas.source import Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DPI = 110
"""Small print stays legible, and an A4 page beside its panel fits on a screen."""
MAX_SIDE = 3500
"""Pixels of a page's longer side: a poster is drawn smaller, whatever its size in points."""
PAD = 22
"""Pixels around the page, so that the numbers beside its outermost boxes have room."""
PANEL = 330
"""Width of the panel with the reasons in pixels."""
MIN_PANEL = 500
"""Pixels; the panel is as high as the page, but not lower than this."""
RADIUS = 8
MAX_DASHED = 300
"""Refused boxes drawn with dashes; more than that nobody counts, and they take time."""
MAX_NUMBERS = 2000


def overlays(
    source: Source,
    data: bytes,
    options: ParseOptions,
    engines: EngineSource = bundled_engine,
) -> Iterator[tuple[int, bytes | ParseError]]:
    """Number of each page with its PNG, or why it has none; raises ParseError as the parser does.

    Elements are framed in the colour of their kind and numbered in the order of reading, with the
    reasons in a panel beside the page; cells are lilac, what was refused as a table is dashed,
    regions of one column are pale frames, a layout model's regions are dotted.
    """
    trace = Trace()
    document = PdfParser(engines).traced(source, data, options, trace)
    notes: dict[int, list[Note]] = defaultdict(list)
    for note in trace.notes:
        notes[note.page].append(note)
    found: dict[int, list[Element]] = defaultdict(list)
    for element in document.elements:
        found[element.page or 0].append(element)
    issues: dict[int, list[Issue]] = defaultdict(list)
    for issue in document.issues:
        issues[issue.page or 0].append(issue)
    reader = open_reader(options.pdf_engine, data, options.password)
    try:
        for page in document.pages:
            seen = marks(notes.pop(page.number, []), found.pop(page.number, []))
            size = f"{page.width:.0f} x {page.height:.0f} points"
            facts = [f"page {page.number} of {len(document.pages)}, {size}"]
            facts += [f"{issue.code}: {issue.detail}" for issue in issues[page.number]]
            try:
                image = _rendered(reader, page, facts[-1])
            except ParseError as error:
                yield page.number, error
            else:
                yield page.number, drawn(image, seen, page.width, facts)
    finally:
        reader.close()


def _rendered(reader: PageReader, page: Page, failed: str) -> NDArray[np.uint8]:
    """The page's picture; raises ParseError, for a page that could not be parsed with `failed`."""
    if min(page.width, page.height) <= 0:
        raise ParseError(Reason.PARSE_FAILED, failed)
    dpi = min(DPI, int(72 * MAX_SIDE / max(page.width, page.height)))
    return reader.render(page.number, max(1, dpi))


def drawn(image: NDArray[np.uint8], seen: Marks, width: float, facts: Sequence[str] = ()) -> bytes:
    """PNG of `image`, a page `width` points wide, with the marks on it and the reasons beside it.

    The same marks give the same bytes. The page's top left corner is at (PAD, PAD).
    """
    sheet = _Sheet(image, image.shape[1] / width)
    sheet.boxes(seen)
    sheet.numbers(seen)
    return sheet.png(seen, facts)


@dataclass
class _Sheet:
    """A page on its sheet: the page at the left, the panel at the right, the legend below."""

    image: NDArray[np.uint8]
    scale: float
    discs: dict[tuple[str, Colour], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from PIL import Image, ImageDraw

        page = Image.fromarray(self.image).convert("RGB")
        # paler, so that frames and numbers stand out from the text
        page = Image.blend(page, Image.new("RGB", page.size, (255, 255, 255)), 0.25)
        self.width, self.height = page.size
        size = (self.width + 2 * PAD, self.height + 2 * PAD)
        self.picture = Image.new("RGB", size, BACK)
        self.picture.paste(page, (PAD, PAD))
        self.canvas = ImageDraw.Draw(self.picture, "RGBA")

    def place(self, box: BBox, grow: int = 0) -> Pixels | None:
        """The box in pixels of the sheet, cut to the page; None for one outside of it."""
        left, right = sorted((box.x0 * self.scale, box.x1 * self.scale))
        top, bottom = sorted((box.y0 * self.scale, box.y1 * self.scale))
        if right < 0 or bottom < 0 or left > self.width or top > self.height:
            return None
        return (
            PAD + round(max(left - grow, -2)), PAD + round(max(top - grow, -2)),
            PAD + round(min(right + grow, self.width + 2)),
            PAD + round(min(bottom + grow, self.height + 2)),
        )  # fmt: skip

    def frame(
        self, box: BBox, line: tuple[int, ...] | None, fill: tuple[int, ...] | None = None,
        width: int = 1, grow: int = 0,
    ) -> None:  # fmt: skip
        """A rectangle; colours may have an alpha."""
        at = self.place(box, grow)
        if at is not None:
            self.canvas.rectangle(at, fill, line, width)

    def dashed(self, box: BBox, colour: Colour, steps: tuple[int, int], grow: int) -> None:
        """A rectangle of dashes: their length and the gaps' in pixels."""
        at = self.place(box, grow)
        if at is not None:
            dashes(self.canvas, at, colour, *steps)

    def boxes(self, seen: Marks) -> None:
        """All frames, from those of least weight to the elements'."""
        for box in seen.furniture:
            self.frame(box, (*GREY, 150), (*GREY, 60))
        for box in seen.regions:
            self.frame(box, (*REGION, 200), grow=4)
        for box in seen.model[:MAX_DASHED]:
            self.dashed(box, MODEL, DOTTED, grow=2)
        for mark in seen.order:
            colour = COLOURS[mark.kind]
            strong = mark.kind is ElementKind.TABLE
            self.frame(mark.bbox, (*colour, 220), (*colour, 10 if strong else 26), 1 + strong)
        for box in seen.cells:
            self.frame(box, (*CELL, 255), (*CELL, 44))
        for box in seen.spans:
            self.frame(box, (*SPAN, 255), (*SPAN, 50), 2)
        for box in seen.grids:
            self.frame(box, (*COLOURS[ElementKind.TABLE], 255), None, 2)
        for index, (box, _) in enumerate(seen.refused):
            if index < MAX_DASHED:
                self.dashed(box, REFUSED, DASHED, grow=1)
            else:
                self.frame(box, (*REFUSED, 160))

    def numbers(self, seen: Marks) -> None:
        """A thin path through the elements in their order, and a numbered disc beside each."""
        from PIL import Image, ImageDraw

        at = [self.place(mark.bbox) for mark in seen.order[:MAX_NUMBERS]]
        points = [_beside(place) for place in at if place is not None]
        if len(points) > 1:
            twice = Image.new("L", (2 * self.picture.width, 2 * self.picture.height))
            path = [(2 * x, 2 * y) for x, y in points]
            ImageDraw.Draw(twice).line(path, 120, 3, "curve")
            self.picture.paste(INK, (0, 0), twice.reduce(2))
        for number, (mark, place) in enumerate(zip(seen.order, at, strict=False), 1):
            if place is not None:
                self.disc(self.picture, _beside(place), str(number), COLOURS[mark.kind])
        for index, (box, _) in enumerate(seen.refused[:MAX_DASHED]):
            place = self.place(box)
            if place is not None:
                self.disc(self.picture, (place[2] + 2, place[1]), letters(index), REFUSED)

    def disc(self, picture: Any, centre: tuple[int, int], text: str, colour: Colour) -> None:
        """A disc with up to four characters in it, drawn large and made smaller: no jagged edge."""
        from PIL import Image, ImageDraw

        if (text, colour) not in self.discs:
            size = 2 * RADIUS + 1
            stamp = Image.new("RGBA", (4 * size, 4 * size), (*colour, 0))
            canvas = ImageDraw.Draw(stamp)
            canvas.ellipse((0, 0, 4 * size - 1, 4 * size - 1), (*colour, 235))
            font = _font(4 * (12 - 2 * max(0, min(len(text), 4) - 1)))
            middle = (2 * size, 2 * size)
            canvas.text(middle, text, (255, 255, 255, 255), font, "mm", stroke_width=1)
            self.discs[text, colour] = stamp.reduce(4)
        stamp = self.discs[text, colour]
        picture.paste(stamp, (centre[0] - RADIUS, centre[1] - RADIUS), stamp)

    def png(self, seen: Marks, facts: Sequence[str]) -> bytes:
        """The sheet with its panel and its legend."""
        from PIL import Image

        room = max(self.picture.height - 2 * PAD, MIN_PANEL) // LINE
        panel = self._panel(entries(seen, facts, room))
        legend = _legend(seen, self.picture.width + PANEL)
        height = max(self.picture.height, panel.height + PAD)
        sheet = Image.new("RGB", (self.picture.width + PANEL, height + legend.height), BACK)
        sheet.paste(self.picture, (0, 0))
        sheet.paste(panel, (self.picture.width, PAD))
        sheet.paste(legend, (0, height))
        out = io.BytesIO()
        _palette(sheet).save(out, "PNG")
        return out.getvalue()

    def _panel(self, listed: Sequence[Entry]) -> Any:
        """The panel's picture; drawn twice as large, because small type is uneven otherwise."""
        from PIL import Image, ImageDraw

        panel = Image.new("RGB", (2 * PANEL, 2 * height_of(listed)), BACK)
        places = write(ImageDraw.Draw(panel), _font(2 * TYPE), listed)
        panel = panel.reduce(2)
        for text, colour, middle in places:
            self.disc(panel, (RADIUS, middle), text, colour)
        return panel


def _palette(sheet: Any) -> Any:
    """The sheet in 256 colours, a third of the bytes: ours exactly, the page's as well as they fit.

    A palette of the sheet's own colours would take two kinds that are alike for one.
    """
    from PIL import Image

    ours = (*COLOURS.values(), *OTHERS, INK, BACK)
    tints = dict.fromkeys(
        tuple(round(255 + (value - 255) * share) for value in colour)
        for colour in ours
        for share in (1.0, 0.5, 0.1, 0.0)
    )
    kept = [value for tint in tints for value in tint]
    room = 256 - len(tints)
    own = sheet.quantize(room).getpalette()[: 3 * room]
    palette = Image.new("P", (1, 1))
    palette.putpalette([*own, *kept])
    return sheet.quantize(palette=palette, dither=Image.Dither.NONE)


def _legend(seen: Marks, width: int) -> Any:
    """A strip of `width` pixels with the colours that are on this page and what they mean."""
    from PIL import Image, ImageDraw

    font = _font(2 * TYPE)
    signs = list(legend(seen))
    places = side_by_side([48 + font.getlength(sign.name) for sign in signs], 2 * width, 2 * PAD)
    strip = Image.new("RGB", (2 * width, max(y for _, y in [*places, (0, 0)]) + 52), BACK)
    canvas = ImageDraw.Draw(strip, "RGBA")
    for sign, at in zip(signs, places, strict=True):
        sample(canvas, at, sign)
        canvas.text((at[0] + 46, at[1] + 2), sign.name, INK, font)
    return strip.reduce(2)


def _beside(place: Pixels) -> tuple[int, int]:
    """Centre of the disc at the left of a box's first line."""
    return place[0] - RADIUS - 4, place[1] + min(RADIUS, (place[3] - place[1]) // 2)


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)
