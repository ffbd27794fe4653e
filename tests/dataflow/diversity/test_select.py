from __future__ import annotations

import random
from collections import Counter
from typing import Any

import numpy as np
import polars as pl
import pytest

from dataflow.diversity.select import SelectSamples
from dataflow.stage import Split
from schemas.errors import RecipeError
from schemas.ids import content_id
from schemas.records import Reason

TOPICS = {
    "en": ["rivers of Asia", "how bread is baked", "tax law", "the moons of Jupiter"],
    "zh": ["亚洲的河流", "面包的制作", "税收法律", "木星的卫星"],
}


def samples(number: int = 120, zh: int = 40) -> pl.DataFrame:
    rng = random.Random(7)
    rows: list[dict[str, Any]] = []
    for i in range(number):
        lang = "zh" if i < zh else "en"
        topic = rng.choice(TOPICS[lang])
        rows.append(
            {
                "sample_id": content_id("test", i),
                "cluster_id": f"c{i % 30}",
                "instruction": f"{topic} {i}?",
                "input": "",
                "output": f"{topic} {rng.random()}",
                "lang": lang,
                "method": rng.choice(["question", "extractive", "table"]),
                "perspective": rng.choice(["novice", "expert", ""]),
                "difficulty": rng.choice(["easy", "medium", "hard"]),
                "kind": "explain",
                "scores": {"faithfulness": i / number, "judge": None},
                "source": f"s{i}",
            }
        )
    return pl.DataFrame(rows, schema_overrides={
        "scores": pl.Struct({"faithfulness": pl.Float64, "judge": pl.Float64})
    })  # fmt: skip


def counts(split: Split, column: str) -> dict[str, int]:
    return dict(Counter(split.kept[column].to_list()))


def test_off_by_default() -> None:
    frame = samples()
    kept, rejected = SelectSamples()(frame)
    assert kept.equals(frame)
    assert rejected.height == 0


def test_shares_are_met_as_nearly_as_the_candidates_allow() -> None:
    wanted = SelectSamples(
        keep=60, languages={"en": 0.5, "zh": 0.5},
        difficulties={"easy": 0.5, "medium": 0.3, "hard": 0.2}, methods={"question": 0.25},
    )  # fmt: skip
    found = wanted(samples())
    assert counts(found, "lang") == {"en": 30, "zh": 30}
    assert counts(found, "difficulty") == {"easy": 30, "medium": 18, "hard": 12}
    assert counts(found, "method")["question"] == 15
    few = SelectSamples(keep=60, languages={"en": 0.5, "zh": 0.5})(samples(zh=8))
    assert counts(few, "lang") == {"en": 52, "zh": 8}


def test_every_row_is_kept_or_told_why_not() -> None:
    frame = samples()
    kept, rejected = SelectSamples(keep=25, per_cluster=1, languages={"zh": 0.2})(frame)
    assert kept.height == 25
    assert kept["cluster_id"].n_unique() == 25
    assert sorted([*kept["sample_id"], *rejected["id"]]) == sorted(frame["sample_id"])
    assert set(rejected["reason"]) == {Reason.NOT_SELECTED.value}
    bounds = {detail.partition(":")[0] for detail in rejected["detail"]}
    assert bounds == {"per_cluster", "languages"}
    row = rejected.filter(pl.col("detail").str.starts_with("per_cluster")).row(0, named=True)
    assert (row["value"], row["threshold"]) == (4.0, 1.0)


def test_order_and_given_vectors_change_nothing() -> None:
    frame = samples()
    wanted = SelectSamples(keep=20, per_topic=3, topics=10, languages={"zh": 0.5})
    found = wanted(frame)
    turned = wanted(frame.sample(fraction=1.0, shuffle=True, seed=3))
    assert sorted(turned.kept["sample_id"]) == sorted(found.kept["sample_id"])
    assert turned.rejected.sort("id").equals(found.rejected.sort("id"))
    vectors = np.random.default_rng(0).normal(size=(frame.height, 6)).astype(np.float32)
    given = SelectSamples(keep=20)(frame, vectors).kept
    again = SelectSamples(keep=20)(frame[::-1], vectors[::-1].copy()).kept
    assert sorted(given["sample_id"]) == sorted(again["sample_id"])


def test_varied_ones_go_before_like_ones_and_the_best_before_its_equals() -> None:
    frame = samples(12, zh=0)
    vectors = np.zeros((12, 2), np.float32)
    vectors[:, 0] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 9]
    kept = SelectSamples(keep=4)(frame, vectors).kept
    # rows get better with their number: the last first, then the best of the zeros, of the fives,
    # and as all others are at no distance now, the best of them
    assert kept["source"].to_list() == ["s8", "s9", "s10", "s11"]


@pytest.mark.parametrize("option", ["per_cluster", "per_topic"])
def test_caps_without_keep_leave_the_most_varied_of_each(option: str) -> None:
    frame = samples(12, zh=0).with_columns(cluster_id=pl.lit("one"))
    vectors = np.zeros((12, 2), np.float32)
    vectors[:, 0] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 9]
    kept, rejected = SelectSamples(**{option: 3}, topics=1)(frame, vectors)  # type: ignore[arg-type]
    assert kept["source"].to_list() == ["s8", "s10", "s11"]
    assert rejected["detail"].str.starts_with(f"{option}: 3 of 12").all()


def test_samples_without_a_document_are_in_no_cluster() -> None:
    frame = samples(9).with_columns(cluster_id=pl.lit(""))
    assert SelectSamples(per_cluster=1)(frame).kept.height == 9


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"keep": -1}, "select.keep"),
        ({"topics": 0}, "select.topics"),
        ({"embedder": ""}, "select.embedder"),
        ({"languages": {"en": 1.0}}, "select.keep"),
        ({"keep": 5, "languages": {"xx-y": 1.0}}, "select.languages"),
        ({"keep": 5, "kinds": {"ponder": 1.0}}, "select.kinds"),
        ({"keep": 5, "kinds": {"explain": 1.5}}, "select.kinds"),
        ({"keep": 5, "kinds": {"explain": 0.7, "apply": 0.4}}, "select.kinds"),
        ({"keep": 5, "methods": {"table": True}}, "select.methods"),
    ],
)
def test_options_that_do_not_fit(options: dict[str, Any], named: str) -> None:
    with pytest.raises(RecipeError, match=named):
        SelectSamples(**options)


def test_equal_shares_have_one_repr() -> None:
    one = SelectSamples(keep=5, kinds={"explain": 0.5, "apply": 0.5})
    other = SelectSamples(keep=5, kinds={"apply": 0.5, "explain": 0.5})
    assert (repr(one), hash(one)) == (repr(other), hash(other))
