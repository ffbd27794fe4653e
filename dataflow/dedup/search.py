"""Finds pairs of similar documents: candidates from bands of signatures, each checked exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dataflow.dedup import matching
from dataflow.dedup.buckets import Buckets, Room, sorted_set
from dataflow.dedup.corpus import Corpus
from dataflow.dedup.kernels import I64, U64
from dataflow.dedup.shelves import Shelves
from dataflow.dedup.signatures import SignatureBlock, readonly

GROUP_LIMIT = 64
"""Members of a band group that are still compared all with all."""
HUBS = 8
"""First members of a larger group that all others are compared with.

Calibrated on 3,000 variants of one text whose similarities lie around the threshold: all with all
keeps 89 of them in 11 CPU seconds; 4 hubs 274 in .3, 8 hubs 203 in .5, 16 hubs 156 in .8.
"""
NEXT_BANDS = 4
"""Bands that each band is joined with when large groups are searched again.

Two documents of similarity .75 share 10 of 32 bands on average, and two of them at most 4 apart
but for 1 pair in 400 (drawn 400,000 times); two of similarity .5 share both bands of a join with
p = .004 instead of .06, so that pages of one template with different content no longer fill the
groups.
"""
LEAST_PROGRESS = 0.9
"""Large groups are searched again while at most this share of their members stays."""
LAST_PAIRS = 1 << 20
"""At most so many pairs (of 1,448 documents) are compared when large groups shrink no more."""
SIGNATURE_MARGIN = 0.2
"""Pairs whose signatures agree this much less than the threshold are not computed exactly: with
MARGIN_PERMUTATIONS that excludes a pair at a threshold of .75 with p < 2e-7 (5 standard deviations,
which grow with the root of how much fewer permutations there are)."""
MARGIN_PERMUTATIONS = 128
KEYS_AT_A_TIME = 1 << 17
"""Sorted keys that pairs are made of at a time: 35 MB of pairs where all groups are full."""
PAIRS_TOGETHER = 1 << 20
"""Pairs, many of them found in several bands, that go to the buckets together."""
KEYS_TOGETHER = 1 << 21
"""Keys that go to the buckets together (16 MB): those of 65,536 documents with 32 bands."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Verified pairs of distinct texts: two numbers, first < second, and their similarity."""

    first: I64
    second: I64
    similarity: matching.F64

    def __len__(self) -> int:
        return len(self.first)


class Search:
    """Verified edges among the distinct documents of a corpus, and what finding them took.

    Numbers are places in `distinct`, which rise with the order of preference. Pairs of two
    earlier documents are not looked for.
    """

    def __init__(
        self, corpus: Corpus, threshold: float, bands: int, room: Room, folder: Path | None
    ) -> None:
        self.corpus, self.threshold, self.bands = corpus, threshold, bands
        self.room, self.folder = room, folder
        self.distinct = np.flatnonzero(corpus.original == np.arange(len(corpus)))
        self.own = int(np.searchsorted(self.distinct, corpus.earlier))
        self.shelves = Shelves(corpus, room, None if folder is None else folder / "slabs")
        self.crowded = self.uncompared = self.bytes = 0
        self.candidates = self.compared = 0
        self.skipped_by_size = self.skipped_by_signature = 0
        none = np.empty(0, np.int64)
        self.edges = Edges(none, none, np.empty(0, np.float64))

    def run(self, needed: I64) -> None:
        """Finds edges among all documents, then again among those that stay of large groups.

        In a large group only some pairs are compared. What was dropped need not be compared
        again, so the groups shrink from round to round, until they are small or stay as they are.
        Puts `needed`, and all documents that are compared, on the shelves.
        """
        active = np.arange(len(self.distinct))
        bands = np.arange(self.bands).reshape(-1, 1)
        pairs, crowds, missed = self._candidates(self._from_blocks(), active, bands)
        met = self._met(pairs, crowds)
        self.shelves.fill(np.union1d(needed, self.distinct[met]))
        self.crowded = int((crowds > 0).sum())
        self._verify(pairs)
        progress, bands = True, joined_bands(self.bands)
        while len(remaining := active[(crowds > 0) & self._staying(active)]):
            self.uncompared = min(missed, len(remaining) * (len(remaining) - 1) // 2)
            if not progress:
                self._finish(remaining)
                break
            active = remaining
            pairs, crowds, missed = self._candidates(self._from_shelves(active), active, bands)
            self._verify(pairs)
            staying = (crowds > 0) & self._staying(active)
            progress = staying.sum() <= LEAST_PROGRESS * (crowds > 0).sum()
            self.uncompared = 0

    def _staying(self, active: I64) -> matching.Flags:
        """Which of `active` no edge drops."""
        staying: matching.Flags = self.leaders()[0][active] == active
        return staying

    def _finish(self, remaining: I64) -> None:
        """Compares `remaining` all with all if that is little work."""
        if len(remaining) * (len(remaining) - 1) // 2 > LAST_PAIRS:
            return
        pairs = Buckets(len(self.shelves), self._sub("pairs"), unique=True)
        first, second = (ends.astype(np.uint64) for ends in np.triu_indices(len(remaining), 1))
        own = remaining[second.astype(np.int64)] >= self.own
        self._file(pairs, [(first << matching.HALF | second)[own]], remaining)
        self._verify(pairs)
        self.uncompared = 0

    def leaders(self) -> tuple[I64, matching.F64]:
        """For each document the one it goes for (itself when kept) and their similarity."""
        edges = self.edges
        return matching.leaders(len(self.distinct), edges.first, edges.second, edges.similarity)

    def _from_blocks(self) -> Iterator[tuple[SignatureBlock, I64, I64]]:
        """Each block, the rows of its distinct documents, and their places."""
        for number, places in self.corpus.by_block(self.distinct):
            yield self.corpus.blocks[number], self.corpus.row[self.distinct[places]], places

    def _from_shelves(self, active: I64) -> Iterator[tuple[SignatureBlock, I64, I64]]:
        """The same for the documents `active`, places being positions in it."""
        documents = self.distinct[active]
        for slab in range(len(self.shelves)):
            places = np.flatnonzero(self.shelves.slab[documents] == slab)
            if len(places):
                yield self.shelves[slab], self.shelves.row[documents[places]], places

    def _candidates(
        self,
        sources: Iterable[tuple[SignatureBlock, I64, I64]],
        active: I64,
        bands: I64,
    ) -> tuple[Buckets, I64, int]:
        """Unique pairs among `active` by the slab of the first; crowds and missed of band_pairs."""
        index_bits = max(1, len(active).bit_length())
        keys = self._keys(sources, len(active), bands, index_bits)
        pairs = Buckets(len(self.shelves), self._sub("pairs"), unique=True)
        crowds, missed = np.zeros(len(active), np.int64), np.zeros(1, np.int64)
        limits = GROUP_LIMIT, HUBS, int(np.searchsorted(active, self.own))
        waiting: list[U64] = []
        for bucket in range(len(keys)):
            numbers = np.sort(keys.take(bucket))
            for part in whole_groups(numbers, index_bits):
                waiting.append(
                    matching.band_pairs(readonly(part), index_bits, limits, crowds, missed)
                )
                if sum(map(len, waiting)) > PAIRS_TOGETHER:
                    self._file(pairs, waiting, active)
                    waiting = []
        self._file(pairs, waiting, active)
        self.bytes = max(self.bytes, keys.bytes + pairs.bytes + self.shelves.bytes)
        keys.close()
        return pairs, crowds, int(missed[0])

    def _keys(
        self,
        sources: Iterable[tuple[SignatureBlock, I64, I64]],
        number: int,
        bands: I64,
        index_bits: int,
    ) -> Buckets:
        """Keys of all documents, one bucket for each band (join of bands) and range of hashes."""
        part_bits = max(0, (number - 1) // self.room.keys).bit_length()
        keys = Buckets(len(bands) << part_bits, self._sub("keys"))
        edges = np.arange(1, 1 << part_bits, dtype=np.uint64) << np.uint64(64 - (part_bits or 1))
        most = max(1, min(number, KEYS_TOGETHER // len(bands)))
        waiting = np.empty((len(bands), most), np.uint64)
        filled = 0

        def flush() -> None:
            for band, row in enumerate(waiting[:, :filled]):
                if part_bits:
                    row.sort()
                for part, some in enumerate(np.split(row, np.searchsorted(row, edges))):
                    keys.append((band << part_bits) + part, some)

        for block, rows, places in sources:
            for start in range(0, len(rows), most):
                some = slice(start, start + most)
                if filled + len(rows[some]) > most:
                    flush()
                    filled = 0
                matching.band_keys(
                    block.signatures, readonly(rows[some]), readonly(places[some]),
                    readonly(bands), index_bits, waiting, filled,
                )  # fmt: skip
                filled += len(rows[some])
        flush()
        return keys

    def _file(self, pairs: Buckets, waiting: list[U64], active: I64) -> None:
        """Puts pairs of positions in `active` into the buckets as pairs of places."""
        found = sorted_set(np.concatenate([np.empty(0, np.uint64), *waiting]))
        first = active[(found >> matching.HALF).astype(np.int64)]
        second = active[(found & matching.LOW_HALF).astype(np.int64)]
        numbers = first.astype(np.uint64) << matching.HALF | second.astype(np.uint64)
        if len(pairs) == 1:
            pairs.append(0, numbers)
            return
        slab = self.shelves.slab[self.distinct[first]]
        sorted_out, ends = matching.partition(numbers, slab, len(pairs))
        for bucket, part in enumerate(np.split(sorted_out, ends[:-1])):
            pairs.append(bucket, part)

    def _met(self, pairs: Buckets, crowds: I64) -> I64:
        """Places that occur in `pairs` or a large group."""
        met = crowds > 0
        for bucket in range(len(pairs)):
            numbers = pairs.take(bucket)
            met[(numbers >> matching.HALF).astype(np.int64)] = True
            met[(numbers & matching.LOW_HALF).astype(np.int64)] = True
            pairs.append(bucket, numbers)
        return np.flatnonzero(met)

    def _verify(self, pairs: Buckets) -> None:
        """Adds those of `pairs` that are similar enough to the edges."""
        found = [self.edges]
        for bucket in range(len(pairs)):
            numbers = pairs.take(bucket)
            first = (numbers >> matching.HALF).astype(np.int64)
            second = (numbers & matching.LOW_HALF).astype(np.int64)
            self.candidates += len(first)
            found.append(self._similar(first, second))
        pairs.close()
        first = np.concatenate([edges.first for edges in found])
        second = np.concatenate([edges.second for edges in found])
        similarity = np.concatenate([edges.similarity for edges in found])
        order = np.lexsort((first, second))
        first, second, similarity = first[order], second[order], similarity[order]
        fresh = np.ones(len(first), bool)  # a later round may find an edge again
        fresh[1:] = (np.diff(first) != 0) | (np.diff(second) != 0)
        self.edges = Edges(
            readonly(first[fresh]), readonly(second[fresh]), readonly(similarity[fresh])
        )

    def _similar(self, first: I64, second: I64) -> Edges:
        """Those of the pairs whose exact similarity reaches the threshold.

        |A| < T |B| excludes J >= T for certain, signatures that agree in few places all but that.
        """
        sizes = self.corpus.size[self.distinct[first]], self.corpus.size[self.distinct[second]]
        possible = np.minimum(*sizes) / np.maximum(*sizes) >= self.threshold
        self.skipped_by_size += len(first) - int(possible.sum())
        first, second = first[possible], second[possible]
        number = self.corpus.blocks[0].scheme.permutations
        margin = SIGNATURE_MARGIN * max(1.0, (MARGIN_PERMUTATIONS / number) ** 0.5)
        least = (self.threshold - margin) * number
        similarity = self.shelves.similarities(
            self.distinct[first], self.distinct[second], least=least
        )
        compared = similarity >= 0
        self.skipped_by_signature += len(first) - int(compared.sum())
        self.compared += int(compared.sum())
        similar = similarity >= self.threshold
        return Edges(first[similar], second[similar], similarity[similar])

    def _sub(self, name: str) -> Path | None:
        return None if self.folder is None else self.folder / name


def joined_bands(bands: int) -> I64:
    """Pairs of bands at most NEXT_BANDS apart, the first one next to the last (int64[m, 2])."""
    pairs = {
        (min(band, (band + step) % bands), max(band, (band + step) % bands))
        for band in range(bands)
        for step in range(1, min(NEXT_BANDS + 1, max(2, bands)))
    }
    return np.array(sorted(pairs), np.int64)


def whole_groups(keys: U64, index_bits: int) -> Iterator[U64]:
    """Sorted `keys` in parts of about KEYS_AT_A_TIME that cut no group of equal hashes."""
    last = np.uint64((1 << index_bits) - 1)
    start = 0
    while start < len(keys):
        end = min(start + KEYS_AT_A_TIME, len(keys))
        end = int(np.searchsorted(keys, keys[end - 1] | last, side="right"))
        yield keys[start:end]
        start = end
