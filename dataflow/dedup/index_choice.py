"""Which rows of which signature blocks go into an index, and whether they may."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl
import xxhash

from dataflow.dedup.kernels import I64, U32, U64
from dataflow.dedup.signatures import Scheme, SignatureBlock, readonly
from schemas.errors import SchemaError, StoreError

ROW_FRAME = pl.Schema({"doc_id": pl.String, "block": pl.Int64, "row": pl.Int64, "size": pl.Int64})


def checksum(doc_id: bytes, content: U64, signature: U32, shingles: U64) -> int:
    """xxh3 of one row."""
    state = xxhash.xxh3_64(doc_id)
    for array in (content, signature, shingles):
        state.update(np.ascontiguousarray(array).data)
    return state.intdigest()


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows of some blocks in the order of their ids: `block`, `row` and shingles (int64[n] each).

    Blocks are read one after the other, each once for every pass over them.
    """

    blocks: Sequence[SignatureBlock]
    doc_ids: list[bytes]
    block: I64
    row: I64
    sizes: I64

    def parts(self) -> Iterator[tuple[int, U64, U32, U64]]:
        """Place, content hash, signature and shingles of each chosen row, block by block."""
        order = np.argsort(self.block, kind="stable")
        bounds = np.searchsorted(self.block[order], np.arange(len(self.blocks) + 1))
        for number, (start, end) in enumerate(itertools.pairwise(bounds.tolist())):
            if start == end:
                continue
            block = self.blocks[number]
            for place in order[start:end].tolist():
                row = self.row[place]
                shingles = block.shingles[block.offsets[row] : block.offsets[row + 1]]
                yield place, block.content[row], block.signatures[row], shingles

    def batches(self, number: int) -> Iterator[tuple[list[int], SignatureBlock]]:
        """The chosen rows in blocks of at most `number`, and the place of each."""
        order = np.argsort(self.block, kind="stable")
        bounds = np.searchsorted(self.block[order], np.arange(len(self.blocks) + 1))
        for at, (start, end) in enumerate(itertools.pairwise(bounds.tolist())):
            block = self.blocks[at] if end > start else None
            for first in range(start, end, number):
                places = order[first : min(first + number, end)]
                if block is not None:
                    yield places.tolist(), take(block, self.row[places])

    def checks(self) -> U64:
        """Checksum of each row, uint64[n]."""
        found = np.zeros(len(self.doc_ids), np.uint64)
        for place, content, signature, shingles in self.parts():
            found[place] = checksum(self.doc_ids[place], content, signature, shingles)
        return found


def take(block: SignatureBlock, rows: I64) -> SignatureBlock:
    """Some rows of `block`, as one of their own."""
    starts, ends = block.offsets[rows], block.offsets[rows + 1]
    parts = [block.shingles[:0]]
    parts += [block.shingles[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    return SignatureBlock(
        block.scheme, block.doc_ids.gather(rows), readonly(block.content[rows]),
        readonly(block.signatures[rows]), readonly(np.concatenate(parts)),
        readonly(np.concatenate([[0], np.cumsum(ends - starts)])),
    )  # fmt: skip


def choose(blocks: Sequence[SignatureBlock], kept: pl.Series, scheme: Scheme) -> Choice:
    """The rows of the documents `kept`.

    Raises:
        SchemaError: a document is missing or there twice.
        StoreError: a block of another scheme.
    """
    found = [pl.DataFrame(schema=ROW_FRAME)]
    for number, block in enumerate(blocks):
        same_scheme("the index", scheme, block.scheme)
        columns = {"doc_id": block.doc_ids, "block": number, "row": np.arange(len(block)),
                   "size": np.diff(block.offsets)}  # fmt: skip
        found.append(pl.DataFrame(columns, schema=ROW_FRAME))
    wanted = pl.DataFrame({"doc_id": kept.cast(pl.String)})
    chosen = wanted.join(pl.concat(found), on="doc_id", how="left").sort("doc_id")
    if chosen["block"].null_count():
        missing = chosen.filter(pl.col("block").is_null())["doc_id"][0]
        raise SchemaError(f"index: document {missing} has no signature among the blocks")
    if chosen["doc_id"].n_unique() != len(chosen):
        raise SchemaError("index: each document may be added once, under an id of its own")
    places, rows, sizes = (chosen[name].to_numpy().copy() for name in ("block", "row", "size"))
    return Choice(blocks, [each.encode() for each in chosen["doc_id"]], places, rows, sizes)


def same_scheme(where: str, found: Scheme, wanted: Scheme) -> None:
    """Raises StoreError naming the parameters in which two schemes differ."""
    same_parameters(where, asdict(found), asdict(wanted))


def same_parameters(where: str, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Raises StoreError naming each parameter that differs from what this run uses."""
    wrong = [
        f"{key} {found.get(key)} there, {wanted.get(key)} in this run"
        for key in sorted({*found, *wanted})
        if found.get(key) != wanted.get(key)
    ]
    if wrong:
        raise StoreError(
            f"{where}: signatures that were made differently cannot be compared "
            f"({'; '.join(wrong)}): run with the same [dedup] options, or start another index "
            "by running the earlier corpora again"
        )
