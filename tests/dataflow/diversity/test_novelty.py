from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.diversity.novelty import Tokens, encode, f_measure, novel, rouge_l, words
from dataflow.diversity import novelty


def table(one: list[str], other: list[str]) -> int:
    """Longest common subsequence by the textbook."""
    row = [0] * (len(other) + 1)
    for item in one:
        diagonal = 0
        for column, candidate in enumerate(other, 1):
            above = row[column]
            row[column] = diagonal + 1 if item == candidate else max(above, row[column - 1])
            diagonal = above
    return row[-1]


def oracle(texts: list[str], threshold: float, kind: Tokens = "han") -> list[int]:
    """Kept indices, one pair at a time."""
    kept: list[int] = []
    for index, text in enumerate(texts):
        mine = words(text, kind)
        for earlier in kept:
            theirs = words(texts[earlier], kind)
            if f_measure(table(mine, theirs), len(mine), len(theirs)) > threshold:
                break
        else:
            kept.append(index)
    return kept


def kept(texts: list[str], threshold: float = 0.7, kind: Tokens = "han") -> list[int]:
    return [i for i, found in enumerate(novel(texts, threshold, kind)) if found is None]


near = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "写", "一"]), max_size=12).map(" ".join), max_size=30
)


@given(near, st.sampled_from([0.1, 0.5, 0.7, 0.9]))
def test_same_as_the_oracle(texts: list[str], threshold: float) -> None:
    assert kept(texts, threshold) == oracle(texts, threshold)
    assert kept(texts, threshold, "rouge") == oracle(texts, threshold, "rouge")


def test_same_as_the_oracle_across_blocks_and_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(novelty, "_BLOCK", 16)
    monkeypatch.setattr(novelty, "_TILE", 8)
    rng = random.Random(5)
    letters = "abcdefgh写一个排序函数"
    texts = [" ".join(rng.choices(letters, k=rng.randint(0, 20))) for _ in range(400)]
    found = kept(texts)
    assert found == oracle(texts, 0.7)
    assert 50 < len(found) < 390


def test_twin_is_kept_and_similar() -> None:
    texts = ["write a poem about the sea", "name a colour", "write a short poem about the sea"]
    decided = novel(texts)
    assert decided[:2] == [None, None]
    assert decided[2] == (0, rouge_l(texts[0], texts[2]))


def test_dropped_texts_drop_nobody() -> None:
    texts = ["a b c d e f g h i j", "a b c d e f g h x y", "a b c d e q r h x y"]
    assert rouge_l(texts[0], texts[2]) < 0.7 < rouge_l(texts[1], texts[2])
    assert kept(texts) == [0, 2]


def test_chinese_counts() -> None:
    texts = ["请用Python写一个排序函数", "请用Python画一张图", "请用 Python 写一个快速排序函数"]
    assert kept(texts) == [0, 1]
    assert kept(texts, kind="rouge") == [0]


def test_texts_without_tokens_stay() -> None:
    assert kept(["…", "…", "", "!!"]) == [0, 1, 2, 3]


def test_float_formula_decides_borderline_pairs() -> None:
    shared = "a b c d e f g"
    assert f_measure(7, 8, 12) == 0.7000000000000001
    assert kept([f"{shared} x", f"{shared} p q r s t"]) == [0]
    assert f_measure(7, 10, 10) == 0.7
    assert kept([f"{shared} x y z", f"{shared} p q r"]) == [0, 1]


@pytest.mark.parametrize("character", ["ぁ", "ン", "한", "㐂", "𠮷", "汉"])
def test_tokens_beyond_the_common_block(character: str) -> None:
    assert words(character) == [character]


def test_more_tokens_than_code_points(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["a b c d", "a b c e", "x y z", "a b c d e"]
    expected = kept(texts)
    monkeypatch.setattr(novelty, "_CODE_POINTS", 3)
    assert not isinstance(encode([["a", "b", "c", "d"]])[0], str)
    assert kept(texts) == expected == [0, 2]


def test_codes_skip_surrogates() -> None:
    (code,) = encode([[str(i) for i in range(60_000)]])
    assert isinstance(code, str)
    assert len(set(code)) == 60_000
    assert not any("\ud800" <= character <= "\udfff" for character in code)
