from __future__ import annotations

import pyarrow as pa
import pytest

from schemas.errors import SchemaError
from schemas.signals import SIGNAL_STRUCT, SIGNALS
from schemas.tables import CHUNKS, CLUSTERS, DATASETS, embeddings

ROW = {"doc_id": "a", "cluster_id": "a", "kept": True, "duplicate_of": None, "similarity": None,
       "method": None}  # fmt: skip


def test_conform_casts_reorders_and_stamps_name_and_version() -> None:
    table = pa.Table.from_pylist([dict(reversed(ROW.items()))])
    found = CLUSTERS.conform(table)
    assert found.column_names == CLUSTERS.schema.names
    assert found.schema.metadata[b"corpusmill.dataset"] == b"clusters"
    assert found.schema.metadata[b"corpusmill.version"] == b"2"
    CLUSTERS.check(found.schema)


@pytest.mark.parametrize("name", ["kept", "similarity"])
def test_a_missing_column_is_named(name: str) -> None:
    table = pa.Table.from_pylist([{k: v for k, v in ROW.items() if k != name}])
    with pytest.raises(SchemaError, match=name):
        CLUSTERS.conform(table)


def test_a_surplus_column_is_an_error_not_dropped() -> None:
    with pytest.raises(SchemaError, match="extra"):
        CLUSTERS.conform(pa.Table.from_pylist([{**ROW, "extra": 1}]))


def test_a_type_that_cannot_be_cast_is_an_error() -> None:
    with pytest.raises(SchemaError, match="clusters"):
        CLUSTERS.conform(pa.Table.from_pylist([{**ROW, "similarity": "high"}]))


def test_another_version_on_disk_is_refused() -> None:
    schema = CLUSTERS.schema.with_metadata({"corpusmill.version": "0"})
    with pytest.raises(SchemaError, match="version 0 on disk, 2 expected"):
        CLUSTERS.check(schema)


def test_columns_on_disk_are_compared_with_types() -> None:
    schema = CHUNKS.schema.set(0, pa.field("chunk_id", pa.int64()))
    with pytest.raises(SchemaError, match="columns chunk_id on disk differ"):
        CHUNKS.check(schema)


def test_embedding_dimension_is_part_of_the_type() -> None:
    assert embeddings(3).schema.field("embedding").type.list_size == 3
    with pytest.raises(SchemaError):
        embeddings(3).check(embeddings(4).schema)


def test_every_data_set_orders_by_columns_it_has() -> None:
    for dataset in DATASETS.values():
        assert set(dataset.order) <= set(dataset.schema.names)


def test_signals_have_one_meaning_each() -> None:
    names = [name for name, _ in SIGNALS]
    assert names == [field.name for field in SIGNAL_STRUCT]
    assert len(set(names)) == len(names)
