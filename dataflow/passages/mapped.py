"""Blocks of folded passages in files, each mapped only while somebody looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import overload

import polars as pl

from dataflow.passages.blocks import UnitBlock, read_block
from dataflow.passages.repeats import CutRepeats


class MappedUnits(Sequence[UnitBlock]):
    """The blocks in `paths`, each read when asked for and let go when the caller does.

    A list of open blocks keeps all of them mapped: for a corpus in ten thousands of files that is
    more mappings than Linux allows (65,530). A block's checksum is compared at every reading.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = list(paths)

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, place: int) -> UnitBlock: ...

    @overload
    def __getitem__(self, place: slice) -> MappedUnits: ...

    def __getitem__(self, place: int | slice) -> UnitBlock | MappedUnits:
        """The block at `place`; raises StoreError as read_block does."""
        if isinstance(place, slice):
            return MappedUnits(self.paths[place])
        block = read_block(self.paths[place])
        # Polars shares buffers, and one id that a caller keeps would keep the whole map
        return replace(block, doc_ids=_owned(block.doc_ids), sources=_owned(block.sources))


def opened(stage: CutRepeats, paths: Sequence[Path]) -> Sequence[UnitBlock]:
    """What `stage` collected, from `paths`, as its `resolve` reads it best.

    Substrings hold on to the block of each document that has one: of those all are open.
    """
    blocks = MappedUnits(paths)
    return list(blocks) if stage.unit == "substring" else blocks


def _owned(texts: pl.Series) -> pl.Series:
    """`texts` in memory of its own."""
    return pl.Series(texts.name, texts.to_list(), pl.String)
