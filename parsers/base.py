"""The seams of the parsers, each one method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol

from schemas.document import Document
from schemas.errors import RecipeError
from schemas.geometry import BBox
from schemas.source import MediaType, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OcrMode = Literal["auto", "never", "always"]
PdfEngine = Literal["pymupdf", "pdfium", "pdfplumber"]
PdfProfile = Literal["fast", "best"]


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """Choices that shape what a parser returns; part of the cache key.

    `ocr`: `auto` recognises pages without a usable text layer, `always` every page, `never` none.
    `password` opens encrypted files. `max_pages` bounds the pages read of one file; the rest is
    reported as an issue. `pdf_engine` reads PDF pages: `pymupdf` (AGPL or commercial), or the
    permissive `pdfium` and `pdfplumber`. `pdf_profile` is `fast` (rules only) or `best` (rules and
    the layout model that comes with PyMuPDF; no other engine has one, there it is as `fast`).
    """

    ocr: OcrMode = "auto"
    ocr_engine: str = "paddleocr"
    pdf_engine: PdfEngine = "pymupdf"
    pdf_profile: PdfProfile = "best"
    password: str | None = None
    max_pages: int = 5000

    @property
    def identity(self) -> str:
        """The options that may be written down: all but the password."""
        return repr(replace(self, password=None))

    def __post_init__(self) -> None:
        """Raises RecipeError for options that do not fit."""
        if self.max_pages < 1:
            raise RecipeError(f"parse: max_pages must be at least 1, not {self.max_pages}")


class Parser(Protocol):
    """Bytes -> Document.

    Raises `schemas.errors.ParseError` with a reason when the source cannot become a document;
    a part that fails becomes an issue of the Document instead. No other exception may escape for
    bad input. `name` and `version` are part of the cache key: raise `version` with every change
    of output.
    """

    name: str
    version: int
    media_types: frozenset[MediaType]

    def parse(self, source: Source, data: bytes, options: ParseOptions) -> Document:
        """The document in `data`."""
        ...


@dataclass(frozen=True, slots=True)
class OcrLine:
    """A recognised line: box in pixels of the image, confidence 0..1."""

    text: str
    bbox: BBox
    confidence: float


class OcrEngine(Protocol):
    """Image -> lines, top to bottom."""

    def recognize(self, image: NDArray[np.uint8]) -> Sequence[OcrLine]:
        """Lines of an image of shape (height, width, 3), RGB."""
        ...
