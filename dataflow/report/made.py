"""What was made of the corpus: chunks, vectors, packed sequences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from dataflow.report.model import (
    ChunkSummary,
    PackSummary,
    VectorSummary,
)
from dataflow.report.scales import CHUNK_TOKENS
from dataflow.report.tally import Bins

CHUNK_COLUMNS = ["doc_id", "n_tokens"]
VECTOR_COLUMNS = ["embedding"]
PACK_COLUMNS = ["lengths"]


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
