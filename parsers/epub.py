"""EPUB: the chapters of the spine, in order.

unstructured converts EPUB with the pandoc program, which pip does not install; the chapters are
XHTML, so they go through our own HTML reader, whole: a book has no menus to strip.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from parsers.encoding import decode, valid_text
from parsers.html.dom import MAX_BYTES, declared_charset
from parsers.html.parser import fragment_elements
from parsers.ooxml import Node, part_reader, read_part, safe_xml
from schemas.document import Document, Element, Issue, IssueCode
from schemas.errors import ParseError
from schemas.records import Reason
from schemas.source import Source

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
CHAPTER_TYPES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
FIELDS = {"title": "title", "creator": "author", "language": "language", "date": "date",
          "publisher": "publisher", "identifier": "identifier"}  # fmt: skip
MAX_CHAPTERS = 20_000


@dataclass(frozen=True, slots=True)
class Book:
    """A package: its metadata, and the archive names of its chapters in reading order."""

    metadata: dict[str, str]
    chapters: tuple[str, ...]


def epub_document(source: Source, data: bytes) -> Document:
    """Document of a book; raises ParseError CORRUPT, ENCRYPTED (DRM) or NO_TEXT.

    A chapter that is missing or unreadable is an issue, the others stay.
    """
    book = read_package(data)
    locked = encrypted_parts(data).intersection(book.chapters)
    if locked:
        raise ParseError(Reason.ENCRYPTED, f"{len(locked)} chapters are encrypted (DRM)")
    issues: list[Issue] = []
    elements: list[Element] = []
    read = part_reader(data)
    for name in book.chapters:
        elements.extend(_chapter(read(name), name, issues))
    if not elements:
        raise ParseError(Reason.NO_TEXT, f"{source.uri}: no chapter has text")
    return Document(source, tuple(elements), issues=tuple(issues), metadata=book.metadata)


def read_package(data: bytes) -> Book:
    """Metadata and spine of an EPUB; raises ParseError(CORRUPT)."""
    container = _required(data, CONTAINER)
    path = next((str(node.get("full-path")) for node in container.iter("{*}rootfile")), "")
    package = _required(data, path)
    folder = posixpath.dirname(path)
    items = {str(item.get("id")): item for item in package.iterfind("{*}manifest/{*}item")}
    chapters = [
        resolve(folder, str(item.get("href", "")))
        for item in (items.get(str(ref.get("idref"))) for ref in package.iter("{*}itemref"))
        if item is not None
        and item.get("media-type") in CHAPTER_TYPES
        and "nav" not in str(item.get("properties", "")).split()
    ]
    return Book(dict(_metadata(package)), tuple(dict.fromkeys(chapters[:MAX_CHAPTERS])))


def resolve(folder: str, href: str) -> str:
    """Archive name of a link in the package.

    >>> resolve("OEBPS", "text/%E7%AB%A0.xhtml#a")
    'OEBPS/text/章.xhtml'
    """
    return posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0])))


def encrypted_parts(data: bytes) -> set[str]:
    """Archive names that the encryption file lists; fonts are often obfuscated that way."""
    part = read_part(data, ENCRYPTION)
    if not part:
        return set()
    root = safe_xml(part, ENCRYPTION)
    return {unquote(str(node.get("URI"))) for node in root.iter("{*}CipherReference")}


def _required(data: bytes, name: str) -> Node:
    part = read_part(data, name)
    if part is None:
        raise ParseError(Reason.CORRUPT, f"not a whole EPUB: {name or 'its package file'} missing")
    return safe_xml(part, name)


def _metadata(package: Node) -> Iterator[tuple[str, str]]:
    """Dublin Core fields, several of a kind joined by a semicolon."""
    for field, key in FIELDS.items():
        values = (
            " ".join("".join(map(str, node.itertext())).split())
            for node in package.iter("{http://purl.org/dc/elements/1.1/}" + field)
        )
        if joined := "; ".join(value for value in values if value):
            yield key, valid_text(joined)[:1000]


def _chapter(part: bytes | None, name: str, issues: list[Issue]) -> tuple[Element, ...]:
    """Elements of a chapter; what is wrong with it becomes an issue."""
    if part is None or len(part) > MAX_BYTES:
        fault = "missing" if part is None else f"longer than {MAX_BYTES} bytes"
        issues.append(Issue(IssueCode.RECORD_SKIPPED, f"chapter {name!r} is {fault}"))
        return ()
    try:
        text, found = decode(part, declared_charset(part) or "utf-8")
        elements = fragment_elements(text, issues)
    except ParseError as error:
        issues.append(Issue(IssueCode.RECORD_SKIPPED, f"chapter {name!r}: {error}"))
        return ()
    issues.extend(found)
    return elements
