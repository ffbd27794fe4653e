from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from dataflow.judging.ifd import Difficulty, difficulties
from dataflow.llm.base import Failure
from dataflow.perplexity.llm import Scored
from dataflow.perplexity.stage import MOST_CHARS


class WordModel:
    """Words are tokens; each but the first has 2 bits, 1 when an earlier word was the same."""

    def score(self, texts: Sequence[str]) -> list[Scored | Failure]:
        return [self._score(text.split()) for text in texts]

    def _score(self, words: list[str]) -> Scored | Failure:
        if len(words) < 2:
            return Failure("too_short", "")
        bits = sum(1 if word in words[:at] else 2 for at, word in enumerate(words) if at)
        return Scored(2 ** (bits / (len(words) - 1)), len(words) - 1)


def test_a_question_that_helps_and_one_that_does_not() -> None:
    helps, useless = difficulties(
        WordModel(), [("name red green", "red green"), ("a b", "red green")]
    )
    assert isinstance(helps, Difficulty)
    assert isinstance(useless, Difficulty)
    assert helps.perplexity == pytest.approx(2.0)
    assert useless.perplexity == pytest.approx(4.0)
    assert helps.ifd == pytest.approx(0.5)
    assert useless.ifd == pytest.approx(1.0)


def test_null_where_nothing_is_given() -> None:
    assert difficulties(WordModel(), [("one two", "one")]) == [None]
    assert difficulties(WordModel(), []) == []
    assert difficulties(WordModel(), [("one two", "x " * MOST_CHARS)]) == [None]


def test_failures_of_texts_and_of_servers() -> None:
    class Failing:
        def __init__(self, kind: str) -> None:
            self.kind = kind

        def score(self, texts: Sequence[str]) -> list[Scored | Failure]:
            return [Scored(2.0, 3), Failure(self.kind, "why"), Scored(2.0, 2)]

    pair = [("one two", "three four")]
    assert difficulties(Failing("context_overflow"), pair) == [None]
    assert difficulties(Failing("timeout"), pair) == [Failure("timeout", "why")]


def test_what_is_too_long_is_not_sent() -> None:
    asked: list[str] = []

    class Keeping(WordModel):
        def score(self, texts: Sequence[str]) -> list[Scored | Failure]:
            asked.extend(texts)
            return super().score(texts)

    found = difficulties(Keeping(), [("a b", "x " * MOST_CHARS), ("name red green", "red green")])
    assert found[0] is None
    assert isinstance(found[1], Difficulty)
    assert len(asked) == 3


def test_hostile_numbers() -> None:
    class Odd:
        def score(self, texts: Sequence[str]) -> list[Scored | Failure]:
            return [Scored(math.inf, 9), Scored(1.0, 2), Scored(1.0, 3)]

    found = difficulties(Odd(), [("one two", "three four")])[0]
    assert found is None or (isinstance(found, Difficulty) and math.isfinite(found.ifd))
