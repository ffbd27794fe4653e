"""What was left out: counts by stage and reason, a few samples of each, the values that decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from dataflow.report.display import CELL, finite, visible
from dataflow.report.model import RejectGroup, RejectSample
from dataflow.report.scales import signal_of_reason
from dataflow.report.tally import OTHER, Bins, Tally
from schemas.records import BAD_INPUT, Level, Reason, StageName

SAMPLES = 5
"""Rejects shown for each stage and reason."""
EXCERPT = 300
"""Code points of a rejected text that are shown."""

DUPLICATES = (
    Reason.DUPLICATE_BYTES, Reason.EXACT_DUPLICATE, Reason.NEAR_DUPLICATE,
    Reason.SEMANTIC_DUPLICATE, Reason.EARLIER_DUPLICATE, Reason.ONLY_REPEATED_PASSAGES,
)  # fmt: skip
DECIDED_BY = r"^[a-z_]+: ([a-z0-9_]+) "
"""The signal in the detail of a filter's reject: several may serve one reason."""
WHOLE = (Level.FILE.value, Level.DOCUMENT.value)
GROUP = ["stage", "reason"]
ORDER = ["id", "source", "level", "detail"]


class Rejected:
    """Filled with the shards of `rejects/`, one after the other."""

    def __init__(self, wanted: set[str]) -> None:
        self.wanted = wanted
        self.sources: dict[str, str] = {}
        self.inputs = 0
        self.duplicates = 0
        self._groups = Tally()
        self._samples: pl.DataFrame | None = None
        self._signals = signal_of_reason()

    def add(self, frame: pl.DataFrame, bins: Mapping[str, Bins]) -> None:
        """Counts a shard; `bins` (by signal) take in the values of the filter's rejects."""
        frame = frame.with_columns(
            _closed("stage", [stage.value for stage in StageName]),
            _closed("reason", [reason.value for reason in Reason]),
            pl.col("detail").str.head(4 * EXCERPT),
            pl.col("source").str.head(4 * CELL),
        )
        whole = frame.filter(pl.col("level").is_in(WHOLE))
        self.inputs += whole.height
        self.duplicates += whole.filter(pl.col("reason").is_in(DUPLICATES)).height
        for stage, reason, count in frame.group_by(GROUP).len().sort(GROUP).iter_rows():
            self._groups.add(f"{stage} {reason}", count)
        best = frame if self._samples is None else pl.concat([self._samples, frame])
        self._samples = best.sort(ORDER, nulls_last=True).group_by(GROUP, maintain_order=True).head(
            SAMPLES
        ).select(frame.columns)  # fmt: skip
        for doc_id, source in (
            whole.filter(pl.col("id").is_in(self.wanted)).select("id", "source").iter_rows()
        ):
            self.sources.setdefault(doc_id, visible(source))
        filtered = frame.filter(pl.col("stage") == StageName.FILTER).select(
            pl.coalesce(
                pl.col("detail").str.extract(DECIDED_BY),
                pl.col("reason").replace_strict(self._signals, default=None),
            ).alias("signal"),
            "value",
        )
        for (name,), part in filtered.group_by(["signal"]):
            if name in bins:
                bins[str(name)].add_rejected(part["value"])

    def sample_ids(self) -> set[str]:
        """Document ids of the samples: what an excerpt may be looked up for."""
        return {str(row["id"]) for row in self._rows()}

    def _rows(self) -> Iterator[dict[str, Any]]:
        if self._samples is not None:
            yield from self._samples.iter_rows(named=True)

    def groups(self, excerpts: Mapping[str, str]) -> tuple[RejectGroup, ...]:
        """By stage in the order of a run, then by count, largest first."""
        stages = [stage.value for stage in StageName]
        samples: dict[str, list[RejectSample]] = {}
        for row in self._rows():
            samples.setdefault(f"{row['stage']} {row['reason']}", []).append(_sample(row, excerpts))
        found = []
        for name, count, _ in ((c.name, c.count, c.tokens) for c in self._groups.ranked()):
            stage, reason = name.split(" ")
            found.append(
                RejectGroup(stage, reason, count, reason in BAD_INPUT, tuple(samples[name]))
            )
        at = {stage: number for number, stage in enumerate(stages)}
        return tuple(sorted(found, key=lambda g: (at.get(g.stage, len(at)), -g.count, g.reason)))


def _closed(column: str, known: list[str]) -> pl.Expr:
    """The column with values outside the closed list under one name, so that groups are few."""
    return pl.when(pl.col(column).is_in(known)).then(column).otherwise(pl.lit(OTHER)).alias(column)


def _sample(row: dict[str, Any], excerpts: Mapping[str, str]) -> RejectSample:
    text = excerpts.get(row["id"], "") if row["level"] == Level.DOCUMENT else ""
    return RejectSample(
        visible(row["id"], 64), visible(row["level"], 16), visible(row["source"]),
        finite(row["value"]), finite(row["threshold"]), visible(row["detail"], EXCERPT),
        visible(text, EXCERPT),
    )  # fmt: skip
