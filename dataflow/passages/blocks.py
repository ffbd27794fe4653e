"""What a pack's texts were folded to, on disk: one uncompressed Arrow IPC file, read by mapping.

One record batch of one row: each array is a list. The scheme (what the numbers depend on) and an
xxh3 checksum over all values stand in the schema's metadata.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import xxhash
from numpy.typing import NDArray

from dataflow.io.arrow_arrays import array_from, numbers_of
from dataflow.io.mapped_batch import Form, one_list, read_mapped, write_mapped
from schemas.errors import StoreError

FORM = Form("corpusmill.passages", "block of passages")
NAMES = ("doc_id", "source")


@dataclass(frozen=True, slots=True, eq=False)
class UnitBlock:
    """Folded units of some documents, in the order of their frame.

    Document i's units are those from `arrays["offsets"][i]` to `[i + 1]`; what the other arrays
    hold says the module that makes them. Arrays are read-only; those of a block that was read are
    views of the mapped file. Blocks are comparable only when their schemes are equal.
    """

    scheme: str
    doc_ids: pl.Series
    sources: pl.Series
    arrays: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.doc_ids)

    def rows(self, document: int) -> slice:
        """Where the units of this document lie in the arrays."""
        offsets = self.arrays["offsets"]
        return slice(int(offsets[document]), int(offsets[document + 1]))


def make_block(scheme: str, frame: pl.DataFrame, arrays: Mapping[str, NDArray[Any]]) -> UnitBlock:
    """A block of the documents of `frame`, its arrays made read-only."""
    kept = {}
    for name, array in sorted(arrays.items()):
        kept[name] = np.ascontiguousarray(array)
        kept[name].flags.writeable = False
    source = frame["source"] if "source" in frame.columns else pl.repeat("", len(frame), eager=True)
    texts = [source.cast(pl.String).fill_null(""), frame["doc_id"].cast(pl.String)]
    return UnitBlock(scheme, texts[1].alias("doc_id"), texts[0].alias("source"), kept)


def check_schemes(blocks: Sequence[UnitBlock], scheme: str) -> None:
    """Raises StoreError unless all blocks were made with `scheme`."""
    for block in blocks:
        if block.scheme != scheme:
            raise StoreError(
                f"passages: a block of scheme {block.scheme!r} cannot be compared under "
                f"{scheme!r}; collect it again"
            )


def write_block(path: Path, block: UnitBlock) -> None:
    """Writes `block` to `path`, whole or not at all; equal blocks give equal bytes."""
    columns = {name: one_list(array_from(array)) for name, array in block.arrays.items()}
    for name, series in zip(NAMES, (block.doc_ids, block.sources), strict=True):
        texts = series.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(pa.large_string())
        columns[name] = one_list(texts)
    names = sorted(columns)
    batch = pa.record_batch([columns[name] for name in names], names)
    write_mapped(path, FORM, batch, {"scheme": block.scheme, "xxh3": checksum(block)})


def read_block(path: Path) -> UnitBlock:
    """The block in `path`, its arrays mapped from the file; raises StoreError if it cannot be."""
    return read_mapped(path, FORM, _block, checksum)


def _block(batch: pa.RecordBatch, metadata: dict[str, str]) -> UnitBlock:
    if batch.num_rows != 1:
        raise ValueError(f"{batch.num_rows} rows, 1 expected")
    arrays: dict[str, NDArray[Any]] = {}
    texts: dict[str, pl.Series] = {}
    for name in batch.schema.names:
        values = batch.column(name).values
        if name in NAMES:
            texts[name] = pl.Series(name, values, dtype=pl.String)
        else:
            arrays[name] = numbers_of(values)
    return UnitBlock(metadata["scheme"], texts["doc_id"], texts["source"], arrays)


def checksum(block: UnitBlock) -> str:
    """xxh3 of all values of `block`, 16 hexadecimal digits (8 GB per CPU second)."""
    state = xxhash.xxh3_64()
    for name, array in sorted(block.arrays.items()):
        state.update(f"{name} {array.dtype} ".encode())
        state.update(array.data)
    for series in (block.doc_ids, block.sources):
        state.update("\0".join(series).encode())
    return state.hexdigest()
