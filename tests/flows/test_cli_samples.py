"""Samples on the command line: made, their cost told, exported, reviewed, and judged."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.io.shards import read_all
from dataflow.sft.rows import DATA_SETS
from tests.dataflow.sft.model_server import ModelServer
from tests.finished_run import call
from tests.flows.asking import asked

FORMATS = {
    "messages": {"messages"}, "prompt_completion": {"prompt", "completion"},
    "alpaca": {"instruction", "input", "output"}, "sharegpt": {"conversations"},
    "preference": {"prompt", "chosen", "rejected"}, "kto": {"prompt", "completion", "label"},
    "rag": {"question", "ground_truth", "contexts", "answerable"},
    "pairs": {"query", "positive", "positive_id"},
    "tokens": {"input_ids", "labels", "assistant_masks"},
}  # fmt: skip
RECORDED: dict[str, Any] = {
    "id": "6a1a64ad94bd814502fa55d2936351dc",
    "fields": {
        "conversation": "What is the orchard of Hollin?",
        "answer": "The orchard of Hollin is a walled garden below the church.",
        "evidence": "The orchard of Hollin is a walled garden below the church.",
    },
    "metadata": {
        "data_set": "evalset", "lang": "en", "method": "extractive", "task": "definition",
        "source": "hollin.md",
    },
    "suggestions": {},
    "responses": {
        "verdict": [{"value": "good", "user_id": "00000000-0000-0000-0000-000000000001"}],
        "comment": [{"value": "looks fine", "user_id": "00000000-0000-0000-0000-000000000001"}],
    },
    "vectors": {},
    "status": "pending",
    "_server_id": None,
}  # fmt: skip
"""A record of `corpusmill review` as Argilla 2.8.0 wrote it (`records.to_json`) with answers."""


def test_methods_bounds_and_choice(source: Path, tmp_path: Path) -> None:
    answer = call("sft", source, "-o", tmp_path / "out", "--method", "table", "--method",
                  "extractive", "--per-document", "3", "--keep", "5", "--json")  # fmt: skip
    assert answer.code == 0, answer.err
    counts = json.loads(answer.out)["datasets"]
    assert (counts["sft"], counts["preferences"], counts["retrieval"]) == (5, 0, 0)
    samples = read_all(tmp_path / "out", "sft")
    assert set(samples["method"]) <= {"table", "extractive"}
    assert samples["doc_id"].value_counts()["count"].max() <= 3  # type: ignore[operator]  # a number


def test_a_model_is_asked_and_its_cost_told(
    source: Path, tmp_path: Path, model_server: ModelServer
) -> None:
    answer = call("sft", source, "-o", tmp_path / "out", *asked(model_server, "--per-document", "2",
                  "--token-budget", "100000"))  # fmt: skip
    assert answer.code == 0, answer.err
    (told,) = (line for line in answer.out.splitlines() if line.startswith("model: "))
    found = re.fullmatch(
        r"model: (\d+) requests, 0 from the cache, (\d+) \+ (\d+) tokens, ([\d,]+) tokens left",
        told,
    )
    assert found is not None, told
    requests, prompts, answers = (int(found[n]) for n in (1, 2, 3))
    assert (prompts, answers) == (10 * requests, 5 * requests)
    assert int(found[4].replace(",", "")) == 100_000 - 15 * requests
    assert "openai" in set(read_all(tmp_path / "out", "sft")["backend"])


@pytest.mark.parametrize("as_json", [False, True])
def test_an_estimate_asks_nothing_and_writes_nothing(
    source: Path, tmp_path: Path, model_server: ModelServer, *, as_json: bool
) -> None:
    n = len(model_server.asked)
    more = ["--json"] if as_json else []
    answer = call("sft", source, "-o", tmp_path / "out", "--estimate", *asked(model_server), *more)
    assert answer.code == 0, answer.err
    assert len(model_server.asked) == n
    assert not (tmp_path / "out").exists()
    if as_json:
        found = json.loads(answer.out)
        assert set(found) == {"question"}
    else:
        first, last = answer.out.splitlines()
        assert first.startswith("question: ")
        assert re.fullmatch(r"all: at most [\d,]+ tokens, typically [\d,]+", last)


def test_without_a_model_there_is_no_cost(source: Path, tmp_path: Path) -> None:
    answer = call("sft", source, "-o", tmp_path / "out", "--estimate")
    assert answer.code == 2
    assert "no model whose cost could be estimated" in answer.err


@pytest.mark.parametrize("fmt", FORMATS)
def test_each_format_is_lines_of_json(fmt: str, damaged: Path) -> None:
    answer = call("export", damaged, "--format", fmt, "--json")
    assert answer.code == 0, answer.err
    files = {Path(name): count for name, count in json.loads(answer.out)["files"].items()}
    assert {path.parent for path in files} == {damaged / "export" / fmt}
    assert {path.stem for path in files} <= {"train", "validation", "test"}
    total = 0
    for path, count in files.items():
        samples = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert len(samples) == count
        assert all(set(sample) >= FORMATS[fmt] for sample in samples)
        total += count
    names = {"preference": "preferences", "kto": "preferences", "rag": "evalset"}
    rows = read_all(damaged, {**names, "pairs": "retrieval"}.get(fmt, "sft")).height
    assert total == rows * (2 if fmt == "kto" else 1) > 0


def test_general_conversations_are_mixed_in(damaged: Path, tmp_path: Path) -> None:
    path = tmp_path / "chat.jsonl"
    lines = [json.dumps({"prompt": f"问{n}", "completion": "答"}) for n in range(200)]
    path.write_text("\n".join(lines))
    own = read_all(damaged, "sft").filter(pl.col("split") == "train").height
    answer = call("export", damaged, "--general", path, "--share", "0.5")
    assert answer.out.splitlines()[0] == (
        f"{2 * own} lines in {damaged / 'export' / 'messages' / 'train.jsonl'}"
    )
    assert call("export", damaged, "--share", "0.5").code == 2


def test_nothing_to_export(source: Path, tmp_path: Path) -> None:
    call("chunk", source, "-o", tmp_path / "out")
    for command in (["export"], ["review", "--to", "argilla"]):
        answer = call(command[0], tmp_path / "out", *command[1:])
        assert answer.code == 2
        assert "corpusmill sft" in answer.err


def argilla(path: Path) -> list[dict[str, Any]]:
    """What Argilla exports when every other record was called bad by one reviewer."""
    records: list[dict[str, Any]] = json.loads(path.read_bytes())
    assert all(set(record) < set(RECORDED) for record in records)
    return [
        {**RECORDED, **record, "responses": {"verdict": [
            {"value": ("good", "bad")[number % 2], "user_id": RECORDED["id"]}]}}
        for number, record in enumerate(records)
    ]  # fmt: skip


def label_studio(path: Path) -> list[dict[str, Any]]:
    """The same in Label Studio, where one answer was cancelled."""
    tasks = json.loads(path.read_bytes())

    def annotation(verdict: str, **more: Any) -> dict[str, Any]:
        result = {"value": {"choices": [verdict]}, "id": "r", "from_name": "verdict",
                  "to_name": "answer", "type": "choices", "origin": "manual"}  # fmt: skip
        comment = {"value": {"text": ["看过"]}, "id": "c", "from_name": "comment",
                   "to_name": "answer", "type": "textarea", "origin": "manual"}  # fmt: skip
        return {"id": 7, "completed_by": 1, "result": [result, comment], "was_cancelled": False,
                "ground_truth": False, "lead_time": 3.5} | more  # fmt: skip

    return [
        {"id": number, "data": task["data"], "predictions": [], "drafts": [], "annotations": [
            annotation(("good", "bad")[number % 2]), annotation("good", was_cancelled=True)]}
        for number, task in enumerate(tasks)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tool", "name", "reviewed"),
    [("argilla", "argilla.json", argilla), ("label-studio", "label_studio.json", label_studio)],
)
def test_verdicts_come_back_and_decide(
    tool: str, name: str, reviewed: Any, source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    call("sft", source, "-o", out)
    written = call("review", out, "--to", tool, "-n", "12")
    assert Path(written.out.splitlines()[0]).name == name
    answers = reviewed(out / "review" / name)
    assert len(answers) == 12
    (tmp_path / "exported.json").write_text(json.dumps(answers))
    answer = call("verdicts", out, tmp_path / "exported.json", "--json")
    assert answer.code == 0, answer.err
    kept = out / "review" / "verdicts.jsonl"
    assert json.loads(answer.out) == {"file": str(kept), "good": 6, "bad": 6, "split": 0}
    rows = [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
    bad = {row["sample_id"] for row in rows if row["bad"]}
    before = {name: set(read_all(out, name)["sample_id"]) for name in DATA_SETS}
    assert bad < set().union(*before.values())
    (tmp_path / "r.toml").write_text(f"[review]\nverdicts = {json.dumps(str(kept))}\n")
    assert call("sft", source, "-o", tmp_path / "again", "--recipe", tmp_path / "r.toml").code == 0
    left = {name: set(read_all(tmp_path / "again", name)["sample_id"]) for name in DATA_SETS}
    assert not bad & set().union(*left.values())
    rejects = read_all(tmp_path / "again", "rejects")
    said = rejects.filter(pl.col("detail").str.starts_with("reviewers: 0 good, 1 bad"))
    assert set(said["id"]) == bad
    assert set(said["reason"]) == {"judged_low"}


def test_a_recorded_export_of_argilla_is_read(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    call("sft", source, "-o", out)
    sample = read_all(out, "sft")["sample_id"][0]
    (tmp_path / "e.json").write_text(json.dumps([RECORDED, RECORDED | {"id": sample}]))
    answer = call("verdicts", out, tmp_path / "e.json")
    assert answer.out.startswith("1 samples judged: 1 good, 0 bad, 0 split; kept in ")
    row = json.loads((out / "review" / "verdicts.jsonl").read_text("utf-8"))
    assert (row["sample_id"], row["good"], row["comments"]) == (sample, 1, ["looks fine"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (json.dumps([RECORDED]), "judges no sample"),
        ("[]", "judges no sample"),
        ("{", "expected the records of Argilla or the JSON export of Label Studio"),
        ('[{"data": {}}]', "expected the records of Argilla"),
        (json.dumps([RECORDED | {"responses": {"verdict": [{"value": "meh"}]}}]), "no verdict"),
    ],
)
def test_a_file_that_holds_no_verdict_is_a_mistake(
    text: str, message: str, done: Path, tmp_path: Path
) -> None:
    (tmp_path / "e.json").write_text(text)
    answer = call("verdicts", done / "out", tmp_path / "e.json")
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert not (done / "out" / "review").exists()
