"""What was made of the corpus: chunks, instruction samples, vectors, packed sequences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from dataflow.report.display import visible
from dataflow.report.model import (
    ChunkSummary,
    PackSummary,
    SampleRow,
    SftSummary,
    VectorSummary,
)
from dataflow.report.scales import CHUNK_TOKENS
from dataflow.report.tally import Bins, Tally

CHUNK_COLUMNS = ["doc_id", "n_tokens"]
SFT_COLUMNS = [
    "sample_id", "method", "task", "lang", "backend", "source", "instruction", "input", "output",
    "evidence",
]  # fmt: skip
VECTOR_COLUMNS = ["embedding"]
PACK_COLUMNS = ["lengths"]

SAMPLE_TEXT = 400
SAMPLES_SHOWN = 12
PER_KIND = 2
"""Samples shown for each method, task and language, before the limit for all."""
KIND = ["method", "task", "lang"]


def chunks(frames: Iterator[pl.DataFrame]) -> ChunkSummary | None:
    """Chunks and their sizes; None when there are none."""
    bins = Bins("chunk_tokens", CHUNK_TOKENS)
    rows = tokens = documents = 0
    last: str | None = None
    for frame in frames:
        rows += frame.height
        tokens += int(frame["n_tokens"].sum())
        bins.add(frame["n_tokens"])
        if frame.height:  # rows of a document stand together
            runs = frame["doc_id"].rle()
            first = frame["doc_id"][0]
            documents += len(runs) - (1 if first == last else 0)
            last = frame["doc_id"][-1]
    sizes = bins.result()
    return None if sizes is None else ChunkSummary(rows, tokens, documents, sizes)


def samples(frames: Iterator[pl.DataFrame]) -> SftSummary:
    """Instruction samples by kind, and a few of each."""
    methods, tasks, languages, backends = Tally(), Tally(), Tally(), Tally()
    shown: pl.DataFrame | None = None
    rows = 0
    for frame in frames:
        rows += frame.height
        for tally, column in (
            (methods, "method"), (tasks, "task"), (languages, "lang"), (backends, "backend")
        ):  # fmt: skip
            tally.add_column(frame, column)
        short = frame.with_columns(
            pl.col("instruction", "input", "output").str.head(4 * SAMPLE_TEXT),
            pl.col(*KIND).str.head(80),
            pl.col("source").str.head(640),
        )
        both = short if shown is None else pl.concat([shown, short])
        order = both.sort(*KIND, "sample_id", nulls_last=True)
        shown = order.group_by(KIND, maintain_order=True).head(PER_KIND).select(frame.columns)
    return SftSummary(
        rows, methods.ranked(), tasks.ranked(), languages.ranked(), backends.ranked(),
        () if shown is None else _chosen(shown),
    )  # fmt: skip


def _chosen(shown: pl.DataFrame) -> tuple[SampleRow, ...]:
    """One sample of each kind first, then second ones, while there is room."""
    turn = pl.int_range(pl.len()).over(KIND).alias("turn")
    order = shown.with_columns(turn).sort("turn", *KIND, "sample_id", nulls_last=True)
    rows = order.head(SAMPLES_SHOWN).sort(*KIND, "sample_id", nulls_last=True)
    return tuple(_sample(row) for row in rows.iter_rows(named=True))


def _sample(row: dict[str, Any]) -> SampleRow:
    evidence = (row["evidence"] or [None])[0] or {}
    return SampleRow(
        visible(row["sample_id"], 64), visible(row["method"], 40), visible(row["task"], 40),
        visible(row["lang"], 16), visible(row["source"]), visible(row["instruction"], SAMPLE_TEXT),
        visible(row["input"], SAMPLE_TEXT), visible(row["output"], SAMPLE_TEXT),
        visible(evidence.get("quote"), SAMPLE_TEXT), evidence.get("page"),
    )  # fmt: skip


def vectors(frames: Iterator[pl.DataFrame]) -> VectorSummary:
    """Embeddings: rows, dimension, all-zero rows."""
    rows = dim = zeros = 0
    for frame in frames:
        values = frame["embedding"].to_numpy()
        rows += frame.height
        if values.ndim == 2:
            dim = values.shape[1]
            zeros += int(np.count_nonzero(~values.any(axis=1)))
    return VectorSummary(rows, dim, zeros)


def packed(frames: Iterator[pl.DataFrame]) -> PackSummary:
    """Packed sequences: rows, tokens, pieces, longest."""
    rows = tokens = pieces = longest = 0
    for frame in frames:
        rows += frame.height
        totals = frame["lengths"].list.sum()
        tokens += int(totals.sum())
        pieces += int(frame["lengths"].list.len().sum())
        longest = max(longest, int(totals.max() or 0)) if frame.height else longest  # type: ignore[arg-type]
    return PackSummary(rows, tokens, pieces, longest)
