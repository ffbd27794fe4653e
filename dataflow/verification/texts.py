"""Texts of the kept documents, read shard by shard."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from dataflow.io.shards import read_shard
from schemas.manifest import Manifest


class Texts:
    """Texts of documents by id; two shards are in memory, as rows are asked for in their order."""

    def __init__(self, out: Path, manifest: Manifest) -> None:
        self._out = out
        self._shard_of: dict[str, str] = {}
        for shard in manifest.datasets["documents"].shards:
            ids = read_shard(out / shard.path, "documents", ["doc_id"])["doc_id"]
            self._shard_of.update(dict.fromkeys(ids, shard.path))
        self._open = lru_cache(maxsize=2)(self._load)

    def _load(self, path: str) -> dict[str, str]:
        rows = read_shard(self._out / path, "documents", ["doc_id", "text"])
        return dict(rows.select("doc_id", "text").iter_rows())

    def cut(self, doc_id: str, start: int, end: int) -> str | None:
        """`text[start:end]` of a document, None when there is no such document."""
        path = self._shard_of.get(doc_id)
        return None if path is None else self._open(path)[doc_id][start:end]
