"""Counts over runs of words and characters, compiled: what repeats, and how much of the text it is.

A run of n words can only repeat where both runs of n - 1 words in it do. So only words and pairs
are looked up throughout; from three words on, the places that are left are few in most texts.
"""

from __future__ import annotations

import numpy as np

from dataflow.compiled import compiled
from dataflow.quality.character_classes import CJK, SPACE
from dataflow.quality.kernels import (
    CHARS,
    DUP_5,
    ENTROPY,
    GRAMS_13,
    HALF,
    HAN_LETTERS,
    MIX,
    PRIME,
    REPEATED_13,
    SEGMENTED,
    TOP_2,
    TOP_PAIR,
    UNIQUE,
    WORD_CHARS,
    WORDS,
    Bits,
    Codes,
    Counts,
    Hashes,
    Ids,
    Places,
    encode,
)
from dataflow.quality.word_kernels import Words

FEWEST_REPEATS = 3
"""How often a pair of words must occur to count as repeated: in a text of 30 words any pair that
occurs twice has a tenth of the characters."""
UNIQUE_OF = 10_000
"""Words whose variety is measured: MAP-CC's bound is for texts of at most so many characters, and
the longer a text, the smaller the share of words that are new."""
MOST_WORDS = 10
TOP_UP_TO = 4
LEAST_HAN = 0.3
"""Share of Han characters from which runs of 13 characters are looked at: ChineseWebText, whose
rule that is, drops what has fewer."""
RUN = 13


@compiled
def top_pair(counts: Ids, firsts: Ids, at: Places, chars: Places) -> float:
    """Characters in the most frequent pair of words that occurs three times; of equals the longest.

    `at` is the place of each looked-up pair, `chars` the characters of the words before a place.
    """
    best, best_length = FEWEST_REPEATS - 1, 0
    for i in range(counts.size):
        if counts[i] < best or counts[i] < FEWEST_REPEATS:
            continue
        place = at[firsts[i]]
        length = chars[place + 2] - chars[place]
        if counts[i] > best or length > best_length:
            best, best_length = counts[i], length
    return float(best * best_length)


@compiled
def top_run(counts: Ids, firsts: Ids, at: Places, n: int, sizes: tuple[Places, Places]) -> float:
    """Characters in the most frequent run of n words, of equals the first; 0 when none repeats.

    A gap between two words counts as one character, as when the words were joined by spaces.
    """
    chars, gaps = sizes
    best = 0
    for i in range(counts.size):
        if counts[i] > counts[best]:
            best = i
    if not counts.size or counts[best] < 2:
        return 0.0
    place = at[firsts[best]]
    joined = chars[place + n] - chars[place] + gaps[place + n - 1] - gaps[place]
    return float(counts[best] * joined)


@compiled
def duplicated(ids: Ids, counts: Ids, at: Places, n: int, chars: Places) -> float:
    """Characters in runs of n words that stood further up; what overlaps is counted once."""
    seen = np.zeros(counts.size, dtype=np.bool_)
    found, free = 0, 0
    for i in range(at.size):
        place = at[i]
        if place < free:
            continue
        if seen[ids[i]]:
            found += chars[place + n] - chars[place]
            free = place + n
        else:
            seen[ids[i]] = True
    return float(found)


@compiled
def sizes_of(begins: Places, ends: Places, first: int, last: int) -> tuple[Places, Places]:
    """Characters and gaps before each word of a document, int64[words + 1]."""
    chars = np.zeros(last - first + 1, dtype=np.int64)
    gaps = np.zeros(last - first + 1, dtype=np.int64)
    for w in range(first, last):
        i = w - first
        chars[i + 1] = chars[i] + ends[w] - begins[w]
        apart = w + 1 < last and begins[w + 1] > ends[w]
        gaps[i + 1] = gaps[i] + apart
    return chars, gaps


@compiled
def variety(counts: Ids, firsts: Ids, total: int, row: Counts) -> None:
    """Fills UNIQUE, the share of distinct words, and ENTROPY, of the words in nats."""
    fresh, known = 0, 0.0
    for i in range(counts.size):
        fresh += firsts[i] < UNIQUE_OF
        if counts[i] > 1:
            known += counts[i] * np.log(counts[i])
    row[UNIQUE] = fresh / min(total, UNIQUE_OF)
    row[ENTROPY] = max(0.0, np.log(total) - known / total)


@compiled
def longer_runs(grams: Places, ids: Ids, at: Places, n: int) -> tuple[Places, Hashes]:
    """Places whose run of n words may repeat, and its key; `grams` are ids of runs of n - 1."""
    places = np.empty(at.size, dtype=np.int64)
    keys = np.empty(at.size, dtype=np.uint64)
    found = 0
    for i in range(at.size):
        place = at[i]
        if place + n <= grams.size and grams[place + 1] >= 0:
            places[found] = place
            keys[found] = (grams[place] << 32) | ids[place + n - 1]
            found += 1
    return places[:found], keys[:found]


@compiled
def repeating(
    ids: Ids, counts: Ids, at: Places, before: Places, grams: Places
) -> tuple[Ids, Places]:
    """Ids and places of runs that occur twice; sets `grams`, which held the runs at `before`."""
    for i in range(before.size):
        grams[before[i]] = -1
    kept = np.empty(at.size, dtype=np.int32)
    places = np.empty(at.size, dtype=np.int64)
    found = 0
    for i in range(at.size):
        if counts[ids[i]] > 1:
            grams[at[i]] = ids[i]
            kept[found], places[found] = ids[i], at[i]
            found += 1
    return kept[:found], places[:found]


@compiled
def measure_runs(hashes: Hashes, sizes: tuple[Places, Places], row: Counts) -> None:
    """Fills the columns of words and their runs for one document with words."""
    chars = sizes[0]
    ids, counts, firsts = encode(hashes)
    variety(counts, firsts, hashes.size, row)
    grams = np.full(hashes.size, -1, dtype=np.int64)
    everywhere = np.arange(hashes.size)
    _, places = repeating(ids, counts, everywhere, everywhere[:0], grams)
    for n in range(2, MOST_WORDS + 1):
        at, keys = longer_runs(grams, ids, places, n)
        if not at.size:
            break
        run_ids, counts, firsts = encode(keys)
        if n == 2:
            row[TOP_PAIR] = top_pair(counts, firsts, at, chars)
        if n <= TOP_UP_TO:
            row[TOP_2 + n - 2] = top_run(counts, firsts, at, n, sizes)
        run_ids, at = repeating(run_ids, counts, at, places, grams)
        if n > TOP_UP_TO:
            row[DUP_5 + n - 5] = duplicated(run_ids, counts, at, n, chars)
        places = at


@compiled
def measure_pairs(
    codes: Codes, bits: Bits, words: Words, bounds: tuple[int, int], row: Counts
) -> None:
    """Fills TOP_PAIR from the words of `bounds`, where each CJK character is one."""
    keys = np.empty(int(row[WORDS]), dtype=np.uint64)
    chars = np.zeros(keys.size + 1, dtype=np.int64)
    before, n = np.uint64(0), 0
    for w in range(bounds[0], bounds[1]):
        begin, end = words[0][w], words[1][w]
        single = bits[begin] & CJK != 0
        for at in range(begin, end if single else begin + 1):
            value = np.uint64(codes[at]) * MIX if single else words[2][w]
            keys[n] = before * PRIME ^ value
            chars[n + 1] = chars[n] + (1 if single else end - begin)
            before = value
            n += 1
    _, counts, firsts = encode(keys[1:])
    row[TOP_PAIR] = top_pair(counts, firsts, np.arange(keys.size), chars)


@compiled
def repeated(keys: Hashes) -> int:
    """How many keys occur twice or more; `encode` without what it tells of each."""
    size = 16
    while size < 2 * keys.size:
        size *= 2
    slots = np.full(size, -1, dtype=np.int32)
    again = np.zeros(keys.size, dtype=np.bool_)
    found = 0
    for i in range(keys.size):
        slot = int(((keys[i] ^ (keys[i] >> HALF)) * MIX) >> HALF) & (size - 1)
        while slots[slot] >= 0 and keys[slots[slot]] != keys[i]:
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            slots[slot] = i
        else:
            found += 1 if again[slots[slot]] else 2
            again[slots[slot]] = True
    return found


@compiled
def repeated_runs(codes: Codes, bits: Bits, begin: int, end: int, row: Counts) -> None:
    """Fills the columns of runs of 13 characters, white space and ASCII capitals left aside."""
    ink = np.empty(end - begin, dtype=np.uint64)
    n = 0
    for i in range(begin, end):
        if not bits[i] & SPACE:
            ink[n] = codes[i] + 32 if 65 <= codes[i] <= 90 else codes[i]
            n += 1
    if n < RUN:
        return
    keys = np.empty(n - RUN + 1, dtype=np.uint64)
    power, value = np.uint64(1), np.uint64(0)
    for _ in range(RUN):
        power *= PRIME
    for i in range(n):
        value = value * PRIME + ink[i] * MIX
        if i >= RUN:
            value -= ink[i - RUN] * MIX * power
        if i >= RUN - 1:
            keys[i - RUN + 1] = value
    row[GRAMS_13] = keys.size
    row[REPEATED_13] = repeated(keys)


@compiled
def count_runs(codes: Codes, bits: Bits, ends: Places, words: Words, rows: Counts) -> None:
    """Fills the columns of runs; `words` are the segmented ones."""
    first, begin = 0, 0
    for d in range(ends.size):
        row = rows[d]
        last = words[3][d]
        if last > first:
            sizes = sizes_of(words[0], words[1], first, last)
            measure_runs(words[2][first:last], sizes, row)
        if row[WORDS] != row[SEGMENTED]:
            measure_pairs(codes, bits, words, (first, last), row)
        row[TOP_PAIR] = min(row[TOP_PAIR], row[WORD_CHARS])
        if row[HAN_LETTERS] >= LEAST_HAN * row[CHARS]:
            repeated_runs(codes, bits, begin, ends[d], row)
        first, begin = last, ends[d]
