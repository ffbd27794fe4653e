"""Pages and rulings through pdfplumber (MIT), and the one module that imports it.

`PdfPlumberRulings` reads nothing but lines: text operators are skipped, which makes a page four to
five times cheaper (27 ms against 127 ms, the same edges). `PdfPlumberReader` is a whole reader.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from parsers.pdf.info import clean_metadata
from parsers.pdf.page import (
    OutlineItem,
    PageContent,
    Ruling,
)
from parsers.pdf.plumber_page import page_content, page_rulings
from schemas.errors import MissingExtraError, ParseError
from schemas.records import Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAGES_PER_OPENING = 200
"""pdfminer keeps every object it has resolved; the file is opened anew after so many pages."""
MAX_PIXELS = 12_000_000


@cache
def _library() -> Any:
    """The pdfplumber module; pdfminer's warnings about odd files are not the user's to read."""
    try:
        import pdfplumber
    except ImportError as error:
        raise MissingExtraError("pdfplumber", "", "reading PDF with pdfplumber") from error
    import logging

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    return pdfplumber


@cache
def _faults() -> tuple[type[Exception], ...]:
    """What pdfplumber raises for damaged files: its own two, and pdfminer's before it wraps."""
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

    return (
        PdfminerException, MalformedPDFException, PDFException, PSException, RuntimeError,
        ValueError, TypeError, IndexError, KeyError, AttributeError, AssertionError,
        OverflowError, ZeroDivisionError, OSError,
    )  # fmt: skip


def _open(data: bytes, password: str | None) -> Any:
    """An open pdfplumber PDF; raises ParseError(ENCRYPTED) or ParseError(CORRUPT)."""
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        return _library().open(io.BytesIO(data), password=password or "")
    except _faults() as error:
        wrapped = error.args[0] if error.args else None
        if isinstance(wrapped, PDFPasswordIncorrect | UnicodeEncodeError):  # Latin-1 or nothing
            message = "the PDF is encrypted and this password does not open it: use --password"
            raise ParseError(Reason.ENCRYPTED, message) from error
        raise ParseError(Reason.CORRUPT, f"the PDF cannot be opened: {error!r}") from error


class _NoFont:
    """A font without characters: the interpreter then has nothing to lay out."""

    def is_vertical(self) -> bool:
        """Never."""
        return False

    def is_multibyte(self) -> bool:
        """Never."""
        return False

    def decode(self, data: bytes) -> Iterable[int]:
        """No character codes."""
        return ()


class PdfPlumberRulings:
    """A `RulingReader`: lines and rectangle edges, no text."""

    def __init__(self, data: bytes, password: str | None = None) -> None:
        self._data, self._password = data, password
        self._pdf: Any = None
        self._served = 0

    def rulings(self, number: int) -> tuple[Ruling, ...]:
        """Axis-parallel lines of page `number`; raises ParseError when it cannot be read."""
        if self._pdf is None or self._served >= PAGES_PER_OPENING:
            self.close()
            self._pdf = _open(self._data, self._password)
            self._pdf.rsrcmgr.get_font = lambda _objid, _spec: _NoFont()
        self._served += 1
        try:
            page = self._pdf.pages[number - 1]
            found = page_rulings(page)
            page.close()
        except _faults() as error:
            raise ParseError(Reason.PARSE_FAILED, repr(error), page=number) from error
        return found

    def close(self) -> None:
        """Gives the file's memory back."""
        if self._pdf is not None:
            self._pdf.flush_cache()
        self._pdf, self._served = None, 0


class PdfPlumberReader:
    """A `PageReader` over pdfplumber: permissive licence, some ten times slower than PyMuPDF."""

    def __init__(self, data: bytes, password: str | None = None) -> None:
        self._data, self._password = data, password
        self._pdf = _open(data, password)
        self._served = 0
        try:
            self._count = len(self._pdf.pages)
        except _faults() as error:
            raise ParseError(Reason.CORRUPT, f"the PDF's pages cannot be found: {error!r}") from (
                error
            )
        if self._count == 0:
            raise ParseError(Reason.CORRUPT, "the PDF holds no page; it may be cut off")

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return self._count

    @property
    def outline(self) -> tuple[OutlineItem, ...]:
        """Bookmarks in order, without their pages; () when there are none or they are damaged."""
        try:
            found = list(self._pdf.doc.get_outlines())
        except _faults():
            return ()
        return tuple(OutlineItem(int(item[0]), str(item[1]).strip(), 0) for item in found)

    @property
    def repaired(self) -> bool:
        """Always False: pdfminer does not tell."""
        return False

    @property
    def metadata(self) -> dict[str, str]:
        """What the file says of itself."""
        return clean_metadata(self._pdf.metadata or {})

    def read(self, number: int) -> PageContent:
        """Words, rulings, images and links of page `number`; raises ParseError when it fails."""
        try:
            page = self._page(number)
            content = page_content(page, number)
            page.close()
        except _faults() as error:
            raise ParseError(Reason.PARSE_FAILED, repr(error), page=number) from error
        return content

    def _page(self, number: int) -> Any:
        self._served += 1
        if self._served > PAGES_PER_OPENING:
            self._pdf.close()
            self._pdf, self._served = _open(self._data, self._password), 1
        return self._pdf.pages[number - 1]

    def render(self, number: int, dpi: int) -> NDArray[np.uint8]:
        """Picture of page `number`, RGB, of at most MAX_PIXELS; the dpi is lowered to fit."""
        import numpy as np

        try:
            page = self._page(number)
            pixels = float(page.width) * float(page.height) * (dpi / 72) ** 2
            lowered = dpi * min(1.0, (MAX_PIXELS / max(pixels, 1.0)) ** 0.5)
            picture = page.to_image(resolution=max(1, int(lowered))).original.convert("RGB")
            page.close()
        except _faults() as error:
            raise ParseError(Reason.PARSE_FAILED, f"rendering: {error!r}", page=number) from error
        return np.asarray(picture, dtype=np.uint8)

    def close(self) -> None:
        """Gives the file's memory back."""
        self._pdf.close()
