"""The deduplication stage: sign each shard alone, cluster all signatures, split each shard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from dataflow.stage import REJECT_FRAME, Split, check_conserved
from schemas.errors import RecipeError, SchemaError
from schemas.records import Level, Reason, StageName

if TYPE_CHECKING:
    from dataflow.dedup.clusters import Clustering
    from dataflow.dedup.signatures import Scheme, SignatureBlock


@dataclass(frozen=True, slots=True)
class Deduplicate:
    """Drops near-duplicates: documents whose shingles overlap with a kept one's.

    Similarity is the Jaccard index of the sets of shingles (`ngram` neighbouring words, or
    characters where ideographs dominate) of the folded texts, computed exactly for all pairs that
    share a band of their MinHash signatures. With 128 permutations in 32 bands of 4 a pair of
    similarity .75 is found with p = 1 - (1 - .75^4)^32 = .99999. Broder 1997; Leskovec et al.,
    Mining of Massive Datasets, chapter 3.

    The modules with compiled loops are imported on first use: numba costs half a second.
    """

    VERSION: ClassVar[int] = 1

    threshold: float = 0.75
    permutations: int = 128
    bands: int = 32
    ngram: int = 5
    seed: int = 1

    def __post_init__(self) -> None:
        """Raises RecipeError for options that do not fit."""
        if not 0 < self.threshold <= 1:
            raise RecipeError(f"dedup.threshold must be in (0, 1], not {self.threshold}")
        if self.permutations < 1 or self.bands < 1 or self.permutations % self.bands:
            raise RecipeError(
                f"dedup.bands ({self.bands}) must divide dedup.permutations ({self.permutations})"
            )
        if self.ngram < 1:
            raise RecipeError(f"dedup.ngram must be at least 1, not {self.ngram}")
        if not 0 <= self.seed < 1 << 32:
            raise RecipeError(f"dedup.seed must be in [0, 2^32), not {self.seed}")

    @property
    def scheme(self) -> Scheme:
        """What this stage's signatures depend on."""
        from dataflow.dedup.signatures import Scheme

        return Scheme(self.VERSION, self.permutations, self.ngram, self.seed)

    def signatures(self, frame: pl.DataFrame) -> SignatureBlock:
        """The signature block of `frame` (doc_id, text), one row for each of its rows."""
        from dataflow.dedup.signatures import sign_texts

        return sign_texts(frame["doc_id"].cast(pl.String), frame["text"], self.scheme)

    @staticmethod
    def write_block(path: Path, block: SignatureBlock) -> None:
        """Writes `block` to `path` as one Arrow IPC file, whole or not at all."""
        from dataflow.dedup import blocks

        blocks.write_block(path, block)

    @staticmethod
    def read_block(path: Path) -> SignatureBlock:
        """The block in `path`, memory-mapped; raises StoreError when it is damaged."""
        from dataflow.dedup import blocks

        return blocks.read_block(path)

    def resolve(self, blocks: Sequence[SignatureBlock]) -> Clustering:
        """Clusters, verified pairs and counts of all documents in `blocks`."""
        from dataflow.dedup.clusters import resolve

        return resolve(blocks, self.threshold, self.bands)

    def cluster(self, blocks: Sequence[SignatureBlock]) -> pl.DataFrame:
        """One row for each document in `blocks`, by doc_id, with the columns of `clusters/`."""
        return self.resolve(blocks).clusters

    def verified_pairs(self, blocks: Sequence[SignatureBlock]) -> pl.DataFrame:
        """All pairs (a < b, similarity) found with an exact similarity of `threshold` or more."""
        return self.resolve(blocks).pairs()

    def split(self, frame: pl.DataFrame, clusters: pl.DataFrame) -> Split:
        """`frame` without the documents that `clusters` drops, and a reject row for each of them.

        A similarity of 1 means the same set of shingles: reason `exact_duplicate`.

        Raises:
            SchemaError: a document of `frame` has no row in `clusters`.
        """
        fate = frame.select(
            pl.col("doc_id").cast(pl.String),
            (pl.col("source") if "source" in frame.columns else pl.lit("")).alias("source"),
        ).join(clusters, on="doc_id", how="left", maintain_order="left")
        if fate["kept"].null_count():
            missing = fate.filter(pl.col("kept").is_null())["doc_id"][0]
            raise SchemaError(f"dedup: document {missing} is not in clusters/; cluster all shards")
        near = pl.when(pl.col("similarity") == 1.0).then(pl.lit(Reason.EXACT_DUPLICATE.value))
        rejected = fate.filter(~pl.col("kept")).select(
            pl.col("doc_id").alias("id"),
            pl.lit(Level.DOCUMENT.value).alias("level"),
            pl.lit(StageName.DEDUP.value).alias("stage"),
            near.otherwise(pl.lit(Reason.NEAR_DUPLICATE.value)).alias("reason"),
            pl.col("similarity").alias("value"),
            pl.lit(self.threshold, pl.Float64).alias("threshold"),
            pl.format("duplicate of {}", "duplicate_of").alias("detail"),
            pl.col("source").cast(pl.String),
        )
        kept = frame.filter(fate["kept"])
        check_conserved("dedup", len(frame), len(kept), len(rejected))
        return Split(kept, rejected.match_to_schema(REJECT_FRAME))

    def __call__(self, frame: pl.DataFrame) -> Split:
        """Signs, clusters and splits one frame that holds the whole corpus."""
        return self.split(frame, self.cluster([self.signatures(frame)]))
