"""Cleaning: each kernel on chosen texts, spans and fixed points on any text."""

from __future__ import annotations

import re
import time
import unicodedata
from collections import Counter
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.text import characters, layout, mojibake
from dataflow.text.clean import CHANGE_STRUCT, CleanText, Work
from dataflow.text.segments import Span, pieces, rebuilt
from schemas.errors import SchemaError
from tests.strategies.text import (
    CHINESE,
    ENGLISH,
    any_texts,
    documents,
    element_rows,
    frame_of,
    messy_texts,
)

GOOD = (
    *ENGLISH,
    *CHINESE,
    "Le café «À la Maison» — déjà fermé… “Où?” É” à » Ó",
    "Größenwahn, Äpfel, ¿Qué tal? São João, naïve, Þórður, Łódź, žluťoučký kůň",
    "Советский Союз (СССР) — «Россия», Р. С. Иванов",
    "他说：“今天（星期一）很好！”【注】《红楼梦》第１章？——不，……",
    "The integral of x² is ⅓x³ ± ½; √2 ≈ 1.41, √π; № 5, 20 ℃, ①②③ Ⅳ",
    "ÀÂÄÉÈÊËÎÏÔ and àáâãäåæçèéêë and ¡¢£¤¥¦§¨©ª«¬®ÀÁÂÃÄÅ are letters",
    "한국어 문장입니다. 日本語の文章です。「はい」 ภาษาไทย हिन्दी",
    "A family emoji 👨‍👩‍👧 and Persian می‌خواهم and a heart ❤️",
    "锛 is a rare character, 銆 too",
    "Line with a break  \nand its end\n\n    indented-\n    code \t x\n\n| a  | b |\n|----|---|",
    "- item\n  - nested\n    - deeper\n\n1. one\n2. two",
)


@pytest.mark.parametrize("text", [text for text in GOOD if "１" not in text])
def test_good_text_is_left_alone(text: str) -> None:
    assert CleanText().clean(text) == text


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("cafÃ©", "café"),
        ("donâ€™t", "don’t"),
        ("â€œquotedâ€\x9d", "“quoted”"),
        ("ä½\xa0å¥½ï¼\x8cä¸\x96ç\x95\x8c", "你好，世界"),
        ("ÕâÊÇÒ»¸ö²âÊÔ£¬Ð»Ð»¡£", "这是一个测试，谢谢。"),
        ("浣犲ソ锛屽ぉ姘斿晩", "你好，天气啊"),
        ("РїСЂРёРІРµС‚ РјРёСЂ", "привет мир"),
    ],
)
def test_mojibake_is_repaired(bad: str, good: str) -> None:
    assert mojibake.repaired(f"{bad}\nfine 文") == (f"{good}\nfine 文", 1)


@pytest.mark.parametrize("text", [*ENGLISH, *CHINESE, GOOD[8], GOOD[9]])
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_utf8_read_as_latin_comes_back(text: str, encoding: str) -> None:
    try:
        broken = text.encode().decode(encoding)
    except UnicodeDecodeError:
        return
    assert CleanText().clean(broken) == text


def test_mojibake_that_is_shown_stays() -> None:
    text = "Bytes decoded wrongly look like “Ã©” or `Ã¨`; 乱码如“Ã©”。"
    assert mojibake.repaired(text) == (text, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[32m题目\x1b[m and \x1b[1;31mred\x1b[0m", "题目 and red"),
        ("N\bNA\bAM\bME\bE _\bf_\bi", "NAME fi"),
        ("a\x00b\x07c\x7f", "abc"),
        ("\ufeff零\u200b宽\u2060字\u202e符", "零宽字符"),
        ("a\u200db 👨\u200d👩 می\u200cخ 字\u200d", "ab 👨\u200d👩 می\u200cخ 字"),
        ("ភាសា\u200bខ្មែរ\u200b ไทย\u200bไทย a\u200bก\u200b", "ភាសា\u200bខ្មែរ ไทย\u200bไทย aก"),
        ("ᠮᠣᠩ\u180eᠠ a\u180eb", "ᠮᠣᠩ\u180eᠠ ab"),
    ],
)
def test_controls(text: str, expected: str) -> None:
    assert characters.without_controls(text) == (expected, len(text) - len(expected))


@pytest.mark.parametrize("errors", ["replace", "ignore"])
@pytest.mark.parametrize("name", ["gbk", "gb18030"])
def test_utf8_read_as_gbk_is_repaired_where_bytes_were_left(name: str, errors: str) -> None:
    text = "水车立在河边，为全村的人磨面，每天早上磨坊主打开水闸，轮子就开始转动。"
    lost = text.encode().decode(name, errors)
    found, lines = mojibake.repaired(lost)
    assert lines == 1
    parts = [re.escape(part) for part in found.split("\ufffd")]
    assert re.fullmatch(".{1,2}".join(parts), text)
    assert 1 <= found.count("\ufffd") <= len(text) // 4
    assert mojibake.repaired(found) == (found, 0)


@pytest.mark.parametrize(
    "text",
    [
        "浣犲ソ鍚\ufffd",  # three characters, one of them lost, prove nothing
        "数据工程师需要清洗文本，\ufffd需要认真对待每一行。",
        "锛 and 銆 are rare characters\ufffd",
        "浣溪沙·一曲新词酒一杯，去年天气旧亭台\ufffd",
    ],
)
def test_losses_alone_are_no_accident(text: str) -> None:
    assert mojibake.repaired(text) == (text, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＧＰＵ的１２３．５％，好：是；对！（吗？）", "GPU的123.5%，好：是；对！（吗？）"),
        ("＊＃｜＜＞＿～＋－＝", "＊＃｜＜＞＿～＋－＝"),
        ("ﬁle eﬀect oﬃce", "file effect office"),
        ("⽤⼈⻓⻋", "用人长车"),
        ("ｶﾞｷﾞ｡", "ガギ。"),
        ("\uf900\uf901", "\u8c48\u66f4"),
        ("︵中︶︒", "（中）。"),
        ("ﻣﺮﺣﺒﺎ", "مرحبا"),
        ("x² H₂O ½ ① Ⅳ ㎡ ™ 𝑥", "x² H₂O ½ ① Ⅳ ㎡ ™ 𝑥"),
    ],
)
def test_compatibility_forms(text: str, expected: str) -> None:
    found, count = characters.compatible(text)
    assert found == expected
    assert (count > 0) is (text != expected)


def test_nfkc_modes() -> None:
    text = "Ａ，x²"
    assert CleanText(nfkc="off").clean(text) == text
    assert CleanText().clean(text) == "A，x²"
    assert CleanText(nfkc="full").clean(text) == "A,x2"


def test_a_flood_of_combining_marks_is_bounded() -> None:
    flood = "a" + "\u0316\u0300" * 50_000 + "b"
    cleaned = CleanText().clean(flood)
    assert len(cleaned) <= characters.MARK_LIMIT + 2
    assert (cleaned[0], cleaned[-1]) == ("à", "b")


@pytest.mark.parametrize(
    "hostile",
    [
        " " * 300_000 + "x", "-" * 300_000, "a" * 300_000, "锛" * 99_999, "\n" * 300_000 + "x",
        "\t\n " * 99_999, "Ã" * 99_999, "a-\n" * 60_000, "\u3000" * 99_999, "`" * 99_999,
        "a\b" * 99_999, "\x1b[" * 99_999, "Ã©" * 50_000, "àb" * 99_999 + "-\n" + "c" * 99_999,
    ],
)  # fmt: skip
def test_hostile_repetition_takes_linear_time(hostile: str) -> None:
    cleaned = CleanText().clean(hostile)
    assert CleanText().clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("an exam-\nple", "an example"),
        ("an exam-\n   ple.", "an example."),
        ("état géné-\nral", "état général"),
        ("a well-\nknown thing", "a well-known thing"),
        ("state-of-the-\nart", "state-of-the-art"),
        ("an e-\nmail", "an e-mail"),
        ("pre-\nand postfix", "pre-\nand postfix"),
        ("Jean-\nluc", "Jean-\nluc"),
        ("in IBM-\ncompatible", "in IBM-\ncompatible"),
        ("some-\nThing", "some-\nThing"),
        ("exam\xad\nple", "example"),
        ("| exam-\nple |", "| exam-\nple |"),
        ("    exam-\n    ple", "    exam-\n    ple"),
        ("- a-\n- b", "- a-\n- b"),
        ("中-\n文", "中-\n文"),
        ("1-\n2", "1-\n2"),
        ("semi-\nfinal, semifinal", "semifinal, semifinal"),
        ("tooth-\nbrush, a tooth-brush", "tooth-brush, a tooth-brush"),
        ("Infor-\nmation and information", "Information and information"),
        ("heavily-\ncommented code", "heavily-commented code"),
        ("multiply-\ning", "multiplying"),
        ("to byte-\ncompile a byte-code file", "to byte-compile a byte-code file"),
        ("speed-\nstepped: the speed stepped up", "speed-stepped: the speed stepped up"),
        ("some-\nthing: some thing", "something: some thing"),
    ],
)
def test_hyphenation(text: str, expected: str) -> None:
    assert CleanText().clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a \t\nb", "a\nb"),
        ("hard  \nbreak", "hard  \nbreak"),
        ("hard     \nbreak", "hard  \nbreak"),
        ("end  \n\nnext", "end\n\nnext"),
        ("| a |  \n| b |", "| a |\n| b |"),
        ("a\n\n\nb", "a\n\n\nb"),
        ("a\n\n\n\n\nb", "a\n\n\nb"),
        ("a\n \n\t\n \nb", "a\n\n\nb"),
        ("\n\na\n\n", "a\n"),
        ("　　首行缩进，\u3000中间", "首行缩进， 中间"),
        ("\xa0\xa0\xa0\xa0not code", "not code"),
        ("    code", "    code"),
        ("a\r\nb\rc\x0cd\u2029e", "a\nb\nc\nd\n\ne"),
        (" \n \n", ""),
    ],
)
def test_white_space(text: str, expected: str) -> None:
    assert CleanText().clean(text) == expected


def test_fenced_code_loses_only_controls_and_line_ends() -> None:
    code = "```py\nx = 'Ａ'  \nlong-\nname\xa0= cafÃ©\n\n\n\n\n~~~\n```"
    text = f"Ａ \n{code}\nＢ"
    dirty = text.replace("long", "lo\x00ng").replace("\n", "\r\n")
    assert CleanText().clean(dirty) == f"A\n{code}\nB"
    assert layout.fenced(f"a\n{code}\nb") == [(2, 2 + len(code))]
    assert layout.fenced("~~~\nopen ``` \n") == [(0, 14)]


def test_changes_are_counted() -> None:
    frame = CleanText()(frame_of("cafÃ©\u200b Ａ \nexam-\nple", "clean 干净", None))
    first = {name: count for name, count in frame["changes"].to_list()[0].items() if count}
    assert first == {"mojibake": 1, "nfkc": 1, "control": 1, "whitespace": 1, "hyphens": 1}
    assert set(frame["changes"].to_list()[1].values()) == {0}
    assert frame["text"].to_list() == ["café A\nexample", "clean 干净", None]


@pytest.mark.parametrize("option", ["mojibake", "control", "whitespace", "hyphenation"])
def test_each_option_switches_its_step_off(option: str) -> None:
    samples = {
        "mojibake": "cafÃ©", "control": "a\u200bb", "whitespace": "a \nb",
        "hyphenation": "exam-\nple",
    }  # fmt: skip
    off: dict[str, Any] = {option: False}
    for name, text in samples.items():
        assert (CleanText(**off).clean(text) == text) is (name == option)


@settings(max_examples=300)
@given(any_texts)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = CleanText().clean(text)
    assert CleanText().clean(once) == once
    assert unicodedata.is_normalized("NFC", once) or "```" in once or "~~~" in once


@settings(max_examples=80, deadline=None)
@given(st.lists(element_rows(), max_size=4))
def test_spans_follow_the_text(rows: list[tuple[str, list[dict[str, Any]]]]) -> None:
    frame = documents(rows)
    before = frame.clone()
    once = CleanText()(frame)
    assert frame.equals(before)
    assert once["elements"].dtype == frame["elements"].dtype
    for (text, elements), row in zip(rows, once.iter_rows(named=True), strict=True):
        _check_spans(text, elements, row)
    twice = CleanText()(once)
    assert twice.drop("changes").equals(once.drop("changes"))
    assert all(set(change.values()) == {0} for change in twice["changes"])


def _check_spans(text: str, elements: list[dict[str, Any]], row: dict[str, Any]) -> None:
    """Nothing crosses a span's edge: what the spans leave out is what they left out before."""
    cleaned, end = row["text"], 0
    for old, new in zip(elements, row["elements"], strict=True):
        kept = {"kind", "page", "bbox", "level", "marker", "confidence"}
        assert {key: old[key] for key in kept} == {key: new[key] for key in kept}
        if old["char_start"] is None:
            assert (new["char_start"], new["char_end"]) == (None, None)
            continue
        assert end <= new["char_start"] <= new["char_end"] <= len(cleaned)
        end = new["char_end"]
        piece = text[old["char_start"] : old["char_end"]]
        kind = old["kind"]
        whole = [Span(0, len(piece), kind in ("code", "formula"), kind == "table")]
        alone = CleanText()._settled(piece, whole, Work(text, Counter()))[0]
        found = cleaned[new["char_start"] : new["char_end"]]
        assert "".join(found.split()) == "".join(alone.split())


def test_pieces_know_their_neighbours_and_nested_spans() -> None:
    spans = [Span(0, 6, True), Span(2, 4), Span(7, 9)]
    found = pieces("abcdef\ngh", spans)
    assert [(p.text, p.before, p.after, p.verbatim) for p in found] == [
        ("ab", "", "c", True), ("cd", "b", "e", True), ("ef", "d", "\n", True),
        ("\n", "f", "g", False), ("gh", "\n", "", False),
    ]  # fmt: skip
    assert rebuilt("abc", [], lambda piece: piece.text.upper()) == ("ABC", [])


def test_list_markers_keep_their_space_and_elements_their_own_words() -> None:
    text = "- 一ＡＢ\n- exam-\nple \n"
    element: dict[str, Any] = {"page": 1, "bbox": None, "level": 0, "marker": "-", "cells": None}
    rows = [
        {**element, "kind": "list_item", "char_start": 2, "char_end": 5, "text": "一ＡＢ"},
        {**element, "kind": "list_item", "char_start": 8, "char_end": 17, "text": "exam-\nple"},
        {**element, "kind": "page_footer", "char_start": None, "char_end": None, "text": "Ｐ １"},
    ]
    row = CleanText()(documents([(text, rows)])).row(0, named=True)
    assert row["text"] == "- 一AB\n- example\n"
    assert [(e["char_start"], e["char_end"], e["text"]) for e in row["elements"]] == [
        (2, 5, "一AB"), (8, 15, "example"), (None, None, "P 1"),
    ]  # fmt: skip


def test_a_span_outside_its_text_is_an_error() -> None:
    bad = {"kind": "paragraph", "char_start": 1, "char_end": 9, "text": "x"}
    with pytest.raises(SchemaError, match=r"span 1\.\.9 lies outside its text of 3 characters"):
        CleanText()(documents([("abc", [bad])]))


def test_null_and_empty_element_lists_stay() -> None:
    frame = documents([("Ａ", []), ("Ｂ", [])])
    nulls = frame.with_columns(elements=pl.when(pl.col("text") == "Ａ").then(pl.col("elements")))
    cleaned = CleanText()(nulls)
    assert cleaned["elements"].to_list() == [[], None]
    assert cleaned["text"].to_list() == ["A", "B"]


def test_an_empty_frame_gains_the_column() -> None:
    cleaned = CleanText()(documents([]))
    assert cleaned.height == 0
    assert cleaned["changes"].dtype == CHANGE_STRUCT


@settings(max_examples=50)
@given(st.lists(messy_texts, max_size=5), st.randoms(use_true_random=False))
def test_rows_do_not_depend_on_their_order(texts: list[str], random: Random) -> None:
    frame = frame_of(*texts)
    order = random.sample(range(len(texts)), len(texts))
    assert CleanText()(frame)[order].equals(CleanText()(frame[order]))


TABLE = "| 编号 | ﬁnal |\n|---|---|\n| Ａ１２ | ２０％ |\n| ⽤ e\u0301 | cafÃ©s\u200b  |"


@pytest.mark.parametrize("nfkc", ["compat-safe", "full"])
def test_tables_keep_their_characters(nfkc: Any) -> None:
    text = f"第１章　ﬁle\n\n{TABLE}\n\n第２章"
    kept = TABLE.replace("e\u0301", "é").replace("Ã©", "é").replace("\u200b", "")
    cleaned = CleanText(nfkc=nfkc, simplify=True).clean(text)
    assert cleaned == f"第1章 file\n\n{kept}\n\n第2章"
    html = "<table>\n<tr><td>２０</td></tr>\n</table>"
    assert CleanText(nfkc=nfkc).clean(f"２\n\n{html}\n\n２") == f"2\n\n{html}\n\n2"
    assert CleanText(nfkc=nfkc).clean("Ａ | Ｂ\n\nno ruler") == "A | B\n\nno ruler"


def test_table_elements_and_cells_keep_their_characters() -> None:
    cells = [
        {"row": 0, "col": col, "row_span": 1, "col_span": 1, "header": False, "text": text,
         "bbox": None}
        for col, text in enumerate(["Ａ１２", "２０％", "cafÃ©s\u200b"])
    ]  # fmt: skip
    element = {
        "kind": "table", "page": 1, "bbox": None, "char_start": 0, "char_end": 10, "level": None,
        "marker": None, "confidence": 1.0, "text": "Ａ１２ ２０％\u200b", "cells": cells,
    }  # fmt: skip
    row = CleanText().cleaned(documents([("Ａ１２ ２０％\u200b \n\n２", [element])])).frame
    found = row.row(0, named=True)
    assert found["text"] == "Ａ１２ ２０％\n\n2"
    assert found["elements"][0]["text"] == "Ａ１２ ２０％"
    assert [cell["text"] for cell in found["elements"][0]["cells"]] == ["Ａ１２", "２０％", "cafés"]


def test_tables_are_found_in_linear_time() -> None:
    hostile = ["|-" * 5_000, "|\n" * 5_000, "-|-\n" * 2_500, "<table" * 2_000, "| \n|-\n" * 1_500]
    for text in hostile:
        start = time.process_time()
        layout.tables(text)
        assert time.process_time() - start < 0.5, text[:10]


def test_bytes_of_unproven_mojibake_stay() -> None:
    text = "In UTF-8 the letter is shown as Ã\xad here\u200b"
    assert CleanText().clean(text) == text[:-1]
    assert CleanText(mojibake=False).clean("Ã\xad") == "Ã"
    assert CleanText().clean("Ger\xadman Übergröße\xadn, C1 \x90here, 软\xad件") == (
        "German Übergrößen, C1 here, 软件"
    )
