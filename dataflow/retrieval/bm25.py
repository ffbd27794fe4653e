"""BM25 over short texts: words of Latin and other spaced scripts, character pairs of CJK.

Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
TERM = re.compile(f"([{CJK}]+)|[^\\W_{CJK}]+")


def terms(text: str) -> list[str]:
    """Lower-cased words and numbers, and overlapping pairs of CJK characters, in text order.

    >>> terms("Qwen3 支持中文")
    ['qwen3', '支持', '持中', '中文']
    """
    found: list[str] = []
    for match in TERM.finditer(text.lower()):
        run = match.group()
        if match.lastindex and len(run) > 1:
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
        else:
            found.append(run)
    return found


@dataclass(frozen=True)
class Bm25:
    """An index: for each term the texts that hold it and what it adds to their scores."""

    size: int
    postings: dict[str, tuple[NDArray[np.int32], NDArray[np.float64]]]

    def scores(self, query: str) -> NDArray[np.float64]:
        """Score of every text for `query`, float64[n]; 0 for texts that share no term."""
        found = np.zeros(self.size)
        for term in sorted(set(terms(query))):
            if term in self.postings:
                rows, gains = self.postings[term]
                found[rows] += gains
        return found


def bm25_index(texts: Iterable[str], k1: float = 1.5, b: float = 0.75) -> Bm25:
    """Index of `texts`, in order. `k1` bounds what repetition gains, `b` is the price of length."""
    rows: dict[str, list[int]] = {}
    numbers: dict[str, list[int]] = {}
    lengths: list[int] = []
    for row, text in enumerate(texts):
        count = Counter(terms(text))
        lengths.append(count.total())
        for term, number in count.items():
            rows.setdefault(term, []).append(row)
            numbers.setdefault(term, []).append(number)
    size = len(lengths)
    length = np.array(lengths, dtype=np.float64)
    mean = float(length.mean()) if size else 0.0
    norm = k1 * (1 - b + b * length / (mean or 1.0))
    postings: dict[str, tuple[NDArray[np.int32], NDArray[np.float64]]] = {}
    for term, where in rows.items():
        index = np.array(where, dtype=np.int32)
        tf = np.array(numbers[term], dtype=np.float64)
        idf = math.log(1 + (size - len(where) + 0.5) / (len(where) + 0.5))
        postings[term] = (index, idf * tf * (k1 + 1) / (tf + norm[index]))
    return Bm25(size, postings)
