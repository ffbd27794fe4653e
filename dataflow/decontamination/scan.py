"""The compiled search: every document of a batch against the whole index in one pass."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dataflow.compiled import compiled
from dataflow.decontamination.kernels import (
    GRAM_BASE,
    I64,
    U8,
    U32,
    U64,
    ZERO,
    leading_power,
    position,
    salted,
    same_units,
    write_units,
)
from dataflow.dedup.kernels import mix64

TEXT, PART, BEGIN, END, FOUND = range(5)
"""Columns of a hit: which text, which part, first code point and one past the last, and how many
of the part's n-grams stand in the text as a whole."""
HIT_COLUMNS = 5
NOW_TEXT, NOW_COUNT, ROWS, FULL = range(4)
"""Places in `State.now`: the present text's number from 1, its units, the hits so far, and whether
there is no room for more."""
SIX = np.uint64(6)
LOW_SIX = np.uint64(63)
ONE = np.uint64(1)


class Search(NamedTuple):
    """What the loops need of an index.

    `grams` are sorted and unique; gram g stands at the units `place[i]` of the parts `part[i]`,
    `size[i]` units long, for i in `offsets[g]:offsets[g + 1]`. `sizes` are the window lengths: of
    n-grams, and of the beginnings by which shorter passages are found. A gram is only looked up
    when the bit of its upper digits is set in `bitmap`. `letters` and `starts` are the index's
    folded texts and where each unit begins in them.
    """

    bitmap: U64
    sizes: I64
    grams: U64
    offsets: I64
    place: I64
    part: I64
    size: I64
    letters: U32
    starts: I64


class State(NamedTuple):
    """Which postings and parts the present text has met; texts are numbered from 1.

    `seen` by posting; `stamp`, `found` (postings met), `row` (last hit) and `open_to` (unit up to
    which that hit reaches) by part. `hits` are rows of HIT_COLUMNS.
    """

    now: I64
    seen: I64
    stamp: I64
    found: I64
    row: I64
    open_to: I64
    hits: I64
    run_end: I64


def new_state(postings: int, parts: int, room: int) -> State:
    """The state before the first text, with room for so many hits."""
    stamp, found, row, open_to = (np.zeros(parts, np.int64) for _ in range(4))
    hits = np.empty((room, HIT_COLUMNS), np.int64)
    return State(np.zeros(4, np.int64), np.zeros(postings, np.int64), stamp, found, row, open_to,
                 hits, np.zeros(postings, np.int64))  # fmt: skip


class Units(NamedTuple):
    """Room for one text: hashes and places of its units, and its folded letters."""

    hashes: U64
    places: I64
    letters: U32


@compiled
def room_for(size: int) -> Units:
    """Room for a text of `size` letters."""
    return Units(
        np.empty(size, np.uint64), np.empty((size + 1, 3), np.int64), np.empty(size, np.uint32)
    )


@compiled
def note(search: Search, state: State, places: I64, posting: int, at: int) -> None:
    """Adds the units from `at`, which `posting` matched, to the hits."""
    text, rows = state.now[NOW_TEXT], state.now[ROWS]
    part, end = search.part[posting], at + search.size[posting]
    if state.stamp[part] != text:
        state.stamp[part], state.found[part], state.open_to[part] = text, 0, -1
    if state.seen[posting] != text:
        state.seen[posting] = text
        state.found[part] += 1
    if at <= state.open_to[part]:  # overlaps the last hit, or follows it at once
        if end > state.open_to[part]:
            state.open_to[part] = end
            state.hits[state.row[part], END] = places[end - 1, 1]
        return
    if rows == len(state.hits):
        state.now[FULL] = 1
        return
    hit = state.hits[rows]
    hit[TEXT], hit[PART] = text - 1, part
    hit[BEGIN], hit[END] = places[at, 0], places[end - 1, 1]
    state.row[part], state.open_to[part] = rows, end
    state.now[ROWS] = rows + 1


@compiled
def run_end(search: Search, state: State, posting: int, end: int) -> int:
    """One past the postings, from `posting` up to `end`, of the same part and size."""
    if state.run_end[posting] == 0:
        place = posting + 1
        while (
            place < end
            and search.part[place] == search.part[posting]
            and search.size[place] == search.size[posting]
        ):
            place += 1
        state.run_end[posting] = place
    return int(state.run_end[posting])


@compiled
def look_up(search: Search, state: State, units: Units, gram: np.uint64, at: int) -> None:
    """Notes every posting of `gram` that stands at the units from `at`, letter by letter.

    A part that repeats itself has one gram at many places. When the text has it once more, one
    posting says all: the others of its size were noted with it before, and reach as far. The cost
    of a periodic part and a periodic text is then the sum of their sizes, not the product.
    """
    which = position(search.grams, gram)
    if which < 0:
        return
    posting, end = search.offsets[which], search.offsets[which + 1]
    while posting < end:
        size, place = search.size[posting], search.place[posting]
        following = posting + 1
        if at + size <= state.now[NOW_COUNT] and same_units(
            units.letters, units.places, at, search.letters, search.starts, place, size
        ):
            if state.seen[posting] == state.now[NOW_TEXT]:
                following = run_end(search, state, posting, end)
            note(search, state, units.places, posting, at)
        posting = following


@compiled
def scan_windows(search: Search, state: State, units: Units, size: int) -> None:
    """Looks up every window of `size` units whose bit is set."""
    rolling, leading, salt = ZERO, leading_power(size), salted(size)
    shift = np.uint64(64)
    width = len(search.bitmap) * 64
    while width > 1:
        width >>= 1
        shift -= ONE
    hashes = units.hashes
    for place in range(state.now[NOW_COUNT]):
        rolling = rolling * GRAM_BASE + hashes[place]
        first = place - size + 1
        if first > 0:
            rolling -= hashes[first - 1] * leading
        if first >= 0:
            gram = mix64(rolling ^ salt)
            bit = gram >> shift
            if (search.bitmap[bit >> SIX] >> (bit & LOW_SIX)) & ONE:
                look_up(search, state, units, gram, first)


@compiled
def scan(data: U8, offsets: I64, table: tuple[U32, U32], search: Search, state: State) -> int:
    """Hits of the texts in `data`, written to `state.hits`; how many, or -1 without enough room.

    Text i is the valid UTF-8 at `offsets[i]:offsets[i + 1]`.
    """
    units = room_for(4096)
    for text in range(len(offsets) - 1):
        bounds = (offsets[text], offsets[text + 1])
        if bounds[1] - bounds[0] > len(units.letters):
            units = room_for(2 * (bounds[1] - bounds[0]))
        count = -1
        while count < 0:
            count, _, _ = write_units(
                data, bounds, table, units.letters, units.hashes, units.places
            )
            if count < 0:  # a few code points fold to as many as 18
                units = room_for(2 * len(units.letters))
        begin = state.now[ROWS]
        state.now[NOW_TEXT], state.now[NOW_COUNT] = text + 1, count
        for size in search.sizes:
            scan_windows(search, state, units, size)
        if state.now[FULL]:
            return -1
        for row in range(begin, state.now[ROWS]):
            state.hits[row, FOUND] = state.found[state.hits[row, PART]]
    return int(state.now[ROWS])
