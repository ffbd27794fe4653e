"""What a page reader returns, and the protocol it follows.

All boxes are in points with the origin at the top left of the page *as displayed*: /Rotate is
applied and the crop box starts at (0, 0). Pages are 1-based.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from schemas.geometry import BBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_PATHS = 6000
"""Vector paths of a page that are looked at; a map or chart above it is left alone. Ruled pages of
statistical yearbooks hold some 300 to 2,500 paths, maps and CAD drawings 10^4 to 10^6."""
MAX_PIECES = 20_000
"""Lines and shapes of a page that are looked at; the search for grids grows with their square."""
THIN = 3.0
"""A filled rectangle thinner than this (points) is a line that was drawn as a box."""


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without white space between them, in one style.

    `size` is the font size in points. `glued` says that no space stands between this word and the
    one before it in its line (a superscript behind its word). `turn` is the reading direction in
    degrees clockwise: 0, 90, 180 or 270. `confidence` is set for recognised text only.
    """

    text: str
    bbox: BBox
    size: float
    font: str = ""
    bold: bool = False
    italic: bool = False
    mono: bool = False
    superscript: bool = False
    glued: bool = False
    turn: int = 0
    color: int = 0
    confidence: float | None = None


class Ruling(NamedTuple):
    """An axis-parallel line: `at` is its y when horizontal, its x when vertical; start <= end."""

    horizontal: bool
    at: float
    start: float
    end: float


class Path(NamedTuple):
    """A drawn shape that is no line of a table: a curve or polygon, or a filled rectangle."""

    bbox: BBox
    curved: bool


class RegionKind(StrEnum):
    """What a layout model calls a part of a page."""

    TEXT = "text"
    TITLE = "title"
    HEADING = "section-header"
    LIST_ITEM = "list-item"
    TABLE = "table"
    PICTURE = "picture"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    FORMULA = "formula"
    PAGE_HEADER = "page-header"
    PAGE_FOOTER = "page-footer"


class ModelRegion(NamedTuple):
    """A layout model's opinion of a part of a page: one voice among several."""

    kind: RegionKind
    bbox: BBox


class Link(NamedTuple):
    """A clickable box; the target is recorded and never fetched."""

    bbox: BBox
    uri: str


class OutlineItem(NamedTuple):
    """A bookmark: 1-based depth, title, 1-based page (0 when it points nowhere)."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class PageContent:
    """Everything on one page, in no particular order.

    `n_paths` counts vector paths, or their pieces where those are known. Above MAX_PATHS paths
    `rulings` and `paths` are empty. `model` is what a layout model says, () when none was asked.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    images: tuple[BBox, ...] = ()
    links: tuple[Link, ...] = ()
    paths: tuple[Path, ...] = ()
    n_paths: int = 0
    model: tuple[ModelRegion, ...] = ()

    @property
    def n_chars(self) -> int:
        """Characters of all words."""
        return sum(len(word.text) for word in self.words)


class PageReader(Protocol):
    """An open PDF file.

    `read` and `render` raise `schemas.errors.ParseError` for a page that cannot be read, and no
    other exception. What they return holds no reference to the reader, and the reader keeps
    nothing of a page it has returned: memory stays flat over thousands of pages.
    """

    @property
    def page_count(self) -> int:
        """Number of pages."""
        ...

    @property
    def outline(self) -> tuple[OutlineItem, ...]:
        """Bookmarks in order, () when there are none."""
        ...

    @property
    def repaired(self) -> bool:
        """Whether the file was damaged and has been mended as far as it could be."""
        ...

    @property
    def metadata(self) -> dict[str, str]:
        """What the file says of itself: title, author, subject, keywords, date; '' left out."""
        ...

    def read(self, number: int) -> PageContent:
        """Words, rulings, images and links of page `number`."""
        ...

    def render(self, number: int, dpi: int) -> NDArray[np.uint8]:
        """Picture of page `number` as displayed, shape (height, width, 3), RGB."""
        ...

    def close(self) -> None:
        """Gives the file's memory back; the reader is not used after it."""
        ...


class LayoutModel(Protocol):
    """Says what the parts of single pages are."""

    def regions(self, number: int) -> tuple[ModelRegion, ...]:
        """Parts of page `number` in points as displayed; () for a page that it cannot judge."""
        ...

    def close(self) -> None:
        """Gives the file's memory back."""
        ...


class RulingReader(Protocol):
    """Reads the lines of single pages, for ruled tables."""

    def rulings(self, number: int) -> tuple[Ruling, ...]:
        """Axis-parallel lines of page `number`; raises ParseError when it cannot be read."""
        ...

    def close(self) -> None:
        """Gives the file's memory back."""
        ...


def box_rulings(box: BBox) -> tuple[Ruling, ...]:
    """The edges of a rectangle: one line when it is thin, none when it is a dot, else four.

    >>> box_rulings(BBox(10, 20, 110, 21))
    (Ruling(horizontal=True, at=20.5, start=10, end=110),)
    """
    x0, y0, x1, y1 = box
    if box.width <= THIN and box.height <= THIN:
        return ()
    if box.height <= THIN:
        return (Ruling(True, (y0 + y1) / 2, x0, x1),)
    if box.width <= THIN:
        return (Ruling(False, (x0 + x1) / 2, y0, y1),)
    return (
        Ruling(True, y0, x0, x1), Ruling(True, y1, x0, x1),
        Ruling(False, x0, y0, y1), Ruling(False, x1, y0, y1),
    )  # fmt: skip


def line_rulings(x0: float, y0: float, x1: float, y1: float) -> tuple[Ruling, ...]:
    """The line between two points when it is axis-parallel within half a point, else nothing."""
    if abs(y0 - y1) <= 0.5 < abs(x0 - x1):
        return (Ruling(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1)),)
    if abs(x0 - x1) <= 0.5 < abs(y0 - y1):
        return (Ruling(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1)),)
    return ()


def turn_box(box: BBox, turn: int, width: float, height: float) -> BBox:
    """`box` after turning its page of `width` x `height` clockwise by 0, 90, 180 or 270 degrees.

    >>> turn_box(BBox(0, 0, 10, 20), 90, 100, 200)
    BBox(x0=180, y0=0, x1=200, y1=10)
    """
    x0, y0, x1, y1 = box
    if turn == 90:
        return BBox(height - y1, x0, height - y0, x1)
    if turn == 180:
        return BBox(width - x1, height - y1, width - x0, height - y0)
    if turn == 270:
        return BBox(y0, width - x1, y1, width - x0)
    return box


def _turn_ruling(ruling: Ruling, turn: int, width: float, height: float) -> Ruling:
    if ruling.horizontal:
        x0, y0, x1, y1 = ruling.start, ruling.at, ruling.end, ruling.at
    else:
        x0, y0, x1, y1 = ruling.at, ruling.start, ruling.at, ruling.end
    x0, y0, x1, y1 = turn_box(BBox(x0, y0, x1, y1), turn, width, height)
    horizontal = ruling.horizontal if turn in (0, 180) else not ruling.horizontal
    return Ruling(True, y0, x0, x1) if horizontal else Ruling(False, x0, y0, y1)


def bounded(content: PageContent) -> PageContent:
    """`content` with its pictures, shapes and lines cut to the page, and none of too many.

    Boxes of hostile files reach millions of points off the page; one path may hold 100,000 pieces.
    """
    pieces = len(content.rulings) + len(content.paths)
    if pieces > MAX_PIECES:
        content = replace(content, rulings=(), paths=(), n_paths=max(pieces, MAX_PATHS + 1))
    page = BBox(0.0, 0.0, content.width, content.height)
    images = (_cut(box, page) for box in content.images)
    paths = ((path, _cut(path.bbox, page)) for path in content.paths)
    return replace(
        content,
        images=tuple(box for box in images if box is not None),
        paths=tuple(path._replace(bbox=box) for path, box in paths if box is not None),
        rulings=tuple(r for ruling in content.rulings if (r := _cut_line(ruling, page))),
    )


def _cut(box: BBox, page: BBox) -> BBox | None:
    """What of a box lies on the page, None when nothing does."""
    cut = BBox(
        max(box.x0, page.x0), max(box.y0, page.y0), min(box.x1, page.x1), min(box.y1, page.y1)
    )
    return cut if cut.x0 <= cut.x1 and cut.y0 <= cut.y1 else None


def _cut_line(ruling: Ruling, page: BBox) -> Ruling | None:
    """What of a line lies on the page, None when nothing does."""
    across, along = (page.y1, page.x1) if ruling.horizontal else (page.x1, page.y1)
    start, end = max(ruling.start, 0.0), min(ruling.end, along)
    if not -1.0 <= ruling.at <= across + 1.0 or start >= end:
        return None
    return Ruling(ruling.horizontal, ruling.at, start, end)


def turned(content: PageContent, turn: int) -> PageContent:
    """`content` with the page turned clockwise by `turn` degrees, words' directions included."""
    if turn == 0:
        return content
    size = (content.width, content.height)
    return replace(
        content,
        width=size[1] if turn in (90, 270) else size[0],
        height=size[0] if turn in (90, 270) else size[1],
        words=tuple(
            replace(word, bbox=turn_box(word.bbox, turn, *size), turn=(word.turn + turn) % 360)
            for word in content.words
        ),
        rulings=tuple(_turn_ruling(ruling, turn, *size) for ruling in content.rulings),
        images=tuple(turn_box(box, turn, *size) for box in content.images),
        links=tuple(Link(turn_box(link.bbox, turn, *size), link.uri) for link in content.links),
        paths=tuple(Path(turn_box(path.bbox, turn, *size), path.curved) for path in content.paths),
        model=tuple(ModelRegion(kind, turn_box(box, turn, *size)) for kind, box in content.model),
    )
