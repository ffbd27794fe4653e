"""Running counts over shards that stay small whatever the data holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from dataflow.report.display import finite, visible
from dataflow.report.numbers import Bound, Count, Histogram

NAMES = 500
"""Distinct names a tally holds; later ones are counted under `OTHER`."""
NAME_LENGTH = 80
OTHER = "…"

Numbers = npt.NDArray[np.float64]


@dataclass
class Tally:
    """Counts and token sums by name, for at most `NAMES` names."""

    counts: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)

    def add(self, name: str | None, count: int = 1, tokens: int = 0) -> None:
        """Counts `name`; null is counted as the empty name."""
        key = visible(name, NAME_LENGTH)
        if key not in self.counts and len(self.counts) >= NAMES:
            key = OTHER
        self.counts[key] = self.counts.get(key, 0) + count
        self.tokens[key] = self.tokens.get(key, 0) + tokens

    def add_column(self, frame: pl.DataFrame, name: str, tokens: str | None = None) -> None:
        """Counts the values of a column, by first appearance; `tokens` names a column to sum."""
        total = pl.lit(0) if tokens is None else pl.col(tokens).sum()
        short = pl.col(name).str.head(4 * NAME_LENGTH)
        grouped = frame.group_by(short, maintain_order=True).agg(pl.len(), total.alias("#tokens"))
        for value, count, amount in grouped.iter_rows():
            self.add(value, count, int(amount or 0))

    def ranked(self, limit: int = NAMES + 1) -> tuple[Count, ...]:
        """Most frequent first; equal counts by name."""
        order = sorted(self.counts, key=lambda name: (-self.counts[name], name))
        return tuple(Count(name, self.counts[name], self.tokens[name]) for name in order[:limit])


@dataclass(frozen=True, slots=True)
class Scale:
    """Fine fixed bins: `linear` from 0 in equal steps, or `log`: 0 and powers of the root of two.

    The bins do not depend on the data, so counts of shards add up.
    """

    kind: str
    step: float
    top: float

    @property
    def edges(self) -> Numbers:
        """The edges of the fine bins, the first is 0."""
        if self.kind == "linear":
            return np.round(np.arange(round(self.top / self.step) + 1) * self.step, 6)
        powers = np.unique(np.round(2.0 ** np.arange(0, np.log2(self.top) + 0.25, 0.5)))
        return np.concatenate([[0.0], powers])


class Bins:
    """A histogram that is filled shard by shard and cut to a readable one in the end."""

    def __init__(self, name: str, scale: Scale, bins: int = 32) -> None:
        self.name = name
        self.scale = scale
        self.bins = bins
        self.edges = scale.edges
        self.kept = np.zeros(len(self.edges) - 1, np.int64)
        self.rejected = np.zeros(len(self.edges) - 1, np.int64)
        self.missing = 0
        self.total = 0.0
        self.largest: float | None = None

    def add(self, values: pl.Series) -> None:
        """Counts the values of kept rows."""
        numbers = self._numbers(values)
        self.missing += len(values) - len(numbers)
        self.kept += self._binned(numbers)
        if len(numbers):
            self.total += float(numbers.sum())
            top = float(numbers.max())
            self.largest = top if self.largest is None else max(top, self.largest)

    def add_rejected(self, values: pl.Series) -> None:
        """Counts the values for which rows were left out."""
        self.rejected += self._binned(self._numbers(values))

    def _numbers(self, values: pl.Series) -> Numbers:
        numbers: Numbers = values.cast(pl.Float64).drop_nulls().to_numpy()
        finite_ones: Numbers = numbers[np.isfinite(numbers)]
        return finite_ones

    def _binned(self, numbers: Numbers) -> npt.NDArray[np.int64]:
        # a millionth of a bin: 0.3 / 0.01 falls short of 30 in binary
        at = np.searchsorted(self.edges, numbers + self.scale.step * 1e-6, side="right") - 1
        at = np.clip(at, 0, len(self.kept) - 1)
        return np.bincount(at, minlength=len(self.kept)).astype(np.int64)

    def result(self, bounds: Iterable[Bound] = ()) -> Histogram | None:
        """The part of the scale that holds counts or bounds, in at most about `bins` bins."""
        shown = tuple(bounds)
        both = self.kept + self.rejected
        used = np.flatnonzero(both)
        if not len(used):
            return None
        last = int(used[-1]) + 1
        for bound in shown:
            last = max(last, int(np.searchsorted(self.edges, bound.value, side="right")))
        last = min(last, len(both))
        first = int(used[0]) if self.scale.kind == "log" else 0
        for bound in shown if self.scale.kind == "log" else ():
            at = int(np.searchsorted(self.edges, bound.value, side="right")) - 1
            first = min(first, max(0, at))
        width = max(1, -(-(last - first) // self.bins))
        starts = np.arange(first, last, width)
        end = min(int(starts[-1]) + width, len(both))
        edges = [*self.edges[starts].tolist(), float(self.edges[end])]
        n_kept = int(self.kept.sum())
        return Histogram(
            self.name, self.scale.kind, tuple(edges), self._merged(self.kept[:end], starts),
            self._merged(self.rejected[:end], starts), shown, self.missing,
            finite(self.total / n_kept) if n_kept else None, finite(self.largest),
        )  # fmt: skip

    @staticmethod
    def _merged(counts: Any, starts: Any) -> tuple[int, ...]:
        return tuple(int(count) for count in np.add.reduceat(counts, starts))
