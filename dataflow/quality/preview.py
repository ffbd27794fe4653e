"""What rules would drop, before anything is dropped: counts, percentiles, other bounds, examples.

One pass over frames in any order, in memory that does not grow with them. Values are counted to
four digits, rounded away from what a rule rejects; so the counts at other bounds, which have three
digits, are exact.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.quality.preview_values import (
    Values,
    beyond,
    count,
    quantiles,
    rounded,
    tried,
)
from dataflow.quality.rules import Check, FilterRules, Rule

PERCENTILES = (1, 5, 25, 50, 75, 95, 99)
EXAMPLES = 3
"""Documents shown on either side of a bound."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Example:
    """A document near a bound."""

    doc_id: str
    source: str
    value: float


@dataclass(frozen=True, slots=True)
class Point:
    """What a rule would drop at another bound: `only` counts what no other rule drops."""

    threshold: float
    dropped: int
    only: int


@dataclass(frozen=True, slots=True)
class RulePreview:
    """What one rule does: `rows` it has a value for, of which it drops `dropped`.

    `only` counts those that no other rule drops, `first` those that are rejected for its reason.
    `percentiles` are those of the signal, by PERCENTILES; empty without rows. `near_kept` and
    `near_dropped` are the documents nearest to the bound on either side, nearest first.
    """

    rule: Rule
    rows: int
    dropped: int
    only: int
    first: int
    percentiles: tuple[float, ...]
    curve: tuple[Point, ...]
    near_kept: tuple[Example, ...]
    near_dropped: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the rules would do to all `rows`; `wrong_language` is what lists of languages drop.

    `shared` are sources of more than one document, such as a Parquet file: they name none.
    """

    rows: int
    kept: int
    wrong_language: int
    rules: tuple[RulePreview, ...]
    shared: frozenset[str] = frozenset()

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values for JSON."""
        return {
            "rows": self.rows,
            "kept": self.kept,
            "dropped": self.rows - self.kept,
            "wrong_language": self.wrong_language,
            "rules": [_plain(found) for found in self.rules],
        }


def _plain(found: RulePreview) -> dict[str, Any]:
    rule = found.rule
    return {
        "reason": rule.reason.value, "signal": rule.signal, "bound": rule.bound,
        "threshold": rule.threshold, "langs": list(rule.langs) if rule.langs else None,
        "set": rule.rule_set, "citation": rule.citation, "rows": found.rows,
        "dropped": found.dropped, "only": found.only, "first": found.first,
        "percentiles": dict(zip(map(str, PERCENTILES), found.percentiles, strict=False)),
        "curve": [
            {"threshold": point.threshold, "dropped": point.dropped, "only": point.only}
            for point in found.curve
        ],
        "near_kept": [_example(example) for example in found.near_kept],
        "near_dropped": [_example(example) for example in found.near_dropped],
    }  # fmt: skip


def _example(example: Example) -> dict[str, Any]:
    return {"doc_id": example.doc_id, "source": example.source, "value": example.value}


@dataclass
class _Counted:
    """Rows of one rule so far; `values` and `alone` count rounded values, `alone` of `only` rows.

    `nearest` has heaps of kept and dropped documents whose largest distance is on top.
    """

    rule: Rule
    rows: int = 0
    dropped: int = 0
    only: int = 0
    first: int = 0
    values: dict[float, int] = field(default_factory=dict)
    alone: dict[float, int] = field(default_factory=dict)
    nearest: tuple[list[_Near], list[_Near]] = field(default_factory=lambda: ([], []))

    def add(self, value: Values, applies: Flags, fails: Flags, others: Flags) -> None:
        """Counts one frame; `others` says which rows other rules drop."""
        self.rows += int(applies.sum())
        self.dropped += int(fails.sum())
        self.only += int((fails & ~others).sum())
        count(self.values, rounded(value[applies], self.rule.bound))
        count(self.alone, rounded(value[applies & ~others], self.rule.bound))

    def keep_nearest(
        self, value: Values, applies: Flags, fails: Flags, names: tuple[list[str], list[str]]
    ) -> None:
        """Keeps the documents nearest to the bound on either side; `names` are ids and sources."""
        for side, chosen in enumerate((applies & ~fails, fails)):
            at = np.flatnonzero(chosen)
            distance = np.abs(value[at] - self.rule.threshold)
            if at.size > EXAMPLES:
                near = distance <= np.partition(distance, EXAMPLES - 1)[EXAMPLES - 1]
                at, distance = at[near], distance[near]
            heap = self.nearest[side]
            for row, far in zip(at.tolist(), distance.tolist(), strict=True):
                entry = _Near(far, names[0][row], names[1][row], float(value[row]))
                if len(heap) < EXAMPLES:
                    heapq.heappush(heap, entry)
                elif heap[0] < entry:
                    heapq.heapreplace(heap, entry)

    def result(self) -> RulePreview:
        """What was counted."""
        kept, dropped = (
            tuple(Example(e.doc_id, e.source, e.value) for e in sorted(heap, reverse=True))
            for heap in self.nearest
        )
        return RulePreview(
            self.rule, self.rows, self.dropped, self.only, self.first,
            quantiles(self.values, PERCENTILES), self._curve(), kept, dropped,
        )  # fmt: skip

    def _curve(self) -> tuple[Point, ...]:
        bounds = set(tried(self.values, self.rule.threshold)) - {self.rule.threshold}
        points = [
            Point(
                bound, beyond(self.values, bound, self.rule), beyond(self.alone, bound, self.rule)
            )
            for bound in bounds
        ]
        points.append(Point(self.rule.threshold, self.dropped, self.only))
        return tuple(sorted(points, key=lambda point: point.threshold))


@dataclass(frozen=True, slots=True)
class _Near:
    """A document and how far its value is from a bound; the farther, the smaller."""

    distance: float
    doc_id: str
    source: str
    value: float

    def __lt__(self, other: _Near) -> bool:
        return (self.distance, self.doc_id) > (other.distance, other.doc_id)


def preview(
    frames: Iterable[pl.DataFrame], rules: FilterRules, measured: Sequence[Rule] = ()
) -> Preview:
    """What `rules` would drop of all frames, which have `doc_id` and `signals`.

    `lang` and `source` are used when there. Raises SchemaError for a frame without signals.
    """
    counted = [_Counted(rule) for rule in rules.rules(measured)]
    total = kept = listed = 0
    shared: set[str] = set()
    for frame in frames:
        if frame.height:
            if "source" in frame.columns:
                source = frame["source"]
                shared |= set(source.filter(source.is_duplicated()).unique().drop_nulls())
            lists = rules.rejected_by_lists(frame).to_numpy()
            dropped = _add(frame, rules.checks(frame, measured), lists, counted)
            total, listed = total + frame.height, listed + int(lists.sum())
            kept += frame.height - int(dropped.sum())
    rows = tuple(each.result() for each in counted)
    return Preview(total, kept, listed, rows, frozenset(shared))


def _add(
    frame: pl.DataFrame, checks: Sequence[Check], lists: Flags, counted: Sequence[_Counted]
) -> Flags:
    """Counts one frame; returns which of its rows are dropped."""
    if not checks:
        return lists
    fails = _matrix(frame, [check.fails for check in checks])
    applies = _matrix(frame, [check.applies for check in checks])
    times = fails.sum(axis=1) + lists
    firsts = np.where(fails.any(axis=1) & ~lists, fails.argmax(axis=1), -1)
    names = _names(frame)
    for i, each in enumerate(counted):
        value = frame["signals"].struct.field(each.rule.signal).cast(pl.Float64).to_numpy()
        each.add(value, applies[:, i], fails[:, i], times - fails[:, i] > 0)
        each.first += int((firsts == i).sum())
        each.keep_nearest(value, applies[:, i], fails[:, i], names)
    dropped: Flags = times > 0
    return dropped


def _matrix(frame: pl.DataFrame, flags: Sequence[pl.Expr]) -> Flags:
    """Rows by rules."""
    named = [flag.alias(str(i)) for i, flag in enumerate(flags)]
    return frame.select(named).to_numpy().astype(np.bool_).reshape(frame.height, len(flags))


def _names(frame: pl.DataFrame) -> tuple[list[str], list[str]]:
    sources = frame["source"].to_list() if "source" in frame.columns else [""] * frame.height
    return frame["doc_id"].to_list(), [source or "" for source in sources]
