"""Which texts say something new: exact ROUGE-L against all that were kept before.

A text is dropped when its ROUGE-L F-measure with a kept earlier one is above the threshold, as in
Self-Instruct (Wang et al. 2022, threshold 0.7). Tokens are lower-case Latin words and numbers
and, with `han`, single Han, kana and hangul characters: the usual scorer knows Latin only, to
which two equal Chinese texts have nothing in common. `rouge` gives that scorer's tokens.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from dataflow.diversity import novelty_kernels as kernels
from dataflow.diversity.novelty_kernels import I64
from dataflow.diversity.subsequence import SKETCH_WORDS, U32
from schemas.errors import UsageError

Tokens = Literal["han", "rouge"]
T = TypeVar("T", bound=np.generic)

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
    floor tells also of kept texts how near they come, and costs more (5,000 instructions: 0.5 CPU
    seconds with .3 instead of 0.1).

    Memory is linear in the kept tokens, about 30 bytes each. Time is that of the pairs that share a
    rare token; at worst, for texts that are all made of the same words in other orders, it is
    quadratic with about 0.1 µs for a pair of up to 64 tokens each.

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
        self._pool, self._room = _empty_pool(), _empty_room()

    def __len__(self) -> int:
        """How many kept texts there are to be near to: those with tokens."""
        return int(self._pool.now[kernels.TEXTS])

    def decide(self, texts: Sequence[str]) -> list[tuple[int, float] | None]:
        """For each text None, and it joins the pool, or what it is too near to and their F."""
        return [
            None if verdict.kept else (verdict.nearest, verdict.similarity)
            for verdict in self.judge(texts)
        ]

    def judge(self, texts: Sequence[str]) -> list[Verdict]:
        """The same, with the nearest of kept texts, too."""
        return self._run(texts, kernels.Bounds(self.threshold, self.floor, self.floor), arrive=True)

    def nearest(self, texts: Sequence[str]) -> list[tuple[int, float] | None]:
        """Number and F of the pool's text nearest to each, None up to the floor; adds nothing."""
        verdicts = self._run(texts, kernels.Bounds(-1.0, self.floor, self.floor), arrive=False)
        return [
            (verdict.nearest, verdict.similarity) if verdict.nearest >= 0 else None
            for verdict in verdicts
        ]

    def add(self, texts: Sequence[str]) -> None:
        """Puts all texts into the pool, near to each other or not: seeds, and test questions."""
        self._run(texts, kernels.Bounds(_NEVER, _NEVER, self.floor), arrive=True)

    def _run(self, texts: Sequence[str], bounds: kernels.Bounds, *, arrive: bool) -> list[Verdict]:
        verdicts: list[Verdict] = []
        tokens, sizes = array("I"), array("q", [0])
        for number, text in enumerate(texts, 1):
            ids = self._ids
            tokens.extend(ids.setdefault(word, len(ids)) for word in words(text, self.kind))
            sizes.append(len(tokens))
            if len(tokens) >= _BATCH_TOKENS or number == len(texts):
                flat = np.frombuffer(tokens, np.uint32) if tokens else np.zeros(0, np.uint32)
                verdicts += self._decide(flat, np.frombuffer(sizes, np.int64), bounds, arrive)
                tokens, sizes = array("I"), array("q", [0])
        return verdicts

    def _decide(
        self, tokens: U32, offsets: I64, bounds: kernels.Bounds, arrive: bool
    ) -> list[Verdict]:
        """What the compiled loop says of a batch."""
        count = len(offsets) - 1
        self._count(tokens)
        longest = int(np.diff(offsets).max(initial=0))
        self._make_room(len(tokens) if arrive else 0, count if arrive else 0, longest)
        found = kernels.Found(np.empty(count, np.int64), np.empty(count))
        kernels.decide(tokens, offsets, self._arrived, bounds, self._pool, self._room, found)
        self._arrived += count if arrive else 0
        kept = (found.value <= bounds.keep).tolist()
        return [
            Verdict(*row)
            for row in zip(kept, found.arrival.tolist(), found.value.tolist(), strict=True)
        ]

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
            groups=_longer_groups(pool.groups, flat),
            following=longer(pool.following, flat), text=longer(pool.text, flat),
            place=longer(pool.place, flat), size=longer(pool.size, flat),
        )  # fmt: skip
        self._room = room._replace(
            seen=longer(room.seen, each), keys=longer(room.keys, longest),
            carries=longer(room.carries, longest),
        )  # fmt: skip


def longer(values: NDArray[T], size: int, fill: int = 0) -> NDArray[T]:
    """`values` when there are `size` of them, else twice as many or as many as that, filled up."""
    if len(values) >= size:
        return values
    more = max(2 * len(values), size) - len(values)
    rest = np.full((more, *values.shape[1:]), fill, values.dtype)
    return np.concatenate([values, rest])


def _longer_groups(groups: kernels.Groups, size: int) -> kernels.Groups:
    """There are at most as many groups as postings."""
    return kernels.Groups(
        longer(groups.kind, size), longer(groups.shortest, size), longer(groups.longest, size),
        longer(groups.place, size), longer(groups.head, size), longer(groups.following, size),
    )  # fmt: skip


def _empty_pool() -> kernels.Pool:
    none, small = np.zeros(0, np.int64), np.zeros(0, np.int32)
    return kernels.Pool(
        np.zeros(4, np.int64), np.zeros(0, np.uint32), np.zeros(1, np.int64), none,
        np.zeros((0, SKETCH_WORDS), np.uint64), none,
        kernels.Groups(small, small, small, small, none, none), none, small, small, small, none,
    )  # fmt: skip


def _empty_room() -> kernels.Room:
    none = np.zeros(0, np.int64)
    return kernels.Room(
        np.zeros(0, np.uint64), np.zeros(0, np.int32), none, none, np.zeros(0, np.uint8),
        np.zeros(SKETCH_WORDS, np.uint64),
    )  # fmt: skip
