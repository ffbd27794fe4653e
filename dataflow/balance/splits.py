"""Which split a document lies in, by its cluster alone."""

from __future__ import annotations

import polars as pl

from dataflow.balance.groups import fractions

TRAIN, VALIDATION, TEST = "train", "validation", "test"


def splits_of(clusters: list[str], validation: float, test: float, seed: int) -> pl.Series:
    """`train`, `validation` or `test` for each cluster id, the column `split`.

    The shares are met on average: an id's place in [0, 1) is a hash with the seed, so it stays in
    its split when others come or go.
    """
    place = pl.Series("place", fractions(clusters, seed, "split"))
    held = pl.when(pl.col("place") < test).then(pl.lit(TEST))
    chosen = held.when(pl.col("place") < test + validation).then(pl.lit(VALIDATION))
    return pl.DataFrame([place]).select(chosen.otherwise(pl.lit(TRAIN)).alias("split"))["split"]
