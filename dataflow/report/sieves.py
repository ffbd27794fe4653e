"""What became of candidates for samples, and the scores that decided: from rejects and recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dataflow.report.display import finite, visible
from dataflow.report.numbers import Bound, Count, Histogram
from dataflow.report.sample_model import Sieve
from dataflow.report.tally import NAME_LENGTH, OTHER, Bins, Scale
from schemas.records import Reason, StageName
from schemas.samples import SCORES

REJECT_COLUMNS = ["stage", "reason", "value", "threshold", "detail"]
NAMES = [name for name, _ in SCORES]

CHECKS = "checks"
SIEVES: Mapping[str, tuple[Reason, ...]] = {
    "answers": (
        Reason.LLM_FAILED,
        Reason.BUDGET_EXHAUSTED,
        Reason.MALFORMED_OUTPUT,
        Reason.ANSWER_CUT,
    ),
    CHECKS: (),
    "judges": (Reason.JUDGED_LOW, Reason.NOT_RETRIEVABLE),
    "novelty": (Reason.NOT_NOVEL, Reason.EXACT_DUPLICATE, Reason.CONFLICTING_OUTPUTS),
    "leaks": (Reason.CONTAMINATED,),
    "choice": (Reason.NOT_SELECTED,),
}
"""The decisions in their order and their reasons; all other reasons are those of the checks.

A reject row does not say which decision it is from. A few plans give a reason of a later decision,
such as a dialogue that a critic still calls bad: they are counted there."""

_SHARE = Scale("linear", 0.01, 1.0)
SCALES: Mapping[str, Scale] = {
    "answer_tokens": Scale("log", 1.0, 2.0**20),
    "retrieval_rank": Scale("log", 1.0, 2.0**20),
    "curation": Scale("linear", 1.0, 6.0),
    "perplexity": Scale("log", 1.0, 2.0**30),
    "ifd": Scale("linear", 0.05, 4.0),
    "reward": Scale("linear", 0.05, 16.0),
}
"""Bins of the scores that are no shares."""
OF_INSTRUCTIONS = frozenset({"answer_tokens"})
"""Scores that say little of the other data sets: the answer to a query is a whole chunk."""


class Sieves:
    """Filled with the shards of `rejects/` and of the data sets, in any order."""

    def __init__(self, recipe: Mapping[str, Any]) -> None:
        self._bounds = score_bounds(recipe)
        self._least = {name: _number(recipe, "sft", name) for name in ("support", "novelty")}
        self._bins = {name: Bins(name, SCALES.get(name, _SHARE)) for name in NAMES}
        self._reasons: dict[str, int] = {}

    def add(self, name: str, frame: pl.DataFrame) -> None:
        """Counts the scores of a shard of the data set `name`."""
        for score in NAMES:
            if name == "sft" or score not in OF_INSTRUCTIONS:
                self._bins[score].add(frame["scores"].struct.field(score).drop_nulls())

    def add_rejects(self, frame: pl.DataFrame) -> None:
        """Counts a shard of rejects (the columns REJECT_COLUMNS)."""
        mine = frame.filter(pl.col("stage") == StageName.SFT)
        known = pl.col("reason").is_in([reason.value for reason in Reason])
        reason = pl.when(known).then("reason").otherwise(pl.lit(OTHER))
        for name, count in mine.group_by(reason.alias("reason")).len().iter_rows():
            self._reasons[name] = self._reasons.get(name, 0) + count
        for (score,), part in mine.select(self._score(), "value").group_by("score"):
            if score is not None:
                self._bins[str(score)].add_rejected(part["value"])

    def _score(self) -> pl.Expr:
        """The score that a reject was held against a bound for, null for none."""
        found = [
            pl.when(pl.col("reason") == Reason.JUDGED_LOW, pl.col("detail").is_in(NAMES)).then(
                "detail"
            ),
            pl.when(pl.col("reason") == Reason.NOT_RETRIEVABLE).then(pl.lit("retrieval_rank")),
        ]
        for name, reason in (
            ("support", Reason.EVIDENCE_UNSUPPORTED), ("novelty", Reason.NOT_NOVEL),
        ):  # fmt: skip
            # the same reason is given for what is no score, with another threshold
            same = (pl.col("reason") == reason) & (
                pl.col("threshold") == pl.lit(self._least[name], pl.Float64)
            )
            found.append(pl.when(same).then(pl.lit(name)))
        return pl.coalesce(found).alias("score")

    def scores(self) -> tuple[Histogram, ...]:
        """One histogram for each score that was measured, those with a bound first."""
        found = (self._bins[name].result(self._bounds.get(name, ())) for name in NAMES)
        shown = [one for one in found if isinstance(one, Histogram)]
        return tuple(sorted(shown, key=lambda one: not one.bounds))

    def sieves(self, rows: int) -> tuple[Sieve, ...]:
        """The way of the candidates to `rows` samples."""
        left = rows + sum(self._reasons.values())
        of_reason = {reason.value: name for name, own in SIEVES.items() for reason in own}
        found = []
        for name in SIEVES:
            own = [
                Count(reason, count) for reason, count in self._reasons.items()
                if of_reason.get(reason, CHECKS) == name
            ]  # fmt: skip
            lost = sum(one.count for one in own)
            own.sort(key=lambda one: (-one.count, one.name))
            found.append(Sieve(name, left, lost, tuple(own)))
            left -= lost
        return tuple(found)


def score_bounds(recipe: Mapping[str, Any]) -> dict[str, tuple[Bound, ...]]:
    """Score -> the bounds that the recipe in a manifest held it against; those that are off not."""
    found: dict[str, tuple[Bound, ...]] = {}
    low = Reason.JUDGED_LOW
    for score, section, key, at_least, reason in (
        ("support", "sft", "support", True, Reason.EVIDENCE_UNSUPPORTED),
        ("novelty", "sft", "novelty", False, Reason.NOT_NOVEL),
        ("faithfulness", "judge", "min_faithfulness", True, low),
        ("curation", "judge", "min_curation", True, low),
        ("judge", "judge", "min_judge", True, low),
        ("reward", "judge", "min_reward", True, low),
        ("quality", "judge", "min_quality", True, low),
        ("ifd", "judge", "max_ifd", False, low),
    ):
        value = _number(recipe, section, key)
        if value or (value is not None and score == "reward"):
            found[score] = (Bound(value, at_least, reason.value, "", f"[{section}] {key}"),)
    ranks = _pairs(recipe, "judge", "max_retrieval_rank")
    values = sorted({rank for _, rank in ranks if rank > 0})
    for value in values:
        sets = sorted(name for name, rank in ranks if rank == value)
        found["retrieval_rank"] = (
            *found.get("retrieval_rank", ()),
            Bound(
                value, False, Reason.NOT_RETRIEVABLE.value,
                " ".join(sets) if len(values) > 1 else "",
                f"[judge] max_retrieval_rank: {', '.join(sets)}",
            ),
        )  # fmt: skip
    return found


def wanted_shares(recipe: Mapping[str, Any], section: str, key: str) -> dict[str, float]:
    """The shares that an option of the recipe in a manifest names; empty for none."""
    return dict(_pairs(recipe, section, key))


def _number(recipe: Mapping[str, Any], section: str, key: str) -> float | None:
    options = recipe.get(section)
    value = options.get(key) if isinstance(options, Mapping) else None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return finite(float(value)) if number else None  # type: ignore[arg-type]


def _pairs(recipe: Mapping[str, Any], section: str, key: str) -> list[tuple[str, float]]:
    """Names and numbers of a mapping, as a manifest holds it: a list of pairs."""
    options = recipe.get(section)
    given = options.get(key) if isinstance(options, Mapping) else None
    if not isinstance(given, list | tuple):
        return []
    pairs = [pair for pair in given if isinstance(pair, list | tuple) and len(pair) == 2]
    return [
        (visible(str(name), NAME_LENGTH), float(value)) for name, value in pairs
        if isinstance(value, int | float) and not isinstance(value, bool)
        and finite(float(value)) is not None
    ]  # fmt: skip
