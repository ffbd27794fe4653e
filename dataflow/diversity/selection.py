"""The choice of samples under bounds: what goes, and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.diversity.apportion import REST, allotted, apportioned
from dataflow.diversity.clusters import Caps, semantic_clusters
from dataflow.diversity.k_center import F32, Centres, k_center
from dataflow.diversity.select import COLUMNS, SelectSamples
from dataflow.embedding.embedder import get_embedder

BATCH = 256
TEXT = 1000
"""Characters of each of instruction, input and output that a sample is compared by."""
QUALITY: Mapping[str, tuple[float, float]] = {
    "quality": (0.0, 1.0), "judge": (0.0, 1.0), "curation": (1.0, 5.0),
    "faithfulness": (0.0, 1.0), "support": (0.0, 1.0),
}  # fmt: skip
"""Scores of which more is better, with their lowest and highest values."""


class Why(NamedTuple):
    """Why a sample goes: how many there were to choose among, the bound, in words."""

    value: float
    bound: float
    detail: str


def select(
    frame: pl.DataFrame, options: SelectSamples, vectors: F32 | None = None
) -> dict[int, Why]:
    """The rows of `frame` that go."""
    order = ranked(frame)
    ordered = frame[order]
    if vectors is None:
        vectors = embedded(ordered, options.embedder)
    else:
        vectors = np.ascontiguousarray(vectors[order])
    groups = _groups(ordered, options, vectors)
    if options.keep:
        dropped = _Choice(ordered, options, vectors, groups).run()
    else:
        dropped = _capped(vectors, groups)
    return {order[place]: why for place, why in dropped.items()}


def ranked(frame: pl.DataFrame) -> list[int]:
    """Rows in an order of their own: the best by QUALITY first, ties by sample_id."""
    dtype = frame.schema.get("scores")
    names = [field.name for field in dtype.fields] if isinstance(dtype, pl.Struct) else []
    measured = [
        (pl.col("scores").struct.field(name) - low) / (high - low)
        for name, (low, high) in QUALITY.items()
        if name in names
    ]
    means = pl.mean_horizontal(measured).fill_null(0.0) if measured else pl.lit(0.0)
    keys = frame.select(
        (-means.round(9)).alias("first"), pl.col("sample_id").cast(pl.String).alias("second"),
        pl.int_range(pl.len()).alias("row"),
    )  # fmt: skip
    return keys.sort("first", "second", "row")["row"].to_list()


def embedded(frame: pl.DataFrame, embedder: str) -> F32:
    """Vectors of the samples, float32[n, d]."""
    model = get_embedder(embedder)
    parts = [frame[name].fill_null("").str.head(TEXT) for name in ("instruction", "input", "output")
             if name in frame.columns]  # fmt: skip
    texts = ["\n".join(text for text in row if text) for row in zip(*parts, strict=True)]
    found = np.zeros((len(texts), model.dim), np.float32)
    for start in range(0, len(texts), BATCH):
        found[start : start + BATCH] = model.embed(texts[start : start + BATCH], "passage")
    return found


class _Group(NamedTuple):
    """Clusters of one kind: the option that bounds them, its value, each row's cluster."""

    option: str
    most: int
    of_row: Sequence[Hashable]


def _groups(frame: pl.DataFrame, options: SelectSamples, vectors: F32) -> list[_Group]:
    """The clusters that have a bound."""
    found = []
    if options.per_cluster:
        name = "cluster_id" if "cluster_id" in frame.columns else "doc_id"
        # a sample without a document is in no cluster with others
        ids = pl.when(pl.col(name).fill_null("") == "").then("sample_id").otherwise(name)
        found.append(
            _Group("per_cluster", options.per_cluster, frame.select(ids.alias("c"))["c"].to_list())
        )
    if options.per_topic:
        topics = semantic_clusters(vectors, options.topics).tolist()
        found.append(_Group("per_topic", options.per_topic, topics))
    return found


def _over(group: _Group, cluster: Hashable, there: int) -> Why:
    name = "this topic" if group.option == "per_topic" else f"cluster {cluster}"
    detail = f"{group.option}: {group.most:,} of {there:,} samples of {name} are kept"
    return Why(float(there), float(group.most), detail)


def _capped(vectors: F32, groups: Sequence[_Group]) -> dict[int, Why]:
    """What goes when only clusters are bounded: of each the most varied rows stay."""
    dropped: dict[int, Why] = {}
    for group in groups:
        members: dict[Hashable, list[int]] = defaultdict(list)
        for row, cluster in enumerate(group.of_row):
            if row not in dropped:
                members[cluster].append(row)
        for cluster, rows in members.items():
            if len(rows) > group.most:
                kept = {rows[at] for at in k_center(vectors[rows], group.most).tolist()}
                why = _over(group, cluster, len(rows))
                dropped |= {row: why for row in rows if row not in kept}
    return dropped


class _Choice:
    """One greedy choice of `keep` rows; rows are in order of preference."""

    def __init__(
        self, frame: pl.DataFrame, options: SelectSamples, vectors: F32, groups: Sequence[_Group]
    ) -> None:
        self.size, self.keep = frame.height, min(options.keep, frame.height)
        self.vectors, self.groups = vectors, groups
        self.open: NDArray[np.bool_] = np.ones(self.size, np.bool_)
        self.dropped: dict[int, Why] = {}
        shares = options.shares()
        self.targets = {column: apportioned(each, self.keep) for column, each in shares.items()}
        self.taken: dict[str, Counter[str]] = {column: Counter() for column in shares}
        self.stratum_of = _stratum_of(frame, shares)
        self.strata = _rows_by(self.stratum_of)
        sizes = {key: len(rows) for key, rows in self.strata.items()}
        self.left = allotted(sizes, list(self.targets.values()), self.keep)

    def run(self) -> dict[int, Why]:
        """The rows that go."""
        centres = Centres(self.vectors)
        caps = [Caps(group.most) for group in self.groups]
        members = [_members(group.of_row) for group in self.groups]
        while len(centres.chosen) < self.keep:
            stratum = self._stratum()
            if stratum is None:
                break
            rows = self.strata[stratum]
            row = centres.farthest(rows[self.open[rows]])
            centres.take(row)
            self.open[row] = False
            self.left[stratum] -= 1
            for column, value in zip(self.taken, stratum, strict=True):
                self.taken[column][value] += 1
            for group, cap, of_group in zip(self.groups, caps, members, strict=True):
                cluster = group.of_row[row]
                if cap.take(cluster):
                    self._close(group, cluster, of_group[cluster])
        for row in np.flatnonzero(self.open).tolist():
            self.dropped[row] = self._too_many(row)
        return self.dropped

    def _stratum(self) -> tuple[str, ...] | None:
        """The stratum with open rows of which most are to be taken yet, None when all is closed.

        Where clusters are full a stratum may not come to its number; then those fill up that lack
        most of their targets.
        """
        able = [key for key, rows in self.strata.items() if self.open[rows].any()]
        wanted = [key for key in able if self.left[key] > 0]
        if wanted:
            return max(wanted, key=self.left.__getitem__)
        return max(able, key=self._lacking, default=None)

    def _lacking(self, stratum: tuple[str, ...]) -> int:
        """How many samples are wanting, summed over the shares that it counts for."""
        return sum(
            self.targets[column].get(value, 0) - self.taken[column][value]
            for column, value in zip(self.taken, stratum, strict=True)
        )

    def _close(self, group: _Group, cluster: Hashable, rows: Sequence[int]) -> None:
        """Drops what is left of a cluster that is full."""
        why = _over(group, cluster, len(rows))
        for row in rows:
            if self.open[row]:
                self.open[row] = False
                self.dropped[row] = why

    def _too_many(self, row: int) -> Why:
        """Why a row that nothing else forbids is not among those that are kept."""
        names = {column: name for name, column in COLUMNS.items()}
        for column, value in zip(self.taken, self.stratum_of[row], strict=True):
            target, taken = self.targets[column].get(value, 0), self.taken[column][value]
            if taken >= target:
                of = value if value != REST else "all other values"
                detail = f"{names[column]}: {taken:,} samples of {of} are kept, {target:,} wanted"
                return Why(float(taken), float(target), detail)
        detail = f"keep: {self.keep:,} of {self.size:,} samples, each the farthest from the others"
        return Why(float(self.size), float(self.keep), detail)


def _members(of_row: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for row, cluster in enumerate(of_row):
        found[cluster].append(row)
    return found


def _stratum_of(
    frame: pl.DataFrame, shares: Mapping[str, Mapping[str, float]]
) -> list[tuple[str, ...]]:
    """By row its values in the columns that have shares."""
    columns = [
        [value if value in each else REST for value in frame[column].to_list()]
        for column, each in shares.items()
    ]
    return [tuple(column[row] for column in columns) for row in range(frame.height)]


def _rows_by(
    stratum_of: Sequence[tuple[str, ...]],
) -> dict[tuple[str, ...], NDArray[np.int64]]:
    """Rows of each stratum; in the order of the values."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, stratum in enumerate(stratum_of):
        found[stratum].append(row)
    return {key: np.array(found[key], np.int64) for key in sorted(found)}
