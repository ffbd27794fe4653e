"""A stratified sample of samples: every kind is seen, large kinds more often."""

from __future__ import annotations

import polars as pl

from schemas.ids import content_id

STRATA = ["data_set", "lang", "method", "task"]


def stratified(frame: pl.DataFrame, n: int, seed: int) -> pl.DataFrame:
    """At most `n` rows of `frame` (sample_id and STRATA), in its order.

    Each stratum gets one row first, the largest ones before the others, and then its share of the
    rest by the largest remainder; a hash with the seed decides which rows of a stratum.
    """
    ids = frame["sample_id"].to_list()
    ranks = pl.Series("rank", [content_id("review", seed, one) for one in ids], dtype=pl.String)
    places = (
        frame.select(STRATA)
        .with_columns(ranks)
        .with_row_index("place")
        .with_columns(pl.col("rank").rank("ordinal").over(STRATA).alias("turn"))
    )
    sizes = (
        places.group_by(STRATA).len().sort(pl.col("len"), *STRATA, descending=[True] + [False] * 4)
    )
    quota = _quotas(sizes["len"].to_list(), n)
    allowed = sizes.with_columns(pl.Series("quota", quota, dtype=pl.UInt32))
    chosen = places.join(allowed, on=STRATA, how="left").filter(pl.col("turn") <= pl.col("quota"))
    return frame[sorted(chosen["place"].to_list())]


def _quotas(sizes: list[int], n: int) -> list[int]:
    """How many rows of each stratum: sizes are in falling order.

    >>> _quotas([90, 9, 1], 10), _quotas([5, 5], 1), _quotas([2, 1], 9)
    ([7, 2, 1], [1, 0], [2, 1])
    """
    total = sum(sizes)
    if n >= total:
        return list(sizes)
    found = [1 if place < n else 0 for place in range(len(sizes))]
    spare = n - sum(found)
    shares = [spare * (size - 1) / max(total - len(sizes), 1) for size in sizes]
    found = [have + int(share) for have, share in zip(found, shares, strict=True)]
    order = sorted(range(len(sizes)), key=lambda i: (int(shares[i]) - shares[i], i))
    for place in order[: n - sum(found)]:
        found[place] += 1
    return found
