"""Data sets on disk: shards written whole, checked on write and on read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from dataflow.io.atomic import fsync_file
from schemas.dataset import DataSet
from schemas.errors import SchemaError, StoreError, UsageError
from schemas.ids import sha256_hex
from schemas.manifest import MANIFEST, DataSetEntry, Manifest, Shard
from schemas.tables import DATASETS, embeddings

ROW_GROUP_BYTES = 64 << 20
SHARD_BYTES = 512 << 20
"""Bounds of a row group and a shard, in bytes of the frame in memory."""

HASH_ROWS = 256
"""Rows turned into JSON at a time for the content hash: bounds memory, does not change the hash."""


class ContentHash:
    """A hash over rows in order; how they are grouped into frames does not matter."""

    def __init__(self) -> None:
        self._values = hashlib.sha256()
        self._vectors = hashlib.sha256()

    def update(self, frame: pl.DataFrame) -> None:
        """Adds the rows of `frame`."""
        vectors = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Array)]
        values = frame.drop(vectors)
        for start in range(0, frame.height, HASH_ROWS):
            self._values.update(values[start : start + HASH_ROWS].write_ndjson().encode())
        for name in vectors:
            self._vectors.update(frame[name].to_numpy().tobytes())

    def hexdigest(self) -> str:
        """64 hexadecimal digits."""
        both = self._values.hexdigest() + self._vectors.hexdigest()
        return sha256_hex(both.encode())


class ShardWriter:
    """Writes the rows of one data set as `part-00000.parquet`, … into a folder.

    Every frame is checked against the schema; a shard ends at `rows_per_shard` rows or about 512
    MiB. An empty data set is one empty shard, so readers always find its schema.
    """

    def __init__(self, root: Path, dataset: DataSet, rows_per_shard: int) -> None:
        self.root = root
        self.dataset = dataset
        self.rows_per_shard = rows_per_shard
        self.folder = root / dataset.name
        self.folder.mkdir(parents=True)
        self._hash = ContentHash()
        self._shards: list[Shard] = []
        self._writer: pq.ParquetWriter | None = None
        self._rows = 0
        self._bytes = 0

    def write(self, frame: pl.DataFrame) -> None:
        """Appends rows."""
        while frame.height:
            room = self.rows_per_shard - self._rows
            head, frame = frame[:room], frame[room:]
            self._append(head)
            if self._rows >= self.rows_per_shard or self._bytes >= SHARD_BYTES:
                self._close_shard()

    def _append(self, frame: pl.DataFrame) -> None:
        self._hash.update(frame)
        table = self.dataset.conform(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
        size = max(1, table.nbytes)
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self._path, table.schema, compression="zstd", write_statistics=True
            )
        rows = max(1, frame.height * ROW_GROUP_BYTES // size)
        self._writer.write_table(table, row_group_size=rows)
        self._rows += frame.height
        self._bytes += size

    @property
    def _path(self) -> Path:
        return self.folder / f"part-{len(self._shards):05d}.parquet"

    def _close_shard(self) -> None:
        if self._writer is None:
            return
        self._writer.close()
        fsync_file(self._path)
        data = self._path.read_bytes()
        name = self._path.relative_to(self.root).as_posix()
        self._shards.append(Shard(name, self._rows, len(data), sha256_hex(data)))
        self._writer, self._rows, self._bytes = None, 0, 0

    def close(self) -> DataSetEntry:
        """Ends the last shard and returns what the manifest says of the data set."""
        self._close_shard()
        if not self._shards:
            self._writer = pq.ParquetWriter(self._path, self.dataset.schema, compression="zstd")
            self._close_shard()
        rows = sum(shard.rows for shard in self._shards)
        return DataSetEntry(self.dataset.version, rows, self._hash.hexdigest(), tuple(self._shards))


def read_manifest(out: Path) -> Manifest:
    """The manifest of a finished run; raises UsageError when `out` holds none."""
    try:
        return Manifest.from_json((out / MANIFEST).read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise StoreError(f"{out / MANIFEST} is damaged: {error}; run again") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(
            f"{out} holds no finished run (no {MANIFEST}); `corpusmill run … -o {out}` makes one"
        ) from error


def iterate(out: Path, name: str, columns: list[str] | None = None) -> Iterator[pl.DataFrame]:
    """The shards of a data set as the manifest lists them, each checked against its schema."""
    manifest = read_manifest(out)
    if name not in manifest.datasets:
        raise UsageError(f"{out} has no {name}; it holds {', '.join(sorted(manifest.datasets))}")
    for shard in manifest.datasets[name].shards:
        yield read_shard(out / shard.path, name, columns)


def read_shard(path: Path, name: str, columns: list[str] | None = None) -> pl.DataFrame:
    """One shard, or some of its columns; raises StoreError or SchemaError."""
    try:
        schema = pq.read_schema(path)
        check_schema(name, schema)
        return cast("pl.DataFrame", pl.from_arrow(pq.read_table(path, columns=columns)))
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"{path}: cannot be read: {error}; run again") from error


def check_schema(name: str, schema: pa.Schema) -> None:
    """Raises SchemaError unless `schema` is that of the data set `name` at today's version."""
    dataset = DATASETS.get(name)
    if dataset is None:
        raise SchemaError(f"no data set is called {name!r}")
    if name == "embeddings":
        dataset = embeddings(schema.field("embedding").type.list_size)
    dataset.check(schema)


def read_all(out: Path, name: str, columns: list[str] | None = None) -> pl.DataFrame:
    """A whole data set as one frame; for data sets that fit into memory."""
    return pl.concat(list(iterate(out, name, columns)))


def write_dataset(
    root: Path, dataset: DataSet, frames: Iterable[pl.DataFrame], rows_per_shard: int
) -> DataSetEntry:
    """Writes all frames as one data set under `root`."""
    writer = ShardWriter(root, dataset, rows_per_shard)
    for frame in frames:
        writer.write(frame.select(dataset.schema.names))
    return writer.close()
