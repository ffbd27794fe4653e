"""Pages through PyMuPDF: the default reader, and the one module that imports it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from parsers.pdf.info import clean_metadata, font_style
from parsers.pdf.page import (
    MAX_PATHS,
    THIN,
    Link,
    OutlineItem,
    PageContent,
    Path,
    Ruling,
    Word,
    box_rulings,
    line_rulings,
)
from schemas.errors import MissingExtraError, ParseError
from schemas.geometry import BBox
from schemas.records import Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_PIXELS = 12_000_000
"""A rendered page is scaled down to this many pixels: A4 at 300 dpi has 8.7 million; a page that
calls itself 5 m wide would take gigabytes."""
_TURN = {(1, 0): 0, (0, 1): 90, (-1, 0): 180, (0, -1): 270}
_SUPERSCRIPT, _ITALIC, _MONO, _BOLD = 1, 2, 8, 16
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


class PyMuPdfReader:
    """A `PageReader` over PyMuPDF; raises ParseError as `opened` does."""

    def __init__(self, data: bytes, password: str | None = None) -> None:
        self._doc = opened(data, password)
        self._count = int(self._doc.page_count)

    @property
    def page_count(self) -> int:
        """Number of pages."""
        return self._count

    @property
    def outline(self) -> tuple[OutlineItem, ...]:
        """Bookmarks in order; () when there are none or they are damaged."""
        try:
            found = self._doc.get_toc(simple=True)
        except faults():
            return ()
        return tuple(
            OutlineItem(int(level), str(title).strip(), max(0, int(page)))
            for level, title, page in found
        )

    @property
    def metadata(self) -> dict[str, str]:
        """What the file says of itself."""
        return clean_metadata(self._doc.metadata or {})

    def read(self, number: int) -> PageContent:
        """Words, rulings, images and links of page `number`; raises ParseError when it fails."""
        try:
            return self._read(number)
        except faults() as error:
            out_of_memory(error)
            raise ParseError(Reason.PARSE_FAILED, str(error), page=number) from error

    def _read(self, number: int) -> PageContent:
        page = self._doc.load_page(number - 1)
        matrix = page.rotation_matrix
        width, height = float(page.rect.width), float(page.rect.height)
        rotation = int(page.rotation) % 360
        log = page.get_bboxlog()
        n_paths = sum(1 for kind, _ in log if kind in _PATHS)
        images = [_box(box, matrix) for kind, box in log if kind == "fill-image"]
        drawings = page.get_cdrawings() if 0 < n_paths <= MAX_PATHS else []
        flags = _library().TEXT_PRESERVE_WHITESPACE | _library().TEXT_MEDIABOX_CLIP
        text = page.get_text("rawdict", flags=flags)
        links = [
            Link(_box(link["from"], matrix), link["uri"])
            for link in page.get_links()
            if link.get("uri")
        ]
        return PageContent(
            number=number, width=width, height=height,
            words=tuple(_words(text, matrix, rotation)),
            rulings=tuple(_rulings(drawings, matrix)),
            images=tuple(images), links=tuple(links), paths=tuple(_paths(drawings, matrix)),
            n_paths=n_paths,
        )  # fmt: skip

    def render(self, number: int, dpi: int) -> NDArray[np.uint8]:
        """Picture of page `number`, RGB, of at most MAX_PIXELS; the dpi is lowered to fit."""
        import numpy as np

        try:
            page = self._doc.load_page(number - 1)
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
        self._doc.close()
        _library().TOOLS.store_shrink(100)


def _box(box: Any, matrix: Any) -> BBox:
    """A box of the unrotated page as displayed."""
    a, b, c, d, e, f = matrix
    x0, x1 = box[0] * a + box[1] * c + e, box[2] * a + box[3] * c + e
    y0, y1 = box[0] * b + box[1] * d + f, box[2] * b + box[3] * d + f
    return BBox(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _words(text: Any, matrix: Any, rotation: int) -> Iterator[Word]:
    """Words of a `rawdict`, in content order."""
    for block in text["blocks"]:
        for line in block.get("lines", ()):
            x, y = line["dir"]
            turn = _TURN.get((round(x), round(y)), 0)
            glued = False
            for span in line["spans"]:
                style = _style(span)
                for run in _runs(span["chars"]):
                    if not run:
                        glued = False
                        continue
                    box = _run_box(run, float(span["size"]), turn)
                    yield Word(
                        text="".join(char["c"] for char in run), bbox=_box(box, matrix),
                        size=float(span["size"]), glued=glued, turn=(turn + rotation) % 360,
                        **style,
                    )  # fmt: skip
                    glued = True


def _runs(chars: list[Any]) -> Iterator[list[Any]]:
    """Runs of characters without white space; an empty run stands for the space between two."""
    run: list[Any] = []
    for char in chars:
        if char["c"].isspace() or char["c"] in "\0\u200b\ufeff":
            if run:
                yield run
            yield []
            run = []
        else:
            run.append(char)
    if run:
        yield run


def _run_box(run: list[Any], size: float, turn: int) -> tuple[float, float, float, float]:
    """Box of a run on the unrotated page.

    Across the line it is .8 of the font size over the baseline and .2 below, whatever the font
    says of itself: boxes of fonts with wrong ascenders overlap the neighbouring lines.
    """
    boxes = [char["bbox"] for char in run]
    x0, y0 = min(box[0] for box in boxes), min(box[1] for box in boxes)
    x1, y1 = max(box[2] for box in boxes), max(box[3] for box in boxes)
    x, y = run[0]["origin"]
    over, under = 0.8 * size, 0.2 * size
    if turn == 0:
        return x0, y - over, x1, y + under
    if turn == 180:
        return x0, y - under, x1, y + over
    if turn == 90:
        return x - under, y0, x + over, y1
    return x - over, y0, x + under, y1


def _style(span: Any) -> dict[str, Any]:
    """Style fields of a Word, by the font's flags and its name."""
    flags = int(span["flags"])
    bold, italic, mono = font_style(span["font"])
    return {
        "font": span["font"], "bold": bold or bool(flags & _BOLD),
        "italic": italic or bool(flags & _ITALIC), "mono": mono or bool(flags & _MONO),
        "superscript": bool(flags & _SUPERSCRIPT), "color": int(span["color"]),
    }  # fmt: skip


def _rulings(drawings: list[Any], matrix: Any) -> Iterator[Ruling]:
    """Axis-parallel lines of the page's drawings."""
    for drawing in drawings:
        for item in drawing["items"]:
            if item[0] == "l":
                (x0, y0), (x1, y1) = item[1], item[2]
                yield from line_rulings(*_box((x0, y0, x1, y1), matrix))
            elif item[0] == "re":
                yield from box_rulings(_box(item[1], matrix))


def _paths(drawings: list[Any], matrix: Any) -> Iterator[Path]:
    """Shapes of the page's drawings that are no lines: white fills are paper and left out."""
    for drawing in drawings:
        box = _box(drawing["rect"], matrix)
        if any(_is_curved(item) for item in drawing["items"]):
            yield Path(box, curved=True)
        elif drawing.get("fill") not in (None, (1.0, 1.0, 1.0), (1.0,)):
            for item in drawing["items"]:
                if item[0] == "re" and _is_wide(_box(item[1], matrix)):
                    yield Path(_box(item[1], matrix), curved=False)


def _is_curved(item: Any) -> bool:
    if item[0] == "l":
        (x0, y0), (x1, y1) = item[1], item[2]
        return bool(min(abs(x0 - x1), abs(y0 - y1)) > 0.5)
    return item[0] in ("c", "qu")


def _is_wide(box: BBox) -> bool:
    return min(box.width, box.height) > THIN
