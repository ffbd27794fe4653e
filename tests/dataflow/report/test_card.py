from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from dataflow.io.shards import read_manifest
from dataflow.report.build import write_report
from schemas.errors import StoreError
from schemas.tables import DOCUMENTS
from tests.dataflow.report.fake_run import FakeRun, cluster, document, full_run, sample


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = full_run().write(tmp_path_factory.mktemp("run"))
    write_report(folder)
    return folder


def head_of(out: Path) -> dict[str, Any]:
    _, head, _ = (out / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    found: dict[str, Any] = yaml.safe_load(head)
    return found


def test_the_card_lists_every_data_set_with_the_documents_first(out: Path) -> None:
    head = head_of(out)
    assert head["language"] == ["en", "zh"]
    assert head["size_categories"] == ["n<1K"]
    assert [config["config_name"] for config in head["configs"]] == [
        "documents", "chunks", "clusters", "embeddings", "evalset", "preferences", "rejects",
        "retrieval", "sft",
    ]  # fmt: skip
    assert head["configs"][0]["default"] is True
    assert head["configs"][0]["data_files"] == [
        {"split": "train", "path": "documents/part-*.parquet"}
    ]


def test_features_follow_the_schema(out: Path) -> None:
    info = {entry["config_name"]: entry for entry in head_of(out)["dataset_info"]}
    features = {feature["name"]: feature for feature in info["documents"]["features"]}
    assert list(features) == DOCUMENTS.schema.names
    assert features["text"] == {"name": "text", "dtype": "large_string"}
    assert features["n_pages"] == {"name": "n_pages", "dtype": "int32"}
    assert features["issues"]["list"][1] == {"name": "page", "dtype": "int32"}
    assert {"name": "words", "dtype": "float64"} in features["signals"]["struct"]
    cells = next(f for f in features["elements"]["list"] if f["name"] == "cells")
    assert cells["list"][4] == {"name": "header", "dtype": "bool"}
    vector = info["embeddings"]["features"][2]
    assert vector == {"name": "embedding", "list": "float32", "length": 4}


def test_sizes_follow_the_shards(out: Path) -> None:
    info = head_of(out)["dataset_info"][0]
    shards = read_manifest(out).datasets["documents"].shards
    assert info["splits"][0]["num_examples"] == 3
    assert info["download_size"] == sum(shard.bytes for shard in shards)
    assert info["dataset_size"] == info["splits"][0]["num_bytes"] > 0


def test_the_body_says_what_was_left_out_and_why(out: Path) -> None:
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "3 of 7 documents were kept (42.9%): 600 tokens" in card
    assert "| `filter` | `too_short` | 1 | too few words |" in card
    assert "| `zh` | 1 | 300 |" in card
    assert "| `dedup` deduplicated | 5 | 3 | 2 |" in card


def test_a_stage_alone_has_a_card_too(tmp_path: Path) -> None:
    folder = FakeRun(documents=None, rejects=None, clusters=[cluster("a")], recipe={}).write(
        tmp_path
    )
    write_report(folder)
    assert [config["config_name"] for config in head_of(folder)["configs"]] == ["clusters"]
    assert "language" not in head_of(folder)


def test_croissant_names_every_shard_and_column(tmp_path: Path) -> None:
    run = FakeRun(documents=[document(str(n)) for n in range(5)], rows_per_shard=2)
    out = run.write(tmp_path)
    write_report(out)
    found = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    assert found["@type"] == "sc:Dataset"
    assert found["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    files = {item["@id"]: item for item in found["distribution"]}
    for shard in read_manifest(out).datasets["documents"].shards:
        assert files[shard.path]["sha256"] == shard.sha256
        assert files[shard.path]["contentSize"] == f"{shard.bytes} B"
    assert files["documents-files"]["includes"] == "documents/part-*.parquet"
    records = {record["@id"]: record for record in found["recordSet"]}
    fields = {field["@id"]: field for field in records["documents"]["field"]}
    assert list(fields) == [f"documents/{name}" for name in DOCUMENTS.schema.names]
    assert fields["documents/n_tokens"]["dataType"] == "sc:Integer"
    assert fields["documents/n_tokens"]["source"]["extract"] == {"column": "n_tokens"}
    issues = fields["documents/issues"]
    assert issues["repeated"] is True
    assert issues["subField"][0]["source"]["transform"] == {"jsonPath": "code"}
    assert not [f for f in fields["documents/elements"]["subField"] if f["@id"].endswith("cells")]


def test_files_are_called_by_the_split_that_all_their_rows_are_in(out: Path) -> None:
    head = head_of(out)
    named = {c["config_name"]: c["data_files"][0]["split"] for c in head["configs"]}
    assert named == {
        "documents": "train", "chunks": "train", "clusters": "train", "embeddings": "train",
        "rejects": "train", "preferences": "train", "evalset": "test", "sft": "all_splits",
        "retrieval": "all_splits",
    }  # fmt: skip
    sizes = {entry["config_name"]: entry["splits"] for entry in head["dataset_info"]}
    assert [(s["name"], s["num_examples"]) for s in sizes["sft"]] == [("all_splits", 3)]


def test_the_body_says_which_rows_are_for_training(out: Path) -> None:
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "| `sft` | 2 | 0 | 1 | `all_splits` |" in card
    assert "| `evalset` | 0 | 0 | 2 | `test` |" in card
    assert 'load_dataset("<this folder>", "sft", split="all_splits")' in card
    assert 'lambda row: row["split"] == "train"' in card
    assert "`documents` calls documents `train` whose samples are held out" in card
    assert "| `evalset` | 2 | `en` 2 | 1 with an answer, 1 without |" in card
    assert "| `preferences` | 1 | `en` 1 | `negation` 1 |" in card


def test_held_out_documents_need_no_warning(tmp_path: Path) -> None:
    run = FakeRun(
        documents=[document("a"), document("b", split="test"), document("c", split="?")],
        sft=[sample("a", "s"), sample("b", "t", split="test")],
    )
    write_report(run.write(tmp_path))
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| `documents` | 1 | 0 | 1 | `all_splits` |" in card
    assert "calls documents `train`" not in card


def test_without_a_split_nothing_is_said_of_splits(tmp_path: Path) -> None:
    write_report(FakeRun(documents=None, clusters=[cluster("a")]).write(tmp_path))
    assert "## Training" not in (tmp_path / "README.md").read_text(encoding="utf-8")
    found = json.loads((tmp_path / "croissant.json").read_text(encoding="utf-8"))
    assert [record["@id"] for record in found["recordSet"]] == ["clusters", "rejects"]


def test_croissant_knows_the_splits(out: Path) -> None:
    found = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    records = {record["@id"]: record for record in found["recordSet"]}
    assert records["splits"]["dataType"] == "cr:Split"
    assert [row["splits/name"] for row in records["splits"]["data"]] == [
        "train", "validation", "test",
    ]  # fmt: skip
    assert records["splits"]["data"][2]["splits/url"].endswith("/TestSplit")
    assert records["sft"]["description"].endswith("Rows by the column split: train 2, test 1.")
    for name in ("documents", "sft", "preferences", "evalset", "retrieval"):
        (column,) = [f for f in records[name]["field"] if f["@id"] == f"{name}/split"]
        assert column["references"] == {"field": {"@id": "splits/name"}}
    assert "references" not in json.dumps(records["chunks"])
    assert "3 in sft, 1 in preferences, 2 in evalset, 2 in retrieval" in found["description"]


def test_a_damaged_shard_is_told(tmp_path: Path) -> None:
    out = FakeRun(documents=[document("a")]).write(tmp_path)
    (out / "documents" / "part-00000.parquet").write_bytes(b"PAR1")
    with pytest.raises(StoreError, match="cannot be read"):
        write_report(out)
