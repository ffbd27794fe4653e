"""Compiled loops of the novelty filter: candidates from rare tokens, bounds, then comparison.

Two token lists of lengths m and n whose common subsequence has L tokens have F = 2L / (m + n). For
F above t they share at least t/2 * (m + n) tokens, so at least one among the rarest few of each:
the prefix filter (Chaudhuri et al. 2006; with places, Xiao et al. 2008). A candidate then has to
pass a bound by sketches before the subsequence is computed. Nothing is decided by a hash: sketches
only overestimate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.diversity.subsequence import (
    I32,
    U8,
    U32,
    U64,
    WORD,
    Int,
    clear_masks,
    common_to_long,
    common_to_word,
    f_of,
    least_common,
    most_shared,
    prefix_of,
    shared_tokens,
    write_masks,
    write_sketch,
)

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

TOKEN = np.int64(0xFFFFFFFF)
EXACT_SIZES, SIZES_PER_OCTAVE, PARTS = 32, 8, 16
"""Groups of postings: each size up to 32, then eight to a doubling; and sixteenths of the text."""
TEXTS, POSTINGS, GROUPS, STAMP = range(4)
"""Places in `Pool.now`: texts, postings and groups so far, and the number of the last search."""


class Groups(NamedTuple):
    """Postings of one token whose texts are about as long and have it at about the same place.

    A group is skipped as a whole when no text between the `shortest` and the `longest` of it, with
    the token at `place` or later, can be near. `head` is its first posting, `kind` says which sizes
    and places belong to it, `following` is the token's next group.
    """

    kind: I32
    shortest: I32
    longest: I32
    place: I32
    head: I64
    following: I64


class Pool(NamedTuple):
    """The kept texts and their index; all arrays have more room than is used.

    Text i is `tokens[offsets[i]:offsets[i + 1]]`, arrived as number `arrival[i]`, and has the
    sketch `sketch[i]`. A token's postings are in groups of like lengths and places, linked from
    `head[token]` (-1: none): see `Groups`. A group's are linked by `following`: text, place of the
    token in the text when sorted by `rank`, length of the text.
    """

    now: I64
    tokens: U32
    offsets: I64
    arrival: I64
    sketch: U64
    head: I64
    groups: Groups
    following: I64
    text: I32
    place: I32
    size: I32
    rank: I64


class Bounds(NamedTuple):
    """Values of F: a text is kept up to `keep`, its nearest is looked for above `search`.

    `postings`, at most `search`, is that above which a kept text can be found later.
    """

    keep: float
    search: float
    postings: float


class Found(NamedTuple):
    """For each text the nearest kept one by its number of arrival (-1: none), and F."""

    arrival: I64
    value: F64


class Room(NamedTuple):
    """Scratch: `masks` and `counts` by token (zero between uses), `seen` by text, others by row."""

    masks: U64
    counts: I32
    seen: I64
    keys: I64
    carries: U8
    sketch: U64


@compiled
def sort_tokens(tokens: U32, rank: I64, keys: I64) -> None:
    """Fills `keys` with the tokens from the rarest on, each in the low 32 bits."""
    for place in range(len(tokens)):
        token = np.int64(tokens[place])
        keys[place] = (rank[token] << np.int64(32)) | token
    keys[: len(tokens)].sort()


@compiled
def compare(tokens: U32, pool: Pool, room: Room, text: Int, least: Int) -> Int:
    """Common subsequence of `tokens` and kept text `text`, or less than `least`, maybe too few."""
    other = pool.tokens[pool.offsets[text] : pool.offsets[text + 1]]
    one, size = len(tokens), len(other)
    if most_shared(room.sketch, pool.sketch[text], one + size) < least:
        return 0
    if one <= WORD:
        return common_to_word(one, room.masks, other)
    if shared_tokens(tokens, other, room.counts) < least:
        return 0
    if one <= size:
        return common_to_long(tokens, other, least, room.masks, room.carries)
    return common_to_long(other, tokens, least, room.masks, room.carries)


@compiled
def out_of_reach(groups: Groups, group: Int, one: Int, place: Int, above: float) -> bool:
    """Whether no text of a group can have an F above `above` with one of `one` tokens.

    `place` is that of the first shared token: no more than those behind it can be common. A longer
    text needs more of this one, and less of itself.
    """
    if one - place < least_common(one + groups.shortest[group], above):
        return True
    longest = np.int64(groups.longest[group])
    return bool(longest - groups.place[group] < least_common(one + longest, above))


@compiled
def look_up(
    tokens: U32, place: Int, pool: Pool, room: Room, best: tuple[Int, float]
) -> tuple[Int, float]:
    """The better of `best` and the nearest text that holds the token at `place` of `room.keys`."""
    one, stamp = len(tokens), pool.now[STAMP]
    found, value = best
    group = pool.head[room.keys[place] & TOKEN]
    while group >= 0:
        posting = pool.groups.head[group]
        if out_of_reach(pool.groups, group, one, place, value):
            posting = np.int64(-1)
        while posting >= 0:
            text, other = np.int64(pool.text[posting]), np.int64(pool.size[posting])
            left = min(one - place, other - pool.place[posting])
            posting = pool.following[posting]
            least = least_common(one + other, value)
            if left < least or room.seen[text] == stamp:
                continue
            room.seen[text] = stamp
            common = compare(tokens, pool, room, text, least)
            f = f_of(common, one, other)
            if f > value or (f == value and 0 <= text < found):
                found, value = text, f
        group = pool.groups.following[group]
    return found, value


@compiled
def nearest(tokens: U32, pool: Pool, room: Room, above: float) -> tuple[Int, float]:
    """The kept text with the highest F, if that is more than `above`, and F; else -1 and 0.

    Of several the one that came first. `room.keys` then holds the tokens sorted, `room.sketch`
    their sketch. As F of the best so far rises, so do the bounds.
    """
    one = len(tokens)
    sort_tokens(tokens, pool.rank, room.keys)
    write_sketch(tokens, room.sketch)
    pool.now[STAMP] += 1
    if one <= WORD:
        write_masks(tokens, room.masks)
    found: Int = np.int64(-1)
    value = above
    place, prefix = 0, prefix_of(one, above)
    while place < prefix:
        if place == 0 or room.keys[place] != room.keys[place - 1]:
            found, value = look_up(tokens, place, pool, room, (found, value))
            prefix = prefix_of(one, value)
        place += 1
    if one <= WORD:
        clear_masks(tokens, room.masks)
    return (found, value) if found >= 0 else (np.int64(-1), 0.0)


@compiled
def kind_of(size: Int, place: Int) -> Int:
    """The kind of group for a token at `place` of a text of `size` tokens."""
    sizes = np.int64(size)
    if size > EXACT_SIZES:
        sizes = np.int64(EXACT_SIZES + np.log2(size / EXACT_SIZES) * SIZES_PER_OCTAVE)
    return np.int64(sizes * PARTS + place * PARTS // size)


@compiled
def group_for(pool: Pool, token: Int, size: Int, place: Int) -> Int:
    """The group that such a posting of `token` belongs to, made where there is none."""
    groups, kind = pool.groups, kind_of(size, place)
    group = np.int64(pool.head[token])
    while group >= 0 and groups.kind[group] != kind:
        group = groups.following[group]
    if group < 0:
        group = np.int64(pool.now[GROUPS])
        pool.now[GROUPS] += 1
        groups.kind[group], groups.head[group] = kind, -1
        groups.shortest[group], groups.longest[group], groups.place[group] = size, size, place
        groups.following[group] = pool.head[token]
        pool.head[token] = group
    groups.shortest[group] = min(groups.shortest[group], size)
    groups.longest[group] = max(groups.longest[group], size)
    groups.place[group] = min(groups.place[group], place)
    return group


@compiled
def index_text(pool: Pool, room: Room, text: Int, above: float) -> None:
    """Adds the postings of a kept text whose sorted tokens are in `room.keys`."""
    size = pool.offsets[text + 1] - pool.offsets[text]
    posting = pool.now[POSTINGS]
    for place in range(prefix_of(size, above)):
        if place and room.keys[place] == room.keys[place - 1]:
            continue
        group = group_for(pool, room.keys[place] & TOKEN, size, place)
        pool.text[posting], pool.place[posting], pool.size[posting] = text, place, size
        pool.following[posting] = pool.groups.head[group]
        pool.groups.head[group] = posting
        posting += 1
    pool.now[POSTINGS] = posting


@compiled
def keep(tokens: U32, arrival: Int, pool: Pool, room: Room, above: float) -> None:
    """Adds a text whose sorted tokens and sketch are in `room`."""
    text = pool.now[TEXTS]
    start = pool.offsets[text]
    pool.tokens[start : start + len(tokens)] = tokens
    pool.offsets[text + 1] = start + len(tokens)
    pool.arrival[text] = arrival
    pool.sketch[text] = room.sketch
    pool.now[TEXTS] = text + 1
    index_text(pool, room, text, above)


@compiled
def reindex(pool: Pool, room: Room, above: float) -> None:
    """Makes all postings anew, after ranks have changed."""
    pool.head[:] = -1
    pool.now[POSTINGS] = pool.now[GROUPS] = 0
    for text in range(pool.now[TEXTS]):
        tokens = pool.tokens[pool.offsets[text] : pool.offsets[text + 1]]
        sort_tokens(tokens, pool.rank, room.keys)
        index_text(pool, room, text, above)


@compiled
def decide(
    tokens: U32, offsets: I64, first: Int, bounds: Bounds, pool: Pool, room: Room, found: Found
) -> None:
    """Fills `found` for each text and adds those to the pool that are kept.

    The texts arrive as numbers `first` and up. A text without tokens is near to none, and is not
    added, as it could not be near to any.
    """
    for row in range(len(offsets) - 1):
        mine = tokens[offsets[row] : offsets[row + 1]]
        found.arrival[row], found.value[row] = -1, 0.0
        if len(mine) == 0:
            continue
        text, value = nearest(mine, pool, room, bounds.search)
        if text >= 0:
            found.arrival[row], found.value[row] = pool.arrival[text], value
        if value <= bounds.keep:
            keep(mine, first + row, pool, room, bounds.postings)
