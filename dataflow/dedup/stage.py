"""The deduplication stage: sign each shard alone, cluster all signatures, split each shard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import polars as pl

from dataflow.dedup.bands import Chosen, check_bands, chosen_bands
from dataflow.dedup.preference import POLICIES, Policy, facts_of
from dataflow.stage import REJECT_FRAME, Split, check_conserved
from schemas.errors import RecipeError, SchemaError
from schemas.records import Level, Reason, StageName

if TYPE_CHECKING:
    from dataflow.dedup.buckets import Room
    from dataflow.dedup.clusters import Clustering
    from dataflow.dedup.signatures import Scheme, SignatureBlock

LEVELS = ("exact", "near")
REASONS = {
    "exact": Reason.EXACT_DUPLICATE.value,
    "near": Reason.NEAR_DUPLICATE.value,
    "earlier": Reason.EARLIER_DUPLICATE.value,
}
"""By the column `method` of clusters/."""


@dataclass(frozen=True, slots=True)
class Deduplicate:
    """Drops exact and near-duplicates: documents whose shingles overlap with a kept one's.

    Similarity is the Jaccard index of the sets of shingles (`ngram` neighbouring words, or
    characters where ideographs dominate) of the folded texts, computed exactly for all pairs that
    share a band of their MinHash signatures. With 128 `permutations` in 32 bands of 4 a pair of
    similarity .75 is found with p = 1 - (1 - .75^4)^32 = .99999; `seed` draws the permutations.
    `bands` = 0 stands for 32, or as many as a low `threshold` needs for p of at least .99; a number
    that finds less is refused. Broder 1997; Leskovec et al., Mining of Massive Datasets, chapter 3.

    Folding ignores case, forms of a character (full width, ligatures), white space, and all
    punctuation and symbols: so Markdown marks make no difference, but neither does the sign in
    `x = 1 - 2` and `x = 1 + 2`, or in C++ and C#, and texts that differ in signs alone count as
    the same. Only in texts without a letter or digit signs are compared. Put code whose signs
    matter into a corpus that is not deduplicated.

    A document goes only for one that stays and is itself at least `threshold` similar to it.
    `keep` says which of a group stays: the `first` by source (records by number) and doc_id, the
    `longest` by characters, the `best` (the smallest share of unreadable characters in steps of
    .001, then of characters in repeated lines in steps of .01, then the longest), or the `newest`
    by the dates `modified`, `date` or `created` of its metadata. Equals go by source and doc_id.

    `level` is `near`, or `exact`: then a document goes only when its whole folded text is that of
    a kept one. In the result `exact` means just that; a text with the same set of shingles that
    says something once more is `near`, at a similarity of 1.
    """

    # The modules with compiled loops are imported on first use: numba costs half a second.

    VERSION: ClassVar[int] = 3
    SIGNATURES: ClassVar[int] = 2
    """Version of what is stored of each text: another one makes blocks and indexes useless."""

    threshold: float = 0.75
    permutations: int = 128
    bands: int = 0
    ngram: int = 5
    seed: int = 1
    keep: Policy = "first"
    level: Literal["exact", "near"] = "near"

    def __post_init__(self) -> None:
        """Chooses `bands` where none are given; raises RecipeError for options that do not fit."""
        if not 0 < self.threshold <= 1:
            raise RecipeError(f"dedup.threshold must be in (0, 1], not {self.threshold}")
        if self.permutations < 1:
            raise RecipeError(f"dedup.permutations must be at least 1, not {self.permutations}")
        if self.ngram < 1:
            raise RecipeError(f"dedup.ngram must be at least 1, not {self.ngram}")
        if not 0 <= self.seed < 1 << 32:
            raise RecipeError(f"dedup.seed must be in [0, 2^32), not {self.seed}")
        if self.keep not in POLICIES:
            raise RecipeError(f"dedup.keep must be one of {POLICIES}, not {self.keep!r}")
        if self.level not in LEVELS:
            raise RecipeError(f"dedup.level must be one of {LEVELS}, not {self.level!r}")
        self._fit_bands()

    def _fit_bands(self) -> None:
        least = 1.0 if self.level == "exact" else self.threshold  # equal texts share every band
        if not self.bands or isinstance(self.bands, Chosen):
            object.__setattr__(self, "bands", chosen_bands(least, self.permutations))
        elif self.bands < 0 or self.permutations % self.bands:
            raise RecipeError(
                f"dedup.bands ({self.bands}) must divide dedup.permutations ({self.permutations})"
            )
        else:
            check_bands(least, self.permutations, self.bands)

    @property
    def scheme(self) -> Scheme:
        """What this stage's signatures depend on."""
        from dataflow.dedup.signatures import Scheme

        return Scheme(self.SIGNATURES, self.permutations, self.ngram, self.seed)

    def signatures(self, frame: pl.DataFrame) -> SignatureBlock:
        """The signature block of `frame` (doc_id, text), one row for each of its rows.

        Of source, n_chars, signals and metadata whatever is there goes along, for all policies.
        """
        from dataflow.dedup.signatures import sign_texts

        ids = frame["doc_id"].cast(pl.String)
        return sign_texts(ids, frame["text"], self.scheme, facts_of(frame))

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

    @staticmethod
    def open_blocks(paths: Sequence[Path]) -> Sequence[SignatureBlock]:
        """The blocks in `paths`, each read when it is needed: for corpora of many files."""
        from dataflow.dedup import blocks

        return blocks.MappedBlocks(paths)

    def resolve(
        self,
        blocks: Sequence[SignatureBlock],
        earlier: Sequence[SignatureBlock] = (),
        room: Room | None = None,
    ) -> Clustering:
        """Clusters, verified pairs and counts of all documents in `blocks`.

        The documents of `earlier` (of other corpora) all stay, come first and have no rows.
        `room` says what is held in memory and where the rest goes.
        """
        from dataflow.dedup.clusters import Decision, resolve

        decision = Decision(self.threshold, self.bands, self.keep, self.level)
        return resolve(blocks, decision, earlier, room)

    def cluster(self, blocks: Sequence[SignatureBlock]) -> pl.DataFrame:
        """One row for each document in `blocks`, by doc_id, with the columns of `clusters/`."""
        return self.resolve(blocks).clusters

    def verified_pairs(self, blocks: Sequence[SignatureBlock]) -> pl.DataFrame:
        """All pairs (a < b, similarity) found with an exact similarity of `threshold` or more."""
        return self.resolve(blocks).pairs()

    def split(self, frame: pl.DataFrame, clusters: pl.DataFrame) -> Split:
        """`frame` without the documents that `clusters` drops, and a reject row for each of them.

        The reason says how its twin was found: `exact_duplicate` when the folded texts are equal,
        `near_duplicate`, or `earlier_duplicate` when the twin is in an earlier corpus.

        Raises:
            SchemaError: a document of `frame` has no row in `clusters`, or is dropped there by
                another stage.
        """
        fate = frame.select(
            pl.col("doc_id").cast(pl.String),
            (pl.col("source") if "source" in frame.columns else pl.lit("")).alias("source"),
        ).join(clusters, on="doc_id", how="left", maintain_order="left")
        if fate["kept"].null_count():
            missing = fate.filter(pl.col("kept").is_null())["doc_id"][0]
            raise SchemaError(f"dedup: document {missing} is not in clusters/; cluster all shards")
        gone = fate.filter(~pl.col("kept"))
        if unknown := set(gone["method"]) - set(REASONS):
            raise SchemaError(f"dedup: clusters/ has methods that are not its own: {unknown}")
        rejected = gone.select(
            pl.col("doc_id").alias("id"),
            pl.lit(Level.DOCUMENT.value).alias("level"),
            pl.lit(StageName.DEDUP.value).alias("stage"),
            pl.col("method").replace_strict(REASONS, return_dtype=pl.String).alias("reason"),
            pl.col("similarity").alias("value"),
            pl.lit(1.0 if self.level == "exact" else self.threshold, pl.Float64)
            .alias("threshold"),
            pl.format("duplicate of {}", "duplicate_of").alias("detail"),
            pl.col("source").cast(pl.String),
        )  # fmt: skip
        kept = frame.filter(fate["kept"])
        check_conserved("dedup", len(frame), len(kept), len(rejected))
        return Split(kept, rejected.match_to_schema(REJECT_FRAME))

    def __call__(self, frame: pl.DataFrame) -> Split:
        """Signs, clusters and splits one frame that holds the whole corpus."""
        return self.split(frame, self.cluster([self.signatures(frame)]))
