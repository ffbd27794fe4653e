"""Compiled loops over pairs of documents: candidates, exact similarities, components, leaders."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.dedup.compiled import compiled
from dataflow.dedup.kernels import I64, U32, U64, mix64

F64 = NDArray[np.float64]
Flags = NDArray[np.bool_]

LOW_HALF = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


@compiled
def band_keys(signatures: U32, first: int, rows: int, index_bits: int) -> U64:
    """Sort keys of one band: its hash in the upper bits, the document's number in the lower.

    Sorting plain numbers is several times faster than sorting positions, and ties come out in
    document order. Cutting the hash to 64 - index_bits bits can only add candidates.
    """
    number = len(signatures)
    keys = np.empty(number, np.uint64)
    shift = np.uint64(index_bits)
    for document in range(number):
        key = np.uint64(first)
        for row in range(first, first + rows):
            key = mix64(key ^ np.uint64(signatures[document, row])) + np.uint64(row)
        keys[document] = (mix64(key) >> shift) << shift | np.uint64(document)
    return keys


@compiled
def write_group(keys: U64, start: int, end: int, hubs: int, pairs: U64, size: int) -> int:
    """Writes the pairs of a group to `pairs` from `size` on; returns the new size.

    Each member is paired with the `hubs` first members and with the one before it.
    """
    for second in range(start + 1, end):
        for first in range(start, min(second, start + hubs)):
            pairs[size] = keys[first] << HALF | keys[second]
            size += 1
        if second - 1 >= start + hubs:
            pairs[size] = keys[second - 1] << HALF | keys[second]
            size += 1
    return size


@compiled
def band_pairs(keys: U64, index_bits: int, group_limit: int, hubs: int, crowds: I64) -> U64:
    """Pairs of one band as first << 32 | second, from its sorted keys.

    Documents of equal hash are paired all with all up to `group_limit` of them. A larger group
    (templated text) would be quadratic: there every member is paired with the `hubs` first ones
    and with its neighbour. `crowds` (int64[n]) counts such groups for each document.
    """
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
        if end - start <= group_limit:
            size = write_group(members, start, end, end - start, pairs, size)
        else:
            size = write_group(members, start, end, hubs, pairs, size)
            for place in range(start, end):
                crowds[members[place]] += 1
        start = end
    return pairs[:size]


@compiled
def plausible(
    pairs: U64, signatures: U32, sizes: I64, threshold: float, margin: float, counts: I64
) -> Flags:
    """bool[n]: pairs whose set sizes and signatures allow a similarity of `threshold`.

    |A| < T |B| excludes J >= T for certain. A signature similarity under T - margin excludes it
    but for 128 permutations and margin .2 with p < 2e-7 (5 standard deviations). `counts`
    (int64[2]) receives how many went for each reason.
    """
    passed = np.zeros(len(pairs), np.bool_)
    width = signatures.shape[1]
    least = (threshold - margin) * width
    for place in range(len(pairs)):
        first = np.int64(pairs[place] >> HALF)
        second = np.int64(pairs[place] & LOW_HALF)
        smaller, larger = sizes[first], sizes[second]
        if smaller > larger:
            smaller, larger = larger, smaller
        if smaller / larger < threshold:
            counts[0] += 1
            continue
        equal = 0
        for k in range(width):
            equal += signatures[first, k] == signatures[second, k]
        if equal < least:
            counts[1] += 1
            continue
        passed[place] = True
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

    Documents are taken in order; one stays unless it has an edge to one that stays. Edges
    (first < second) must be sorted by second. The twin is the most similar kept one, of equals
    the smallest.
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
