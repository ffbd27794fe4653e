"""Looking up documents among earlier ones, where groups of templated text are large too.

Of a group of more than GROUP_LIMIT earlier documents with one band in common only the first HUBS
are compared with a new document, as in the search within a run. A new document that is like none
of them is then looked for among those that have the same text, that share two bands with it, and
in groups of up to WHOLE. Each of these steps depends on that document and the earlier ones alone,
so that order and packs change nothing.

6,000 new pages against 6,000 earlier ones of the same template: 2.4 CPU seconds where none is
there yet, .2 where all are there (all with all: 32 and 14); 12,000 against 12,000: 3.0 and .3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from dataflow.dedup.index_keys import Asked, Bounds, Marks, Rows, band_hashes, mark_similar
from dataflow.dedup.kernels import I64, U32, U64
from dataflow.dedup.matching import LOW_HALF
from dataflow.dedup.search import GROUP_LIMIT, HUBS, joined_bands
from dataflow.dedup.signatures import SignatureBlock, readonly

WHOLE = 1024
"""Members of a group that a document is compared with when nothing else has found one."""


class DamagedRowsError(Exception):
    """Keys or offsets that lead out of the arrays."""


class Here(NamedTuple):
    """Earlier documents (N): content hashes (uint64[N, 2]), rows and keys (uint64[bands, N])."""

    content: U64
    rows: Rows
    keys: U64


def mark(
    here: Here, batch: Sequence[SignatureBlock], hashes: U32, spans: I64, threshold: float,
    marks: Marks, stamp: int,
) -> int:  # fmt: skip
    """Marks the rows of `here` that are similar to a document of `batch`.

    `hashes` (uint32[bands, n]) and `spans` (int64[bands, 2, n]) belong to the documents of all
    blocks. Returns for how many documents some pair was left out and none was found.
    """
    crowded = np.any(spans[:, 1] - spans[:, 0] > GROUP_LIMIT, axis=0)
    starts = np.concatenate([[0], np.cumsum([len(block) for block in batch])]).tolist()
    asked = [
        Asked(
            Rows(block.signatures, block.shingles, block.offsets), stamp + start,
            readonly(crowded[start : start + len(block)]), np.zeros(len(block), bool),
        )
        for block, start in zip(batch, starts, strict=False)
    ]  # fmt: skip

    def compare(keys: U64, places: I64, limit: int, *, every: bool = False) -> None:
        for each, start in zip(asked, starts, strict=False):
            todo = np.arange(len(each.crowded)) if every else _open(each)
            part = readonly(places[:, :, start : start + len(each.crowded)])
            bounds = Bounds(threshold, limit, HUBS)
            if len(todo) and not mark_similar(keys, part, each, todo, here.rows, marks, bounds):
                raise DamagedRowsError

    def pending() -> I64:
        return np.concatenate([_open(each) + at for each, at in zip(asked, starts, strict=False)])

    compare(here.keys, spans, GROUP_LIMIT, every=True)
    if not len(left := pending()):
        return 0
    content = np.concatenate([block.content[:, 0] for block in batch])
    for members, places in _groups(here, content, hashes, _crowd(here, spans, left)):
        compare(members, places, GROUP_LIMIT)
        if not len(pending()):
            return 0
    compare(here.keys, spans, WHOLE)
    left = pending()
    return int(np.any(spans[:, 1, left] - spans[:, 0, left] > WHOLE, axis=0).sum())


def _open(asked: Asked) -> I64:
    """Rows in a large group for which nothing was found."""
    return np.flatnonzero(asked.crowded & ~asked.matched)


def _crowd(here: Here, spans: I64, left: I64) -> I64:
    """The earlier rows in the large groups of the new rows `left`, rising."""
    found = [np.empty(0, np.uint64)]
    for keys, (low, high) in zip(here.keys, spans[:, :, left], strict=True):
        groups = np.stack([low, high])[:, high - low > GROUP_LIMIT]
        for start, end in np.unique(groups, axis=1).T.tolist():
            found.append(keys[start:end] & LOW_HALF)
    crowd = np.unique(np.concatenate(found)).astype(np.int64)
    if len(crowd) and crowd[-1] >= len(here.content):
        raise DamagedRowsError
    return crowd


def _groups(here: Here, content: U64, hashes: U32, crowd: I64) -> Iterator[tuple[U64, I64]]:
    """Members of `crowd` by text, then by each pair of bands: keys, and the spans of new rows."""
    yield _grouped(crowd, here.content[crowd, 0], content)
    bands = len(hashes)
    old = band_hashes(readonly(here.rows.signatures[crowd]), bands).astype(np.uint64)
    new = hashes.astype(np.uint64)
    for pair in joined_bands(bands).tolist():
        one, two = pair[0], pair[-1]
        shift = np.uint64(32)
        yield _grouped(crowd, old[one] << shift | old[two], new[one] << shift | new[two])


def _grouped(crowd: I64, old: U64, new: U64) -> tuple[U64, I64]:
    """`crowd` sorted by its keys `old`, uint64[1, m]; where `new` stand there, int64[1, 2, n]."""
    order = np.argsort(old, kind="stable")
    keys = old[order]
    places = np.stack([np.searchsorted(keys, new), np.searchsorted(keys, new, side="right")])
    return readonly(crowd[order].astype(np.uint64)[np.newaxis]), places[np.newaxis]
