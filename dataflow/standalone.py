"""Stages on their own: Parquet or JSONL in, the same data sets as a run out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from dataflow.chunking.chunk import ChunkText
from dataflow.chunking.tokenizers import get_tokenizer
from dataflow.dedup.stage import Deduplicate
from dataflow.embedding.embed import EmbedChunks
from dataflow.embedding.embedder import get_embedder
from dataflow.io.atomic import TEMPORARY, fsync_folder, write_file
from dataflow.io.shards import ShardWriter, read_all
from dataflow.io.tables_in import DocumentReader, as_documents
from dataflow.packing.stage import PackSequences
from dataflow.pipeline.session import WORK
from dataflow.quality.rules import FilterRules
from dataflow.quality.score import ScoreText
from dataflow.recipe import RunOptions
from dataflow.sft.backends import open_llm
from dataflow.sft.export import export
from dataflow.sft.make import MakeSft, drop_known
from dataflow.sft.rows import SFT_FRAME
from dataflow.stage import check_conserved
from dataflow.text.clean import CleanText
from dataflow.text.language import DetectLanguage
from schemas.ids import content_id
from schemas.manifest import MANIFEST, Manifest
from schemas.tables import CHUNKS, CLUSTERS, DOCUMENTS, PACKED, REJECTS, SFT, DataSet, embeddings


class Output:
    """Data sets being written under `out`; nothing is visible before `close`."""

    def __init__(self, out: Path, rows_per_shard: int = RunOptions().rows_per_shard) -> None:
        self.out = out
        self.rows_per_shard = rows_per_shard
        self.staging = out / f"{TEMPORARY}stage"
        shutil.rmtree(self.staging, ignore_errors=True)
        self.staging.mkdir(parents=True)
        self.writers: dict[str, ShardWriter] = {}

    def touch(self, dataset: DataSet) -> ShardWriter:
        """The data set's writer; a data set that was touched exists even without rows."""
        if dataset.name not in self.writers:
            self.writers[dataset.name] = ShardWriter(self.staging, dataset, self.rows_per_shard)
        return self.writers[dataset.name]

    def write(self, dataset: DataSet, frame: pl.DataFrame) -> None:
        """Appends rows to a data set."""
        self.touch(dataset).write(frame.select(dataset.schema.names))

    def close(self, counts: dict[str, Any]) -> Manifest:
        """Commits all data sets: staged folders in place of old ones, the manifest last."""
        datasets = {name: writer.close() for name, writer in self.writers.items()}
        recipe_hash = content_id(repr(sorted(counts.items())))
        code = version("corpusmill")
        manifest = Manifest(code, recipe_hash, {}, datasets, (), counts)
        (self.out / MANIFEST).unlink(missing_ok=True)
        for name in datasets:
            shutil.rmtree(self.out / name, ignore_errors=True)
            (self.staging / name).rename(self.out / name)
        fsync_folder(self.out)
        write_file(self.out / MANIFEST, manifest.to_json().encode())
        shutil.rmtree(self.staging, ignore_errors=True)
        return manifest


def _documents(frame: pl.DataFrame) -> pl.DataFrame:
    counts = get_tokenizer(RunOptions().tokenizer).count(frame["text"].to_list())
    return as_documents(frame, counts)


def _finish(output: Output, reader: DocumentReader, command: str, stage: object) -> Manifest:
    output.write(REJECTS, reader.rejected)
    return output.close({"command": command, "stage": repr(stage), "rows_in": reader.rows_in})


def clean(path: Path, out: Path, stage: CleanText) -> Manifest:
    """Cleaned documents of `path`."""
    reader, output = DocumentReader(path), Output(out)
    output.touch(DOCUMENTS)
    for frame in reader:
        output.write(DOCUMENTS, _documents(stage(frame).drop("changes")))
    return _finish(output, reader, "clean", stage)


def filter_rows(path: Path, out: Path, stage: FilterRules) -> Manifest:
    """Documents that pass the quality rules; language and signals are computed afresh."""
    reader, output = DocumentReader(path), Output(out)
    output.touch(DOCUMENTS)
    language, score = DetectLanguage(), ScoreText()
    for frame in reader:
        kept, rejected = stage(score(language(frame)))
        check_conserved("filter", frame.height, kept.height, rejected.height)
        output.write(DOCUMENTS, _documents(kept))
        output.write(REJECTS, rejected)
    return _finish(output, reader, "filter", stage)


def dedup(path: Path, out: Path, stage: Deduplicate) -> Manifest:
    """Documents without duplicates, and a cluster row for every document of `path`.

    Reads `path` twice: once for signatures, once to write what is kept.
    """
    output = Output(out)
    blocks = [stage.signatures(frame) for frame in DocumentReader(path)]
    clusters = stage.cluster(blocks)
    output.write(CLUSTERS, clusters.sort("doc_id"))
    output.touch(DOCUMENTS)
    reader = DocumentReader(path)
    total = kept_total = 0
    for frame in reader:
        kept, rejected = stage.split(frame, clusters)
        total, kept_total = total + frame.height, kept_total + kept.height
        of = clusters.select("doc_id", "cluster_id")
        output.write(
            DOCUMENTS,
            _documents(kept.join(of, on="doc_id", how="left", maintain_order="left")),
        )
        output.write(REJECTS, rejected)
    check_conserved("dedup", total, kept_total, total - kept_total)
    return _finish(output, reader, "dedup", stage)


def chunk(path: Path, out: Path, stage: ChunkText) -> Manifest:
    """Chunks of the documents of `path`."""
    reader, output = DocumentReader(path), Output(out)
    output.touch(CHUNKS)
    for frame in reader:
        output.write(CHUNKS, stage(_with_lang(frame)))
    return _finish(output, reader, "chunk", stage)


def _with_lang(frame: pl.DataFrame) -> pl.DataFrame:
    return frame if "lang" in frame.columns else DetectLanguage()(frame)


def sft(path: Path, out: Path, stage: MakeSft, chunker: ChunkText) -> Manifest:
    """Instruction samples from the documents of `path`, near copies dropped over all of them."""
    reader, output = DocumentReader(path), Output(out)
    output.touch(CHUNKS)
    drafted = [SFT_FRAME.to_frame()]
    with open_llm(stage, out / WORK / "llm") as llm:
        for frame in reader:
            documents = _with_lang(frame)
            chunks = chunker(documents)
            output.write(CHUNKS, chunks)
            kept, rejected = stage.draft(documents, chunks, llm)
            drafted.append(kept)
            output.write(REJECTS, rejected)
    fresh, known = drop_known(stage, drafted)
    check_conserved("sft", sum(frame.height for frame in drafted), fresh.height, known.height)
    output.write(SFT, fresh)
    output.write(REJECTS, known)
    return _finish(output, reader, "sft", stage)


def export_sft(out: Path, fmt: str) -> Path:
    """Writes the samples of `out` for a trainer; returns the path of the JSONL file."""
    path = out / "export" / f"{fmt}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    export(read_all(out, "sft"), fmt, path)
    return path


def embed(path: Path, out: Path, stage: EmbedChunks, chunker: ChunkText) -> Manifest:
    """Vectors of the chunks of `path`; documents are cut into chunks first."""
    reader, output = DocumentReader(path), Output(out)
    vectors = embeddings(get_embedder(stage.embedder).dim)
    output.touch(CHUNKS)
    output.touch(vectors)
    for frame in reader:
        chunks = chunker(_with_lang(frame))
        output.write(CHUNKS, chunks)
        output.write(vectors, stage(chunks))
    return _finish(output, reader, "embed", stage)


def pack(path: Path, out: Path, stage: PackSequences) -> Manifest:
    """Token sequences of at most the capacity, over all documents of `path`."""
    reader, output = DocumentReader(path), Output(out)
    frames = [frame.select("doc_id", "text", "source") for frame in reader]
    output.touch(PACKED)
    if frames:
        encode: Callable[[list[str]], list[np.ndarray[Any, np.dtype[np.int32]]]]
        encode = get_tokenizer(stage.tokenizer).encode
        packed, rejected = stage(pl.concat(frames), encode)
        output.write(PACKED, packed)
        output.write(REJECTS, rejected)
    return _finish(output, reader, "pack", stage)
