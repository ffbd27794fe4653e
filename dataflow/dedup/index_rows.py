"""The documents of one corpus in an index: arrays in a folder, mapped and read where touched.

Nothing here is read as a whole to look something up: ids are bytes and offsets, not strings. Each
row carries a checksum, so that what is touched is checked without reading the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.dedup.index_choice import Choice, checksum, same_scheme
from dataflow.dedup.index_crowds import DamagedRowsError, Here, mark
from dataflow.dedup.index_keys import (
    Marks,
    Rows,
    band_hashes,
    ranges,
    sorted_keys,
)
from dataflow.dedup.kernels import I64, U8, U32, U64
from dataflow.dedup.signatures import Scheme, SignatureBlock, readonly
from schemas.errors import StoreError

ARRAYS = ("content", "signatures", "shingles", "offsets", "ids", "id_offsets", "checks", "keys")
REMEDY = "drop this corpus from the index and add it again"
HASHED_ROWS = 1 << 16
"""Rows whose keys are made or looked up at a time: 8 MB with 32 bands."""


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
    offsets = np.concatenate([[0], np.cumsum(choice.sizes)]).astype(np.int64)
    lengths = np.array([len(each) for each in choice.doc_ids], np.int64)
    id_offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    content = _create(folder, "content", np.uint64, number, 2)
    signatures = _create(folder, "signatures", np.uint32, number, width)
    flat = _create(folder, "shingles", np.uint64, int(offsets[-1]))
    keys = _create(folder, "keys", np.uint64, bands, number)
    for place, content_hash, signature, shingles in choice.parts():
        content[place], signatures[place] = content_hash, signature
        flat[offsets[place] : offsets[place + 1]] = shingles
    ids = np.frombuffer(b"".join(choice.doc_ids), np.uint8)
    for name, array in (("offsets", offsets), ("id_offsets", id_offsets), ("checks", checks),
                        ("ids", ids)):  # fmt: skip
        np.save(folder / f"{name}.npy", array)
    hashes = _hashes([signatures], bands)
    for band in range(bands if number else 0):
        keys[band] = sorted_keys(hashes[band])
    for mapped in (content, signatures, flat, keys):
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

    def mark(
        self, batch: Sequence[SignatureBlock], threshold: float, marks: Marks, done: int
    ) -> int:
        """Marks the rows that are similar to a document of `batch` by at least `threshold`.

        Costs about n log N binary-search steps for n documents against N here, and an exact
        comparison for each pair that shares a band and whose signatures allow it; of what stands
        in large groups only some (see index_crowds). `done` is how many documents were looked up
        before. Returns how many documents were not compared with all that they share a band with.
        """
        hashes = _hashes([block.signatures for block in batch], len(self.keys))
        spans = np.stack([ranges(self.keys[band], hashes[band]) for band in range(len(self.keys))])
        here = Here(self.content, self.rows, self.keys)
        try:
            return mark(here, batch, hashes, spans, threshold, marks, 1 + done)
        except DamagedRowsError as error:
            raise StoreError(f"{self.folder}: {self.name} is damaged; {REMEDY}") from error

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


def batches(blocks: Sequence[SignatureBlock]) -> Iterator[list[SignatureBlock]]:
    """The blocks that have rows in groups of about HASHED_ROWS rows, each read once."""
    group: list[SignatureBlock] = []
    for block in blocks:
        if len(block):
            group.append(block)
        if sum(map(len, group)) >= HASHED_ROWS:
            yield group
            group = []
    if group:
        yield group


def similar_rows(
    corpora: Sequence[CorpusRows],
    blocks: Sequence[SignatureBlock],
    threshold: float,
    scheme: Scheme,
) -> tuple[list[I64], int]:
    """For each corpus its rows that are similar to a document of `blocks` (rising int64[n]).

    And how many documents were not compared with all that they share a band with.
    """
    marks = [Marks(np.zeros(len(rows), bool), np.zeros(len(rows), np.uint32)) for rows in corpora]
    done = uncompared = 0
    for batch in batches(blocks):
        for block in batch:
            same_scheme("the index", scheme, block.scheme)
        for rows, marked in zip(corpora, marks, strict=True):
            if len(rows):
                uncompared += rows.mark(batch, threshold, marked, done)
        done += sum(map(len, batch))
    return [np.flatnonzero(each.found) for each in marks], uncompared


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
