"""Stages on their own: Parquet or JSONL in, the same data sets as a run out.

Rows stand in the order of the input; only a run sorts them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from dataflow.chunking.tokenizers import get_tokenizer
from dataflow.embedding.embedder import get_embedder
from dataflow.io.atomic import TEMPORARY, fsync_folder, write_file
from dataflow.io.document_columns import as_documents
from dataflow.io.shards import ShardWriter, read_all, read_manifest
from dataflow.io.tables_in import DocumentReader
from dataflow.ownership import check_place
from dataflow.pipeline.run import locked
from dataflow.pipeline.session import WORK
from dataflow.recipe import Recipe
from dataflow.sft.backends import open_llm
from dataflow.sft.export import export
from dataflow.sft.make import drop_known
from dataflow.sft.rows import SFT_FRAME
from dataflow.stage import check_conserved
from dataflow.text.language import UNDETERMINED, DetectLanguage
from schemas.errors import StoreError, UsageError
from schemas.ids import content_id
from schemas.manifest import MANIFEST, Manifest
from schemas.tables import CHUNKS, CLUSTERS, DOCUMENTS, PACKED, REJECTS, SFT, DataSet, embeddings


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
        self.touch(DOCUMENTS)
        tokens = get_tokenizer(self.recipe.run.tokenizer).count(frame["text"].to_list())
        self.write(DOCUMENTS, as_documents(frame, tokens))

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


def _finish(output: Output, reader: DocumentReader, command: str, stage: object) -> Manifest:
    output.write(REJECTS, reader.rejected)
    return output.close(command, {"stage": repr(stage), "rows_in": reader.rows_in})


def clean(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Cleaned documents of `path`."""
    reader = DocumentReader(path)
    with writing(out, recipe, path) as output:
        output.touch(DOCUMENTS)
        for frame in reader:
            output.write_documents(recipe.clean(frame).drop("changes"))
        return _finish(output, reader, "clean", recipe.clean)


def filter_rows(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Documents that pass the quality rules; language and signals are computed afresh."""
    reader = DocumentReader(path)
    with writing(out, recipe, path) as output:
        output.touch(DOCUMENTS)
        for frame in reader:
            kept, rejected = recipe.filter(recipe.score(recipe.language(frame)))
            check_conserved("filter", frame.height, kept.height, rejected.height)
            output.write_documents(kept)
            output.write(REJECTS, rejected)
        return _finish(output, reader, "filter", recipe.filter)


def dedup(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Documents without duplicates, and a cluster row for every document of `path`.

    Reads `path` twice: once for signatures, once to write what is kept.
    """
    stage, reader = recipe.dedup, DocumentReader(path)
    with writing(out, recipe, path) as output:
        clusters = stage.cluster([stage.signatures(frame) for frame in DocumentReader(path)])
        output.write(CLUSTERS, clusters.sort("doc_id"))
        output.touch(DOCUMENTS)
        of = clusters.select("doc_id", "cluster_id")
        for frame in reader:
            kept, rejected = stage.split(frame.drop("cluster_id", strict=False), clusters)
            check_conserved("dedup", frame.height, kept.height, rejected.height)
            kept = kept.join(of, on="doc_id", how="left", maintain_order="left")
            output.write_documents(kept)
            output.write(REJECTS, rejected)
        return _finish(output, reader, "dedup", stage)


def chunk(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Chunks of the documents of `path`."""
    reader = DocumentReader(path)
    with writing(out, recipe, path) as output:
        output.touch(CHUNKS)
        for frame in reader:
            output.write(CHUNKS, recipe.chunk(with_lang(frame, recipe.language)))
        return _finish(output, reader, "chunk", recipe.chunk)


def with_lang(frame: pl.DataFrame, detect: DetectLanguage) -> pl.DataFrame:
    """`frame` with a language in each row: its own, or where it has none the detected one."""
    if "lang" not in frame.columns:
        return detect(frame)
    own = frame["lang"].fill_null(UNDETERMINED)
    unknown = own.is_in(["", UNDETERMINED])
    if not unknown.any():
        return frame
    found = detect(frame.filter(unknown)).select("doc_id", pl.col("lang").alias("found"))
    return (
        frame.with_columns(own.set(unknown, None).alias("lang"))
        .join(found, on="doc_id", how="left", maintain_order="left")
        .with_columns(pl.coalesce("lang", "found").alias("lang"))
        .drop("found")
    )


def sft(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Instruction samples from the documents of `path`, near copies dropped over all of them."""
    stage, reader = recipe.sft, DocumentReader(path)
    drafted = [SFT_FRAME.to_frame()]
    with writing(out, recipe, path) as output, open_llm(stage, out / WORK / "llm") as llm:
        output.touch(CHUNKS)
        for frame in reader:
            documents = with_lang(frame, recipe.language)
            chunks = recipe.chunk(documents)
            output.write(CHUNKS, chunks)
            kept, rejected = stage.draft(documents, chunks, llm)
            drafted.append(kept)
            output.write(REJECTS, rejected)
        fresh, known = drop_known(stage, drafted)
        check_conserved("sft", sum(part.height for part in drafted), fresh.height, known.height)
        output.write(SFT, fresh)
        output.write(REJECTS, known)
        return _finish(output, reader, "sft", stage)


def export_sft(out: Path, fmt: str) -> Path:
    """Writes the samples of `out` for a trainer; returns the path of the JSONL file."""
    path = out / "export" / f"{fmt}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    export(read_all(out, "sft"), fmt, path)
    return path


def embed(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Vectors of the chunks of `path`; documents are cut into chunks first."""
    stage, reader = recipe.embed, DocumentReader(path)
    vectors = embeddings(get_embedder(stage.embedder).dim)
    with writing(out, recipe, path) as output:
        output.touch(CHUNKS)
        output.touch(vectors)
        for frame in reader:
            chunks = recipe.chunk(with_lang(frame, recipe.language))
            output.write(CHUNKS, chunks)
            output.write(vectors, stage(chunks))
        return _finish(output, reader, "embed", stage)


def pack(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Token sequences of at most the capacity, over all documents of `path`."""
    stage, reader = recipe.pack, DocumentReader(path)
    encode: Callable[[list[str]], list[np.ndarray[Any, np.dtype[np.int32]]]]
    encode = get_tokenizer(stage.tokenizer).encode
    with writing(out, recipe, path) as output:
        frames = [frame.select("doc_id", "text", "source") for frame in reader]
        output.touch(PACKED)
        if frames:
            packed, rejected = stage(pl.concat(frames), encode)
            output.write(PACKED, packed)
            output.write(REJECTS, rejected)
        return _finish(output, reader, "pack", stage)
