"""The data sets as Croissant 1.0 metadata (mlcommons.org/croissant): JSON-LD that loaders read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataflow.report.model import ReportData
from dataflow.report.splits import COLUMN, SPLITS, split_counts
from schemas.errors import StoreError
from schemas.manifest import Manifest
from schemas.tables import DATASETS

CONTEXT: dict[str, Any] = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs",
    "column": "cr:column", "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract",
    "field": "cr:field", "fileProperty": "cr:fileProperty", "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet", "format": "cr:format", "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key",
    "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path",
    "recordSet": "cr:recordSet", "references": "cr:references", "regex": "cr:regex",
    "repeated": "cr:repeated", "replace": "cr:replace", "sc": "https://schema.org/",
    "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField",
    "transform": "cr:transform",
}  # fmt: skip
"""The context that the specification prescribes."""

SPLIT_SET = "splits"
SPLIT_KEY = f"{SPLIT_SET}/name"
SPLIT_TERMS = ("TrainingSplit", "ValidationSplit", "TestSplit")
"""The vocabulary's names of SPLITS."""
PARQUET = "application/x-parquet"
LICENCE = "https://choosealicense.com/no-permission/"
"""The licences of the sources are not known; a publisher replaces this."""


def croissant(out: Path, manifest: Manifest, data: ReportData) -> str:
    """croissant.json: every shard with its hash, one record set for each data set."""
    names = list(manifest.datasets)
    splits = split_counts(out, manifest)
    records = [_records(out, manifest, name, splits.get(name)) for name in names]
    document = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": "corpusmill",
        "description": _description(data),
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "license": LICENCE,
        "version": f"{manifest.code_version}+{manifest.content_hash}",
        "inLanguage": [c.name for c in data.languages if c.name.isascii() and len(c.name) == 2],
        "distribution": [item for name in names for item in _files(manifest, name)],
        "recordSet": [*([_split_records()] if splits else []), *records],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _description(data: ReportData) -> str:
    verdict = data.verdict
    if verdict.documents is None:
        return "Data sets made by one stage of corpusmill."
    return (
        f"{verdict.documents} documents with {verdict.tokens} tokens, kept of {verdict.inputs}; "
        "what was left out, and why, is in the record set rejects." + _samples(data)
    )


def _samples(data: ReportData) -> str:
    made = data.samples
    if made is None or not made.rows:
        return ""
    counts = ", ".join(f"{one.rows} in {one.name}" for one in made.sets)
    return f" Samples for training and testing models, made from the documents: {counts}."


def _files(manifest: Manifest, name: str) -> list[dict[str, Any]]:
    """A FileObject for each shard, and the FileSet that they make up."""
    shards = [
        {
            "@type": "cr:FileObject", "@id": shard.path, "name": shard.path,
            "contentUrl": shard.path, "contentSize": f"{shard.bytes} B",
            "encodingFormat": PARQUET, "sha256": shard.sha256,
        }
        for shard in manifest.datasets[name].shards
    ]  # fmt: skip
    files = {
        "@type": "cr:FileSet", "@id": f"{name}-files", "name": f"{name}-files",
        "encodingFormat": PARQUET, "includes": f"{name}/part-*.parquet",
    }  # fmt: skip
    return [*shards, files]


def _split_records() -> dict[str, Any]:
    """The splits by name and by what machine learning calls them; columns `split` refer to it."""
    terms = dict(zip(SPLITS, SPLIT_TERMS, strict=True))
    return {
        "@type": "cr:RecordSet", "@id": SPLIT_SET, "name": SPLIT_SET, "dataType": "cr:Split",
        "description": "What rows are for; a cluster of near-duplicates lies in one split.",
        "key": {"@id": SPLIT_KEY},
        "field": [
            {"@type": "cr:Field", "@id": SPLIT_KEY, "name": SPLIT_KEY, "dataType": "sc:Text"},
            {"@type": "cr:Field", "@id": f"{SPLIT_SET}/url", "name": f"{SPLIT_SET}/url",
             "dataType": "sc:URL"},
        ],
        "data": [
            {SPLIT_KEY: name, f"{SPLIT_SET}/url": f"http://mlcommons.org/croissant/{term}"}
            for name, term in terms.items()
        ],
    }  # fmt: skip


def _about(name: str, splits: Mapping[str, int] | None) -> str:
    """What a data set is, and its rows by split where they have one."""
    known = DATASETS.get(name)
    about = known.about if known else name
    if not splits:
        return about
    counts = ", ".join(f"{split or 'other'} {count}" for split, count in splits.items())
    return f"{about} Rows by the column {COLUMN}: {counts}."


def _records(
    out: Path, manifest: Manifest, name: str, splits: Mapping[str, int] | None
) -> dict[str, Any]:
    path = out / manifest.datasets[name].shards[0].path
    try:
        schema = pq.read_schema(path)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"{path}: cannot be read: {error}; run again") from error
    known = DATASETS.get(name)
    meanings = {column: about for column, _, about in known.fields} if known else {}
    fields = [
        _field(f"{name}/{field.name}", field, f"{name}-files", meanings.get(field.name, ""), [])
        for field in schema
    ]
    for field in fields:
        if splits is not None and field["@id"] == f"{name}/{COLUMN}":
            field["references"] = {"field": {"@id": SPLIT_KEY}}
    return {
        "@type": "cr:RecordSet", "@id": name, "name": name, "description": _about(name, splits),
        "field": fields,
    }  # fmt: skip


def _field(
    identity: str, field: pa.Field, files: str, meaning: str, path: list[str]
) -> dict[str, Any]:
    """A column, or a part of one: a struct has sub-fields, a list is repeated.

    A list of structs inside another (the cells of a table element) is left out: the vocabulary
    has no path through two lists, and mlcroissant 1.1 fails on such a field.
    """
    kind, repeated = field.type, False
    while _is_list(kind):
        kind, repeated = kind.value_type, True
    found: dict[str, Any] = {"@type": "cr:Field", "@id": identity, "name": identity}
    if meaning:
        found["description"] = meaning
    if repeated:
        found["repeated"] = True
    column, *inside = [*path, field.name]
    if pa.types.is_struct(kind):
        found["subField"] = [
            _field(f"{identity}/{sub.name}", sub, files, "", [*path, field.name])
            for sub in kind
            if not (_is_list(sub.type) and pa.types.is_struct(sub.type.value_type))
        ]
        return found
    source: dict[str, Any] = {"fileSet": {"@id": files}, "extract": {"column": column}}
    if inside:
        source["transform"] = {"jsonPath": ".".join(inside)}
    return {**found, "dataType": _data_type(kind), "source": source}


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )


def _data_type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    return "sc:Float" if pa.types.is_floating(kind) else "sc:Text"
