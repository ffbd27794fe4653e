"""Lists of numbers that are filled in pieces and read whole: in memory, or on disk when large."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from dataflow.dedup.kernels import U64
from dataflow.io.arrow_arrays import array_from, numbers_of
from schemas.errors import StoreError

MERGE_AFTER = 1 << 20
"""Numbers that may be added to a set before it is sorted and its repeats are dropped (8 MB)."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a search is held in memory, and where the rest goes; results do not depend on it.

    A corpus of at most `documents` is searched in memory. A larger one has its band keys and pairs
    in files under `folder` (the system's folder of temporary files if None), at most `keys` of
    them at once in memory, and compares documents slab by slab, whose shingles are `shingles`
    numbers of 8 bytes at most. At the defaults that is about 0.2 GB whatever the corpus is, and
    300 bytes for each document (ids, order, edges).
    """

    folder: Path | None = None
    documents: int = 200_000
    keys: int = 1 << 20
    shingles: int = 1 << 23


class Buckets:
    """`count` lists of numbers in memory, or in Arrow files under `folder`.

    With `unique` a bucket is a set: sorted, each number once.
    """

    def __init__(self, count: int, folder: Path | None, *, unique: bool = False) -> None:
        self.folder, self.unique = folder, unique
        self.parts: list[list[U64 | Path]] = [[] for _ in range(count)]
        self.added = [0] * count
        self.bytes = 0
        self.written = 0
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def __len__(self) -> int:
        return len(self.parts)

    def append(self, bucket: int, numbers: U64) -> None:
        """Adds `numbers` to a bucket."""
        if not len(numbers):
            return
        self._store(bucket, numbers)
        self.added[bucket] += len(numbers)
        if self.unique and self.added[bucket] > MERGE_AFTER:
            merged = self.take(bucket)
            self._store(bucket, merged)
            # not before as much again has come: merging stays linear
            self.added[bucket] = min(0, MERGE_AFTER - len(merged))

    def take(self, bucket: int) -> U64:
        """The numbers of a bucket, which is empty then."""
        parts = [self._load(part) for part in self.parts[bucket]]
        self.parts[bucket], self.added[bucket] = [], 0
        whole = parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, np.uint64), *parts])
        return sorted_set(whole) if self.unique else whole

    def close(self) -> None:
        """Deletes what is on disk."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _store(self, bucket: int, numbers: U64) -> None:
        if self.folder is None:
            self.parts[bucket].append(numbers.copy())
            return
        path = self.folder / f"{bucket:05d}-{self.written:07d}.arrow"
        self.written += 1
        self.bytes += numbers.nbytes
        batch = pa.record_batch([array_from(numbers)], ["key"])
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, batch.schema) as writer:
            writer.write_batch(batch)
        self.parts[bucket].append(path)

    def _load(self, part: U64 | Path) -> U64:
        if not isinstance(part, Path):
            return part
        try:
            with pa.OSFile(str(part)) as file, pa.ipc.open_file(file) as reader:
                numbers: U64 = numbers_of(reader.get_batch(0).column("key"))
        except (OSError, pa.ArrowInvalid) as error:
            raise StoreError(f"{part}: a bucket of deduplication is damaged: {error}") from error
        part.unlink()
        return numbers


def sorted_set(numbers: U64) -> U64:
    """`numbers` sorted, each once; faster than np.unique, which hashes them first."""
    numbers = np.sort(numbers)
    fresh = np.ones(len(numbers), bool)
    fresh[1:] = numbers[1:] != numbers[:-1]
    found: U64 = numbers[fresh]
    return found
