"""Texts of documents as deduplication compared them, as far as the work folder still has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.io.store import Entry, Store
from dataflow.report.excerpts import LENGTH, TEXT, WORK, read_texts
from schemas.errors import StoreError
from schemas.manifest import Manifest

STEPS = ("decontaminate", "filter", "perplexity", "boilerplate", "text")
"""Steps before deduplication, the last one first: the first that has a document says its pack."""
KEY = re.compile(r"[0-9a-f]{8,64}")


def read_compared(out: Path, manifest: Manifest, doc_ids: AbstractSet[str]) -> dict[str, str]:
    """The beginning of the text of each of `doc_ids` as this run compared it.

    Steps that cut passages write a pack anew, so that a document stands in several. What was left
    out before a step of this run is as the step before had it; what no step has, as any pack says.
    """
    found: dict[str, str] = {}
    for entry in _steps(Store(out / WORK), manifest):
        missing = doc_ids - found.keys()
        if not missing:
            break
        try:
            index = entry.table("index", ["doc_id", "pack"])
            chosen = index.filter(pl.col("doc_id").is_in(list(missing)))
            for (pack,), part in chosen.group_by("pack", maintain_order=True):
                found.update(_texts(Store(out / WORK), str(pack), part["doc_id"]))
        except StoreError:
            continue  # excerpts are a courtesy
    return {**read_texts(out, doc_ids - found.keys()), **found}


def _steps(store: Store, manifest: Manifest) -> Iterator[Entry]:
    """The committed steps that the manifest names, the last first."""
    keys: Any = manifest.counts.get("keys")
    for step in STEPS if isinstance(keys, dict) else ():
        key = str(keys.get(step))
        entry = store.get(f"step-{step}", key) if KEY.fullmatch(key) else None
        if entry is not None:
            yield entry


def _texts(store: Store, pack: str, doc_ids: pl.Series) -> dict[str, str]:
    if not KEY.fullmatch(pack):
        return {}
    rows = store.require(TEXT, pack).table("rows", ["doc_id", "text"])
    chosen = rows.filter(pl.col("doc_id").is_in(doc_ids.implode()))
    return dict(chosen.select("doc_id", pl.col("text").str.head(LENGTH)).iter_rows())
