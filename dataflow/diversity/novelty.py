"""Which texts say something new: exact ROUGE-L against all that were kept before.

A text is dropped when its ROUGE-L F-measure with a kept earlier one is above the threshold, as in
Self-Instruct (Wang et al. 2022, threshold 0.7). Tokens are lower-case Latin words and numbers
and, with `han`, single Han, kana and hangul characters: the usual scorer knows Latin only, to
which two equal Chinese texts have nothing in common. `rouge` gives that scorer's tokens.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

Tokens = Literal["han", "rouge"]
Code = Sequence[int] | str

_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U000323af]|[a-z0-9]+")
_ROUGE = re.compile("[a-z0-9]+")
_BLOCK = 512
_TILE = 4096
_SURROGATES = (0xD800, 0x800)
_CODE_POINTS = 0x110000 - 0x800 - 1
"""Distinct tokens that fit into code points; beyond them arrays of 64-bit numbers stand in."""


def words(text: str, kind: Tokens = "han") -> list[str]:
    """Tokens of `text`.

    >>> words("用Python 3.11写一个函数")
    ['用', 'python', '3', '11', '写', '一', '个', '函', '数']
    """
    return (_HAN if kind == "han" else _ROUGE).findall(text.lower())


def f_measure(common: int, prediction: int, target: int) -> float:
    """ROUGE-L F from the lengths, in tokens, of a common subsequence and of both texts.

    The rounding of this very formula decides pairs on the line: 7 of 8 and 12 are not 14/20.
    """
    if not common:
        return 0.0
    precision, recall = common / prediction, common / target
    return 2 * precision * recall / (precision + recall)


def rouge_l(one: str, other: str, kind: Tokens = "han") -> float:
    """ROUGE-L F-measure of two texts.

    >>> rouge_l("写一个排序函数", "写一个函数")
    0.8333333333333333
    """
    left, right = words(one, kind), words(other, kind)
    return f_measure(LCSseq.similarity(left, right), len(left), len(right))


def novel(
    texts: Sequence[str], threshold: float = 0.7, kind: Tokens = "han"
) -> list[tuple[int, float] | None]:
    """For each text None when it is kept, else a kept earlier text's index and the similarity.

    Greedy in the order given, exact. The similarity is the highest over the kept texts of the
    first block of comparisons that decided, so it is above `threshold`. Time is quadratic in the
    kept texts, memory linear: blocks of 512 texts, sorted by length, are compared with the kept
    ones of lengths that can reach the threshold, 4,096 at a time, by rapidfuzz's vectorised LCS.
    """
    codes = encode([words(text, kind) for text in texts])
    decided: list[tuple[int, float] | None] = [None] * len(texts)
    pool = _Pool(codes, threshold)
    for start in range(0, len(codes), _BLOCK):
        block = [i for i in range(start, min(start + _BLOCK, len(codes))) if len(codes[i])]
        decided_before = pool.nearest(block)
        survivors = [index for index in block if index not in decided_before]
        within = _within(codes, survivors, threshold)
        for index, found in {**decided_before, **within}.items():
            decided[index] = found
        pool.add([index for index in survivors if index not in within])
    return decided


def encode(texts: Sequence[Sequence[str]]) -> list[Code]:
    """Token lists as strings of one code point for each token, without surrogates.

    Where there are more distinct tokens than code points they become arrays of numbers.
    """
    ids: dict[str, int] = {}
    numbers = [array("Q", (ids.setdefault(token, len(ids)) for token in text)) for text in texts]
    if len(ids) > _CODE_POINTS:
        return list(numbers)
    first, gap = _SURROGATES
    points = [chr(i + 1 if i + 1 < first else i + 1 + gap) for i in range(len(ids))]
    return ["".join(points[i] for i in text) for text in numbers]


class _Pool:
    """The kept texts, sorted by length."""

    def __init__(self, codes: Sequence[Code], threshold: float) -> None:
        self._codes = codes
        self._threshold = threshold
        # F > t needs min(m, n) > t/2 * (m + n); the slack keeps rounding out of the bound
        bound = max(threshold / 2 - 1e-9, 0.0)
        self._shorter = bound / (1 - bound)
        self._members: list[int] = []
        self._lengths: list[int] = []

    def add(self, indices: Sequence[int]) -> None:
        """Puts texts into the pool."""
        members = sorted([*self._members, *indices], key=lambda i: (len(self._codes[i]), i))
        self._members = members
        self._lengths = [len(self._codes[i]) for i in members]

    def nearest(self, block: Sequence[int]) -> dict[int, tuple[int, float]]:
        """For each text of the block that is too near to a kept one: that one and F."""
        found: dict[int, tuple[int, float]] = {}
        block = sorted(block, key=lambda i: (len(self._codes[i]), i))
        start = 0
        while start < len(block):
            end = start + 1
            shortest = len(self._codes[block[start]])
            # a group's window is as wide as its longest text asks: a quarter more is still cheap
            while end < len(block) and len(self._codes[block[end]]) <= shortest * 1.25:
                end += 1
            self._compare(block[start:end], found)
            start = end
        return found

    def _compare(self, group: list[int], found: dict[int, tuple[int, float]]) -> None:
        """Fills `found` for a group of texts of similar lengths."""
        shortest, longest = len(self._codes[group[0]]), len(self._codes[group[-1]])
        low = bisect_left(self._lengths, shortest * self._shorter)
        high = len(self._lengths)
        if self._shorter > 0:
            high = bisect_right(self._lengths, longest / self._shorter)
        for start in range(low, high, _TILE):
            window = self._members[start : min(start + _TILE, high)]
            left = [index for index in group if index not in found]
            if not left:
                return
            scores = f_matrix(self._codes, left, window, self._threshold)
            best = scores.argmax(axis=1)
            for row, column in enumerate(best.tolist()):
                if scores[row, column] > self._threshold:
                    found[left[row]] = (window[column], float(scores[row, column]))


def _within(
    codes: Sequence[Code], block: list[int], threshold: float
) -> dict[int, tuple[int, float]]:
    """The same inside a block, whose texts are in arrival order."""
    found: dict[int, tuple[int, float]] = {}
    if len(block) < 2:
        return found
    scores = f_matrix(codes, block, block, threshold)
    near = scores > threshold
    for row in range(1, len(block)):
        if near[row, :row].any():
            column = int(np.where(near[row, :row], scores[row, :row], 0.0).argmax())
            found[block[row]] = (block[column], float(scores[row, column]))
            near[:, row] = False  # a dropped text drops nobody
    return found


def f_matrix(
    codes: Sequence[Code], rows: Sequence[int], columns: Sequence[int], threshold: float
) -> NDArray[np.float64]:
    """F of each pair of texts, float64 (rows, columns); 0 where it is clearly below `threshold`."""
    left, right = [codes[i] for i in rows], [codes[i] for i in columns]
    common = process.cdist(left, right, scorer=LCSseq.similarity, dtype=np.int32, workers=1)
    n_left = np.array([len(code) for code in left], dtype=np.int64)
    n_right = np.array([len(code) for code in right], dtype=np.int64)
    bound = (threshold / 2 - 1e-9) * (n_left[:, None] + n_right[None, :])
    scores = np.zeros(common.shape)
    at = np.nonzero((common >= bound) & (common > 0))
    precision, recall = common[at] / n_left[at[0]], common[at] / n_right[at[1]]
    scores[at] = 2 * precision * recall / (precision + recall)
    return scores
