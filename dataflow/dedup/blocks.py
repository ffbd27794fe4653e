"""Signature blocks on disk: one uncompressed Arrow IPC file each, read without copying.

Columns doc_id, content (16 bytes), signature (fixed-size list), shingles (list) and those of
preference.FACTS; one record batch. The scheme, and an xxh3 checksum over all values, stand in the
schema's metadata.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import overload

import numpy as np
import polars as pl
import pyarrow as pa
import xxhash

from dataflow.dedup.preference import FACTS, no_facts
from dataflow.dedup.signatures import Scheme, SignatureBlock, readonly
from dataflow.io.arrow_arrays import array_from, numbers_of
from dataflow.io.mapped_batch import Form, read_mapped, write_mapped

FORM = Form("corpusmill.signatures.2", "signature block")
NO_DATE = -(1 << 62)


def write_block(path: Path, block: SignatureBlock, *, lasting: bool = True) -> None:
    """Writes `block` to `path`, whole or not at all; equal blocks give equal bytes.

    One that is not `lasting` need not survive the machine: nobody waits for the disk.
    """
    number, width = block.signatures.shape
    shingles = pa.LargeListArray.from_arrays(array_from(block.offsets), array_from(block.shingles))
    content = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(16), number, [None, pa.py_buffer(block.content)]
    )
    signatures = pa.FixedSizeListArray.from_arrays(array_from(block.signatures.reshape(-1)), width)
    ids = block.doc_ids.to_arrow(compat_level=pl.CompatLevel.oldest())
    facts = [column.to_arrow(compat_level=pl.CompatLevel.oldest()) for column in facts_of(block)]
    batch = pa.record_batch(
        [ids, content, signatures, shingles, *facts],
        ["doc_id", "content", "signature", "shingles", *FACTS],
    )
    scheme = block.scheme
    told = {
        "version": str(scheme.version), "ngram": str(scheme.ngram),
        "permutations": str(scheme.permutations), "seed": str(scheme.seed),
        "xxh3": checksum(block),
    }  # fmt: skip
    write_mapped(path, FORM, batch, told, lasting=lasting)


def facts_of(block: SignatureBlock) -> pl.DataFrame:
    """The columns preference.FACTS of each row of `block`."""
    return no_facts(len(block)) if block.facts is None else block.facts


class MappedBlocks(Sequence[SignatureBlock]):
    """The blocks in `paths`, each mapped when asked for and let go when the caller does.

    A list of open blocks keeps all of them mapped: for a corpus in ten thousands of files that is
    more mappings than Linux allows (65,530), and all their pages count as the process's memory.
    A block's checksum is compared when it is first asked for.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = list(paths)
        self._checked = [False] * len(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, place: int) -> SignatureBlock: ...

    @overload
    def __getitem__(self, place: slice) -> MappedBlocks: ...

    def __getitem__(self, place: int | slice) -> SignatureBlock | MappedBlocks:
        """The block at `place`; raises StoreError as read_block does."""
        if isinstance(place, slice):
            return MappedBlocks(self.paths[place])
        block = read_block(self.paths[place], check=not self._checked[place])
        self._checked[place] = True
        return block


def read_block(path: Path, *, check: bool = True) -> SignatureBlock:
    """The block in `path`, its arrays mapped from the file.

    Raises StoreError when it cannot be; without `check` its values are believed.
    """
    return read_mapped(path, FORM, _block, checksum if check else None)


def _block(batch: pa.RecordBatch, metadata: dict[str, str]) -> SignatureBlock:
    number = batch.num_rows
    scheme = Scheme(*(int(metadata[key]) for key in ("version", "permutations", "ngram", "seed")))
    content, shingles = batch.column("content"), batch.column("shingles")
    return SignatureBlock(
        scheme,
        pl.Series("doc_id", _owned(batch.column("doc_id")), dtype=pl.String),
        readonly(np.frombuffer(content.buffers()[1], np.uint64, 2 * number).reshape(number, 2)),
        readonly(numbers_of(batch.column("signature").values).reshape(number, scheme.permutations)),
        readonly(numbers_of(shingles.values)),
        readonly(numbers_of(shingles.offsets)),
        pl.DataFrame([pl.Series(name, _owned(batch.column(name)), FACTS[name]) for name in FACTS]),
    )


def _owned(array: pa.Array) -> pa.Array:
    """`array` in memory of its own: Polars shares buffers, and one string would keep the map."""
    buffers = [
        None if buffer is None else pa.py_buffer(buffer.to_pybytes()) for buffer in array.buffers()
    ]
    return pa.Array.from_buffers(array.type, len(array), buffers, offset=array.offset)


def checksum(block: SignatureBlock) -> str:
    """xxh3 of all values of `block`, 16 hexadecimal digits (8 GB per CPU second)."""
    state = xxhash.xxh3_64()
    for array in (block.content, block.signatures, block.shingles, block.offsets):
        state.update(array.data)
    facts = facts_of(block)
    for name in ("n_chars", "unreadable", "repeated", "date"):
        state.update(facts[name].fill_null(NO_DATE).to_numpy().tobytes())
    state.update("\0".join([*block.doc_ids, *facts["source"]]).encode())
    return state.hexdigest()
