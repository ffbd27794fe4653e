"""Compiled search for runs of tokens that stand in two documents.

Every run of `least` tokens holds at least one anchor: a shorter run whose hash is the smallest
among its neighbours (winnowing; Schleimer, Wilkerson and Aiken, SIGMOD 2003). So two documents that
share `least` tokens share an anchor, wherever the run stands in them, and only a fifth of all
places needs to be remembered.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.dedup.kernels import I64, SHINGLE_BASE, U8, U64, U64_ONE, U64_ZERO, mix64
from dataflow.passages.scan import BARRIER

I32 = NDArray[np.int32]


@compiled
def anchor_length(least: int) -> int:
    """Tokens of an anchor: four fifths of the shortest run, so that 11 places compete at 50."""
    return max(1, least * 4 // 5)


@compiled
def anchors_of(tokens: U64, least: int) -> tuple[U64, I64]:
    """Hashes and first tokens of the anchors of a document, in order of place."""
    width = anchor_length(least)
    hashes, places = np.empty(len(tokens), np.uint64), np.empty(len(tokens), np.int64)
    count, begin = 0, 0
    rolled = np.empty(len(tokens), np.uint64)
    for end in range(len(tokens) + 1):
        if end < len(tokens) and tokens[end] != BARRIER:
            continue
        if end - begin >= least:
            number = roll(tokens[begin:end], width, rolled)
            count = winnow(rolled[:number], least - width + 1, begin, hashes, places, count)
        begin = end + 1
    return hashes[:count].copy(), places[:count].copy()


@compiled
def roll(tokens: U64, width: int, rolled: U64) -> int:
    """Fills `rolled` with the hash of each run of `width` tokens; returns how many."""
    value, leading = U64_ZERO, U64_ONE
    for place in range(width):
        value = value * SHINGLE_BASE + tokens[place]
        leading *= SHINGLE_BASE
    number = len(tokens) - width + 1
    for place in range(number):
        rolled[place] = mix64(value)
        if place + 1 < number:
            value = value * SHINGLE_BASE + tokens[place + width] - leading * tokens[place]
    return number


@compiled
def winnow(rolled: U64, window: int, base: int, hashes: U64, places: I64, count: int) -> int:
    """Adds the least hash of each `window` neighbours, the last of equals, once; returns the count.

    `base` is added to the places.
    """
    best = -1
    for last in range(window - 1, len(rolled)):
        first = last - window + 1
        if best < first:
            best = first
            for place in range(first + 1, last + 1):
                if rolled[place] <= rolled[best]:
                    best = place
        elif rolled[last] <= rolled[best]:
            best = last
        if count == 0 or places[count - 1] != base + best:
            hashes[count], places[count] = rolled[best], base + best
            count += 1
    return count


@compiled
def step(place: int, gone: U8, direction: int, low: int, high: int) -> int:
    """The next place within `low`..`high` that is not gone; -1 when there is none."""
    place += direction
    while low <= place < high and gone[place]:
        place += direction
    return place if low <= place < high else -1


@compiled
def walk(place: int, gone: U8, steps: int, high: int) -> int:
    """The place so many tokens further on."""
    for _ in range(steps):
        place = step(place, gone, 1, 0, high)
    return place


@compiled
def matches_of(
    mine: U64, found: tuple[I64, I64], kept: tuple[I64, I32, I64], tokens: U64,
    gone: U8, offsets: I64, least: int,
) -> I64:  # fmt: skip
    """int64[m, 3]: start and end in `mine` of runs that stand in earlier documents, and where.

    `mine` are the tokens left of this document; `found` the places of its anchors and their
    numbers; `kept` where each anchor stands in what earlier documents keep: heads, counts, places.
    Runs are compared token by token over what is left of the other document. Anchors deep inside
    a run that was found are passed over: those of its last `least` tokens may reach further.
    """
    heads, counts, places = kept
    result = np.empty((16, 3), np.int64)
    count, reach = 0, 0
    for at, number in zip(found[0], found[1]):  # noqa: B905 - numba has no `strict`
        if at < reach - least:
            continue
        for nth in range(counts[number]):
            other = places[heads[number] + nth]
            if is_known(result, count, at, other):
                continue
            document = np.searchsorted(offsets, other, side="right") - 1
            low, high = offsets[document], offsets[document + 1]
            first, last, place = extended(mine, at, tokens, other, gone, low, high)
            if last - first < least:
                continue
            if count == len(result):
                larger = np.empty((2 * count, 3), np.int64)
                larger[:count] = result
                result = larger
            result[count, 0], result[count, 1], result[count, 2] = first, last, place
            count += 1
            reach = max(reach, last)
    return result[:count].copy()


@compiled
def is_known(result: I64, count: int, at: int, other: int) -> bool:
    """Whether one of the last matches already covers this pair of places."""
    for nth in range(max(0, count - 8), count):
        first, last, place = result[nth, 0], result[nth, 1], result[nth, 2]
        if first <= at < last and place + at - first == other:
            return True
    return False


@compiled
def extended(
    mine: U64, at: int, tokens: U64, other: int, gone: U8, low: int, high: int
) -> tuple[int, int, int]:
    """The longest run around `mine[at]` and `tokens[other]` that is equal: start, end, its place.

    Empty (`at`, `at`) when these two differ.
    """
    last, place = at, other
    while last < len(mine) and place >= 0 and mine[last] == tokens[place] != BARRIER:
        last += 1
        place = step(place, gone, 1, low, high)
    if last == at:
        return at, at, other
    first, place = at, other
    while first > 0:
        before = step(place, gone, -1, low, high)
        if before < 0 or mine[first - 1] != tokens[before] or mine[first - 1] == BARRIER:
            break
        first -= 1
        place = before
    return first, last, place
