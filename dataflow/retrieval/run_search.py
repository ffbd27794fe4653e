"""Searching the chunks of a finished run."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from dataflow.embedding.embedder import get_embedder
from dataflow.io.shards import read_all, read_manifest
from dataflow.retrieval.search import ChunkIndex
from schemas.errors import UsageError


def search_run(out: Path, query: str, count: int, mode: str) -> list[dict[str, Any]]:
    """The best `count` chunks of the run in `out`, best first, as plain rows.

    `hybrid` fuses words and meaning with the embedder that the run used; a run without embeddings
    is searched by words. Raises UsageError for a folder without chunks or an empty query.
    """
    manifest = read_manifest(out)
    if not query.strip():
        raise UsageError("the query is empty")
    if "chunks" not in manifest.datasets:
        raise UsageError(f"{out} has no chunks to search; `corpusmill run` or `chunk` makes them")
    chunks = read_all(out, "chunks")
    if mode == "hybrid" and "embeddings" in manifest.datasets and manifest.recipe:
        vectors = read_all(out, "embeddings", ["embedding"])["embedding"].to_numpy()
        embedder = get_embedder(manifest.recipe["embed"]["embedder"])
        index = ChunkIndex(chunks, vectors, embedder)
    else:
        index = ChunkIndex(chunks)
    return [dataclasses.asdict(hit) for hit in index.search(query, count)]
