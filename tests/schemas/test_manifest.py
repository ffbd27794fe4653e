from __future__ import annotations

import dataclasses
import json

import pytest

from schemas.errors import StoreError
from schemas.manifest import DataSetEntry, Manifest, Shard, StepEntry

SHARD = Shard("documents/part-00000.parquet", 3, 100, "ab")
MANIFEST = Manifest(
    "0.1.0", "recipe", {"dedup": {"threshold": 0.75}},
    {"documents": DataSetEntry(1, 3, "cd", (SHARD,))},
    (StepEntry("parse", 3, 3, 0, 1, 0, 1.5, 2.5),), {"files": 3},
)  # fmt: skip


def test_a_manifest_survives_its_json() -> None:
    assert Manifest.from_json(MANIFEST.to_json()) == MANIFEST


def test_the_content_hash_is_of_rows_and_recipe_not_of_shards_or_time() -> None:
    entry = dataclasses.replace(MANIFEST.datasets["documents"], shards=(SHARD, SHARD))
    step = dataclasses.replace(MANIFEST.steps[0], seconds=9.0)
    other = dataclasses.replace(MANIFEST, datasets={"documents": entry}, steps=(step,))
    assert other.content_hash == MANIFEST.content_hash
    changed = dataclasses.replace(MANIFEST, recipe_hash="another")
    assert changed.content_hash != MANIFEST.content_hash


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1]",
        "null",
        '{"manifest_version": 1}',
        MANIFEST.to_json().replace('"counts": {', '"counts": [], "was": {'),
        MANIFEST.to_json().replace('"datasets": {', '"datasets": [], "were": {'),
    ],
)
def test_a_damaged_manifest_is_named(text: str) -> None:
    with pytest.raises(StoreError, match="damaged"):
        Manifest.from_json(text)


def test_another_version_is_refused() -> None:
    data = {**json.loads(MANIFEST.to_json()), "manifest_version": 99}
    with pytest.raises(StoreError, match="version 99, 1 expected"):
        Manifest.from_json(json.dumps(data))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../home", "../../home/part-00000.parquet"),
        ("/etc", "/etc/part-00000.parquet"),
        ("documents", "documents/../../x.parquet"),
        ("documents", "/etc/passwd"),
        ("documents", "chunks/part-00000.parquet"),
    ],
)
def test_a_manifest_cannot_lead_out_of_its_folder(name: str, path: str) -> None:
    entry = DataSetEntry(1, 3, "cd", (dataclasses.replace(SHARD, path=path),))
    evil = dataclasses.replace(MANIFEST, datasets={name: entry})
    with pytest.raises(StoreError, match="damaged"):
        Manifest.from_json(evil.to_json())
