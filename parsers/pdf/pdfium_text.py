"""The characters of a page that PDFium has loaded, as runs.

`api` is the library as `reader_pdfium` binds it: its C functions, with handles as integers.
"""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import addressof, c_double, c_float, c_int, c_size_t, c_uint8, create_string_buffer
from dataclasses import dataclass
from math import hypot
from typing import Any

from parsers.pdf.info import embedded_style, font_style
from parsers.pdf.runs import Run, Style, advance
from parsers.pdf.shapes import Matrix

OVERHANG, FAR_OVERHANG = 0.02, 0.2
"""Font sizes by which a glyph reaches beyond its advance: an italic f by .15. A box that is wider
by more is another glyph's: fonts without better maps give the ligature ff as one f."""
TYPE3 = "Type3"
"""Name of the fonts without one. Their boxes are those of the drawing, not of the advance."""
SLANTED = 0.15
"""Shear of a text matrix that stands in for an italic: producers slant by 12 to 20 degrees."""
MAX_FONT_BYTES = 30_000_000
_STROKED, _FILLED_AND_STROKED, _HIDDEN, _CLIP = 1, 2, 3, 7
_FIXED_PITCH, _ITALIC, _FORCE_BOLD = 1, 1 << 6, 1 << 18


@dataclass(frozen=True, slots=True)
class Frame:
    """A page's place in its own coordinates (y upwards): left and top edge, before /Rotate."""

    left: float
    top: float

    @property
    def matrix(self) -> Matrix:
        """From the page's own coordinates to points from the top left."""
        return Matrix(1.0, 0.0, 0.0, -1.0, -self.left, self.top)


class Cells:
    """Room for what C functions write: floats, integers, doubles, and where they are."""

    def __init__(self) -> None:
        self.floats, self.ints, self.doubles = (c_float * 6)(), (c_int * 4)(), (c_double * 2)()
        self.float_at = [addressof(self.floats) + 4 * i for i in range(6)]
        self.int_at = [addressof(self.ints) + 4 * i for i in range(4)]
        self.double_at = [addressof(self.doubles) + 8 * i for i in range(2)]


class TextRuns:
    """The characters of a loaded text page as runs.

    A run is what one text-showing operator draws: PDFium keeps style and matrix for each.
    """

    def __init__(self, api: Any, text: int, frame: Frame) -> None:
        self._api, self._text, self._frame = api, text, frame
        self._cells = Cells()
        self._fonts: dict[int, tuple[str, bool, bool, bool]] = {}
        self._widths: dict[tuple[int, int], float] = {}
        self._font, self._scale = 0, 1.0
        self._high, self._wide = 0, 0.0
        self._box: tuple[float, float] | None = None
        self._loose, self._unmapped = api.FPDFText_GetLooseCharBox, api.FPDFText_HasUnicodeMapError

    def __iter__(self) -> Iterator[Run]:
        """Runs in the order of the content."""
        api, text = self._api, self._text
        unicode, object_of = api.FPDFText_GetUnicode, api.FPDFText_GetTextObject
        generated = api.FPDFText_IsGenerated
        run: Run | None = None
        last = 0
        for index in range(max(0, api.FPDFText_CountChars(text))):
            handle = object_of(text, index)
            code = unicode(text, index)
            if not handle or (code == 0x20 and generated(text, index)):
                continue  # PDFium's own line ends, and spaces that it guesses from gaps
            if handle != last or run is None:
                if run is not None:
                    yield run
                run, last = self._begin(handle, index), handle
                self._high, self._box, self._wide = 0, None, 0.0
            self._take(run, index, code)
        if run is not None:
            yield run

    def _take(self, run: Run, index: int, code: int) -> None:
        """Adds a character to its run."""
        if 0xD800 <= code < 0xDC00:
            self._high = code
            return
        rect = self._cells.floats
        if not self._loose(self._text, index, self._cells.float_at[0]):
            return
        char = "\ufffd" if self._unmapped(self._text, index) == 1 else _char(code, self._high)
        left, top = self._frame.left, self._frame.top
        box = start, end = advance(
            rect[0] - left, top - rect[1], rect[2] - left, top - rect[3], run.turn
        )
        if box == self._box:  # the parts of a ligature stand where it stands
            run.chars[-1] += char
            if run.style.font != TYPE3:
                run.ends[-1] = end
            return
        if self._wide and abs(start - run.ends[-1] - self._wide) <= OVERHANG * run.style.size:
            run.ends[-1] += self._wide  # no overhang, but a glyph of another width
        self._high, self._box, self._wide = 0, box, 0.0
        known = self._advance(code)
        over = (end - start - known) / run.style.size if known else 0.0
        if OVERHANG < over < FAR_OVERHANG or (known and run.style.font == TYPE3):
            start, end = self._pen(run, index, start, end, known)
        run.chars.append(char)
        run.starts.append(start)
        run.ends.append(end)

    def _begin(self, handle: int, index: int) -> Run:
        """An empty run of the style, direction and baseline of character `index`."""
        api, cells = self._api, self._cells
        api.FPDFText_GetMatrix(self._text, index, cells.float_at[0])
        a, b, c, d, e, f = cells.floats
        along = hypot(a, b) or 1.0
        size = api.FPDFText_GetFontSize(self._text, index) * (abs(a * d - b * c) / along)
        turn = _turn(a, b)
        x, y = e - self._frame.left, self._frame.top - f
        if api.FPDFText_GetCharOrigin(self._text, index, *cells.double_at):
            across = _across(cells.doubles[0] - e, cells.doubles[1] - f, turn)
            if size and abs(across) > 0.5 * size:
                # written vertically: characters hang below their point, the line through it
                turn = (turn + 90) % 360
                x, y = x - 0.3 * size, y + 0.3 * size
        base = y if turn in (0, 180) else x
        style = self._style(handle, size)
        if a * c + b * d > SLANTED * along * along:
            style = style._replace(italic=True)
        self._scale = size * along * along / (abs(a * d - b * c) or 1.0)
        return Run(style, turn, base, [], [], [])

    def _advance(self, code: int) -> float:
        """Advance of a character in points by the widths of its font, 0 when that is not known."""
        key = (self._font, code)
        if key not in self._widths:
            known = self._font and self._api.FPDFFont_GetGlyphWidth(
                self._font, code, 1.0, self._cells.float_at[0]
            )
            self._widths[key] = self._cells.floats[0] if known else 0.0
        return self._widths[key] * self._scale

    def _pen(
        self, run: Run, index: int, start: float, end: float, known: float
    ) -> tuple[float, float]:
        """Start and end of a character by origin and advance: its box has the overhang, too.

        Fonts map several glyphs to one character, so the advance may be another one's: when the
        next character begins at the end of the box, the box was right.
        """
        cells = self._cells
        if not self._api.FPDFText_GetCharOrigin(self._text, index, *cells.double_at):
            return start, end
        x, y = cells.doubles[0] - self._frame.left, self._frame.top - cells.doubles[1]
        pen = {0: x, 90: y, 180: -x, 270: -y}[run.turn]
        if run.style.font != TYPE3 and abs(pen - start) > FAR_OVERHANG * run.style.size:
            return start, end  # text given in place of the glyphs stands beside their origin
        self._wide = max(0.0, end - pen - known)
        return pen, pen + known

    def _style(self, handle: int, size: float) -> Style:
        api = self._api
        font = api.FPDFTextObj_GetFont(handle) or 0
        self._font = font
        if font not in self._fonts:
            self._fonts[font] = self._named(font) if font else ("", False, False, False)
        name, bold, italic, mono = self._fonts[font]
        mode = api.FPDFTextObj_GetTextRenderMode(handle)
        stroked = mode == _STROKED
        color, alpha = paint(api, handle, self._cells, stroked=stroked)
        return Style(
            font=name, size=round(size, 3), bold=bold or mode == _FILLED_AND_STROKED,
            italic=italic, mono=mono, color=color,
            hidden=mode in (_HIDDEN, _CLIP) or alpha == 0,
        )  # fmt: skip

    def _named(self, font: int) -> tuple[str, bool, bool, bool]:
        """Name of a font, and whether it is bold, italic, of fixed pitch."""
        api = self._api
        room = create_string_buffer(256)
        length = api.FPDFFont_GetBaseFontName(font, room, len(room))
        name = room.value.decode("utf-8", "replace") if 1 < length <= len(room) else TYPE3
        flags = api.FPDFFont_GetFlags(font)
        bold, italic, mono = font_style(name)
        inside = (False, False, False)
        wanted = c_size_t(0)
        if not bold and api.FPDFFont_GetIsEmbedded(font) == 1:
            api.FPDFFont_GetFontData(font, None, 0, addressof(wanted))
            if 0 < wanted.value <= MAX_FONT_BYTES:
                data = (c_uint8 * wanted.value)()
                api.FPDFFont_GetFontData(font, data, wanted.value, addressof(wanted))
                inside = embedded_style(bytes(data))
        if flags < 0:
            flags = 0
        return (
            name, bold or inside[0] or bool(flags & _FORCE_BOLD),
            italic or inside[1] or bool(flags & _ITALIC),
            mono or inside[2] or bool(flags & _FIXED_PITCH),
        )  # fmt: skip


def _char(code: int, high: int) -> str:
    """A character of its UTF-16 or UTF-32 unit; PDFium writes 2 for a hyphen at a line's end."""
    if code == 2:
        return "-"
    if 0xDC00 <= code < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)) if high else "\ufffd"
    return chr(code) if code < 0x110000 else "\ufffd"


def _turn(a: float, b: float) -> int:
    """Reading direction in degrees clockwise of a text matrix, y upwards."""
    if abs(b) > abs(a):
        return 270 if b > 0 else 90
    return 0 if a >= 0 else 180


def _across(dx: float, dy: float, turn: int) -> float:
    return dy if turn in (0, 180) else dx


def paint(api: Any, handle: int, cells: Cells, *, stroked: bool) -> tuple[int, int]:
    """(0xRRGGBB, alpha 0..255) that an object is filled with, or stroked with."""
    get = api.FPDFPageObj_GetStrokeColor if stroked else api.FPDFPageObj_GetFillColor
    if not get(handle, *cells.int_at):
        return 0, 255
    red, green, blue, alpha = cells.ints
    return (red & 0xFF) << 16 | (green & 0xFF) << 8 | (blue & 0xFF), alpha & 0xFF
