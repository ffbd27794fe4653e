from __future__ import annotations

import pytest
from hypothesis import given

from dataflow.evidence.wording import tokens
from dataflow.sft.rules.swaps import swaps
from tests.strategies.sft import CHINESE, ENGLISH, sentences_en, sentences_zh


def found(sentence: str, around: str, lang: str) -> dict[str, tuple[str, str]]:
    return {swap.flaw: (swap.was, swap.now) for swap in swaps(sentence, around, lang, 0)}


def test_a_number_is_taken_from_the_document_where_one_has_the_same_unit() -> None:
    sentence = "The tower is 42 metres tall."
    assert found(sentence, f"{sentence} The mole is 310 metres long.", "en")["number"] == (
        "42", "310",
    )  # fmt: skip
    was, now = found(sentence, sentence, "en")["number"]
    assert was == "42"
    assert now.isdigit()
    assert now != "42"


@pytest.mark.parametrize(
    ("sentence", "lang", "was"),
    [
        ("It was built in 1871.", "en", "1871"),
        ("It opened on 3 May 1880.", "en", "May"),
        ("灯塔建成于1871年。", "zh", "1871"),
        ("讲座在三月二十日。", "zh", "三月"),
    ],
)
def test_dates(sentence: str, lang: str, was: str) -> None:
    assert found(sentence, sentence, lang)["date"][0] == was


def test_a_year_becomes_a_year() -> None:
    _, now = found("It was built in 1871.", "", "en")["date"]
    assert 1860 < int(now) < 1880


def test_names_come_from_the_document() -> None:
    text = "The plan was drawn by Ada Storm. The bill was paid by John Reed in May."
    assert found("The plan was drawn by Ada Storm.", text, "en")["name"] == (
        "Ada Storm", "John Reed",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "lang", "expected"),
    [
        ("The gate is open.", "en", "The gate is not open."),
        ("The gate is not open.", "en", "The gate is open."),
        ("Prams cannot pass.", "en", "Prams can pass."),
        ("Nothing was filled in.", "en", None),
        ("No gate is open.", "en", None),
        ("这是一座灯塔。", "zh", "这不是一座灯塔。"),
        ("游客可以入内。", "zh", "游客不可以入内。"),
        ("游客不可以入内。", "zh", "游客可以入内。"),
        ("但是门开着。", "zh", None),
        ("请看是否关门。", "zh", None),
    ],
)
def test_negation_goes_where_the_verb_takes_it(
    sentence: str, lang: str, expected: str | None
) -> None:
    changed = [swap.text for swap in swaps(sentence, "", lang, 0) if swap.flaw == "negation"]
    assert changed == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("sentence", "lang"),
    [
        ("The office lies at 12 Harbour Road.", "en"),
        ("It runs on version 3.11 of the tool.", "en"),
        ("See https://example.org/a/42 for more.", "en"),
        ("办公室在港口路12号楼。", "zh"),
        ("请用`sleep 30`等候。", "zh"),
    ],
)
def test_addresses_versions_and_code_keep_their_numbers(sentence: str, lang: str) -> None:
    assert not {"number", "date"} & set(found(sentence, sentence, lang))


@given(sentences_en)
def test_english_swaps_change_something(sentence: str) -> None:
    for swap in swaps(sentence, ENGLISH, "en", 1):
        assert tokens(swap.text) != tokens(sentence)


@given(sentences_zh)
def test_chinese_swaps_change_something(sentence: str) -> None:
    for swap in swaps(sentence, CHINESE, "zh", 1):
        assert tokens(swap.text) != tokens(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The object 0418 is listed in section 4 of the register.",
        "The order number is 2025110300471826 and the help desk has extension 4400.",
    ],
)
def test_numbers_that_only_name_something_are_not_swapped(sentence: str) -> None:
    assert [one for one in swaps(sentence, sentence, "en", 0) if one.flaw == "number"] == []


def test_a_number_like_a_year_changes_as_a_number_and_a_year_by_a_few() -> None:
    (hot,) = [one for one in swaps("窑室的温度达到1200℃。", "", "zh", 0) if one.flaw == "number"]
    assert abs(int(hot.now) - 1200) >= 240
    text = "A drought came in autumn of 2022."
    (dry,) = [one for one in swaps(text, f"{text} The mill is of 1213.", "en", 0)
              if one.flaw == "date"]  # fmt: skip
    assert abs(int(dry.now) - 2022) <= 60
    (row,) = [one for one in swaps("2022", "", "en", 0) if one.flaw in ("number", "date")]
    assert abs(int(row.now) - 2022) <= 7


def test_a_share_stays_a_share() -> None:
    around = "Prices fall by 30 percent. Exports rose to 187 percent of those in June."
    (swap,) = [one for one in swaps("Prices fall by 30 percent.", around, "en", 0)
               if one.flaw == "number"]  # fmt: skip
    assert int(swap.now) <= 100
