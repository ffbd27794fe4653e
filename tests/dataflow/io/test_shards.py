from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.io.shards import (
    ContentHash,
    check_schema,
    iterate,
    read_manifest,
    read_shard,
    write_dataset,
)
from schemas.errors import SchemaError, StoreError, UsageError
from schemas.ids import sha256_hex
from schemas.manifest import Manifest
from schemas.tables import CLUSTERS, embeddings


def clusters(count: int) -> pl.DataFrame:
    ids = [f"{number:032x}" for number in range(count)]
    return pl.DataFrame(
        {
            "doc_id": ids, "cluster_id": ids, "kept": [True] * count,
            "duplicate_of": [None] * count, "similarity": [None] * count,
            "method": [None] * count,
        },
        schema={"doc_id": pl.String, "cluster_id": pl.String, "kept": pl.Boolean,
                "duplicate_of": pl.String, "similarity": pl.Float64, "method": pl.String},
    )  # fmt: skip


def test_rows_are_cut_into_shards_with_true_counts_and_hashes(tmp_path: Path) -> None:
    entry = write_dataset(tmp_path, CLUSTERS, [clusters(7), clusters(5)], rows_per_shard=5)
    assert [shard.rows for shard in entry.shards] == [5, 5, 2]
    assert entry.rows == 12
    for shard in entry.shards:
        data = (tmp_path / shard.path).read_bytes()
        assert (len(data), sha256_hex(data)) == (shard.bytes, shard.sha256)
        assert read_shard(tmp_path / shard.path, "clusters").height == shard.rows


def test_an_empty_data_set_is_one_shard_with_the_schema(tmp_path: Path) -> None:
    entry = write_dataset(tmp_path, CLUSTERS, [], rows_per_shard=5)
    assert [shard.rows for shard in entry.shards] == [0]
    assert read_shard(tmp_path / entry.shards[0].path, "clusters").columns == CLUSTERS.schema.names


@given(st.lists(st.integers(0, 20), max_size=4), st.integers(1, 9))
def test_the_content_hash_does_not_see_frames_or_shards(cuts: list[int], rows: int) -> None:
    frame = clusters(20).with_columns(
        pl.Series(
            "v", np.arange(40, dtype=np.float32).reshape(20, 2), dtype=pl.Array(pl.Float32, 2)
        )
    )
    whole, parts = ContentHash(), ContentHash()
    whole.update(frame)
    edges = sorted({0, 20, *cuts})
    for start, end in itertools.pairwise(edges):
        for at in range(start, end, rows):
            parts.update(frame[at : min(at + rows, end)])
    assert whole.hexdigest() == parts.hexdigest()


def test_the_content_hash_sees_every_value_and_the_order() -> None:
    found = set()
    for frame in (clusters(3), clusters(3).reverse(), clusters(2), clusters(3).with_columns(
            kept=pl.col("doc_id") != "0" * 32)):  # fmt: skip
        content = ContentHash()
        content.update(frame)
        found.add(content.hexdigest())
    assert len(found) == 4


def test_only_shards_of_the_manifest_are_read(tmp_path: Path) -> None:
    entry = write_dataset(tmp_path, CLUSTERS, [clusters(3)], rows_per_shard=5)
    manifest = Manifest("0", "r", {}, {"clusters": entry})
    (tmp_path / "manifest.json").write_text(manifest.to_json())
    stray = tmp_path / "clusters" / "part-00001.parquet"
    stray.write_bytes((tmp_path / entry.shards[0].path).read_bytes())
    assert sum(frame.height for frame in iterate(tmp_path, "clusters")) == 3


def test_no_run_no_data_set_and_a_damaged_shard_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no finished run"):
        read_manifest(tmp_path)
    entry = write_dataset(tmp_path, CLUSTERS, [clusters(3)], rows_per_shard=5)
    manifest = Manifest("0", "r", {}, {"clusters": entry})
    (tmp_path / "manifest.json").write_text(manifest.to_json())
    with pytest.raises(UsageError, match="has no chunks; it holds clusters"):
        list(iterate(tmp_path, "chunks"))
    (tmp_path / entry.shards[0].path).write_bytes(b"PAR1")
    with pytest.raises(StoreError, match="cannot be read"):
        list(iterate(tmp_path, "clusters"))


def test_a_foreign_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(SchemaError, match="version"):
        read_shard(path, "clusters")
    with pytest.raises(SchemaError, match="no data set is called"):
        check_schema("nothing", CLUSTERS.schema)


def test_vectors_keep_their_fixed_length(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"chunk_id": ["a"], "doc_id": ["b"], "embedding": [[0.5, 0.5]]},
        schema={"chunk_id": pl.String, "doc_id": pl.String,
                "embedding": pl.Array(pl.Float32, 2)},
    )  # fmt: skip
    entry = write_dataset(tmp_path, embeddings(2), [frame], rows_per_shard=5)
    found = read_shard(tmp_path / entry.shards[0].path, "embeddings")
    assert found.schema["embedding"] == pl.Array(pl.Float32, 2)
