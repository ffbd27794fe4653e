"""Signatures and shingles of the documents that are compared, in slabs that fit in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from dataflow.dedup import matching
from dataflow.dedup.blocks import read_block, write_block
from dataflow.dedup.buckets import Room
from dataflow.dedup.corpus import Corpus
from dataflow.dedup.kernels import I64
from dataflow.dedup.signatures import SignatureBlock, readonly

OPEN_SLABS = 3
"""Slabs that stay mapped: what is touched of one counts as memory of the process."""


class Shelves:
    """Slabs of a corpus: blocks in their order, together at most `room.shingles` large.

    A slab of one block is that block. Of several small ones the rows that `fill` is told of are
    copied together, on disk when there is a `folder`: ten thousands of files are then opened once
    and not for every pair of documents.
    """

    def __init__(self, corpus: Corpus, room: Room, folder: Path | None) -> None:
        self.corpus, self.folder = corpus, folder
        volume = np.bincount(corpus.block, corpus.size, len(corpus.blocks))
        slab_of_block = np.zeros(len(corpus.blocks), np.int64)
        slab, held = 0, 0.0
        for number in range(len(corpus.blocks)):
            if held and held + volume[number] > room.shingles:
                slab, held = slab + 1, 0.0
            slab_of_block[number] = slab
            held += volume[number]
        self.slab: I64 = slab_of_block[corpus.block]
        self.row = corpus.row.copy()
        first = np.searchsorted(slab_of_block, np.arange(slab + 2))
        self.blocks_of = [range(first[s], first[s + 1]) for s in range(slab + 1)]
        self.copies: list[SignatureBlock | Path | None] = [None] * (slab + 1)
        self.bytes = 0
        self._open: dict[int, SignatureBlock] = {}

    def __len__(self) -> int:
        return len(self.blocks_of)

    def fill(self, needed: I64) -> None:
        """Copies the documents `needed` where a slab has several blocks."""
        if all(len(blocks) <= 1 for blocks in self.blocks_of):
            return
        parts: list[list[tuple[SignatureBlock, I64]]] = [[] for _ in self.blocks_of]
        done = -1
        for number, places in self.corpus.by_block(needed):
            slab = int(self.slab[needed[places[0]]])
            if done not in (-1, slab):
                self._copy(done, parts[done])
                parts[done] = []
            done = slab
            if len(self.blocks_of[slab]) > 1:
                rows = self.corpus.row[needed[places]]
                before = sum(len(taken) for _, taken in parts[slab])
                self.row[needed[places]] = before + np.arange(len(rows))
                parts[slab].append((self.corpus.blocks[number], rows))
        if done >= 0:
            self._copy(done, parts[done])

    def _copy(self, slab: int, parts: Sequence[tuple[SignatureBlock, I64]]) -> None:
        if not parts:
            return
        block = joined(parts)
        if self.folder is None:
            self.copies[slab] = block
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"slab-{slab:05d}.arrow"
        write_block(path, block, lasting=False)
        self.bytes += path.stat().st_size
        self.copies[slab] = path

    def __getitem__(self, slab: int) -> SignatureBlock:
        """The block in which document i of this slab is row `row[i]`; the last ones stay open."""
        copy = self.copies[slab]
        if isinstance(copy, SignatureBlock):
            return copy
        block = self._open.pop(slab, None)
        if block is None:
            whole = self.blocks_of[slab][0]
            block = read_block(copy, check=False) if copy else self.corpus.blocks[whole]
        self._open[slab] = block
        while len(self._open) > OPEN_SLABS:
            del self._open[next(iter(self._open))]
        return block

    def similarities(self, first: I64, second: I64, *, least: float = 0) -> matching.F64:
        """Exact similarity of each pair of documents, computed from their shingles.

        -1 for pairs whose signatures agree in fewer than `least` places.
        """
        found = np.full(len(first), -1.0)
        for a, b, part in self.tiles(first, second):
            one, two = self[a], self[b]
            rows = readonly(self.row[first[part]]), readonly(self.row[second[part]])
            if least > 0:
                near = matching.plausible(one.signatures, rows[0], two.signatures, rows[1], least)
                part, rows = part[near], (readonly(rows[0][near]), readonly(rows[1][near]))
            found[part] = matching.similarities(
                one.shingles, one.offsets, rows[0], two.shingles, two.offsets, rows[1]
            )
        return found

    def tiles(self, first: I64, second: I64) -> list[tuple[int, int, I64]]:
        """Pairs of slabs, and which of the pairs (positions) lie in each."""
        tile = self.slab[first] * len(self) + self.slab[second]
        order = np.argsort(tile, kind="stable")
        cuts = np.flatnonzero(np.diff(tile[order])) + 1
        parts = np.split(order, cuts) if len(order) else []
        return [(*divmod(int(tile[part[0]]), len(self)), part) for part in parts]


def joined(parts: Sequence[tuple[SignatureBlock, I64]]) -> SignatureBlock:
    """One block of some rows of several blocks, without their ids."""
    sizes = [block.offsets[rows + 1] - block.offsets[rows] for block, rows in parts]
    offsets = np.cumsum(np.concatenate([np.zeros(1, np.int64), *sizes]))
    shingles = np.empty(offsets[-1], np.uint64)
    done = 0
    for block, rows in parts:
        done = matching.copy_rows(block.shingles, block.offsets, readonly(rows), shingles, done)
    return SignatureBlock(
        parts[0][0].scheme,
        pl.repeat("", len(offsets) - 1, dtype=pl.String, eager=True),
        readonly(np.concatenate([block.content[rows] for block, rows in parts])),
        readonly(np.concatenate([block.signatures[rows] for block, rows in parts])),
        readonly(shingles),
        readonly(offsets),
    )
