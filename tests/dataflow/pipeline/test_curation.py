"""Every curating step in one run: each does its work, and no row is lost on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.io.shards import read_all
from dataflow.lineage import lineage
from dataflow.pipeline.plan import plan
from dataflow.pipeline.session import Job
from dataflow.verify import verify
from schemas.manifest import Manifest
from tests.dataflow.pipeline.conftest import Runner, paragraph, recipe

NOTICE = "Printed by the parish office and handed out at the door of the hall."
QUESTION = (
    "How many barrels of salt did the keeper of the old bridge count on the first evening of the "
    "long winter before the river froze over at the mill?"
)
SHARED = (
    "The keeper wrote every number into the book that hung beside the door, and nobody else was "
    "allowed to open it before the bell in the tower had been rung twice in the morning."
)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """Twelve leaflets with one notice, and files for each of the other steps."""
    folder = tmp_path / "in"
    (folder / "leaflets").mkdir(parents=True)
    for number in range(12):
        text = f"{paragraph(f'leaflet{number}')}\n\n{NOTICE}\n"
        (folder / "leaflets" / f"{number:02}.md").write_text(text)
    first, second = f"{paragraph('ledger')}\n\n{SHARED}\n", f"{SHARED}\n\n{paragraph('tower')}\n"
    (folder / "a_ledger.md").write_text(first)
    (folder / "b_tower.md").write_text(second)
    leaked = f"{paragraph('quiz', 3)}\n\n{QUESTION}\n\n{paragraph('bridge', 3)}\n"
    (folder / "quiz.md").write_text(leaked)
    mail = paragraph("contact").replace("contact", "j.miller@harbour-trust.org", 1)
    (folder / "contact.md").write_text(mail)
    sets = tmp_path / "sets"
    sets.mkdir()
    item = {"id": "q7", "question": QUESTION, "answer": "Forty barrels of grey salt."}
    (sets / "bridge_quiz.jsonl").write_text(json.dumps(item) + "\n")
    return folder


@pytest.fixture
def whole(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Options that switch every curating step on."""
    return {
        "decontaminate": {"sets": [str(tmp_path / "sets")]},
        "passages": {"unit": "paragraph"},
        "perplexity": {"model": "corpus"},
        "balance": {"validation": 0.2, "test": 0.2},
        "index": {"path": str(tmp_path / "index"), "corpus": "leaflets"},
    }


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
    assert documents["signals"].struct.field("perplexity").null_count() == 0
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
    assert passages.select("source", "unit").rows() == [("b_tower.md", "paragraph")]
    assert passages["text"][0].strip() == SHARED
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
