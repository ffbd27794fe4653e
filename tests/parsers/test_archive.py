from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import msoffcrypto  # type: ignore[import-untyped]  # ships no types
import pytest

from parsers.archive import (
    ArchiveLimits,
    check_archive,
    decrypt_office,
    escapes,
    is_encrypted_office,
    xml_fault,
)
from schemas.errors import ParseError
from schemas.records import Reason
from schemas.source import MediaType
from tests.parsers.office_files import book, deck, word, workbook, zipped

SMALL = ArchiveLimits(
    max_entries=20, max_bytes=1 << 20, max_entry_bytes=1 << 19, ratio_from=1 << 14
)


def lying(size: int) -> bytes:
    """An archive whose part holds `size` zeros and declares ten bytes."""
    data = bytearray(zipped({"a.bin": bytes(size)}))
    central = data.rfind(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 10)
    return bytes(data)


def overlapping() -> bytes:
    """An archive whose two directory entries share one part (the quine-like bombs of Fifield)."""
    data = bytearray(zipped({"a.bin": b"first", "b.bin": b"second"}))
    second = data.rfind(b"PK\x01\x02")
    first = data.find(b"PK\x01\x02")
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def encrypted_part() -> bytes:
    data = bytearray(zipped({"a.bin": b"secret"}))
    central = data.rfind(b"PK\x01\x02")
    data[central + 8] |= 1
    return bytes(data)


def broken_stream() -> bytes:
    content = zlib.compress(b"words " * 100)[2:-4]
    data = zipped({"a.bin": b"words " * 100})
    assert content in data
    return data.replace(content, b"\xff" * len(content))


def bzipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.txt", "words")
    return out.getvalue()


DTD = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("make", "reason", "words"),
    [
        (lambda: zipped({f"p{n}": b"" for n in range(30)}), Reason.ARCHIVE_BOMB, "30 parts"),
        (lambda: zipped({"a": bytes(600_000)}), Reason.ARCHIVE_BOMB, "inflates beyond"),
        (
            lambda: zipped({f"{n}": bytes(400_000) for n in range(3)}),
            Reason.ARCHIVE_BOMB,
            "declares more",
        ),
        (lambda: zipped({"a": bytes(100_000)}), Reason.ARCHIVE_BOMB, "times"),
        (lambda: lying(5_000), Reason.ARCHIVE_BOMB, "larger than the 10"),
        (overlapping, Reason.ARCHIVE_BOMB, "overlaps"),
        (lambda: zipped({"../../etc/x": b"a"}), Reason.ARCHIVE_BOMB, "leaves the archive"),
        (
            lambda: zipped({"a/inner.zip": zipped({"b": b"c"})}),
            Reason.ARCHIVE_BOMB,
            "in the archive",
        ),
        (lambda: zipped({"word/document.xml": DTD}), Reason.HOSTILE_XML, "document type"),
        (
            lambda: zipped({"x.xml": DTD.encode("utf-16")}),
            Reason.HOSTILE_XML,
            "document type",
        ),
        (
            lambda: zipped({"x.rels": '<?xml version="1.0" encoding="utf-7"?><a/>'}),
            Reason.HOSTILE_XML,
            "encoding",
        ),
        (encrypted_part, Reason.ENCRYPTED, "encrypted"),
        (broken_stream, Reason.CORRUPT, "a.bin"),
        (bzipped, Reason.CORRUPT, "compression 12"),
        (lambda: word()[:-100], Reason.CORRUPT, "not a whole zip"),
    ],
)
def test_hostile_and_damaged_archives(
    make: Callable[[], bytes], reason: Reason, words: str
) -> None:
    with pytest.raises(ParseError, match=words) as caught:
        check_archive(make(), SMALL)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("make", "media_type"),
    [
        (word, MediaType.DOCX),
        (deck, MediaType.PPTX),
        (workbook, MediaType.XLSX),
        (lambda: book({"a.xhtml": "<p>章</p>"}), MediaType.EPUB),
        (
            lambda: zipped({"word/embeddings/sheet.xlsx": workbook(), "word/document.xml": "<a/>"}),
            MediaType.DOCX,
        ),
    ],
)
def test_honest_archives_pass(make: Callable[[], bytes], media_type: MediaType) -> None:
    check_archive(make(), media_type=media_type)


def test_a_part_of_one_gigabyte_is_never_held_in_memory() -> None:
    import tracemalloc

    data = zipped({"a": bytes(64 << 20)})
    tracemalloc.start()
    with pytest.raises(ParseError):
        check_archive(data, ArchiveLimits(max_ratio=10.0))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 << 20


def test_an_epub_may_name_its_document_type_but_not_bring_entities() -> None:
    check_archive(book({"a.xhtml": "<p>x</p>"}), media_type=MediaType.EPUB)
    hostile = book({"a.xhtml": "<p>x</p>"}, {"OEBPS/b.xhtml": DTD})
    with pytest.raises(ParseError) as caught:
        check_archive(hostile, media_type=MediaType.EPUB)
    assert caught.value.reason is Reason.HOSTILE_XML


@pytest.mark.parametrize(
    ("head", "fault"),
    [
        (b"<a>text that quotes &lt;!DOCTYPE and <![CDATA[<!DOCTYPE x>]]></a>", ""),
        (b"<!-- <a --><!DOCTYPE a []><a/>", "has a document type declaration"),
        (b"\xef\xbb\xbf <?xml version='1.0' encoding='GBK'?> <a/>", ""),
        (b"<?xml version='1.0'?><?pi <a ?><!doctype a><a/>", "has a document type declaration"),
        (b"<!--" + b"x" * (1 << 16), "has no root element in its first 65536 bytes"),
    ],
)
def test_only_the_prolog_can_declare_a_type(head: bytes, fault: str) -> None:
    assert xml_fault(head, allow_doctype=False) == fault


@pytest.mark.parametrize("name", ["a\\..\\b", "..", "/abs", "\\\\host\\x", "D:/x", "a\0.xml"])
def test_names_that_leave_the_archive(name: str) -> None:
    assert escapes(name)


@pytest.mark.parametrize("name", ["word/document.xml", "a..b/c", "图/一.png", "a:b/c.xml"])
def test_names_that_stay(name: str) -> None:
    assert not escapes(name)


def encrypted_word(password: str) -> bytes:
    """A DOCX in an encrypted container."""
    out = io.BytesIO()
    office = msoffcrypto.OfficeFile(io.BytesIO(word()))
    office.encrypt(password, out)
    return out.getvalue()


def test_an_encrypted_file_opens_with_its_password_only() -> None:
    data = encrypted_word("密码 pass")
    assert is_encrypted_office(data)
    assert zipfile.is_zipfile(io.BytesIO(decrypt_office(data, "密码 pass")))
    for password in (None, "wrong"):
        with pytest.raises(ParseError) as caught:
            decrypt_office(data, password)
        assert caught.value.reason is Reason.ENCRYPTED


def test_a_damaged_encrypted_file_is_corrupt() -> None:
    with pytest.raises(ParseError) as caught:
        decrypt_office(encrypted_word("a")[:1500], "a")
    assert caught.value.reason is Reason.CORRUPT
