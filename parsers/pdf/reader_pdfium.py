"""Pages through PDFium: the reader under a permissive licence, and the one module that imports it.

PDFium is called through pypdfium2's raw bindings (Apache-2.0 or BSD-3-Clause): its Python classes
make an object for each thing on a page, which costs more than reading it.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Iterator
from ctypes import addressof, byref, c_float, c_int, c_void_p
from functools import cache
from typing import TYPE_CHECKING, Any

from parsers.pdf.glyphs import words
from parsers.pdf.info import check_size, clean_metadata
from parsers.pdf.page import MAX_PATHS, Link, OutlineItem, PageContent, turned
from parsers.pdf.pdfium_drawn import DrawnObjects
from parsers.pdf.pdfium_text import Frame, TextRuns
from parsers.pdf.visible import seen_words, visible_runs
from schemas.errors import MissingExtraError, ParseError
from schemas.geometry import BBox
from schemas.records import Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_PIXELS = 12_000_000
"""A rendered page is scaled down to this many pixels: A4 at 300 dpi has 8.7 million."""
PAGES_PER_OPENING = 100
"""PDFium keeps every object it has parsed, some 90 KB a page; the file is opened anew after so many
pages, which takes .2 ms of 2,000 pages' cross-reference."""
MAX_ENTRIES = 20_000
"""Bookmarks of a file, and links of a page, that are read."""
MAX_OUTLINE_DEPTH = 64
_URI_ACTION = 3
_PASSWORD, _SECURITY = 4, 5
_ANNOTATIONS, _RGB_ORDER, _BGR = 0x01, 0x10, 2
_META = ("Title", "Author", "Subject", "Keywords", "Producer", "CreationDate", "ModDate")


class _Pdfium:
    """PDFium's C functions with handles as integers: typed pointers cost twice as much a call."""

    def __init__(self) -> None:
        try:
            import pypdfium2.raw as raw
        except ImportError as error:
            raise MissingExtraError("pypdfium2", "", "reading PDF with PDFium") from error
        self._raw: Any = raw

    def __getattr__(self, name: str) -> Any:
        """The function of that name, bound once."""
        typed = getattr(self._raw, name)
        plain = ctypes.CFUNCTYPE(_plain(typed.restype), *(_plain(kind) for kind in typed.argtypes))
        function = plain(ctypes.cast(typed, c_void_p).value or 0)
        setattr(self, name, function)
        return function


def _plain(kind: Any) -> Any:
    """A C type with every pointer as an integer."""
    simple = kind is None or (isinstance(kind, type) and issubclass(kind, ctypes._SimpleCData))
    return kind if simple and kind is not ctypes.c_char_p else c_void_p


@cache
def _library() -> _Pdfium:
    return _Pdfium()


def _opened(data: bytes, password: str | None) -> int:
    """Handle of the open file.

    Raises ParseError(ENCRYPTED) without the right password, ParseError(CORRUPT) when nothing of
    the file can be opened or it has no page.
    """
    api = _library()
    secret = None if password is None else password.encode("utf-8", "replace") + b"\0"
    handle = api.FPDF_LoadMemDocument64(data, len(data), secret)
    if not handle:
        code = int(api.FPDF_GetLastError())
        if code in (_PASSWORD, _SECURITY):
            said = "the password given does not open it" if password else "a password is needed"
            raise ParseError(Reason.ENCRYPTED, f"the PDF is encrypted and {said}: use --password")
        raise ParseError(Reason.CORRUPT, f"the PDF cannot be opened (PDFium's error {code})")
    if api.FPDF_GetPageCount(handle) <= 0:
        api.FPDF_CloseDocument(handle)
        raise ParseError(Reason.CORRUPT, "the PDF holds no page; it may be cut off")
    return int(handle)


class PdfiumReader:
    """A `PageReader` over PDFium; raises ParseError as `_opened` does."""

    def __init__(self, data: bytes, password: str | None = None) -> None:
        self._data = data  # PDFium reads from it as long as the file is open
        self._password = password
        self._api = _library()
        self._open()
        self._count = int(self._api.FPDF_GetPageCount(self._doc))

    def _open(self) -> None:
        self._doc = _opened(self._data, self._password)
        self._served = 0
        self._closing = weakref.finalize(self, self._api.FPDF_CloseDocument, self._doc)
        self._closing.atexit = False  # the library is shut down before

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return self._count

    @property
    def outline(self) -> tuple[OutlineItem, ...]:
        """Bookmarks in order; () when there are none."""
        found: list[OutlineItem] = []
        seen: set[int] = set()
        todo = [(self._api.FPDFBookmark_GetFirstChild(self._doc, None), 1)]
        while todo and len(found) < MAX_ENTRIES:
            mark, level = todo.pop()
            if not mark or mark in seen:
                continue
            seen.add(mark)
            title = _utf16(self._api.FPDFBookmark_GetTitle, mark)
            found.append(OutlineItem(level, " ".join(title.split()), self._target(mark)))
            todo.append((self._api.FPDFBookmark_GetNextSibling(self._doc, mark), level))
            if level < MAX_OUTLINE_DEPTH:
                todo.append((self._api.FPDFBookmark_GetFirstChild(self._doc, mark), level + 1))
        return tuple(found)

    def _target(self, mark: int) -> int:
        """1-based page that a bookmark leads to, 0 when to none."""
        api = self._api
        where = api.FPDFBookmark_GetDest(self._doc, mark)
        if not where:
            action = api.FPDFBookmark_GetAction(mark)
            where = api.FPDFAction_GetDest(self._doc, action) if action else None
        return max(0, int(api.FPDFDest_GetDestPageIndex(self._doc, where)) + 1) if where else 0

    @property
    def repaired(self) -> bool:
        """Always False: PDFium does not tell."""
        return False

    @property
    def metadata(self) -> dict[str, str]:
        """What the file says of itself."""
        api = self._api
        raw = {key: _utf16(api.FPDF_GetMetaText, self._doc, key.encode() + b"\0") for key in _META}
        return clean_metadata(raw)

    def read(self, number: int) -> PageContent:
        """Words, rulings, images and links of page `number`; raises ParseError when it fails."""
        page = self._loaded(number)
        try:
            return self._read(page, number)
        finally:
            self._api.FPDF_ClosePage(page)

    def _loaded(self, number: int) -> int:
        self._served += 1
        if self._served > PAGES_PER_OPENING:
            self.close()
            self._open()
        page = self._api.FPDF_LoadPage(self._doc, number - 1) if 1 <= number <= self._count else 0
        if not page:
            raise ParseError(Reason.PARSE_FAILED, "PDFium cannot load the page", page=number)
        return int(page)

    def _read(self, page: int, number: int) -> PageContent:
        api = self._api
        frame, width, height = self._frame(page)
        check_size(width, height, number)
        drawn = DrawnObjects(api).read(page, frame)
        text = api.FPDFText_LoadPage(page)
        if not text:
            raise ParseError(Reason.PARSE_FAILED, "PDFium cannot read the text", page=number)
        try:
            fills = drawn.shapes.fills if drawn.n_paths <= MAX_PATHS else None
            runs = list(visible_runs(TextRuns(api, text, frame), drawn.images, fills))
        finally:
            api.FPDFText_ClosePage(text)
        upright = PageContent(
            number=number, width=width, height=height,
            words=tuple(seen_words(words(runs), width, height)),
            rulings=tuple(drawn.shapes.rulings), images=tuple(drawn.images),
            links=tuple(self._links(page, frame)), paths=tuple(drawn.shapes.paths),
            n_paths=drawn.n_paths,
        )  # fmt: skip
        return turned(upright, 90 * (api.FPDFPage_GetRotation(page) % 4))

    def _frame(self, page: int) -> tuple[Frame, float, float]:
        """The crop box, and its width and height in points."""
        box = (c_float * 4)()  # left, top, right, bottom
        if not self._api.FPDF_GetPageBoundingBox(page, box):
            box[1], box[2] = self._api.FPDF_GetPageHeightF(page), self._api.FPDF_GetPageWidthF(page)
        left, top, right, bottom = box
        if right - left < 1 or top - bottom < 1:  # a crop box beside the page
            self._api.FPDFPage_GetMediaBox(page, *(addressof(box) + 4 * i for i in (0, 3, 2, 1)))
            left, top, right, bottom = box
        return Frame(left, top), right - left, top - bottom

    def _links(self, page: int, frame: Frame) -> Iterator[Link]:
        api = self._api
        position, link, box = c_int(0), c_void_p(), (c_float * 4)()
        for _ in range(MAX_ENTRIES):
            if not api.FPDFLink_Enumerate(page, byref(position), byref(link)):
                return
            action = api.FPDFLink_GetAction(link.value)
            if not action or api.FPDFAction_GetType(action) != _URI_ACTION:
                continue
            size = api.FPDFAction_GetURIPath(self._doc, action, None, 0)
            room = ctypes.create_string_buffer(size + 1)
            api.FPDFAction_GetURIPath(self._doc, action, room, size)
            uri = room.value.decode("utf-8", "replace")
            if uri and api.FPDFLink_GetAnnotRect(link.value, box):
                yield Link(BBox(*frame.matrix.box(*box)), uri)

    def render(self, number: int, dpi: int) -> NDArray[np.uint8]:
        """Picture of page `number`, RGB, of at most MAX_PIXELS; the dpi is lowered to fit."""
        import numpy as np

        api = self._api
        page = self._loaded(number)
        try:
            wide, high = api.FPDF_GetPageWidthF(page), api.FPDF_GetPageHeightF(page)
            check_size(wide, high, number)
            pixels = wide * high * (dpi / 72) ** 2
            scale = dpi / 72 * min(1.0, (MAX_PIXELS / max(pixels, 1.0)) ** 0.5)
            width, height = max(1, round(wide * scale)), max(1, round(high * scale))
            picture = np.full((height, width, 3), 255, dtype=np.uint8)
            at = picture.ctypes.data
            bitmap = api.FPDFBitmap_CreateEx(width, height, _BGR, at, 3 * width)
            if not bitmap:
                raise ParseError(Reason.PARSE_FAILED, "rendering failed", page=number)
            flags = _ANNOTATIONS | _RGB_ORDER
            api.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
            api.FPDFBitmap_Destroy(bitmap)
            return picture
        finally:
            api.FPDF_ClosePage(page)

    def close(self) -> None:
        """Gives the file's memory back."""
        self._closing()


def _utf16(function: Any, *arguments: Any) -> str:
    """Text that a function of PDFium's writes as UTF-16, little-endian, with a closing zero."""
    size = int(function(*arguments, None, 0))
    if size <= 2:
        return ""
    room = ctypes.create_string_buffer(size)
    function(*arguments, room, size)
    return room.raw[:size].decode("utf-16-le", "replace").rstrip("\0")
