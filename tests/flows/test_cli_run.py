"""`corpusmill run`: summary, plan, limit, budget and what a second run costs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dataflow.io.shards import read_all, read_manifest
from tests.finished_run import INPUTS, call


def summary_of(done: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((done / "summary.json").read_text("utf-8"))
    return found


def test_the_summary_is_what_the_manifest_says(done: Path) -> None:
    summary, manifest = summary_of(done), read_manifest(done / "out")
    assert summary["content_hash"] == manifest.content_hash
    assert summary["datasets"] == {name: e.rows for name, e in manifest.datasets.items()}
    assert summary["counts"]["files"] == len(INPUTS)
    assert summary["counts"]["files_bad"] == 1
    assert summary["over_error_budget"] is False
    assert Path(summary["report"]).is_file()
    for step in summary["steps"]:
        if step["name"] in ("ingest", "parse", "filter", "dedup", "sft"):
            assert step["rows_in"] == step["kept"] + step["rejected"], step


def test_the_run_holds_both_languages_and_drops_what_it_should(done: Path) -> None:
    documents = read_all(done / "out", "documents")
    assert {"en", "zh"} <= set(documents["lang"])
    reasons = dict(
        read_all(done / "out", "rejects").select("source", "reason").unique("source").iter_rows()
    )
    assert reasons["empty.md"] == "empty_file"
    assert reasons["records.jsonl#3"] == "invalid_record"
    assert "spam_en.txt" in reasons
    kept = {"announcement.md", "announcement_revised.md"} & set(documents["source"])
    assert len(kept) == 1


def test_a_second_run_does_nothing_and_says_so(done: Path) -> None:
    recipe = done / "recipe.toml"
    arguments = ("run", done / "in", "-o", done / "out", "--recipe", recipe, "--workers", "1")
    before = (done / "out" / "manifest.json").read_bytes()
    plan = json.loads(call(*arguments, "--dry-run", "--json").out)["plan"]
    notes = {row["step"]: row["note"] for row in plan if row["step"] not in ("ingest", "parse")}
    assert list(notes) == [
        "text", "boilerplate", "perplexity", "filter", "decontaminate", "dedup", "balance",
        "passages", "chunk", "sft", "embed",
    ]  # fmt: skip
    assert set(notes.values()) == {"cached"}
    assert next(row for row in plan if row["step"] == "parse")["note"] == "0 files to parse"
    answer = call(*arguments)
    assert answer.code == 0
    assert "Data sets" in answer.out
    assert str(done / "out" / "report" / "index.html") in answer.out
    assert (done / "out" / "manifest.json").read_bytes() == before


def test_a_dry_run_writes_nothing(done: Path, tmp_path: Path) -> None:
    answer = call("run", done / "in", "-o", tmp_path / "out", "--dry-run")
    assert answer.code == 0
    assert "files to parse" in answer.out
    assert not (tmp_path / "out").exists()


def test_an_empty_folder_gives_an_empty_corpus(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    answer = call("run", tmp_path / "in", "-o", tmp_path / "out", "--json")
    assert answer.code == 0
    assert set(json.loads(answer.out)["datasets"].values()) == {0}
    assert call("verify", tmp_path / "out").code == 0
    assert call("search", tmp_path / "out", "rain").out == ""


def test_more_bad_files_than_the_budget_is_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "empty.md").write_text("")
    (tmp_path / "in" / "junk.bin").write_bytes(bytes(range(256)))
    answer = call("run", tmp_path / "in", "-o", tmp_path / "out", "--workers", "1")
    assert answer.code == 3
    assert "2 of 2 files are bad input: over the error budget" in answer.err
    assert read_all(tmp_path / "out", "rejects").height == 2
    as_json = call("run", tmp_path / "in", "-o", tmp_path / "out", "--workers", "1", "--json")
    assert as_json.code == 3
    assert json.loads(as_json.out)["over_error_budget"] is True


def test_a_limit_reads_the_first_files(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "skip.toml").write_text("[run]\nskip = ['filter', 'dedup', 'sft', 'embed']\n")
    for name in ("a", "b", "c"):
        (tmp_path / "in" / f"{name}.md").write_text(f"# {name}\n\nSome text of {name}.\n")
    answer = call("run", tmp_path / "in", "-o", tmp_path / "out", "--limit", "2",
                  "--workers", "1", "--recipe", tmp_path / "skip.toml")  # fmt: skip
    assert answer.code == 0
    assert read_all(tmp_path / "out", "documents")["source"].to_list() == ["a.md", "b.md"]
