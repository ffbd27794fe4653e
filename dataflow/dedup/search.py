"""Finds pairs of similar documents: candidates from bands of signatures, each checked exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from dataflow.dedup import matching
from dataflow.dedup.kernels import I64, U32, U64
from dataflow.dedup.signatures import SignatureBlock, readonly
from schemas.errors import SchemaError, StoreError

GROUP_LIMIT = 64
"""Members of a band group that are still compared all with all."""
HUBS = 8
"""First members of a larger group that all others are compared with.

Calibrated on 3,000 variants of one text whose similarities lie around the threshold: all with all
keeps 89 of them in 11 CPU seconds; 4 hubs 274 in .3, 8 hubs 203 in .5, 16 hubs 156 in .8.
"""
LEAST_PROGRESS = 0.9
"""Large groups are searched again while at most this share of their members stays."""
SIGNATURE_MARGIN = 0.2
"""Pairs whose signatures agree this much less than the threshold are not computed exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Verified pairs of distinct contents: numbers in id order, first < second, and similarity."""

    first: I64
    second: I64
    similarity: matching.F64


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """All documents of some blocks in the order of their ids."""

    blocks: Sequence[SignatureBlock]
    doc_ids: pl.Series
    block: I64 = field(repr=False)
    row: I64 = field(repr=False)

    def originals(self) -> I64:
        """For each document the smallest one with the same content hash (int64[n])."""
        content = np.concatenate([block.content for block in self.blocks])[self._places()]
        order = np.lexsort((content[:, 1], content[:, 0]))  # stable: ties stay in id order
        fresh = np.ones(len(order), bool)
        fresh[1:] = (content[order[1:]] != content[order[:-1]]).any(axis=1)
        original = np.empty(len(order), np.int64)
        original[order] = order[np.flatnonzero(fresh)[np.cumsum(fresh) - 1]]
        return original

    def _places(self) -> I64:
        """Row of each document in the blocks laid end to end."""
        starts = np.cumsum([0, *(len(block) for block in self.blocks)])
        return starts[self.block] + self.row

    def signatures(self, documents: I64) -> U32:
        """Signatures of `documents`, uint32[n, k]."""
        width = self.blocks[0].scheme.permutations
        found = np.empty((len(documents), width), np.uint32)
        for number, block in enumerate(self.blocks):
            mask = self.block[documents] == number
            found[mask] = block.signatures[self.row[documents[mask]]]
        return found

    def sizes(self, documents: I64) -> I64:
        """Distinct shingles of each of `documents`."""
        every = np.concatenate([np.diff(block.offsets) for block in self.blocks])
        return every[self._places()[documents]]

    def similarities(self, first: I64, second: I64) -> matching.F64:
        """Exact similarity of each pair of documents."""
        found = np.empty(len(first), np.float64)
        group = self.block[first] * len(self.blocks) + self.block[second]
        order = np.argsort(group, kind="stable")
        cuts = np.flatnonzero(np.diff(group[order])) + 1
        for part in np.split(order, cuts) if len(order) else ():
            one = self.blocks[self.block[first[part[0]]]]
            two = self.blocks[self.block[second[part[0]]]]
            found[part] = matching.similarities(
                one.shingles, one.offsets, readonly(self.row[first[part]]),
                two.shingles, two.offsets, readonly(self.row[second[part]]),
            )  # fmt: skip
        return found


def gather(blocks: Sequence[SignatureBlock]) -> Corpus:
    """The documents of `blocks`, of which at least one is needed."""
    if any(block.scheme != blocks[0].scheme for block in blocks):
        schemes = sorted({str(block.scheme) for block in blocks})
        raise StoreError(f"signature blocks of different schemes cannot be compared: {schemes}")
    ids = pl.concat([block.doc_ids.alias("doc_id") for block in blocks])
    frame = pl.DataFrame(
        {
            "doc_id": ids,
            "block": np.repeat(np.arange(len(blocks)), [len(block) for block in blocks]),
            "row": np.concatenate([np.arange(len(block)) for block in blocks]),
        }
    ).sort("doc_id")
    if frame["doc_id"].null_count() or frame["doc_id"].n_unique() != len(frame):
        raise SchemaError("deduplication needs a doc_id for each document, each different")
    return Corpus(
        blocks, frame["doc_id"], frame["block"].to_numpy().copy(), frame["row"].to_numpy().copy()
    )


def _candidates(signatures: U32, bands: int, crowds: I64) -> U64:
    """Unique candidate pairs over all bands; `crowds` (int64[n]) as in matching.band_pairs."""
    rows = signatures.shape[1] // bands
    index_bits = max(1, len(signatures).bit_length())
    pairs = np.empty(0, np.uint64)
    waiting: list[U64] = []
    for band in range(bands):
        keys = matching.band_keys(signatures, band * rows, rows, index_bits)
        keys.sort()
        waiting.append(matching.band_pairs(readonly(keys), index_bits, GROUP_LIMIT, HUBS, crowds))
        if band == bands - 1 or sum(map(len, waiting)) > max(len(pairs), 1 << 20):
            pairs = np.unique(np.concatenate([pairs, *waiting]))
            waiting = []
    return pairs


class Search:
    """Verified edges among the distinct documents of a corpus, and what finding them took.

    Numbers are places in `distinct`, which rise with doc_ids.
    """

    def __init__(self, corpus: Corpus, distinct: I64, threshold: float) -> None:
        self.corpus, self.distinct, self.threshold = corpus, distinct, threshold
        self.signatures = readonly(corpus.signatures(distinct))
        self.sizes = readonly(corpus.sizes(distinct))
        self.crowds = np.zeros(len(distinct), np.int64)
        self.skipped = np.zeros(2, np.int64)
        self.seen = np.empty(0, np.uint64)
        self.compared = 0
        none = np.empty(0, np.int64)
        self.edges = Edges(none, none, np.empty(0, np.float64))

    def run(self, bands: int) -> None:
        """Finds edges among all documents, then again among those that stay of large groups.

        In a large group only some pairs are compared. What was dropped need not be compared
        again, so the groups shrink from round to round, until they are small or stay as they are.
        """
        every = np.arange(len(self.distinct))
        active = every
        while True:
            crowds = np.zeros(len(active), np.int64)
            pairs = _candidates(readonly(self.signatures[active]), bands, crowds)
            first = active[(pairs >> matching.HALF).astype(np.int64)].astype(np.uint64)
            second = active[(pairs & matching.LOW_HALF).astype(np.int64)].astype(np.uint64)
            self._verify(first << matching.HALF | second)
            if len(active) == len(every):
                self.crowds = crowds
            kept = self.leaders()[0] == every
            remaining = active[(crowds > 0) & kept[active]]
            if not len(remaining) or len(remaining) > LEAST_PROGRESS * (crowds > 0).sum():
                return
            active = remaining

    def _verify(self, pairs: U64) -> None:
        """Adds those of `pairs` (sorted) that are similar enough to the edges."""
        pairs = np.setdiff1d(pairs, self.seen, assume_unique=True)
        self.seen = np.union1d(self.seen, pairs)
        passed = matching.plausible(
            readonly(pairs), self.signatures, self.sizes, self.threshold, SIGNATURE_MARGIN,
            self.skipped,
        )  # fmt: skip
        pairs = pairs[passed]
        self.compared += len(pairs)
        first = (pairs >> matching.HALF).astype(np.int64)
        second = (pairs & matching.LOW_HALF).astype(np.int64)
        similarity = self.corpus.similarities(self.distinct[first], self.distinct[second])
        similar = similarity >= self.threshold
        first = np.concatenate([self.edges.first, first[similar]])
        second = np.concatenate([self.edges.second, second[similar]])
        similarity = np.concatenate([self.edges.similarity, similarity[similar]])
        order = np.lexsort((first, second))
        self.edges = Edges(
            readonly(first[order]), readonly(second[order]), readonly(similarity[order])
        )

    def leaders(self) -> tuple[I64, matching.F64]:
        """For each document the one it goes for (itself when kept) and their similarity."""
        edges = self.edges
        return matching.leaders(len(self.distinct), edges.first, edges.second, edges.similarity)
