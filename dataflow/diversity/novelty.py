"""Which texts say something new: exact ROUGE-L against all that were kept before.

A text is dropped when its ROUGE-L F-measure with a kept earlier one is above the threshold, as in
Self-Instruct (Wang et al. 2022, threshold 0.7). Tokens are lower-case Latin words and numbers
and, with `han`, single Han, kana and hangul characters: the usual scorer knows Latin only, to
which two equal Chinese texts have nothing in common. `rouge` gives that scorer's tokens.
"""

from __future__ import annotations

import re
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
from rapidfuzz.distance import LCSseq

from dataflow.diversity import novelty_kernels as kernels
from dataflow.diversity.novelty_arrays import (
    I64,
    TEXTS,
    Bounds,
    Found,
    empty_pool,
    empty_room,
    longer,
    longer_groups,
)
from dataflow.diversity.subsequence import U32
from schemas.errors import UsageError

Tokens = Literal["han", "rouge"]

_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U000323af]|[a-z0-9]+")
_ROUGE = re.compile("[a-z0-9]+")
_BATCH_TOKENS = 1 << 22
"""Tokens that are decided together: bounds what is held beside the pool to some 50 MB."""
_NEVER = 2.0
"""An F that no pair of texts has."""


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


class Verdict(NamedTuple):
    """Whether a text is kept, the number of the kept earlier text nearest to it, and their F.

    Without a text above the pool's floor `nearest` is -1 and `similarity` 0.
    """

    kept: bool
    nearest: int
    similarity: float


def novel(
    texts: Sequence[str], threshold: float = 0.7, kind: Tokens = "han"
) -> list[tuple[int, float] | None]:
    """For each text None when it is kept, else the nearest kept earlier text's index and F.

    Greedy in the order given, exact; of several nearest the first.

    >>> novel(["写一个排序函数", "画一张图", "写一个函数"])
    [None, None, (0, 0.8333333333333333)]
    """
    return NoveltyPool(threshold, kind).decide(texts)


class NoveltyPool:
    """The kept texts of a greedy novelty filter, to which others come bit by bit.

    Texts are numbered as they come, over all calls of `decide`, `judge` and `add`; what is decided
    does not depend on how they are divided among calls. `threshold` is the ROUGE-L F above which
    a text is dropped. Above `floor`, by default the threshold, the nearest text is exact; a lower
    floor tells also of kept texts how near they come, and costs more (100,000 instructions of 22
    tokens, 60,000 of them kept: 30 CPU seconds with .3 instead of 13).

    Memory is linear in the kept tokens. Time is that of the pairs which share a rare token at a
    place that leaves enough of both; at worst, for texts that are all made of the same words in
    other orders, all pairs are compared: 0.2 µs for two of 40 tokens, 2.5 ms for two of 20,000.

    Raises:
        UsageError: not 0 <= floor <= threshold <= 1, or an unknown kind of tokens.
    """

    def __init__(
        self, threshold: float = 0.7, kind: Tokens = "han", floor: float | None = None
    ) -> None:
        self.threshold, self.kind = threshold, kind
        self.floor = threshold if floor is None else floor
        if not 0 <= self.floor <= threshold <= 1:
            raise UsageError(
                f"novelty: 0 <= floor ({self.floor}) <= threshold ({threshold}) <= 1 is expected"
            )
        if kind not in ("han", "rouge"):
            raise UsageError(f"novelty: tokens are 'han' or 'rouge', not {kind!r}")
        self._ids: dict[str, int] = {}
        self._frequency = np.zeros(0, np.int64)
        self._arrived = self._ranked = 0
        self._pool, self._room = empty_pool(), empty_room()

    def __len__(self) -> int:
        """How many kept texts there are to be near to: those with tokens."""
        return int(self._pool.now[TEXTS])

    def decide(self, texts: Sequence[str]) -> list[tuple[int, float] | None]:
        """For each text None, and it joins the pool, or what it is too near to and their F."""
        return [
            None if verdict.kept else (verdict.nearest, verdict.similarity)
            for verdict in self.judge(texts)
        ]

    def judge(self, texts: Sequence[str]) -> list[Verdict]:
        """The same, with the nearest of kept texts, too."""
        bounds = Bounds(self.threshold, self.floor, self.floor)
        verdicts: list[Verdict] = []
        for found in self._batches(texts, bounds, 1, arrive=True):
            kept = (found.value[:, 0] <= self.threshold).tolist()
            near = (found.arrival[:, 0].tolist(), found.value[:, 0].tolist())
            verdicts += [Verdict(*row) for row in zip(kept, *near, strict=True)]
        return verdicts

    def nearest(self, texts: Sequence[str], most: int = 1) -> list[list[tuple[int, float]]]:
        """Numbers and F of the pool's texts nearest to each, the nearest first; adds nothing.

        At most `most`, all above the floor; of equally near ones those that came first.
        """
        near: list[list[tuple[int, float]]] = []
        for found in self._batches(texts, Bounds(-1.0, self.floor, self.floor), most):
            rows = zip(found.arrival.tolist(), found.value.tolist(), strict=True)
            near += [
                [(number, f) for number, f in zip(*row, strict=True) if number >= 0] for row in rows
            ]
        return near

    def add(self, texts: Sequence[str]) -> None:
        """Puts all texts into the pool, near to each other or not: seeds, and test questions."""
        bounds = Bounds(_NEVER, _NEVER, self.floor)
        deque(self._batches(texts, bounds, 1, arrive=True), maxlen=0)

    def _batches(
        self, texts: Sequence[str], bounds: Bounds, most: int, *, arrive: bool = False
    ) -> Iterator[Found]:
        """What the compiled loop finds, batch by batch; `arrive` says that texts are numbered."""
        tokens, sizes = array("I"), array("q", [0])
        for number, text in enumerate(texts, 1):
            ids = self._ids
            tokens.extend(ids.setdefault(word, len(ids)) for word in words(text, self.kind))
            sizes.append(len(tokens))
            if len(tokens) >= _BATCH_TOKENS or number == len(texts):
                flat = np.frombuffer(tokens, np.uint32) if tokens else np.zeros(0, np.uint32)
                offsets = np.frombuffer(sizes, np.int64)
                count = len(offsets) - 1
                longest = int(np.diff(offsets).max())
                self._count(flat)
                self._make_room(len(flat) * arrive, count * arrive, longest)
                found = Found(np.empty((count, most), np.int64), np.empty((count, most)))
                kernels.decide(flat, offsets, self._arrived, bounds, self._pool, self._room, found)
                self._arrived += count * arrive
                yield found
                tokens, sizes = array("I"), array("q", [0])

    def _count(self, tokens: U32) -> None:
        """Adds to the frequencies; ranks tokens anew when the pool has doubled since.

        Any ranking gives the same decisions: rare tokens first gives fewer candidates. A token that
        has come since the last ranking is taken for rare.
        """
        counts = np.bincount(tokens, minlength=len(self._ids)).astype(np.int64)
        counts[: len(self._frequency)] += self._frequency
        known = len(self._pool.rank)
        self._frequency = counts
        if self._arrived and len(self) <= 2 * self._ranked + 64:
            new = -np.arange(known + 1, len(counts) + 1, dtype=np.int64)
            self._fit(np.concatenate([self._pool.rank, new]))
            return
        rank = np.empty(len(counts), np.int64)
        rank[np.lexsort((np.arange(len(counts)), counts))] = np.arange(len(counts))
        self._fit(rank)
        self._ranked = len(self)
        kernels.reindex(self._pool, self._room, self.floor)

    def _fit(self, rank: I64) -> None:
        """Gives all arrays by token room for as many as `rank` has."""
        head = longer(self._pool.head, len(rank), -1)
        self._pool = self._pool._replace(rank=rank, head=head)
        self._room = self._room._replace(
            masks=longer(self._room.masks, len(rank)), counts=longer(self._room.counts, len(rank))
        )

    def _make_room(self, tokens: int, texts: int, longest: int) -> None:
        """Room for so many more tokens and texts in the pool, and for a text of `longest`."""
        pool, room = self._pool, self._room
        flat, each = int(pool.offsets[len(self)]) + tokens, len(self) + texts
        self._pool = pool._replace(
            tokens=longer(pool.tokens, flat), offsets=longer(pool.offsets, each + 1),
            arrival=longer(pool.arrival, each), sketch=longer(pool.sketch, each),
            groups=longer_groups(pool.groups, flat),
            following=longer(pool.following, flat), text=longer(pool.text, flat),
            place=longer(pool.place, flat), size=longer(pool.size, flat),
        )  # fmt: skip
        self._room = room._replace(
            seen=longer(room.seen, each), keys=longer(room.keys, longest),
            carries=longer(room.carries, longest),
        )  # fmt: skip
