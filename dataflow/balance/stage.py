"""The balance stage: caps, quotas and sizes over a whole corpus, and its held-out split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import polars as pl

from dataflow.stage import Split, check_conserved, reject_frame
from schemas.errors import RecipeError, UsageError
from schemas.records import Level, Reason, Reject, StageName

if TYPE_CHECKING:
    from dataflow.balance.selection import Selection

DIMENSIONS = ("source", "domain", "lang", "length", "media_type")
NO_CLUSTERS = (
    "balance.validation and balance.test need the clusters of deduplication (cluster_id), or near "
    "duplicates would lie on both sides: run `corpusmill dedup` first, or do not skip it"
)
Numbers = Mapping[str, float] | tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class BalanceCorpus:
    """Splits: what is over a cap, a quota or the wanted size is rejected; adds the column `split`.

    Groups are `source` (the file), `domain` (the host of the source, or where that is no web
    address of `url`, `source_url` or `link` in the record's metadata, else the top folder), `lang`,
    `media_type` and `length` (by tokens: `short` < 256 <= `medium` < 2,048 <= `long` < 16,384 <=
    `book`). `caps` bound groups: `source = 1000` every file, `"lang:en" = 50000` one language; a
    cap that names a group replaces the one for all of its kind. `quotas` are shares of the result,
    of groups of one kind, such as `{"lang:zh" = 0.5, "lang:en" = 0.5}`; all groups not named share
    what is left of 1, and are dropped when nothing is. Caps and quotas count in `unit`: tokens or
    documents. `max_documents` and `max_tokens` bound the whole; 0 is no bound. They come in this
    order: caps of one document's groups as listed above, quotas, sizes.

    Nothing is ever repeated to fill a quota: the group that has least for its share sets the size
    of all. A group with nothing at all cannot, and leaves its share to the others; quotas of which
    none has a document are refused, and a cap on a group without one is told in `summary`. Where
    shares would leave less than `keep_at_least` of what came in, no group is cut further than to
    its share of that much: the shares are then missed, and the reject rows and `summary` say so.

    `prefer` says who stays: `sample` goes by a hash of seed and doc_id, `quality` by the sum of the
    ratios that filters bound from above, `length` by tokens, longest first; ties go by the hash. A
    document's rank depends on itself alone, so that order and sharding of the input change
    nothing, and a corpus that grows keeps its sample as far as the bounds allow.

    `validation` and `test` are the shares that are held out, by a hash of seed and cluster_id: near
    duplicates never lie on two sides, and no document changes sides when others come. So they need
    clusters: without deduplication nothing is held out, but refused. Shares are met about, not
    exactly. With both 0 every document is in `train`.
    """

    VERSION: ClassVar[int] = 2

    caps: Numbers = ()
    quotas: Numbers = ()
    unit: Literal["tokens", "documents"] = "documents"
    max_documents: int = 0
    max_tokens: int = 0
    keep_at_least: float = 0.5
    prefer: Literal["sample", "quality", "length"] = "sample"
    seed: int = 1
    validation: float = 0.0
    test: float = 0.0

    def __post_init__(self) -> None:
        """Makes caps and quotas sorted tuples; raises RecipeError for options that do not fit."""
        for name in ("caps", "quotas"):
            given = getattr(self, name)
            pairs = given.items() if isinstance(given, Mapping) else given
            checked = tuple(sorted((str(key), float(value)) for key, value in pairs))
            for key, value in checked:
                _check(name, key, value)
            object.__setattr__(self, name, checked)
        kinds = {key.partition(":")[0] for key in dict(self.quotas)}
        if len(kinds) > 1:
            raise RecipeError(f"balance.quotas are of one kind, not of {', '.join(sorted(kinds))}")
        if sum(dict(self.quotas).values()) > 1 + 1e-9:
            raise RecipeError("balance.quotas are shares of the result: their sum is at most 1")
        for name in ("max_documents", "max_tokens"):
            if getattr(self, name) < 0:
                raise RecipeError(f"balance.{name} must be at least 0 (0: no bound)")
        self._check_choices()

    def _check_choices(self) -> None:
        if self.unit not in ("tokens", "documents"):
            raise RecipeError(f"balance.unit must be 'tokens' or 'documents', not {self.unit!r}")
        if self.prefer not in ("sample", "quality", "length"):
            raise RecipeError(
                f"balance.prefer must be 'sample', 'quality' or 'length', not {self.prefer!r}"
            )
        for name in ("validation", "test", "keep_at_least"):
            if not 0 <= getattr(self, name) <= 1:
                raise RecipeError(f"balance.{name} must be in [0, 1], not {getattr(self, name)}")
        if self.validation + self.test > 1:
            raise RecipeError("balance.validation and balance.test are more than the whole")

    @property
    def bounded(self) -> bool:
        """Whether documents can be rejected at all."""
        return bool(self.caps or self.quotas or self.max_documents or self.max_tokens)

    @property
    def splits(self) -> bool:
        """Whether anything is held out."""
        return self.validation > 0 or self.test > 0

    def concerns(self, dimension: str) -> bool:
        """Whether a cap or quota is about groups of this kind."""
        keys = (key for key, _ in (*self.caps, *self.quotas))
        return any(key.partition(":")[0] == dimension for key in keys)

    def __call__(self, frame: pl.DataFrame) -> Split:
        """Kept rows in order, with `split`, and a reject row for each of the others, in order.

        `frame` holds the whole corpus: doc_id, and as far as options need them source, lang,
        media_type, metadata, n_tokens, n_chars, signals and cluster_id (doc_id where it is null).

        Raises:
            UsageError: no document is in a group that a quota names, or a split is asked for and
                no document has a cluster_id.
        """
        if frame.height and self.splits and not clustered(frame).any():
            raise UsageError(NO_CLUSTERS)
        selection = self._selection(frame)
        kept = frame.filter(pl.Series(selection.kept, dtype=pl.Boolean))
        sources = frame["source"].to_list() if "source" in frame.columns else [""] * frame.height
        rejected = reject_frame(
            Reject(
                id=str(frame["doc_id"][row]),
                level=Level.DOCUMENT,
                stage=StageName.BALANCE,
                reason=Reason.OVER_QUOTA,
                source=sources[row] or "",
                detail=why.detail,
                value=why.value,
                threshold=why.bound,
            )
            for row, why in sorted(selection.dropped.items())
        )
        check_conserved("balance", frame.height, kept.height, rejected.height)
        return Split(kept.with_columns(self._split(kept)), rejected)

    def _selection(self, frame: pl.DataFrame) -> Selection:
        from dataflow.balance.selection import select

        return select(frame, self)

    def _split(self, frame: pl.DataFrame) -> pl.Series:
        """`train`, `validation` or `test` for each row."""
        from dataflow.balance.splits import splits_of

        if not self.splits:
            return pl.Series("split", ["train"] * frame.height, dtype=pl.String)
        ids = frame["doc_id"].cast(pl.String)
        if frame.height:
            ids = frame["cluster_id"].cast(pl.String).zip_with(clustered(frame), ids)
        return splits_of(ids.to_list(), self.validation, self.test, self.seed)

    def summary(self, frame: pl.DataFrame) -> list[dict[str, object]]:
        """What each cap and quota found in `frame` and left: for the report.

        Keys: `rule` (`cap`, `quota` or `size`), `group`, `unit`, `wanted` (a cap's bound, a quota's
        share), `before` and `after` in that unit, `share` (of what is kept).
        """
        return self._selection(frame).summary


def clustered(frame: pl.DataFrame) -> pl.Series:
    """bool[n]: which documents deduplication has put into a cluster."""
    if "cluster_id" not in frame.columns:
        return pl.repeat(False, frame.height, eager=True)
    return frame["cluster_id"].cast(pl.String).fill_null("") != ""


def _check(name: str, key: str, value: float) -> None:
    kind, colon, group = key.partition(":")
    if kind not in DIMENSIONS or (colon and not group) or (name == "quotas" and not group):
        form = "'lang:zh'" if name == "quotas" else "'source' or 'lang:zh'"
        raise RecipeError(
            f"balance.{name}: {key!r} is no group; expected {form}, of {', '.join(DIMENSIONS)}"
        )
    if name == "quotas" and not 0 < value <= 1:
        raise RecipeError(f"balance.quotas: {key!r} must be in (0, 1], not {value:g}")
    if name == "caps" and not value >= 0:  # true for NaN too
        raise RecipeError(f"balance.caps: {key!r} must be at least 0, not {value:g}")
