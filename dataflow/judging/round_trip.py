"""Whether a question leads back to where its answer stands: its chunk's rank among all chunks.

Exact BM25 as `dataflow.retrieval.bm25` has it, but never an index of the corpus: chunks are read
twice, in pieces, and only the terms of questions are looked at. Memory is that of the questions and
of one piece, whatever the size of the corpus.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.retrieval.bm25 import terms

_K1, _B = 1.5, 0.75
_PIECE = 8192
"""Chunks at once: 8192 scores stay in a core's cache while a question is counted."""
_MOST_TERMS = 64
"""Terms of a question that count, the first ones: bounds the time for one as long as a page."""

Frames = Callable[[], Iterable[pl.DataFrame]]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the chunks of which each holds its answer."""

    text: str
    chunk_ids: tuple[str, ...]


@dataclass
class _Counted:
    """What the first pass counts; `own` has terms and length of the chunks that are asked for."""

    holding: Counter[str] = field(default_factory=Counter)
    size: int = 0
    length: int = 0
    own: dict[str, tuple[Counter[str], int]] = field(default_factory=dict)


def ranks(questions: Sequence[Question], chunk_frames: Frames) -> list[int | None]:
    """For each question the best rank of its chunks, from 1; None when none is in the corpus.

    `chunk_frames` gives frames with `chunk_id` and `text` and is called twice. The rank is 1 more
    than the chunks that score higher: equal ones, such as copies, do not count, so the order of
    the chunks does not matter. A question without a known term ranks all chunks alike.
    """
    asked = [tuple(sorted(dict.fromkeys(terms(q.text)[:_MOST_TERMS]))) for q in questions]
    wanted = frozenset(term for found in asked for term in found)
    counted = _count(chunk_frames(), wanted, {id_ for q in questions for id_ in q.chunk_ids})
    if not counted.size:
        return [None] * len(questions)
    weight = _Weight(counted)
    own = [_own(q, found, counted, weight) for q, found in zip(questions, asked, strict=True)]
    higher = np.zeros(len(questions), dtype=np.int64)
    for texts in _pieces(chunk_frames()):
        postings = _postings(texts, wanted, weight)
        for index, found in enumerate(asked):
            least = own[index]
            if least is not None:
                higher[index] += _higher(found, postings, len(texts), least)
    return [None if s is None else int(n) + 1 for s, n in zip(own, higher, strict=True)]


class _Weight:
    """What a term adds to a chunk's score; one formula for all, so that equal means equal."""

    def __init__(self, counted: _Counted) -> None:
        size = counted.size
        self.mean = counted.length / size or 1.0
        self.idf = {
            term: math.log(1 + (size - n + 0.5) / (n + 0.5)) for term, n in counted.holding.items()
        }

    def gains(self, term: str, numbers: Numbers, lengths: Numbers) -> Numbers:
        norm = _K1 * (1 - _B + _B * lengths / self.mean)
        found: Numbers = self.idf[term] * numbers * (_K1 + 1) / (numbers + norm)
        return found


def _pieces(frames: Iterable[pl.DataFrame]) -> Iterator[list[str]]:
    for frame in frames:
        for part in frame.select("text").iter_slices(_PIECE):
            yield part["text"].to_list()


def _count(frames: Iterable[pl.DataFrame], wanted: frozenset[str], ids: set[str]) -> _Counted:
    found = _Counted()
    for frame in frames:
        for part in frame.select("chunk_id", "text").iter_slices(_PIECE):
            for id_, text in part.iter_rows():
                words = terms(text or "")
                known = Counter(word for word in words if word in wanted)
                found.size += 1
                found.length += len(words)
                found.holding.update(known.keys())
                if id_ in ids:
                    found.own[id_] = (known, len(words))
    return found


def _own(
    question: Question, asked: Sequence[str], counted: _Counted, weight: _Weight
) -> float | None:
    scores = []
    for id_ in question.chunk_ids:
        if id_ not in counted.own:
            continue
        known, length = counted.own[id_]
        score = np.zeros(1)
        for term in asked:
            if known[term]:
                numbers = np.array([known[term]], dtype=np.float64)
                score += weight.gains(term, numbers, np.array([length], dtype=np.float64))
        scores.append(float(score[0]))
    return max(scores, default=None)


def _postings(
    texts: Sequence[str], wanted: frozenset[str], weight: _Weight
) -> dict[str, tuple[NDArray[np.int64], Numbers]]:
    """For each term the rows of a piece that hold it, and what it adds to their scores."""
    rows: dict[str, list[int]] = {}
    numbers: dict[str, list[int]] = {}
    lengths = np.zeros(len(texts))
    for row, text in enumerate(texts):
        words = terms(text or "")
        lengths[row] = len(words)
        for term, number in Counter(word for word in words if word in wanted).items():
            rows.setdefault(term, []).append(row)
            numbers.setdefault(term, []).append(number)
    found = {}
    for term, where in rows.items():
        index = np.array(where, dtype=np.int64)
        found[term] = (
            index,
            weight.gains(term, np.array(numbers[term], dtype=np.float64), lengths[index]),
        )
    return found


def _higher(
    asked: Sequence[str],
    postings: dict[str, tuple[NDArray[np.int64], Numbers]],
    size: int,
    least: float,
) -> int:
    """How many chunks of a piece score above `least`."""
    scores = np.zeros(size)
    for term in asked:
        if term in postings:
            rows, gains = postings[term]
            scores[rows] += gains
    return int(np.count_nonzero(scores > least))
