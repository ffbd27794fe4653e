"""Pages through PyMuPDF: the default reader, and the one module that imports it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from parsers.pdf.glyphs import words
from parsers.pdf.info import check_size, clean_metadata
from parsers.pdf.mupdf_page import drawn_paths, drawn_rulings, is_painted, text_runs
from parsers.pdf.page import (
    MAX_PATHS,
    Link,
    OutlineItem,
    PageContent,
    turned,
)
from parsers.pdf.visible import seen_words, visible_runs
from schemas.errors import MissingExtraError, ParseError
from schemas.geometry import BBox
from schemas.records import Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_PIXELS = 12_000_000
"""A rendered page is scaled down to this many pixels: A4 at 300 dpi has 8.7 million; a page that
calls itself 5 m wide would take gigabytes."""
MAX_LINKS = 20_000
PAGES_AT_ONCE = 64
"""Pages of a file that are read before it is opened anew."""
_UNREADABLE = re.compile(r"error|unknown|non-page")
_PATHS = frozenset({"fill-path", "stroke-path"})


@cache
def _library() -> Any:
    """The pymupdf module, silenced: it writes its warnings to stderr."""
    try:
        import pymupdf
    except ImportError as error:
        raise MissingExtraError("pymupdf", "", "reading PDF with PyMuPDF") from error
    library: Any = pymupdf  # partly typed: strict checking of its calls would need casts
    library.TOOLS.mupdf_display_errors(False)
    library.TOOLS.mupdf_display_warnings(False)
    return library


@cache
def faults() -> tuple[type[Exception], ...]:
    """What PyMuPDF raises for damaged files, seen on truncated and mutated ones."""
    return (
        RuntimeError, ValueError, TypeError, IndexError, KeyError, AttributeError,
        AssertionError, OverflowError, ZeroDivisionError, _library().mupdf.FzErrorBase,
    )  # fmt: skip


def out_of_memory(error: Exception) -> None:
    """Raises MemoryError when MuPDF could not allocate: that is the limit's fault, not a page's."""
    if "alloc" in str(error) and "failed" in str(error):
        raise MemoryError(str(error)) from error


def opened(data: bytes, password: str | None) -> Any:
    """The file as an open PyMuPDF document with one page or more.

    Raises ParseError(ENCRYPTED) without the right password, ParseError(CORRUPT) when nothing of
    the file can be opened.
    """
    try:
        document = _library().open(stream=data, filetype="pdf")
        locked = document.needs_pass and not document.authenticate(password or "")
        count = 0 if locked else int(document.page_count)
    except faults() as error:
        raise ParseError(Reason.CORRUPT, f"the PDF cannot be opened: {error}") from error
    if locked:
        said = "the password given does not open it" if password else "a password is needed"
        raise ParseError(Reason.ENCRYPTED, f"the PDF is encrypted and {said}: use --password")
    if count == 0:
        raise ParseError(Reason.CORRUPT, "the PDF holds no page; it may be cut off")
    return document


class OpenFile:
    """A file that is opened anew after so many pages; raises ParseError as `opened` does.

    MuPDF keeps the fonts and objects of all pages it has shown: 640 pages with fonts of their own
    took 612 MB of a process that is at 294 MB this way.
    """

    def __init__(self, data: bytes, password: str | None) -> None:
        self._data, self._password = data, password
        self.document = opened(data, password)
        self._shown = 0

    def page(self, number: int) -> Any:
        """Page `number`, 1-based; pages handed out before are not used any more."""
        if self._shown == PAGES_AT_ONCE:
            self.close()
            self.document = opened(self._data, self._password)
            self._shown = 0
        self._shown += 1
        return self.document.load_page(number - 1)

    def close(self) -> None:
        """Gives the file's memory back, PyMuPDF's process-wide store included."""
        self.document.close()
        _library().TOOLS.store_shrink(100)


class PyMuPdfReader:
    """A `PageReader` over PyMuPDF; raises ParseError as `opened` does."""

    def __init__(self, data: bytes, password: str | None = None) -> None:
        self._file = OpenFile(data, password)
        self._count = int(self._file.document.page_count)

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return self._count

    @property
    def outline(self) -> tuple[OutlineItem, ...]:
        """Bookmarks in order; () when there are none or they are damaged."""
        try:
            found = self._file.document.get_toc(simple=True)
        except faults():
            return ()
        return tuple(
            OutlineItem(int(level), str(title).strip(), max(0, int(page)))
            for level, title, page in found
        )

    @property
    def repaired(self) -> bool:
        """Whether MuPDF had to mend the file."""
        return bool(self._file.document.is_repaired)

    @property
    def metadata(self) -> dict[str, str]:
        """What the file says of itself."""
        return clean_metadata(self._file.document.metadata or {})

    def read(self, number: int) -> PageContent:
        """Words, rulings, images and links of page `number`; raises ParseError when it fails."""
        try:
            return self._read(number)
        except faults() as error:
            out_of_memory(error)
            raise ParseError(Reason.PARSE_FAILED, str(error), page=number) from error

    def _read(self, number: int) -> PageContent:
        _library().TOOLS.reset_mupdf_warnings()
        page = self._file.page(number)
        rotation = int(page.rotation) % 360
        width, height = float(page.rect.width), float(page.rect.height)
        check_size(width, height, number)
        if rotation in (90, 270):
            width, height = height, width
        log = page.get_bboxlog()
        if not log:
            _check_empty(number)
        n_paths = sum(1 for kind, _ in log if kind in _PATHS)
        images = tuple(BBox(*box) for kind, box in log if kind == "fill-image")
        drawings = page.get_cdrawings() if 0 < n_paths <= MAX_PATHS else []
        fills = None
        if n_paths <= MAX_PATHS:
            fills = [BBox(*box) for kind, box in log if kind == "fill-shade"]
            fills += [BBox(*drawing["rect"]) for drawing in drawings if is_painted(drawing)]
        bold = any(kind == "stroke-text" for kind, _ in log)
        text = page.get_text("rawdict", flags=_text_flags(bold=bold))
        runs = visible_runs(text_runs(text), images, fills)
        upright = PageContent(
            number=number, width=width, height=height,
            words=tuple(seen_words(words(runs), width, height)),
            rulings=tuple(drawn_rulings(drawings)), images=images,
            paths=tuple(drawn_paths(drawings)), n_paths=n_paths,
        )  # fmt: skip
        return replace(turned(upright, rotation), links=tuple(_links(page)))

    def render(self, number: int, dpi: int) -> NDArray[np.uint8]:
        """Picture of page `number`, RGB, of at most MAX_PIXELS; the dpi is lowered to fit."""
        import numpy as np

        try:
            page = self._file.page(number)
            check_size(page.rect.width, page.rect.height, number)
            pixels = page.rect.width * page.rect.height * (dpi / 72) ** 2
            scale = dpi / 72 * min(1.0, (MAX_PIXELS / max(pixels, 1.0)) ** 0.5)
            space = _library().csRGB
            pixmap = page.get_pixmap(
                matrix=_library().Matrix(scale, scale), alpha=False, colorspace=space
            )
            shape = (pixmap.height, pixmap.width, 3)
            return np.frombuffer(pixmap.samples, dtype=np.uint8).reshape(shape).copy()
        except faults() as error:
            out_of_memory(error)
            raise ParseError(Reason.PARSE_FAILED, f"rendering: {error}", page=number) from error

    def close(self) -> None:
        """Gives the file's memory back, PyMuPDF's process-wide store included."""
        self._file.close()


def _links(page: Any) -> Iterator[Link]:
    """Links to elsewhere, as displayed.

    Read from MuPDF's own list: PyMuPDF's takes time by the square of their number, 11 s for 3,000.
    """
    mupdf = _library().mupdf
    first = mupdf.fz_load_links(page.this)
    link = first.m_internal
    for _ in range(MAX_LINKS):
        if not link:
            return
        if mupdf.fz_is_external_link(link.uri):
            yield Link(BBox(link.rect.x0, link.rect.y0, link.rect.x1, link.rect.y1), link.uri)
        link = link.next


def _check_empty(number: int) -> None:
    """Raises ParseError for a page that shows nothing because its content cannot be decoded.

    MuPDF goes on with an empty page then, and leaves a warning.
    """
    said = _library().TOOLS.mupdf_warnings()
    if _UNREADABLE.search(said):
        detail = f"nothing of the page can be read: {said.splitlines()[0]}"
        raise ParseError(Reason.PARSE_FAILED, detail, page=number)


@cache
def _text_flags(*, bold: bool) -> int:
    """How text is read: no spaces put in for gaps; signs of text that is filled and stroked.

    Those signs cost 6 ms a page on the average, so they are asked for where text is stroked.
    """
    library = _library()
    flags = library.TEXT_PRESERVE_WHITESPACE | library.TEXT_MEDIABOX_CLIP
    flags |= library.TEXT_INHIBIT_SPACES
    return int(flags | library.TEXT_COLLECT_STYLES) if bold else int(flags)
