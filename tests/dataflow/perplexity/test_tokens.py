"""Tokens by words and by characters."""

from __future__ import annotations

import numpy as np
import pytest

from dataflow.perplexity.tokens import BOUNDARY, FIRST, code_points, spellings, tokenize


def _pieces(text: str, *, characters: bool) -> list[str]:
    codes = code_points(text)
    tokens, spans = tokenize(codes, characters=characters)
    pieces = ["".join(map(chr, codes[a:b])) for a, b in spans.tolist()]
    return ["|" if t == BOUNDARY else piece for t, piece in zip(tokens, pieces, strict=True)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't stop, it's 12 o'clock.", "don't stop , it's 12 o'clock ."),
        ("One\n\n \nTwo\n", "one | two |"),
        ("a -- b === c", "a -- b === c"),
        ("中文 and word", "中 文 and word"),
        ("Ünï\u0301 été", "ünï\u0301 été"),
        ("\n\n  x", "x"),
        ("before\n```\ncode here\n```\nafter", "before | after"),
    ],
)
def test_words(text: str, words: str) -> None:
    assert _pieces(text, characters=False) == words.split()


def test_characters() -> None:
    assert _pieces("水 车，12 km\n\nab cd", characters=True) == [
        *"水车，12", " ", *"km", "|", *"ab", " ", *"cd",
    ]  # fmt: skip


def test_numbers_and_rules_are_one_token_whatever_they_are() -> None:
    tokens = [tokenize(code_points(text), characters=False)[0].tolist() for text in ("17", "42")]
    assert tokens[0] == tokens[1]
    line = [tokenize(code_points("-" * n), characters=False)[0].tolist() for n in (4, 80, 3)]
    assert line[0] == line[1] != line[2]
    zh = [tokenize(code_points(text), characters=True)[0].tolist() for text in ("第1章", "第9章")]
    assert zh[0] == zh[1]


def test_case_does_not_matter() -> None:
    one, two = (tokenize(code_points(t), characters=False)[0] for t in ("The Mill", "the mill"))
    assert one.tolist() == two.tolist()
    assert (one >= FIRST).all()


def test_hostile_texts_are_bounded() -> None:
    codes = code_points("x" * 100_000 + "'" * 1000 + "\u0301" * 5000)
    tokens, spans = tokenize(codes, characters=False)
    assert (spans[:, 1] - spans[:, 0]).max() <= 1000
    assert len(tokens) >= 100_000 // 64
    assert len(tokenize(code_points("\ud800\udfff\U0010ffff"), characters=True)[0]) == 3


def test_spellings_are_of_distinct_words() -> None:
    codes = code_points("to be or not to be")
    tokens, spans = tokenize(codes, characters=False)
    letters = np.empty(100, np.uint32)
    starts, words = spellings(codes, tokens, spans, letters)
    found = {
        "".join(chr(code - FIRST) for code in letters[a : b - 1].tolist())
        for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    }
    assert found == {"to", "be", "or", "not"}
    assert words == 4
    assert letters[starts[1] - 1] == BOUNDARY
