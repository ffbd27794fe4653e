"""A parsed document: elements in reading order, each with its page and box."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from schemas.geometry import BBox
from schemas.source import Source


class ElementKind(StrEnum):
    """What a piece of a document is. Closed: each kind has a renderer and a test."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE = "table"
    CAPTION = "caption"
    CODE = "code"
    FORMULA = "formula"
    QUOTE = "quote"
    FIGURE = "figure"
    FOOTNOTE = "footnote"
    PAGE_HEADER = "page_header"
    PAGE_FOOTER = "page_footer"


OUT_OF_FLOW = frozenset({ElementKind.PAGE_HEADER, ElementKind.PAGE_FOOTER, ElementKind.FIGURE})
"""Kinds that are kept as elements but stay out of the document's text: furniture, and the labels
inside figures."""


class IssueCode(StrEnum):
    """What went wrong with a part of a document that is otherwise usable."""

    PAGE_FAILED = "page_failed"
    PAGE_LIMIT = "page_limit"
    REPAIRED = "repaired"
    NO_TEXT_LAYER = "no_text_layer"
    OCR_UNAVAILABLE = "ocr_unavailable"
    OCR_USED = "ocr_used"
    LOW_OCR_CONFIDENCE = "low_ocr_confidence"
    TABLE_SKIPPED = "table_skipped"
    ENCODING_GUESSED = "encoding_guessed"
    NUL_BYTES = "nul_bytes"
    NAME_MISMATCH = "name_mismatch"
    NO_MAIN_CONTENT = "no_main_content"
    RECORD_SKIPPED = "record_skipped"
    DEPTH_LIMIT = "depth_limit"


NOTES = frozenset({IssueCode.OCR_USED, IssueCode.ENCODING_GUESSED, IssueCode.NAME_MISMATCH})
"""Issues that cost no content: they are recorded, the document's status stays `whole`."""


class ParseStatus(StrEnum):
    """Whether every part of the source is in the document."""

    WHOLE = "whole"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Issue:
    """A part that failed or was left out: `page` is 1-based, None for the document as a whole."""

    code: IssueCode
    detail: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: 0-based row and column of its top left corner, and how far it spans.

    `page` is 1-based and set where it is not the element's: in tables that go on over pages.
    """

    row: int
    col: int
    text: str
    row_span: int = 1
    col_span: int = 1
    header: bool = False
    bbox: BBox | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of a table; no two cells cover the same grid position, gaps are empty cells."""

    n_rows: int
    n_cols: int
    cells: tuple[Cell, ...]

    @property
    def has_spans(self) -> bool:
        """Whether any cell covers more than one grid position."""
        return any(cell.row_span > 1 or cell.col_span > 1 for cell in self.cells)

    def grid(self) -> list[list[str]]:
        """Texts by row and column; a spanning cell's text stands at its top left corner only."""
        rows = [[""] * self.n_cols for _ in range(self.n_rows)]
        for cell in self.cells:
            rows[cell.row][cell.col] = cell.text
        return rows


@dataclass(frozen=True, slots=True)
class Element:
    """A piece of a document.

    `text` is plain text without Markdown marks, except that inline code, links and emphasis may
    keep theirs. `page` is 1-based and None where the format has no pages; `bbox` is in points.
    `level` is 1..6 for headings (1 for a title) and the 0-based nesting depth for list items.
    `marker` is a list item's own marker (`-`, `1.`, `(a)`), or a code block's language.
    `links` are the web and mail addresses that the source puts behind parts of the element.
    """

    kind: ElementKind
    text: str
    page: int | None = None
    bbox: BBox | None = None
    level: int | None = None
    marker: str | None = None
    table: Table | None = None
    confidence: float | None = None
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Size of a page in points as displayed, and how its text was obtained (`text` or `ocr`).

    A page that failed keeps its slot with a size of 0 by 0.
    """

    number: int
    width: float
    height: float
    origin: str = "text"


@dataclass(frozen=True, slots=True)
class Document:
    """What a parser makes of one source: elements in reading order.

    A failed page keeps its slot in `pages`, so page numbers stay those of the file. `metadata`
    holds what the file says of itself (title, authors, date, …) as plain strings.
    """

    source: Source
    elements: tuple[Element, ...]
    pages: tuple[Page, ...] = ()
    issues: tuple[Issue, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> ParseStatus:
        """`partial` when an issue cost content, else `whole`."""
        costly = any(issue.code not in NOTES for issue in self.issues)
        return ParseStatus.PARTIAL if costly else ParseStatus.WHOLE

    @property
    def title(self) -> str:
        """The file's own title, else its first title element, else its first heading, else ''."""
        if self.metadata.get("title"):
            return self.metadata["title"]
        for kind in (ElementKind.TITLE, ElementKind.HEADING):
            for element in self.elements:
                if element.kind is kind:
                    return element.text
        return ""
