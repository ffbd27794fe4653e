"""The step that cuts passages that stand in another document that stays.

A document of which too little is left goes, and with it what others lost because it has it. So
that no text goes with its last copy, what to cut is decided again without the documents that
went, until all that went is settled.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from dataflow.passages.blocks import UnitBlock
from dataflow.passages.mapped import opened
from dataflow.passages.repeats import CutRepeats
from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.pipeline.steps.cutting import (
    Cut,
    Judge,
    collected,
    cut_packs,
    cut_tables,
    no_removed,
)
from dataflow.pipeline.steps.index import Tables, all_rejects, index_of, passed, shape_of
from dataflow.pipeline.steps.perplexity import measured_rules
from schemas.ids import content_id
from schemas.records import StageName

OFF = "off"
ROUNDS = 8
"""Times that it is decided what to cut. One more is needed for each document in the longest chain
of which each goes and was to keep a passage of the next: two documents make most chains."""


def passages(session: Session, balance_key: str, dedup_key: str, perplexity_key: str) -> StepResult:
    """Cuts out the passages that stand in a document that comes before in deduplication's order."""
    stage, rules = session.recipe.passages, session.recipe.filter
    judging = "filter" not in session.recipe.run.skip
    shape = shape_of(stage, *([rules] if judging else [])) if stage.unit != OFF else "skip"

    def work(meter: Meter) -> Tables:
        index = index_of(session, "balance", balance_key)
        if stage.unit == OFF:
            return {**passed(index, meter), "removed": no_removed()}
        judge = None
        if judging:
            scored = index_of(session, "perplexity", perplexity_key)
            judge = Judge(rules, measured_rules(session, scored))
        order = session.store.require("step-dedup", dedup_key).table("order")["doc_id"]
        paths = collected(session, StageName.PASSAGES, index, stage, meter)
        settling = _Settling(session, index, stage, judge, meter)
        return cut_tables(StageName.PASSAGES, index, settling.run(paths, order), meter)

    return session.step("passages", content_id("passages", balance_key, shape), work)


class _Settling:
    """Cuts in rounds; in each, the documents that go for good are left out of the next.

    A document goes for good when all that it lost stands in documents that the round keeps. These
    are relied upon: should one be rejected in a later round it stays, whole. So does whatever is
    not settled after the last round: a repeated passage more does less harm than a lost one.
    """

    def __init__(
        self, session: Session, index: pl.DataFrame, stage: CutRepeats, judge: Judge | None,
        meter: Meter,
    ) -> None:  # fmt: skip
        self.session, self.meter = session, meter
        self.left, self.stage, self.judge = index, stage, judge
        self.whole: set[str] = set()
        self.relied: set[str] = set()
        self.rejects = [all_rejects([])]
        self.removed = [no_removed()]

    def run(self, paths: Sequence[Path], order: pl.Series) -> Cut:
        """What was cut at last, and everything that went on the way."""
        blocks = opened(self.stage, paths)
        cuts = self._resolved(blocks, order)
        done = self._cut(cuts)
        for _ in range(ROUNDS):
            if done.rejects.is_empty():
                break
            self._settle(done)
            cuts = self._resolved(blocks, order)
            done = self._cut(cuts)
        if not done.rejects.is_empty():
            self.whole |= set(done.rejects["id"])
            done = self._cut(cuts)
        rejects = all_rejects([*self.rejects, done.rejects])
        return Cut(done.renamed, rejects, pl.concat([*self.removed, done.removed]))

    def _resolved(self, blocks: Sequence[UnitBlock], order: pl.Series) -> pl.DataFrame:
        """What to cut of the documents that are left, which alone may keep a passage."""
        left = order.filter(order.is_in(self.left["doc_id"].implode()))
        cuts: pl.DataFrame = self.session.kernel(lambda: self.stage.resolve(blocks, left))
        return cuts

    def _cut(self, cuts: pl.DataFrame) -> Cut:
        """The documents that are left without `cuts`, but those that stay whole."""
        wanted = cuts.filter(~pl.col("doc_id").is_in(sorted(self.whole)))
        return cut_packs(
            self.session, StageName.PASSAGES, self.left, self.stage, wanted, self.meter, self.judge
        )

    def _settle(self, done: Cut) -> None:
        """Takes out the documents that go for good; keeps those whole that may not go any more."""
        self.whole |= self.relied & set(done.rejects["id"])
        fallen = pl.Series(done.rejects["id"].to_list(), dtype=pl.String).implode()
        kept_by = pl.col("of_doc_id")
        waiting = done.removed.filter(kept_by.is_in(fallen))["doc_id"]
        sure = done.rejects.filter(~pl.col("id").is_in([*waiting, *sorted(self.whole)]))
        removed = done.removed.filter(pl.col("doc_id").is_in(sure["id"].implode()))
        self.relied |= set(removed["of_doc_id"])
        self.rejects.append(sure)
        self.removed.append(removed)
        self.left = self.left.filter(~pl.col("doc_id").is_in(sure["id"].implode()))
