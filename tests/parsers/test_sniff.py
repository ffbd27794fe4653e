from __future__ import annotations

import gzip
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.sniff import contradicts, describe, sniff
from schemas.source import MediaType
from tests.parsers.office_files import book, deck, mail, picture, word, workbook, zipped

OLE_DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
HTML = b"<!DOCTYPE html>\n<html><body><p>hi</p></body></html>"
MARKDOWN = "# 标题\n\n一段文字，见[链接](https://example.org)。\n\n- a\n".encode()


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a", MediaType.PDF),
        (b"\r\njunk before\n%PDF-1.4\n1 0 obj\nendobj", "a.bin", MediaType.PDF),
        (b"The header %PDF-1.4 opens every file.", "a.txt", MediaType.TEXT),
        (picture("PNG"), "a.jpg", MediaType.PNG),
        (picture("JPEG"), "a", MediaType.JPEG),
        (picture("TIFF"), "a", MediaType.TIFF),
        (picture("WEBP"), "a", MediaType.WEBP),
        (picture("BMP"), "a", MediaType.BMP),
        (b"BMW builds cars. This is a sentence.", "a", MediaType.TEXT),
        (word(), "a.zip", MediaType.DOCX),
        (deck(), "a", MediaType.PPTX),
        (workbook(), "a.docx", MediaType.XLSX),
        (book({"a.xhtml": "<p>x</p>"}), "a", MediaType.EPUB),
        (word()[:-400], "cut.docx", MediaType.DOCX),
        (zipped({"a.docx": word()}), "all.zip", None),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "a.odt", None),
        (HTML, "a.txt", MediaType.HTML),
        (b"\xef\xbb\xbf \n<!-- c --><html lang=zh>", "a", MediaType.HTML),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html>', "a.xml", MediaType.HTML),
        (b"<p>\xd6\xd0\xce\xc4</p>", "page.htm", MediaType.HTML),
        (b"<div class='a'><p>fragment</p></div>", "noname", MediaType.HTML),
        ('<div align="center">\n\n# 项目\n\n</div>'.encode(), "README.md", MediaType.MARKDOWN),
        ("<html>".encode("utf-16"), "a", MediaType.HTML),
        (b'<?xml version="1.0"?><rss/>', "feed.xml", None),
        (mail("Hello"), "a", MediaType.EML),
        (mail("Hello"), "note.txt", MediaType.EML),
        (b"Subject: only\n\nbody", "a.eml", MediaType.EML),
        (b"From: the editor\nSubject: a story\n\nOnce upon a time", "a.txt", MediaType.TEXT),
        (b'{"text": "a"}', "a.json", MediaType.JSON),
        (b'[{"text": "a"}, {"text": "b"}]', "noname", MediaType.JSON),
        (b'{"text": "a"}\n{"text": "b"}\n', "a.json", MediaType.JSONL),
        (b'{"text": "a"}\n', "a.jsonl", MediaType.JSONL),
        (b'oops\n{"text": "b"}\n', "a.jsonl", MediaType.JSONL),
        (b'{"text": "cut of', "a.json", MediaType.JSON),
        (b"[1] A reference.\n[2] Another.", "refs", MediaType.TEXT),
        (b"{curly} braces in prose", "noname", MediaType.TEXT),
        (MARKDOWN, "a.md", MediaType.MARKDOWN),
        (MARKDOWN, "README", MediaType.MARKDOWN),
        (MARKDOWN, "a.txt", MediaType.TEXT),
        (b"# a comment\nx = 1\n# another\n", "script", MediaType.TEXT),
        ("一段中文。".encode(), "a", MediaType.TEXT),
        ("一段中文，用旧编码。".encode("gbk"), "a.txt", MediaType.TEXT),
        ("plain text in two bytes".encode("utf-16-le"), "a.txt", MediaType.TEXT),
        (b"text with a stray \0 byte and more words behind it", "a.txt", MediaType.TEXT),
        (OLE_DOC, "old.doc", None),
        (b"\x7fELF\x02\x01\x01" + bytes(50), "a.txt", None),
        (gzip.compress(b"x" * 100), "a.gz", None),
        (b"ID3\x04\0\0\0\0\0\0TIT2" + bytes(40), "a.mp3", None),
        (b"ID3 tags are described here in plain words.", "a", MediaType.TEXT),
        (b"{\\rtf1\\ansi hello}", "a.rtf", None),
        (bytes(range(256)) * 8, "a.txt", None),
    ],
)
def test_content_decides(data: bytes, name: str, expected: MediaType | None) -> None:
    assert sniff(data, name) is expected


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (OLE_DOC, "legacy office file"),
        (zipped({"a": "b"}), "zip archive"),
        (b"\x7fELF" + bytes(60), "ELF program"),
        (b"<rss></rss>", "XML"),
        (bytes(range(256)), "binary data"),
        (struct.pack(">I4s", 24, b"ftyp") + b"isom" + bytes(40), "MP4"),
    ],
)
def test_a_message_names_what_was_found(data: bytes, words: str) -> None:
    assert words in describe(data)


@pytest.mark.parametrize(
    ("media_type", "name", "expected"),
    [
        (MediaType.PDF, "a.PDF", False),
        (MediaType.PDF, "a.docx", True),
        (MediaType.JSONL, "a.json", False),
        (MediaType.TEXT, "notes", False),
        (MediaType.TEXT, "data.csv", False),
        (MediaType.HTML, "a.txt", True),
    ],
)
def test_names_that_contradict(media_type: MediaType, name: str, expected: bool) -> None:
    assert contradicts(media_type, name) is expected


@given(st.binary(max_size=3000), st.sampled_from(["a", "a.md", "a.json", "a.eml", "a.jsonl"]))
def test_no_bytes_make_it_fail(data: bytes, name: str) -> None:
    assert sniff(data, name) in {None, *MediaType}


@given(st.sampled_from([b"PK\x03\x04", b"%PDF", b"{", b"[[", b"<", b"From: "]), st.binary())
def test_no_bytes_behind_a_good_start_make_it_fail(start: bytes, rest: bytes) -> None:
    assert sniff(start + rest, "x") in {None, *MediaType}


def test_deep_json_does_not_exhaust_the_stack() -> None:
    assert sniff(b"[" * 200_000, "a") is MediaType.JSON
