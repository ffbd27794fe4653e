"""Counts, scores and examples of the four data sets of samples, shard by shard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from dataflow.diversity.measures import distinct_n, self_bleu
from dataflow.diversity.verb_noun import verb_noun
from dataflow.report.display import visible
from dataflow.report.numbers import Count, Histogram
from dataflow.report.sample_model import SampleRow, SampleSummary, SetRow, Trait, Variety
from dataflow.report.tally import Bins, Scale, Tally
from dataflow.sft.rows import DATA_SETS
from schemas.samples import SCORES

Frames = Iterator[pl.DataFrame]

SHARED = ["sample_id", "method", "task", "lang", "backend", "source", "evidence", "scores", "split"]
OWN: Mapping[str, list[str]] = {
    "sft": ["instruction", "input", "output", "perspective", "difficulty", "kind"],
    "preferences": ["prompt", "chosen", "rejected", "flaw"],
    "evalset": ["question", "ground_truth", "answerable"],
    "retrieval": ["query", "positive"],
}
"""Columns that are read of each data set besides the shared ones."""
TRAITS = ("perspective", "difficulty", "kind")
SAMPLE_TEXT = 400
KINDS_SHOWN = {"sft": 8, "preferences": 2, "evalset": 2, "retrieval": 2}
"""How many samples of each data set are shown, of as many kinds."""
VARIETY_SAMPLE = 2000
"""Instructions of a language whose variety is measured: those with the smallest ids, which are
hashes."""
BLEU_SAMPLE = 300
VERBS_SHOWN = 10

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


def samples(
    read: Callable[[str, list[str]], Frames], present: Sequence[str], manifest: Mapping[str, Any]
) -> SampleSummary | None:
    """The summary of the data sets in `present`; None when there is none of them.

    `manifest` has the `recipe` and the `counts` of the run.
    """
    names = [name for name in DATA_SETS if name in present]
    if not names:
        return None
    made = _Sampled()
    for name in names:
        for frame in read(name, [*SHARED, *OWN[name]]):
            made.add(name, frame)
    return made.result(names, manifest)


@dataclass
class _Sampled:
    splits: dict[str, dict[str, int]] = field(default_factory=dict)
    methods: Tally = field(default_factory=Tally)
    tasks: Tally = field(default_factory=Tally)
    languages: Tally = field(default_factory=Tally)
    backends: Tally = field(default_factory=Tally)
    traits: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in TRAITS})
    flaws: Tally = field(default_factory=Tally)
    scores: dict[str, Bins] = field(default_factory=dict)
    unanswerable: int = 0
    asked: dict[str, pl.DataFrame] = field(default_factory=dict)
    shown: dict[str, pl.DataFrame] = field(default_factory=dict)

    def add(self, name: str, frame: pl.DataFrame) -> None:
        """Counts a shard."""
        split = self.splits.setdefault(name, {})
        for value, count in frame["split"].value_counts().iter_rows():
            split[value] = split.get(value, 0) + count
        for tally, column in (
            (self.methods, "method"), (self.tasks, "task"), (self.languages, "lang"),
            (self.backends, "backend"),
        ):  # fmt: skip
            tally.add_column(frame, column)
        self._keep(name, frame)
        if name == "sft":
            self._score(frame)
            self._ask(frame)
            for trait in TRAITS:
                self.traits[trait].add_column(frame.filter(pl.col(trait) != ""), trait)
        if name == "preferences":
            self.flaws.add_column(frame, "flaw")
        if name == "evalset":
            self.unanswerable += int((~frame["answerable"]).sum())

    def _score(self, frame: pl.DataFrame) -> None:
        """Counts the scores of instruction samples that were measured."""
        for name, _ in SCORES:
            values = frame["scores"].struct.field(name).drop_nulls()
            if len(values):
                bins = self.scores.setdefault(name, Bins(name, SCALES.get(name, _SHARE)))
                bins.add(values)

    def _ask(self, frame: pl.DataFrame) -> None:
        """Keeps the instructions whose variety will be measured."""
        short = frame.select("sample_id", "lang", pl.col("instruction").str.head(SAMPLE_TEXT))
        for (lang,), part in short.group_by("lang"):
            known = self.asked.get(str(lang))
            both = part if known is None else pl.concat([known, part])
            self.asked[str(lang)] = both.sort("sample_id").head(VARIETY_SAMPLE)

    def _keep(self, name: str, frame: pl.DataFrame) -> None:
        """Keeps the first sample of each kind, by id."""
        known = self.shown.get(name)
        both = frame if known is None else pl.concat([known, frame])
        kinds = ["method", "task", "lang"]
        first = both.sort(*kinds, "sample_id", nulls_last=True).group_by(kinds, maintain_order=True)
        self.shown[name] = first.head(1).select(frame.columns).head(200)

    def result(self, names: list[str], manifest: Mapping[str, Any]) -> SampleSummary:
        """All of it, at the end."""
        sets = tuple(
            SetRow(name, *(self.splits.get(name, {}).get(split, 0)
                           for split in ("train", "validation", "test")))
            for name in names
        )  # fmt: skip
        spent = manifest.get("counts", {}).get("llm")
        histograms = (bins.result() for bins in self.scores.values())
        return SampleSummary(
            rows=sum(one.train + one.validation + one.test for one in sets),
            sets=sets,
            methods=self.methods.ranked(),
            tasks=self.tasks.ranked(),
            languages=self.languages.ranked(),
            backends=self.backends.ranked(),
            traits=tuple(self._trait(name, manifest) for name in TRAITS
                         if self.traits[name].counts),
            flaws=self.flaws.ranked(),
            questions=sum(self.splits.get("evalset", {}).values()),
            unanswerable=self.unanswerable,
            scores=tuple(found for found in histograms if isinstance(found, Histogram)),
            variety=tuple(_variety(lang, self.asked[lang]) for lang in sorted(self.asked)),
            spent=dict(spent) if isinstance(spent, Mapping) else {},
            shown=tuple(row for name in names for row in self._rows(name)),
        )  # fmt: skip

    def _trait(self, name: str, manifest: Mapping[str, Any]) -> Trait:
        options = manifest.get("recipe", {}).get("sft", {})
        plural = {"perspective": "perspectives", "difficulty": "difficulties", "kind": "kinds"}
        given = options.get(plural[name]) if isinstance(options, Mapping) else ()
        wanted = tuple((str(value), float(share)) for value, share in given or ())
        return Trait(name, self.traits[name].ranked(), wanted)

    def _rows(self, name: str) -> list[SampleRow]:
        frame = self.shown.get(name)
        if frame is None:
            return []
        # kinds take turns over languages, so that none is shown alone
        turn = pl.int_range(pl.len()).over("lang").alias("turn")
        order = frame.sort("method", "task", "lang", "sample_id").with_columns(turn)
        chosen = order.sort("turn", "lang").head(KINDS_SHOWN[name])
        return [_row(name, row) for row in chosen.iter_rows(named=True)]


def _variety(lang: str, frame: pl.DataFrame) -> Variety:
    texts = frame["instruction"].to_list()
    verbs = Tally()
    for text in texts:
        verb, noun = verb_noun(text, lang)
        if verb:
            verbs.add(f"{verb} {noun}".strip())
    bleu = self_bleu(texts[:BLEU_SAMPLE]) if len(texts) > 1 else 0.0
    return Variety(
        visible(lang, 16), len(texts), distinct_n(texts, 1), distinct_n(texts, 2), bleu,
        tuple(Count(one.name, one.count) for one in verbs.ranked(VERBS_SHOWN)),
    )  # fmt: skip


def _row(name: str, row: Mapping[str, Any]) -> SampleRow:
    evidence = (row["evidence"] or [None])[0] or {}
    asked = {
        "sft": lambda: row["instruction"],
        "preferences": lambda: row["prompt"][-1]["content"],
        "evalset": lambda: row["question"],
        "retrieval": lambda: row["query"],
    }[name]()
    answer = {"sft": "output", "preferences": "chosen", "evalset": "ground_truth",
              "retrieval": "positive"}[name]  # fmt: skip
    return SampleRow(
        visible(row["sample_id"], 64), name, visible(row["method"], 40), visible(row["task"], 40),
        visible(row["lang"], 16), visible(row["source"]), visible(asked, SAMPLE_TEXT),
        visible(row.get("input"), SAMPLE_TEXT), visible(row[answer], SAMPLE_TEXT),
        visible(row.get("rejected"), SAMPLE_TEXT), visible(row.get("flaw"), 40),
        bool(row.get("answerable", True)), visible(evidence.get("quote"), SAMPLE_TEXT),
        evidence.get("page"),
    )  # fmt: skip
