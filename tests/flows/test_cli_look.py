"""`report`, `verify`, `inspect` and `search` on a finished run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.io.shards import read_all
from dataflow.sft.rows import DATA_SETS
from tests.finished_run import call


def way(out: Path, name: str) -> dict[str, Any]:
    answer = call("inspect", out, name, "--json")
    assert answer.code == 0, answer.err
    found: dict[str, Any] = json.loads(answer.out)
    return found


@pytest.mark.parametrize("name", ["verify", "search", "inspect", "doctor"])
def test_json_is_one_document_and_nothing_else(name: str, done: Path) -> None:
    more = {"search": ["rain gauge"], "inspect": ["report_tables.pdf"]}.get(name, [])
    answer = call(name, *([] if name == "doctor" else [done / "out"]), *more, "--json")
    json.loads(answer.out)
    assert answer.err == ""


def test_verify_names_each_check(done: Path) -> None:
    answer = call("verify", done / "out")
    assert answer.code == 0
    assert all(line.startswith("ok  ") for line in answer.out.splitlines())
    assert len(answer.out.splitlines()) == 12


def test_verify_fails_with_exit_code_1_and_names_the_file(damaged: Path) -> None:
    (damaged / "chunks" / "part-00000.parquet").unlink()
    answer = call("verify", damaged)
    assert answer.code == 1
    assert "FAIL  shards" in answer.out
    assert "chunks/part-00000.parquet: No such file or directory" in answer.out
    as_json = call("verify", damaged, "--json")
    assert as_json.code == 1
    assert any(check["problems"] for check in json.loads(as_json.out))


def test_the_report_can_be_written_again(damaged: Path) -> None:
    page = damaged / "report" / "index.html"
    before = page.read_bytes()
    page.unlink()
    answer = call("report", damaged)
    assert answer.code == 0
    assert answer.out == f"{page}\n"
    assert page.read_bytes() == before


@pytest.mark.parametrize(
    ("query", "source", "words"),
    [
        ("Why does the rain gauge stand in the open?", "records.jsonl#1", "rain gauge"),
        ("温度表为什么放在白色的木箱里", "records.jsonl#2", "木箱"),
        ("evaporation pan ice November", "report_tables.pdf", "Evaporation pan"),
    ],
)
@pytest.mark.parametrize("mode", ["hybrid", "bm25"])
def test_search_finds_the_passage(
    mode: str, query: str, source: str, words: str, done: Path
) -> None:
    hits = json.loads(call("search", done / "out", query, "--mode", mode, "--json", "-k", "3").out)
    assert 1 <= len(hits) <= 3
    assert hits[0]["source"] == source
    assert words in hits[0]["text"]
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    shown = call("search", done / "out", query, "--mode", mode).out
    assert shown.startswith(f"1. {source}")


def test_search_says_the_page_of_a_pdf(done: Path) -> None:
    shown = call("search", done / "out", "evaporation pan ice November", "-k", "1").out
    assert shown.startswith("1. report_tables.pdf, page ")


def test_search_needs_a_query_and_chunks(done: Path, tmp_path: Path) -> None:
    assert call("search", done / "out", "  ").code == 2
    assert call("clean", done / "out", "-o", tmp_path / "clean").code == 0
    answer = call("search", tmp_path / "clean", "rain")
    assert answer.code == 2
    assert "has no chunks to search" in answer.err


def test_inspect_a_document_by_id_beginning_and_source(done: Path) -> None:
    documents = read_all(done / "out", "documents")
    doc_id, source = documents.filter(pl.col("source") == "report_tables.pdf").select(
        "doc_id", "source"
    ).row(0)  # fmt: skip
    for name in (doc_id, doc_id[:8], source):
        found = way(done / "out", name)
        assert found["doc_ids"] == [doc_id]
        assert [row["source"] for row in found["documents"]] == [source]
        assert found["chunks"]
        assert found["samples"]
    shown = call("inspect", done / "out", doc_id).out
    assert "report_tables.pdf (application/pdf, 3 pages)" in shown


def test_inspect_a_chunk_shows_its_pages_and_boxes(done: Path) -> None:
    chunks = read_all(done / "out", "chunks").filter(pl.col("source") == "report_tables.pdf")
    chunk = chunks.row(3, named=True)
    found = way(done / "out", chunk["chunk_id"])
    assert found["found_as"] == "chunks"
    assert found["elements"]
    for element in found["elements"]:
        assert chunk["page_start"] <= element["page"] <= chunk["page_end"]
        assert len(element["bbox"]) == 4
        assert element["char_start"] < chunk["char_end"]
        assert element["char_end"] > chunk["char_start"]
    shown = call("inspect", done / "out", chunk["chunk_id"]).out
    assert "Made from" in shown


def test_inspect_a_sample_shows_what_its_evidence_was_made_from(done: Path) -> None:
    samples = read_all(done / "out", "sft").filter(pl.col("source") == "report_tables.pdf")
    sample = samples.row(0, named=True)
    found = way(done / "out", sample["sample_id"])
    assert found["found_as"] == "sft"
    assert found["doc_ids"] == [sample["doc_id"]]
    assert all(element["page"] for element in found["elements"])


@pytest.mark.parametrize("data_set", DATA_SETS)
def test_inspect_shows_a_sample_first_and_whole(data_set: str, done: Path) -> None:
    row = read_all(done / "out", data_set).row(0, named=True)
    (record,) = way(done / "out", row["sample_id"][:12])["records"]
    assert record["sample_id"] == row["sample_id"]
    assert record["scores"] == row["scores"]
    shown = call("inspect", done / "out", row["sample_id"]).out
    own, _ = shown.split("\nsource ", 1)
    words = " ".join(own.split())
    turns = [turn["content"] for turn in row.get("messages") or row.get("prompt") or []]
    columns = ("output", "chosen", "rejected", "question", "ground_truth", "query", "positive")
    said = [row[name] for name in columns if row.get(name)]
    quotes = [span["quote"] for span in row["evidence"]]
    for text in [*turns, *said, *quotes, f"split {row['split']}"]:
        assert " ".join(text.split()) in words
    span = row["evidence"][0]
    assert f"{span['char_start']}:{span['char_end']}: " in own
    assert ("answerable   True" in own) is bool(row.get("answerable"))


def test_inspect_shows_why_a_sample_was_rejected(done: Path) -> None:
    rejects = read_all(done / "out", "rejects").filter(pl.col("level") == "sample")
    row = rejects.row(0, named=True)
    found = way(done / "out", row["id"])
    assert row in found["records"]
    _, shown = call("inspect", done / "out", row["id"]).out.split("\n\n", 1)
    assert shown.startswith(f"refused      reason {row['reason']}, stage sft, level sample")
    assert " ".join(row["detail"].split()) in " ".join(shown.split())


def test_inspect_rejects_of_every_level(done: Path) -> None:
    rejects = read_all(done / "out", "rejects")
    by_source = dict(rejects.select("source", "id").iter_rows())
    dropped = way(done / "out", by_source["spam_en.txt"])
    assert dropped["found_as"] == "rejects"
    assert dropped["documents"] == []
    assert [row["stage"] for row in dropped["rejects"]] == ["filter"]
    assert way(done / "out", "empty.md")["rejects"][0]["reason"] == "empty_file"
    assert way(done / "out", "records.jsonl#3")["rejects"][0]["reason"] == "invalid_record"
    assert "rejected  document" in call("inspect", done / "out", by_source["spam_en.txt"]).out


def test_inspect_a_duplicate_names_its_twin(done: Path) -> None:
    near = read_all(done / "out", "rejects").filter(pl.col("reason") == "near_duplicate")
    found = way(done / "out", near["id"][0])
    assert found["rejects"][0]["detail"].startswith("duplicate of ")
    (row,) = [row for row in found["clusters"] if row["doc_id"] == near["id"][0]]
    assert not row["kept"]
    assert row["duplicate_of"] in found["rejects"][0]["detail"]
    assert row["duplicate_of"] in call("inspect", done / "out", near["id"][0]).out


def test_inspect_shows_the_words_in_which_a_near_duplicate_differs(done: Path) -> None:
    near = read_all(done / "out", "rejects").filter(pl.col("reason") == "near_duplicate")
    (difference,) = way(done / "out", near["id"][0])["differences"]
    kinds = {change["kind"] for change in difference["changes"]}
    assert {"same", "only_kept", "only_dropped"} <= kinds
    shown = call("inspect", done / "out", near["id"][0]).out
    assert f"differs   {near['id'][0][:12]} from {difference['kept'][:12]}:" in shown
    for change in difference["changes"]:
        marks = {"only_kept": ("[-", "-]"), "only_dropped": ("{+", "+}")}.get(change["kind"])
        if marks is not None:
            assert f"{marks[0]}{change['text']}{marks[1]}" in shown


def test_inspect_prints_nothing_that_steers_a_terminal(tmp_path: Path) -> None:
    name, notice = "a\x1b[31m\u202ered", "Printed by \x1b]0;me\x07 and handed out at the hall door."
    words = ("wheel", "gate", "pond", "weir", "roof", "door", "oven", "sack", "hoist", "stone")
    rows = [
        {"id": f"{name}{n}", "source": f"{name}/{n}.md", "title": name,
         "text": f"Leaflet number {n} tells of the {word} at the old mill.\n\n{notice}\n"}
        for n, word in enumerate(words)
    ]  # fmt: skip
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "recipe.toml").write_text("[clean]\ncontrol = false\n")
    recipe = ("--recipe", tmp_path / "recipe.toml")
    assert call("clean", tmp_path / "in.jsonl", "-o", tmp_path / "out", *recipe).code == 0
    assert read_all(tmp_path / "out", "removed").height == 10
    shown = call("inspect", tmp_path / "out", f"{name}3").out
    assert "cut out   line at " in shown
    assert "Printed by ␛]0;me␇ and handed out" in shown
    assert "a␛[31m⟨U+202E⟩red/3.md" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_inspect_a_rejected_sample_leads_to_its_document(done: Path) -> None:
    rejects = read_all(done / "out", "rejects").filter(pl.col("level") == "sample")
    sample_id, source = rejects.select("id", "source").row(0)
    found = way(done / "out", sample_id)
    assert [row["source"] for row in found["documents"]] == [source]


def test_inspect_all_records_of_a_file(done: Path) -> None:
    found = way(done / "out", "records.jsonl")
    assert found["found_as"] == "source"
    assert all(row["source"].startswith("records.jsonl#") for row in found["documents"])
    assert len(found["documents"]) > 2


@pytest.mark.parametrize("name", ["nothing-like-this", "0" * 32, "abc", ""])
def test_inspect_what_is_not_there(name: str, done: Path) -> None:
    answer = call("inspect", done / "out", name)
    assert answer.code == 2
    assert "has the id or source" in answer.err


def test_inspect_finds_short_ids_of_other_peoples_tables(tmp_path: Path) -> None:
    rows = [{"id": "a", "text": "One text."}, {"id": "ab", "text": "Another text [/b] [red]."}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert call("chunk", tmp_path / "in.jsonl", "-o", tmp_path / "out").code == 0
    assert call("clean", tmp_path / "in.jsonl", "-o", tmp_path / "clean").code == 0
    assert way(tmp_path / "clean", "a")["doc_ids"] == ["a"]
    chunk_id = read_all(tmp_path / "out", "chunks")["chunk_id"][1]
    shown = call("inspect", tmp_path / "out", chunk_id).out
    assert "Another text [/b] [red]." in shown


def test_an_ambiguous_beginning_is_refused(tmp_path: Path) -> None:
    rows = [{"id": f"document-{n}", "text": f"Text {n}."} for n in range(2)]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert call("clean", tmp_path / "in.jsonl", "-o", tmp_path / "out").code == 0
    answer = call("inspect", tmp_path / "out", "document-")
    assert answer.code == 2
    assert "2 ids of documents: give more of it" in answer.err


def test_inspect_says_where_a_difference_can_be_seen(tmp_path: Path) -> None:
    rows = [{"id": name, "text": "The same words in both of these two. " * 4} for name in "ab"]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert call("dedup", tmp_path / "a.jsonl", "-o", tmp_path / "out").code == 0
    answer = call("inspect", tmp_path / "out", "b")
    assert "differs   b: its text is not kept here; compare it in the input\n" in answer.out
