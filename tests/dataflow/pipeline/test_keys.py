"""What must be done again is done again, and nothing else is."""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from dataflow.io.shards import read_all
from dataflow.io.store import Store
from dataflow.pipeline import parse_file
from dataflow.pipeline.session import WORK
from dataflow.recipe import recipe_from
from schemas.errors import StoreError
from tests.dataflow.pipeline.conftest import Runner, paragraph, rows, step


def test_a_file_that_could_not_be_read_is_read_by_the_next_run(
    runner: Runner, inputs: Path, tmp_path: Path
) -> None:
    runner()
    files = Store(tmp_path / "out" / WORK).entries("step-ingest")
    kept = next(files).table("files")
    moved = inputs / "river.md"
    moved.write_text(paragraph("another river"))
    task = parse_file.ParseTask(
        "k", os.fsencode(tmp_path / "gone.md"), "file.md", "0" * 64, recipe_from({}, "t").parse
    )
    parsed = parse_file.parse_file(task)
    assert (parsed.stale, [r.reason.value for r in parsed.rejects]) == (True, ["unreadable"])
    assert kept.height == 9


def test_a_same_size_change_with_an_old_date_is_seen(runner: Runner, inputs: Path) -> None:
    path = inputs / "lighthouse.md"
    os.utime(path, (1_000_000_000, 1_000_000_000))
    first = runner()
    path.write_text(path.read_text().replace("stone", "brick"))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert rows(runner())["documents"] != rows(first)["documents"]


def test_one_new_file_leaves_the_samples_of_the_others_alone(runner: Runner, inputs: Path) -> None:
    runner()
    (inputs / "canal.md").write_text(f"# The canal\n\n{paragraph('canal')}\n")
    second = runner()
    assert step(second, "sft")["cached_parts"] == step(second, "sft")["parts"] - 1  # type: ignore[operator]  # ints


def _tokenizer(path: Path, words: list[str]) -> None:
    vocabulary = {word: number for number, word in enumerate(["?", *words])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="?"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.save(str(path))


def test_another_content_of_the_tokenizers_file_is_another_result(
    runner: Runner, tmp_path: Path
) -> None:
    path = tmp_path / "tokenizer.json"
    sections = {"run": {"tokenizer": f"hf:{path}"}, "chunk": {"tokenizer": f"hf:{path}"}}
    _tokenizer(path, ["a"])
    first = runner(**sections)
    made = json.loads(path.read_text())
    made["pre_tokenizer"] = {
        "type": "Split", "pattern": {"String": "a"}, "behavior": "Isolated", "invert": False,
    }  # fmt: skip
    path.write_text(json.dumps(made))
    second = runner(**sections)
    assert rows(second) == rows(runner("fresh", **sections))
    assert rows(second)["documents"] != rows(first)["documents"]


def test_transport_options_shape_no_row(runner: Runner) -> None:
    first = runner()
    second = runner(llm={"timeout_s": 5.0, "concurrency": 9})
    assert second.content_hash == first.content_hash
    assert step(second, "sft")["cached_parts"] == step(second, "sft")["parts"]


def test_a_password_leaves_no_trace_to_guess_by(runner: Runner, tmp_path: Path) -> None:
    plain = runner(limit=3)
    secret = runner("secret", limit=3, parse={"password": "camphor"})
    assert secret.recipe_hash == plain.recipe_hash
    first = secret.counts["keys"]["parse"]
    again = runner("again", limit=3, parse={"password": "camphor"}).counts["keys"]["parse"]
    assert first != again
    written = [path.read_bytes() for path in (tmp_path / "secret").rglob("*.json")]
    assert not any(b"camphor" in data for data in written)


def test_a_work_folder_of_another_layout_is_refused(runner: Runner, tmp_path: Path) -> None:
    runner(limit=1)
    (tmp_path / "out" / WORK / "layout").write_text("0")
    with pytest.raises(StoreError, match="delete this folder"):
        runner(limit=1)


def test_rows_of_a_repaired_installation_replace_the_reject(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dataflow.pipeline.parsing.settled", _as_after_an_import_error)
    runner(limit=2)
    reasons = read_all(tmp_path / "out", "rejects").filter(pl.col("level") == "file")
    assert reasons["reason"].unique().to_list() == ["parse_failed"]
    monkeypatch.undo()
    assert rows(runner(limit=2)) == rows(runner("fresh", limit=2))


def _as_after_an_import_error(task: parse_file.ParseTask, _: object) -> parse_file.ParsedFile:
    from dataflow.execution.outcome import Outcome, OutcomeKind

    fault = "ModuleNotFoundError: No module named 'unstructured'"
    return parse_file.settled(task, Outcome(OutcomeKind.ERROR, detail=fault))
