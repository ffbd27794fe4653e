"""The documents of one corpus in an index: arrays in a folder, mapped and read where touched.

Nothing here is read as a whole to look something up: ids are bytes and offsets, not strings. Each
row carries a checksum, so that what is touched is checked without reading the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import xxhash
from numpy.typing import NDArray

from dataflow.dedup.index_keys import Rows, band_hashes, mark_similar, ranges, sorted_keys
from dataflow.dedup.kernels import I64, U8, U32, U64
from dataflow.dedup.signatures import Scheme, SignatureBlock, readonly
from schemas.errors import SchemaError, StoreError

ARRAYS = ("content", "signatures", "shingles", "offsets", "ids", "id_offsets", "checks", "keys")
REMEDY = "drop this corpus from the index and add it again"
HASHED_ROWS = 1 << 16
"""Rows whose keys are made or looked up at a time: 8 MB with 32 bands."""


def checksum(doc_id: bytes, content: U64, signature: U32, shingles: U64) -> int:
    """xxh3 of one row."""
    state = xxhash.xxh3_64(doc_id)
    for array in (content, signature, shingles):
        state.update(np.ascontiguousarray(array).data)
    return state.intdigest()


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows of some blocks in the order of their ids: `block` and `row` of each (int64[n])."""

    blocks: Sequence[SignatureBlock]
    doc_ids: list[str]
    block: I64
    row: I64

    def parts(self, place: int) -> tuple[bytes, U64, U32, U64]:
        """Id, content hash, signature and shingles of row `place`."""
        block, row = self.blocks[self.block[place]], self.row[place]
        shingles = block.shingles[block.offsets[row] : block.offsets[row + 1]]
        return self.doc_ids[place].encode(), block.content[row], block.signatures[row], shingles

    def checks(self) -> U64:
        """Checksum of each row, uint64[n]."""
        every = (checksum(*self.parts(place)) for place in range(len(self.doc_ids)))
        return np.fromiter(every, np.uint64, len(self.doc_ids))


def choose(blocks: Sequence[SignatureBlock], kept: pl.Series) -> Choice:
    """The rows of the documents `kept`; raises SchemaError when one is missing or there twice."""
    frame = pl.DataFrame(
        {
            "doc_id": pl.concat([pl.Series([], dtype=pl.String), *(b.doc_ids for b in blocks)]),
            "block": np.repeat(np.arange(len(blocks)), [len(block) for block in blocks]),
            "row": np.concatenate([np.arange(0), *(np.arange(len(block)) for block in blocks)]),
        }
    )
    wanted = pl.DataFrame({"doc_id": kept.cast(pl.String)})
    chosen = wanted.join(frame, on="doc_id", how="left").sort("doc_id")
    if chosen["block"].null_count():
        missing = chosen.filter(pl.col("block").is_null())["doc_id"][0]
        raise SchemaError(f"index: document {missing} has no signature among the blocks")
    if chosen["doc_id"].n_unique() != len(chosen):
        raise SchemaError("index: each document may be added once, under an id of its own")
    return Choice(
        blocks, chosen["doc_id"].to_list(),
        chosen["block"].to_numpy().astype(np.int64), chosen["row"].to_numpy().astype(np.int64),
    )  # fmt: skip


def _create(folder: Path, name: str, dtype: type[np.generic], *shape: int) -> NDArray[Any]:
    path = folder / f"{name}.npy"
    if 0 in shape:  # nothing to map
        np.save(path, np.empty(shape, dtype))
        return np.empty(shape, dtype)
    mapped: NDArray[Any] = np.lib.format.open_memmap(  # type: ignore[no-untyped-call]
        path, mode="w+", dtype=dtype, shape=shape
    )
    return mapped


def write_rows(folder: Path, choice: Choice, checks: U64, width: int, bands: int) -> None:
    """Writes the chosen rows to `folder`: signatures of `width` numbers in `bands` bands."""
    number = len(choice.doc_ids)
    sizes = np.zeros(number + 1, np.int64)
    ids = np.zeros(number + 1, np.int64)
    for place in range(number):
        doc_id, _, _, shingles = choice.parts(place)
        sizes[place + 1], ids[place + 1] = len(shingles), len(doc_id)
    offsets, id_offsets = np.cumsum(sizes), np.cumsum(ids)
    content = _create(folder, "content", np.uint64, number, 2)
    signatures = _create(folder, "signatures", np.uint32, number, width)
    flat = _create(folder, "shingles", np.uint64, int(offsets[-1]))
    names = _create(folder, "ids", np.uint8, int(id_offsets[-1]))
    for place in range(number):
        doc_id, content[place], signatures[place], shingles = choice.parts(place)
        flat[offsets[place] : offsets[place + 1]] = shingles
        names[id_offsets[place] : id_offsets[place + 1]] = np.frombuffer(doc_id, np.uint8)
    for name, array in (("offsets", offsets), ("id_offsets", id_offsets), ("checks", checks)):
        np.save(folder / f"{name}.npy", array)
    keys = _create(folder, "keys", np.uint64, bands, number)
    hashes = _hashes([readonly(signatures)], bands)
    for band in range(bands if number else 0):
        keys[band] = sorted_keys(hashes[band])
    for mapped in (content, signatures, flat, names, keys):
        if isinstance(mapped, np.memmap):
            mapped.flush()


def _hashes(signatures: Sequence[U32], bands: int) -> U32:
    """Band hashes of all rows, uint32[bands, n]."""
    parts = [
        band_hashes(readonly(each[start : start + HASHED_ROWS]), bands)
        for each in signatures
        for start in range(0, len(each), HASHED_ROWS)
    ]
    return np.concatenate(parts, axis=1) if parts else np.empty((bands, 0), np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class CorpusRows:
    """A corpus of an index, its arrays mapped from the files."""

    folder: Path
    scheme: Scheme
    name: str
    content: U64
    rows: Rows
    ids: U8
    id_offsets: I64
    checks: U64
    keys: U64

    def __len__(self) -> int:
        return len(self.checks)

    def similar(self, blocks: Sequence[SignatureBlock], threshold: float) -> I64:
        """Rows that are similar to a document of `blocks` by at least `threshold` (int64[n]).

        Costs about n log N binary-search steps for n documents against N here, and an exact
        comparison for each pair that shares a band.
        """
        found = np.zeros(len(self), bool)
        for batch in _batches(blocks) if len(self) else ():
            hashes = _hashes([block.signatures for block in batch], len(self.keys))
            spans = [ranges(self.keys[band], hashes[band]) for band in range(len(self.keys))]
            begin, end = (np.stack(each) for each in zip(*spans, strict=True))
            start = 0
            for block in batch:
                part = slice(start, start + len(block))
                new = Rows(block.signatures, block.shingles, block.offsets)
                looked = mark_similar(
                    self.keys, readonly(begin[:, part]), readonly(end[:, part]), new, self.rows,
                    threshold, found,
                )  # fmt: skip
                if looked < 0:
                    raise StoreError(f"{self.folder}: {self.name} is damaged; {REMEDY}")
                start += len(block)
        return np.flatnonzero(found)

    def doc_id(self, row: int) -> bytes:
        """The id of one row."""
        return self.ids[self.id_offsets[row] : self.id_offsets[row + 1]].tobytes()

    def block(self, chosen: I64) -> SignatureBlock:
        """Rows `chosen` (rising) as a block, ids with the corpus's name before them, checked."""
        bounds = self.rows.offsets
        start, end = bounds[chosen], bounds[chosen + 1]
        if (start < 0).any() or (end < start).any() or (end > len(self.rows.shingles)).any():
            raise StoreError(f"{self.folder}: offsets of {self.name} are damaged; {REMEDY}")
        offsets = np.concatenate([[0], np.cumsum(end - start)])
        shingles = np.empty(offsets[-1], np.uint64)
        names = []
        for place, row in enumerate(chosen.tolist()):
            mine = self.rows.shingles[bounds[row] : bounds[row + 1]]
            shingles[offsets[place] : offsets[place + 1]] = mine
            name = self.doc_id(row)
            found = checksum(name, self.content[row], self.rows.signatures[row], mine)
            if found != self.checks[row]:
                raise StoreError(f"{self.folder}: row {row} of {self.name} is damaged; {REMEDY}")
            names.append(f"{self.name}:{name.decode()}")
        return SignatureBlock(
            self.scheme, pl.Series("doc_id", names, pl.String), readonly(self.content[chosen]),
            readonly(self.rows.signatures[chosen]), readonly(shingles), readonly(offsets),
        )  # fmt: skip

    def check(self) -> None:
        """Raises StoreError unless every row and every key is what was written."""
        every = np.arange(len(self))
        for start in range(0, len(self), HASHED_ROWS):
            self.block(every[start : start + HASHED_ROWS])
        hashes = _hashes([self.rows.signatures], len(self.keys))
        for band in range(len(self.keys)):
            if not np.array_equal(self.keys[band], sorted_keys(hashes[band])):
                raise StoreError(f"{self.folder}: keys of {self.name} are damaged; {REMEDY}")

    def whole(self) -> SignatureBlock:
        """All rows, arrays mapped; only the ids are made."""
        every = range(len(self))
        names = [f"{self.name}:{self.doc_id(row).decode()}" for row in every]
        return SignatureBlock(
            self.scheme, pl.Series("doc_id", names, pl.String), self.content,
            self.rows.signatures, self.rows.shingles, self.rows.offsets,
        )  # fmt: skip


def _batches(blocks: Sequence[SignatureBlock]) -> list[list[SignatureBlock]]:
    """The blocks in groups of about HASHED_ROWS rows."""
    groups: list[list[SignatureBlock]] = [[]]
    for block in blocks:
        if len(block):
            groups[-1].append(block)
        if sum(map(len, groups[-1])) >= HASHED_ROWS:
            groups.append([])
    return [group for group in groups if group]


def open_rows(folder: Path, name: str, scheme: Scheme, bands: int, number: int) -> CorpusRows:
    """The corpus in `folder`; raises StoreError unless it has `number` rows of this shape."""
    try:
        found = {array: _mapped(folder / f"{array}.npy") for array in ARRAYS}
    except (OSError, ValueError, EOFError) as error:
        raise StoreError(f"{folder}: {name} cannot be read ({error}); {REMEDY}") from error
    shapes = {
        "content": (number, 2), "signatures": (number, scheme.permutations),
        "offsets": (number + 1,), "id_offsets": (number + 1,), "checks": (number,),
        "keys": (bands, number),
    }  # fmt: skip
    wrong = [key for key, shape in shapes.items() if found[key].shape != shape]
    for key in ("shingles", "ids"):
        offsets = found["offsets" if key == "shingles" else "id_offsets"]
        if not wrong and found[key].shape != (offsets[-1],):
            wrong.append(key)
    if wrong:
        raise StoreError(
            f"{folder}: {name} has other sizes than were committed ({wrong}); {REMEDY}"
        )
    rows = Rows(found["signatures"], found["shingles"], found["offsets"])
    return CorpusRows(
        folder, scheme, name, found["content"], rows, found["ids"], found["id_offsets"],
        found["checks"], found["keys"],
    )  # fmt: skip


def _mapped(path: Path) -> NDArray[Any]:
    """The array in `path`, mapped, as a plain read-only array."""
    try:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False)).view(np.ndarray)
    except ValueError:  # an empty array cannot be mapped
        array = np.load(path, allow_pickle=False)
        if array.size:
            raise
        return readonly(array)
