"""A record's whole way: from the page and box of its source to the rows made of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.io.shards import iterate, read_manifest
from dataflow.report.compared import read_compared
from dataflow.report.difference import compare
from dataflow.sft.rows import DATA_SETS
from schemas.errors import UsageError
from schemas.manifest import Manifest
from schemas.records import Level

PARTS = (Level.CHUNK.value, Level.SAMPLE.value)
MINIMUM_PREFIX = 6
"""Characters of an id that are enough to look it up."""
SHOWN = 80
"""Characters of an element's text that are enough to find it on its page."""
OWN_IDS = ("id", "doc_id")
"""Fields of a record's metadata that hold its id in the user's own data."""
DIFFERENCES = 5
"""Dropped documents whose difference from the kept one is worked out."""
Resolved = tuple[str, list[str], list[tuple[int, int]]]

ID_COLUMNS = {
    "chunks": "chunk_id", **dict.fromkeys(DATA_SETS, "sample_id"), "documents": "doc_id",
    "rejects": "id", "clusters": "doc_id",
}  # fmt: skip
RESOLVING = {
    "chunks": ["chunk_id", "doc_id", "char_start", "char_end"],
    **{name: ["sample_id", "doc_id", "evidence"] for name in DATA_SETS},
    "documents": ["doc_id"],
    "rejects": ["id", "level", "source"],
    "clusters": ["doc_id"],
}
"""What is read of a data set to find out which documents a name belongs to."""


def lineage(out: Path, name: str) -> dict[str, Any]:
    """Everything a run knows of a record: document, chunk, sample, reject or file.

    `name` is an id, the first six or more characters of one, a source uri, or the id that a record
    had in the input (`id` or `doc_id` in its metadata; of what was kept). The result has
    `found_as`, `records` (the rows of that name when it is a sample or was rejected), `doc_ids`,
    `documents`, `clusters`, `differences` (word by word, between a dropped
    document and its kept twin, while the work folder has its text), `no_difference` (the dropped
    documents whose text is not kept, so that there is none), `removed`, `contamination`,
    `rejects`, `chunks`, `samples` and, for a chunk or a sample, `elements` with the pages and boxes
    that it was made from. Raises UsageError when nothing has that name.
    """
    manifest = read_manifest(out)
    found_as, doc_ids, spans = _resolve(out, manifest, name)
    related = pl.col("doc_id").is_in(doc_ids)
    documents = _rows(out, manifest, "documents", related)
    parts = pl.col("level").is_in(PARTS) & pl.col("source").is_in([d["source"] for d in documents])
    clusters = _rows(out, manifest, "clusters", related | pl.col("duplicate_of").is_in(doc_ids))
    differences = _differences(out, manifest, clusters)
    compared = {found["doc_id"] for found in differences}
    return {
        "name": name,
        "found_as": found_as,
        "records": _records(out, manifest, found_as, name),
        "doc_ids": doc_ids,
        "documents": [_document(row) for row in documents],
        "clusters": clusters,
        "differences": differences,
        "no_difference": [name for name, _ in _pairs(clusters) if name not in compared],
        "removed": _rows(out, manifest, "removed", related),
        "contamination": _rows(out, manifest, "contamination", related),
        "rejects": _rows(out, manifest, "rejects", pl.col("id").is_in(doc_ids) | parts),
        "chunks": _rows(out, manifest, "chunks", related),
        "samples": [
            {"data_set": into, **row}
            for into in DATA_SETS
            for row in _rows(out, manifest, into, related)
        ],
        "elements": [element for row in documents[:1] for element in _elements(row, spans)],
    }


def _resolve(out: Path, manifest: Manifest, name: str) -> Resolved:
    """What kind of thing `name` is, the documents it belongs to, and its spans in their text.

    A whole id goes before a source, that before an id of the input, and all before the beginning of
    an id.
    """
    found = (
        _by_id(out, manifest, lambda column: column == name)
        or _by_source(out, manifest, name)
        or _by_own_id(out, manifest, name)
    )
    if found is None and len(name) >= MINIMUM_PREFIX:
        found = _by_id(out, manifest, lambda column: column.str.starts_with(name))
    if found is None:
        raise UsageError(
            f"nothing in {out} has the id or source {name!r} "
            f"(ids may be shortened to {MINIMUM_PREFIX} characters)"
        )
    return found


def _by_id(out: Path, manifest: Manifest, matches: Callable[[pl.Expr], pl.Expr]) -> Resolved | None:
    """The first data set with a matching id; raises UsageError when it has several."""
    for dataset, column in ID_COLUMNS.items():
        rows = _rows(out, manifest, dataset, matches(pl.col(column)), RESOLVING[dataset])
        ids = {row[column] for row in rows}
        if len(ids) > 1:
            raise UsageError(f"this begins {len(ids)} ids of {dataset}: give more of it")
        if rows:
            return dataset, _documents_of(out, manifest, dataset, rows), _spans(dataset, rows[0])
    return None


def _records(out: Path, manifest: Manifest, found_as: str, name: str) -> list[dict[str, Any]]:
    """The rows that a name means: one sample, or all that was rejected under one id."""
    if found_as not in (*DATA_SETS, "rejects"):
        return []
    column = pl.col(ID_COLUMNS[found_as])
    return _rows(out, manifest, found_as, column == name) or _rows(
        out, manifest, found_as, column.str.starts_with(name)
    )


def _by_source(out: Path, manifest: Manifest, name: str) -> Resolved | None:
    """All documents and rejects of a file, or of one of its records."""
    same = (pl.col("source") == name) | pl.col("source").str.starts_with(f"{name}#")
    kept = _rows(out, manifest, "documents", same, ["doc_id", "source"])
    whole = same & ~pl.col("level").is_in(PARTS)
    rejected = _rows(out, manifest, "rejects", whole, ["id", "level", "source"])
    ids = {row["doc_id"] for row in kept} | {row["id"] for row in rejected}
    return ("source", sorted(ids), []) if ids else None


def _by_own_id(out: Path, manifest: Manifest, name: str) -> Resolved | None:
    """The documents whose metadata has `name` as the id that they had in the input."""
    # as it stands in JSON, so that only few rows are parsed
    quoted = json.dumps(name, ensure_ascii=False)
    likely = pl.col("metadata").str.contains(quoted, literal=True)
    rows = _rows(out, manifest, "documents", likely, ["doc_id", "metadata"])
    ids = {row["doc_id"] for row in rows if name in _own_ids(row["metadata"])}
    return ("documents (by the id in its metadata)", sorted(ids), []) if ids else None


def _own_ids(metadata: str) -> list[str]:
    told = json.loads(metadata)
    return [told[key] for key in OWN_IDS if isinstance(told.get(key), str)]


def _documents_of(
    out: Path, manifest: Manifest, dataset: str, rows: list[dict[str, Any]]
) -> list[str]:
    """Ids of the documents that rows of a data set belong to, a rejected sample's by its source."""
    if dataset != "rejects":
        return sorted({row["doc_id"] for row in rows})
    ids = {row["id"] for row in rows}
    sources = [row["source"] for row in rows if row["level"] in PARTS]
    same = _rows(out, manifest, "documents", pl.col("source").is_in(sources), ["doc_id", "source"])
    return sorted(ids | {row["doc_id"] for row in same})


def _spans(dataset: str, row: dict[str, Any]) -> list[tuple[int, int]]:
    """Where a chunk, or the evidence of a sample, stands in its document."""
    if dataset == "chunks":
        return [(row["char_start"], row["char_end"])]
    if dataset in DATA_SETS:
        return [(span["char_start"], span["char_end"]) for span in row["evidence"]]
    return []


def _rows(
    out: Path, manifest: Manifest, dataset: str, where: pl.Expr, columns: list[str] | None = None
) -> list[dict[str, Any]]:
    if dataset not in manifest.datasets:
        return []
    rows: list[dict[str, Any]] = []
    for frame in iterate(out, dataset, columns):
        rows.extend(frame.filter(where).to_dicts())
    return rows


def _differences(
    out: Path, manifest: Manifest, clusters: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """How dropped documents differ from what they were dropped for; the first few of them."""
    pairs = _pairs(clusters)
    texts = read_compared(out, manifest, {name for pair in pairs for name in pair})
    return [
        {
            "doc_id": dropped, "kept": kept,
            "changes": [asdict(change) for change in compare(texts[kept], texts[dropped])],
        }
        for dropped, kept in pairs if dropped in texts and kept in texts
    ]  # fmt: skip


def _pairs(clusters: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The first dropped documents, each with what it was dropped for."""
    pairs = [(row["doc_id"], row["duplicate_of"]) for row in clusters if row["duplicate_of"]]
    return pairs[:DIFFERENCES]


def _document(row: dict[str, Any]) -> dict[str, Any]:
    kinds: dict[str, int] = {}
    for element in row["elements"] or []:
        kinds[element["kind"]] = kinds.get(element["kind"], 0) + 1
    return {
        **{name: row[name] for name in (
            "doc_id", "source", "media_type", "title", "lang", "n_chars", "n_tokens", "n_pages",
            "languages", "status", "issues", "signals", "changes", "personal_data", "license",
            "cluster_id", "split",
        )},
        "metadata": json.loads(row["metadata"]),
        "elements": kinds,
    }  # fmt: skip


def _elements(document: dict[str, Any], spans: list[tuple[int, int]]) -> list[dict[str, Any]]:
    """Elements that touch one of the spans: kind, page, box and the first of their text."""
    touching = []
    for element in document["elements"] or []:
        first, last = element["char_start"], element["char_end"]
        if first is not None and any(first < end and last > start for start, end in spans):
            touching.append(
                {
                    "kind": element["kind"], "page": element["page"], "bbox": element["bbox"],
                    "char_start": first, "char_end": last,
                    "text": document["text"][first : min(last, first + SHOWN)],
                }
            )  # fmt: skip
    return touching
