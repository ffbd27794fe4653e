"""Pages and rulings through pdfplumber (MIT), and the one module that imports it.

`PdfPlumberRulings` reads nothing but lines: text operators are skipped, which makes a page four to
five times cheaper (27 ms against 127 ms, the same edges). `PdfPlumberReader` is a whole reader.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from parsers.pdf.info import clean_metadata, font_style
from parsers.pdf.page import (
    MAX_PATHS,
    Link,
    OutlineItem,
    PageContent,
    Ruling,
    Word,
    box_rulings,
    line_rulings,
    turn_box,
)
from schemas.errors import MissingExtraError, ParseError
from schemas.geometry import BBox
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
        if isinstance(wrapped, PDFPasswordIncorrect):
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
            found = _rulings(page)
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
        self._pdf = _open(data, password)
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
    def metadata(self) -> dict[str, str]:
        """What the file says of itself."""
        return clean_metadata(self._pdf.metadata or {})

    def read(self, number: int) -> PageContent:
        """Words, rulings, images and links of page `number`; raises ParseError when it fails."""
        try:
            page = self._pdf.pages[number - 1]
            content = _content(page, number)
            page.close()
        except _faults() as error:
            raise ParseError(Reason.PARSE_FAILED, repr(error), page=number) from error
        return content

    def render(self, number: int, dpi: int) -> NDArray[np.uint8]:
        """Picture of page `number`, RGB, of at most MAX_PIXELS; the dpi is lowered to fit."""
        import numpy as np

        try:
            page = self._pdf.pages[number - 1]
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


def _frame(page: Any) -> BBox:
    """The crop box, as displayed, in pdfplumber's coordinates.

    pdfplumber turns its objects with /Rotate and leaves the crop box unturned (0.11.10), so it is
    computed here from the boxes in the file.
    """
    media, crop = (_sorted_box(box) for box in (page.page_obj.mediabox, page.page_obj.cropbox))
    crop = BBox(
        max(media.x0, crop.x0), max(media.y0, crop.y0),
        min(media.x1, crop.x1), min(media.y1, crop.y1),
    )  # fmt: skip
    if crop.width <= 0 or crop.height <= 0:
        crop = media
    from_top = BBox(
        crop.x0 - media.x0, media.y1 - crop.y1, crop.x1 - media.x0, media.y1 - crop.y0
    )  # fmt: skip
    shown = turn_box(from_top, int(page.rotation), media.width, media.height)
    left, top = float(page.mediabox[0]), float(page.mediabox[1])
    return BBox(shown.x0 + left, shown.y0 + top, shown.x1 + left, shown.y1 + top)


def _sorted_box(raw: Any) -> BBox:
    x0, y0, x1, y1 = (float(value) for value in raw)
    return BBox(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _box(found: Any, frame: BBox) -> BBox:
    return BBox(
        found["x0"] - frame.x0, found["top"] - frame.y0,
        found["x1"] - frame.x0, found["bottom"] - frame.y0,
    )  # fmt: skip


def _rulings(page: Any) -> tuple[Ruling, ...]:
    """Lines and edges of a page; thin rectangles count once."""
    frame = _frame(page)
    if sum(len(page.objects.get(kind, ())) for kind in ("line", "rect", "curve")) > MAX_PATHS:
        return ()
    found: list[Ruling] = []
    for rect in page.rects:
        found += box_rulings(_box(rect, frame))
    for edge in (*page.objects.get("line", ()), *page.curve_edges):
        found += line_rulings(*_box(edge, frame))
    return tuple(found)


def _content(page: Any, number: int) -> PageContent:
    frame = _frame(page)
    kinds = ("line", "rect", "curve")
    return PageContent(
        number=number, width=frame.width, height=frame.height,
        words=tuple(_words(page, frame)),
        rulings=_rulings(page),
        images=tuple(_box(image, frame) for image in page.images),
        links=tuple(
            Link(_box(link, frame), link["uri"]) for link in page.hyperlinks if link.get("uri")
        ),
        n_paths=sum(len(page.objects.get(kind, ())) for kind in kinds),
    )  # fmt: skip


def _words(page: Any, frame: BBox) -> Iterator[Word]:
    """Words of a page: characters of each reading direction apart, in content order.

    Characters are turned upright before they are grouped and the words turned back: pdfplumber's
    own grouping of rotated text parts every letter (0.11.10).
    """
    by_turn: dict[int, list[Any]] = {}
    for char in page.chars:
        by_turn.setdefault(_turn(char.get("matrix") or (1, 0, 0, 1, 0, 0)), []).append(char)
    for turn, chars in sorted(by_turn.items()):
        size = (frame.height, frame.width) if turn in (90, 270) else (frame.width, frame.height)
        found = _library().utils.extract_words(
            [_upright(char, turn, frame) for char in chars],
            use_text_flow=True, x_tolerance_ratio=0.15, extra_attrs=["fontname", "size"],
        )  # fmt: skip
        for word in found:
            bold, italic, mono = font_style(word["fontname"])
            box = BBox(word["x0"], word["top"], word["x1"], word["bottom"])
            yield Word(
                text=word["text"], bbox=turn_box(box, turn, *size), size=float(word["size"]),
                font=word["fontname"], bold=bold, italic=italic, mono=mono, turn=turn,
            )  # fmt: skip


def _upright(char: Any, turn: int, frame: BBox) -> dict[str, Any]:
    """A character of the page turned so that its text runs to the right."""
    x0, y0, x1, y1 = turn_box(_box(char, frame), (360 - turn) % 360, frame.width, frame.height)
    return {
        **char, "x0": x0, "x1": x1, "top": y0, "bottom": y1, "doctop": y0, "upright": True,
        "width": x1 - x0, "height": y1 - y0, "size": y1 - y0 if turn in (90, 270) else char["size"],
    }  # fmt: skip


def _turn(matrix: Any) -> int:
    """Reading direction of a character by its text matrix (y upwards)."""
    if abs(matrix[1]) > abs(matrix[0]):
        return 270 if matrix[1] > 0 else 90
    return 0 if matrix[0] >= 0 else 180
