from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.sft.plans.curation import score_in
from dataflow.sft.templates import Library


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ('{"reason": "It is complete.", "score": 5}', 5),
        ('{"score": "4"}', 4),
        ('{"score": 3.0}', 3),
        ('{"score": "2/5"}', 2),
        ('{"score": "4分"}', 4),
        ('{"score": "5 because it is complete"}', 5),
        ('```json\n{"reason": "4 of 5 steps", "score": 1,}\n```', 1),
        ("Score: 3", 3),
        ("The answer covers 2 of 4 points.\n**Rating:** 4/5", 4),
        ("评分：3", 3),
        ("得分 2", 2),
        (" 4 ", 4),
        ("5/5", 5),
    ],
)
def test_scores_are_read(text: str, score: int) -> None:
    assert score_in(text) == score


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no idea",
        "9",
        "0",
        "-3",
        "10",
        '{"score": 7}',
        '{"score": 0}',
        '{"score": 4.5}',
        '{"score": "4.5"}',
        '{"score": true}',
        '{"score": null}',
        '{"score": [5]}',
        '{"score": {"value": 5}}',
        '{"reason": "5"}',
        "Score: 3 or rather score: 4",
        "score 4.5",
        "there are 5 steps and 3 are missing",
        '{"score": "' + "5" * 10_000 + '"}',
        "{" * 40_000,
        '{"score": ' + "9" * 5000 + "}",
    ],
)
def test_what_is_no_score_is_none(text: str) -> None:
    assert score_in(text) is None


@given(st.text())
def test_any_text_has_a_score_or_none(text: str) -> None:
    assert score_in(text) in {None, 1, 2, 3, 4, 5}
    assert score_in('{"score": "' + text) in {None, 1, 2, 3, 4, 5}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_examples_have_every_score(lang: str) -> None:
    shots = Library().template("curation", lang).shots
    assert sorted(shot["answer"]["score"] for shot in shots) == [1, 2, 3, 4, 5]
