"""A record's way: what belongs to it, and how it may be named."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from dataflow.io.shards import read_all
from dataflow.lineage import MINIMUM_PREFIX, SHOWN, lineage
from schemas.errors import UsageError


def test_a_document_has_all_that_was_made_of_it(done: Path) -> None:
    out = done / "out"
    chunks, samples = read_all(out, "chunks"), read_all(out, "sft")
    for doc_id in read_all(out, "documents")["doc_id"]:
        way = lineage(out, doc_id)
        assert way["found_as"] == "documents"
        assert [row["chunk_id"] for row in way["chunks"]] == (
            chunks.filter(pl.col("doc_id") == doc_id)["chunk_id"].to_list()
        )
        assert [row["sample_id"] for row in way["samples"]] == (
            samples.filter(pl.col("doc_id") == doc_id)["sample_id"].to_list()
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
