"""Compiled scans of one text: what a passage is folded to, and its tokens.

A text is an array of code points, so that every place is a place in the text. It is folded as
deduplication folds (case, compatibility forms, punctuation and white space do not count), but code
point by code point: a letter and its accent written apart differ from the two in one, which
cleaning makes the same. Words are one token, ideographs each.
"""

from __future__ import annotations

import numpy as np

from dataflow.compiled import compiled
from dataflow.dedup.kernels import (
    CODE,
    EXPANDS,
    FNV_BASIS,
    FNV_PRIME,
    I64,
    IDEOGRAPH,
    LETTER,
    SECOND_PRIME,
    U32,
    U64,
    U64_ONE,
    U64_ZERO,
    Int,
    mix64,
)  # fmt: skip

IDEOGRAPH_WEIGHT = 3
"""Letters that an ideograph counts for: a page of Chinese has a third of its translation's."""
LONGEST_TOKEN = 1000
BARRIER = np.uint64(0)
"""A token that equals none, itself included: nothing is compared across it."""


@compiled
def entry_of(code: np.uint32, codes: U32) -> np.uint32:
    """The code point's entry in the folding table."""
    if code < len(codes):
        return np.uint32(codes[code])
    return np.uint32(0 if 0xE0000 <= code < 0xE0100 else code)


@compiled
def is_blank(code: np.uint32, codes: U32) -> bool:
    """Whether nothing is to be seen at this code point."""
    return bool(entry_of(code, codes) == 0)


@compiled
def fold_points(
    points: U32, start: Int, end: Int, codes: U32, expansions: U32, room: U32
) -> np.int64:
    """Fills `room` with the table entries of a passage, a 0 behind them; returns how many, or -1.

    -1 when the room is too small: see `dataflow.dedup.kernels.folded`.
    """
    size, limit = np.int64(0), len(room) - 1
    for at in range(start, end):
        entry = entry_of(points[at], codes)
        if not entry & EXPANDS:
            if size >= limit:
                return np.int64(-1)
            room[size] = entry
            size += 1
            continue
        first = np.int64(entry & CODE)
        steps = np.int64(expansions[first])
        if size + steps > limit:
            return np.int64(-1)
        for step in range(steps):
            room[size + step] = expansions[first + 1 + step]
        size += steps
    room[size] = 0
    return size


@compiled
def fold_span(
    points: U32, start: Int, end: Int, codes: U32, expansions: U32
) -> tuple[np.uint64, np.uint64, int]:
    """128 bits of hash of the folded passage, and its weight; equal for equal folded texts."""
    room = np.empty(end - start + 64, np.uint32)
    size = fold_points(points, start, end, codes, expansions, room)
    while size < 0:
        room = np.empty(2 * len(room), np.uint32)
        size = fold_points(points, start, end, codes, expansions, room)
    low, high, one, two = U64_ZERO, U64_ONE, FNV_BASIS, U64_ZERO
    weight, inside = 0, False
    for at in range(size + 1):
        part = room[at]
        taken, alone = (part & LETTER) != 0, (part & IDEOGRAPH) != 0
        if inside and (alone or not taken):
            low, high = mix64(low ^ mix64(one)), mix64(high ^ mix64(two))
            one, two, inside = FNV_BASIS, U64_ZERO, False
        if taken:
            letter = np.uint64(part & CODE)
            weight += IDEOGRAPH_WEIGHT if alone else 1
            one = (one ^ letter) * FNV_PRIME
            two = (two + letter + U64_ONE) * SECOND_PRIME
            inside = True
        if alone:
            low, high = mix64(low ^ mix64(one)), mix64(high ^ mix64(two))
            one, two, inside = FNV_BASIS, U64_ZERO, False
    return low, high, weight


@compiled
def scan_tokens(points: U32, segments: I64, codes: U32, expansions: U32) -> tuple[U64, U32, U32]:
    """Hash, start and end of each token within `segments` (int64[n, 2]), a BARRIER between two.

    A token's span takes in marks that stand between it and white space, so that a passage takes
    its full stop and its opening bracket with it. Overlong tokens are several.
    """
    room = len(points) + len(segments) + 1
    hashes = np.empty(room, np.uint64)
    starts, ends = np.empty(room, np.uint32), np.empty(room, np.uint32)
    count = 0
    for segment in range(len(segments)):
        low, high = segments[segment, 0], segments[segment, 1]
        first_of_segment = count
        opened, one = np.int64(-1), FNV_BASIS
        for at in range(low, high + 1):
            entry = entry_of(points[at], codes) if at < high else np.uint32(0)
            letter, alone, hashed = folded_point(entry, expansions, one)
            long = opened >= 0 and at - opened >= LONGEST_TOKEN
            if opened >= 0 and (alone or not letter or long):
                hashes[count] = mix64(one) | U64_ONE
                starts[count], ends[count] = opened, at
                count += 1
                opened, one = np.int64(-1), FNV_BASIS
                letter, alone, hashed = folded_point(entry, expansions, one)
            if alone:
                hashes[count] = mix64(hashed) | U64_ONE
                starts[count], ends[count] = at, at + 1
                count += 1
            elif letter:
                one = hashed
                opened = np.int64(at) if opened < 0 else opened
        widen(points, segments[segment], codes, starts[:count], ends[:count], first_of_segment)
        if count > first_of_segment and segment + 1 < len(segments):
            hashes[count] = BARRIER
            starts[count], ends[count] = high, high
            count += 1
    return hashes[:count].copy(), starts[:count].copy(), ends[:count].copy()


@compiled
def folded_point(entry: np.uint32, expansions: U32, one: np.uint64) -> tuple[bool, bool, np.uint64]:
    """Whether a code point has a letter, whether it is a token alone, and `one` hashed further."""
    if not entry & EXPANDS:
        letter = (entry & LETTER) != 0
        hashed = (one ^ np.uint64(entry & CODE)) * FNV_PRIME
        return letter, (entry & IDEOGRAPH) != 0, hashed
    first = np.int64(entry & CODE)
    letter, alone = False, False
    for step in range(np.int64(expansions[first])):
        part = expansions[first + 1 + step]
        letter = letter or (part & LETTER) != 0
        alone = alone or (part & IDEOGRAPH) != 0
        one = (one ^ np.uint64(part & CODE)) * FNV_PRIME
    return letter, alone, one


@compiled
def widen(points: U32, segment: I64, codes: U32, starts: U32, ends: U32, first: int) -> None:
    """Extends tokens from `first` on over the marks between them and those at a line's start.

    Marks belong to the token that no white space divides them from; between two tokens those that
    close something belong to the one before, those that open something to the one behind.
    """
    low, high, last = segment[0], segment[1], len(starts)
    for token in range(first, last):
        ceiling = np.int64(starts[token + 1]) if token + 1 < last else high
        begin, end = np.int64(ends[token]), ceiling
        at = begin
        while at < ceiling and not is_blank(points[at], codes):
            at += 1
        if at < ceiling or at == high:
            ends[token] = at
            while end > at and not is_blank(points[end - 1], codes):
                end -= 1
        else:
            at = begin
            while at < ceiling and is_closer(points[at]):
                at += 1
            ends[token] = at
            while end > at and is_opener(points[end - 1]):
                end -= 1
        if token + 1 < last:
            starts[token + 1] = line_start(points, np.int64(ends[token]), end)
        if token == first:
            at = np.int64(starts[token])
            while at > low and not is_blank(points[at - 1], codes):
                at -= 1
            starts[token] = line_start(points, low, at)


@compiled
def line_start(points: U32, floor: np.int64, start: np.int64) -> np.int64:
    """`start`, or where its line begins if only marks of headings, lists and quotes are before it.

    So no mark is left without what it marks.
    """
    at, found = start, start
    while at > floor:
        code = points[at - 1]
        if code == 0x0A:
            return found
        if code in (0x23, 0x2A, 0x2B, 0x2D, 0x3E):
            found = at - 1
        elif code not in (0x20, 0x09):
            return start
        at -= 1
    return found if floor == 0 else start


@compiled
def is_closer(code: np.uint32) -> bool:
    """Whether this ends a clause or closes a bracket or quotation."""
    return code in (
        0x21, 0x29, 0x2C, 0x2E, 0x3A, 0x3B, 0x3F, 0x5D, 0x2019, 0x201D, 0x2026, 0x3001, 0x3002,
        0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0xFF01, 0xFF09, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF1F,
    )  # fmt: skip


@compiled
def is_opener(code: np.uint32) -> bool:
    """Whether this opens a bracket or quotation."""
    return code in (0x28, 0x5B, 0x2018, 0x201C, 0x3008, 0x300A, 0x300C, 0x300E, 0x3010, 0xFF08)
