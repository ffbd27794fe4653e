"""Which parser reads which format, and the whole way of one file from bytes to documents.

Parsers are named by dotted paths and imported when the first file of their format comes, so that
importing this module is cheap. Other distributions add or replace parsers through entry points of
the group `corpusmill.parsers`: each names a class with the shape of `parsers.base.Parser`, under
the media type it reads.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol, cast, runtime_checkable

from parsers.archive import check_archive, decrypt_office, is_encrypted_office
from parsers.base import ParseOptions, Parser
from parsers.sniff import contradicts, describe, extension, sniff
from schemas.document import Document, Issue, IssueCode
from schemas.errors import ParseError, UsageError
from schemas.ids import document_id, sha256_hex
from schemas.records import Level, Reason, Reject, StageName
from schemas.source import IMAGES, MediaType, Source

GROUP = "corpusmill.parsers"
OFFICE = frozenset({MediaType.DOCX, MediaType.PPTX, MediaType.XLSX, MediaType.EPUB})
"""Formats that are zip archives."""

BUILT_IN: dict[MediaType, str] = {
    MediaType.PDF: "parsers.pdf.parser:PdfParser",
    MediaType.HTML: "parsers.html.parser:HtmlParser",
    MediaType.MARKDOWN: "parsers.markdown:MarkdownParser",
    MediaType.TEXT: "parsers.text:TextParser",
    MediaType.JSON: "parsers.records:RecordParser",
    MediaType.JSONL: "parsers.records:RecordParser",
    MediaType.EML: "parsers.office:OfficeParser",
    **dict.fromkeys(sorted(OFFICE), "parsers.office:OfficeParser"),
    **dict.fromkeys(sorted(IMAGES), "parsers.image:ImageParser"),
}
"""Media type -> `module:class`."""


@runtime_checkable
class Container(Protocol):
    """A parser of files that may hold many documents."""

    def expand(self, source: Source, data: bytes) -> Iterator[tuple[Source, bytes] | Reject]:
        """The documents' sources and bytes in order, and a reject for each that is none."""
        ...


@cache
def parsers() -> dict[MediaType, str]:
    """Media type -> `module:class`; installed entry points stand before the built-in ones.

    Raises UsageError for an entry point that is not named after a media type.
    """
    found = dict(BUILT_IN)
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        try:
            found[MediaType(point.name)] = point.value
        except ValueError as error:
            known = ", ".join(media_type.value for media_type in MediaType)
            raise UsageError(
                f"the parser {point.value!r} is registered for {point.name!r}; "
                f"entry points of {GROUP!r} are named by one of: {known}"
            ) from error
    return found


@cache
def _load(path: str) -> Parser:
    """An instance of the parser class at `module:class`; raises UsageError if there is none."""
    module, _, name = path.partition(":")
    try:
        made = getattr(importlib.import_module(module), name)()
    except (ImportError, AttributeError) as error:
        raise UsageError(f"the parser {path!r} cannot be loaded: {error}") from error
    return cast("Parser", made)


def parser_for(media_type: MediaType) -> Parser:
    """The parser of a format, one instance per process."""
    return _load(parsers()[media_type])


def fingerprint(media_type: MediaType) -> str:
    """`name@version` of a format's parser, part of the cache key of its documents."""
    parser = parser_for(media_type)
    return f"{parser.name}@{parser.version}"


def parse_bytes(uri: str, data: bytes, options: ParseOptions) -> list[Document | Reject]:
    """Every document of one file, and a reject for each thing that is none; never an empty list.

    The format is found by content; where the name says otherwise, the document carries a
    NAME_MISMATCH issue. Only ParseError becomes a reject here: anything else is a bug, a missing
    setting or a crash, which the sandbox around this function tells apart.
    """
    try:
        source, plain = identify(uri, data, options)
        found = list(_documents(source, plain, options))
    except ParseError as error:
        return [_reject(uri, document_id(sha256_hex(data)), error)]
    if found:
        return found
    empty = ParseError(Reason.NO_TEXT, "the file holds no record")
    return [_reject(uri, source.doc_id, empty)]


def identify(uri: str, data: bytes, options: ParseOptions) -> tuple[Source, bytes]:
    """The source of a file, and its bytes, which differ from `data` when they were encrypted.

    The source's hash and size are those of `data`, what is on disk. Raises ParseError:
    EMPTY_FILE, UNSUPPORTED_TYPE, and those of `check_archive`.
    """
    if not data.strip(b" \t\r\n\0"):
        what = "empty" if not data else "blank"
        raise ParseError(Reason.EMPTY_FILE, f"the file is {what} ({len(data)} bytes)")
    plain = decrypt_office(data, options.password) if is_encrypted_office(data) else data
    media_type = sniff(plain, uri)
    if media_type is None:
        raise ParseError(Reason.UNSUPPORTED_TYPE, f"found {describe(plain)}{_named(uri)}")
    if media_type in OFFICE:
        check_archive(plain, media_type=media_type)
    return Source(uri, sha256_hex(data), media_type, len(data)), plain


def _named(uri: str) -> str:
    """The file's extension for a message, '' when it has none."""
    return f" under the name .{extension(uri)}" if extension(uri) else ""


def _documents(source: Source, data: bytes, options: ParseOptions) -> Iterator[Document | Reject]:
    """Documents of a source, one after the other; raises ParseError for a plain file."""
    parser = parser_for(source.media_type)
    mismatch = contradicts(source.media_type, source.uri)
    if not isinstance(parser, Container):
        yield _parse(parser, source, data, options, mismatch=mismatch)
        return
    for unit in parser.expand(source, data):
        if isinstance(unit, Reject):
            yield unit
            continue
        part, part_data = unit
        try:
            yield _parse(parser, part, part_data, options, mismatch=mismatch)
        except ParseError as error:
            level = Level.FILE if part == source else Level.DOCUMENT
            yield _reject(part.uri, part.doc_id, error, level)


def _parse(
    parser: Parser, source: Source, data: bytes, options: ParseOptions, *, mismatch: bool
) -> Document:
    """The parser's document, with an issue when the file's name promises another format."""
    document = parser.parse(source, data, options)
    if not mismatch:
        return document
    detail = f"read as {source.media_type.value}, not as the name .{extension(source.uri)} says"
    issues = (Issue(IssueCode.NAME_MISMATCH, detail), *document.issues)
    return Document(document.source, document.elements, document.pages, issues, document.metadata)


def _reject(uri: str, doc_id: str, error: ParseError, level: Level = Level.FILE) -> Reject:
    return Reject(doc_id, level, StageName.PARSE, error.reason, uri, detail=str(error))
