"""Plain text and the decoding that all text parsers share."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.base import ParseOptions
from parsers.encoding import decode, valid_text
from parsers.text import TextParser, paragraphs
from schemas.document import Document, ElementKind, IssueCode
from schemas.errors import ParseError
from schemas.ids import sha256_hex
from schemas.records import Reason
from schemas.source import MediaType, Source

FRENCH = "Le café était fermé à midi ; déjà vu, garçon, où êtes-vous allé hier ? "
CHINESE = "本文介绍了渡轮的时间表，以及冬季航线的变化。"
TAIWANESE = "資料清洗是建立語料庫的重要步驟，包括去除重複內容。"
RUSSIAN = "Паром уходит из гавани два раза в день, утром и после обеда. "


def parse(data: bytes) -> Document:
    source = Source("a.txt", sha256_hex(data), MediaType.TEXT, len(data))
    return TextParser().parse(source, data, ParseOptions())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("one\r\ntwo\r\n \t\r\nthree\rfour", ["one\ntwo", "three\nfour"]),
        ("  indented  \n    more\n\n\n\nnext", ["  indented\n    more", "next"]),
        ("page one\fpage two\u2029第三", ["page one", "page two", "第三"]),
        ("# not a heading\n- 不是列表", ["# not a heading\n- 不是列表"]),
        ("\n\n  \n", []),
    ],
)
def test_paragraphs_end_at_blank_lines_and_form_feeds(text: str, found: list[str]) -> None:
    assert paragraphs(text) == found


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="a字 \t\n\r\f\v\x85.", max_size=60))
def test_no_character_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(paragraphs(text)).split()) == "".join(text.split())


def test_a_very_long_line_is_one_paragraph() -> None:
    line = ("word 字 " * 200_000).strip()
    document = parse(line.encode())
    assert [(e.kind, e.text) for e in document.elements] == [(ElementKind.PARAGRAPH, line)]


def test_white_space_only_is_rejected() -> None:
    with pytest.raises(ParseError) as caught:
        parse(b" \r\n\t\f ")
    assert caught.value.reason is Reason.NO_TEXT


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("utf-8-sig", CHINESE), ("utf-16", CHINESE), ("utf-32", FRENCH), ("utf-8", RUSSIAN)],
)
def test_marks_and_utf8_are_certain(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == (text, [])


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ("gb2312", "gb18030", CHINESE + "镕"),
        ("Big5", "big5", TAIWANESE),
        ("ISO-8859-1", "cp1252", "“quoted” — text"),
        ("windows-1251", "cp1251", RUSSIAN),
        ("shift_jis", "cp932", "髙い波と静かな海"),
        ("iso-2022-jp", "iso2022_jp", "静かな海"),
    ],
)
def test_a_declared_charset_is_read_as_browsers_do(declared: str, encoding: str, text: str) -> None:
    assert decode(text.encode(encoding), declared) == (text, [])


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", CHINESE * 3),
        ("gb18030", "中文短句"),
        ("big5", TAIWANESE * 3),
        ("cp1252", FRENCH * 3),
        ("cp1251", RUSSIAN * 3),
        ("utf-16-le", "plain Latin text"),
        ("gb18030", CHINESE * 5000),
    ],
)
def test_other_encodings_are_guessed_and_reported(encoding: str, text: str) -> None:
    found, issues = decode(text.encode(encoding))
    assert found == text
    assert [issue.code for issue in issues] == [IssueCode.ENCODING_GUESSED]


@pytest.mark.parametrize("declared", ["nonsense", "base64", "utf-7", "rot13", "", "gb2312"])
def test_a_wrong_declaration_is_overruled(declared: str) -> None:
    text = FRENCH * 3
    assert decode(text.encode(), declared) == (text, [])


def test_one_broken_character_does_not_change_the_encoding() -> None:
    found, issues = decode((CHINESE * 20).encode()[:-1])
    assert found == (CHINESE * 20)[:-1] + "\ufffd"
    assert [issue.code for issue in issues] == [IssueCode.ENCODING_GUESSED]


def test_nul_bytes_are_removed_and_counted() -> None:
    found, issues = decode("a\0b 字\0".encode() * 10)
    assert found == "ab 字" * 10
    assert [(issue.code, issue.detail) for issue in issues] == [
        (IssueCode.NUL_BYTES, "20 NUL characters removed")
    ]


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 8, b"\0" * 50, b"\x7fELF\x02\x01\x01" + bytes(range(1, 32)) * 8]
)
def test_what_is_clearly_not_text_is_corrupt(data: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        decode(data)
    assert caught.value.reason is Reason.CORRUPT


def text_or_none(data: bytes, declared: str | None) -> str | None:
    try:
        return decode(data, declared)[0]
    except ParseError as error:
        if error.reason is not Reason.CORRUPT:
            raise
        return None


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "gbk", "utf-16", "x", "hz"]))
def test_any_bytes_are_text_or_corrupt(data: bytes, declared: str | None) -> None:
    text = text_or_none(data, declared)
    if text is not None:
        assert "\0" not in text
        assert text.encode() == valid_text(text).encode()


def test_half_a_character_of_mojibake_is_no_line_end() -> None:
    broken = "一共全入内。".encode().decode("latin-1")
    assert "\x85" in broken
    assert list(paragraphs(broken)) == [broken]
