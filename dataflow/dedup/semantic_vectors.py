"""One vector for each document, as blocks that are computed alone and compared together."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import xxhash
from numpy.typing import NDArray

from dataflow.embedding.embedder import Embedder, normalised
from dataflow.io.arrow_arrays import array_from, numbers_of
from dataflow.io.mapped_batch import Form, read_mapped, write_mapped

FORM = Form("corpusmill.meanings", "block of document vectors")
WINDOW = 800
"""Characters that a model sees at once: a long paragraph. Models read a few hundred words, and
the cost of attention grows with the square of the length."""
LOOK_BACK = 120
"""Characters before a window's end in which it may end with a sentence or a word."""
_ENDS = ("\n", "。", "！", "？", ". ", "! ", "? ", "；", "，", " ")
"""Where a window may end, the best first."""


@dataclass(frozen=True, slots=True)
class VectorScheme:
    """What a vector depends on; blocks are comparable only when theirs are equal."""

    version: int
    embedder: str
    max_chars: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class VectorBlock:
    """Vectors of some documents: float32[n, dim] of length 1, zeros where there is no meaning.

    `sizes` (int64[n]) are bytes of UTF-8, in which a text and its translation are about as long.
    """

    scheme: VectorScheme
    doc_ids: pl.Series
    vectors: NDArray[np.float32]
    sizes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.doc_ids)


def windows(text: str, max_chars: int) -> list[str]:
    r"""`text` in windows of at most about WINDOW characters, white space evened out.

    Of a text above `max_chars` windows are taken that lie evenly over it, so that two texts with
    the same beginning are not the same.

    >>> windows("one  two\nthree", 8000)
    ['one two three']
    >>> [len(part) for part in windows("word " * 1000, 1600)]
    [799, 804]
    """
    text = " ".join(text.split())
    number = max(1, -(-len(text) // WINDOW))
    if len(text) <= max_chars:
        bounds = [round(place * len(text) / number) for place in range(number + 1)]
        cuts = [0, *(_cut(text, bound) for bound in bounds[1:-1]), len(text)]
        spans = list(itertools.pairwise(cuts))
    else:
        number = max(1, max_chars // WINDOW)
        step = (len(text) - WINDOW) / max(1, number - 1)
        starts = [_cut(text, round(place * step)) for place in range(number)]
        spans = [(start, _cut(text, start + WINDOW)) for start in starts]
        if number > 1:
            spans[-1] = starts[-1], len(text)
    return [part for start, end in spans if (part := text[start:end].strip())]


def _cut(text: str, at: int) -> int:
    """A good place to cut `text` at or a little before `at`."""
    if at <= 0 or at >= len(text):
        return min(max(at, 0), len(text))
    start = max(0, at - LOOK_BACK)
    for mark in _ENDS:
        found = text.rfind(mark, start, at)
        if found >= 0:
            return found + len(mark)
    return at


def embedded(model: Embedder, texts: Sequence[str | None], max_chars: int) -> NDArray[np.float32]:
    """float32[n, dim]: of each text the mean of its windows' vectors, of length 1.

    Null and blank texts get zeros. Each text is embedded by itself: what a model makes of one may
    depend in the last bits on what it is given along with it.
    """
    found = np.zeros((len(texts), model.dim), np.float32)
    for row, text in enumerate(texts):
        parts = windows(text or "", max_chars)
        if parts:
            found[row] = model.embed(parts, "passage").astype(np.float64).mean(axis=0)
    return normalised(found)


def write_vectors(path: Path, block: VectorBlock) -> None:
    """Writes `block` to `path`, whole or not at all; equal blocks give equal bytes."""
    number, dim = block.vectors.shape
    vectors = pa.FixedSizeListArray.from_arrays(array_from(block.vectors.reshape(-1)), dim)
    ids = block.doc_ids.to_arrow(compat_level=pl.CompatLevel.oldest())
    batch = pa.record_batch([ids, vectors, array_from(block.sizes)], ["doc_id", "vector", "size"])
    told = {
        "scheme": json.dumps(asdict(block.scheme)), "dim": str(dim), "rows": str(number),
        "xxh3": checksum(block),
    }  # fmt: skip
    write_mapped(path, FORM, batch, told)


def read_vectors(path: Path) -> VectorBlock:
    """The block in `path`, its arrays mapped from the file; raises StoreError if it cannot be."""
    return read_mapped(path, FORM, _block, checksum)


def _block(batch: pa.RecordBatch, metadata: dict[str, str]) -> VectorBlock:
    told = json.loads(metadata["scheme"])
    shape = int(metadata["rows"]), int(metadata["dim"])
    return VectorBlock(
        VectorScheme(**{**told, "languages": tuple(told["languages"])}),
        pl.Series("doc_id", batch.column("doc_id"), dtype=pl.String),
        numbers_of(batch.column("vector").values).reshape(shape),
        numbers_of(batch.column("size")),
    )


def checksum(block: VectorBlock) -> str:
    """xxh3 of all values of `block`, 16 hexadecimal digits."""
    state = xxhash.xxh3_64(np.ascontiguousarray(block.vectors).data)
    state.update(np.ascontiguousarray(block.sizes).data)
    state.update("\0".join(block.doc_ids).encode())
    return state.hexdigest()
