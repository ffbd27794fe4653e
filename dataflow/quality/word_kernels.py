"""Counts over words, compiled: where they are, what they are made of."""

from __future__ import annotations

import numpy as np

from dataflow.quality.character_classes import (
    CJK,
    HAN,
    HANGUL,
    JOINER,
    LATIN,
    LETTER,
    STARTS,
    WORD,
)
from dataflow.quality.kernels import (
    ALPHABETIC,
    LATIN_CHARS,
    LATIN_WORDS,
    SEGMENTED,
    SEGMENTED_ALPHABETIC,
    SEGMENTED_CHARS,
    STOPS_EN,
    STOPS_GOPHER,
    STOPS_ZH,
    WORD_CHARS,
    WORDS,
    Bits,
    Codes,
    Counts,
    Hashes,
    Places,
    compiled,
    text_hash,
)

Words = tuple[Places, Places, Hashes, Places]
"""Begin, end and hash of each word of a batch, and by document where its words end."""

LONGEST_STOP_WORD = 4
"""Characters of the longest English stop word: longer words are not looked up."""


@compiled
def word_end(bits: Bits, begin: int, end: int) -> int:
    """One past the last code point of the word that begins at `begin`; joiners hold it together."""
    if bits[begin] & CJK:
        return begin + 1
    at = begin + 1
    while at < end:
        if bits[at] & WORD:
            at += 1
        elif bits[at] & JOINER and at + 1 < end and bits[at + 1] & WORD:
            at += 2
        else:
            break
    return at


@compiled
def segment_end(bits: Bits, begin: int, end: int) -> int:
    """The same where Han is segmented and hangul is written with spaces."""
    at = begin + 1
    if bits[begin] & HAN:
        while at < end and bits[at] & HAN and not bits[at] & STARTS:
            at += 1
        return at
    if bits[begin] & HANGUL:
        while at < end and bits[at] & HANGUL:
            at += 1
        return at
    return word_end(bits, begin, end)


@compiled
def most_words(bits: Bits) -> int:
    """How many words there are at most: CJK characters, and runs of other letters and digits."""
    found = 0
    before = 0
    for i in range(bits.size):
        inside = bits[i] & WORD
        found += (bits[i] & CJK != 0) | (inside > before)
        before = inside
    return found


@compiled
def words_of(codes: Codes, bits: Bits, ends: Places) -> Words:
    """The segmented words of a batch."""
    most = most_words(bits) + ends.size
    begins = np.empty(most, dtype=np.int64)
    stops = np.empty(most, dtype=np.int64)
    hashes = np.empty(most, dtype=np.uint64)
    limits = np.empty(ends.size, dtype=np.int64)
    n, at = 0, 0
    for d in range(ends.size):
        end = ends[d]
        while at < end:
            if bits[at] & (WORD | CJK):
                stop = segment_end(bits, at, end)
                begins[n], stops[n], hashes[n] = at, stop, text_hash(codes, at, stop)
                n, at = n + 1, stop
            else:
                at += 1
        limits[d] = n
    return begins[:n], stops[:n], hashes[:n], limits


@compiled
def single_words(codes: Codes, bits: Bits, words: Words) -> Words:
    """The words where each CJK character is one, from the segmented ones."""
    total = 0
    for w in range(words[0].size):
        total += words[1][w] - words[0][w] if bits[words[0][w]] & CJK else 1
    begins = np.empty(total, dtype=np.int64)
    stops = np.empty(total, dtype=np.int64)
    hashes = np.empty(total, dtype=np.uint64)
    limits = np.empty(words[3].size, dtype=np.int64)
    n, first = 0, 0
    for d in range(limits.size):
        for w in range(first, words[3][d]):
            if not bits[words[0][w]] & CJK:
                begins[n], stops[n], hashes[n] = words[0][w], words[1][w], words[2][w]
                n += 1
                continue
            for at in range(words[0][w], words[1][w]):
                begins[n], stops[n], hashes[n] = at, at + 1, text_hash(codes, at, at + 1)
                n += 1
        first = words[3][d]
        limits[d] = n
    return begins, stops, hashes, limits


@compiled
def bit_count(value: int) -> int:
    """How many bits of `value` are set."""
    found = 0
    while value:
        found += value & 1
        value >>= 1
    return found


@compiled
def stop_bit(value: np.uint64, stops: Hashes) -> int:
    """The bit of the stop word with this hash, 0 for other words."""
    for i in range(stops.size):
        if stops[i] == value:
            return 1 << i
    return 0


@compiled
def seen_bits(bits: Bits, begin: int, end: int) -> int:
    """All class bits in a word."""
    seen = 0
    for i in range(begin, end):
        seen |= bits[i]
    return seen


@compiled
def count_words(
    bits: Bits,
    words: Words,
    stops: tuple[Hashes, Hashes],
    ours: int,
    gophers: int,
    rows: Counts,
) -> None:
    """Fills the columns of words where each CJK character is one.

    `stops` are the hashes of at most 60 English and as many Chinese stop words; the bits of
    `ours` and `gophers` say which English ones are on either list.
    """
    begins, ends, hashes, limits = words
    first = 0
    for d in range(limits.size):
        row = rows[d]
        english, chinese, chars, alphabetic, latin, latin_chars = 0, 0, 0, 0, 0, 0
        for w in range(first, limits[d]):
            size = ends[w] - begins[w]
            seen = seen_bits(bits, begins[w], ends[w])
            chars += size
            alphabetic += (seen & LETTER) != 0
            if seen & LATIN:
                latin += 1
                latin_chars += size
                if size <= LONGEST_STOP_WORD:
                    english |= stop_bit(hashes[w], stops[0])
            elif seen & CJK:
                chinese |= stop_bit(hashes[w], stops[1])
        row[WORDS], row[WORD_CHARS], row[ALPHABETIC] = limits[d] - first, chars, alphabetic
        row[LATIN_WORDS], row[LATIN_CHARS] = latin, latin_chars
        row[STOPS_EN], row[STOPS_ZH] = bit_count(english & ours), bit_count(chinese)
        row[STOPS_GOPHER] = bit_count(english & gophers)
        first = limits[d]


@compiled
def count_segmented(bits: Bits, words: Words, rows: Counts) -> None:
    """Fills the columns of words as segmentation finds them."""
    begins, ends, _, limits = words
    first = 0
    for d in range(limits.size):
        chars, alphabetic = 0, 0
        for w in range(first, limits[d]):
            chars += ends[w] - begins[w]
            alphabetic += (seen_bits(bits, begins[w], ends[w]) & LETTER) != 0
        row = rows[d]
        row[SEGMENTED], row[SEGMENTED_CHARS] = limits[d] - first, chars
        row[SEGMENTED_ALPHABETIC] = alphabetic
        first = limits[d]
