"""Compiled loops of decontamination: units of texts with their places, and exact n-gram search.

A unit is an ideograph or a run of other letters and digits, whatever surrounds it: unlike in
deduplication, a Chinese question must be found in an English page. Units come from the fold table
of deduplication, so case, width, ligatures and punctuation make no difference; `_` is punctuation
here, as a blank to be filled in has any length.

Arrays are passed read-only where they are not written to: numba compiles one version for writable
and another for read-only arrays, and a mapped index is always read-only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.dedup.kernels import mix64, next_code

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

CODE = np.uint32((1 << 21) - 1)
LETTER = np.uint32(1 << 21)
IDEOGRAPH = np.uint32(1 << 22)
EXPANDS = np.uint32(1 << 24)
LOW_LINE = np.uint32(0x5F)
FNV_BASIS = np.uint64(0xCBF29CE484222325)
FNV_PRIME = np.uint64(0x100000001B3)
GRAM_BASE = np.uint64(0xD6E8FEB86659FD93)
SIZE_SALT = np.uint64(0xA0761D6478BD642F)
ZERO, ONE = np.uint64(0), np.uint64(1)


@compiled
def expansion(entry: np.uint32, expansions: U32) -> tuple[np.int64, np.int64]:
    """Where the entries stand that a code point folds to, -1 for its own, and how many they are."""
    if entry & EXPANDS:
        place = np.int64(entry & CODE)
        return place + 1, np.int64(expansions[place])
    return np.int64(-1), np.int64(1)


@compiled
def write_units(
    data: U8, bounds: tuple[int, int], table: tuple[U32, U32], room: U32, units: U64, places: I64
) -> tuple[int, int, int]:
    """Units of the text at `bounds` of `data`; returns how many, their letters, and ideographs.

    `units` receives their hashes, `places` (int64[n + 1, 3]) first and end code point in the text
    and the first letter in `room`, which receives the folded letters. (-1, 0, 0) when these are
    too small; `units` and `room` are of one length, `places` is one longer.
    """
    codes, expansions = table
    at, end = bounds
    point, letters, count, ideographs = 0, 0, 0, 0
    inside = False
    hashed = FNV_BASIS
    while at < end:
        code, at = next_code(data, at)
        entry = codes[code] if code < len(codes) else np.uint32(0)
        first, parts = expansion(entry, expansions)
        if letters + parts > len(room):
            return -1, 0, 0
        for step in range(parts):
            one = entry if first < 0 else expansions[first + step]
            folded = one & CODE
            alone = (one & IDEOGRAPH) != 0
            letter = (one & LETTER) != 0 and folded != LOW_LINE
            if inside and (alone or not letter):
                units[count] = mix64(hashed)
                count += 1
                inside = False
            if not letter:
                continue
            if not inside:
                places[count, 0], places[count, 2] = point, letters
                hashed = FNV_BASIS
                inside = True
            hashed = (hashed ^ np.uint64(folded)) * FNV_PRIME
            room[letters] = folded
            letters += 1
            places[count, 1] = point + 1
            if alone:
                units[count] = mix64(hashed)
                count += 1
                ideographs += 1
                inside = False
        point += 1
    if inside:
        units[count] = mix64(hashed)
        count += 1
    places[count, 2] = letters
    return count, letters, ideographs


@compiled
def salted(size: int) -> np.uint64:
    """What keeps the n-grams of one length apart from those of another."""
    return np.uint64(size) * SIZE_SALT


@compiled
def leading_power(size: int) -> np.uint64:
    """The factor with which the unit that leaves a window of `size` is still in its hash."""
    power = ONE
    for _ in range(size):
        power = power * GRAM_BASE
    return power


@compiled
def is_plain(units: U64, begin: int, size: int) -> bool:
    """Whether an n-gram has fewer different units than half its length, as in rows of zeros."""
    different = 0
    for i in range(begin, begin + size):
        new = 1
        for j in range(begin, i):
            if units[j] == units[i]:
                new = 0
                break
        different += new
    return different * 2 < size


@compiled
def write_grams(units: U64, begin: int, end: int, size: int, grams: U64, places: I64) -> int:
    """Hashes and places of the n-grams of `units[begin:end]` that say something; how many."""
    rolling, leading, salt = ZERO, leading_power(size), salted(size)
    found = 0
    for place in range(begin, end):
        rolling = rolling * GRAM_BASE + units[place]
        first = place - size + 1
        if first > begin:
            rolling -= units[first - 1] * leading
        if first >= begin and not is_plain(units, first, size):
            grams[found], places[found] = mix64(rolling ^ salt), first
            found += 1
    return found


@compiled
def position(grams: U64, gram: np.uint64) -> int:
    """Where `gram` stands in the sorted `grams`, -1 when it does not."""
    low, high = 0, len(grams)
    while low < high:
        middle = (low + high) >> 1
        if grams[middle] < gram:
            low = middle + 1
        else:
            high = middle
    return low if low < len(grams) and grams[low] == gram else -1


@compiled
def same_units(
    letters: U32, places: I64, at: int, known: U32, starts: I64, place: int, size: int
) -> bool:
    """Whether `size` units of a text from `at` are those of the index from `place`, by letter."""
    one, two = places[at, 2], starts[place]
    for step in range(1, size + 1):
        if places[at + step, 2] - one != starts[place + step] - two:
            return False
    for step in range(starts[place + size] - two):
        if letters[one + step] != known[two + step]:
            return False
    return True
