"""The annotating stages in their order, as one function of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import polars as pl

from dataflow.chunking.tokenizers import get_tokenizer
from dataflow.passages.cutting import REMOVED_FRAME
from dataflow.personal.stage import RedactPersonalData
from dataflow.pipeline.steps.index import shape_of
from dataflow.quality.licences import FindLicense
from dataflow.quality.score import ScoreText
from dataflow.quality.toxicity import ScoreToxicity
from dataflow.recipe import Recipe
from dataflow.text.clean import CleanText
from dataflow.text.language import DetectLanguage
from schemas.ids import content_id
from schemas.records import StageName

KEPT_SIGNALS = ("perplexity",)
"""Signals that only a step of their own can measure: measuring the others again keeps them."""


class Annotated(NamedTuple):
    """A frame after annotating, and the lines that cleaning removed (LINE_FRAME), masked."""

    frame: pl.DataFrame
    removed: pl.DataFrame


@dataclass(frozen=True)
class Annotate:
    """Annotates: text cleaned and masked; language, signals, licence and sizes beside it."""

    clean: CleanText
    personal: RedactPersonalData
    language: DetectLanguage
    score: ScoreText
    toxicity: ScoreToxicity
    licence: FindLicense
    tokenizer: str

    @classmethod
    def of(cls, recipe: Recipe) -> Self:
        """The stages of a recipe."""
        return cls(
            recipe.clean, recipe.pii, recipe.language, recipe.score, recipe.toxicity,
            FindLicense(), recipe.run.tokenizer,
        )  # fmt: skip

    @property
    def shape(self) -> str:
        """Hash of all that the columns depend on."""
        stages = (
            self.clean, self.personal, self.language, self.score, self.toxicity, self.licence
        )  # fmt: skip
        return content_id(shape_of(*stages), get_tokenizer(self.tokenizer).hash)

    def __call__(self, frame: pl.DataFrame) -> Annotated:
        """`frame` with its text rewritten and everything measured, and what was removed.

        Personal data is masked in the removed lines too.
        """
        cleaned, removed = self.clean.cleaned(frame)
        if removed.height:
            removed = self.personal(removed).select(removed.columns)
        return Annotated(self.measured(self.licence(self.personal(cleaned))), removed)

    def measured(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with language, signals and sizes of its text as it stands.

        Of signals that are there already, `KEPT_SIGNALS` stay.
        """
        before = frame["signals"] if "signals" in frame.columns else None
        frame = self.toxicity(self.score(self.language(frame)))
        if before is not None:
            own = [before.struct.field(name).alias(name) for name in KEPT_SIGNALS]
            frame = frame.with_columns(pl.col("signals").struct.with_fields(*own))
        counts = get_tokenizer(self.tokenizer).count(frame["text"].to_list())
        return frame.with_columns(
            pl.col("text").str.len_chars().cast(pl.Int64).alias("n_chars"),
            pl.Series("n_tokens", counts, dtype=pl.Int64),
        )


def removed_rows(lines: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Rows of `removed/` for the lines that cleaning removed.

    `lines` (LINE_FRAME, may have more columns) belong to those of `documents` (doc_id, source, row)
    that have the same row in all of these columns; lines of other rows are left out.
    """
    shared = [name for name in lines.columns if name in documents.columns]
    found = lines.join(documents, on=shared, maintain_order="left_right")
    constants = {
        "stage": StageName.CLEAN.value, "unit": "line", "copies": 1, "of_doc_id": None,
        "of_start": None,
    }  # fmt: skip
    rows = found.with_columns(pl.lit(value).alias(name) for name, value in constants.items())
    return rows.select(pl.col(name).cast(kind) for name, kind in REMOVED_FRAME.items())
