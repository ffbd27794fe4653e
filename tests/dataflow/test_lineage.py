"""A record's way: what belongs to it, and how it may be named."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from dataflow.io.shards import read_all
from dataflow.lineage import MINIMUM_PREFIX, SHOWN, lineage
from dataflow.recipe import Recipe
from dataflow.sft.rows import DATA_SETS
from dataflow.standalone.curate import dedup
from schemas.errors import UsageError


def test_a_document_has_all_that_was_made_of_it(done: Path) -> None:
    out = done / "out"
    chunks = read_all(out, "chunks")
    samples = pl.concat(
        read_all(out, into).select("sample_id", "doc_id", pl.lit(into).alias("data_set"))
        for into in DATA_SETS
    )
    assert set(samples["data_set"]) >= {"sft", "preferences", "retrieval"}
    for doc_id in read_all(out, "documents")["doc_id"]:
        way = lineage(out, doc_id)
        assert way["found_as"] == "documents"
        assert [row["chunk_id"] for row in way["chunks"]] == (
            chunks.filter(pl.col("doc_id") == doc_id)["chunk_id"].to_list()
        )
        assert [(row["sample_id"], row["data_set"]) for row in way["samples"]] == (
            samples.filter(pl.col("doc_id") == doc_id).select("sample_id", "data_set").rows()
        )
        assert [row["doc_id"] for row in way["clusters"] if row["kept"]] == [doc_id]


@pytest.mark.parametrize("dataset", ["documents", "chunks", "sft", "rejects"])
def test_the_beginning_of_an_id_is_enough(dataset: str, done: Path) -> None:
    column = {"documents": "doc_id", "chunks": "chunk_id", "sft": "sample_id", "rejects": "id"}
    for name in read_all(done / "out", dataset)[column[dataset]]:
        assert lineage(done / "out", name[:12])["doc_ids"] == lineage(done / "out", name)["doc_ids"]


def test_a_beginning_that_is_too_short_is_no_name(done: Path) -> None:
    doc_id = read_all(done / "out", "documents")["doc_id"][0]
    assert lineage(done / "out", doc_id[:MINIMUM_PREFIX])["doc_ids"] == [doc_id]
    with pytest.raises(UsageError, match="has the id or source"):
        lineage(done / "out", doc_id[: MINIMUM_PREFIX - 1])


def test_elements_carry_page_box_and_the_first_of_their_text(done: Path) -> None:
    out = done / "out"
    document = read_all(out, "documents").filter(pl.col("source") == "report_tables.pdf")
    text = document["text"][0]
    chunks = read_all(out, "chunks").filter(pl.col("source") == "report_tables.pdf")
    for chunk in chunks.iter_rows(named=True):
        elements = lineage(out, chunk["chunk_id"])["elements"]
        assert elements
        covered = "".join(text[e["char_start"] : e["char_end"]] for e in elements)
        assert "".join(chunk["text"].split())[:40] in "".join(covered.split())
        for element in elements:
            first = element["char_start"]
            assert element["text"] == text[first : min(element["char_end"], first + SHOWN)]
            x0, y0, x1, y1 = element["bbox"]
            assert 0 <= x0 < x1
            assert 0 <= y0 < y1


def test_a_sample_leads_to_every_element_that_it_quotes(done: Path) -> None:
    samples = read_all(done / "out", "sft").filter(pl.col("evidence").list.len() > 1)
    sample = samples.row(0, named=True)
    elements = lineage(done / "out", sample["sample_id"])["elements"]
    for span in sample["evidence"]:
        assert any(
            e["char_start"] < span["char_end"] and e["char_end"] > span["char_start"]
            for e in elements
        )


def test_a_document_tells_what_of_it_was_rejected(done: Path) -> None:
    rejects = read_all(done / "out", "rejects").filter(pl.col("level") == "sample")
    source = rejects["source"][0]
    way = lineage(done / "out", source)
    assert [row["level"] for row in way["rejects"]].count("sample") == (
        rejects.filter(pl.col("source") == source).height
    )


def test_a_folder_without_a_run_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no finished run"):
        lineage(tmp_path, "0" * 32)


def _deduplicated(tmp_path: Path) -> Path:
    """The output of `dedup` alone, of two equal texts that keep an id of their own."""
    text = "The mill stands by the river and grinds the corn of the whole valley. " * 5
    rows = [{"doc_id": f"row-{n}", "id": own, "text": text} for n, own in enumerate("xy")]
    rows.append({"doc_id": "row-2", "id": "文件", "text": "另一篇完全不同的文章，讲的是天气。"})
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    dedup(tmp_path / "a.jsonl", tmp_path / "out", Recipe())
    return tmp_path / "out"


def test_a_record_is_found_by_its_id_in_the_input(tmp_path: Path) -> None:
    out = _deduplicated(tmp_path)
    way = lineage(out, "x")
    assert (way["doc_ids"], way["found_as"]) == (["row-0"], "documents (by the id in its metadata)")
    assert lineage(out, "文件")["doc_ids"] == ["row-2"]
    with pytest.raises(UsageError, match="nothing in"):
        lineage(out, "id")


def test_a_difference_that_needs_the_input_is_named(tmp_path: Path) -> None:
    way = lineage(_deduplicated(tmp_path), "row-1")
    assert (way["differences"], way["no_difference"]) == ([], ["row-1"])


def test_a_run_keeps_the_texts_of_differences(done: Path) -> None:
    for row in read_all(done / "out", "clusters").filter(~pl.col("kept")).iter_rows(named=True):
        assert lineage(done / "out", row["doc_id"])["no_difference"] == []
