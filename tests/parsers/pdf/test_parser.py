from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from parsers.base import ParseOptions
from parsers.pdf.page import PageContent
from parsers.pdf.parser import PdfParser
from parsers.pdf.reader_pymupdf import PyMuPdfReader
from schemas.document import Document, ElementKind, IssueCode, ParseStatus
from schemas.errors import ParseError
from schemas.records import Reason
from schemas.source import MediaType, Source
from tests.parsers.pdf.made import HAN, LOREM, column, of_kind, parsed, pdf, pymupdf, text, texts

LEFT = "Left column begins here and runs on. " + LOREM * 3
RIGHT = "Right column begins here and runs on. " + LOREM * 3


def two_columns(page: Any) -> None:
    text(page, 120, 70, "A title over both columns", 20, "hebo")
    column(page, 50, 120, 230, LEFT)
    column(page, 310, 120, 230, RIGHT)


def outline_of(document: Document) -> str:
    """One line an element: kind, page, level, marker, text."""
    return "".join(
        f"{e.kind} p{e.page}"
        f"{'' if e.level is None else f' level={e.level}'}"
        f"{'' if e.marker is None else f' marker={e.marker}'}: {e.text!r}\n"
        for e in document.elements
    )


@pytest.mark.parametrize("name", ["pymupdf", "pdfplumber"])
def test_two_columns_are_read_one_after_the_other(name: str) -> None:
    document = parsed(pdf(two_columns), pdf_engine=name)
    assert texts(document, ElementKind.TITLE) == ["A title over both columns"]
    assert texts(document, ElementKind.PARAGRAPH) == [LEFT.strip(), RIGHT.strip()]


def test_three_columns_and_a_foot_over_all() -> None:
    def draw(page: Any) -> None:
        for index, x in enumerate((50, 225, 400)):
            column(page, x, 80, 150, f"Column {index} starts. " + LOREM * 2)
        column(page, 50, 500, 500, "Over all columns. " + LOREM)

    found = [e.text[:9] for e in parsed(pdf(draw)).elements]
    assert found == ["Column 0 ", "Column 1 ", "Column 2 ", "Over all "]


def test_chinese_columns_join_without_spaces() -> None:
    def draw(page: Any) -> None:
        column(page, 50, 120, 220, "左栏。" + HAN * 3, font="china-s")
        column(page, 310, 120, 220, "右栏。" + HAN * 3, font="china-s")

    assert texts(parsed(pdf(draw)), ElementKind.PARAGRAPH) == [
        "左栏。" + HAN * 3,
        "右栏。" + HAN * 3,
    ]


def manual(page: Any, number: int) -> None:
    """A page of a manual with a running head, a page number and a section."""
    text(page, 50, 40, "The Mill Handbook", 8)
    text(page, 290, 810, str(number + 4), 8)
    text(
        page,
        50,
        90,
        f"{number} Section {['one', 'two', 'three', 'four', 'five'][number - 1]}",
        14,
        "hebo",
    )
    text(page, 50, 130, f"{number}.1 Detail", 11, "hebo")
    y = column(page, 50, 160, 480, LOREM * 2)
    text(page, 50, y + 15, "Remarks", 11, "hebo")
    column(page, 50, y + 40, 480, LOREM)


def test_running_heads_and_page_numbers_leave_the_flow() -> None:
    pages = [partial(manual, number=number) for number in range(1, 6)]
    document = parsed(pdf(*pages))
    assert texts(document, ElementKind.PAGE_HEADER) == ["The Mill Handbook"] * 5
    assert texts(document, ElementKind.PAGE_FOOTER) == ["5", "6", "7", "8", "9"]
    headings = [(e.level, e.text) for e in of_kind(document, ElementKind.HEADING)]
    assert headings[:3] == [(1, "1 Section one"), (2, "1.1 Detail"), (2, "Remarks")]
    assert len(headings) == 15
    assert document.status is ParseStatus.WHOLE
    assert [page.number for page in document.pages] == [1, 2, 3, 4, 5]


def test_outline_decides_levels() -> None:
    doc = pymupdf.open()
    page = doc.new_page()
    text(page, 50, 60, "Grinding", 14, "hebo")
    column(page, 50, 90, 480, LOREM)
    text(page, 50, 200, "Sifting", 14, "hebo")
    column(page, 50, 230, 480, LOREM)
    text(page, 50, 340, "Plain words as a heading")
    column(page, 50, 375, 480, LOREM)
    doc.set_toc([[1, "Grinding", 1], [2, "Sifting", 1], [3, "Plain words as a heading", 1]])
    document = parsed(doc.tobytes())
    found = [(e.kind, e.level, e.text) for e in document.elements if e.level is not None]
    assert found == [
        (ElementKind.TITLE, 1, "Grinding"),
        (ElementKind.HEADING, 2, "Sifting"),
        (ElementKind.HEADING, 3, "Plain words as a heading"),
    ]


def chinese(page: Any) -> None:
    text(page, 180, 70, "语料工厂手册", 22, "china-s")
    text(page, 50, 120, "第一章 绪论", 15, "china-s")
    y = column(page, 50, 150, 480, HAN * 2, font="china-s")
    text(page, 50, y + 12, "一、背景", 10, "china-s")
    y = column(page, 50, y + 40, 480, HAN, font="china-s")
    text(page, 50, y + 12, "（一）范围", 10, "china-s")
    y = column(page, 50, y + 40, 480, HAN, font="china-s")
    for index, item in enumerate(("收集文件；", "清洗文本；", "去除重复。")):
        text(page, 60, y + 12 + 16 * index, f"{index + 1}. {item}", 10, "china-s")


def test_chinese_document(golden: Callable[[str, str], None]) -> None:
    golden("pdf/chinese.txt", outline_of(parsed(pdf(chinese))))


def english(page: Any) -> None:
    text(page, 150, 70, "On Milling Text", 22, "hebo")
    text(page, 50, 120, "1 Introduction", 14, "hebo")
    column(page, 50, 150, 230, "We describe a mill for every cor-")
    text(page, 50, 163, "pus that a well-")
    text(page, 50, 176, "known team may want.")
    text(page, 50, 205, "• first point")
    text(page, 50, 219, "• second point that is long enough to be a line of its own and")
    text(page, 58, 232, "goes on below it")
    text(page, 70, 246, "– inner point")
    text(page, 50, 260, "• third point")
    text(page, 50, 290, "def mill(text):", font="cour")
    text(page, 74, 302, "return text.strip()", font="cour")
    column(page, 50, 330, 480, LOREM)
    text(page, 50, 420, "Figure 1: A mill and its stones", 9)
    text(page, 50, 780, "1 A note at the foot of the page.", 8)


def test_english_document(golden: Callable[[str, str], None]) -> None:
    golden("pdf/english.txt", outline_of(parsed(pdf(english))))


def test_paragraphs_go_on_over_pages_and_footnotes() -> None:
    def first(page: Any) -> None:
        column(page, 50, 100, 480, LOREM + "This sentence is cut by the end of the")
        text(page, 50, 780, "1 A note below.", 7)

    def second(page: Any) -> None:
        column(page, 50, 100, 480, "page and goes on here. " + LOREM)

    document = parsed(pdf(first, second))
    paragraphs = of_kind(document, ElementKind.PARAGRAPH)
    assert [e.page for e in paragraphs] == [1]
    assert "the end of the page and goes on here." in paragraphs[0].text
    assert texts(document, ElementKind.FOOTNOTE) == ["1 A note below."]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_text_set_sideways_is_read_upright(rotation: int) -> None:
    def draw(page: Any) -> None:
        two_columns(page)
        page.set_rotation(rotation)

    document = parsed(pdf(draw))
    assert texts(document, ElementKind.PARAGRAPH) == [LEFT.strip(), RIGHT.strip()]
    page = document.pages[0]
    assert (page.width, page.height) == ((595, 842) if rotation == 180 else (842, 595))
    box = of_kind(document, ElementKind.TITLE)[0].bbox
    assert box is not None
    assert 0 <= box.x0 < box.x1 <= page.width
    assert 0 <= box.y0 < box.y1 <= page.height
    near_top = {90: box.x1 > page.width - 100, 180: box.y1 > 742, 270: box.x0 < 100}
    assert near_top[rotation]


def test_every_word_is_in_some_element() -> None:
    data = pdf(two_columns, english, chinese, lambda page: manual(page, 1))
    document = parsed(data)
    told = "".join((e.marker or "") + "".join(e.text.split()) for e in document.elements)
    assert len(told) > 1500
    reader = PyMuPdfReader(data)
    for number in range(1, 5):
        for word in reader.read(number).words:
            assert word.text.rstrip("-") in told


def test_boxes_lie_on_their_pages() -> None:
    for element in parsed(pdf(english, chinese)).elements:
        assert element.bbox is not None
        assert 0 <= element.bbox.x0 < element.bbox.x1 <= 595
        assert 0 <= element.bbox.y0 < element.bbox.y1 <= 842


def test_an_empty_page_keeps_its_slot() -> None:
    document = parsed(pdf(two_columns, lambda page: None, two_columns))
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert {e.page for e in document.elements} == {1, 3}
    assert document.status is ParseStatus.WHOLE


def test_a_file_of_empty_pages_has_no_text() -> None:
    with pytest.raises(ParseError, match="empty") as caught:
        parsed(pdf(lambda page: None))
    assert caught.value.reason is Reason.NO_TEXT


def test_encrypted_file() -> None:
    doc = pymupdf.open()
    text(doc.new_page(), 72, 100, "secret words")
    data = doc.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="u", owner_pw="o")
    with pytest.raises(ParseError, match="--password") as caught:
        parsed(data)
    assert caught.value.reason is Reason.ENCRYPTED
    assert parsed(data, password="u").elements[0].text == "secret words"


def test_a_truncated_file_is_repaired_or_corrupt() -> None:
    data = pdf(two_columns)
    assert "Left column" in parsed(data[:-40]).elements[1].text
    with pytest.raises(ParseError) as caught:
        parsed(data[:200])
    assert caught.value.reason is Reason.CORRUPT


def fail_on(monkeypatch: pytest.MonkeyPatch, numbers: set[int]) -> None:
    read = PyMuPdfReader.read

    def failing(self: PyMuPdfReader, number: int) -> PageContent:
        if number in numbers:
            raise ParseError(Reason.PARSE_FAILED, "a broken content stream", page=number)
        return read(self, number)

    monkeypatch.setattr(PyMuPdfReader, "read", failing)


def test_a_failing_page_is_an_issue_and_keeps_its_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_on(monkeypatch, {2})
    document = parsed(pdf(two_columns, two_columns, two_columns))
    assert [page.number for page in document.pages] == [1, 2, 3]
    (issue,) = document.issues
    assert (issue.code, issue.page) == (IssueCode.PAGE_FAILED, 2)
    assert document.status is ParseStatus.PARTIAL
    assert {e.page for e in document.elements} == {1, 3}


def test_a_file_of_failing_pages_is_corrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    fail_on(monkeypatch, {1, 2})
    with pytest.raises(ParseError, match="broken content") as caught:
        parsed(pdf(two_columns, two_columns))
    assert caught.value.reason is Reason.CORRUPT


def test_pages_over_the_limit_are_an_issue() -> None:
    document = parsed(pdf(two_columns, two_columns, two_columns), max_pages=2)
    assert len(document.pages) == 2
    assert [issue.code for issue in document.issues] == [IssueCode.PAGE_LIMIT]
    assert "pages 3 to 3" in document.issues[0].detail


def test_more_pages_than_a_batch() -> None:
    def page(number: int) -> Callable[[Any], None]:
        def draw(page: Any) -> None:
            text(page, 50, 40, "Running head of a long file", 8)
            column(page, 50, 100, 480, f"Page number {number} says this. " + LOREM)

        return draw

    document = parsed(pdf(*(page(n) for n in range(1, 41))))
    assert len(of_kind(document, ElementKind.PAGE_HEADER)) == 40
    assert [e.page for e in of_kind(document, ElementKind.PARAGRAPH)] == list(range(1, 41))


SCRIPT = """
import sys
sys.path.insert(0, ".")
from tests.parsers.pdf.test_parser import *
print(outline_of(parsed(pdf(english, chinese, two_columns))))
"""


def test_the_same_bytes_give_the_same_document_under_any_hash_seed() -> None:
    def run(seed: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONIOENCODING": "utf-8"},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    first = run("1")
    assert "On Milling Text" in first
    assert first == run("2")


def test_attachments_and_links_are_left_alone() -> None:
    def draw(page: Any) -> None:
        two_columns(page)
        page.insert_link(
            {
                "kind": pymupdf.LINK_URI, "from": pymupdf.Rect(50, 110, 120, 130),
                "uri": "https://example.test/x",
            }
        )  # fmt: skip
        page.parent.embfile_add("note.txt", b"hidden words")

    assert "hidden" not in outline_of(parsed(pdf(draw)))


def test_parser_declares_itself() -> None:
    parser = PdfParser()
    assert (parser.name, parser.version) == ("pdf", 3)
    assert parser.media_types == {MediaType.PDF}
    source = Source("a.pdf", "0" * 64, MediaType.PDF, 3)
    with pytest.raises(ParseError):
        parser.parse(source, b"abc", ParseOptions())
