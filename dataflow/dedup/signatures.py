"""Signatures of texts, as blocks that are computed alone and compared together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.dedup.folding import compose, fold_table
from dataflow.dedup.kernels import I64, U8, U32, U64, joining_texts, shingle_texts
from dataflow.dedup.signing import sign

T = TypeVar("T", bound=np.generic)

BATCH_BYTES = 4 << 20
"""Text handed to the kernels at a time: bounds the scratch memory to about 60 MB."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a signature depends on; blocks are comparable only when theirs are equal."""

    version: int
    permutations: int
    ngram: int
    seed: int

    def parameters(self) -> tuple[U32, U32]:
        """Factors (odd) and terms of the affine permutations, each uint32[permutations].

        Drawn as datasketch 2 draws them for `affine32`, from numpy's frozen legacy generator.
        """
        draw = np.random.RandomState(self.seed)
        half = draw.randint(0, 1 << 31, self.permutations, dtype=np.uint32)
        terms = draw.randint(0, 1 << 32, self.permutations, dtype=np.uint32)
        return readonly(half * np.uint32(2) + np.uint32(1)), readonly(terms)


@dataclass(frozen=True, slots=True, eq=False)
class SignatureBlock:
    """Signatures of some documents, one row each, in the order of their frame.

    `content` (uint64[n, 2]) is a 128-bit hash of the folded text; `signatures` uint32[n, k];
    row i's shingles are `shingles[offsets[i]:offsets[i + 1]]`, sorted and unique. `facts` has the
    columns preference.FACTS, row by row; without them nothing is known but the doc_id. Arrays are
    read-only; those of a block that was read are views of the mapped file.
    """

    scheme: Scheme
    doc_ids: pl.Series
    content: U64
    signatures: U32
    shingles: U64
    offsets: I64
    facts: pl.DataFrame | None = None

    def __len__(self) -> int:
        return len(self.doc_ids)


def readonly(array: NDArray[T]) -> NDArray[T]:
    """`array`, contiguous and no longer writable."""
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array


def sign_texts(
    doc_ids: pl.Series, texts: pl.Series, scheme: Scheme, facts: pl.DataFrame | None = None
) -> SignatureBlock:
    """The block of `texts` (String; null counts as empty) with `scheme`."""
    number = len(texts)
    factors, terms = scheme.parameters()
    content = np.empty((number, 2), np.uint64)
    signatures = np.empty((number, scheme.permutations), np.uint32)
    offsets = np.zeros(number + 1, np.int64)
    shingles = np.empty(0, np.uint64)
    table = fold_table()
    for start, end in batches(texts):
        data, places = utf8(texts[start:end].fill_null(""))
        joining = joining_texts(data, places, table.codes)
        if joining.any():
            data, places = utf8(compose(texts[start:end].fill_null(""), joining))
        flat, bounds = shingle_texts(
            data, places, table.codes, table.expansions, scheme.ngram, content[start:end]
        )
        for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            flat[first:last].sort()  # vectorised; 5 times faster than sorting inside the kernel
        bounds = sign(flat, readonly(bounds), factors, terms, signatures[start:end])
        offsets[start + 1 : end + 1] = offsets[start] + bounds[1:]
        shingles.resize(offsets[end], refcheck=False)  # grows in place: no second copy
        shingles[offsets[start] :] = flat[: bounds[-1]]
    return SignatureBlock(
        scheme, doc_ids, readonly(content), readonly(signatures), readonly(shingles),
        readonly(offsets), facts,
    )  # fmt: skip


def batches(texts: pl.Series) -> Iterator[tuple[int, int]]:
    """Row ranges of about BATCH_BYTES of text each, at least one row."""
    ends = np.cumsum(texts.str.len_bytes().fill_null(0).to_numpy(), dtype=np.int64)
    start = 0
    while start < len(texts):
        done = 0 if start == 0 else int(ends[start - 1])
        end = int(np.searchsorted(ends, done + BATCH_BYTES, side="right"))
        end = max(end, start + 1)
        yield start, end
        start = end


def utf8(texts: pl.Series) -> tuple[U8, I64]:
    """The bytes of all `texts` one after the other and where each begins (int64[n + 1])."""
    array = texts.cast(pl.String).to_arrow(compat_level=pl.CompatLevel.oldest())
    _, places, data = array.buffers()
    offsets = np.frombuffer(places, np.int64)[array.offset : array.offset + len(array) + 1]
    return np.frombuffer(data or b"", np.uint8), offsets
