"""Compiled loops over pairs of documents: candidates, exact similarities, components, leaders."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.dedup.kernels import I64, U32, U64, mix64

F64 = NDArray[np.float64]
Flags = NDArray[np.bool_]

LOW_HALF = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


@compiled
def band_keys(
    signatures: U32, rows: I64, places: I64, picks: I64, index_bits: int, keys: U64, start: int
) -> None:
    """Fills `keys` (uint64[len(picks), n]) from column `start` on with sort keys of some rows.

    A key is the hash of the bands that one row of `picks` (int64[m, depth]) names in the upper
    bits, the document's place in the lower ones. Sorting plain numbers is several times faster
    than sorting positions, and ties come out in the order of places. Cutting the hash to
    64 - index_bits bits can only add candidates. Every band must occur in `picks`.
    """
    bands = picks.max() + 1
    width = signatures.shape[1] // bands
    shift = np.uint64(index_bits)
    hashes = np.empty(bands, np.uint64)
    for number in range(len(rows)):
        document = rows[number]
        for band in range(bands):
            key = np.uint64(band)
            for row in range(band * width, (band + 1) * width):
                key = mix64(key ^ np.uint64(signatures[document, row])) + np.uint64(row)
            hashes[band] = key
        for pick in range(len(picks)):
            key = np.uint64(0)
            for band in picks[pick]:
                key = mix64(key ^ hashes[band])
            keys[pick, start + number] = key >> shift << shift | np.uint64(places[number])


@compiled
def write_group(members: U64, hubs: int, own: int, pairs: U64, size: int) -> int:
    """Writes the pairs of a group to `pairs` from `size` on; returns the new size.

    Each member is paired with the `hubs` first members and with the one before it; pairs of two
    documents before `own` are left out.
    """
    for second in range(1, len(members)):
        if members[second] < np.uint64(own):
            continue
        for first in range(min(second, hubs)):
            pairs[size] = members[first] << HALF | members[second]
            size += 1
        if second - 1 >= hubs:
            pairs[size] = members[second - 1] << HALF | members[second]
            size += 1
    return size


@compiled
def band_pairs(
    keys: U64, index_bits: int, limits: tuple[int, int, int], crowds: I64, missed: I64
) -> U64:
    """Pairs of one band as first << 32 | second, from its sorted keys.

    `limits` are group limit, hubs and own. Documents of equal hash are paired all with all up to
    the group limit. A larger group (templated text) would be quadratic: there every member is
    paired with the first ones, its hubs, and with its neighbour. `crowds` (int64[n]) counts such
    groups for each document, `missed` (int64[1]) the pairs in them that were not written.
    """
    group_limit, hubs, own = limits
    shift = np.uint64(index_bits)
    members = keys & ((np.uint64(1) << shift) - np.uint64(1))
    ends = np.empty(len(keys), np.int64)
    groups, total = 0, 0
    for place in range(len(keys)):
        if place + 1 == len(keys) or keys[place + 1] >> shift != keys[place] >> shift:
            ends[groups] = place + 1
            length = place + 1 - (ends[groups - 1] if groups else 0)
            whole = length <= group_limit
            total += length * (length - 1) // 2 if whole else length * (hubs + 1)
            groups += 1
    pairs = np.empty(total, np.uint64)
    start, size = 0, 0
    for group in range(groups):
        end = ends[group]
        if end - start == 1:  # most of them: a slice would cost more than the search
            start = end
            continue
        if end - start <= group_limit:
            size = write_group(members[start:end], end - start, own, pairs, size)
        else:
            before = size
            size = write_group(members[start:end], hubs, own, pairs, size)
            old = np.searchsorted(members[start:end], np.uint64(own))
            length = end - start
            missed[0] += length * (length - 1) // 2 - old * (old - 1) // 2 - (size - before)
            for place in range(start, end):
                crowds[members[place]] += 1
        start = end
    return pairs[:size]


@compiled
def plausible(one: U32, one_rows: I64, two: U32, two_rows: I64, least: float) -> Flags:
    """bool[n]: which pairs of rows agree in at least `least` places of their signatures."""
    passed = np.zeros(len(one_rows), np.bool_)
    width = one.shape[1]
    for pair in range(len(one_rows)):
        first, second = one_rows[pair], two_rows[pair]
        equal = 0
        for k in range(width):
            equal += one[first, k] == two[second, k]
        passed[pair] = equal >= least
    return passed


@compiled
def similarities(
    one: U64, one_offsets: I64, one_rows: I64, two: U64, two_offsets: I64, two_rows: I64
) -> F64:
    """Exact Jaccard similarity of each pair of rows, from sorted unique shingles."""
    found = np.empty(len(one_rows), np.float64)
    for pair in range(len(one_rows)):
        a, a_end = one_offsets[one_rows[pair]], one_offsets[one_rows[pair] + 1]
        b, b_end = two_offsets[two_rows[pair]], two_offsets[two_rows[pair] + 1]
        union, shared = a_end - a + b_end - b, 0
        while a < a_end and b < b_end:
            left, right = one[a], two[b]
            shared += left == right
            a += left <= right
            b += right <= left
        found[pair] = shared / (union - shared)
    return found


@compiled
def components(number: int, first: I64, second: I64) -> I64:
    """int64[number]: the smallest member of each document's connected component."""
    parent = np.arange(number)
    for edge in range(len(first)):
        a, b = first[edge], second[edge]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a < b:
            parent[b] = a
        else:
            parent[a] = b
    for document in range(number):
        parent[document] = parent[parent[document]]  # parents are smaller, so already roots
    return parent


@compiled
def leaders(number: int, first: I64, second: I64, similarity: F64) -> tuple[I64, F64]:
    """For each document the kept twin it is dropped for (itself when kept) and their similarity.

    Documents are taken in order; one stays unless it has an edge to an earlier one that stays.
    Edges (first < second) must be sorted by second. The twin is the most similar kept one,
    of equals the smallest.
    """
    kept = np.ones(number, np.bool_)
    for edge in range(len(first)):
        if kept[first[edge]]:
            kept[second[edge]] = False
    twin, best = np.arange(number), np.ones(number, np.float64)
    best[~kept] = -1.0
    for edge in range(len(first)):
        a, b, value = first[edge], second[edge], similarity[edge]
        if kept[a] and (value > best[b] or (value == best[b] and a < twin[b])):
            twin[b], best[b] = a, value
        if kept[b] and (value > best[a] or (value == best[a] and b < twin[a])):
            twin[a], best[a] = b, value
    return twin, best


@compiled
def copy_rows(shingles: U64, offsets: I64, rows: I64, out: U64, start: int) -> int:
    """Copies the shingles of `rows` to `out` from `start` on; returns where they end."""
    for row in rows:
        for place in range(offsets[row], offsets[row + 1]):
            out[start] = shingles[place]
            start += 1
    return start


@compiled
def partition(numbers: U64, labels: I64, count: int) -> tuple[U64, I64]:
    """`numbers` by their labels (0 to count - 1), each label's in order, and where each ends."""
    ends = np.zeros(count, np.int64)
    for label in labels:
        ends[label] += 1
    ends = np.cumsum(ends)
    at = np.empty(count, np.int64)
    at[0], at[1:] = 0, ends[:-1]
    out = np.empty(len(numbers), np.uint64)
    for place in range(len(numbers)):
        label = labels[place]
        out[at[label]] = numbers[place]
        at[label] += 1
    return out, ends
