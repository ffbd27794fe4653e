"""Compiled loops over two token lists: how many tokens they share, in any order and in this one.

The longest common subsequence is computed 64 rows of the table at a time (Hyyrö 2004), without
building any table. A sketch of 256 bits gives a bound on the shared tokens in a few steps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled

I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
Int = int | np.int64

WORD = 64
SKETCH_WORDS = 4
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
ZERO, ONE = np.uint64(0), np.uint64(1)
SPREAD = np.uint64(0x9E3779B97F4A7C15)
LOW_SIX = np.uint64(63)
SLACK = 1e-9
"""Keeps rounding out of the bounds on F; the formula itself decides."""


@compiled
def population(bits: np.uint64) -> Int:
    """How many bits are set."""
    bits -= (bits >> ONE) & np.uint64(0x5555555555555555)
    bits = (bits & np.uint64(0x3333333333333333)) + (
        (bits >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((bits * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def write_sketch(tokens: U32, sketch: U64) -> None:
    """Fills `sketch` (uint64[4]) with the parities of the tokens that fall on each of 256 bits."""
    sketch[:] = ZERO
    for token in tokens:
        place = (np.uint64(token) * SPREAD) >> np.uint64(56)
        sketch[place >> np.uint64(6)] ^= ONE << (place & LOW_SIX)


@compiled
def most_shared(one: U64, other: U64, tokens: Int) -> Int:
    """At most so many tokens are common to two texts of together `tokens` tokens.

    Where sketches differ a token is in one text only; each such token makes one bit differ.
    """
    different: Int = 0
    for word in range(SKETCH_WORDS):
        different += population(one[word] ^ other[word])
    return (tokens - different) >> 1


@compiled
def shared_tokens(one: U32, other: U32, counts: I32) -> Int:
    """How many tokens two texts have in common, in any order."""
    for token in one:
        counts[token] += 1
    shared = 0
    for token in other:
        if counts[token] > 0:
            shared += 1
            counts[token] -= 1
    for token in one:
        counts[token] = 0
    return shared


@compiled
def write_masks(tokens: U32, masks: U64) -> None:
    """Sets for each of at most 64 tokens the bits of its places."""
    for place in range(len(tokens)):
        masks[tokens[place]] |= ONE << np.uint64(place)


@compiled
def clear_masks(tokens: U32, masks: U64) -> None:
    """Undoes `write_masks`."""
    for token in tokens:
        masks[token] = ZERO


@compiled
def common_to_word(width: Int, masks: U64, other: U32) -> Int:
    """Tokens in the longest common subsequence of `other` and the `width` <= 64 in `masks`."""
    state = ALL
    for token in other:
        common = state & masks[token]
        state = (state + common) | (state & ~common)
    return population(~state & (ALL >> np.uint64(WORD - width)))


@compiled
def common_to_long(one: U32, other: U32, least: Int, masks: U64, carries: U8) -> Int:
    """Tokens in the longest common subsequence, or less than `least` when it has not so many.

    `one` is taken in strips of 64 tokens, so the memory is one byte for each token of `other`. Of
    the rows only those count in which a path can still leave out few enough of either text, and
    the strips end when those that are left cannot bring enough.
    """
    carries[: len(other)] = 0
    found: Int = 0
    before, after = len(one) - least, len(other) - least
    for start in range(0, len(one), WORD):
        strip = one[start : start + WORD]
        if found + len(one) - start < least:
            return found
        write_masks(strip, masks)
        state = ALL
        # outside nothing matches: above, ones stay ones and pass carries on; below, none come in
        for row in range(max(0, start - before), min(len(other), start + len(strip) + after)):
            common = state & masks[other[row]]
            added = state + common
            with_carry = added + np.uint64(carries[row])
            carries[row] = np.uint8((added < state) | (with_carry < added))
            state = with_carry | (state & ~common)
        found += population(~state & (ALL >> np.uint64(WORD - len(strip))))
        clear_masks(strip, masks)
    return found


@compiled
def f_of(common: Int, one: Int, other: Int) -> float:
    """F by the usual scorer's formula, whose rounding decides pairs on the line."""
    if common == 0:
        return 0.0
    precision, recall = common / one, common / other
    return 2 * precision * recall / (precision + recall)


@compiled
def least_common(tokens: Int, above: float) -> Int:
    """Fewest common tokens with which F can reach `above`; `tokens` are those of both texts."""
    return max(np.int64(1), np.int64(np.ceil((above / 2 - SLACK) * tokens)))


@compiled
def prefix_of(size: Int, above: float) -> Int:
    """How many of the rarest tokens of a text must be looked at for F to reach `above`.

    The shortest text that can reach it with this one needs the fewest common tokens.
    """
    half = above / 2 - SLACK
    fewest = max(np.int64(1), np.int64(np.ceil(half / (1 - half) * size - SLACK * size)))
    return max(np.int64(0), size - fewest + 1)
