"""Counts, scores and examples of the four data sets of samples, shard by shard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from dataflow.report.display import finite
from dataflow.report.exhibits import Exhibits, columns, exhibits
from dataflow.report.numbers import Count
from dataflow.report.sample_model import SampleSummary, SetRow, Spent, Trait
from dataflow.report.sieves import REJECT_COLUMNS, Sieves, wanted_shares
from dataflow.report.tally import Tally
from dataflow.report.variety import Asked
from dataflow.sft.mixes import DEFAULT_MIXES
from dataflow.sft.rows import DATA_SETS

Frames = Iterator[pl.DataFrame]

SPLITS = ("train", "validation", "test")
APART: Mapping[str, str] = {
    "sft": "method", "preferences": "flaw", "evalset": "answerable", "retrieval": "task",
}  # fmt: skip
"""The column that tells the rows of each data set apart best."""
TRAITS: Mapping[str, str] = {
    "perspective": "perspectives", "difficulty": "difficulties", "kind": "kinds",
    "lang": "languages", "method": "methods",
}  # fmt: skip
"""Columns whose shares a recipe can ask for, and the options that do."""
MIXED = ("perspective", "difficulty", "kind")
"""Those that a model is asked for, so that there are shares without [select]."""
RULES = "rules"


def samples(
    read: Callable[[str, list[str]], Frames], present: Sequence[str], manifest: Mapping[str, Any]
) -> SampleSummary | None:
    """The summary of the data sets in `present`; None when there is none of them.

    `manifest` has the `recipe` and the `counts` of the run. Memory: one shard's columns, and of
    each data set and language a bounded number of samples.
    """
    names = [name for name in DATA_SETS if name in present]
    if not names:
        return None
    recipe = manifest.get("recipe", {})
    made = _Sampled(Sieves(recipe), {name: _Set(name) for name in names})
    for name in names:
        wanted = list(dict.fromkeys([*columns(name), "model"]))
        for frame in read(name, wanted):
            made.add(name, frame)
    for frame in read("rejects", REJECT_COLUMNS):
        made.sieves.add_rejects(frame)
    return made.result(recipe, manifest.get("counts", {}).get("llm"))


@dataclass
class _Set:
    """One data set while it is counted."""

    name: str
    splits: dict[str, int] = field(default_factory=dict)
    languages: Tally = field(default_factory=Tally)
    parts: Tally = field(default_factory=Tally)

    def add(self, frame: pl.DataFrame) -> None:
        for value, count in frame["split"].value_counts().iter_rows():
            name = value if value in SPLITS else ""
            self.splits[name] = self.splits.get(name, 0) + count
        self.languages.add_column(frame, "lang")
        own = pl.col(APART[self.name]).cast(pl.String)
        self.parts.add_column(frame.select(own.alias("part")), "part")

    def row(self) -> SetRow:
        train, validation, test, other = (self.splits.get(name, 0) for name in (*SPLITS, ""))
        return SetRow(
            self.name, train + validation + test + other, train, validation, test, other,
            self.languages.ranked(), APART[self.name], self.parts.ranked(),
        )  # fmt: skip


@dataclass
class _Sampled:
    sieves: Sieves
    sets: dict[str, _Set]
    shown: dict[str, Exhibits] = field(default_factory=dict)
    tasks: Tally = field(default_factory=Tally)
    writers: Tally = field(default_factory=Tally)
    asked: Asked = field(default_factory=Asked)
    traits: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in TRAITS})
    written: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in MIXED})
    """Traits of what a model wrote."""

    def add(self, name: str, frame: pl.DataFrame) -> None:
        """Counts a shard."""
        self.sets[name].add(frame)
        self.shown.setdefault(name, Exhibits(name)).add(frame)
        self.sieves.add(name, frame)
        parts = [pl.col("backend").str.head(40), pl.col("model").str.head(120)]
        writer = pl.concat_str(parts, separator=" ", ignore_nulls=True).str.strip_chars()
        self.writers.add_column(frame.select(writer.alias("writer")), "writer")
        if name != "sft":
            return
        self.asked.add(frame)
        self.tasks.add_column(frame, "task")
        by_model = frame.filter(pl.col("backend") != RULES)
        for trait, tally in self.traits.items():
            tally.add_column(frame, trait)
        for trait, tally in self.written.items():
            tally.add_column(by_model.filter(pl.col(trait) != ""), trait)

    def result(self, recipe: Mapping[str, Any], spent: object) -> SampleSummary:
        """All of it, at the end."""
        sets = tuple(one.row() for one in self.sets.values())
        rows = sum(one.rows for one in sets)
        traits = (self._trait(name, recipe) for name in TRAITS)
        return SampleSummary(
            rows=rows,
            sets=sets,
            sieves=self.sieves.sieves(rows),
            tasks=self.tasks.ranked(),
            writers=self.writers.ranked(),
            traits=tuple(trait for trait in traits if trait is not None),
            scores=self.sieves.scores(),
            variety=self.asked.result(),
            spent=_spent(spent) if isinstance(spent, Mapping) and spent else None,
            shown=exhibits(list(self.shown.values())),
        )

    def _trait(self, name: str, recipe: Mapping[str, Any]) -> Trait | None:
        """The mix of a column, None when it has no values or nobody wanted a mix of it."""
        chosen = wanted_shares(recipe, "select", TRAITS[name])
        if chosen:
            return _mix(name, self.traits[name], chosen, "select")
        if name not in MIXED:
            return None
        if self.written[name].counts:
            default = dict(DEFAULT_MIXES[MIXED.index(name)])
            wanted = wanted_shares(recipe, "sft", TRAITS[name]) or default
            return _mix(name, self.written[name], wanted, "sft")
        counts = tuple(count for count in self.traits[name].ranked() if count.name)
        return Trait(name, counts, (), "") if counts else None


def _mix(name: str, tally: Tally, wanted: Mapping[str, float], by: str) -> Trait:
    """The wanted values first, by their shares; what never came up counts zero."""
    order = sorted(wanted, key=lambda value: (-wanted[value], value))
    first = tuple(Count(value, tally.counts.get(value, 0)) for value in order)
    rest = tuple(count for count in tally.ranked() if count.name not in wanted)
    return Trait(name, (*first, *rest), tuple((value, wanted[value]) for value in order), by)


def _spent(told: Mapping[str, Any]) -> Spent:
    """The account of a run as far as it makes sense."""

    def count(name: str) -> int:
        return int(amount(name) or 0)

    def amount(name: str) -> float | None:
        value = told.get(name)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return finite(float(value)) if number else None  # type: ignore[arg-type]

    left = amount("tokens_left")
    kinds = Tally()
    failures = told.get("failures")
    for name, value in failures.items() if isinstance(failures, Mapping) else ():
        if isinstance(value, int):
            kinds.add(str(name), value)
    return Spent(
        count("requests"), count("cached"), count("prompt_tokens"), count("completion_tokens"),
        count("unknown_tokens"), amount("money") or 0.0, count("tokens_before"),
        None if left is None else int(left), amount("money_before") or 0.0, amount("money_left"),
        kinds.ranked(),
    )  # fmt: skip
