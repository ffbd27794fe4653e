from __future__ import annotations

from typing import Any

import pytest

from parsers.pdf.joining import goes_on, joined, paragraph, words_of
from parsers.pdf.markers import after_marker, is_caption, list_marker
from parsers.pdf.numbering import numbering
from tests.parsers.pdf.made import parsed, pdf, text


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("the informa-", "tion is", "the information is"),
        ("a well-", "known case", "a well-known case"),
        ("a state-of-the-", "art engine", "a state-of-the-art engine"),
        ("the pre\u00ad", "fix", "the prefix"),
        ("Smith-", "Jones wrote", "Smith-Jones wrote"),
        ("pages 10-", "12 show", "pages 10-12 show"),
        ("end of line", "next line", "end of line next line"),
        ("数据清洗", "与去重", "数据清洗与去重"),
        ("使用", "PyArrow", "使用 PyArrow"),
    ],
)
def test_joined(left: str, right: str, expected: str) -> None:
    assert joined(left, right) == expected


def test_paragraph_over_three_lines() -> None:
    assert paragraph(["A corpo-", "ra is no", "word."]) == "A corpora is no word."


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("the rest of this sen-", "tence", True),
        ("the rest of this", "sentence", True),
        ("It ends here.", "another", False),
        ("no mark at the end", "But a capital", False),
        ("句子还没有说完，而", "后面接着说", True),
        ("句子说完了。", "新的一句", False),
    ],
)
def test_goes_on(left: str, right: str, expected: bool) -> None:
    assert goes_on(left, right) is expected


@pytest.mark.parametrize(
    ("text", "marker", "rest"),
    [
        ("• apples", "•", "apples"),
        ("1. apples", "1.", "apples"),
        ("(a) apples", "(a)", "apples"),
        ("一、概况", "一、", "概况"),
        ("（二）方法", "（二）", "方法"),
        ("① 第一点", "①", "第一点"),
        ("1、苹果", "1、", "苹果"),
        ("3.5 per cent", None, "3.5 per cent"),
    ],
)
def test_list_markers(text: str, marker: str | None, rest: str) -> None:
    assert list_marker(text) == marker
    assert after_marker(text) == rest


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("1 Introduction", 1), ("2.3 Methods", 2), ("1.2.3 Data", 3), ("第三章 结果", 1),
        ("第二节 方法", 1), ("一、概况", 1), ("（一）范围", 1), ("1.1 背景", 2), ("Chapter 4", 1),
        ("Appendix B Tables", 1), ("Results", None), ("2007", None),
    ],
)  # fmt: skip
def test_numbers_of_sections(text: str, depth: int | None) -> None:
    found = numbering(text)
    assert (found and found[1]) == depth


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Table 3. Yields", True), ("Figure 2: A mill", True), ("表1 产量", True),
        ("图 2-1 流程图", True), ("Fig. 4", True), ("Tables are hard", False), ("图书馆", False),
    ],
)  # fmt: skip
def test_captions(text: str, expected: bool) -> None:
    assert is_caption(text) is expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("a co-", "lumn of text", "a column of text"),
        ("it is on-", "line now", "it is on-line now"),
        ("the corpo-", "ra are", "the corpora are"),
        ("a state-of-the-", "art engine", "a state-of-the-art engine"),
        ("in COVID-", "19 wards", "in COVID-19 wards"),
        ("by e-", "mail only", "by e-mail only"),
    ],
)
def test_a_cut_word_is_spelled_as_elsewhere_in_the_file(
    left: str, right: str, expected: str
) -> None:
    words = words_of(["one column and the on-line mill", "a corpo-", "lumn"])
    assert joined(left, right, words) == expected


def test_cut_words_of_a_file() -> None:
    def draw(page: Any) -> None:
        text(page, 50, 80, "The mill keeps its grain in one column, and another co-")
        text(page, 50, 93, "lumn holds the flour that was ground in the night be-")
        text(page, 50, 106, "fore the market.")

    found = parsed(pdf(draw), pdf_profile="fast").elements
    assert found[0].text.endswith("and another column holds the flour that was ground in the "
                                  "night before the market.")  # fmt: skip
