"""The toxicity stage: the share of a text's words that stand on word lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from schemas.errors import RecipeError, SchemaError
from schemas.ids import content_id

if TYPE_CHECKING:
    from dataflow.quality.toxic_terms import Terms

PACKAGE = "package"


@dataclass(frozen=True)
class ScoreToxicity:
    """Annotates: the field `toxic_word_ratio` of `signals`; null without lists.

    `lists` are `"package"` for the English and Chinese lists of the package glin-profanity (MIT;
    `pip install 'corpusmill[toxicity]'`), `"package:german"` for another of its languages, or paths
    of your own files: one term a line, `#` begins a comment, and a term behind `zh:` or another
    language code counts in texts of that language only.

    The ratio is the number of words covered by terms over all words; Han, kana and hangul
    characters are words of their own, and case and full width make no difference. A term matches
    whole words, so that place names and surnames which contain one are none; a Chinese one begins
    and ends where a word of the sentence does, for the same reason, and the longest one counts.
    Nothing but spaces, hyphens and apostrophes may stand within a hit. Terms of a single ideograph
    or of two letters are left out: they are part of too much that is harmless. One hit says little
    about a document: the filter's rule goes by the ratio.
    """

    VERSION: ClassVar[int] = 1

    lists: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises RecipeError for a list without a name."""
        lists = tuple(self.lists)
        if not all(lists):
            raise RecipeError("toxicity.lists has an empty name")
        object.__setattr__(self, "lists", lists)

    @property
    def enabled(self) -> bool:
        """Whether there is a list."""
        return bool(self.lists)

    @property
    def identity(self) -> str:
        """Covers the terms: another release of a list is another result."""
        if not self.lists:
            return "no lists"
        return content_id("toxicity", *(f"{lang}:{term}" for lang, term in self.terms().listed))

    def terms(self) -> Terms:
        """The terms of all lists.

        Raises:
            UsageError: a file cannot be read, or lists hold no term that can be looked for.
            MissingExtraError: the package is asked for and absent.
        """
        from dataflow.quality.toxic_terms import load

        return load(self.lists)

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with the ratio filled in; needs `text` and `signals`, uses `lang`."""
        if "signals" not in frame.columns:
            raise SchemaError("toxicity: no column 'signals'; run the score stage first")
        values = pl.Series("toxic_word_ratio", [None] * frame.height, dtype=pl.Float64)
        if self.lists:
            from dataflow.quality.toxic_matching import ratios

            langs = frame["lang"].to_list() if "lang" in frame.columns else [None] * frame.height
            values = pl.Series("toxic_word_ratio", ratios(frame["text"], langs, self.terms()))
        return frame.with_columns(pl.col("signals").struct.with_fields(values))
