from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.retrieval.bm25 import bm25_index, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Pump, 3.5 bar", ["the", "pump", "3", "5", "bar"]),
        ("水泵启动", ["水泵", "泵启", "启动"]),
        ("用Qwen3写。好", ["用", "qwen3", "写", "好"]),
        ("snake_case naïve", ["snake", "case", "naïve"]),
        (" …", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_scores_are_those_of_the_formula() -> None:
    index = bm25_index(["pump pump valve", "valve", "阀门"])
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    norm = 1.5 * (1 - 0.75 + 0.75 * 3 / (5 / 3))
    assert index.scores("PUMP?").tolist() == pytest.approx([idf * 2 * 2.5 / (2 + norm), 0, 0])
    assert index.scores("阀门").argmax() == 2
    assert index.scores("nothing").tolist() == [0, 0, 0]


def test_an_empty_index_answers() -> None:
    assert bm25_index([]).scores("pump").shape == (0,)
    assert bm25_index(["", " "]).scores("pump").tolist() == [0, 0]


@given(st.lists(st.text(max_size=30), min_size=1, max_size=8), st.text(max_size=20))
def test_scores_are_finite_and_never_below_zero(texts: list[str], query: str) -> None:
    scores = bm25_index(texts).scores(query)
    assert scores.shape == (len(texts),)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    shared = [bool(set(terms(query)) & set(terms(text))) for text in texts]
    assert (scores > 0).tolist() == shared
