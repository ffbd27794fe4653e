"""From hits of the compiled search to overlapping items and the spans they have in a text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.decontamination.index import EvaluationIndex
from dataflow.decontamination.scan import new_state, scan
from dataflow.decontamination.units import Composed, compose_with_places
from dataflow.dedup.folding import fold_table
from dataflow.dedup.kernels import joining_texts
from dataflow.dedup.signatures import batches, utf8

I64 = NDArray[np.int64]
FEWEST_HITS = 1 << 14
"""Room for hits, 40 bytes each; a batch that has more is searched again with four times as much."""


class Overlap(NamedTuple):
    """An item that a text shares enough n-grams with, and the maximal spans it does so in."""

    item: int
    share: float
    spans: list[tuple[int, int]]


def overlaps(
    texts: pl.Series, index: EvaluationIndex, least: float
) -> Iterator[tuple[int, list[Overlap]]]:
    """Row and overlapping items of each text that has any; the largest share first, then by item.

    `texts` are String, null counts as empty. A share is that of a part's n-grams that the text
    holds, for the part of the item of which it is largest; items below `least` are left out.
    """
    if not index.search.grams.size:
        return
    for start, end in batches(texts):
        batch = texts[start:end].cast(pl.String).fill_null("")
        batch, composed = _composed(batch)
        hits = _hits(batch, index)
        for row, rows in groupby(hits.tolist(), key=lambda hit: int(hit[0])):
            found = _items(list(rows), index, least, composed.get(row))
            if found:
                yield start + row, found


def _composed(texts: pl.Series) -> tuple[pl.Series, dict[int, Composed]]:
    """`texts` with those composed that need it, and the places of these by row."""
    data, offsets = utf8(texts)
    joining = np.flatnonzero(joining_texts(data, offsets, fold_table().codes)).tolist()
    if not joining:
        return texts, {}
    composed = {row: compose_with_places(texts[row]) for row in joining}
    values = pl.Series([composed[row].text for row in joining], dtype=pl.String)
    return texts.scatter(joining, values), composed


def _hits(texts: pl.Series, index: EvaluationIndex) -> I64:
    """Hits in all `texts`, int64[n, HIT_COLUMNS], by text."""
    data, offsets = utf8(texts)
    table = fold_table()
    postings, parts = index.search.part.size, index.part_item.size
    room, rows = FEWEST_HITS, -1
    while rows < 0:
        state = new_state(postings, parts, room)
        rows = scan(data, offsets, (table.codes, table.expansions), index.search, state)
        room *= 4
    return state.hits[:rows]


def _items(
    hits: list[list[int]], index: EvaluationIndex, least: float, places: Composed | None
) -> list[Overlap]:
    """The overlapping items of one text."""
    shares: dict[int, float] = {}
    spans: dict[int, list[tuple[int, int]]] = {}
    for _, part, begin, end, found in hits:
        item = int(index.part_item[part])
        share = found / int(index.part_grams[part])
        shares[item] = max(shares.get(item, 0.0), share)
        if places is not None:
            begin, end = int(places.begins[begin]), int(places.ends[end - 1])
        spans.setdefault(item, []).append((begin, end))
    found_items = [
        Overlap(item, share, merged(spans[item]))
        for item, share in shares.items()
        if share >= least
    ]
    return sorted(found_items, key=lambda overlap: (-overlap.share, overlap.item))


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """`spans` in order, overlapping ones joined.

    >>> merged([(5, 9), (0, 3), (2, 4)])
    [(0, 4), (5, 9)]
    """
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if joined and begin < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
