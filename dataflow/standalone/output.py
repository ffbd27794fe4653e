"""The output of a stage that runs alone: data sets written aside, then put in place together."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.chunking.tokenizers import get_tokenizer
from dataflow.io.atomic import TEMPORARY, fsync_folder, write_file
from dataflow.io.document_columns import as_documents
from dataflow.io.shards import ShardWriter, read_manifest
from dataflow.io.tables_in import DocumentReader
from dataflow.ownership import check_place
from dataflow.pipeline.run import locked
from dataflow.recipe import Recipe
from schemas.dataset import DataSet
from schemas.errors import StoreError, UsageError
from schemas.ids import content_id
from schemas.manifest import MANIFEST, Manifest
from schemas.tables import DOCUMENTS, REJECTS


class Output:
    """Data sets being written under `out`; nothing is visible before `close`."""

    def __init__(self, out: Path, recipe: Recipe) -> None:
        self.out = out
        self.recipe = recipe
        self.staging = out / f"{TEMPORARY}stage"
        shutil.rmtree(self.staging, ignore_errors=True)
        self.staging.mkdir(parents=True)
        self.writers: dict[str, ShardWriter] = {}

    def touch(self, dataset: DataSet) -> ShardWriter:
        """The data set's writer; a data set that was touched exists even without rows."""
        if dataset.name not in self.writers:
            rows = self.recipe.run.rows_per_shard
            self.writers[dataset.name] = ShardWriter(self.staging, dataset, rows)
        return self.writers[dataset.name]

    def write(self, dataset: DataSet, frame: pl.DataFrame) -> None:
        """Appends rows to a data set."""
        self.touch(dataset).write(frame.select(dataset.schema.names))

    def write_documents(self, frame: pl.DataFrame) -> None:
        """Appends documents; their missing columns are filled and their tokens counted."""
        self.write(DOCUMENTS, self.as_documents(frame))

    def as_documents(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with every column of the data set, tokens counted."""
        tokens = get_tokenizer(self.recipe.run.tokenizer).count(frame["text"].to_list())
        return as_documents(frame, tokens)

    def close(self, command: str, counts: dict[str, Any]) -> Manifest:
        """Commits all data sets in place of those that an earlier stage wrote, manifest last."""
        datasets = {name: writer.close() for name, writer in self.writers.items()}
        manifest = Manifest(
            version("corpusmill"),
            content_id(command, self.recipe.fingerprint),
            self.recipe.as_dict(),
            datasets,
            counts={"command": command, **counts},
        )
        stale = {**_earlier(self.out), **datasets}
        (self.out / MANIFEST).unlink(missing_ok=True)
        for name in stale:
            shutil.rmtree(self.out / name, ignore_errors=True)
            if name in datasets:
                fsync_folder(self.staging / name)
                (self.staging / name).rename(self.out / name)
        fsync_folder(self.out)
        write_file(self.out / MANIFEST, manifest.to_json().encode())
        return manifest


def _earlier(out: Path) -> dict[str, Any]:
    """Data sets that an earlier stage left in `out`; raises UsageError for those of a run."""
    try:
        manifest = read_manifest(out)
    except (UsageError, StoreError):
        return {}
    if manifest.steps:
        raise UsageError(f"{out} holds the data sets of a run; choose another output folder")
    return manifest.datasets


@contextmanager
def writing(out: Path, recipe: Recipe, *inputs: Path) -> Iterator[Output]:
    """Data sets to be written under `out`, which this process has for itself.

    Raises UsageError when `out` cannot be written, or holds what must not be replaced.
    """
    check_place(out, inputs)
    with locked(out):
        _earlier(out)
        output = Output(out, recipe)
        try:
            yield output
        finally:
            shutil.rmtree(output.staging, ignore_errors=True)


def finish(output: Output, reader: DocumentReader, command: str, *stages: object) -> Manifest:
    """Writes what could not be read, and commits all data sets."""
    output.write(REJECTS, reader.rejected)
    names = " ".join(repr(stage) for stage in stages)
    return output.close(command, {"stage": names, "rows_in": reader.rows_in})


class Spool:
    """Frames put aside on disk, to be read again when all of them are known."""

    def __init__(self, output: Output, name: str = "rows") -> None:
        self.folder = output.staging / f"spool-{name}"
        self.folder.mkdir()
        self.count = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Puts one frame aside."""
        frame.write_ipc(self.folder / f"{self.count}.arrow")
        self.count += 1

    def __getitem__(self, number: int) -> pl.DataFrame:
        """The frame that came as this one, counted from 0."""
        if not 0 <= number < self.count:
            raise IndexError(number)
        return pl.read_ipc(self.folder / f"{number}.arrow")

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """The frames in the order in which they came."""
        return (self[number] for number in range(self.count))
