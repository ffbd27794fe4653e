from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint

import pytest

from parsers import registry
from parsers.base import ParseOptions
from parsers.registry import fingerprint, parse_bytes, parser_for
from schemas.document import Document, Element, ElementKind, IssueCode
from schemas.errors import ParseError, UsageError
from schemas.ids import document_id, sha256_hex
from schemas.records import Level, Reason, Reject, StageName
from schemas.source import MediaType, Source
from tests.parsers.office_files import book, deck, mail, picture, with_part, word, workbook, zipped
from tests.parsers.test_archive import encrypted_word

NO_OCR = ParseOptions(ocr="never")
DTD = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


def document(found: list[Document | Reject]) -> Document:
    (one,) = found
    assert isinstance(one, Document), one
    return one


@pytest.mark.parametrize("media_type", list(MediaType))
def test_each_format_has_a_parser_that_reads_it(media_type: MediaType) -> None:
    parser = parser_for(media_type)
    assert media_type in parser.media_types
    assert fingerprint(media_type) == f"{parser.name}@{parser.version}"
    assert parser_for(media_type) is parser


def test_every_format_is_registered() -> None:
    assert set(registry.BUILT_IN) == set(MediaType)


@pytest.mark.parametrize(
    ("name", "make", "text"),
    [
        ("文件/a.txt", lambda: "第一段。\n\nSecond.".encode(), "第一段。"),
        ("a.docx", word, "Plain words. 普通文字。"),
        ("a.pptx", deck, "季度总结 Review"),
        ("a.xlsx", workbook, "Sheet"),
        ("a.epub", lambda: book({"a.xhtml": "<p>一章 chapter</p>"}), "一章 chapter"),
        ("a.eml", lambda: mail("正文 body"), "正文 body"),
    ],
)
def test_a_file_becomes_a_document(name: str, make: Callable[[], bytes], text: str) -> None:
    data = make()
    found = document(parse_bytes(name, data, NO_OCR))
    assert found.elements[0].text == text
    assert found.issues == ()
    assert found.source.uri == name
    assert found.source.sha256 == sha256_hex(data)
    assert found.source.n_bytes == len(data)


def test_a_wrong_name_is_noted_and_costs_nothing() -> None:
    found = document(parse_bytes("a.pdf", word(), NO_OCR))
    assert [issue.code for issue in found.issues] == [IssueCode.NAME_MISMATCH]
    assert ".pdf" in found.issues[0].detail
    assert found.source.media_type is MediaType.DOCX
    assert found.status.value == "whole"


def test_each_record_of_a_file_is_a_document() -> None:
    lines = [{"text": "one"}, {"text": "二"}, {"no": "text"}]
    data = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    first, second, bad = parse_bytes("a.jsonl", data, NO_OCR)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.source.uri, second.source.uri) == ("a.jsonl#1", "a.jsonl#2")
    assert [found.elements[0].text for found in (first, second)] == ["one", "二"]
    assert isinstance(bad, Reject)
    assert (bad.reason, bad.source, bad.level) == (
        Reason.INVALID_RECORD, "a.jsonl#3", Level.DOCUMENT
    )  # fmt: skip


def test_an_encrypted_file_opens_with_its_password() -> None:
    data = encrypted_word("密码")
    found = document(parse_bytes("a.docx", data, ParseOptions(ocr="never", password="密码")))
    assert found.elements[0].text == "Plain words. 普通文字。"
    assert found.source.sha256 == sha256_hex(data)


@pytest.mark.parametrize(
    ("name", "make", "reason", "words"),
    [
        ("a.txt", lambda: b"", Reason.EMPTY_FILE, "empty"),
        ("a.txt", lambda: b" \n\t", Reason.EMPTY_FILE, "blank"),
        ("a.gz", lambda: gzip.compress(b"x"), Reason.UNSUPPORTED_TYPE, "gzip archive"),
        ("a.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), Reason.UNSUPPORTED_TYPE,
         "legacy office file"),
        ("a.txt", lambda: b"\x7fELF" + bytes(99), Reason.UNSUPPORTED_TYPE, "under the name .txt"),
        ("a.docx", lambda: encrypted_word("x"), Reason.ENCRYPTED, "password"),
        ("a.docx", lambda: word()[:-99], Reason.CORRUPT, "zip"),
        ("a.docx", lambda: with_part(word(), "../x", lambda _: b"x"), Reason.ARCHIVE_BOMB,
         "leaves the archive"),
        ("a.docx", lambda: with_part(word(), "word/x.bin", lambda _: bytes(32 << 20)),
         Reason.ARCHIVE_BOMB, "times"),
        ("a.xlsx", lambda: with_part(workbook(), "xl/styles.xml", lambda _: DTD.encode()),
         Reason.HOSTILE_XML, "document type"),
        ("a.docx", lambda: with_part(word(), "word/document.xml", lambda _: b"<a/>"),
         Reason.CORRUPT, "DOCX"),
        ("a.png", lambda: picture("PNG"), Reason.NO_TEXT, "OCR is off"),
        ("a.eml", lambda: mail(" "), Reason.NO_TEXT, "no text"),
        ("a.json", lambda: b"[]", Reason.NO_TEXT, "no record"),
        ("a.json", lambda: b'{"text": "cut', Reason.INVALID_RECORD, "JSON"),
        ("a.zip", lambda: zipped({"a": "b"}), Reason.UNSUPPORTED_TYPE, "zip archive"),
    ],
)  # fmt: skip
def test_each_reason_of_a_file_that_is_none(
    name: str, make: Callable[[], bytes], reason: Reason, words: str
) -> None:
    data = make()
    (found,) = parse_bytes(name, data, NO_OCR)
    assert isinstance(found, Reject), found
    assert (found.reason, found.level, found.stage) == (reason, Level.FILE, StageName.PARSE)
    assert found.id == document_id(sha256_hex(data))
    assert found.source == name
    assert words in found.detail


@dataclass
class PointParser:
    """A third party's parser."""

    name: str = "theirs"
    version: int = 7
    media_types: frozenset[MediaType] = field(default=frozenset({MediaType.TEXT}))

    def parse(self, source: Source, data: bytes, options: ParseOptions) -> Document:
        if data == b"bad":
            raise ParseError(Reason.TOO_LARGE, "theirs says no")
        if data == b"bug":
            raise ZeroDivisionError
        return Document(source, (Element(ElementKind.PARAGRAPH, "theirs"),))


@pytest.fixture
def entry_point(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Registers an entry point for the length of a test."""

    def register(name: str, value: str) -> None:
        point = EntryPoint(name, value, registry.GROUP)
        monkeypatch.setattr(registry, "entry_points", lambda group: [point])
        registry.parsers.cache_clear()

    yield register
    monkeypatch.undo()
    registry.parsers.cache_clear()


def test_a_third_partys_parser_stands_before_ours(
    entry_point: Callable[[str, str], None],
) -> None:
    entry_point("text/plain", "tests.parsers.test_registry:PointParser")
    assert fingerprint(MediaType.TEXT) == "theirs@7"
    assert document(parse_bytes("a.txt", b"x", NO_OCR)).elements[0].text == "theirs"
    (found,) = parse_bytes("a.txt", b"bad", NO_OCR)
    assert isinstance(found, Reject)
    assert (found.reason, found.detail) == (Reason.TOO_LARGE, "theirs says no")
    with pytest.raises(ZeroDivisionError):
        parse_bytes("a.txt", b"bug", NO_OCR)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("text/unheard-of", "a:B", "named by one of"),
        ("text/plain", "no_such_module:B", "cannot be loaded"),
        ("text/plain", "parsers.text:NoSuchClass", "cannot be loaded"),
    ],
)
def test_a_wrong_entry_point_is_a_usage_error(
    name: str, value: str, words: str, entry_point: Callable[[str, str], None]
) -> None:
    entry_point(name, value)
    with pytest.raises(UsageError, match=words):
        parser_for(MediaType.TEXT)
