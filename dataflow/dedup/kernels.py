"""Compiled loops from texts to shingles; all arrays are C-contiguous.

A text becomes units (words, or characters where ideographs dominate), units become shingles of
`ngram` neighbours; signing.py makes signatures of these. No string is ever built.

Inputs are passed read-only throughout: numba compiles one version for writable and another for
read-only arrays, and memory-mapped blocks are always read-only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
Int = int | np.int64


CODE = np.uint32((1 << 21) - 1)
LETTER = np.uint32(1 << 21)
IDEOGRAPH = np.uint32(1 << 22)
JOINS = np.uint32(1 << 23)
EXPANDS = np.uint32(1 << 24)
WORDS, CHARACTERS, SYMBOLS = 0, 1, 2
LETTERS_PER_WORD = 5
"""A text is read by characters when it has more ideographs than Latin words of this length."""
STRIDE = 32
"""Bytes that are looked at together where most text is ASCII."""

FNV_BASIS = np.uint64(0xCBF29CE484222325)
FNV_PRIME = np.uint64(0x100000001B3)
SECOND_PRIME = np.uint64(0x9E3779B97F4A7C15)
SHINGLE_BASE = np.uint64(0xD6E8FEB86659FD93)
MODE_SALT = np.uint64(0xA0761D6478BD642F)
U64_ZERO = np.uint64(0)
U64_ONE = np.uint64(1)


@compiled
def mix64(value: np.uint64) -> np.uint64:
    """MurmurHash3's 64-bit finaliser: a bijection that spreads every bit."""
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@compiled
def absorbed(state: np.uint64, value: np.uint64) -> np.uint64:
    """The next state of a hash over values: a bijection of either, given the other."""
    state ^= value
    return (state << np.uint64(29) | state >> np.uint64(35)) * SECOND_PRIME


@compiled
def next_code(data: U8, at: int) -> tuple[np.int64, int]:
    """The code point that starts at byte `at` of valid UTF-8, and where the next one starts."""
    lead = np.int64(data[at])
    if lead < 0x80:
        return lead, at + 1
    second = np.int64(data[at + 1]) & 0x3F
    if lead < 0xE0:
        return (lead & 0x1F) << 6 | second, at + 2
    third = np.int64(data[at + 2]) & 0x3F
    if lead < 0xF0:
        return (lead & 0x0F) << 12 | second << 6 | third, at + 3
    return (lead & 7) << 18 | second << 12 | third << 6 | (np.int64(data[at + 3]) & 0x3F), at + 4


@compiled
def joining_texts(data: U8, offsets: I64, codes: U32) -> NDArray[np.bool_]:
    """bool[n]: which texts hold a code point that may combine with the one before it."""
    found = np.zeros(len(offsets) - 1, np.bool_)
    for text in range(len(offsets) - 1):
        at, end = offsets[text], offsets[text + 1]
        while at < end:
            if at + STRIDE <= end:
                seen = np.uint8(0)
                for place in range(at, at + STRIDE):  # becomes a few vector instructions
                    seen |= data[place]
                if seen < 0x80:
                    at += STRIDE
                    continue
            stop = min(at + STRIDE, end)
            while at < stop:
                if data[at] < 0xCC:  # below U+0300 nothing combines
                    at += 1
                    continue
                code, at = next_code(data, at)
                if code < len(codes) and codes[code] & JOINS:
                    found[text] = True
                    stop = at = end
    return found


@compiled
def folded(
    data: U8, start: int, end: int, codes: U32, expansions: U32, room: U32
) -> tuple[int, Int, Int]:
    """Fills `room` with a text's table entries; returns how many, and letters and ideographs.

    -1 entries when the room is too small: growing it here would cost a reference count for every
    character (measured: 8 times slower).
    """
    at, size, limit = start, 0, len(room)
    letters: Int = 0
    ideographs: Int = 0
    while at < end:
        code, at = next_code(data, at)
        if code < len(codes):
            entry = codes[code]
        else:  # private use and unassigned: visible, but no letters; tags are not even that
            entry = np.uint32(0 if 0xE0000 <= code < 0xE0100 else code)
        first, count = np.int64(-1), np.int64(1)
        if entry & EXPANDS:
            first = np.int64(entry & CODE)
            count = np.int64(expansions[first])
        if size + count > limit:
            return -1, 0, 0
        for step in range(count):
            one = entry if first < 0 else expansions[first + 1 + step]
            room[size] = one
            size += 1
            letters += np.int64((one >> np.uint32(21)) & np.uint32(1))
            ideographs += np.int64((one >> np.uint32(22)) & np.uint32(1))
    return size, letters, ideographs


@compiled
def write_units(room: U32, size: int, mode: int, units: U64, content: U64) -> int:
    """Hashes the units of a folded text into `units`, the whole into `content`; returns how many.

    A unit is hashed twice, by 64-bit FNV-1a and by a plain polynomial; shingles use the first,
    the 128-bit content hash uses both.
    """
    count = 0
    one, two = FNV_BASIS, U64_ZERO
    inside = False
    low, high = np.uint64(mode), np.uint64(mode)
    for place in range(size + 1):
        entry = room[place] if place < size else np.uint32(0)
        code = np.uint64(entry & CODE)
        taken = (entry & LETTER) != 0 or (mode == SYMBOLS and code != U64_ZERO)
        if taken:
            one = (one ^ code) * FNV_PRIME
            two = (two + code + U64_ONE) * SECOND_PRIME
            inside = True
        if inside and (not taken or mode != WORDS):
            unit = mix64(one)
            units[count] = unit
            count += 1
            low, high = absorbed(low, unit), absorbed(high, two)
            one, two, inside = FNV_BASIS, U64_ZERO, False
    content[0], content[1] = mix64(low), mix64(high)
    return count


@compiled
def mostly_narrow(data: U8, start: int, end: int) -> bool:
    """Whether few bytes begin an ideograph, so that the text is likely to be read by words."""
    wide: Int = 0
    for place in range(start, end):
        wide += np.int64(data[place] >= 0xE3) & np.int64(data[place] < 0xF0)
    return bool(wide * 8 < end - start)


@compiled
def word_units(
    data: U8, start: int, end: int, codes: U32, expansions: U32, units: U64, content: U64
) -> int:
    """What `folded` and `write_units` do for a text that is read by words, in one pass.

    -1 when it is not, or has characters that become several letters: then those two must do it.
    `units` needs room for one unit in two bytes.
    """
    count, letters = 0, 0
    ideographs: Int = 0
    low, high = np.uint64(WORDS), np.uint64(WORDS)
    at = start
    while at < end:
        one, two = FNV_BASIS, U64_ZERO
        before = letters
        while at < end:
            if data[at] < 0x80:
                entry = codes[data[at]]
                at += 1
            else:
                point, at = next_code(data, at)
                entry = codes[point] if point < len(codes) else np.uint32(0)
                if entry & EXPANDS:
                    first = np.int64(entry & CODE)
                    for place in range(first + 1, first + 1 + np.int64(expansions[first])):
                        if expansions[place] & LETTER:
                            return -1
                    break
                ideographs += np.int64((entry >> np.uint32(22)) & np.uint32(1))
            if not entry & LETTER:
                break
            code = np.uint64(entry & CODE)
            one = (one ^ code) * FNV_PRIME
            two = (two + code + U64_ONE) * SECOND_PRIME
            letters += 1
        if letters > before:
            unit = mix64(one)
            units[count] = unit
            count += 1
            low, high = absorbed(low, unit), absorbed(high, two)
    if letters == 0 or ideographs * LETTERS_PER_WORD > letters - ideographs:
        return -1
    content[0], content[1] = mix64(low), mix64(high)
    return count


@compiled
def units_to_shingles(units: U64, count: int, ngram: int, salt: np.uint64) -> int:
    """Turns unit hashes into shingle hashes in place; returns how many: at least one.

    A text of fewer than `ngram` units is one shingle as a whole.
    """
    width = min(ngram, count)
    rolling, leading = U64_ZERO, U64_ONE
    for place in range(width):
        rolling = rolling * SHINGLE_BASE + units[place]
        leading = leading * SHINGLE_BASE
    shingles = max(1, count - width + 1)
    for place in range(shingles):
        following = U64_ZERO if place + width >= count else units[place + width]
        leaving = U64_ZERO if count == 0 else units[place]
        units[place] = mix64(rolling ^ salt)
        rolling = rolling * SHINGLE_BASE + following - leaving * leading
    return shingles


@compiled
def with_room(flat: U64, done: int, more: int) -> U64:
    """`flat`, or a larger array with its first `done` numbers, with room for `more`."""
    if done + more <= len(flat):
        return flat
    larger = np.empty(2 * len(flat) + more, np.uint64)
    larger[:done] = flat[:done]
    return larger


@compiled
def shingle_texts(
    data: U8, offsets: I64, codes: U32, expansions: U32, ngram: int, content: U64
) -> tuple[U64, I64]:
    """Shingle hashes of each text, flat and in order of place, and their offsets (int64[n + 1]).

    `content` (uint64[n, 2]) receives the hash of each folded text.
    """
    number = len(offsets) - 1
    flat = np.empty(number + len(data) // 4 + 64, np.uint64)
    bounds = np.zeros(number + 1, np.int64)
    room = np.empty(4096, np.uint32)
    for text in range(number):
        start, end, done = offsets[text], offsets[text + 1], bounds[text]
        mode, count = WORDS, -1
        if mostly_narrow(data, start, end):
            flat = with_room(flat, done, (end - start) // 2 + 2)
            count = word_units(data, start, end, codes, expansions, flat[done:], content[text])
        if count < 0:
            size, letters, ideographs = folded(data, start, end, codes, expansions, room)
            while size < 0:
                room = np.empty(max(2 * len(room), end - start), np.uint32)
                size, letters, ideographs = folded(data, start, end, codes, expansions, room)
            if letters == 0:
                mode = SYMBOLS
            elif ideographs * LETTERS_PER_WORD > letters - ideographs:
                mode = CHARACTERS
            flat = with_room(flat, done, size + 1)
            count = write_units(room, size, mode, flat[done:], content[text])
        salt = np.uint64(mode) * MODE_SALT
        bounds[text + 1] = done + units_to_shingles(flat[done:], count, ngram, salt)
    return flat[: bounds[number]], bounds
