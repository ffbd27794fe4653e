"""Verdicts as tools export them and as they are kept: text of people, and hostile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.recipe import Recipe
from dataflow.review import verdicts
from dataflow.review.quality import LEAST, train
from dataflow.review.stage import UseVerdicts
from dataflow.review.verdicts import FILE, Verdict, read, take_in
from dataflow.sft.rows import SAMPLE_FRAME, rows_of
from dataflow.standalone.output import writing
from schemas.errors import UsageError
from schemas.samples import SCORES, SFT

LINES = "one\u2028two\u2029three\u0085four\x0bfive\x1csix\r\nseven 灯塔"
"""A comment in which `str.splitlines` finds seven ends of a line."""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder with two samples."""
    rows = [
        dict.fromkeys(SAMPLE_FRAME) | {
            "sample_id": name, "into": "sft", "parent": "", "doc_id": "d", "method": "question",
            "task": "qa", "lang": "zh", "instruction": "问", "input": "", "output": "答",
            "history": [], "evidence": [], "calls": [], "seed": 0, "source": "a.md",
            "split": "train",
            "scores": {score: 0.5 if score == "judge" else None for score, _ in SCORES},
        }
        for name in ("s1", "s2")
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema={**SAMPLE_FRAME, "split": pl.String})
    folder = tmp_path / "out"
    with writing(folder, Recipe()) as output:
        output.write(SFT, rows_of("sft", frame))
        output.close("sft", {"rows_in": 1})
    return folder


def record(**fields: Any) -> dict[str, Any]:
    """A record of Argilla in which one reviewer calls s1 good."""
    return {"id": "s1", "fields": {}, "metadata": {}, "status": "pending", "responses": {
        "verdict": [{"value": "good", "user_id": "u"}]}} | fields  # fmt: skip


def task(*results: Any, **fields: Any) -> dict[str, Any]:
    """A task of Label Studio that one reviewer annotated, of s1."""
    said = [{"from_name": "verdict", "type": "choices", "value": {"choices": ["good"]}}, *results]
    annotation = {"completed_by": 1, "was_cancelled": False, "result": said}
    return {"data": {"sample_id": "s1"}, "annotations": [annotation | fields]}


def taken(out: Path, *rows: Any) -> list[Verdict]:
    path = out.parent / "exported.json"
    path.write_text(json.dumps(rows))
    return take_in(out, path)


@pytest.mark.parametrize("tool", ["argilla", "label-studio"])
def test_a_comment_may_hold_any_end_of_a_line(tool: str, out: Path) -> None:
    said = {"from_name": "comment", "value": {"text": [LINES]}}
    row = task(said) if tool == "label-studio" else record(responses={
        "verdict": [{"value": "good", "user_id": "u"}],
        "comment": [{"value": LINES, "user_id": "u"}],
    })  # fmt: skip
    taken(out, row)
    raw = (out / FILE).read_bytes()
    assert len(raw.decode("utf-8").splitlines()) == 1
    (kept,) = read(out / FILE)
    assert (kept.sample_id, kept.comments) == ("s1", (LINES,))
    assert (kept.facts["judge"], kept.facts["method"]) == (0.5, "question")
    assert taken(out, row) == [kept]


def test_a_file_that_an_earlier_version_kept_is_read(tmp_path: Path) -> None:
    path = tmp_path / "v.jsonl"
    row = {"sample_id": "s", "good": 1, "bad": 0, "comments": ["a\u2028b"], "facts": {}}
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    assert read(path)[0].comments == ("a\u2028b",)


def test_a_lone_surrogate_in_a_comment_is_a_question_mark(out: Path) -> None:
    said = {"from_name": "comment", "value": {"text": ["a\ud800b"]}}
    assert taken(out, task(said))[0].comments == ("a?b",)
    assert read(out / FILE)[0].comments == ("a?b",)


@pytest.mark.parametrize(
    "rows",
    [
        [record(id=5)], [record(id=["x"])], [record(id=None)], [record(responses=[1])],
        [record(responses={"verdict": {"value": "good"}})], [5], [[]], "text", {"responses": 1},
        [record(responses={"verdict": [{"value": ["good"]}]})], [record(), {"id": "s2"}],
        [record(responses={"verdict": [{"value": "good", "user_id": {"a": 1}}]})],
        [task(data=0) | {"data": {"sample_id": 5}}], [task() | {"data": []}],
        [task() | {"annotations": None}], [task(result=5)], [task(5)],
        [task({"from_name": ["verdict"]})], [task({"from_name": "verdict", "value": []})],
        [task({"from_name": "verdict", "value": {"choices": [{}]}})],
        [task({"from_name": "comment", "value": {"text": [5]}})],
    ],
)  # fmt: skip
def test_what_is_no_export_is_a_mistake_of_the_user(rows: Any, out: Path) -> None:
    path = out.parent / "exported.json"
    path.write_text(json.dumps(rows))
    with pytest.raises(UsageError, match="expected the records of Argilla"):
        take_in(out, path)
    assert not (out / FILE).exists()


def test_the_message_names_the_place(out: Path) -> None:
    with pytest.raises(UsageError, match=r"1\.id: Input should be a valid string"):
        taken(out, record(), record(id=5))


@pytest.mark.parametrize("status", ["discarded", "draft"])
def test_a_response_that_was_not_submitted_is_no_verdict(status: str, out: Path) -> None:
    both = [
        {"value": "bad", "user_id": "u", "status": status},
        {"value": "good", "user_id": "w", "status": "submitted"},
    ]
    (found,) = taken(out, record(responses={"verdict": both}))
    assert (found.good, found.bad) == (1, 0)


def test_a_discarded_record_and_a_cancelled_annotation_are_no_verdicts(out: Path) -> None:
    with pytest.raises(UsageError, match="judges no sample"):
        taken(out, record(status="discarded"))
    with pytest.raises(UsageError, match="judges no sample"):
        taken(out, task(was_cancelled=True))


def test_a_huge_export_is_not_read(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "_LARGEST", 10)
    with pytest.raises(UsageError, match="larger than 10 bytes"):
        taken(out, record())


def test_an_output_without_samples_says_what_to_do(tmp_path: Path) -> None:
    with writing(tmp_path / "o", Recipe()) as output:
        output.close("chunk", {"rows_in": 0})
    (tmp_path / "e.json").write_text(json.dumps([record()]))
    with pytest.raises(UsageError, match="has no samples: run `corpusmill sft`"):
        take_in(tmp_path / "o", tmp_path / "e.json")


KEPT: dict[str, Any] = {"sample_id": "s", "good": 1, "bad": 0, "comments": [], "facts": {}}


@pytest.mark.parametrize(
    "fields",
    [
        {"facts": {"support": "high"}}, {"facts": {"support": float("nan")}}, {"facts": [1]},
        {"facts": {"support": [1]}}, {"facts": {"method": 5}}, {"sample_id": 5}, {"good": -1},
        {"good": 10**30}, {"comments": "text"}, {"comments": [5]},
    ],
)  # fmt: skip
def test_a_kept_line_that_was_edited_wrongly_is_named(fields: Any, tmp_path: Path) -> None:
    path = tmp_path / "v.jsonl"
    path.write_text(json.dumps(KEPT) + "\n" + json.dumps(KEPT | fields))
    with pytest.raises(UsageError, match=r"v\.jsonl, line 2: not a verdict"):
        read(path)


def test_facts_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "v.jsonl"
    lines = [KEPT | {"sample_id": f"s{n}", "good": n % 2, "bad": 1 - n % 2} for n in range(99)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = read(path)
    assert found[0].facts["support"] is None
    assert train(found) is None


def judged(n: int, **facts: Any) -> Verdict:
    known = {name: None for name, _ in SCORES} | {"method": "question", "task": "qa"} | facts
    return Verdict(f"s{n:03}", n % 2, 1 - n % 2, (), known)


def test_a_score_that_no_candidate_has_is_no_feature() -> None:
    many = [judged(n, judge=0.9 * (n % 2), faithfulness=(n % 7) / 7) for n in range(4 * LEAST)]
    model = train(many, {"faithfulness"})
    assert model is not None
    assert model.names == ("faithfulness", "method=question", "task=qa")
    both = train(many)
    assert both is not None
    assert "judge" in both.names


def test_the_stage_trains_on_what_the_candidates_have(tmp_path: Path) -> None:
    path = tmp_path / "v.jsonl"
    many = [judged(n, judge=0.9 * (n % 2), support=0.4 + 0.2 * (n % 2)) for n in range(4 * LEAST)]
    path.write_text(
        "".join(
            json.dumps({"sample_id": v.sample_id, "good": v.good, "bad": v.bad, "comments": [],
                        "facts": dict(v.facts)}) + "\n"
            for v in many
        )
    )  # fmt: skip
    frame = pl.DataFrame(
        {
            "sample_id": ["a", "b"], "source": ["a.md"] * 2, "method": ["question"] * 2,
            "task": ["qa"] * 2,
            "scores": [{name: value if name == "support" else None for name, _ in SCORES}
                       for value in (0.4, 0.6)],
        },
        schema_overrides={"scores": pl.Struct({name: pl.Float64 for name, _ in SCORES})},
    )  # fmt: skip
    low, high = UseVerdicts(str(path))(frame).kept["scores"].struct.field("quality").to_list()
    # beside `judge`, which is as telling and not measured here, `support` had half of the weight
    assert low < 0.1
    assert high > 0.9
