"""What is decided over all candidates together: novelty, leaks, thresholds, choice, splits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from dataflow.balance.splits import TEST, TRAIN, VALIDATION, splits_of
from dataflow.decontamination.stage import Decontaminate
from dataflow.diversity.leaks import leaks
from dataflow.diversity.novelty import NoveltyPool, words
from dataflow.diversity.select import SelectSamples
from dataflow.judging.round_trip import Question, ranks
from dataflow.judging.stage import JudgeSamples
from dataflow.review.stage import UseVerdicts
from dataflow.sft.drafts import INTO_EVALSET, INTO_PREFERENCES, INTO_RETRIEVAL, INTO_SFT
from dataflow.sft.ledger import said
from dataflow.sft.make import MakeSft
from dataflow.stage import Split, check_conserved, reject_frame
from schemas.records import Level, Reason, Reject, StageName

if TYPE_CHECKING:
    from dataflow.recipe import Recipe

COMPARED = [
    "sample_id", "into", "parent", "doc_id", "method", "task", "lang", "instruction", "input",
    "output", "history", "perspective", "difficulty", "kind", "context_ids", "scores", "source",
]  # fmt: skip
"""Columns of a candidate that the decisions need; others are carried along."""

ALIKE_NAMED = 0.9
"""ROUGE-L of test questions and of queries above which the second is dropped: those on one document
all say its title, which makes different ones alike, and a query is trained on with its chunk."""
LEAST_LIKENESS = 0.3
"""ROUGE-L below which it is not measured how near samples come: it costs, and says little."""

_SPLITS = {TEST: TEST, **dict.fromkeys((VALIDATION, "valid", "val", "dev"), VALIDATION)}
"""What other people call splits that are held out."""

_LONGEST_INPUT = 20_000

Chunks = Callable[[], Iterable[pl.DataFrame]]


@dataclass(frozen=True, slots=True)
class Finish:
    """The decisions, in their order: see `__call__`."""

    sft: MakeSft
    evaluation: Decontaminate
    review: UseVerdicts
    judge: JudgeSamples
    select: SelectSamples

    @classmethod
    def of(cls, recipe: Recipe) -> Finish:
        """The decisions of a recipe."""
        return cls(recipe.sft, recipe.decontaminate, recipe.review, recipe.judge, recipe.select)

    def __call__(self, candidates: pl.DataFrame, chunks: Chunks) -> Split:
        """Candidates that stay, with all their columns, and a reject row for each other.

        `candidates` has COMPARED, `cluster_id` and `split`, in the final order of their documents;
        `chunks` gives all chunks of the corpus anew at each call. Dropped are, in this order: what
        reviewers call bad, what no search finds again or a judge scored too low, what an earlier
        sample of the data set says (a bad one takes no good one with it), what leaks a test
        question, whatever was derived from a sample that went, and of the instruction samples what
        is more than the recipe wants.
        """
        left, rejects = candidates, [reject_frame([])]
        steps = (
            self._ranked(chunks),
            self.review,
            self.judge.decide,
            self._novel,
            self._leaks,
            orphans,
            self._selected,
        )
        for decide in steps:
            kept, rejected = decide(left)
            check_conserved("sft", left.height, kept.height, rejected.height)
            left, rejects = kept, [*rejects, rejected]
        return Split(left, _told(pl.concat(rejects), candidates))

    def _novel(self, frame: pl.DataFrame) -> Split:
        return known_dropped(frame, self.sft.novelty)

    def _leaks(self, frame: pl.DataFrame) -> Split:
        """Training samples that say what an item of a test or evaluation set says are dropped."""
        held = (pl.col("into") == INTO_EVALSET) | (pl.col("split") == TEST)
        index = self.evaluation.load() if self.evaluation.enabled else None
        found = leaks(frame.filter(~held), frame.filter(held), index)
        ids = found.kept["sample_id"].implode()
        return Split(frame.filter(held | pl.col("sample_id").is_in(ids)), found.rejected)

    def _ranked(self, chunks: Chunks) -> Callable[[pl.DataFrame], Split]:
        """Before the reviews: the model of their verdicts was trained on ranks, and needs them."""

        def rank(frame: pl.DataFrame) -> Split:
            return Split(ranked(frame, chunks, self.judge.ranked), reject_frame([]))

        return rank

    def _selected(self, frame: pl.DataFrame) -> Split:
        """Only instruction samples are chosen among."""
        mine = pl.col("into") == INTO_SFT
        kept, rejected = self.select(frame.filter(mine))
        ids = kept["sample_id"].implode()
        return Split(frame.filter(~mine | pl.col("sample_id").is_in(ids)), rejected)


def with_splits(candidates: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """`candidates` with the `cluster_id` and `split` of their documents (`train` without any)."""
    known = documents.select("doc_id", "cluster_id", "split")
    return candidates.join(known, on="doc_id", how="left", maintain_order="left").with_columns(
        pl.col("cluster_id").fill_null(pl.col("doc_id")), pl.col("split").fill_null(TRAIN)
    )


def document_splits(
    documents: pl.DataFrame, stage: MakeSft, *, given: bool | None = None
) -> pl.DataFrame:
    """doc_id, cluster_id, split: those of the documents or, if none is held out, by the stage.

    `given` says whether any document of the input is held out; without it `documents` are all.
    """
    ids = pl.col("doc_id").cast(pl.String)
    cluster = pl.col("cluster_id") if "cluster_id" in documents.columns else pl.lit(None)
    frame = documents.select(
        ids, cluster.cast(pl.String).fill_null(ids).alias("cluster_id"), _said_split(documents)
    )
    if held_out(documents) if given is None else given:
        return frame
    clusters = frame["cluster_id"].to_list()
    return frame.with_columns(splits_of(clusters, stage.validation, stage.test, stage.seed))


def held_out(documents: pl.DataFrame) -> bool:
    """Whether a column `split` holds any of the documents out of training."""
    if "split" not in documents.columns:
        return False
    return bool((documents.select(_said_split(documents)).to_series() != TRAIN).any())


def _said_split(documents: pl.DataFrame) -> pl.Expr:
    """The column `split`; whatever is none of the usual names counts as `train`."""
    if "split" not in documents.columns:
        return pl.lit(TRAIN).alias("split")
    said = pl.col("split").cast(pl.String).str.to_lowercase()
    return said.replace_strict(_SPLITS, default=TRAIN).alias("split")


def known_dropped(frame: pl.DataFrame, threshold: float) -> Split:
    """Samples that say something new in their data set; what is compared is the user's turns.

    Of equal samples the first stays. Kept ones have the score `novelty`, 0 where it is below .3.
    """
    ids, intos = frame["sample_id"].to_list(), frame["into"].to_list()
    turns = _turns(frame)
    twins: dict[int, tuple[int, float]] = {}
    likeness = [0.0] * len(ids)
    bounds: dict[str, float] = {}
    for into in (INTO_SFT, INTO_PREFERENCES, INTO_EVALSET, INTO_RETRIEVAL):
        places = [i for i, name in enumerate(intos) if name == into]
        first: dict[str, int] = {}
        unique = [i for i in places if first.setdefault(ids[i], i) == i]
        twins |= {i: (first[ids[i]], 1.0) for i in places if first[ids[i]] != i}
        named = into in (INTO_EVALSET, INTO_RETRIEVAL)
        bound = max(threshold, ALIKE_NAMED) if named else threshold
        bounds[into] = bound
        pool = NoveltyPool(bound, floor=min(bound, LEAST_LIKENESS))
        for place, verdict in zip(unique, pool.judge([turns[i] for i in unique]), strict=True):
            likeness[place] = verdict.similarity
            if not verdict.kept:
                twins[place] = (unique[verdict.nearest], verdict.similarity)
    sources = frame["source"].to_list()
    rejects = [
        Reject(
            ids[i], Level.SAMPLE, StageName.SFT, Reason.NOT_NOVEL, sources[i],
            f"says what sample {ids[twin]} says", similarity, bounds[intos[i]],
        )
        for i, (twin, similarity) in sorted(twins.items())
    ]  # fmt: skip
    scored = _scored(frame, "novelty", [round(value, 4) for value in likeness])
    kept = pl.Series([i not in twins for i in range(len(ids))], dtype=pl.Boolean)
    return Split(scored.filter(kept), reject_frame(rejects))


def _told(rejects: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """`rejects` with question and answer of each sample behind the detail."""
    gone = candidates.filter(pl.col("sample_id").is_in(rejects["id"].implode()))
    texts = {
        sample_id: said(question, answer)
        for sample_id, question, answer in gone.select(
            "sample_id", "instruction", "output"
        ).iter_rows()
    }
    details = [
        detail + texts[sample_id]
        for sample_id, detail in rejects.select("id", "detail").iter_rows()
    ]
    return rejects.with_columns(pl.Series("detail", details, dtype=pl.String))


def _scored(frame: pl.DataFrame, name: str, values: Sequence[float | None]) -> pl.DataFrame:
    column = pl.Series(name, values, dtype=pl.Float64)
    return frame.with_columns(pl.col("scores").struct.with_fields(column))


def _turns(frame: pl.DataFrame) -> list[str]:
    """What of each sample is compared: all that the user asks, and as much of what he gives.

    A passage is longer than a question: whole, it would make two questions on one passage alike.
    So its first and last words stand for it, together as many as the question has.
    """
    rows = frame.select("history", "instruction", "input").iter_rows()
    return [
        "\n\n".join(
            [turn["content"] for turn in history or () if turn["role"] == "user"]
            + [text for text in (instruction, _ends(given, len(words(instruction)))) if text]
        )
        for history, instruction, given in rows
    ]


def _ends(text: str, n: int) -> str:
    """The first and the last tokens of `text`, `n` in all but never fewer than 8."""
    found = words(text[:_LONGEST_INPUT])
    half = max(n, 8) // 2
    return text if len(found) <= 2 * half else " ".join([*found[:half], *found[-half:]])


def ranked(frame: pl.DataFrame, chunks: Chunks, intos: Sequence[str]) -> pl.DataFrame:
    """`frame` with the score `retrieval_rank` of the samples of these data sets."""
    wanted = frame["into"].is_in(list(intos)) & (frame["context_ids"].list.len() > 0)
    places = wanted.arg_true().to_list()
    if not places:
        return frame
    asked = [
        Question(row["instruction"], tuple(row["context_ids"]))
        for row in frame.select("instruction", "context_ids")[places].iter_rows(named=True)
    ]
    found: list[float | None] = [None] * frame.height
    for place, rank in zip(places, ranks(asked, chunks), strict=True):
        found[place] = None if rank is None else float(rank)
    return _scored(frame, "retrieval_rank", found)


def orphans(frame: pl.DataFrame) -> Split:
    """Samples but those that were derived from one that is not there any more, at any remove."""
    left = frame
    while (kept := left.filter(_has_parent(left))).height < left.height:
        left = kept
    ids = left["sample_id"].implode()
    gone = frame.filter(~pl.col("sample_id").is_in(ids))
    rejects = [
        Reject(
            sample, Level.SAMPLE, StageName.SFT, Reason.NOT_SELECTED, source,
            f"was made from sample {parent}, which did not stay",
        )
        for sample, source, parent in gone.select("sample_id", "source", "parent").iter_rows()
    ]  # fmt: skip
    return Split(left, reject_frame(rejects))


def _has_parent(frame: pl.DataFrame) -> pl.Expr:
    return (pl.col("parent") == "") | pl.col("parent").is_in(frame["sample_id"].implode())
