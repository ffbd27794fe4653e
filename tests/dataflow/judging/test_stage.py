from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from dataflow.identity import identity
from dataflow.judging.stage import JudgeSamples
from schemas.errors import RecipeError, UsageError
from schemas.samples import SCORES

STRUCT = pl.Struct({name: pl.Float64 for name, _ in SCORES})


def frame(*rows: tuple[str, dict[str, float]]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sample_id": [f"s{number}" for number in range(len(rows))],
            "source": ["x.md"] * len(rows),
            "into": [into for into, _ in rows],
            "scores": [{name: scores.get(name) for name, _ in SCORES} for _, scores in rows],
        },
        schema_overrides={"scores": STRUCT},
    )


@pytest.mark.parametrize(
    ("options", "into", "scores", "reason", "detail", "threshold"),
    [
        ({}, "sft", {"faithfulness": 0.01}, "judged_low", "faithfulness", 0.1),
        ({}, "sft", {"curation": 3.0}, "judged_low", "curation", 4.0),
        ({"min_judge": 0.6}, "sft", {"judge": 0.5}, "judged_low", "judge", 0.6),
        ({}, "sft", {"ifd": 1.2}, "judged_low", "ifd", 1.0),
        ({"min_reward": -1.0}, "preferences", {"reward": -2.0}, "judged_low", "reward", -1.0),
        ({"min_quality": 0.5}, "sft", {"quality": 0.4}, "judged_low", "quality", 0.5),
        ({}, "evalset", {"retrieval_rank": 11.0}, "not_retrievable", "retrieval_rank", 10.0),
        ({"max_retrieval_rank": {"sft": 3}}, "sft", {"retrieval_rank": 4.0}, "not_retrievable",
         "retrieval_rank", 3.0),
        ({}, "sft", {"faithfulness": float("nan")}, "judged_low", "faithfulness", 0.1),
    ],
)  # fmt: skip
def test_refused(
    options: dict[str, Any],
    into: str,
    scores: dict[str, float],
    reason: str,
    detail: str,
    threshold: float,
) -> None:
    found = JudgeSamples(**options).decide(frame((into, scores), ("sft", {})))
    assert found.kept["sample_id"].to_list() == ["s1"]
    row = found.rejected.row(0, named=True)
    assert (row["id"], row["level"], row["source"]) == ("s0", "sample", "x.md")
    assert (row["reason"], row["detail"], row["threshold"]) == (reason, detail, threshold)
    assert row["value"] == pytest.approx(next(iter(scores.values())), nan_ok=True)


@pytest.mark.parametrize(
    ("options", "into", "scores"),
    [
        ({}, "sft", {}),
        ({}, "sft", {"faithfulness": 1.0, "curation": 4.0, "judge": 0.0, "ifd": 0.9}),
        ({}, "sft", {"retrieval_rank": 5000.0}),
        ({}, "retrieval", {"retrieval_rank": 10.0}),
        ({"max_ifd": 0.0}, "sft", {"ifd": 9.0}),
        ({"max_retrieval_rank": {"evalset": 0}}, "evalset", {"retrieval_rank": 99.0}),
    ],
)
def test_kept(options: dict[str, Any], into: str, scores: dict[str, float]) -> None:
    found = JudgeSamples(**options).decide(frame((into, scores)))
    assert (found.kept.height, found.rejected.height) == (1, 0)


def test_no_samples() -> None:
    found = JudgeSamples().decide(frame(("sft", {})).clear())
    assert (found.kept.height, found.rejected.height) == (0, 0)


def test_equal_options_are_equal() -> None:
    one = JudgeSamples(max_retrieval_rank={"retrieval": 5, "evalset": 10})
    assert one == JudgeSamples(max_retrieval_rank={"retrieval": 5})
    assert hash(one) == hash(JudgeSamples(max_retrieval_rank=(("retrieval", 5),)))
    assert repr(one) == repr(JudgeSamples(max_retrieval_rank={"retrieval": 5}))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"min_faithfulness": 1.5}, "judge.min_faithfulness"),
        ({"min_curation": 6}, "judge.min_curation"),
        ({"max_ifd": -1}, "judge.max_ifd"),
        ({"url": "x", "model": "m"}, "judge.url"),
        ({"url": "http://x/v1"}, "judge.model"),
        ({"reward_url": "http://x/score"}, "judge.reward_model"),
        ({"price_input": -1.0}, "judge.price_input"),
        ({"price_output": float("nan")}, "judge.price_output"),
        ({"reward_price": float("inf")}, "judge.reward_price"),
        ({"max_retrieval_rank": {"chunks": 1}}, "judge.max_retrieval_rank"),
        ({"max_retrieval_rank": {"sft": 1.5}}, "judge.max_retrieval_rank.sft"),
        ({"max_retrieval_rank": {"sft": -1}}, "judge.max_retrieval_rank.sft"),
    ],
)
def test_options_out_of_range(options: dict[str, Any], named: str) -> None:
    with pytest.raises(RecipeError, match=named):
        JudgeSamples(**options)


def test_a_reward_model_without_a_protocol() -> None:
    with pytest.raises(UsageError, match="reward_url"):
        JudgeSamples(reward_url="http://x/")


SERVED = JudgeSamples(
    ask=True, url="http://one/v1", model="j", reward_url="http://one/score", reward_model="r"
)


def test_where_models_are_shapes_no_row() -> None:
    moved = replace(
        SERVED, url="http://two/v1", reward_url="https://two:9/v1/score", api_key_env="A",
        reward_api_key_env="B", price_input=1.0, price_output=0.0,
        reward_price=0.5,
    )  # fmt: skip
    assert identity(moved) == identity(SERVED)
    assert identity(moved.measuring) == identity(SERVED.measuring)


@pytest.mark.parametrize(
    "other",
    [{"model": "k"}, {"reward_model": "s"}, {"reward_url": "http://one/rerank"}, {"url": ""},
     {"reward_url": ""}, {"ask": False}, {"ifd": True}],
)  # fmt: skip
def test_which_models_there_are_shapes_rows(other: dict[str, Any]) -> None:
    changed = replace(SERVED, **other)
    assert identity(changed) != identity(SERVED)
    assert identity(changed.measuring) != identity(SERVED.measuring)


def test_thresholds_are_not_measured() -> None:
    strict = replace(SERVED, min_judge=0.9, min_reward=1.0, max_ifd=0.0)
    assert strict.measuring == SERVED.measuring
    assert strict.needed == {"judge", "reward"}
    assert SERVED.needed == {"ifd"}
