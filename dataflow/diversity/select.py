"""Which of the samples that passed are kept: as varied as can be, in the proportions wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from dataflow.sft import drafts
from dataflow.stage import Split, check_conserved, reject_frame
from dataflow.text.language_codes import check_language
from schemas.errors import RecipeError
from schemas.records import Level, Reason, Reject, StageName

if TYPE_CHECKING:
    from dataflow.diversity.k_center import F32

Shares = Mapping[str, float] | tuple[tuple[str, float], ...]

COLUMNS: Mapping[str, str] = {
    "languages": "lang", "methods": "method", "perspectives": "perspective",
    "difficulties": "difficulty", "kinds": "kind",
}  # fmt: skip
"""The options that are shares, and the column that each is about."""
_VALUES: Mapping[str, tuple[str, ...]] = {
    "methods": (
        drafts.EXTRACTIVE, drafts.TABLE, drafts.QUESTION, drafts.BACK_TRANSLATION, drafts.DIALOGUE,
        drafts.REASONING, drafts.SUMMARY, drafts.REVISION, drafts.SELF_INSTRUCT,
    ),
    "perspectives": drafts.PERSPECTIVES,
    "difficulties": drafts.DIFFICULTIES,
    "kinds": drafts.KINDS,
}  # fmt: skip


@dataclass(frozen=True)
class SelectSamples:
    """Splits: at most `keep` instruction samples stay, chosen for variety; 0 keeps all.

    Samples are taken one by one, each the farthest from all that were taken before (greedy
    k-center), by the vectors that `embedder` gives for instruction, input and output: `hashing`
    knows words, a model knows meaning. The first is the best one, and of equally far ones the best
    is taken: by the mean of the scores quality, judge, curation, faithfulness and support, as far
    as they were measured.

    `per_cluster` is how many samples may come from one source cluster (documents that are near
    duplicates of each other, so mostly one document), `per_topic` how many from one of `topics`
    clusters of like samples; 0 is no bound. Without `keep` the most varied of each cluster stay.

    `languages`, `methods`, `perspectives`, `difficulties` and `kinds` are shares of what is kept,
    such as `{en = 0.5, zh = 0.5}`; what they leave of 1 goes to all values that are not named, also
    to samples without one. They need `keep`, are rounded by largest remainders, and are met as
    nearly as the candidates allow: where a value has too few, others fill up to `keep`.

    The choice does not depend on the order of the candidates.
    """

    VERSION: ClassVar[int] = 1

    keep: int = 0
    per_cluster: int = 0
    per_topic: int = 0
    topics: int = 100
    languages: Shares = ()
    methods: Shares = ()
    perspectives: Shares = ()
    difficulties: Shares = ()
    kinds: Shares = ()
    embedder: str = "hashing"

    def __post_init__(self) -> None:
        """Makes shares sorted tuples; raises RecipeError for options that do not fit."""
        for name in ("keep", "per_cluster", "per_topic"):
            if getattr(self, name) < 0:
                raise RecipeError(f"select.{name} must be at least 0 (0: no bound)")
        if self.topics < 1:
            raise RecipeError("select.topics must be at least 1")
        if not self.embedder:
            raise RecipeError("select.embedder has an empty name")
        for name in COLUMNS:
            shares = _shares(name, getattr(self, name))
            object.__setattr__(self, name, shares)
            if shares and not self.keep:
                raise RecipeError(f"select.{name} needs select.keep: shares of how many samples?")

    @property
    def enabled(self) -> bool:
        """Whether any sample can be left out."""
        return bool(self.keep or self.per_cluster or self.per_topic)

    def shares(self) -> dict[str, dict[str, float]]:
        """The wanted shares by column."""
        found = {column: dict(getattr(self, name)) for name, column in COLUMNS.items()}
        return {column: shares for column, shares in found.items() if shares}

    def __call__(self, frame: pl.DataFrame, vectors: F32 | None = None) -> Split:
        """Kept rows in order, and a reject row for each of the others, in order.

        `frame` has sample_id, instruction, input and output, cluster_id (or doc_id) where
        `per_cluster` is set, the columns that shares are about, scores and source when there.
        `vectors`, float32[n, d], are those of the rows; without them they are made here if needed.
        """
        if not self.enabled or not frame.height:
            return Split(frame, reject_frame([]))
        from dataflow.diversity.selection import select

        dropped = select(frame, self, vectors)
        kept = frame.filter(pl.Series([row not in dropped for row in range(frame.height)]))
        ids = frame["sample_id"].to_list()
        sources = frame["source"].to_list() if "source" in frame.columns else [""] * frame.height
        rejected = reject_frame(
            Reject(
                str(ids[row]), Level.SAMPLE, StageName.SFT, Reason.NOT_SELECTED,
                sources[row] or "", why.detail, why.value, why.bound,
            )
            for row, why in sorted(dropped.items())
        )  # fmt: skip
        check_conserved("select", frame.height, kept.height, rejected.height)
        return Split(kept, rejected)


def _shares(name: str, given: Shares) -> tuple[tuple[str, float], ...]:
    """The shares of one option, checked, in order of their values."""
    pairs = given.items() if isinstance(given, Mapping) else given
    found: dict[str, float] = {}
    for value, share in pairs:
        if name == "languages":
            check_language(value, "select.languages")
        elif value not in _VALUES[name]:
            raise RecipeError(f"select.{name}: {value!r} is none of {', '.join(_VALUES[name])}")
        number = isinstance(share, int | float) and not isinstance(share, bool)
        if not number or not 0 <= share <= 1:
            raise RecipeError(f"select.{name}: {value!r} = {share!r} is no share; use 0 to 1")
        found[value] = float(share)
    if sum(found.values()) > 1 + 1e-9:
        raise RecipeError(f"select.{name}: the shares sum to {sum(found.values()):g}, more than 1")
    return tuple(sorted(found.items()))
