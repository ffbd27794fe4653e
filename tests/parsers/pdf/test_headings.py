from __future__ import annotations

from typing import Any

import pytest

from parsers.base import ParseOptions
from parsers.pdf.parser import PdfParser
from parsers.pdf.trace import Layer, Trace
from schemas.document import Document, ElementKind
from schemas.source import MediaType, Source
from tests.parsers.pdf.made import HAN, LOREM, column, of_kind, parsed, pdf, text, texts


def fast(*pages: Any, **size: float) -> Document:
    return parsed(pdf(*pages, **size), pdf_profile="fast")


def heads(document: Document) -> list[tuple[int | None, str]]:
    kinds = (ElementKind.TITLE, ElementKind.HEADING)
    return [(e.level, e.text) for e in document.elements if e.kind in kinds]


def sections(page: Any, *parts: tuple[str, float, str], font: str = "helv") -> None:
    """Headings given with size and font, each above a paragraph of the body."""
    y = 80.0
    body = HAN * 2 if font == "china-s" else LOREM
    for words, size, face in parts:
        text(page, 50, y, words, size, face)
        y = column(page, 50, y + 24, 480, body, font) + 24


def test_bold_capitals_and_italics_of_the_bodys_size_are_headings() -> None:
    found = fast(
        lambda page: sections(
            page, ("THE MILL RACE", 10, "hebo"), ("Of wheels", 10, "heit"),
            ("THE MILL STONES", 10, "hebo"), ("Of bread", 10, "heit"),
        )
    )  # fmt: skip
    assert heads(found) == [
        (1, "THE MILL RACE"), (2, "Of wheels"), (1, "THE MILL STONES"), (2, "Of bread"),
    ]  # fmt: skip


def test_chinese_numbers_of_the_bodys_style_are_headings_and_nest() -> None:
    found = fast(
        lambda page: sections(
            page, ("第一章　概况", 15, "china-s"), ("一、站点", 10, "china-s"),
            ("（一）观测", 10, "china-s"), ("（二）记录", 10, "china-s"), font="china-s",
        )
    )  # fmt: skip
    assert heads(found) == [
        (1, "第一章 概况"), (2, "一、站点"), (3, "（一）观测"), (3, "（二）记录"),
    ]  # fmt: skip


def test_an_article_with_its_text_is_no_heading() -> None:
    def draw(page: Any) -> None:
        text(page, 230, 70, "第一章 总则", 14, "china-s")
        y = column(page, 50, 100, 480, "第一条 " + HAN, "china-s")
        column(page, 50, y + 10, 480, "第二条 " + HAN, "china-s")

    found = fast(draw)
    assert heads(found) == [(1, "第一章 总则")]
    assert [t[:3] for t in texts(found, ElementKind.PARAGRAPH)] == ["第一条", "第二条"]


@pytest.mark.parametrize(
    ("line", "font"),
    [
        ("Note:", "hebo"), ("The following sizes are kept in stock:", "hebo"),
        ("www.example.test/mill", "hebo"), ("Q: May I bring my own grain?", "hebo"),
        ("(in thousands of tons)", "hebo"), ("This is said in bold and ends.", "hebo"),
        ("问：可以带宠物吗？", "china-s"), ("需要携带的材料：", "china-s"),
    ],
)  # fmt: skip
def test_lines_that_only_look_like_headings(line: str, font: str) -> None:
    body = "china-s" if font == "china-s" else "helv"

    def draw(page: Any) -> None:
        sections(page, ("1 Mills", 14, "hebo"), font=body)
        text(page, 50, 300, line, 10, font)
        column(page, 50, 318, 480, HAN * 2 if font == "china-s" else LOREM, body)

    assert heads(fast(draw)) == [(1, "1 Mills")]


def test_lists_and_headings_with_the_same_numbers() -> None:
    def draw(page: Any) -> None:
        y = 80.0
        for number, name in enumerate(("Aims", "Means"), start=1):
            text(page, 50, y, f"{number}. {name}", 10, "hebo")
            y = column(page, 50, y + 22, 480, LOREM) + 4
            for item in range(1, 4):
                text(page, 60, y, f"{item}. Point {item} of the list")
                y += 14
            y += 16

    found = fast(draw)
    assert heads(found) == [(1, "1. Aims"), (1, "2. Means")]
    assert [e.marker for e in of_kind(found, ElementKind.LIST_ITEM)] == ["1.", "2.", "3."] * 2


def test_a_heading_over_two_lines_and_one_right_below_another() -> None:
    def draw(page: Any) -> None:
        text(page, 50, 80, "2 A long heading that fills the whole width of its column", 16, "hebo")
        text(page, 50, 100, "and goes on below", 16, "hebo")
        text(page, 50, 130, "2.1 Right below it", 12, "hebo")
        column(page, 50, 160, 480, LOREM * 2)

    assert heads(fast(draw)) == [
        (1, "2 A long heading that fills the whole width of its column and goes on below"),
        (2, "2.1 Right below it"),
    ]


def test_a_title_in_the_running_heads_place_is_the_title() -> None:
    def page(number: int) -> Any:
        def draw(page: Any) -> None:
            if number == 1:
                text(page, 150, 60, "茶园水文观测年报", 22, "china-s")
            else:
                text(page, 250, 40, "茶园水文观测年报", 8, "china-s")
            sections(page, (f"第{'一二三'[number - 1]}章 概况", 14, "china-s"), font="china-s")
            text(page, 290, 810, str(number), 8)

        return draw

    found = fast(page(1), page(2), page(3))
    assert heads(found)[:2] == [(1, "茶园水文观测年报"), (2, "第一章 概况")]
    assert texts(found, ElementKind.PAGE_HEADER) == ["茶园水文观测年报"] * 2


def test_authors_and_dates_behind_the_title_are_no_headings() -> None:
    def draw(page: Any) -> None:
        text(page, 150, 60, "On Milling Text", 22, "hebo")
        text(page, 200, 95, "Ada Byron, Lin Wanqiu", 12)
        text(page, 230, 115, "8 March 2024", 12)
        text(page, 50, 150, "Abstract", 12, "hebo")
        y = column(page, 50, 175, 480, LOREM * 2)
        text(page, 50, y + 20, "1 Introduction", 12, "hebo")
        column(page, 50, y + 45, 480, LOREM * 2)

    assert heads(fast(draw)) == [(1, "On Milling Text"), (2, "Abstract"), (2, "1 Introduction")]


def test_lines_of_contents_are_no_headings() -> None:
    def contents(page: Any) -> None:
        text(page, 50, 80, "Contents", 16, "hebo")
        for index, name in enumerate(("1 Mills", "2 Stones", "3 Bread")):
            text(page, 50, 120 + 20 * index, f"{name} .................. {index + 2}", 12, "hebo")

    def chapter(page: Any) -> None:
        sections(page, ("1 Mills", 16, "hebo"), ("2 Stones", 16, "hebo"))

    assert heads(fast(contents, chapter)) == [(1, "Contents"), (1, "1 Mills"), (1, "2 Stones")]


def test_slides_begin_with_their_headings() -> None:
    def slide(name: str) -> Any:
        def draw(page: Any) -> None:
            text(page, 40, 60, name, 28, "hebo")
            for index in range(3):
                text(page, 60, 120 + 40 * index, f"• Point {index} of this slide", 18)

        return draw

    found = fast(slide("Why mills"), slide("How they grind"), slide("Next"), width=720, height=405)
    assert heads(found) == [(1, "Why mills"), (1, "How they grind"), (1, "Next")]


def test_reasons_are_told() -> None:
    trace = Trace()
    data = pdf(lambda page: sections(page, ("1 Mills", 14, "hebo"), ("2 Flour", 14, "hebo")))
    source = Source("a.pdf", "0" * 64, MediaType.PDF, len(data))
    PdfParser().traced(source, data, ParseOptions(ocr="never", pdf_profile="fast"), trace)
    notes = [note.text for note in trace.notes if note.layer is Layer.KIND]
    assert notes[0].startswith("heading 1: size 1.40x, bold, number 1, white above")
    assert notes[1] == "paragraph"


@pytest.mark.parametrize(("name", "font"), [("7 Stones", "hebo"), ("二、石磨", "china-s")])
def test_a_piece_of_the_next_pages_heading_is_no_heading(name: str, font: str) -> None:
    body = "china-s" if font == "china-s" else "helv"

    def first(page: Any) -> None:
        sections(page, ("第一章 磨坊" if font == "china-s" else "4 Mills", 14, font), font=body)
        text(page, 50, 740, name[-2:], 14, font)

    def second(page: Any) -> None:
        sections(page, (name, 14, font), font=body)

    found = fast(first, second)
    assert [text for _, text in heads(found)][1:] == [name]
    assert texts(found, ElementKind.PAGE_FOOTER) == [name[-2:]]
