"""Compiled loops over n-grams: keys, hash tables, probabilities of tokens.

The key of an n-gram is chained from its last token to its first, so that the key of its suffix is
an earlier link of the same chain. Tables are open-addressed; a slot holds the lower half of a key,
0 when it is empty, and the upper half says where it stands. What is not in a table is taken for
something that is with a chance of about 2^-30.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.perplexity.tokens import BOUNDARY, I64, U8, U32, U64, UNKNOWN, mix64

F64 = NDArray[np.float64]

EMPTY_CONTEXT = np.uint64(0x9E3779B97F4A7C15)
"""Key of the context without tokens, and the link every chain begins with."""
_LINK = np.uint64(0xD6E8FEB86659FD93)
_ONE = np.uint64(1)


@compiled
def link(key: np.uint64, token: np.uint32) -> np.uint64:
    """The key of an n-gram from that of its suffix and the token before it; never 0."""
    return mix64(key * _LINK + np.uint64(token)) | _ONE


@compiled
def window_keys(tokens: U32, starts: I64, order: int, keys: U64, room: U8) -> None:
    """Fills `keys` with the key of the `order` tokens that end at each place.

    Sequences begin at `starts` (int64[n + 1]); before one stand BOUNDARY tokens. `room` (uint8)
    receives how many tokens of its sequence stand before each place, at most order - 1.
    """
    for sequence in range(len(starts) - 1):
        first = starts[sequence]
        for place in range(first, starts[sequence + 1]):
            key = EMPTY_CONTEXT
            for back in range(order):
                inside = place - back >= first
                key = link(key, tokens[place - back] if inside else BOUNDARY)
            keys[place] = key
            room[place] = min(place - first, order - 1)


@compiled
def windows(tokens: U32, places: I64, room: U8, rows: U32) -> None:
    """Fills `rows` (uint32[n, order]) with the tokens that end at each of `places`."""
    order = rows.shape[1]
    for number in range(len(places)):
        place = places[number]
        for back in range(order):
            inside = back <= room[place]
            rows[number, order - 1 - back] = tokens[place - back] if inside else BOUNDARY


@compiled
def chain_keys(rows: U32, which: I64, skip: int, length: int) -> U64:
    """Keys of `length` tokens of the rows `which`, without their last `skip` tokens."""
    keys = np.empty(len(which), np.uint64)
    last = rows.shape[1] - 1 - skip
    for number in range(len(which)):
        key = EMPTY_CONTEXT
        for back in range(length):
            key = link(key, rows[which[number], last - back])
        keys[number] = key
    return keys


@compiled
def _home(key: np.uint64, size: int) -> np.int64:
    """The slot at which the search for `key` begins: its upper half, scaled to the size."""
    return np.int64(((key >> np.uint64(32)) * np.uint64(size)) >> np.uint64(32))


@compiled
def filled(keys: U64, values: F64) -> tuple[U32, F64]:
    """A table of distinct `keys` with their `values`: slots of lower halves, slots of values."""
    size = len(keys) + len(keys) // 2 + 8  # at most two thirds full
    slots, held = np.zeros(size, np.uint32), np.zeros(size, np.float64)
    for number in range(len(keys)):
        slot = _home(keys[number], size)
        while slots[slot] != 0:
            slot += 1
            if slot == size:
                slot = np.int64(0)
        slots[slot], held[slot] = np.uint32(keys[number]), values[number]
    return slots, held


@compiled
def find(slots: U32, key: np.uint64) -> np.int64:
    """The slot of `key`, -1 when it is not there."""
    size, half = len(slots), np.uint32(key)
    slot = _home(key, size)
    while slots[slot] != 0:
        if slots[slot] == half:
            return slot
        slot += 1
        if slot == size:
            slot = np.int64(0)
    return np.int64(-1)


@compiled
def known(tokens: U32, slots: U32) -> U32:
    """`tokens` with UNKNOWN in place of those that the model has no unigram of."""
    found = tokens.copy()
    for place in range(len(tokens)):
        if find(slots, link(EMPTY_CONTEXT, tokens[place])) < 0:
            found[place] = UNKNOWN
    return found


@compiled
def log_probability(
    now: U64, before: U64, slots: U32, values: F64, contexts: U32, backoffs: F64
) -> float:
    """Natural logarithm of the probability of a token after its context.

    `now` holds the keys of the 1, 2, ... order tokens that end with it, `before` those of the
    0, 1, ... order - 1 tokens before it.
    """
    total, longest = 0.0, 0
    for length in range(len(now)):  # what has no shorter suffix in the table is not there either
        slot = find(slots, now[length])
        if slot < 0:
            break
        total, longest = values[slot], length + 1
    for length in range(longest, len(now)):
        slot = find(contexts, before[length])
        if slot < 0:
            break
        total += backoffs[slot]
    return float(total)


@compiled
def score_sequence(
    tokens: U32, order: int, slots: U32, values: F64, contexts: U32, backoffs: F64, found: F64
) -> None:
    """Fills `found` with the log-probability of each token (UNKNOWN where the model needs it)."""
    now, before = np.empty(order, np.uint64), np.empty(order, np.uint64)
    before[0] = EMPTY_CONTEXT
    for back in range(1, order):
        before[back] = link(before[back - 1], BOUNDARY)
    for place in range(len(tokens)):
        key = EMPTY_CONTEXT
        for back in range(order):
            key = link(key, tokens[place - back] if place >= back else BOUNDARY)
            now[back] = key
        found[place] = log_probability(now, before, slots, values, contexts, backoffs)
        before[1:] = now[: order - 1]


@compiled
def spelled(
    codes: U32, first: np.uint32, order: int, slots: U32, values: F64, contexts: U32, backoffs: F64
) -> tuple[float, int]:
    """Log-probability of a word's letters and its end, and how many letters are unknown."""
    letters = np.empty(len(codes) + 1, np.uint32)
    for place in range(len(codes)):
        letters[place] = first + codes[place]
    letters[-1] = BOUNDARY
    letters = known(letters, slots)
    found = np.empty(len(letters), np.float64)
    score_sequence(letters, order, slots, values, contexts, backoffs, found)
    return found.sum(), int((letters == UNKNOWN).sum())


@compiled
def with_repeats(tokens: U32, order: int, weight: float, found: F64) -> None:
    """Mixes log-probabilities with what the text itself has said before, in place.

    Where the order - 1 tokens before a place stood further up, the probability is
    (1 - weight) * p + weight * share of the times this very token followed them: a distribution
    again. `tokens` are the text's own, unknown words told apart.
    """
    size = 8
    while size < 4 * len(tokens):
        size *= 2
    slots, counts = np.zeros(size, np.uint64), np.zeros(size, np.int64)
    mask = np.uint64(size - 1)
    for place in range(order - 1, len(tokens)):
        context = EMPTY_CONTEXT
        for back in range(1, order):
            context = link(context, tokens[place - back])
        whole = mix64(context ^ np.uint64(tokens[place])) | _ONE
        seen = followed = 0
        for key, is_whole in ((context, False), (whole, True)):
            slot = (key >> np.uint64(7)) & mask
            while slots[slot] != 0 and slots[slot] != key:
                slot = (slot + _ONE) & mask
            if is_whole:
                followed = counts[slot]
            else:
                seen = counts[slot]
            slots[slot] = key
            counts[slot] += 1
        if seen:
            mixed = (1.0 - weight) * math.exp(found[place]) + weight * followed / seen
            found[place] = math.log(mixed) if mixed > 0.0 else found[place]
