"""Chunks -> one vector each: the stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import polars as pl

from dataflow.embedding.embedder import get_embedder
from schemas.errors import UsageError


@dataclass(frozen=True)
class EmbedChunks:
    """Expand, one to one: frame of chunks -> chunk_id, doc_id, embedding (Array of Float32).

    What is embedded is the chunk with its context: the headings it stands under (those it does not
    hold itself), the repeated table header, the text. A row of a table means little without them.
    `headings=False` leaves the headings out. `batch_size` chunks are handed to the model at once;
    they are taken by length, so that models which pad waste little.
    """

    VERSION: ClassVar[int] = 1

    embedder: str = "use-multilingual"
    batch_size: int = 32
    headings: bool = True

    def __post_init__(self) -> None:
        if self.batch_size < 1:
            raise UsageError(f"batch_size is {self.batch_size}: it must be at least 1")

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """One row for each chunk, in order."""
        model = get_embedder(self.embedder)
        texts = self.contents(frame)
        order = sorted(range(len(texts)), key=lambda row: (len(texts[row]), row))
        vectors = np.zeros((len(texts), model.dim), dtype=np.float32)
        for start in range(0, len(order), self.batch_size):
            rows = order[start : start + self.batch_size]
            vectors[rows] = model.embed([texts[row] for row in rows], "passage")
        column = pl.Series("embedding", vectors, dtype=pl.Array(pl.Float32, model.dim))
        return frame.select("chunk_id", "doc_id").with_columns(column)

    def contents(self, frame: pl.DataFrame) -> list[str]:
        """The text that is embedded for each chunk."""
        paths = frame["heading_path"].to_list() if self.headings else [[]] * frame.height
        return [
            "\n".join([*(t for t in path or [] if t not in text), (prefix or "") + text])
            for path, prefix, text in zip(paths, frame["prefix"], frame["text"], strict=True)
        ]
