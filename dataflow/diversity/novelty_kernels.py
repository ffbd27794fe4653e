"""Compiled loops of the novelty filter: candidates from rare tokens, bounds, then comparison.

Two token lists of lengths m and n whose common subsequence has L tokens have F = 2L / (m + n). For
F above t they share at least t/2 * (m + n) tokens, so at least one among the rarest few of each:
the prefix filter (Chaudhuri et al. 2006; with places, Xiao et al. 2008). A candidate then has to
pass a bound by sketches before the subsequence is computed. Nothing is decided by a hash: sketches
only overestimate.
"""

from __future__ import annotations

import numpy as np

from dataflow.compiled import compiled
from dataflow.diversity.novelty_arrays import (
    GROUPS,
    I64,
    POSTINGS,
    STAMP,
    TEXTS,
    Best,
    Bounds,
    Found,
    Groups,
    Pool,
    Room,
)
from dataflow.diversity.subsequence import (
    U32,
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

TOKEN = np.int64(0xFFFFFFFF)
EXACT_SIZES, SIZES_PER_OCTAVE, PARTS = 32, 8, 16
"""Groups of postings: each size up to 32, then eight to a doubling; and sixteenths of the text."""


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
def insert(best: Best, text: Int, f: float) -> None:
    """Puts a text among the best, from which the last one falls out; F down, then order of coming.

    `best.filled[0]` says how many of the places are taken.
    """
    place = np.int64(min(best.filled[0], len(best.text) - 1))
    if best.filled[0] < len(best.text):
        best.filled[0] += 1
    elif f < best.value[place] or (f == best.value[place] and text > best.text[place]):
        return
    while place > 0 and (
        f > best.value[place - 1] or (f == best.value[place - 1] and text < best.text[place - 1])
    ):
        best.text[place], best.value[place] = best.text[place - 1], best.value[place - 1]
        place -= 1
    best.text[place], best.value[place] = text, f


@compiled
def bound_of(best: Best, above: float) -> float:
    """The F that another text has to reach."""
    if best.filled[0] < len(best.text):
        return above
    return float(best.value[len(best.text) - 1])


@compiled
def look_up(tokens: U32, place: Int, pool: Pool, room: Room, best: Best, above: float) -> None:
    """Adds to `best` the texts with F above `above` that hold the token at `place` of the keys."""
    one, stamp = len(tokens), pool.now[STAMP]
    bound = bound_of(best, above)
    group = pool.head[room.keys[place] & TOKEN]
    while group >= 0:
        posting = pool.groups.head[group]
        if out_of_reach(pool.groups, group, one, place, bound):
            posting = np.int64(-1)
        while posting >= 0:
            text, other = np.int64(pool.text[posting]), np.int64(pool.size[posting])
            left = min(one - place, other - pool.place[posting])
            posting = pool.following[posting]
            least = least_common(one + other, bound)
            if left < least or room.seen[text] == stamp:
                continue
            room.seen[text] = stamp
            f = f_of(compare(tokens, pool, room, text, least), one, other)
            if f > above and f >= bound:
                insert(best, text, f)
                bound = bound_of(best, above)
        group = pool.groups.following[group]


@compiled
def nearest(tokens: U32, pool: Pool, room: Room, best: Best, above: float) -> None:
    """Fills `best` with the kept texts of the highest F above `above`; of equals those first kept.

    `room.keys` then holds the tokens sorted, `room.sketch` their sketch. As F of the best so far
    rises, so do the bounds.
    """
    one = len(tokens)
    sort_tokens(tokens, pool.rank, room.keys)
    write_sketch(tokens, room.sketch)
    pool.now[STAMP] += 1
    best.filled[0] = 0
    if one <= WORD:
        write_masks(tokens, room.masks)
    place, prefix = 0, prefix_of(one, above)
    while place < prefix:
        if place == 0 or room.keys[place] != room.keys[place - 1]:
            look_up(tokens, place, pool, room, best, above)
            prefix = prefix_of(one, bound_of(best, above))
        place += 1
    if one <= WORD:
        clear_masks(tokens, room.masks)


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
    most = found.value.shape[1]
    best = Best(np.zeros(1, np.int64), np.empty(most, np.int64), np.empty(most))
    for row in range(len(offsets) - 1):
        mine = tokens[offsets[row] : offsets[row + 1]]
        found.arrival[row], found.value[row] = -1, 0.0
        if len(mine) == 0:
            continue
        nearest(mine, pool, room, best, bounds.search)
        for place in range(best.filled[0]):
            found.arrival[row, place] = pool.arrival[best.text[place]]
            found.value[row, place] = best.value[place]
        if found.value[row, 0] <= bounds.keep:
            keep(mine, first + row, pool, room, bounds.postings)
