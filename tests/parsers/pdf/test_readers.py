from __future__ import annotations

import contextlib
from typing import Any

import pytest

from parsers.pdf.page import MAX_PATHS, PageReader, Ruling, Word, turn_box, turned
from parsers.pdf.parser import open_reader
from parsers.pdf.reader_pdfplumber import PdfPlumberRulings
from parsers.pdf.reader_pymupdf import MAX_PIXELS, PyMuPdfReader
from schemas.errors import ParseError, UsageError
from schemas.geometry import BBox
from schemas.records import Reason
from tests.parsers.pdf.made import grid, pdf, pymupdf, text

READERS = ("pymupdf", "pdfium", "pdfplumber")


def reader(name: str, data: bytes, password: str | None = None) -> PageReader:
    return open_reader(name, data, password)


def simple(page: Any) -> None:
    text(page, 72, 100, "Plain words", 12)
    text(page, 72, 130, "Bold words", 12, "hebo")
    text(page, 72, 160, "mono = 1", 12, "cour")
    text(page, 72, 190, "数据 清洗", 12, "china-s")
    grid(page, (72, 172, 272), (300, 330, 360))
    page.insert_link(
        {"kind": pymupdf.LINK_URI, "from": pymupdf.Rect(72, 90, 120, 102), "uri": "https://a.test"}
    )


def by_text(words: tuple[Word, ...]) -> dict[str, Word]:
    return {word.text: word for word in words}


@pytest.mark.parametrize("name", READERS)
def test_words_with_style_and_box(name: str) -> None:
    content = reader(name, pdf(simple)).read(1)
    words = by_text(content.words)
    assert list(words) == [
        "Plain", "words", "Bold", "mono", "=", "1", "数据", "清洗",
    ]  # fmt: skip
    assert (words["Bold"].bold, words["Plain"].bold) == (True, False)
    assert (words["mono"].mono, words["Plain"].mono) == (True, False)
    assert words["Plain"].size == 12
    assert words["Plain"].bbox.x0 == pytest.approx(72, abs=1.5)
    assert words["Plain"].bbox.y1 == pytest.approx(102.4, abs=1.5)
    assert (content.width, content.height) == (595, 842)
    assert [link.uri for link in content.links] == ["https://a.test"]


@pytest.mark.parametrize("name", READERS)
def test_rulings_of_a_grid(name: str) -> None:
    found = sorted(reader(name, pdf(simple)).read(1).rulings)
    assert found == [
        Ruling(False, 72, 300, 360), Ruling(False, 172, 300, 360), Ruling(False, 272, 300, 360),
        Ruling(True, 300, 72, 272), Ruling(True, 330, 72, 272), Ruling(True, 360, 72, 272),
    ]  # fmt: skip


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("name", READERS)
def test_rotated_and_cropped_pages_are_as_displayed(name: str, rotation: int) -> None:
    def draw(page: Any) -> None:
        simple(page)
        page.parent.xref_set_key(page.xref, "MediaBox", "[-10 -40 595 842]")
        page.parent.xref_set_key(page.xref, "CropBox", "[20 142 500 812]")
        page.set_rotation(rotation)

    data = pdf(draw)
    content = reader(name, data).read(1)
    size = (480, 670) if rotation in (0, 180) else (670, 480)
    assert [content.width, content.height] == list(size)
    expected = turn_box(BBox(52, 270, 252, 330), rotation, 480, 670)
    boxes = [PdfPlumberRulings(data).rulings(1), content.rulings]
    for rulings in boxes:
        across = [r for r in rulings if r.horizontal]
        down = [r for r in rulings if not r.horizontal]
        assert min(r.at for r in down) == pytest.approx(expected.x0, abs=0.1)
        assert max(r.at for r in across) == pytest.approx(expected.y1, abs=0.1)
    assert {word.turn for word in content.words} == {rotation}
    upright = turned(content, (360 - rotation) % 360)
    box = by_text(upright.words)["Plain"].bbox
    assert box.x0 == pytest.approx(52, abs=1.5)
    assert box.y1 == pytest.approx(72.4, abs=3)


def encrypted(user: str) -> bytes:
    doc = pymupdf.open()
    text(doc.new_page(), 72, 100, "secret words")
    data: bytes = doc.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=user, owner_pw="own")
    return data


@pytest.mark.parametrize("name", READERS)
def test_encrypted_files_need_the_password(name: str) -> None:
    for wrong in (None, "nope"):
        with pytest.raises(ParseError, match="--password") as caught:
            reader(name, encrypted("user"), wrong)
        assert caught.value.reason is Reason.ENCRYPTED
    assert reader(name, encrypted("user"), "user").read(1).words[0].text == "secret"


@pytest.mark.parametrize("name", READERS)
def test_owner_password_alone_locks_nothing(name: str) -> None:
    assert reader(name, encrypted("")).read(1).words[0].text == "secret"


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nnothing here", b"\x00" * 500])
def test_damaged_files_are_corrupt(name: str, data: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        reader(name, data)
    assert caught.value.reason is Reason.CORRUPT


@pytest.mark.parametrize("name", READERS)
def test_no_other_exception_escapes_from_mutated_files(name: str) -> None:
    data = pdf(simple, simple)
    for cut in range(50, len(data), len(data) // 40):
        broken = data[:cut] + b"\xff\x00<<" + data[cut + 60 :]
        try:
            opened = reader(name, broken)
        except ParseError:
            continue
        for number in range(1, opened.page_count + 1):
            with contextlib.suppress(ParseError):
                assert opened.read(number).number == number


@pytest.mark.parametrize("name", READERS)
def test_missing_page_is_a_parse_error(name: str) -> None:
    with pytest.raises(ParseError, match="page 9"):
        reader(name, pdf(simple)).read(9)


@pytest.mark.parametrize("name", READERS)
def test_metadata_and_outline(name: str) -> None:
    doc = pymupdf.open()
    text(doc.new_page(), 72, 100, "One")
    doc.set_metadata(
        {"title": "On Mills", "author": "A. Miller", "creationDate": "D:20240131120000Z"}
    )
    doc.set_toc([[1, "One", 1]])
    opened = reader(name, doc.tobytes())
    found = opened.metadata
    assert (found["title"], found["authors"], found["date"]) == (
        "On Mills", "A. Miller", "2024-01-31",
    )  # fmt: skip
    assert [(item.level, item.title) for item in opened.outline] == [(1, "One")]


@pytest.mark.parametrize("name", READERS)
def test_rendering_is_bounded_in_pixels(name: str) -> None:
    opened = reader(name, pdf(simple, width=3000, height=3000))
    image = opened.render(1, 300)
    assert image.shape[2] == 3
    assert image.shape[0] * image.shape[1] <= MAX_PIXELS * 1.01
    assert image.min() < 60


def test_vector_storms_have_no_rulings() -> None:
    def storm(page: Any) -> None:
        text(page, 72, 50, "A map")
        shape = page.new_shape()
        for index in range(MAX_PATHS + 10):
            x = 50 + index % 100
            shape.draw_line((x, 100), (x, 120))
            shape.finish()
        shape.commit()

    content = PyMuPdfReader(pdf(storm)).read(1)
    assert content.rulings == ()
    assert content.n_paths > MAX_PATHS
    assert [word.text for word in content.words] == ["A", "map"]


def test_unknown_reader_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="pdfplumber"):
        open_reader("acrobat", b"", None)


def test_a_closed_ruling_reader_opens_again() -> None:
    rulings = PdfPlumberRulings(pdf(simple))
    first = rulings.rulings(1)
    rulings.close()
    assert rulings.rulings(1) == first
