"""All documents of a deduplication in the order of preference, and where their signatures are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from dataflow.dedup.blocks import facts_of
from dataflow.dedup.kernels import I64, U64
from dataflow.dedup.preference import ordering
from dataflow.dedup.signatures import SignatureBlock
from schemas.errors import SchemaError, StoreError


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Documents numbered in the order of preference; the `earlier` first ones are no candidates.

    Document i is row `row[i]` of `blocks[block[i]]` and has `size[i]` distinct shingles.
    `original[i]` is the first document with the same folded text. Blocks are asked for one by
    one and not held on to, see blocks.MappedBlocks.
    """

    blocks: Sequence[SignatureBlock]
    doc_ids: pl.Series = field(repr=False)
    earlier: int
    block: I64 = field(repr=False)
    row: I64 = field(repr=False)
    size: I64 = field(repr=False)
    original: I64 = field(repr=False)

    def __len__(self) -> int:
        return len(self.doc_ids)

    def by_block(self, documents: I64) -> Iterator[tuple[int, I64]]:
        """Numbers of blocks, rising, and which of `documents` (positions in it) each has."""
        of = self.block[documents]
        order = np.argsort(of, kind="stable")
        cuts = np.flatnonzero(np.diff(of[order])) + 1
        for part in np.split(order, cuts) if len(order) else ():
            yield int(of[part[0]]), part


def gather(
    blocks: Sequence[SignatureBlock], earlier: Sequence[SignatureBlock], policy: str
) -> Corpus:
    """The documents of `earlier`, then those of `blocks`, each in the order of `policy`.

    Raises:
        StoreError: the blocks are of different schemes.
        SchemaError: a document of `blocks` has no doc_id or that of another.
    """
    every = _Chain([earlier, blocks])
    frames, sizes, content = [], [np.empty(0, np.int64)], [np.empty((0, 2), np.uint64)]
    schemes = set()
    for number, block in enumerate(every):
        schemes.add(str(block.scheme))
        place = pl.int_range(len(block), dtype=pl.Int64).alias("row")
        known = facts_of(block).select(place, pl.lit(number, pl.Int64).alias("block"), pl.all())
        frames.append(known.with_columns(block.doc_ids.alias("doc_id")))
        sizes.append(np.diff(block.offsets))
        content.append(np.array(block.content))
    if len(schemes) > 1:
        raise StoreError(f"signature blocks of different schemes cannot be compared: {schemes}")
    frame, hashes = pl.concat(frames), np.concatenate(content)
    own = frame.filter(pl.col("block") >= len(earlier))["doc_id"]
    if frame["doc_id"].null_count() or own.n_unique() != len(own):
        raise SchemaError("deduplication needs a doc_id for each document, each different")
    keys = [(pl.col("block") >= len(earlier), False), *ordering(policy)]
    # the same document may stand in several earlier corpora: then its text decides
    ties = frame.select(pl.Series("low", hashes[:, 0]), pl.Series("high", hashes[:, 1]))
    order = (
        frame.with_columns(ties)
        .select(
            pl.arg_sort_by(
                *(key for key, _ in keys), "low", "high",
                descending=[*(falls for _, falls in keys), False, False], nulls_last=True,
            )
        )
        .to_series()
        .to_numpy()
        .astype(np.int64)
    )  # fmt: skip
    return Corpus(
        every,
        frame["doc_id"].gather(order),
        len(frame) - len(own),
        frame["block"].to_numpy()[order],
        frame["row"].to_numpy()[order],
        np.concatenate(sizes)[order],
        first_of_equals(hashes[order]),
    )


def first_of_equals(content: U64) -> I64:
    """For each row of `content` (uint64[n, 2]) the first row that equals it."""
    order = np.lexsort((content[:, 1], content[:, 0]))  # stable: equals stay in order
    fresh = np.ones(len(order), bool)
    fresh[1:] = (content[order[1:]] != content[order[:-1]]).any(axis=1)
    first = np.empty(len(order), np.int64)
    first[order] = order[np.flatnonzero(fresh)[np.cumsum(fresh) - 1]]
    return first


class _Chain(Sequence[SignatureBlock]):
    """Sequences of blocks one after the other, without asking for any block."""

    def __init__(self, parts: Sequence[Sequence[SignatureBlock]]) -> None:
        self.at = [(part, place) for part in parts for place in range(len(part))]

    def __len__(self) -> int:
        return len(self.at)

    def __getitem__(self, place: int) -> SignatureBlock:  # type: ignore[override]
        part, inside = self.at[place]
        return part[inside]
