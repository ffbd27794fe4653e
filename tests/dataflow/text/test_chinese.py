"""Traditional to simplified: an option, for Chinese alone, code and formulas left out."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.text import chinese
from dataflow.text.clean import CleanText
from tests.strategies.text import documents

TRADITIONAL = "水車立在河邊，為全村的人磨麵；頭髮與發展，乾隆年間天氣乾燥。"
SIMPLIFIED = "水车立在河边，为全村的人磨面；头发与发展，乾隆年间天气干燥。"


def test_it_is_an_option_that_is_off() -> None:
    counts: Counter[str] = Counter()
    assert CleanText().clean(TRADITIONAL) == TRADITIONAL
    assert CleanText(simplify=True).clean(TRADITIONAL, counts) == SIMPLIFIED
    assert counts["simplified"] == sum(a != b for a, b in zip(TRADITIONAL, SIMPLIFIED, strict=True))
    assert CleanText(simplify=True).clean(SIMPLIFIED) == SIMPLIFIED


@pytest.mark.parametrize(
    "text",
    [
        "水車は川のそばに立ち、村のために粉をひく。", "国語の読書と東京の鉄道について話す。",
        "漢字 섞어 쓴 한국어 문장입니다.", "The mill and the wheel", "见 `變數` 与",
        "公式 $變數 + 1$ 在此", "https://example.org/變數", "[链接](/變數)", "```\n變數\n```",
    ],
)  # fmt: skip
def test_japanese_korean_code_and_formulas_stay(text: str) -> None:
    assert CleanText(simplify=True).clean(text) == text


def test_a_japanese_document_keeps_its_headings_without_kana() -> None:
    text = "# 東京鉄道歴史\n\n水車は川のそばに立ち、村のために粉をひく。\n\n## 図書館"
    assert CleanText(simplify=True).clean(text) == text


def test_a_quotation_in_japanese_stays_in_a_chinese_document() -> None:
    quote = "「水車は川のそばに立ち、時間が過ぎる」"
    text = "\n\n".join([TRADITIONAL, TRADITIONAL, quote, TRADITIONAL])
    found = "\n\n".join([SIMPLIFIED, SIMPLIFIED, quote, SIMPLIFIED])
    assert CleanText(simplify=True).clean(text) == found


def test_spans_follow() -> None:
    text = f"{TRADITIONAL}\n\n變數 = 1\n\n{TRADITIONAL}"
    first, second, third = 0, len(TRADITIONAL) + 2, text.rindex(TRADITIONAL)
    rows = [
        _element("paragraph", first, first + len(TRADITIONAL), TRADITIONAL),
        _element("code", second, second + len("變數 = 1"), "變數 = 1"),
        _element("paragraph", third, len(text), TRADITIONAL),
    ]
    row = CleanText(simplify=True)(documents([(text, rows)])).row(0, named=True)
    assert row["text"] == f"{SIMPLIFIED}\n\n變數 = 1\n\n{SIMPLIFIED}"
    assert [e["text"] for e in row["elements"]] == [SIMPLIFIED, "變數 = 1", SIMPLIFIED]
    found = [row["text"][e["char_start"] : e["char_end"]] for e in row["elements"]]
    assert found == [SIMPLIFIED, "變數 = 1", SIMPLIFIED]


def _element(kind: str, start: int, end: int, text: str) -> dict[str, Any]:
    return {
        "kind": kind, "page": 1, "bbox": None, "char_start": start, "char_end": end, "level": None,
        "marker": None, "confidence": 1.0, "text": text, "cells": None,
    }  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("車頭髮發乾薴裡麵著於幹の`$ \nab，。"), max_size=40))
def test_simplifying_twice_is_simplifying_once(text: str) -> None:
    once = CleanText(simplify=True).clean(text)
    assert CleanText(simplify=True).clean(once) == once


@pytest.mark.parametrize(
    "hostile", ["`車" * 50_000, "$車 " * 50_000, "車" * 200_000, "](車" * 50_000]
)
def test_hostile_text_takes_linear_time(hostile: str) -> None:
    assert chinese.simplified(hostile)[1] <= len(hostile)
