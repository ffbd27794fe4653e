"""Clusters of duplicates: the largest, their members, and how each differs from the kept one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import polars as pl

from dataflow.report.display import finite, visible
from dataflow.report.model import Bound, Change, Cluster, Histogram, Member
from dataflow.report.scales import SIMILARITY
from dataflow.report.tally import Bins
from schemas.records import Reason

CLUSTERS_SHOWN = 12
MEMBERS_SHOWN = 8
COMPARED = 3
"""Dropped members of a cluster whose text is compared with the kept one's."""
UNITS = 400
"""Words or ideographs that are compared: difflib's time grows with the square."""
CONTEXT = 12
"""Equal units left standing around a change."""
RUN = 240
"""Code points of one changed run that are shown."""

_UNIT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+|\s+|[^\w\s]")


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


def compare(kept: str, dropped: str) -> tuple[Change, ...]:
    """Where two texts part, in words (ideographs count as one), with some context.

    Looks at the part between their common beginning and end, and at `UNITS` units of that.

    >>> [(c.kind, c.text) for c in compare("a red fox", "a blue fox")]
    [('same', 'a '), ('only_kept', 'red'), ('only_dropped', 'blue'), ('same', ' fox')]
    """
    left, right = _UNIT.findall(kept), _UNIT.findall(dropped)
    if left == right:
        return (Change("equal", ""),)
    head = _shared(left, right)
    tail = _shared(left[head:][::-1], right[head:][::-1])
    ends = len(left) - tail, len(right) - tail
    begin = max(0, head - CONTEXT)
    stop = tuple(min(end + CONTEXT, begin + UNITS) for end in ends)
    a, b = left[begin : stop[0]], right[begin : stop[1]]
    changes: list[Change] = [Change("gap", "")] if begin else []
    for equal, a1, a2, b1, b2 in _blocks(a, b):
        if equal:
            changes += _same(a[a1:a2], at_start=a1 == 0, at_end=a2 == len(a))
            continue
        for name, part in (("only_kept", a[a1:a2]), ("only_dropped", b[b1:b2])):
            if part:
                changes.append(Change(name, _run("".join(part))))
    if stop[0] < len(left) or stop[1] < len(right):
        changes.append(Change("gap", ""))
    return tuple(
        change for before, change in pairwise([Change("", ""), *changes])
        if not before.kind == change.kind == "gap"
    )  # fmt: skip


def _blocks(a: list[str], b: list[str]) -> list[tuple[bool, int, int, int, int]]:
    """Equal and changed blocks in turn; changes with only white space between them are one."""
    found: list[tuple[bool, int, int, int, int]] = []
    for kind, a1, a2, b1, b2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        inside = bool(found) and a2 < len(a) and b2 < len(b)
        equal = kind == "equal" and not (inside and "".join(a[a1:a2]).isspace())
        if found and not equal and not found[-1][0]:
            _, start_a, _, start_b, _ = found.pop()
            found.append((False, start_a, a2, start_b, b2))
        else:
            found.append((equal, a1, a2, b1, b2))
    return found


def _shared(left: list[str], right: list[str]) -> int:
    """How many units the two begin with in common."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(left), len(right)))


def _same(units: list[str], *, at_start: bool, at_end: bool) -> list[Change]:
    """Equal units with the middle of a long run left out."""
    if len(units) <= 2 * CONTEXT or (at_start and at_end):
        return [Change("same", _run("".join(units)))]
    first, last = units[:CONTEXT], units[-CONTEXT:]
    changes = [] if at_start else [Change("same", _run("".join(first)))]
    changes.append(Change("gap", ""))
    return changes if at_end else [*changes, Change("same", _run("".join(last)))]


def _run(text: str) -> str:
    """`text` made visible with one space kept at either end."""
    shown = visible(text, RUN)
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and shown else ""
    return before + shown + after
