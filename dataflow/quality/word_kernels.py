"""Counts over words, compiled: where they are, what they are made of."""

from __future__ import annotations

import numpy as np

from dataflow.compiled import compiled
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
    STOPS_SEGMENTED,
    STOPS_ZH,
    WORD_CHARS,
    WORDS,
    Bits,
    Codes,
    Counts,
    Hashes,
    Ids,
    Places,
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
def stop_bits(codes: Codes, begin: int, end: int, stops: Ids) -> int:
    """The bits of the stop words among the characters of a word."""
    found = 0
    for i in range(begin, end):
        number = stops[codes[i]] if codes[i] < stops.size else -1
        if number >= 0:
            found |= 1 << number
    return found


@compiled
def seen_bits(bits: Bits, begin: int, end: int) -> int:
    """All class bits in a word."""
    seen = 0
    for i in range(begin, end):
        seen |= bits[i]
    return seen


@compiled
def count_words(
    codes: Codes, bits: Bits, words: Words, stops: tuple[Hashes, Ids], lists: Places, rows: Counts
) -> None:
    """Fills the columns of words from the segmented ones.

    `stops` are the hashes of at most 60 English stop words, and for each code point up to U+FFFF
    the number of the Chinese stop word that it is, or -1. `lists` are the bits of the English ones
    that are on our list and on Gopher's.
    """
    begins, ends, hashes, limits = words
    first = 0
    for d in range(limits.size):
        row = rows[d]
        english, chinese, alone, chars, alphabetic = 0, 0, 0, 0, 0
        single, single_alphabetic, latin, latin_chars = 0, 0, 0, 0
        for w in range(first, limits[d]):
            size = ends[w] - begins[w]
            seen = seen_bits(bits, begins[w], ends[w])
            chars += size
            lettered = (seen & LETTER) != 0
            alphabetic += lettered
            if seen & CJK:
                single += size
                single_alphabetic += size
                found = stop_bits(codes, begins[w], ends[w], stops[1])
                chinese |= found
                alone |= found if size == 1 else 0
                continue
            single += 1
            single_alphabetic += lettered
            if seen & LATIN:
                latin += 1
                latin_chars += size
                if size <= LONGEST_STOP_WORD:
                    english |= stop_bit(hashes[w], stops[0])
        row[SEGMENTED], row[SEGMENTED_CHARS] = limits[d] - first, chars
        row[SEGMENTED_ALPHABETIC], row[WORD_CHARS] = alphabetic, chars
        row[WORDS], row[ALPHABETIC] = single, single_alphabetic
        row[LATIN_WORDS], row[LATIN_CHARS] = latin, latin_chars
        row[STOPS_EN], row[STOPS_ZH] = bit_count(english & lists[0]), bit_count(chinese)
        row[STOPS_GOPHER] = bit_count(english & lists[1])
        row[STOPS_SEGMENTED] = bit_count(alone)
        first = limits[d]
