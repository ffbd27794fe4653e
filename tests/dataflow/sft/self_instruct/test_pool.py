from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.diversity.novelty import rouge_l, words
from dataflow.sft.self_instruct.pool import Pool

TEXTS = st.text(alphabet="ab c写诗 é", max_size=12)


@given(st.lists(TEXTS, min_size=1, max_size=6), TEXTS, st.sampled_from([0.05, 0.5, 0.7, 1.0]))
def test_repeated_is_near_by_rouge_l_or_equal(
    texts: list[str], text: str, threshold: float
) -> None:
    pool = Pool(threshold)
    for index, one in enumerate(texts):
        pool.add(str(index), one)
    found = pool.repeated(text)
    values = [rouge_l(text, one) for one in texts]
    expected = {str(i): value for i, value in enumerate(values) if value > threshold}
    if words(text) and (expected or 1.0 not in values):
        assert dict(found) == expected
    elif words(text):
        assert found == [(str(values.index(1.0)), 1.0)]
    else:
        assert [one[1] for one in found] in ([], [1.0])


def test_an_empty_pool_is_repeated_by_nothing() -> None:
    assert Pool(0.7).repeated("anything") == Pool(0.7).repeated("") == []


@pytest.mark.parametrize("threshold", [0.7, 1.0])
def test_equal_words_repeat_whatever_the_threshold(threshold: float) -> None:
    pool = Pool(threshold)
    pool.add("en", "Name three rivers.")
    pool.add("zh", "写一首诗。")
    assert pool.repeated("name THREE rivers!") == [("en", 1.0)]
    assert pool.repeated("写一首诗") == [("zh", 1.0)]


def test_texts_of_other_scripts_are_near_to_equal_ones_only() -> None:
    pool = Pool(0.7)
    pool.add("first", "Name three rivers.")
    pool.add("one", "Назовите три реки")
    assert pool.repeated("назовите  три реки") == [("one", 1.0)]
    assert pool.repeated("Назовите три озера") == []
    assert pool.repeated("Name three rivers") == [("first", 1.0)]


def test_ten_nearest_are_named_the_best_first() -> None:
    pool = Pool(0.05)
    for number in range(30):
        pool.add(f"t{number:02}", " ".join(["word"] * (number + 1)))
    found = pool.repeated("word word word")
    assert len(found) == 10
    assert found[0] == ("t02", 1.0)
    assert [value for _, value in found] == sorted((v for _, v in found), reverse=True)


def test_cost_does_not_grow_with_the_square() -> None:
    pool = Pool(0.7)
    texts = [f"Discuss {i * 7919 % 10007:x} beside {i:x} and {i * 31:x} in {i * i:x} lines"
             for i in range(4000)]  # fmt: skip
    pool.add("warm", texts[0])
    pool.repeated(texts[1])
    before = time.process_time()
    for number, text in enumerate(texts[1:]):
        assert pool.repeated(text) == []
        pool.add(str(number), text)
    assert time.process_time() - before < 3
