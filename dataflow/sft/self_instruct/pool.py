"""Which instruction says something new: exact ROUGE-L against seeds and all accepted so far."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from dataflow.diversity.novelty import words

_NEAREST = 10
"""How many of the nearest are kept as provenance, as published."""

_FIRST, _SURROGATES, _LAST = 1, 0xD800, 0x10FFFF - 0x800


@dataclass(frozen=True, slots=True)
class Likeness:
    """How near a text is to those of the pool: ids and ROUGE-L F of the nearest, mean over all."""

    nearest: tuple[tuple[str, float], ...] = ()
    mean: float = 0.0

    @property
    def highest(self) -> float:
        """ROUGE-L F of the nearest, 0 in an empty pool."""
        return self.nearest[0][1] if self.nearest else 0.0


NOTHING_ALIKE = Likeness()
"""Of a text that was not compared, or with an empty pool."""


@dataclass(slots=True)
class Pool:
    """Texts by id; tokens are lower-case Latin words, numbers and single Han characters."""

    _ids: list[str] = field(default_factory=list)
    _codes: list[str] = field(default_factory=list)
    _points: dict[str, str] = field(default_factory=dict)
    _exact: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, text_id: str, text: str) -> None:
        """Puts a text into the pool."""
        tokens = words(text)
        for token in tokens:
            if token not in self._points:
                self._points[token] = _code_point(len(self._points))
        self._exact.setdefault(_bare(text), len(self._ids))
        self._ids.append(text_id)
        self._codes.append("".join(self._points[token] for token in tokens))

    def likeness(self, text: str) -> Likeness:
        """How near `text` is to each text of the pool.

        A text of another script has no tokens here; it is near (1.0) to an equal one alone.
        """
        if not self._ids:
            return NOTHING_ALIKE
        # what is in no text of the pool matches nothing: one code point stands for all of it
        code = "".join(self._points.get(token, "\0") for token in words(text))
        scores = np.zeros(len(self._codes))
        if code:
            found = process.cdist([code], self._codes, scorer=LCSseq.similarity, dtype=np.int32)
            common = found[0]
            lengths = np.array([len(other) for other in self._codes])
            at = np.nonzero(common)
            precision, recall = common[at] / len(code), common[at] / lengths[at]
            scores[at] = 2 * precision * recall / (precision + recall)
        equal = self._exact.get(_bare(text))
        if equal is not None:
            scores[equal] = 1.0
        order = np.argsort(-scores, kind="stable")[:_NEAREST].tolist()
        nearest = tuple((self._ids[i], float(scores[i])) for i in order)
        return Likeness(nearest, float(scores.mean()))


def _bare(text: str) -> str:
    return " ".join(text.casefold().split())


def _code_point(number: int) -> str:
    """A character for the token of this number, no surrogate and not the first.

    After some 1.1 million tokens the last character stands for all others: texts then look
    nearer to each other than they are, never less near.
    """
    point = min(number + _FIRST, _LAST)
    return chr(point if point < _SURROGATES else point + 0x800)
