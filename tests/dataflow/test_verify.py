"""Verification finds every kind of damage, and nothing in what is whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from dataflow.io.shards import ContentHash, read_shard
from dataflow.verification.check import SHOWN
from dataflow.verify import verify
from schemas.errors import StoreError, UsageError
from schemas.ids import sha256_hex
from schemas.manifest import Manifest
from schemas.tables import DATASETS

Damage = Callable[[Path], None]


def problems(out: Path) -> dict[str, tuple[str, ...]]:
    """Failed check -> what it says."""
    return {check.name: check.problems for check in verify(out) if not check.ok}


def edit_manifest(out: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Edits the manifest and makes its own hash fit again."""
    path = out / "manifest.json"
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")
    data["content_hash"] = Manifest.from_json(path.read_text("utf-8")).content_hash
    path.write_text(json.dumps(data), "utf-8")


def rewrite(out: Path, name: str, change: Callable[[pl.DataFrame], pl.DataFrame], *,
            rehash: bool = True) -> None:  # fmt: skip
    """Changes the rows of a data set and repairs size, hash and, with `rehash`, content hash."""
    path = out / name / "part-00000.parquet"
    schema = pq.read_schema(path)
    frame = change(read_shard(path, name))
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(schema)
    pq.write_table(table.replace_schema_metadata(schema.metadata), path)
    content = ContentHash()
    content.update(frame)

    def repair(data: dict[str, Any]) -> None:
        entry = data["datasets"][name]
        shard = entry["shards"][0]
        raw = path.read_bytes()
        shard.update(rows=frame.height, bytes=len(raw), sha256=sha256_hex(raw))
        entry["rows"] = frame.height
        if rehash:
            entry["content_sha256"] = content.hexdigest()

    edit_manifest(out, repair)


def shifted(column: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    return lambda frame: frame.with_columns((pl.col(column) + 1).cast(frame.schema[column]))


def test_a_whole_run_passes_every_check(done: Path) -> None:
    checks = verify(done / "out")
    assert [check.name for check in checks] == [
        "manifest: content hash",
        "shards: bytes, hashes, schemas",
        "rows: content hashes",
        "conservation: rows in = kept + rejected",
        "conservation: every file",
        "dedup: a kept twin for every dropped row",
        "chunks: text == document[start:end]",
        "sft: every quote stands in its document and chunk",
        "preferences: every quote stands in its document and chunk",
        "evalset: every quote stands in its document and chunk",
        "retrieval: every quote stands in its document and chunk",
        "embeddings: aligned with chunks, finite",
    ]
    assert all(check.ok and check.items for check in checks)


@pytest.mark.parametrize(
    "name", ["documents", "rejects", "clusters", "chunks", "sft", "embeddings"]
)
def test_a_flipped_byte_is_found(name: str, damaged: Path) -> None:
    path = damaged / name / "part-00000.parquet"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    found = problems(damaged)
    assert list(found) == ["shards: bytes, hashes, schemas"]
    (first, second) = found["shards: bytes, hashes, schemas"]
    assert first.startswith(f"{name}/part-00000.parquet: its bytes differ from what was")
    assert "delete it and run again" in first
    assert second.startswith(f"{name}: 0 rows in its shards, ")


def test_a_deleted_shard_is_found(damaged: Path) -> None:
    (damaged / "sft" / "part-00000.parquet").unlink()
    found = problems(damaged)["shards: bytes, hashes, schemas"]
    assert found[0] == "sft/part-00000.parquet: No such file or directory"


def test_an_edited_row_with_repaired_hashes_is_found(damaged: Path) -> None:
    rewrite(damaged, "documents", lambda frame: frame.with_columns(title=pl.lit("Mine")),
            rehash=False)  # fmt: skip
    assert problems(damaged) == {
        "rows: content hashes": ("documents: rows differ from what was committed",)
    }


def test_a_schema_of_another_version_is_found(damaged: Path) -> None:
    path = damaged / "chunks" / "part-00000.parquet"
    table = pq.read_table(path)
    old = {**table.schema.metadata, b"corpusmill.version": b"0"}
    pq.write_table(table.replace_schema_metadata(old), path)

    def repair(data: dict[str, Any]) -> None:
        data["datasets"]["chunks"]["shards"][0]["sha256"] = sha256_hex(path.read_bytes())

    edit_manifest(damaged, repair)
    found = problems(damaged)["shards: bytes, hashes, schemas"]
    assert "version 0 on disk" in found[0]


def test_an_edited_manifest_is_found(damaged: Path) -> None:
    path = damaged / "manifest.json"
    data = json.loads(path.read_text("utf-8"))
    data["recipe_hash"] = "0" * 32
    path.write_text(json.dumps(data), "utf-8")
    assert problems(damaged) == {"manifest: content hash": ("it was edited after the run",)}


@pytest.mark.parametrize(
    ("name", "change", "check", "message"),
    [
        ("chunks", shifted("char_start"), "chunks: text == document[start:end]", "text differs"),
        ("documents", lambda f: f[1:], "conservation: rows in = kept + rejected",
         "documents: 7 rows, 8 came out of the steps"),
        ("rejects", lambda f: f[:0], "conservation: rows in = kept + rejected",
         "rejects: 0 rows"),
        ("clusters", lambda f: f.with_columns(kept=pl.lit(value=False)),
         "dedup: a kept twin for every dropped row", "in the corpus, not kept by dedup"),
        ("clusters", lambda f: f.with_columns(duplicate_of=pl.lit("nobody")),
         "dedup: a kept twin for every dropped row", "dropped for nobody, which is not kept"),
        ("sft", lambda f: f.with_columns(evidence=pl.lit([], f.schema["evidence"])),
         "sft: every quote stands in its document and chunk", "no evidence"),
        ("embeddings", lambda f: f.reverse(), "embeddings: aligned with chunks, finite",
         "rows are not those of the chunks"),
    ],
)  # fmt: skip
def test_rows_that_do_not_add_up_are_found_though_every_hash_fits(
    name: str, change: Callable[[pl.DataFrame], pl.DataFrame], check: str, message: str,
    damaged: Path,
) -> None:  # fmt: skip
    rewrite(damaged, name, change)
    found = problems(damaged)
    assert any(message in line for line in found[check]), found


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_found(value: float, damaged: Path) -> None:
    def spoil(frame: pl.DataFrame) -> pl.DataFrame:
        vectors = frame["embedding"].to_numpy().copy()
        vectors[1, 3] = value
        return frame.with_columns(pl.Series("embedding", vectors, frame.schema["embedding"]))

    rewrite(damaged, "embeddings", spoil)
    assert problems(damaged) == {
        "embeddings: aligned with chunks, finite": ("NaN or infinity in a vector",)
    }


def test_a_lost_file_is_found(damaged: Path) -> None:
    edit_manifest(damaged, lambda data: data["counts"].update(files=10))
    assert problems(damaged) == {
        "conservation: every file": ("10 files in, 8 accounted for",)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("step", "key", "message"),
    [
        ("filter", "kept", "filter: "),
        ("dedup", "rows_in", "decontaminate kept"),
        ("sft", "rejected", "sft"),
    ],
)
def test_steps_that_do_not_add_up_are_found(
    step: str, key: str, message: str, damaged: Path
) -> None:
    def change(data: dict[str, Any]) -> None:
        for row in data["steps"]:
            if row["name"] == step:
                row[key] += 1

    edit_manifest(damaged, change)
    found = problems(damaged)["conservation: rows in = kept + rejected"]
    assert any(line.startswith(message) for line in found)


def test_a_missing_step_is_found(damaged: Path) -> None:
    edit_manifest(damaged, lambda data: data.update(steps=data["steps"][1:]))
    assert "no step ingest" in problems(damaged)["conservation: rows in = kept + rejected"]


def test_only_some_problems_are_named_but_all_are_counted(damaged: Path) -> None:
    rewrite(damaged, "chunks", lambda f: f.with_columns(text=pl.lit("other")))
    found = problems(damaged)["chunks: text == document[start:end]"]
    assert len(found) == SHOWN + 1
    assert found[-1].startswith("… and ")


def test_without_a_manifest_there_is_nothing_to_verify(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no finished run"):
        verify(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(StoreError, match="damaged"):
        verify(tmp_path)


def test_every_data_set_has_a_name_that_verify_can_check() -> None:
    assert {"documents", "rejects", "clusters", "chunks", "sft", "embeddings"} < set(DATASETS)
