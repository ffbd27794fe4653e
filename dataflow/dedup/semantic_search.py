"""From vectors to clusters: all pairs tile by tile, leaders in order, no document without a twin.

Semantic deduplication comes after the near one and takes kept documents away. Where one of those
had duplicates that went for it, these have lost their twin: each goes for another kept document
if it is itself similar enough to it, by shingles or by meaning, and stays otherwise. So do copies:
their folded text is their original's, their meaning and length need not be.
"""

from __future__ import annotations

import itertools
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from dataflow.dedup.kernels import I64
from dataflow.dedup.semantic_kernels import F32, Rows, Rule, absorb, comparable, cosine, root
from dataflow.dedup.semantic_vectors import VectorBlock
from schemas.errors import ConservationError, SchemaError, StoreError

TILE = 1024
"""Rows on each side of a tile: 4 MB, which stays in a processor's cache."""
IN_MEMORY = 256 << 20
"""Bytes of vectors above which they are gathered in a temporary file."""
FATE_FRAME = pl.Schema(
    {
        "doc_id": pl.String, "cluster_id": pl.String, "kept": pl.Boolean,
        "duplicate_of": pl.String, "similarity": pl.Float64, "method": pl.String,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Twin:
    """The kept document that another one goes for."""

    doc_id: str
    similarity: float
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Documents with a vector in order of preference, kept ones (`leading` of them) first."""

    doc_ids: list[str]
    leading: int
    rows: Rows
    row: dict[str, int] = field(repr=False)


def gather(blocks: Sequence[VectorBlock], clusters: pl.DataFrame, order: pl.Series) -> Gathered:
    """The vectors of all documents of `clusters` that have one that is not zero.

    Raises:
        SchemaError: a document has no place in `order`, or two vectors.
        StoreError: blocks of different schemes.
    """
    ranks = pl.DataFrame({"doc_id": order.cast(pl.String)}).with_row_index("rank")
    asked = clusters.select("doc_id", "kept").join(ranks, on="doc_id", how="left")
    if asked["rank"].null_count() or len(asked) != len(clusters):
        raise SchemaError("semantic: `order` must have each document of clusters/ once")
    parts, dim = [pl.DataFrame(schema={"doc_id": pl.String, "block": pl.Int64, "at": pl.Int64})], 0
    for number, block in enumerate(blocks):
        if block.scheme != blocks[0].scheme:
            raise StoreError(f"vectors of {block.scheme} and {blocks[0].scheme} cannot be compared")
        at = np.flatnonzero(block.vectors.any(axis=1))
        ids = block.doc_ids.gather(at)
        dim = block.vectors.shape[1]
        parts.append(pl.DataFrame({"doc_id": ids, "block": number, "at": at}, parts[0].schema))
    found = asked.join(pl.concat(parts), on="doc_id").sort(~pl.col("kept"), "rank")
    if found["doc_id"].n_unique() != len(found):
        raise SchemaError("semantic: a document has more than one vector")
    vectors, sizes = _table(len(found), dim), np.zeros(len(found), np.int64)
    where = found["block"].to_numpy()
    for number, block in enumerate(blocks):
        mask = np.flatnonzero(where == number)
        at = found["at"].to_numpy()[mask]
        vectors[mask], sizes[mask] = block.vectors[at], block.sizes[at]
    every = np.arange(len(found))
    rows = Rows(vectors, sizes, np.ones(len(found), bool), every, np.ones(len(found)), every.copy())
    ids_ = found["doc_id"].to_list()
    return Gathered(ids_, int(found["kept"].sum()), rows, {d: n for n, d in enumerate(ids_)})


def _table(number: int, dim: int) -> F32:
    """Zeros, float32[number, dim]: in memory, or in a file that is gone when it is let go."""
    if number * dim * 4 <= IN_MEMORY:
        return np.zeros((number, dim), np.float32)
    with tempfile.TemporaryFile(prefix="semantic-") as file:
        return np.memmap(file, np.float32, "w+", shape=(number, dim)).view(np.ndarray)


def compare(rows: Rows, first: I64, second: I64, rule: Rule) -> int:
    """Absorbs all pairs of rows `first` and `second`, tile by tile; returns how many agree.

    Both rise. The tiles of a block of `second` are taken in the order of `first`, its own last.
    """
    agreed = 0
    for columns in _cut(second):
        right = rows.vectors[columns].T
        for lines in _cut(first):
            if lines[0] <= columns[-1]:
                tile = rows.vectors[lines] @ right
                agreed += absorb(tile, lines, columns, rows, rule)
    return agreed


def _cut(rows: I64) -> Iterator[I64]:
    for start in range(0, len(rows), TILE):
        yield rows[start : start + TILE]


class Orphans:
    """Documents whose twin went: where they go now, in order of preference."""

    def __init__(
        self, gathered: Gathered, rule: Rule, twins: dict[str, Twin], pairs: pl.DataFrame
    ) -> None:
        self.gathered, self.rule, self.twins = gathered, rule, twins
        self.restored: list[str] = []
        self.pairs = pairs

    def place(self, orphans: pl.DataFrame, kept: set[str]) -> None:
        """Finds a twin in `kept` for each of `orphans` (rows of clusters/ in order), or keeps it.

        Those that stay are added to `kept` and to `restored`.
        """
        rows, row = self.gathered.rows, self.gathered.row
        with_vector = np.array([row[d] for d in orphans["doc_id"] if d in row], np.int64)
        with_vector.sort()
        compare(rows, np.arange(self.gathered.leading), with_vector, self.rule)
        near = self._near(orphans["doc_id"])
        staying: dict[str, str] = {}  # by the document that went, the first copy of it that stays
        for doc_id, former, method in orphans.select(
            "doc_id", "duplicate_of", "method"
        ).iter_rows():
            copy = method == "exact"
            if copy and former in staying:
                self.twins[doc_id] = Twin(staying[former], 1.0, "exact")
            elif twin := _best(near.get(doc_id, ()), kept) or self._meant(doc_id):
                self.twins[doc_id] = twin
            else:
                kept.add(doc_id)
                self.restored.append(doc_id)
                if copy:
                    staying[former] = doc_id

    def _near(self, orphans: pl.Series) -> Mapping[str, list[tuple[float, str]]]:
        """Verified near-duplicates of each orphan."""
        both = pl.concat(
            [self.pairs.select("a", "b", "similarity"),
             self.pairs.select(pl.col("b").alias("a"), pl.col("a").alias("b"), "similarity")]
        ).filter(pl.col("a").is_in(orphans.implode()))  # fmt: skip
        found = defaultdict(list)
        for one, other, similarity in both.iter_rows():
            found[one].append((similarity, other))
        return found

    def _meant(self, doc_id: str) -> Twin | None:
        """The kept document with the most similar meaning, if that is similar enough."""
        rows, row = self.gathered.rows, self.gathered.row
        at = row.get(doc_id)
        if at is None:
            return None
        found = [] if rows.kept[at] else [(float(rows.best[at]), int(rows.twin[at]))]
        for other in (row[each] for each in self.restored if each in row):
            if comparable(rows.sizes, at, other, self.rule.ratio):
                value = cosine(rows.vectors[at], rows.vectors[other])
                if value >= self.rule.threshold:
                    found.append((float(value), other))
        if not found:
            return None
        value, other = min(found, key=lambda each: (-each[0], each[1]))
        return Twin(self.gathered.doc_ids[other], value, "semantic")


def _best(near: Sequence[tuple[float, str]], kept: set[str]) -> Twin | None:
    """The most similar near-duplicate that is kept, of equals the smallest."""
    staying = [(-similarity, other) for similarity, other in near if other in kept]
    if not staying:
        return None
    similarity, other = min(staying)
    return Twin(other, -similarity, "near")


def merged(labels: Mapping[str, str], groups: Sequence[Sequence[str]]) -> dict[str, str]:
    """New label of each label that changes: groups of documents make their clusters one."""
    parent: dict[str, str] = {}

    def top(label: str) -> str:
        while parent.get(label, label) != label:
            label = parent[label]
        return label

    for group in groups:
        for one, other in itertools.pairwise(group):
            low, high = sorted((top(labels[one]), top(labels[other])))
            if low != high:
                parent[high] = low
    return {label: top(label) for label in parent}


def resolve(
    gathered: Gathered, clusters: pl.DataFrame, order: pl.Series, pairs: pl.DataFrame, rule: Rule
) -> pl.DataFrame:
    """`clusters` with documents dropped for others of the same meaning; see the module.

    Raises:
        ConservationError: a document would go without a kept twin. That is a bug.
    """
    rows, ids = gathered.rows, gathered.doc_ids
    leading = np.arange(gathered.leading)
    compare(rows, leading, leading, rule)
    gone = np.flatnonzero(~rows.kept[: gathered.leading]).tolist()
    twins = {
        ids[at]: Twin(ids[int(rows.twin[at])], float(rows.best[at]), "semantic") for at in gone
    }
    kept = set(clusters.filter("kept")["doc_id"]) - twins.keys()
    ranks = pl.DataFrame({"doc_id": order.cast(pl.String)}).with_row_index("rank")
    orphans = (
        clusters.filter(
            ~pl.col("kept") & (pl.col("method") != "earlier")
            & pl.col("duplicate_of").is_in(pl.Series(list(twins), dtype=pl.String).implode())
        ).join(ranks, on="doc_id").sort("rank")
    )  # fmt: skip
    left = Orphans(gathered, rule, twins, pairs)
    left.place(orphans, kept)
    relabel = merged(dict(clusters.select("doc_id", "cluster_id").iter_rows()), _groups(gathered))
    result = _fates(clusters, twins, left.restored, relabel)
    _check(result, rule)
    return result


def _groups(gathered: Gathered) -> list[list[str]]:
    """Documents that say the same, directly or through others."""
    found = defaultdict(list)
    for at, doc_id in enumerate(gathered.doc_ids):
        found[root(gathered.rows.parent, at)].append(doc_id)
    return [group for group in found.values() if len(group) > 1]


def _fates(
    clusters: pl.DataFrame, twins: Mapping[str, Twin], restored: list[str], relabel: dict[str, str]
) -> pl.DataFrame:
    found = [(doc_id, t.doc_id, t.similarity, t.method) for doc_id, t in twins.items()]
    found += [(doc_id, None, None, None) for doc_id in restored]  # type: ignore[misc]
    schema = {"doc_id": pl.String, "twin": pl.String, "value": pl.Float64, "how": pl.String}
    changed = pl.DataFrame(found, schema, orient="row").with_columns(changed=True)
    both = clusters.join(changed, on="doc_id", how="left", maintain_order="left")
    new = pl.when(pl.col("changed"))
    return both.select(
        "doc_id",
        pl.col("cluster_id").replace(relabel),
        new.then(pl.col("twin").is_null()).otherwise("kept").alias("kept"),
        new.then("twin").otherwise("duplicate_of").alias("duplicate_of"),
        new.then("value").otherwise("similarity").alias("similarity"),
        new.then("how").otherwise("method").alias("method"),
    ).match_to_schema(FATE_FRAME)


def _check(result: pl.DataFrame, rule: Rule) -> None:
    """Raises ConservationError when a document goes for one that does not stay."""
    gone = result.filter(~pl.col("kept") & (pl.col("method") != "earlier"))
    staying = result.filter("kept")["doc_id"]
    bad = gone.filter(
        ~pl.col("duplicate_of").is_in(staying.implode())
        | ((pl.col("method") == "semantic") & (pl.col("similarity") < rule.threshold))
    )
    if len(bad):
        raise ConservationError(f"semantic: document {bad['doc_id'][0]} goes without a kept twin")
