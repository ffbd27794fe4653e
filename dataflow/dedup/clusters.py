"""From signature blocks to clusters: candidates, exact check, components, leaders.

Candidates alone are about 70 % precise, and closing them transitively deletes documents that have
no twin at all. So every candidate's similarity is computed exactly, and a document goes only for
one that stays and is itself similar enough (a leader cluster, not a chain).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from dataflow.dedup import matching
from dataflow.dedup.kernels import I64, U32, U64
from dataflow.dedup.signatures import SignatureBlock, readonly
from schemas.errors import SchemaError, StoreError

GROUP_LIMIT = 64
"""Members of a band group that are still compared all with all."""
HUBS = 4
"""First members of a larger group that all others are compared with."""
SIGNATURE_MARGIN = 0.2
"""Pairs whose signatures agree this much less than the threshold are not computed exactly."""

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

    `large_groups` counts band groups above GROUP_LIMIT and `large_group_members` their members:
    there not all pairs are compared, which can cost recall. `components` is the number of
    clusters, `kept` the number of documents that stay: at least one of each component, more where
    a chain of similar documents has ends that are not similar.
    """

    documents: int
    exact_copies: int
    candidates: int
    large_groups: int
    large_group_members: int
    skipped_by_size: int
    skipped_by_signature: int
    compared: int
    verified: int
    components: int
    kept: int


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Verified pairs of distinct contents: numbers in id order, first < second, and similarity."""

    first: I64
    second: I64
    similarity: matching.F64


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


@dataclass(frozen=True, slots=True, eq=False)
class _Corpus:
    """All documents of some blocks in the order of their ids."""

    blocks: Sequence[SignatureBlock]
    doc_ids: pl.Series
    block: I64 = field(repr=False)
    row: I64 = field(repr=False)

    def originals(self) -> I64:
        """For each document the smallest one with the same content hash (int64[n])."""
        content = np.concatenate([block.content for block in self.blocks])[self._places()]
        order = np.lexsort((content[:, 1], content[:, 0]))  # stable: ties stay in id order
        fresh = np.ones(len(order), bool)
        fresh[1:] = (content[order[1:]] != content[order[:-1]]).any(axis=1)
        original = np.empty(len(order), np.int64)
        original[order] = order[np.flatnonzero(fresh)[np.cumsum(fresh) - 1]]
        return original

    def _places(self) -> I64:
        """Row of each document in the blocks laid end to end."""
        starts = np.cumsum([0, *(len(block) for block in self.blocks)])
        return starts[self.block] + self.row

    def signatures(self, documents: I64) -> U32:
        """Signatures of `documents`, uint32[n, k]."""
        width = self.blocks[0].scheme.permutations
        found = np.empty((len(documents), width), np.uint32)
        for number, block in enumerate(self.blocks):
            mask = self.block[documents] == number
            found[mask] = block.signatures[self.row[documents[mask]]]
        return found

    def sizes(self, documents: I64) -> I64:
        """Distinct shingles of each of `documents`."""
        every = np.concatenate([np.diff(block.offsets) for block in self.blocks])
        return every[self._places()[documents]]

    def similarities(self, first: I64, second: I64) -> matching.F64:
        """Exact similarity of each pair of documents."""
        found = np.empty(len(first), np.float64)
        group = self.block[first] * len(self.blocks) + self.block[second]
        order = np.argsort(group, kind="stable")
        cuts = np.flatnonzero(np.diff(group[order])) + 1
        for part in np.split(order, cuts) if len(order) else ():
            one = self.blocks[self.block[first[part[0]]]]
            two = self.blocks[self.block[second[part[0]]]]
            found[part] = matching.similarities(
                one.shingles, one.offsets, readonly(self.row[first[part]]),
                two.shingles, two.offsets, readonly(self.row[second[part]]),
            )  # fmt: skip
        return found


def _gather(blocks: Sequence[SignatureBlock]) -> _Corpus:
    if any(block.scheme != blocks[0].scheme for block in blocks):
        schemes = sorted({str(block.scheme) for block in blocks})
        raise StoreError(f"signature blocks of different schemes cannot be compared: {schemes}")
    ids = pl.concat([block.doc_ids.alias("doc_id") for block in blocks])
    frame = pl.DataFrame(
        {
            "doc_id": ids,
            "block": np.repeat(np.arange(len(blocks)), [len(block) for block in blocks]),
            "row": np.concatenate([np.arange(len(block)) for block in blocks]),
        }
    ).sort("doc_id")
    if frame["doc_id"].null_count() or frame["doc_id"].n_unique() != len(frame):
        raise SchemaError("deduplication needs a doc_id for each document, each different")
    return _Corpus(
        blocks, frame["doc_id"], frame["block"].to_numpy().copy(), frame["row"].to_numpy().copy()
    )


def _candidates(signatures: U32, bands: int, counts: I64) -> U64:
    """Unique candidate pairs over all bands; `counts` (int64[2]) as in matching.band_pairs."""
    rows = signatures.shape[1] // bands
    index_bits = max(1, len(signatures).bit_length())
    pairs = np.empty(0, np.uint64)
    waiting: list[U64] = []
    for band in range(bands):
        keys = matching.band_keys(signatures, band * rows, rows, index_bits)
        keys.sort()
        waiting.append(matching.band_pairs(readonly(keys), index_bits, GROUP_LIMIT, HUBS, counts))
        if band == bands - 1 or sum(map(len, waiting)) > max(len(pairs), 1 << 20):
            pairs = np.unique(np.concatenate([pairs, *waiting]))
            waiting = []
    return pairs


def resolve(blocks: Sequence[SignatureBlock], threshold: float, bands: int) -> Clustering:
    """Clusters of all documents in `blocks` at `threshold`; their order does not matter.

    Raises:
        StoreError: the blocks are of different schemes.
        SchemaError: a doc_id occurs twice.
    """
    blocks = [block for block in blocks if len(block)]
    if not blocks:
        return _nothing()
    corpus = _gather(blocks)
    original = corpus.originals()
    distinct = np.flatnonzero(original == np.arange(len(original)))
    large, skipped = np.zeros(2, np.int64), np.zeros(2, np.int64)
    signatures, sizes = readonly(corpus.signatures(distinct)), readonly(corpus.sizes(distinct))
    candidates = readonly(_candidates(signatures, bands, large))
    chosen = candidates[
        matching.plausible(candidates, signatures, sizes, threshold, SIGNATURE_MARGIN, skipped)
    ]
    del signatures
    # numbers among the distinct documents rise with ids, so first < second holds for ids too
    first = (chosen >> matching.HALF).astype(np.int64)
    second = (chosen & matching.LOW_HALF).astype(np.int64)
    similarity = corpus.similarities(distinct[first], distinct[second])
    similar = similarity >= threshold
    first, second, similarity = first[similar], second[similar], similarity[similar]
    order = np.lexsort((first, second))
    first, second, similarity = (
        readonly(first[order]), readonly(second[order]), readonly(similarity[order])
    )  # fmt: skip
    component = distinct[matching.components(len(distinct), first, second)]
    twin, best = matching.leaders(len(distinct), first, second, similarity)
    clusters = _cluster_frame(corpus.doc_ids, original, distinct, component, (distinct[twin], best))
    counts = Counts(
        documents=len(original),
        exact_copies=len(original) - len(distinct),
        candidates=len(candidates),
        large_groups=int(large[0]),
        large_group_members=int(large[1]),
        skipped_by_size=int(skipped[0]),
        skipped_by_signature=int(skipped[1]),
        compared=len(chosen),
        verified=len(first),
        components=len(np.unique(component)),
        kept=int(clusters["kept"].sum()),
    )
    edges = Edges(distinct[first], distinct[second], similarity)
    return Clustering(clusters, counts, corpus.doc_ids, original, edges)


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
        Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        pl.Series("doc_id", [], pl.String),
        empty,
        Edges(empty, empty, np.empty(0, np.float64)),
    )
