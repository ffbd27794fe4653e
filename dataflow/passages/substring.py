"""Runs of tokens that stand in an earlier document too, and what is cut of the later one.

Documents are taken in the given order. What is left of a document when its turn is over never
changes again, and later ones are compared with that alone: so whatever is cut stands in what
another document keeps. Closing a hole puts words side by side that were not: a document is searched
again until nothing is found, and anchors that only came about by cutting are looked up in all
other documents; where one of them stands there, the whole is repeated with those known.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import IO, Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.dedup.kernels import I64, U64
from dataflow.passages.anchors import anchor_length, anchors_of, matches_of, walk
from dataflow.passages.blocks import UnitBlock
from dataflow.passages.cutting import CUT_FRAME

BUCKET = 4_000_000
"""Anchors that are sorted at once: about 100 MB."""
MOST_PLACES = 32
"""Kept places of an anchor that are compared. Those of one anchor share fewer than `least` tokens
with each other, so more than a few means a phrase that many unlike documents have."""
ATTEMPTS = 8
PASSES = 64
"""Times that one document is searched; ordinary ones take two, and cost is bounded for others."""
I32 = NDArray[np.int32]


class Known(NamedTuple):
    """Anchors that stand in several documents, ascending, and in how many."""

    anchors: U64
    counts: I64

    def numbers(self, anchors: U64) -> I64:
        """The place of each of `anchors` here; -1 for others."""
        if not len(self.anchors):
            return np.full(len(anchors), -1, np.int64)
        at = np.minimum(np.searchsorted(self.anchors, anchors), len(self.anchors) - 1)
        return np.where(self.anchors[at] == anchors, at, -1).astype(np.int64)

    def joined(self, other: Known) -> Known:
        """These and the `other` ones."""
        anchors = np.concatenate([self.anchors, other.anchors])
        order = np.argsort(anchors)
        return Known(anchors[order], np.concatenate([self.counts, other.counts])[order])


def resolve_substrings(
    blocks: Sequence[UnitBlock], ranks: Sequence[I64], least: int
) -> pl.DataFrame:
    """The runs to cut, with the columns of CUT_FRAME, by doc_id and place.

    `ranks` hold each document's place in the order of precedence, -1 for those that are left out.
    """
    known = _repeated(blocks, ranks)
    rows: list[tuple[Any, ...]] = []
    for _ in range(ATTEMPTS):
        with tempfile.TemporaryFile() as file:
            rows, made = _Search(_spilled(blocks, ranks, known, file), known, least).run()
        more = _repeated(blocks, ranks, made)
        if not len(more.anchors):
            break
        known = known.joined(more)
    return pl.DataFrame(rows, schema=CUT_FRAME, orient="row").sort("doc_id", "char_start")


def _repeated(blocks: Sequence[UnitBlock], ranks: Sequence[I64], made: U64 | None = None) -> Known:
    """Anchors that stand in at least two documents, found bucket by bucket of their hashes.

    With `made`, the anchors that cuts have made, each once for each document, only those of them.
    """
    total = sum(len(block.arrays["anchors"]) for block in blocks)
    parts = max(1, -(-total // BUCKET))
    found, counts = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    for part in range(parts):
        bucket = [np.empty(0, np.uint64)] if made is None else [made[_in_part(made, part, parts)]]
        chosen = bucket[0]
        for block, rank in zip(blocks, ranks, strict=True):
            anchors = block.arrays["anchors"]
            mine = _in_part(anchors, part, parts)
            mine &= np.repeat(rank >= 0, np.diff(block.arrays["anchor_offsets"]))
            taken = anchors[mine]
            bucket.append(taken if made is None else taken[np.isin(taken, chosen)])
        values, number = np.unique(np.concatenate(bucket), return_counts=True)
        found.append(values[number > 1])
        counts.append(number[number > 1])
    order = np.argsort(np.concatenate(found))
    return Known(np.concatenate(found)[order], np.concatenate(counts)[order])


def _in_part(anchors: U64, part: int, parts: int) -> NDArray[np.bool_]:
    """Which anchors belong to this bucket."""
    inside: NDArray[np.bool_] = (anchors >> np.uint64(33)) % np.uint64(parts) == part
    return inside


class _Corpus(NamedTuple):
    """Tokens of the documents that hold a known anchor, one after the other in order.

    Document d is number `rows[d]` of block `homes[d]`.
    """

    tokens: U64
    offsets: I64
    homes: list[UnitBlock]
    rows: list[int]


def _spilled(
    blocks: Sequence[UnitBlock], ranks: Sequence[I64], known: Known, file: IO[bytes]
) -> _Corpus:
    """The documents that hold a known anchor, their tokens mapped from `file`."""
    chosen: list[tuple[int, int, int]] = []
    for number, (block, rank) in enumerate(zip(blocks, ranks, strict=True)):
        hit = known.numbers(block.arrays["anchors"]) >= 0
        before = np.concatenate([[0], np.cumsum(hit)])[block.arrays["anchor_offsets"]]
        holding = np.flatnonzero((np.diff(before) > 0) & (rank >= 0))
        chosen += [(int(rank[row]), number, row) for row in holding.tolist()]
    homes: list[UnitBlock] = []
    rows: list[int] = []
    lengths = [0]
    for _, number, row in sorted(chosen):
        block = blocks[number]
        part = block.arrays["token"][block.rows(row)]
        file.write(part.data)
        homes.append(block)
        rows.append(row)
        lengths.append(len(part))
    file.flush()
    offsets = np.cumsum(lengths, dtype=np.int64)
    if not offsets[-1]:
        return _Corpus(np.empty(0, np.uint64), offsets, homes, rows)
    tokens = np.memmap(file, np.uint64, "r", shape=(int(offsets[-1]),))
    return _Corpus(np.asarray(tokens), offsets, homes, rows)


class _Search:
    """One pass over the documents in their order."""

    def __init__(self, corpus: _Corpus, known: Known, least: int) -> None:
        self.corpus, self.known, self.least = corpus, known, least
        self.gone = np.zeros(len(corpus.tokens), np.uint8)
        room = np.minimum(known.counts, MOST_PLACES)
        self.heads = np.concatenate([[0], np.cumsum(room)]).astype(np.int64)
        self.counts = np.zeros(len(room), np.int32)
        self.places = np.zeros(int(self.heads[-1]), np.int64)
        self.rows: list[tuple[Any, ...]] = []

    def run(self) -> tuple[list[tuple[Any, ...]], U64]:
        """Rows of CUT_FRAME, and anchors that closing holes has made, once for each document."""
        made = [np.empty(0, np.uint64)]
        for document in range(len(self.corpus.rows)):
            made.append(self._document(document))
        return self.rows, np.concatenate(made)

    def _document(self, document: int) -> U64:
        """Cuts one document and remembers what it keeps; returns anchors that only now exist."""
        low, high = self.corpus.offsets[document : document + 2].tolist()
        for _ in range(PASSES):
            left = np.flatnonzero(self.gone[low:high] == 0) + low
            mine = self.corpus.tokens[left]
            anchors, at = anchors_of(mine, self.least)
            numbers = self.known.numbers(anchors)
            hit = numbers >= 0
            found = at[hit], numbers[hit]
            kept = self.heads, self.counts, self.places
            matches = matches_of(
                mine, found, kept, self.corpus.tokens, self.gone, self.corpus.offsets, self.least
            )
            if not len(matches):
                break
            self._cut(document, left, matches, found)
        for place, number in zip(left[found[0]].tolist(), found[1].tolist(), strict=True):
            if self.counts[number] < self.heads[number + 1] - self.heads[number]:
                self.places[self.heads[number] + self.counts[number]] = place
                self.counts[number] += 1
        if len(left) == high - low:
            return np.empty(0, np.uint64)
        width = anchor_length(self.least)
        joined = left[at + width - 1] - left[at] >= width
        return np.unique(anchors[joined & ~hit])

    def _cut(self, document: int, left: I64, matches: I64, found: tuple[I64, I64]) -> None:
        """Cuts the union of the matches, each part once, for the match that reaches furthest."""
        order = np.lexsort((matches[:, 2], -matches[:, 1], matches[:, 0]))
        done = 0
        for first, last, place in matches[order].tolist():
            begin = max(first, done)
            if begin >= last:
                continue
            done = last
            inside = (found[0] >= first) & (found[0] < last)
            copies = int(self.known.counts[found[1][inside]].min())
            high = len(self.gone)
            of = walk(place, self.gone, begin - first, high)
            places = left[begin:last]
            breaks = np.flatnonzero(np.diff(places) > 1) + 1
            for part in np.split(places, breaks):
                self._row(document, int(part[0]), int(part[-1]), of, copies)
                of = walk(of, self.gone, len(part), high) if part[-1] != places[-1] else of
            self.gone[places] = 1

    def _row(self, document: int, first: int, last: int, of: int, copies: int) -> None:
        """Adds the cut of the tokens from `first` to `last`."""
        corpus = self.corpus
        other = int(np.searchsorted(corpus.offsets, of, side="right")) - 1
        home, kept = corpus.homes[document], corpus.homes[other]
        base = home.rows(corpus.rows[document]).start - int(corpus.offsets[document])
        there = kept.rows(corpus.rows[other]).start - int(corpus.offsets[other]) + of
        self.rows.append(
            (home.doc_ids[corpus.rows[document]], int(home.arrays["start"][base + first]),
             int(home.arrays["end"][base + last]), "substring", copies,
             kept.doc_ids[corpus.rows[other]], int(kept.arrays["start"][there]))
        )  # fmt: skip
