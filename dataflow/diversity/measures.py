"""How varied a set of samples is: shares of different n-grams, self-BLEU, Vendi score.

Tokens are words, numbers and single Han, kana and hangul characters, folded, so that the measures
mean the same in English and in Chinese (a Chinese n-gram is n characters).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from dataflow.evidence.wording import tokens
from schemas.ids import content_id

Gram = tuple[str, ...]

_ZERO_MATCHES = 0.1
"""What stands for no match of an order: method 1 of Chen & Cherry (2014)."""
_ROWS = 4096
_LONGEST = 20_000
"""Characters of a text that are looked at."""


def distinct_n(texts: Sequence[str], n: int) -> float:
    """Different n-grams of all texts over all their n-grams, 0 to 1; 0 without any.

    Li et al., "A Diversity-Promoting Objective Function for Neural Conversation Models" (2016).
    N-grams do not cross texts. The more texts, the lower: compare sets of like sizes.

    >>> distinct_n(["a b a b", "a c"], 2)  # ab ba ab ac
    0.75
    """
    counts = Counter(gram for text in texts for gram in _grams(_tokens(text), n))
    return len(counts) / counts.total() if counts else 0.0


def self_bleu(texts: Sequence[str], n: int = 4, sample: int = 500, seed: int = 0) -> float:
    """Mean BLEU of each text with all others as its references, 0 to 1; the lower, the more varied.

    Zhu et al., "Texygen" (2018), by Papineni et al. (2002): geometric mean of the clipped
    precisions of 1- to n-grams, times the brevity penalty by the reference of the nearest length.
    An order without a match counts as 0.1 matches; orders that a text is too short for are left
    out. Of more than `sample` texts those with the smallest hashes of `seed` and text are taken.
    0 for fewer than two texts with tokens.
    """
    chosen = texts
    if len(texts) > sample:
        chosen = sorted(texts, key=lambda text: (content_id("self-bleu", seed, text), text))
    lists = [found for text in chosen[:sample] if (found := _tokens(text))]
    if len(lists) < 2:
        return 0.0
    counts = [[Counter(_grams(found, order)) for found in lists] for order in range(1, n + 1)]
    highest = [_highest(of_order) for of_order in counts]
    lengths = Counter(len(found) for found in lists)
    total = 0.0
    for number, found in enumerate(lists):
        logs = [
            _log_precision(of_order[number], best, number)
            for of_order, best in zip(counts, highest, strict=True)
            if of_order[number]
        ]
        total += _brevity(len(found), lengths) * math.exp(sum(logs) / len(logs))
    return total / len(lists)


def vendi(vectors: NDArray[np.float32], sample: int = 10_000) -> float:
    """Effective number of different rows of float32[n, d]: 1 when all are alike, n when none is.

    Friedman & Dieng, "The Vendi Score" (2023): exp of the entropy of the eigenvalues of K/n, where
    K holds the cosines of all pairs. They are those of the d x d matrix of the same vectors, so no
    matrix of all pairs is made. A row of zeros is like nothing. Of more than `sample` rows those
    with the smallest hashes are taken. 0 without rows.

    >>> vendi(np.eye(3, dtype=np.float32))
    3.0
    """
    chosen = vectors
    if len(vectors) > sample:
        hashes = np.array([xxhash.xxh3_64_intdigest(row.tobytes()) for row in vectors], np.uint64)
        chosen = vectors[np.argsort(hashes, kind="stable")[:sample]]
    if not len(chosen):
        return 0.0
    square, alone = np.zeros((chosen.shape[1], chosen.shape[1])), 0
    for start in range(0, len(chosen), _ROWS):
        block = chosen[start : start + _ROWS].astype(np.float64)
        norms = np.linalg.norm(block, axis=1)
        alone += int((norms == 0).sum())
        block = block[norms > 0] / norms[norms > 0, None]
        square += block.T @ block
    values = np.linalg.eigvalsh(square / len(chosen))
    values = values[values > 1e-12]
    entropy = -float((values * np.log(values)).sum()) + alone * math.log(len(chosen)) / len(chosen)
    return round(math.exp(entropy), 6)


def _tokens(text: str) -> tuple[str, ...]:
    return tokens(text[:_LONGEST])


def _grams(found: Sequence[str], n: int) -> list[Gram]:
    return [tuple(found[i : i + n]) for i in range(len(found) - n + 1)]


class _Highest(NamedTuple):
    """The highest count of an n-gram in one text, which text, and the highest in another."""

    most: int
    owner: int
    other: int


def _highest(counts: Sequence[Counter[Gram]]) -> dict[Gram, _Highest]:
    """By n-gram: what clips each text's counts when its own are left out."""
    found: dict[Gram, _Highest] = {}
    for number, of_text in enumerate(counts):
        for gram, count in of_text.items():
            best = found.get(gram, _Highest(0, -1, 0))
            if count > best.most:
                found[gram] = _Highest(count, number, best.most)
            elif count > best.other:
                found[gram] = best._replace(other=count)
    return found


def _log_precision(own: Counter[Gram], highest: dict[Gram, _Highest], number: int) -> float:
    """Logarithm of the share of a text's n-grams that another text has, too."""
    matches = 0
    for gram, count in own.items():
        best = highest[gram]
        matches += min(count, best.other if best.owner == number else best.most)
    return math.log((matches or _ZERO_MATCHES) / own.total())


def _brevity(length: int, lengths: Counter[int]) -> float:
    """The penalty for a text that is shorter than the nearest in length of the others."""
    others = sorted(size for size, count in lengths.items() if count > (size == length))
    place = bisect_left(others, length)
    near = others[max(0, place - 1) : place + 1]
    reference = min(near, key=lambda size: (abs(size - length), size))
    return 1.0 if length >= reference else math.exp(1 - reference / length)
