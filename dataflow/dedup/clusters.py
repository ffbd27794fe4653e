"""From signature blocks to clusters: verified edges, components, leaders.

Candidates alone are about 70 % precise, and closing them transitively deletes documents that have
no twin at all. So every candidate's similarity is computed exactly, and a document goes only for
one that stays and is itself similar enough (a leader cluster, not a chain).
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from dataflow.dedup import matching
from dataflow.dedup.buckets import Room
from dataflow.dedup.corpus import Corpus, gather
from dataflow.dedup.kernels import I64
from dataflow.dedup.preference import Policy
from dataflow.dedup.search import GROUP_LIMIT, Edges, Search
from dataflow.dedup.signatures import SignatureBlock
from dataflow.dedup.twins import Twins, check_twins

DuplicateLevel = Literal["exact", "near"]

CLUSTER_FRAME = pl.Schema(
    {
        "doc_id": pl.String, "cluster_id": pl.String, "kept": pl.Boolean,
        "duplicate_of": pl.String, "similarity": pl.Float64, "method": pl.String,
    }
)  # fmt: skip
PAIR_FRAME = pl.Schema({"a": pl.String, "b": pl.String, "similarity": pl.Float64})


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened on the way from blocks to clusters.

    `documents`, `exact_copies` (of a folded text that is there before them) and `kept` are of this
    run; `earlier` is how many documents of earlier corpora they were compared with. `components`
    is the number of clusters with a document of this run; where a chain of similar documents has
    ends that are not similar more than one of a cluster is kept. Pair counts are of distinct
    texts; a pair that is looked at in several rounds counts each time.

    `crowded` documents were in a band group above GROUP_LIMIT: of those not all pairs are
    compared, so that a component may be found in parts. `uncompared` bounds from above how many
    pairs of such documents nobody looked at though both may have stayed (0: none that shares a
    band, or in a second round two, which one in 400 does not at a similarity of .75).
    """

    documents: int = 0
    earlier: int = 0
    exact_copies: int = 0
    candidates: int = 0
    crowded: int = 0
    uncompared: int = 0
    skipped_by_size: int = 0
    skipped_by_signature: int = 0
    compared: int = 0
    verified: int = 0
    components: int = 0
    kept: int = 0
    bytes_on_disk: int = 0


class Decision(NamedTuple):
    """What the stage asks for: the options of `Deduplicate` of the same names."""

    threshold: float = 0.75
    bands: int = 32
    keep: Policy = "first"
    level: DuplicateLevel = "near"


@dataclass(frozen=True, slots=True, eq=False)
class Clustering:
    """Clusters (the columns of `clusters/`), verified edges and counts.

    `doc_ids` is sorted and has those of earlier corpora too; `original` (int64[n]) gives for each
    document a fixed one with the same folded text. `edges` join such originals. `order` has the
    ids of this corpus, those first that stay rather.
    """

    clusters: pl.DataFrame
    counts: Counts
    doc_ids: pl.Series
    original: I64
    edges: Edges
    order: pl.Series

    def pairs(self) -> pl.DataFrame:
        """Verified pairs (a < b, similarity), copies included.

        Above GROUP_LIMIT copies of one text each is paired with the first copy only.
        """
        members = pl.DataFrame({"original": self.original, "doc": np.arange(len(self.original))})
        size = pl.len().over("original")
        members = members.filter((size <= GROUP_LIMIT) | (pl.col("original") == pl.col("doc")))
        edges = pl.DataFrame(
            {"i": self.edges.first, "j": self.edges.second, "similarity": self.edges.similarity}
        )
        near = edges.join(members.rename({"original": "i", "doc": "a"}), on="i").join(
            members.rename({"original": "j", "doc": "b"}), on="j"
        )
        same = members.join(members, on="original", suffix="_b").rename({"doc": "a", "doc_b": "b"})
        every = pl.DataFrame({"a": self.original, "b": np.arange(len(self.original))})
        numbers = pl.concat(
            [
                near.select(pl.min_horizontal("a", "b"), pl.max_horizontal("a", "b").alias("b_"),
                            "similarity").rename({"b_": "b"}),
                pl.concat([same.select("a", "b"), every])
                .filter(pl.col("a") < pl.col("b"))
                .unique()
                .with_columns(similarity=pl.lit(1.0)),
            ]
        ).sort("a", "b")  # fmt: skip
        return pl.DataFrame(
            {
                "a": self.doc_ids.gather(numbers["a"]),
                "b": self.doc_ids.gather(numbers["b"]),
                "similarity": numbers["similarity"],
            },
            schema=PAIR_FRAME,
        )


def resolve(
    blocks: Sequence[SignatureBlock],
    decision: Decision,
    earlier: Sequence[SignatureBlock] = (),
    room: Room | None = None,
) -> Clustering:
    """Clusters of all documents in `blocks`, whose order does not matter.

    The documents of `earlier` are all kept and come before the others; they have no rows.

    Raises:
        StoreError: the blocks are of different schemes.
        SchemaError: a doc_id occurs twice in `blocks`.
        ConservationError: a document would go without a kept twin that is similar enough.
    """
    if not any(len(block) for block in blocks):
        empty = np.empty(0, np.int64)
        none = Edges(empty, empty, np.empty(0, np.float64))
        ids = pl.Series("doc_id", [], pl.String)
        counts = Counts(earlier=sum(len(block) for block in earlier))
        return Clustering(pl.DataFrame(schema=CLUSTER_FRAME), counts, ids, empty, none, ids)
    corpus = gather(blocks, earlier, decision.keep)
    room = room or Room()
    if len(corpus) <= room.documents:
        return _resolved(corpus, decision, room, None)
    with tempfile.TemporaryDirectory(prefix="dedup-", dir=room.folder) as folder:
        return _resolved(corpus, decision, room, Path(folder))


def _resolved(corpus: Corpus, decision: Decision, room: Room, folder: Path | None) -> Clustering:
    search = Search(corpus, decision.threshold, decision.bands, room, folder)
    copies = np.flatnonzero(corpus.original != np.arange(len(corpus)))
    needed = np.union1d(copies, corpus.original[copies])
    if decision.level == "near":
        search.run(needed)
    else:
        search.shelves.fill(needed)
    rank = np.empty(len(corpus), np.int64)
    by_id = corpus.doc_ids.arg_sort().to_numpy().astype(np.int64)
    rank[by_id] = np.arange(len(corpus))
    twins = _twins(corpus, search, rank)
    check_twins(search.shelves, twins, corpus.earlier, decision.threshold)
    clusters = _cluster_frame(corpus, twins, by_id)
    distinct, edges = search.distinct, search.edges
    own = np.arange(len(corpus)) >= corpus.earlier
    counts = Counts(
        documents=int(own.sum()),
        earlier=corpus.earlier,
        exact_copies=int((corpus.original != np.arange(len(corpus)))[own].sum()),
        candidates=search.candidates,
        crowded=search.crowded,
        uncompared=search.uncompared,
        skipped_by_size=search.skipped_by_size,
        skipped_by_signature=search.skipped_by_signature,
        compared=search.compared,
        verified=len(edges),
        components=len(np.unique(twins.component[own])),
        kept=int(clusters["kept"].sum()),
        bytes_on_disk=search.bytes,
    )
    ends = rank[distinct[edges.first]], rank[distinct[edges.second]]
    named = Edges(np.minimum(*ends), np.maximum(*ends), edges.similarity)
    ids = corpus.doc_ids.gather(by_id)
    order = corpus.doc_ids[corpus.earlier :]
    return Clustering(clusters, counts, ids, rank[corpus.original[by_id]], named, order)


def _twins(corpus: Corpus, search: Search, rank: I64) -> Twins:
    """A copy goes for its original, or for what that one went for; earlier copies stay."""
    distinct, edges = search.distinct, search.edges
    place = np.searchsorted(distinct, corpus.original)
    leader, best = search.leaders()
    twin, similarity = distinct[leader][place], best[place]
    every = np.arange(len(corpus))
    twin[: corpus.earlier] = every[: corpus.earlier]
    copies = np.flatnonzero(corpus.original != every)
    component = matching.components(
        len(corpus),
        np.concatenate([rank[distinct[edges.first]], rank[corpus.original[copies]]]),
        np.concatenate([rank[distinct[edges.second]], rank[copies]]),
    )
    return Twins(twin, similarity, component[rank])


def _cluster_frame(corpus: Corpus, twins: Twins, by_id: I64) -> pl.DataFrame:
    """Rows of `clusters/` for the documents of this run, by doc_id.

    Two texts may have the same set of shingles and differ: one repeats what the other says once.
    Their similarity is 1, and still only equal folded texts are `exact`.
    """
    order = by_id[by_id >= corpus.earlier]
    twin, similarity = twins.twin[order], twins.similarity[order]
    frame = pl.DataFrame(
        {
            "doc_id": corpus.doc_ids.gather(order),
            "cluster_id": corpus.doc_ids.gather(by_id[twins.component[order]]),
            "kept": twin == order,
            "duplicate_of": corpus.doc_ids.gather(twin),
            "similarity": similarity,
            "method": np.where(
                twin < corpus.earlier,
                "earlier",
                np.where(corpus.original[order] == corpus.original[twin], "exact", "near"),
            ),
        },
        schema=CLUSTER_FRAME,
    )
    dropped = pl.when(~pl.col("kept"))
    return frame.with_columns(
        dropped.then(name).alias(name) for name in ("duplicate_of", "similarity", "method")
    )
