"""Every curating step in one run: each does its work, and no row is lost on the way."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dataflow.execution.local import LocalEngine
from dataflow.io.shards import read_all
from dataflow.lineage import lineage
from dataflow.pipeline.annotate import Annotate
from dataflow.pipeline.plan import plan
from dataflow.pipeline.session import Job
from dataflow.report.build import write_report
from dataflow.verify import verify
from schemas.errors import UsageError
from schemas.manifest import Manifest
from schemas.signals import SIGNALS
from tests.dataflow.pipeline.conftest import Runner, paragraph, recipe, rows, step
from tests.dataflow.pipeline.curated_input import (
    GAUGES,
    NOTICE,
    SHARED,
    TOLL,
    every_step,
    write_files,
)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """Files for each of the steps."""
    write_files(tmp_path / "in")
    return tmp_path / "in"


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Options that switch every curating step on."""
    return every_step(tmp_path)


def out_of(manifest: Manifest) -> dict[str, tuple[int, int, int]]:
    return {step.name: (step.rows_in, step.kept, step.rejected) for step in manifest.steps}


def test_each_step_does_its_work_and_nothing_is_lost(
    runner: Runner, whole: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    manifest = runner(**whole)
    out = tmp_path / "out"
    assert [check for check in verify(out) if not check.ok] == []
    documents = read_all(out, "documents")
    assert out_of(manifest)["decontaminate"][2] == 1
    assert "quiz.md" not in set(documents["source"])
    assert not documents.filter(pl.col("text").str.contains(NOTICE, literal=True)).height
    assert documents.filter(pl.col("text").str.contains(SHARED, literal=True)).height == 1
    assert not documents.filter(pl.col("text").str.contains("j.miller@", literal=True)).height
    personal = documents.filter(pl.col("source") == "contact.md")["personal_data"][0]
    assert [(item["kind"], item["count"], item["action"]) for item in personal] == [
        ("email", 1, "mask")
    ]
    measured = documents.filter(pl.col("lang") == "en")["signals"].struct.field("perplexity")
    assert measured.null_count() == 0, "there is too little Chinese for a model"
    assert set(documents["split"]) <= {"train", "validation", "test"}
    assert documents["split"].n_unique() > 1


def test_what_was_cut_and_what_was_shared_can_be_read(
    runner: Runner, whole: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    runner(**whole)
    out = tmp_path / "out"
    removed = read_all(out, "removed")
    assert removed.filter(pl.col("stage") == "boilerplate").height == 12
    passages = removed.filter(pl.col("stage") == "passages")
    assert passages.select("source", "unit").rows() == [
        ("b_tower.md", "paragraph"), ("水位二.md", "paragraph"),
    ]  # fmt: skip
    assert passages["text"].str.strip_chars().to_list() == [SHARED, TOLL]
    hits = read_all(out, "contamination")
    assert hits.select("source", "set", "item").unique().rows() == [
        ("quiz.md", "bridge_quiz.jsonl", "q7")
    ]
    way = lineage(out, "b_tower.md")
    assert [row["unit"] for row in way["removed"]] == ["paragraph"]
    assert [row["item"] for row in lineage(out, "quiz.md")["contamination"]] == ["q7"]


def test_a_second_run_does_nothing_and_does_not_meet_itself(
    runner: Runner, whole: dict[str, dict[str, Any]], inputs: Path, tmp_path: Path
) -> None:
    first = runner(**whole)
    planned = plan(Job((inputs,), tmp_path / "out", recipe(**whole)))
    assert {row["note"] for row in planned[2:]} == {"cached"}
    assert runner(**whole).content_hash == first.content_hash


def test_another_corpus_finds_what_the_index_has(
    runner: Runner, whole: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    runner(**whole)
    other = {**whole, "index": {**whole["index"], "corpus": "again"}}
    runner("second", **other)
    clusters = read_all(tmp_path / "second", "clusters")
    earlier = clusters.filter(pl.col("method") == "earlier")
    assert earlier.height == clusters.height > 10
    reasons = set(read_all(tmp_path / "second", "rejects")["reason"])
    assert "earlier_duplicate" in reasons
    assert [check for check in verify(tmp_path / "second") if not check.ok] == []


def test_another_bound_measures_nothing_again(runner: Runner, inputs: Path, tmp_path: Path) -> None:
    runner()
    changed = recipe(filter={"thresholds": {"too_short": 3}, "off": []})
    notes = {row["step"]: row["note"] for row in plan(Job((inputs,), tmp_path / "out", changed))}
    assert notes["text"] == notes["boilerplate"] == notes["perplexity"] == "cached"
    assert notes["filter"] != "cached"


def test_packs_and_workers_do_not_change_a_row(
    runner: Runner, whole: dict[str, dict[str, Any]]
) -> None:
    first = runner(**whole)
    with LocalEngine(1) as alone:
        other = runner("other", on=alone, run={"pack_files": 64}, **whole)
    assert rows(other) == rows(first)
    assert other.content_hash == first.content_hash
    assert out_of(other) == out_of(first)


def test_without_filter_and_dedup_the_other_steps_do_their_work(
    runner: Runner, whole: dict[str, dict[str, Any]], inputs: Path, tmp_path: Path
) -> None:
    (inputs / "z_only.md").write_text(f"{SHARED}\n")
    skip = {"skip": ["filter", "dedup", "sft", "embed"]}
    with pytest.raises(UsageError, match="run `corpusmill dedup` first, or do not skip it"):
        runner(run=skip, **whole)
    manifest = runner(run=skip, **{**whole, "balance": {}})
    counts, out = out_of(manifest), tmp_path / "out"
    assert [check for check in verify(out) if not check.ok] == []
    assert counts["filter"] == (19, 19, 0)
    assert counts["dedup"] == (18, 18, 0)
    assert counts["passages"] == (18, 17, 1)
    assert manifest.datasets["clusters"].rows == 0
    assert not (tmp_path / "index").exists(), "without signatures nothing is entered"
    assert read_all(out, "documents")["cluster_id"].null_count() == 17


@pytest.mark.parametrize("files", [{}, {"empty.md": ""}, {"a.md": "字"}])
def test_hardly_any_text_with_every_step_on(
    runner: Runner, whole: dict[str, dict[str, Any]], tmp_path: Path, files: dict[str, str]
) -> None:
    inputs = tmp_path / "in"
    shutil.rmtree(inputs)
    inputs.mkdir()
    for name, text in files.items():
        (inputs / name).write_text(text, encoding="utf-8")
    manifest = runner(filter={"off": []}, **whole)
    assert [check for check in verify(tmp_path / "out") if not check.ok] == []
    assert manifest.datasets["documents"].rows == 0
    assert manifest.datasets["rejects"].rows == len(files)
    assert runner(filter={"off": []}, **whole).content_hash == manifest.content_hash
    write_report(tmp_path / "out")


def test_what_is_left_of_nothing_is_a_reject(
    runner: Runner, whole: dict[str, dict[str, Any]], inputs: Path, tmp_path: Path
) -> None:
    (inputs / "leaflets" / "bare.md").write_text(f"{NOTICE}\n")
    (inputs / "z_only.md").write_text(f"{SHARED}\n")
    (inputs / "水位三.md").write_text(f"{TOLL}\n\n见上文。\n", encoding="utf-8")
    off = {"filter": {"off": ["few_stop_words"]}}
    runner(**{**whole, **off, "perplexity": {}})
    out = tmp_path / "out"
    assert [check for check in verify(out) if not check.ok] == []
    rejects = read_all(out, "rejects").filter(pl.col("stage").is_in(["boilerplate", "passages"]))
    assert rejects.select("source", "stage", "reason", "level").rows() == [
        ("leaflets/bare.md", "boilerplate", "only_boilerplate", "document"),
        ("z_only.md", "passages", "only_repeated_passages", "document"),
        ("水位三.md", "passages", "too_short", "document"),
    ]  # fmt: skip
    removed = read_all(out, "removed")
    assert {"leaflets/bare.md", "z_only.md", "水位三.md"} <= set(removed["source"])
    way = lineage(out, "z_only.md")
    assert [row["reason"] for row in way["rejects"]] == ["only_repeated_passages"]
    assert [row["text"].strip() for row in way["removed"]] == [SHARED]


def test_one_more_file_costs_only_its_own_packs(
    runner: Runner, whole: dict[str, dict[str, Any]], inputs: Path, tmp_path: Path
) -> None:
    options = {**whole, "perplexity": {}}
    runner(**options)
    (inputs / "zz_more.md").write_text(f"{paragraph('pump')}\n")
    second = runner(**options)
    for name in ("text", "boilerplate", "filter", "decontaminate", "passages", "chunk"):
        found = step(second, name)
        assert found["parts"] == found["cached_parts"] + 1, name  # type: ignore[operator]  # numbers
    found = step(second, "dedup")
    assert found["parts"] == found["cached_parts"] + 2, "a signature and a vector"  # type: ignore[operator]  # numbers
    assert step(second, "balance")["rows_in"] == 18
    fresh = runner("fresh", **options)
    assert second.content_hash == fresh.content_hash
    assert [check for check in verify(tmp_path / "out") if not check.ok] == []


def test_one_more_copy_of_a_notice_computes_no_other_text_anew(
    runner: Runner, whole: dict[str, dict[str, Any]], inputs: Path
) -> None:
    options = {**whole, "perplexity": {}}
    runner(**options)
    (inputs / "zz_more.md").write_text(f"{paragraph('pump')}\n\n{SHARED}\n")
    second = runner(**options)
    assert second.counts["changes"]["passages"] == 3
    found = step(second, "chunk")
    assert found["parts"] == found["cached_parts"] + 1  # type: ignore[operator]  # numbers


def test_signals_are_those_of_the_text_that_is_left(
    runner: Runner, whole: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    manifest = runner(**whole)
    documents = read_all(tmp_path / "out", "documents")
    assert documents["text"].str.len_chars().to_list() == documents["n_chars"].to_list()
    perplexity = pl.col("signals").struct.field("perplexity")
    assert documents.filter(perplexity.is_null())["source"].to_list() == ["水位一.md", "水位二.md"]
    plain = documents.with_columns(pl.col("signals").struct.with_fields(perplexity=None))
    again = Annotate.of(recipe(**whole)).measured(plain.drop("languages"))
    fields = [name for name, _ in SIGNALS if name != "perplexity"]
    before, after = (frame["signals"].struct.unnest().select(fields) for frame in (plain, again))
    assert_frame_equal(before, after)
    assert again["n_tokens"].to_list() == documents["n_tokens"].to_list()
    changes = documents["changes"].struct.unnest()
    assert documents.filter(pl.col("source").str.starts_with("leaf")).height == 11, "one is unlike"
    assert changes["boilerplate"].sum() == manifest.counts["changes"]["boilerplate"] - 1 == 11
    assert changes["passages"].sum() == manifest.counts["changes"]["passages"] == 2


def test_elements_are_still_spans_of_the_text_after_cutting(
    runner: Runner, whole: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    runner(**whole)
    documents = read_all(tmp_path / "out", "documents")
    for text, elements in documents.select("text", "elements").iter_rows():
        ends = [0]
        for element in elements:
            assert ends[-1] <= element["char_start"] < element["char_end"] <= len(text)
            ends.append(element["char_end"])
        assert NOTICE not in text
    (chinese,) = documents.filter(pl.col("source") == "水位二.md")["elements"]
    assert [element["kind"] for element in chinese] == ["heading", "paragraph"]
    assert GAUGES[::-1] in documents.filter(pl.col("source") == "水位二.md")["text"][0]


def test_the_difference_is_between_the_texts_that_were_compared(
    runner: Runner, whole: dict[str, dict[str, Any]], inputs: Path, tmp_path: Path
) -> None:
    near = f"{paragraph('leaflet3')}\n\nThe gate closes at noon.\n"
    (inputs / "z_near.md").write_text(near)
    runner(**whole)
    way = lineage(tmp_path / "out", "z_near.md")
    assert [row["reason"] for row in way["rejects"]] == ["near_duplicate"]
    (difference,) = way["differences"]
    told = [(change["kind"], change["text"].strip()) for change in difference["changes"]]
    assert [found for found in told if found[0].startswith("only")] == [
        ("only_dropped", "The gate closes at noon.")
    ]
