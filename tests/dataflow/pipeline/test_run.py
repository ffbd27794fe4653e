"""A run is conserved, repeatable, incremental, and indifferent to how the work was cut."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pytest
from PIL import Image

from dataflow.execution.outcome import A, B, Limits, Outcome
from dataflow.io.shards import read_all
from dataflow.io.store import Store
from dataflow.pipeline.plan import plan
from dataflow.pipeline.run import locked, over_budget
from dataflow.pipeline.session import WORK, Job
from dataflow.verify import verify
from schemas.errors import UsageError
from tests.dataflow.pipeline.conftest import Runner, paragraph, recipe, rows, step


class Forbidden:
    """An engine that must not be used."""

    def map(self, fn: Callable[[A], B], items: Iterable[A], limits: Limits) -> Iterator[Outcome[B]]:
        for item in items:
            raise AssertionError(f"{fn.__name__} ran again on {item}")
        return iter(())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        return None


def test_every_file_ends_in_a_document_or_in_a_reject(runner: Runner, tmp_path: Path) -> None:
    manifest = runner()
    assert [check.name for check in verify(tmp_path / "out") if not check.ok] == []
    rejects = read_all(tmp_path / "out", "rejects")
    found = dict(rejects.filter(pl.col("level") != "sample").select("source", "reason").iter_rows())
    assert found["river_again.md"] == "duplicate_bytes"
    assert found["empty.md"] == "empty_file"
    assert found["junk.bin"] == "unsupported_type"
    assert found["records.jsonl#3"] == "invalid_record"
    assert {"orchard.md", "orchard_edited.txt"} & set(found)
    kept = set(read_all(tmp_path / "out", "documents")["source"])
    assert {"river.md", "lighthouse.md", "page.html", "水位.md", "records.jsonl#1"} <= kept
    assert manifest.counts["files"] == 10
    assert manifest.counts["files_bad"] == 2


def test_rows_stand_in_the_order_of_their_sources(runner: Runner, tmp_path: Path) -> None:
    runner()
    sources = read_all(tmp_path / "out", "documents")["source"].to_list()
    assert sources == sorted(sources)
    chunks = read_all(tmp_path / "out", "chunks")
    vectors = read_all(tmp_path / "out", "embeddings")
    assert chunks["chunk_id"].to_list() == vectors["chunk_id"].to_list()


def test_a_second_run_computes_nothing(runner: Runner) -> None:
    first = runner()
    second = runner(on=Forbidden())
    assert replace(second, steps=()) == replace(first, steps=())
    assert all(step.cached_parts == step.parts for step in second.steps)


def test_a_lost_manifest_is_written_again_from_the_store(runner: Runner, tmp_path: Path) -> None:
    first = runner()
    (tmp_path / "out" / "manifest.json").unlink()
    shutil.rmtree(tmp_path / "out" / "documents")
    again = runner(on=Forbidden())
    assert again.content_hash == first.content_hash
    assert all(check.ok for check in verify(tmp_path / "out"))


def test_a_new_file_costs_only_itself(runner: Runner, inputs: Path) -> None:
    runner()
    (inputs / "canal.md").write_text(f"# The canal\n\n{paragraph('canal')}\n")
    second = runner()
    assert step(second, "text")["cached_parts"] == step(second, "text")["parts"] - 1  # type: ignore[operator]  # ints
    fresh = runner("fresh")
    assert second.content_hash == fresh.content_hash
    assert rows(second) == rows(fresh)


def test_a_removed_or_renamed_file_leaves_no_trace(runner: Runner, inputs: Path) -> None:
    runner()
    (inputs / "river.md").unlink()
    (inputs / "page.html").rename(inputs / "a_page.html")
    second = runner()
    assert rows(second) == rows(runner("fresh"))


def test_a_changed_file_replaces_its_rows(runner: Runner, inputs: Path) -> None:
    first = runner()
    (inputs / "lighthouse.md").write_text(f"# New\n\n{paragraph('tower')}\n")
    second = runner()
    assert second.content_hash != first.content_hash
    assert rows(second) == rows(runner("fresh"))


def test_a_changed_threshold_filters_again_and_parses_nothing(runner: Runner) -> None:
    first = runner()
    second = runner(filter={"thresholds": {"too_short": 150.0}, "off": []})
    assert step(second, "text")["cached_parts"] == step(second, "text")["parts"]
    assert step(second, "filter")["cached_parts"] == 0
    assert step(second, "filter")["rejected"] > step(first, "filter")["rejected"]  # type: ignore[operator]  # ints


@pytest.mark.parametrize(
    ("out", "options"),
    [("packs", {"pack_files": 1}), ("one", {"pack_files": 64}), ("shards", {"rows_per_shard": 2})],
)
def test_packs_and_shards_do_not_change_a_row(
    runner: Runner, out: str, options: dict[str, int]
) -> None:
    assert rows(runner(out, run=options)) == rows(runner())


def test_a_limit_reads_only_the_first_files(runner: Runner) -> None:
    assert runner(limit=2).counts["files"] == 2


def test_skipped_stages_leave_their_data_sets_out(runner: Runner) -> None:
    manifest = runner(run={"skip": ["filter", "dedup", "sft", "embed"]})
    assert set(manifest.datasets) == {"documents", "rejects", "clusters", "removed", "chunks"}
    assert step(manifest, "dedup")["rejected"] == 0


def test_an_empty_folder_is_an_empty_corpus(runner: Runner, inputs: Path, tmp_path: Path) -> None:
    shutil.rmtree(inputs)
    inputs.mkdir()
    manifest = runner()
    assert manifest.datasets["documents"].rows == 0
    assert all(check.ok for check in verify(tmp_path / "out"))
    assert not over_budget(manifest, 0.0)


def test_the_error_budget_is_a_share_of_the_files(runner: Runner) -> None:
    manifest = runner()
    assert over_budget(manifest, 0.19)
    assert not over_budget(manifest, 0.2)


def test_a_second_run_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "out"),
        pytest.raises(UsageError, match="another run"),
        locked(tmp_path / "out"),
    ):
        pass


def test_the_plan_says_what_would_run_and_runs_nothing(
    runner: Runner, inputs: Path, tmp_path: Path
) -> None:
    job = Job((inputs,), tmp_path / "out", recipe())
    before = {row["step"]: row for row in plan(job)}
    assert before["parse"]["cached"] == 0
    assert "to do" in before["embed"]["note"]
    assert not (tmp_path / "out" / "manifest.json").exists()
    runner()
    after = {row["step"]: row for row in plan(job)}
    assert after["parse"]["cached"] == after["parse"]["parts"] == 9
    assert {after[name]["note"] for name in ("text", "filter", "dedup", "sft", "embed")} == {
        "cached"
    }


def _files_parsed(out: Path) -> list[int]:
    entries = Store(out / WORK).entries("step-parse")
    return sorted(entry.record["extra"]["files_parsed"] for entry in entries)


def test_a_file_beyond_its_limits_is_quarantined_once(
    runner: Runner, inputs: Path, tmp_path: Path
) -> None:
    (inputs / "slow.txt").write_text("line of many lines\n\n" * 3_000_000)
    first = runner(limits={"seconds": 1.0})
    reasons = dict(read_all(tmp_path / "out", "rejects").select("source", "reason").iter_rows())
    assert reasons["slow.txt"] == "parse_timeout"
    (inputs / "one_more.md").write_text(paragraph("bridge"))
    second = runner(limits={"seconds": 1.0})
    assert _files_parsed(tmp_path / "out") == [1, 10]
    assert first.counts["files_bad"] == second.counts["files_bad"]
    with pytest.raises(AssertionError, match="parse_file ran again"):
        runner(on=Forbidden(), limits={"seconds": 2.0})


def test_a_scan_is_tried_again_when_recognition_arrives(
    runner: Runner, inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (40, 40), "white").save(inputs / "blank.png")
    absent = {"parse": {"ocr": "auto", "ocr_engine": "tesseract"}}
    monkeypatch.setattr("dataflow.pipeline.parsing.find_spec", lambda name: None)
    runner(**absent)
    monkeypatch.setattr("dataflow.pipeline.parsing.find_spec", lambda name: object())
    runner(**absent)
    quarantined = [
        name
        for entry in Store(tmp_path / "out" / WORK).entries("parse")
        for name in entry.record["quarantined"]
    ]
    parsed = _files_parsed(tmp_path / "out")
    assert parsed == ([1, 10] if quarantined else [0, 10])
    assert quarantined
