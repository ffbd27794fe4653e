from __future__ import annotations

import math
import random
from collections import Counter

import numpy as np
import pytest

from dataflow.diversity.measures import distinct_n, self_bleu, vendi


def bleu(candidate: list[str], references: list[list[str]], n: int) -> float:
    """BLEU by its definition, for a candidate with at least one token."""

    def grams(words: list[str], order: int) -> Counter[tuple[str, ...]]:
        return Counter(tuple(words[i : i + order]) for i in range(len(words) - order + 1))

    logs = []
    for order in range(1, n + 1):
        own = grams(candidate, order)
        if not own:
            continue
        matches = sum(
            min(count, max(grams(reference, order)[gram] for reference in references))
            for gram, count in own.items()
        )
        logs.append(math.log((matches or 0.1) / own.total()))
    size = len(candidate)
    nearest = min((len(reference) for reference in references), key=lambda r: (abs(r - size), r))
    penalty = 1.0 if size >= nearest else math.exp(1 - nearest / size)
    return penalty * math.exp(sum(logs) / len(logs))


def test_distinct_counts_characters_in_chinese() -> None:
    assert distinct_n(["写诗", "写书"], 1) == 3 / 4
    assert distinct_n(["写诗", "写书"], 2) == 1.0
    assert distinct_n(["Write a poem", "write a book"], 1) == 4 / 6
    assert distinct_n(["one"], 2) == 0.0
    assert distinct_n([], 1) == 0.0


@pytest.mark.parametrize("letters", ["abcdef", "写一首诗词歌"])
def test_self_bleu_is_that_of_the_definition(letters: str) -> None:
    rng = random.Random(letters)
    lists = [rng.choices(letters, k=rng.randint(1, 12)) for _ in range(25)]
    lists.append(lists[0])
    expected = sum(bleu(one, lists[:i] + lists[i + 1 :], 4) for i, one in enumerate(lists)) / len(
        lists
    )
    assert self_bleu([" ".join(one) for one in lists]) == pytest.approx(expected, rel=1e-12)


def test_self_bleu_of_equal_and_of_different_texts() -> None:
    assert self_bleu(["name the rivers of Europe"] * 3) == 1.0
    # no gram in common: (.1/4 * .1/3 * .1/2 * .1/1) ** (1/4)
    assert self_bleu(["a b c d", "e f g h"]) == pytest.approx((0.1**4 / 24) ** 0.25)
    assert self_bleu(["alone"]) == self_bleu(["…", "!"]) == 0.0


def test_self_bleu_of_a_sample_does_not_depend_on_the_order() -> None:
    texts = [f"name {i} rivers of country {i % 7}" for i in range(60)]
    found = self_bleu(texts, sample=20)
    assert found == pytest.approx(self_bleu(texts[::-1], sample=20), rel=1e-12)
    assert found != self_bleu(texts, sample=20, seed=1)


def test_vendi_counts_different_rows() -> None:
    one = np.eye(4, dtype=np.float32)
    assert vendi(one) == 4.0
    assert vendi(np.repeat(one[:1], 50, axis=0)) == 1.0
    assert vendi(np.repeat(one[:2], 5, axis=0) * 3) == 2.0
    # cosines of .6: eigenvalues of K/2 are .8 and .2
    pair = np.array([[1, 0], [0.6, 0.8]], np.float32)
    assert vendi(pair) == pytest.approx(math.exp(-0.8 * math.log(0.8) - 0.2 * math.log(0.2)), 1e-5)


def test_vendi_is_that_of_the_matrix_of_pairs() -> None:
    vectors = np.random.default_rng(2).normal(size=(40, 8)).astype(np.float32)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    values = np.linalg.eigvalsh((unit @ unit.T).astype(np.float64) / 40)
    values = values[values > 1e-9]
    expected = math.exp(-(values * np.log(values)).sum())
    assert vendi(vectors) == pytest.approx(expected, rel=1e-4)


def test_vendi_of_zeros_none_and_a_sample() -> None:
    assert vendi(np.zeros((0, 5), np.float32)) == 0.0
    assert vendi(np.zeros((6, 5), np.float32)) == 6.0
    vectors = np.random.default_rng(4).normal(size=(300, 5)).astype(np.float32)
    assert vendi(vectors, sample=50) == vendi(vectors[::-1].copy(), sample=50)
