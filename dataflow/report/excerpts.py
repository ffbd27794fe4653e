"""Texts of documents that are not in the corpus, as far as the work folder still has them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path

import polars as pl

from dataflow.io.store import Store
from schemas.errors import StoreError

WORK, TEXT = ".work", "text"
LENGTH = 20_000
"""Code points of a text that are read: enough to find where two near-duplicates part."""


def read_texts(out: Path, doc_ids: AbstractSet[str]) -> dict[str, str]:
    """The beginning of the cleaned text of each of `doc_ids` that a pack of this run holds.

    Standalone stages and runs whose work folder was deleted have none. Where several packs hold
    an id (it was cleaned with other options before), the one with the smallest key counts.
    """
    found: dict[str, str] = {}
    for entry in Store(out / WORK).entries(TEXT):
        missing = doc_ids - found.keys()
        if not missing:
            break
        try:
            here = missing & set(entry.table("rows", ["doc_id"])["doc_id"].to_list())
            if here:
                rows = entry.table("rows", ["doc_id", "text"])
                chosen = rows.filter(pl.col("doc_id").is_in(here)).select(
                    "doc_id", pl.col("text").str.head(LENGTH)
                )
                found.update(chosen.iter_rows())
        except StoreError:
            continue  # the report is about what was committed; excerpts are a courtesy
    return found
