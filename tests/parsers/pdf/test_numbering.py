from __future__ import annotations

import pytest

from parsers.pdf.bookmarks import outline_index
from parsers.pdf.levels import number_depths
from parsers.pdf.markers import is_caption
from parsers.pdf.numbering import Family, numbering
from parsers.pdf.page import OutlineItem
from parsers.pdf.styles import Style


@pytest.mark.parametrize(
    ("text", "family", "parts", "value"),
    [
        ("Part II Fields", Family.PART, 1, 2),
        ("第二部分 结果", Family.PART, 1, 2),
        ("CHAPTER III The End", Family.CHAPTER, 1, 3),
        ("第十二章　结论", Family.CHAPTER, 1, 12),
        ("Appendix B Tables", Family.CHAPTER, 1, 2),
        ("附录A 数据", Family.CHAPTER, 1, 1),
        ("第三节 方法", Family.SECTION, 1, 3),
        ("第二十条 保管", Family.ARTICLE, 1, 20),
        ("二十一、其他", Family.HAN, 1, 21),
        ("（三）范围", Family.HAN_IN_BRACKETS, 1, 3),
        ("IV. Results", Family.ROMAN, 1, 4),
        ("C. Sensors", Family.LETTER, 1, 3),
        ("2. 方法", Family.DECIMAL, 1, 2),
        ("2 Methods", Family.DECIMAL, 1, 2),
        ("１．２　背景", Family.DECIMAL, 2, 2),
        ("A.1 Proofs", Family.DECIMAL, 2, 1),
        ("§ 3 Scope", Family.DECIMAL, 1, 3),
        ("4.3.12 Deep", Family.DECIMAL, 3, 12),
        ("（1）甲方", Family.IN_BRACKETS, 1, 1),
    ],
)
def test_families_of_section_numbers(text: str, family: Family, parts: int, value: int) -> None:
    found = numbering(text)
    assert found is not None
    assert found[:3] == (family, parts, value)


@pytest.mark.parametrize(
    "text",
    ["12 March 2024", "2007 results", "3 per cent of it", "A study of tea", "I am here",
     "10 kg", "3个月后", "Part of it", "一个"],
)  # fmt: skip
def test_what_is_no_section_number(text: str) -> None:
    assert numbering(text) is None


BOLD, PLAIN, BIG = Style(12.0, True), Style(10.0, False), Style(16.0, True)


def depths(texts: list[str], styles: list[Style]) -> list[int | None]:
    return number_depths([numbering(text) for text in texts], styles)


@pytest.mark.parametrize(
    ("texts", "styles", "expected"),
    [
        (["第一章 总则", "第一节 目的", "一、背景", "（一）范围", "1. 数据", "（1）来源"],
         [BIG, BOLD, PLAIN, PLAIN, PLAIN, PLAIN], [1, 2, 3, 4, 5, 6]),
        (["一、概况", "（一）人口", "1. 城镇"], [BOLD, BOLD, PLAIN], [1, 2, 3]),
        (["第1章 概述", "1.1 背景", "1.1.1 数据"], [BIG, BOLD, PLAIN], [1, 2, 3]),
        (["1 Introduction", "1.1 Data", "A. Proofs"], [BIG, BOLD, BIG], [1, 2, 1]),
        (["I. Motivation", "A. Sensors", "B. Sites"], [BIG, PLAIN, PLAIN], [1, 2, 2]),
        (["Chapter 3 Mills", "3.1 Stones", "3.1.2 Teeth"], [BIG, BOLD, PLAIN], [1, 2, 3]),
        (["Part I", "Chapter 1 A", "Chapter 2 B"], [BIG, BOLD, BOLD], [1, 2, 2]),
    ],
)  # fmt: skip
def test_numbers_nest_as_they_are_used(
    texts: list[str], styles: list[Style], expected: list[int]
) -> None:
    assert depths(texts, styles) == expected


def test_bookmarks_without_letters_are_left_out() -> None:
    outline = [OutlineItem(1, "1.2", 3), OutlineItem(2, "2 On Tea", 4)]
    assert list(outline_index(outline)) == ["ontea"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Figure 1 shows the curve", False), ("Figure 1. The curve", True),
        ("Table 2 gives the yield", False), ("Table 2 Outcomes at week 12", True),
        ("Table A.1: Census", True), ("TABLE IV. RESULTS", True), ("table 1). It ends", False),
        ("表1显示了产量", False), ("表 2 中的数字", False), ("表1、表2 与图3", False),
        ("表 1 各季度降水", True), ("图2-1 流程", True), ("附表 分配与金额", True), ("续表1", True),
    ],
)  # fmt: skip
def test_captions_and_sentences_on_them(text: str, expected: bool) -> None:
    assert is_caption(text) is expected
