"""The scoring stage: quality signals beside each text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import polars as pl


@dataclass(frozen=True)
class ScoreText:
    """Annotates: struct column `signals` with the fields of `schemas.signals.SIGNALS`, Float64.

    `stop_words` follows the column `lang`; it is null for languages without a list, and without a
    language the larger of the counts. `lang_score` is copied, null when there is none. A text that
    is empty or null has zeros. The compiled loops are loaded at the first call.
    """

    VERSION: ClassVar[int] = 3

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with `signals`, replacing a column of that name."""
        from dataflow.quality.signals import signals

        return frame.with_columns(signals(frame))
