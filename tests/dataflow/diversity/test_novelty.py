from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.diversity import novelty
from dataflow.diversity.novelty import NoveltyPool, Tokens, f_measure, novel, rouge_l, words
from schemas.errors import UsageError


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """The loops are compiled before the first test is timed."""
    novel(["a b", "a c"])


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


def test_nearest_of_all_above_the_floor() -> None:
    rng = random.Random(3)
    texts = [" ".join(rng.choices("abcdefgh写一个排序", k=rng.randint(0, 14))) for _ in range(150)]
    verdicts = NoveltyPool(0.7, floor=0.3).judge(texts)
    kept_ones = [i for i, verdict in enumerate(verdicts) if verdict.kept]
    assert kept_ones == oracle(texts, 0.7)
    for index, verdict in enumerate(verdicts):
        pairs = [(rouge_l(text, texts[index]), -i) for i, text in enumerate(texts[:index])
                 if verdicts[i].kept]  # fmt: skip
        value, at = max(pairs, default=(0.0, 1))
        expected = (-at, value) if value > 0.3 else (-1, 0.0)
        assert (verdict.nearest, verdict.similarity) == expected


@given(near, st.lists(st.integers(1, 7), max_size=12))
def test_division_among_calls_changes_nothing(texts: list[str], sizes: list[int]) -> None:
    pool, found, start = NoveltyPool(0.6, floor=0.2), [], 0
    for size in [*sizes, len(texts)]:
        found += pool.judge(texts[start : start + size])
        start += size
    assert found == NoveltyPool(0.6, floor=0.2).judge(texts)


def test_batches_and_new_ranks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(5)
    letters = "abcdefgh写一个排序函数"
    texts = [" ".join(rng.choices(letters, k=rng.randint(0, 20))) for _ in range(600)]
    expected = oracle(texts, 0.7)
    assert 200 < len(expected) < 590
    monkeypatch.setattr(novelty, "_BATCH_TOKENS", 50)
    assert kept(texts) == expected


def test_long_texts_by_strips() -> None:
    rng = random.Random(8)
    base = rng.choices([f"w{i}" for i in range(40)], k=300)
    texts = []
    for share in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6) * 4:
        words_of = [f"w{rng.randrange(40)}" if rng.random() < share else word for word in base]
        cut = rng.randint(50, 300)
        texts.append(" ".join(words_of[rng.randint(0, 30) : cut]))
    found = NoveltyPool(0.5, floor=0.1).judge(texts)
    assert [i for i, verdict in enumerate(found) if verdict.kept] == oracle(texts, 0.5)
    for index, verdict in enumerate(found):
        if verdict.nearest >= 0:
            assert verdict.similarity == rouge_l(texts[index], texts[verdict.nearest])


def test_pool_of_seeds() -> None:
    pool = NoveltyPool(0.7, floor=0.3)
    pool.add(["name a colour", "name a colour", "写一首关于大海的诗"])
    assert len(pool) == 3
    assert pool.nearest(["写一首关于大山的诗", "…"]) == [[(2, 8 / 9)], []]
    assert pool.nearest(["name the colour"], 9) == [[(0, 2 / 3), (1, 2 / 3)]]
    assert pool.nearest(["name the colour"]) == [[(0, 2 / 3)]]
    assert len(pool) == 3
    assert pool.decide(["name a red colour", "draw a horse"]) == [(0, 6 / 7), None]
    assert pool.decide(["draw a horse"]) == [(4, 1.0)]


def test_the_ten_nearest_of_a_pool() -> None:
    rng = random.Random(6)
    texts = [" ".join(rng.choices("abcdef写一", k=rng.randint(0, 9))) for _ in range(300)]
    pool = NoveltyPool(0.7, floor=0.2)
    pool.add(texts)
    asked = [*texts[::20], "a b c d e f"]
    for text, found in zip(asked, pool.nearest(asked, 10), strict=True):
        every = sorted((-rouge_l(text, other), i) for i, other in enumerate(texts))
        assert found == [(i, -f) for f, i in every[:10] if -f > 0.2]


@pytest.mark.parametrize(("threshold", "floor"), [(1.2, None), (0.5, 0.6), (0.5, -0.1)])
def test_bounds_that_do_not_fit(threshold: float, floor: float | None) -> None:
    with pytest.raises(UsageError, match="novelty"):
        NoveltyPool(threshold, floor=floor)


def test_one_keeps_even_equal_texts() -> None:
    assert kept(["a b c", "a b c"], 1.0) == [0, 1]


def test_many_equal_and_many_of_one_template() -> None:
    assert kept(["write a poem about the sea"] * 5000) == [0]
    assert (
        len(kept([f"please tell me all about {i}a and {i}b or {i}c {i}d" for i in range(5000)]))
        == 5000
    )


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
