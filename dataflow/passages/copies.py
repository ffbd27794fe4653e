"""Which passages are copies of one in an earlier document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dataflow.dedup.kernels import I64
from dataflow.passages.blocks import UnitBlock, check_schemes
from dataflow.passages.cutting import CUT_FRAME
from dataflow.passages.substring import resolve_substrings

if TYPE_CHECKING:
    from dataflow.passages.repeats import CutRepeats

BUCKET = 2_000_000
"""Passages that are sorted at once: about 150 MB."""


def resolve_passages(
    blocks: Sequence[UnitBlock], order: pl.Series, options: CutRepeats
) -> pl.DataFrame:
    """What to cut, with the columns of CUT_FRAME, by doc_id and place."""
    check_schemes(blocks, options.scheme)
    if options.unit == "off":
        return CUT_FRAME.to_frame()
    ranks = ranks_of(blocks, order)
    if options.unit == "substring":
        return resolve_substrings(blocks, ranks, options.least)
    return _resolve_units(blocks, ranks, options.unit)


def ranks_of(blocks: Sequence[UnitBlock], order: pl.Series) -> list[I64]:
    """The place of each document of each block in `order`, -1 for those that are not in it."""
    table = order.cast(pl.String).alias("doc_id").to_frame().with_row_index("rank")
    found = []
    for block in blocks:
        joined = block.doc_ids.alias("doc_id").to_frame().join(
            table, on="doc_id", how="left", maintain_order="left"
        )  # fmt: skip
        ranks = joined["rank"].cast(pl.Int64).fill_null(-1).to_numpy()
        found.append(np.ascontiguousarray(ranks, np.int64))
    return found


def _resolve_units(blocks: Sequence[UnitBlock], ranks: Sequence[I64], unit: str) -> pl.DataFrame:
    """The copies among paragraphs or sentences, bucket by bucket of their hashes."""
    total = sum(len(block.arrays["low"]) for block in blocks)
    parts = max(1, -(-total // BUCKET))
    found = [CUT_FRAME.to_frame()]
    for part in range(parts):
        tables = [
            _bucket(block, rank, part, parts) for block, rank in zip(blocks, ranks, strict=True)
        ]
        if tables:
            found.append(_copies(pl.concat(tables), unit))
    return pl.concat(found).sort("doc_id", "char_start")


def _bucket(block: UnitBlock, rank: I64, part: int, parts: int) -> pl.DataFrame:
    """The passages of a block that belong to this bucket."""
    low, offsets = block.arrays["low"], block.arrays["offsets"]
    documents = np.repeat(np.arange(len(block)), np.diff(offsets))
    mine = (low >> np.uint64(33)) % np.uint64(parts) == part
    mine &= rank[documents] >= 0
    places = np.flatnonzero(mine)
    columns = {
        "low": low[places],
        "high": block.arrays["high"][places],
        "rank": rank[documents[places]],
        "doc_id": block.doc_ids.gather(documents[places]),
        "start": block.arrays["start"][places].astype(np.int64),
        "end": block.arrays["end"][places].astype(np.int64),
    }
    return pl.DataFrame(columns)


def _copies(passages: pl.DataFrame, unit: str) -> pl.DataFrame:
    """All passages but those of the first document that has them, with the columns of CUT_FRAME."""
    key = ["low", "high"]
    many = passages.filter(pl.struct(key).is_duplicated()).sort("rank", "start")
    kept = many.group_by(key, maintain_order=True).agg(
        pl.col("rank").n_unique().cast(pl.Int64).alias("copies"),
        pl.col("rank").first().alias("first"),
        pl.col("doc_id").first().alias("of_doc_id"),
        pl.col("start").first().alias("of_start"),
    )
    copies = many.join(kept, on=key).filter(pl.col("rank") != pl.col("first"))
    named = copies.with_columns(
        pl.col("start").alias("char_start"), pl.col("end").alias("char_end"),
        pl.lit(unit).alias("unit"),
    )  # fmt: skip
    return named.select(CUT_FRAME.names())
