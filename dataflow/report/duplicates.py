"""Clusters of duplicates: the largest, their members, and how each differs from the kept one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from dataflow.report.difference import compare
from dataflow.report.display import finite, visible
from dataflow.report.model import Change, Cluster, Member
from dataflow.report.numbers import Bound, Histogram
from dataflow.report.scales import SIMILARITY
from dataflow.report.tally import Bins
from schemas.records import Reason

CLUSTERS_SHOWN = 12
MEMBERS_SHOWN = 8
COMPARED = 3
"""Dropped members of a cluster whose text is compared with the kept one's."""


class Sizes:
    """First pass over `clusters/`: sizes. Holds one row for each cluster that lost a document."""

    def __init__(self) -> None:
        self._dropped = pl.DataFrame(schema={"cluster_id": pl.String, "dropped": pl.Int64})
        self.bins = Bins("similarity", SIMILARITY)

    def add(self, frame: pl.DataFrame) -> None:
        """Counts a shard."""
        dropped = frame.filter(~pl.col("kept"))
        self.bins.add(dropped["similarity"])
        part = dropped.group_by("cluster_id").agg(pl.len().cast(pl.Int64).alias("dropped"))
        both = pl.concat([self._dropped, part])
        self._dropped = both.group_by("cluster_id").agg(pl.col("dropped").sum())

    @property
    def n_clusters(self) -> int:
        """Clusters with more than one document."""
        return self._dropped.height

    def largest(self) -> dict[str, int]:
        """Size by cluster of the largest ones, equal sizes by id."""
        order = self._dropped.sort(["dropped", "cluster_id"], descending=[True, False])
        return {name: dropped + 1 for name, dropped in order.head(CLUSTERS_SHOWN).iter_rows()}

    def similarities(self, threshold: float | None) -> Histogram | None:
        """Similarities of the dropped documents with the ones they were dropped for."""
        reason = Reason.NEAR_DUPLICATE.value
        found = self.bins.result([] if threshold is None else [Bound(threshold, False, reason)])
        return found and replace(found, kept=(0,) * len(found.kept), rejected=found.kept)


class Members:
    """Second pass over `clusters/`: the members of the largest."""

    def __init__(self, sizes: dict[str, int]) -> None:
        self.sizes = sizes
        self._rows: pl.DataFrame | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Keeps the first members: the kept document, then by similarity."""
        here = frame.filter(pl.col("cluster_id").is_in(list(self.sizes)))
        both = here if self._rows is None else pl.concat([self._rows, here])
        order = both.sort(
            ["cluster_id", "kept", "similarity", "doc_id"],
            descending=[False, True, True, False], nulls_last=True,
        )  # fmt: skip
        self._rows = order.group_by("cluster_id", maintain_order=True).head(MEMBERS_SHOWN).select(
            frame.columns
        )  # fmt: skip

    def rows(self) -> list[dict[str, Any]]:
        """The members as rows of `clusters/`."""
        return [] if self._rows is None else self._rows.to_dicts()

    def doc_ids(self) -> set[str]:
        """Ids of all members shown."""
        return {row["doc_id"] for row in self.rows()}

    def clusters(
        self, names: Mapping[str, tuple[str, str]], texts: Mapping[str, str]
    ) -> tuple[Cluster, ...]:
        """The clusters, largest first; `names` gives source and title by document id."""
        members: dict[str, list[dict[str, Any]]] = {}
        for row in self.rows():
            members.setdefault(row["cluster_id"], []).append(row)
        return tuple(
            Cluster(visible(name, 64), size, _members(members.get(name, []), names, texts))
            for name, size in self.sizes.items()
        )


def _members(
    rows: list[dict[str, Any]], names: Mapping[str, tuple[str, str]], texts: Mapping[str, str]
) -> tuple[Member, ...]:
    found, compared = [], 0
    original = next((texts.get(row["doc_id"]) for row in rows if row["kept"]), None)
    for row in rows:
        source, title = names.get(row["doc_id"], ("", ""))
        changes: tuple[Change, ...] = ()
        text = texts.get(row["doc_id"])
        if original and text and not row["kept"] and compared < COMPARED:
            changes = compare(original, text)
            compared += 1
        found.append(
            Member(visible(row["doc_id"], 64), source, title, row["kept"],
                   finite(row["similarity"]), changes)
        )  # fmt: skip
    return tuple(found)
