"""Lists, code, formulas, quotations, captions, notes and references of whole files."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.document import Document, ElementKind
from tests.parsers.pdf.made import HAN, LOREM, column, grid, of_kind, parsed, pdf, text, texts


def fast(*pages: Any) -> Document:
    return parsed(pdf(*pages), pdf_profile="fast")


def items(document: Document) -> list[tuple[int | None, str | None, str]]:
    return [(e.level, e.marker, e.text) for e in of_kind(document, ElementKind.LIST_ITEM)]


def test_lists_nest_by_indent_and_by_kind_of_marker() -> None:
    def draw(page: Any) -> None:
        column(page, 50, 80, 480, LOREM)
        lines = ("1. Wash the grain", "(a) in cold water", "(b) in warm water", "2. Dry it")
        for index, line in enumerate(lines):
            text(page, 60, 150 + 16 * index, line)
        column(page, 50, 240, 480, LOREM)
        for index, (x, line) in enumerate(((60, "· outer"), (80, "- inner"), (60, "· outer"))):
            text(page, x, 300 + 16 * index, line)

    assert items(fast(draw)) == [
        (0, "1.", "Wash the grain"), (1, "(a)", "in cold water"), (1, "(b)", "in warm water"),
        (0, "2.", "Dry it"), (0, "·", "outer"), (1, "-", "inner"), (0, "·", "outer"),
    ]  # fmt: skip


def test_chinese_list_markers() -> None:
    def draw(page: Any) -> None:
        column(page, 50, 80, 480, HAN, "china-s")
        lines = (
            "1、清洗原粮；",
            "（1）用冷水；",
            "（2）用温水；",
            "2、晾干。",
            "① 第一点",
            "② 第二点",
        )
        for index, line in enumerate(lines):
            text(page, 60, 150 + 16 * index, line, font="china-s")

    assert [(level, marker) for level, marker, _ in items(fast(draw))] == [
        (0, "1、"), (1, "（1）"), (1, "（2）"), (0, "2、"), (1, "①"), (1, "②"),
    ]  # fmt: skip


def test_a_list_goes_on_behind_a_page_turn() -> None:
    def first(page: Any) -> None:
        column(page, 50, 80, 480, LOREM)
        text(page, 60, 770, "· outer")
        text(page, 80, 786, "- inner and it is cut by the")

    def second(page: Any) -> None:
        text(page, 90, 60, "end of the page")
        text(page, 80, 76, "- another inner one")
        text(page, 60, 92, "· outer")
        column(page, 50, 130, 480, LOREM)

    assert items(fast(first, second)) == [
        (0, "·", "outer"), (1, "-", "inner and it is cut by the end of the page"),
        (1, "-", "another inner one"), (0, "·", "outer"),
    ]  # fmt: skip


def test_code_keeps_its_indents_and_goes_on_over_pages() -> None:
    def first(page: Any) -> None:
        column(page, 50, 80, 480, LOREM)
        for index, (x, line) in enumerate(((50, "def mill(grain):"), (74, "if not grain:"))):
            text(page, x, 150 + 12 * index, line, font="cour")

    def second(page: Any) -> None:
        for index, (x, line) in enumerate(((98, "return None"), (74, "return grain.flour()"))):
            text(page, x, 60 + 12 * index, line, font="cour")
        column(page, 50, 130, 480, LOREM)

    assert texts(fast(first, second), ElementKind.CODE) == [
        "def mill(grain):\n    if not grain:\n        return None\n    return grain.flour()"
    ]


@pytest.mark.parametrize(
    "formula", ["E = m · c^2", "y = a + b x + u (3)", "kg/ha = seeds/m² × weight / emergence"]
)
def test_displayed_formulas(formula: str) -> None:
    def draw(page: Any) -> None:
        y = column(page, 50, 80, 480, LOREM)
        text(page, 200, y + 12, formula)
        column(page, 50, y + 40, 480, LOREM)

    assert texts(fast(draw), ElementKind.FORMULA) == [formula]


def test_sentences_with_numbers_are_no_formulas() -> None:
    def draw(page: Any) -> None:
        y = column(page, 50, 80, 480, LOREM)
        text(page, 200, y + 12, "Incidents reported since 1909 (n = 281)")
        y = column(page, 50, y + 40, 480, LOREM)
        text(page, 200, y + 12, "Source: own data, N = 2012.")

    assert texts(fast(draw), ElementKind.FORMULA) == []


def test_text_indented_on_both_sides_is_a_quotation() -> None:
    def draw(page: Any) -> None:
        y = column(page, 50, 80, 480, LOREM * 2)
        y = column(page, 90, y + 12, 400, "Grind slowly, and keep every grain. " * 5)
        column(page, 50, y + 12, 480, LOREM * 2)

    (quote,) = texts(fast(draw), ElementKind.QUOTE)
    assert quote.startswith("Grind slowly")
    assert quote.endswith("every grain.")


def table(page: Any, y: float) -> None:
    grid(page, (50, 150, 250, 350), (y, y + 20, y + 40, y + 60))
    for row in range(3):
        for col in range(3):
            text(page, 60 + 100 * col, y + 14 + 20 * row, f"{row}{col}7")


def order(document: Document) -> list[str]:
    return [f"{e.kind}: {e.text[:12]}" for e in document.elements]


def test_captions_stand_beside_their_tables_and_sentences_in_the_text() -> None:
    def draw(page: Any) -> None:
        y = column(page, 50, 80, 480, LOREM)
        text(page, 50, y + 10, "Table 1: Yield of three mills", 9)
        table(page, y + 20)
        y = column(page, 50, y + 110, 480, "Table 1 shows what was ground. " + LOREM)
        table(page, y + 10)
        text(page, 50, y + 84, "Table 2. Loss of three mills", 9)
        column(page, 50, y + 120, 480, LOREM)

    assert order(fast(draw)) == [
        "paragraph: The mill tak", "caption: Table 1: Yie", "table: 007\t017\t027\n",
        "paragraph: Table 1 show", "table: 007\t017\t027\n", "caption: Table 2. Los",
        "paragraph: The mill tak",
    ]  # fmt: skip


def test_a_chinese_table_title_and_a_sentence_that_begins_with_the_table() -> None:
    def draw(page: Any) -> None:
        y = column(page, 50, 80, 480, "表1显示了三座磨坊的产量。" + HAN, "china-s")
        text(page, 50, y + 10, "表 1　三座磨坊的产量", 9, "china-s")
        table(page, y + 20)
        column(page, 50, y + 110, 480, HAN, "china-s")

    found = fast(draw)
    assert [e.kind for e in found.elements] == [
        ElementKind.PARAGRAPH, ElementKind.CAPTION, ElementKind.TABLE, ElementKind.PARAGRAPH,
    ]  # fmt: skip
    assert texts(found, ElementKind.CAPTION) == ["表 1 三座磨坊的产量"]


def test_footnotes_are_single_and_stand_behind_the_pages_text() -> None:
    def first(page: Any) -> None:
        column(page, 50, 80, 480, LOREM * 3)
        text(page, 50, 760, "1 The first note is short.", 7)
        text(page, 50, 769, "2 The second one goes on over", 7)
        text(page, 50, 778, "a line of its own", 7)

    def second(page: Any) -> None:
        column(page, 50, 80, 480, LOREM * 3)
        text(page, 50, 769, "and ends on the page behind it.", 7)
        text(page, 50, 778, "3 The third note.", 7)

    found = fast(first, second)
    assert texts(found, ElementKind.FOOTNOTE) == [
        "1 The first note is short.",
        "2 The second one goes on over a line of its own and ends on the page behind it.",
        "3 The third note.",
    ]


def test_chinese_footnotes() -> None:
    def draw(page: Any) -> None:
        column(page, 50, 80, 480, HAN * 3, "china-s")
        text(page, 50, 765, "① 引自地方志。", 7, "china-s")
        text(page, 50, 776, "② 数据为作者整理。", 7, "china-s")

    notes = texts(fast(draw), ElementKind.FOOTNOTE)
    assert notes == ["① 引自地方志。", "② 数据为作者整理。"]


@pytest.mark.parametrize(
    ("head", "font", "entries"),
    [
        ("References", "helv", (
            ("[1] Gao S. Cores and probes, a calibration", "handbook. Station Notes 7."),
            ("[2] Lin W. Lightning and loggers. Letters", "4, 11-19."),
        )),
        ("参考文献", "china-s", (
            ("[1] 高山. 土壤水分探头的标定手册", "与使用说明. 青岚山, 2018."),
            ("[2] 林晚秋. 雷电与记录器. 站刊", "2021, 4: 11-19."),
        )),
    ],
)  # fmt: skip
def test_references_are_entries_and_no_footnotes(
    head: str, font: str, entries: tuple[tuple[str, str], ...]
) -> None:
    def draw(page: Any) -> None:
        column(page, 50, 80, 480, HAN * 4 if font == "china-s" else LOREM * 4, font)
        text(page, 50, 600, head, 12, "hebo" if font == "helv" else font)
        y = 630
        for first, rest in entries:
            text(page, 50, y, first, 8, font)
            text(page, 66, y + 10, rest, 8, font)
            y += 20

    found = fast(draw)
    assert texts(found, ElementKind.FOOTNOTE) == []
    space = "" if font == "china-s" else " "
    expected = [f"{first}{space}{rest}" for first, rest in entries]
    if font == "china-s":
        expected[1] = " ".join(entries[1])
    assert texts(found, ElementKind.PARAGRAPH)[-2:] == expected


def test_a_paragraph_goes_on_behind_a_table_in_its_middle() -> None:
    def draw(page: Any) -> None:
        y = column(page, 50, 80, 480, LOREM + "This sentence is interrupted by")
        table(page, y + 10)
        column(page, 50, y + 100, 480, "a table and goes on here. " + LOREM)

    found = fast(draw)
    assert [e.kind for e in found.elements] == [ElementKind.PARAGRAPH, ElementKind.TABLE]
    assert "interrupted by a table" in found.elements[0].text
