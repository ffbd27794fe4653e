"""The shape of a stage: data plus a pure call, in one of three verbs.

A stage is a frozen dataclass: its fields are the recipe's options, its repr is its provenance.
`VERSION` is a class variable, raised whenever the stage's output changes for the same input; it
is part of the cache key. Frames carry `doc_id` and `source` throughout.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple, Protocol

import polars as pl

from schemas.errors import ConservationError
from schemas.records import Reject

REJECT_FRAME = pl.Schema(
    {
        "id": pl.String, "level": pl.String, "stage": pl.String, "reason": pl.String,
        "value": pl.Float64, "threshold": pl.Float64, "detail": pl.String, "source": pl.String,
    }
)  # fmt: skip


class Split(NamedTuple):
    """A partition of a stage's input: rows that go on, and reject rows for all others."""

    kept: pl.DataFrame
    rejected: pl.DataFrame


class Annotate(Protocol):
    """Same rows in the same order; columns added or rewritten."""

    VERSION: ClassVar[int]

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with more columns."""
        ...


class Divide(Protocol):
    """A partition into kept rows and rejects."""

    VERSION: ClassVar[int]

    def __call__(self, frame: pl.DataFrame) -> Split:
        """Kept rows, in order, and one reject row for each other row."""
        ...


class Expand(Protocol):
    """Each row becomes any number of rows that carry its `doc_id`."""

    VERSION: ClassVar[int]

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The new rows, in the order of their parents."""
        ...


def reject_frame(rejects: Iterable[Reject]) -> pl.DataFrame:
    """Reject rows as a frame with the columns of `rejects/`."""
    rows = [
        (r.id, r.level.value, r.stage.value, r.reason.value, r.value, r.threshold, r.detail,
         r.source)
        for r in rejects
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=REJECT_FRAME, orient="row")


def check_conserved(stage: str, before: int, kept: int, rejected: int) -> None:
    """Raises ConservationError unless `before == kept + rejected`."""
    if before != kept + rejected:
        raise ConservationError(
            f"{stage}: {before} rows in, {kept} kept, {rejected} rejected: "
            f"{before - kept - rejected} unaccounted for. This is a bug in the stage."
        )
