"""Stages that make something of documents, on their own: chunks, samples, vectors, sequences.

Rows stand in the order of the input; only a run sorts them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from dataflow.chunking.tokenizers import get_tokenizer
from dataflow.embedding.embedder import get_embedder
from dataflow.io.shards import read_all
from dataflow.io.tables_in import DocumentReader
from dataflow.pipeline.session import WORK
from dataflow.recipe import Recipe
from dataflow.sft.backends import open_llm
from dataflow.sft.export import export
from dataflow.sft.make import drop_known
from dataflow.sft.rows import SFT_FRAME
from dataflow.stage import check_conserved
from dataflow.standalone.output import finish, writing
from dataflow.text.language import UNDETERMINED, DetectLanguage
from schemas.manifest import Manifest
from schemas.tables import CHUNKS, PACKED, REJECTS, SFT, embeddings


def chunk(path: Path, out: Path, recipe: Recipe) -> Manifest:
    """Chunks of the documents of `path`."""
    reader = DocumentReader(path)
    with writing(out, recipe, path) as output:
        output.touch(CHUNKS)
        for frame in reader:
            output.write(CHUNKS, recipe.chunk(with_lang(frame, recipe.language)))
        return finish(output, reader, "chunk", recipe.chunk)


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
        return finish(output, reader, "sft", stage)


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
        return finish(output, reader, "embed", stage)


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
        return finish(output, reader, "pack", stage)
