"""Amounts, calculations and agreement of answers."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from dataflow.sft.plans.agreement import agree, likeness
from dataflow.sft.plans.amounts import amounts, digits
from dataflow.sft.plans.arithmetic import equations
from dataflow.sft.plans.screening import speaks_of_source, unknown_numbers


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("1,204.50 km", "1204.5", "length"),
        ("1.2万元", "12000", "cny"),
        ("三千五百米", "3500", "length"),
        ("五千三", "5300", ""),
        ("一万零三十", "10030", ""),
        ("二〇二四年", "2024", "month"),
        ("百分之二十", "20", "share"),
        ("三点五", "3.5", ""),
        ("$42", "42", "usd"),
        ("3 million", "3000000", ""),
        ("one hundred and five", "105", ""),
        ("－5", "-5", ""),
    ],
)
def test_amount(text: str, value: str, dimension: str) -> None:
    (found,) = amounts(text)
    assert (found.value, found.dimension) == (Fraction(value), dimension)


@pytest.mark.parametrize("text", ["七八个", "百万富翁", "五六百人", "v2.0", "m²"])
def test_no_amount(text: str) -> None:
    assert amounts(text) == []


def test_common_words_are_left() -> None:
    assert digits("一些人十分高兴, one of them", words=False) == "一些人十分高兴, one of them"
    assert digits("四十二人", words=False) == "42人"


RIGHT = [
    "12 + 30 = 42", "12×3＝36", "1995 − 1812 = 183 years", "12元+30元=42元", "12 times 3 equals 36",
    "12个苹果加30个梨等于42个", "三加五等于八", "25% of 80 = 20", "80 kg × 25% = 20",
    "40 / 80 = 50%",
    "1/3 = 33%", "10/3 ≈ 3", "10/3 = 3.33", "2 h + 30 min = 150 min", "(12 + 30) / 2 = 21",
    "42 = 12 + 30", "1.2万+3000=1.5万", "300的20%=60", "12元/人×30人=360元", "-5 + 3 = -2",
    r"12 \times 3 = 36", "**12 + 30 = 42**", "In 2020, 12 crates + 30 crates = 42 crates in all.",
]  # fmt: skip
WRONG = [
    "12 + 30 = 43", "12×3＝35", "1995 − 1812 = 182 years", "12元加30元等于40元", "10/3 = 3",
    "10/3 = 3.34", "12 + 30 ≈ 45", "三加五等于九", "40 / 80 = 5%", "2 h + 30 min = 140 min",
    "12.5 + 30 = 42.4",
]  # fmt: skip
NONE = ["x = 5", "10-12 people", "增加30人", "12 / 0 = 5", "the ratio 3:4", "A = B + C", ""]


@pytest.mark.parametrize("text", RIGHT)
def test_right_calculation(text: str) -> None:
    assert [found.holds for found in equations(text)] == [True]


@pytest.mark.parametrize("text", WRONG)
def test_wrong_calculation(text: str) -> None:
    assert [found.holds for found in equations(text)] == [False]


@pytest.mark.parametrize("text", NONE)
def test_no_calculation(text: str) -> None:
    assert equations(text) == []


def test_chain_and_its_numbers() -> None:
    first, second = equations("12 × 3 + 4 = 36 + 4 = 41")
    assert (first.holds, second.holds) == (True, False)
    assert [amount.value for amount in first.operands] == [12, 3, 4]
    assert [amount.value for amount in second.derived] == [41]


def test_hostile_calculations_are_cheap() -> None:
    before = time.process_time()
    for text in (
        "1+1=2+" * 3000,
        "(" * 9000 + "=",
        "1 - a b c " * 2000 + "= 5",
        "9" * 9000 + "+1=2",
    ):
        assert len(equations(text)) <= 40
    assert time.process_time() - before < 5


@pytest.mark.parametrize(
    ("one", "other", "question"),
    [
        ("42 km", "It is 42 kilometres.", ""),
        ("1.5 km", "1500 m", ""),
        ("42", "12 + 30 = 42", ""),
        ("In 2020, 42 km", "42 km", "How far did they walk in 2020?"),
        ("一万二千元", "1.2万元", ""),
        ("四十二公里", "42公里", ""),
        ("3.33", "3.3", ""),
        ("50%", "百分之五十", ""),
        ("three", "3", ""),
        ("moths", "The moths", ""),
        ("因为纤维长短一致", "纤维长短一致", ""),
        ("yes", "Yes, both were.", ""),
    ],
)
def test_agree(one: str, other: str, question: str) -> None:
    assert agree(one, other, question)
    assert agree(other, one, question)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("42 km", "43 km"),
        ("42 km", "42 m"),
        ("42 km", "42 days"),
        ("between 12 and 42", "42"),
        ("yes", "no"),
        ("It is open", "It is not open"),
        ("能", "不能"),
        ("moths", "bees"),
        ("蜜蜂", "蛾类"),
        ("3.33", "3.4"),
        ("42", "unknown"),
    ],
)
def test_disagree(one: str, other: str) -> None:
    assert not agree(one, other)
    assert not agree(other, one)


def test_likeness() -> None:
    assert likeness("Who built the mill?", "Who built the mill?") == 1.0
    assert likeness("谁建的磨坊？", "灯塔多高？") < 0.4


def test_unknown_numbers() -> None:
    assert unknown_numbers("1,200 people and 7 dogs", "一千二百人") == ["7"]
    assert unknown_numbers("共四十二人，一些人", "42 people") == []


def test_speech_of_the_source() -> None:
    assert speaks_of_source("What does the passage say?", "")
    assert speaks_of_source("根据这段文字，谁来了？", "")
    assert not speaks_of_source("论文中用了什么方法？", "")
    assert not speaks_of_source("the passage of time", "")
    assert not speaks_of_source("What is in the text?", "As the article says, rye is sown late.")
