from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.judging.alignment import copying_cost
from dataflow.judging.english_heads import kept_heads
from dataflow.judging.faithfulness import faithfulness
from dataflow.judging.words import given as known
from dataflow.judging.words import stem, words

SOURCE = "Ada Storm built the white tower in 1871. Bert Gale painted it. It has 212 steps."
CHINESE = "石岚在1871年建成了白色灯塔。后来郭川重新粉刷了它。灯塔有212级台阶。"


@pytest.mark.parametrize(
    ("faithful", "unfaithful", "source"),
    [
        ("Ada Storm built the tower in 1871.", "Bert Gale built the tower in 1871.", SOURCE),
        ("It has 212 steps.", "It has 213 steps.", SOURCE),
        ("Bert Gale painted it.", "Ada Storm has painted 212 steps.", SOURCE),
        ("Birds can fly.", "Only birds can fly.", "Birds fly well, and so can bats."),
        ("He did not pay.", "He paid.", "He did not pay the rent."),
        ("石岚建成了白色灯塔。", "郭川建成了白色灯塔。", CHINESE),
        ("灯塔有212级台阶。", "灯塔有312级台阶。", CHINESE),
        ("后来郭川粉刷了它。", "后来石岚粉刷了它。", CHINESE),
        ("他没有来。", "他来。", "昨天他没有来。"),
        ("鸟会飞。", "只有鸟会飞。", "鸟和蝙蝠都会飞。"),
    ],
)
def test_faithful_claims_rank_first(faithful: str, unfaithful: str, source: str) -> None:
    assert faithfulness(faithful, source) > faithfulness(unfaithful, source)


def test_values() -> None:
    assert faithfulness(SOURCE.split(". ")[1], SOURCE) == 1.0
    assert faithfulness("in 1871", SOURCE) == 1.0
    assert faithfulness("石岚在1871年建成了白色灯塔。", CHINESE) == 1.0
    assert faithfulness("", SOURCE) == 0.0
    assert faithfulness("...", SOURCE) == 0.0
    about_others = "Purple zebras dance slowly while seven old robots sing loud songs."
    assert faithfulness(about_others, SOURCE) < 0.1
    assert faithfulness("紫色的斑马和七个机器人慢慢跳舞唱歌。", CHINESE) < 0.1


def test_a_number_is_its_digits_however_they_are_set() -> None:
    assert faithfulness("It cost 1,204.5 crowns.", "It cost 1 204. 5 crowns.") == 1.0


def test_costs_of_copying() -> None:
    source = known("The old mill, built in stone, stands by the river. Nobody works there.")

    def cost(claim: str) -> float:
        return round(copying_cost(words(claim), source), 2)

    assert cost("The old mill stands by the river.") == 0.15  # a clause left out
    assert cost("The mill stands by the river.") == 0.45  # and a word
    assert cost("The old mill, built in 1871") == 1.5  # a number
    assert cost("The old mill works there.") == 1.3  # the next sentence, behind its subject


def test_a_denial_that_is_left_out_costs() -> None:
    source = known("He did not pay the rent.")
    left_out = copying_cost(words("He did pay the rent"), source)
    assert left_out == pytest.approx(1.3)
    assert copying_cost(words("He didn't pay the rent"), source) == 0.0


def test_heads_tell_who_did_it() -> None:
    source = "Anna thanked Bert warmly. Bert left early."
    assert kept_heads("Bert left early.", source) == 1.0
    assert kept_heads("Anna left early.", source) == pytest.approx(0.5)
    assert kept_heads("", source) == 1.0


@pytest.mark.parametrize(
    ("word", "root"),
    [("running", "run"), ("parties", "party"), ("glass", "glass"), ("42", "42"), ("灯塔", "灯塔")],
)
def test_stems(word: str, root: str) -> None:
    assert stem(word) == root


def test_a_hostile_text_takes_no_longer_than_seconds() -> None:
    started = time.process_time()
    faithfulness("汉 " * 300, "汉 " * 20_000)
    assert time.process_time() - started < 20  # a bound on growth, not on speed


@settings(deadline=None)
@given(st.text("b1 .汉不", max_size=30), st.text("b1 .汉不", max_size=30))
def test_is_a_share(claim: str, source: str) -> None:
    assert 0.0 <= faithfulness(claim, source) <= 1.0
