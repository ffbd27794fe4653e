"""From signature blocks to clusters: verified edges, components, leaders.

Candidates alone are about 70 % precise, and closing them transitively deletes documents that have
no twin at all. So every candidate's similarity is computed exactly, and a document goes only for
one that stays and is itself similar enough (a leader cluster, not a chain).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from dataflow.dedup import matching
from dataflow.dedup.kernels import I64
from dataflow.dedup.search import GROUP_LIMIT, Edges, Search, gather
from dataflow.dedup.signatures import SignatureBlock

CLUSTER_FRAME = pl.Schema(
    {
        "doc_id": pl.String, "cluster_id": pl.String, "kept": pl.Boolean,
        "duplicate_of": pl.String, "similarity": pl.Float64,
    }
)  # fmt: skip
PAIR_FRAME = pl.Schema({"a": pl.String, "b": pl.String, "similarity": pl.Float64})


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened on the way from blocks to clusters.

    `crowded` documents were in a band group above GROUP_LIMIT: of those not all pairs are
    compared, which can cost recall. `components` is the number of clusters, `kept` the number of
    documents that stay: at least one of each component, more where a chain of similar documents
    has ends that are not similar. Pair counts are of distinct texts; copies are not compared.
    """

    documents: int
    exact_copies: int
    candidates: int
    crowded: int
    skipped_by_size: int
    skipped_by_signature: int
    compared: int
    verified: int
    components: int
    kept: int


@dataclass(frozen=True, slots=True, eq=False)
class Clustering:
    """Clusters (the columns of `clusters/`), verified edges and counts.

    `doc_ids` is sorted; `original` (int64[n]) gives for each document the smallest one with the
    same folded text. `edges` join such originals.
    """

    clusters: pl.DataFrame
    counts: Counts
    doc_ids: pl.Series
    original: I64
    edges: Edges

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


def resolve(blocks: Sequence[SignatureBlock], threshold: float, bands: int) -> Clustering:
    """Clusters of all documents in `blocks` at `threshold`; their order does not matter.

    Raises:
        StoreError: the blocks are of different schemes.
        SchemaError: a doc_id occurs twice.
    """
    blocks = [block for block in blocks if len(block)]
    if not blocks:
        return _nothing()
    corpus = gather(blocks)
    original = corpus.originals()
    distinct = np.flatnonzero(original == np.arange(len(original)))
    search = Search(corpus, distinct, threshold)
    search.run(bands)
    edges = search.edges
    component = distinct[matching.components(len(distinct), edges.first, edges.second)]
    twin, best = search.leaders()
    clusters = _cluster_frame(corpus.doc_ids, original, distinct, component, (distinct[twin], best))
    counts = Counts(
        documents=len(original),
        exact_copies=len(original) - len(distinct),
        candidates=len(search.seen),
        crowded=int((search.crowds > 0).sum()),
        skipped_by_size=int(search.skipped[0]),
        skipped_by_signature=int(search.skipped[1]),
        compared=search.compared,
        verified=len(edges.first),
        components=len(np.unique(component)),
        kept=int(clusters["kept"].sum()),
    )
    named = Edges(distinct[edges.first], distinct[edges.second], edges.similarity)
    return Clustering(clusters, counts, corpus.doc_ids, original, named)


def _cluster_frame(
    doc_ids: pl.Series,
    original: I64,
    distinct: I64,
    component: I64,
    twins: tuple[I64, matching.F64],
) -> pl.DataFrame:
    """Rows of `clusters/`: a copy goes for its original, or for what that one went for."""
    place = np.searchsorted(distinct, original)
    twin, similarity = twins[0][place], twins[1][place]
    kept = pl.Series(twin == np.arange(len(original)))
    frame = pl.DataFrame(
        {
            "doc_id": doc_ids,
            "cluster_id": doc_ids.gather(component[place]),
            "kept": kept,
            "duplicate_of": doc_ids.gather(twin),
            "similarity": similarity,
        },
        schema=CLUSTER_FRAME,
    )
    dropped = pl.when(~pl.col("kept"))
    return frame.with_columns(
        dropped.then("duplicate_of").alias("duplicate_of"),
        dropped.then("similarity").alias("similarity"),
    )


def _nothing() -> Clustering:
    empty = np.empty(0, np.int64)
    return Clustering(
        pl.DataFrame(schema=CLUSTER_FRAME),
        Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        pl.Series("doc_id", [], pl.String),
        empty,
        Edges(empty, empty, np.empty(0, np.float64)),
    )
