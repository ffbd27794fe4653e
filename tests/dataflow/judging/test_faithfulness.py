from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.judging.faithfulness import faithfulness

SOURCE = "Ada Storm built the white tower in 1871. Bert Gale painted it. It has 212 steps."
CHINESE = "石岚在1871年建成了白色灯塔。后来郭川重新粉刷了它。灯塔有212级台阶。"


@pytest.mark.parametrize(
    ("faithful", "unfaithful", "source"),
    [
        ("Ada Storm built the tower in 1871.", "Bert Gale built the tower in 1871.", SOURCE),
        ("It has 212 steps.", "It has 213 steps.", SOURCE),
        ("Bert Gale painted it.", "Ada Storm has painted 212 steps.", SOURCE),
        ("石岚建成了白色灯塔。", "郭川建成了白色灯塔。", CHINESE),
        ("灯塔有212级台阶。", "灯塔有312级台阶。", CHINESE),
    ],
)
def test_faithful_claims_rank_first(faithful: str, unfaithful: str, source: str) -> None:
    assert faithfulness(faithful, source) > faithfulness(unfaithful, source)


def test_values() -> None:
    assert faithfulness(SOURCE.split(". ")[1], SOURCE) == 1.0
    assert faithfulness("a b c d", "x y z") == 0.0
    assert faithfulness("It has 999 steps.", SOURCE) == (0.0 + 3 / 4) / 2


@given(st.text("ab1 .汉", max_size=30), st.text("ab1 .汉", max_size=30))
def test_is_a_share(claim: str, source: str) -> None:
    assert 0.0 <= faithfulness(claim, source) <= 1.0
