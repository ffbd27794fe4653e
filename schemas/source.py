"""Where bytes come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from schemas.ids import document_id


class MediaType(StrEnum):
    """Formats that can be read, by IANA media type where one is registered."""

    PDF = "application/pdf"
    HTML = "text/html"
    MARKDOWN = "text/markdown"
    TEXT = "text/plain"
    JSON = "application/json"
    JSONL = "application/jsonl"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    EPUB = "application/epub+zip"
    EML = "message/rfc822"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    BMP = "image/bmp"


IMAGES = frozenset({MediaType.PNG, MediaType.JPEG, MediaType.TIFF, MediaType.WEBP, MediaType.BMP})


@dataclass(frozen=True, slots=True)
class Source:
    """One unit of input: a file, or one record of a file that holds many.

    `uri` is the path relative to the input folder, with `/` between its parts and, for a record,
    `#` and its 1-based number behind it. Two sources with the same bytes have the same `doc_id`.
    """

    uri: str
    sha256: str
    media_type: MediaType
    n_bytes: int

    @property
    def doc_id(self) -> str:
        """Id of the document that comes out of these bytes."""
        return document_id(self.sha256)
