from __future__ import annotations

import time

import pytest

from dataflow.diversity.answers import alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1904", "in 1904"),
        ("约翰·白朗宁", "白朗宁"),
        ("三百二十元", "320元"),
        ("2.5 million", "2,500,000"),
        ("5 km", "5000 metres"),
        ("42", "42 km"),
        ("5 May 1904", "1904"),
        ("1904年5月5日", "5 May 1904"),
        ("二〇二〇年", "2020"),
        ("第三名", "得了第三名"),
        ("three of the men", "3 of the men"),
        ("百分之二十", "20%"),
    ],
)
def test_answers_that_say_the_same(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1904年", "1905年"),
        ("12 May", "13 May"),
        ("", "x"),
        ("", ""),
        ("5 km away", "5 m away"),
        ("5 km", "5 days"),
        ("3-2", "2-3"),
        ("三百二十元", "330元"),
        ("20世纪", "21世纪"),
        ("the third", "3"),
        ("four", "April 1991"),
        ("5年", "5个"),
        ("12集", "12公分"),
        ("seven ships of the line", "eight ships of the line"),
    ],
)
def test_answers_that_do_not(one: str, other: str) -> None:
    assert not alike(one, other)
    assert not alike(other, one)


def test_hostile_answers_are_cheap() -> None:
    before = time.process_time()
    for text in ("9" * 9000, "1 " * 4000, "一" * 4000, "5 km, " * 2000, "&amp;" * 2000):
        alike(text, text + "x")
    assert time.process_time() - before < 5
