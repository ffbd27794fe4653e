"""Compiled loops of the corpus index: sorted band keys, and the rows that are similar enough.

A key is 32 bits of a band's hash above the 32 bits of the row it belongs to, so the keys of one
band are found by binary search and need no second array. They are part of the index's format:
another way of making them is another version.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.dedup.kernels import I64, U32, U64, Int, mix64

MARGIN = 0.2
"""Signatures that agree this much less than the threshold rule a pair out (128 numbers: p < 2e-7).
"""


class Rows(NamedTuple):
    """What is compared: signatures (uint32[n, k]) and sorted unique shingles, row by row.

    Row i's shingles are `shingles[offsets[i]:offsets[i + 1]]`.
    """

    signatures: U32
    shingles: U64
    offsets: I64


@compiled
def band_hashes(signatures: U32, bands: int) -> U32:
    """uint32[bands, n]: the hash of each row's numbers in each band."""
    number, width = signatures.shape
    rows = width // bands
    hashes = np.empty((bands, number), np.uint32)
    for row in range(number):
        for band in range(bands):
            key = np.uint64(band)
            for place in range(band * rows, (band + 1) * rows):
                key = mix64(key ^ np.uint64(signatures[row, place])) + np.uint64(place)
            hashes[band, row] = np.uint32(mix64(key) >> np.uint64(32))
    return hashes


def sorted_keys(hashes: U32) -> U64:
    """uint64[n]: keys of one band (hashes uint32[n] of rows 0 to n - 1), sorted."""
    keys = hashes.astype(np.uint64) << np.uint64(32) | np.arange(len(hashes), dtype=np.uint64)
    keys.sort()
    return keys


def ranges(keys: U64, hashes: U32) -> I64:
    """int64[2, n]: where the keys of each hash begin and end among the sorted `keys`.

    The hashes are looked up in their order, so that neighbours touch the same pages of the file.
    """
    order = np.argsort(hashes, kind="stable")
    low = hashes[order].astype(np.uint64) << np.uint64(32)
    spans = np.empty((2, len(order)), np.int64)
    spans[0, order] = np.searchsorted(keys, low)
    spans[1, order] = np.searchsorted(keys, low | np.uint64(0xFFFFFFFF), side="right")
    return spans


@compiled
def agreeing(one: U32, two: U32) -> int:
    """How many numbers of two signatures are equal."""
    equal = 0
    for place in range(len(one)):
        equal += one[place] == two[place]
    return equal


@compiled
def jaccard(one: U64, two: U64) -> float:
    """Exact Jaccard similarity of two sets, each sorted; 0 when both are empty."""
    a, b, shared = 0, 0, 0
    while a < len(one) and b < len(two):
        left, right = one[a], two[b]
        shared += left == right
        a += left <= right
        b += right <= left
    union = len(one) + len(two) - shared
    return shared / union if union else 0.0


@compiled
def alike(new: Rows, row: Int, old: Rows, other: Int, threshold: float) -> bool:
    """Whether two rows are similar by at least `threshold`, the cheap bounds first."""
    size = new.offsets[row + 1] - new.offsets[row]
    other_size = old.offsets[other + 1] - old.offsets[other]
    if min(size, other_size) / max(size, other_size, 1) < threshold:
        return False
    least = (threshold - MARGIN) * new.signatures.shape[1]
    if agreeing(new.signatures[row], old.signatures[other]) < least:
        return False
    mine = new.shingles[new.offsets[row] : new.offsets[row + 1]]
    theirs = old.shingles[old.offsets[other] : old.offsets[other + 1]]
    return bool(jaccard(mine, theirs) >= threshold)


@compiled
def sound(rows: Rows, row: Int) -> bool:
    """Whether `row` lies within the arrays; those of a damaged file may not."""
    if row >= len(rows.signatures):
        return False
    start, end = rows.offsets[row], rows.offsets[row + 1]
    return bool(0 <= start <= end <= len(rows.shingles))


@compiled
def alike_pairs(
    new: Rows, first: I64, old: Rows, second: I64, threshold: float
) -> NDArray[np.bool_]:
    """bool[n]: which pairs of a new and an old row are similar enough."""
    found = np.zeros(len(first), np.bool_)
    for pair in range(len(first)):
        found[pair] = alike(new, first[pair], old, second[pair], threshold)
    return found


class Marks(NamedTuple):
    """Of old rows (n each): `found` is one similar to a new row, `seen` the last new row's stamp.

    Made by numpy, whose zeros take no memory where no row is touched.
    """

    found: NDArray[np.bool_]
    seen: U32


class Asked(NamedTuple):
    """New rows (n) that are looked up: `stamp` is that of the first, the next ones follow.

    `crowded` (bool[n]) says which stand in a group of old rows that is too large to compare all
    with, `matched` (bool[n]) for which of these an old row was found.
    """

    rows: Rows
    stamp: int
    crowded: NDArray[np.bool_]
    matched: NDArray[np.bool_]


class Bounds(NamedTuple):
    """Similarity from which on rows are alike; of groups above `limit` the first `hubs` count."""

    threshold: float
    limit: int
    hubs: int


@compiled
def mark_similar(
    keys: U64, spans: I64, asked: Asked, todo: I64, old: Rows, marks: Marks, bounds: Bounds
) -> bool:
    """Marks old rows with a similar new one as found; false when the old arrays are damaged.

    `keys` is uint64[groupings, N]; `spans` (int64[groupings, 2, n]) says which of them stand in
    the groups of the new rows, of which those in `todo` are looked up. None is compared twice with
    the same new row, and one that is found is not looked at again, except for a crowded row: what
    is done for that must not depend on the rows before it.
    """
    for row in todo:
        for grouping in range(len(keys)):
            start, end = spans[grouping, 0, row], spans[grouping, 1, row]
            if end - start > bounds.limit:
                end = start + bounds.hubs
            for place in range(start, end):
                other = np.int64(keys[grouping, place] & np.uint64(0xFFFFFFFF))
                if not sound(old, other):
                    return False
                if marks.found[other] and not asked.crowded[row]:
                    continue
                if marks.seen[other] == asked.stamp + row:
                    continue
                marks.seen[other] = asked.stamp + row
                if alike(asked.rows, row, old, other, bounds.threshold):
                    marks.found[other] = True
                    asked.matched[row] = True
    return True
