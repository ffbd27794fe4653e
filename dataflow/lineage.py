"""A record's whole way: from the page and box of its source to the rows made of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.io.shards import iterate, read_manifest
from schemas.errors import UsageError
from schemas.manifest import Manifest

MINIMUM_PREFIX = 6
"""Characters of an id that are enough to look it up."""

ID_COLUMNS = {
    "chunks": "chunk_id", "sft": "sample_id", "documents": "doc_id", "rejects": "id",
    "clusters": "doc_id",
}  # fmt: skip


def lineage(out: Path, name: str) -> dict[str, Any]:
    """Everything a run knows of a record: document, chunk, sample, reject or file.

    `name` is an id, the first six or more characters of one, or a source uri. The result has
    `found_as`, `doc_ids`, `documents`, `clusters`, `rejects`, `chunks`, `samples` and, for a chunk
    or a sample, `elements` with the pages and boxes that it was made from. Raises UsageError when
    nothing has that name.
    """
    manifest = read_manifest(out)
    found_as, doc_ids, span = _resolve(out, manifest, name)
    related = pl.col("doc_id").is_in(doc_ids)
    rejects = _rows(out, manifest, "rejects", pl.col("id").is_in(doc_ids) | _named(name))
    documents = _rows(out, manifest, "documents", related)
    way = {
        "name": name,
        "found_as": found_as,
        "doc_ids": doc_ids,
        "documents": [_document(row) for row in documents],
        "clusters": _rows(
            out, manifest, "clusters", related | pl.col("duplicate_of").is_in(doc_ids)
        ),
        "rejects": rejects,
        "chunks": _rows(out, manifest, "chunks", related),
        "samples": _rows(out, manifest, "sft", related),
        "elements": [],
    }
    if span is not None and documents:
        way["elements"] = _elements(documents[0], *span)
    return way


def _named(name: str) -> pl.Expr:
    exact = (pl.col("source") == name) | pl.col("source").str.starts_with(f"{name}#")
    if len(name) >= MINIMUM_PREFIX:
        return exact | pl.col("id").str.starts_with(name)
    return exact


def _resolve(
    out: Path, manifest: Manifest, name: str
) -> tuple[str, list[str], tuple[int, int] | None]:
    """What kind of thing `name` is, the documents it belongs to, and its span in the text."""
    for dataset, column in ID_COLUMNS.items():
        if len(name) < MINIMUM_PREFIX:
            break
        rows = _rows(out, manifest, dataset, pl.col(column).str.starts_with(name))
        ids = sorted({row[column] for row in rows})
        if len(ids) > 1:
            raise UsageError(f"{name!r} begins {len(ids)} ids of {dataset}: give more of it")
        if rows:
            return dataset, [rows[0].get("doc_id", ids[0])], _span(dataset, rows[0])
    sources = _rows(out, manifest, "documents", _source(name), ["doc_id"])
    rejected = _rows(out, manifest, "rejects", _source(name), ["id"])
    if sources or rejected:
        ids = [row["doc_id"] for row in sources] + [row["id"] for row in rejected]
        return "source", sorted(set(ids)), None
    raise UsageError(
        f"nothing in {out} has the id or source {name!r} "
        f"(ids may be shortened to {MINIMUM_PREFIX} characters)"
    )


def _source(name: str) -> pl.Expr:
    return (pl.col("source") == name) | pl.col("source").str.starts_with(f"{name}#")


def _span(dataset: str, row: dict[str, Any]) -> tuple[int, int] | None:
    if dataset == "chunks":
        return row["char_start"], row["char_end"]
    if dataset == "sft" and row["evidence"]:
        return row["evidence"][0]["char_start"], row["evidence"][0]["char_end"]
    return None


def _rows(
    out: Path, manifest: Manifest, dataset: str, where: pl.Expr, columns: list[str] | None = None
) -> list[dict[str, Any]]:
    if dataset not in manifest.datasets:
        return []
    rows: list[dict[str, Any]] = []
    for frame in iterate(out, dataset):
        found = frame.filter(where)
        rows.extend((found.select(columns) if columns else found).to_dicts())
    return rows


def _document(row: dict[str, Any]) -> dict[str, Any]:
    kinds: dict[str, int] = {}
    for element in row["elements"] or []:
        kinds[element["kind"]] = kinds.get(element["kind"], 0) + 1
    return {
        **{name: row[name] for name in (
            "doc_id", "source", "media_type", "title", "lang", "n_chars", "n_tokens", "n_pages",
            "status", "issues", "signals", "cluster_id",
        )},
        "metadata": json.loads(row["metadata"]),
        "elements": kinds,
    }  # fmt: skip


def _elements(document: dict[str, Any], start: int, end: int) -> list[dict[str, Any]]:
    """Elements whose span touches [start, end): kind, page, box and the first of their text."""
    touching = []
    for element in document["elements"] or []:
        first, last = element["char_start"], element["char_end"]
        if first is not None and first < end and last > start:
            touching.append(
                {
                    "kind": element["kind"], "page": element["page"], "bbox": element["bbox"],
                    "char_start": first, "char_end": last,
                    "text": document["text"][first : min(last, first + 80)],
                }
            )  # fmt: skip
    return touching
