from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.review.argilla import SETTINGS
from dataflow.review.label_studio import CONFIG
from dataflow.review.quality import LEAST, train
from dataflow.review.stage import UseVerdicts
from dataflow.review.strata import STRATA, stratified
from dataflow.review.verdicts import Verdict, read
from schemas.errors import UsageError
from schemas.records import Reason
from schemas.samples import SCORES


def frame(*sizes: int) -> pl.DataFrame:
    """Strata of these sizes, told apart by their method."""
    rows = [
        (f"{method}-{i}", "sft", "zh", str(method), "qa")
        for method, size in enumerate(sizes)
        for i in range(size)
    ]
    return pl.DataFrame(rows, schema=["sample_id", *STRATA], orient="row")


@pytest.mark.parametrize(
    ("sizes", "n", "counts"),
    [((90, 9, 1), 10, [7, 2, 1]), ((2, 1), 9, [2, 1]), ((5, 5, 5), 2, [1, 1]),
     ((40, 40), 20, [10, 10])],
)  # fmt: skip
def test_every_stratum_is_seen(sizes: tuple[int, ...], n: int, counts: list[int]) -> None:
    chosen = stratified(frame(*sizes), n, seed=0)
    assert chosen["method"].value_counts().sort("method")["count"].to_list() == counts


def test_choice_depends_on_the_seed_alone() -> None:
    rows = frame(30, 30)
    one, other = stratified(rows, 10, 1), stratified(rows.reverse(), 10, 1)
    assert set(one["sample_id"]) == set(other["sample_id"])
    assert set(one["sample_id"]) != set(stratified(rows, 10, 2)["sample_id"])


def test_the_tools_are_told_what_to_show() -> None:
    compile(SETTINGS, "argilla.py", "exec")
    assert 'LabelQuestion("verdict", labels=["good", "bad"])' in SETTINGS
    for name in ("conversation", "answer", "worse_answer", "evidence"):
        assert f'value="${name}"' in CONFIG


def verdict(number: int, *, good: bool, **facts: Any) -> Verdict:
    known = {name: None for name, _ in SCORES} | {"method": "question", "task": "qa"} | facts
    return Verdict(f"s{number:03}", int(good), int(not good), (), known)


def kept(path: Path, verdicts: list[Verdict]) -> UseVerdicts:
    lines = [json.dumps(dataclasses.asdict(one)) for one in verdicts]
    path.write_text("\n".join(lines), encoding="utf-8")
    return UseVerdicts(str(path))


def samples(n: int, **scores: list[float | None]) -> pl.DataFrame:
    rows = [{name: scores.get(name, [None] * n)[i] for name, _ in SCORES} for i in range(n)]
    return pl.DataFrame(
        {
            "sample_id": [f"s{i:03}" for i in range(n)], "source": ["a.md"] * n,
            "method": ["question"] * n, "task": ["qa"] * n, "scores": rows,
        },
        schema_overrides={"scores": pl.Struct({name: pl.Float64 for name, _ in SCORES})},
    )  # fmt: skip


def test_what_reviewers_call_bad_goes(tmp_path: Path) -> None:
    stage = kept(tmp_path / "v.jsonl", [
        verdict(0, good=False), verdict(1, good=True), Verdict("s002", 1, 1, ("hm",), {}),
        Verdict("elsewhere", 0, 3, (), {}),
    ])  # fmt: skip
    split = stage(samples(4))
    assert split.kept["sample_id"].to_list() == ["s001", "s002", "s003"]
    (row,) = split.rejected.iter_rows(named=True)
    assert (row["id"], row["reason"], row["detail"]) == (
        "s000", Reason.JUDGED_LOW, "reviewers: 0 good, 1 bad",
    )  # fmt: skip


def test_a_model_of_the_verdicts_scores_the_others(tmp_path: Path) -> None:
    many = [verdict(i, good=i % 2 == 0, faithfulness=0.9 if i % 2 == 0 else 0.2 + i / 500)
            for i in range(4 * LEAST)]  # fmt: skip
    stage = kept(tmp_path / "v.jsonl", many)
    frame = samples(100, faithfulness=[i / 100 for i in range(100)])
    found = stage(frame).kept.filter(pl.col("sample_id") >= "s080")
    scores = found["scores"].struct.field("quality").to_list()
    assert scores == sorted(scores)
    assert scores[-1] > 0.8
    again = stage(frame.reverse()).kept.sort("sample_id")
    assert again["scores"].struct.field("quality").to_list()[-20:] == scores


def test_few_verdicts_make_no_model(tmp_path: Path) -> None:
    many = [verdict(i, good=i >= LEAST - 1, support=1.0) for i in range(100)]
    assert train(many) is None
    found = kept(tmp_path / "v.jsonl", many)(samples(100)).kept
    assert found["scores"].struct.field("quality").null_count() == found.height


def test_without_verdicts_nothing_changes() -> None:
    split = UseVerdicts()(samples(3))
    assert split.kept.equals(samples(3))
    assert split.rejected.height == 0


def test_identity_covers_the_verdicts(tmp_path: Path) -> None:
    one = kept(tmp_path / "v.jsonl", [verdict(0, good=True)]).identity
    other = kept(tmp_path / "v.jsonl", [verdict(0, good=False)]).identity
    moved = kept(tmp_path / "w.jsonl", [verdict(0, good=False)]).identity
    assert one != other == moved


@pytest.mark.parametrize("line", ["{", "[]", '{"sample_id": "s"}', "null"])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "v.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(UsageError, match="line 1"):
        read(path)
