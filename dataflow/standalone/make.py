"""Stages that make something of documents, on their own: chunks, vectors, sequences.

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
from dataflow.io.tables_in import DocumentReader
from dataflow.recipe import Recipe
from dataflow.standalone.output import finish, writing
from dataflow.text.language import UNDETERMINED, DetectLanguage
from schemas.manifest import Manifest
from schemas.tables import CHUNKS, PACKED, REJECTS, embeddings


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
