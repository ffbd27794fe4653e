"""What the compiled counts share: columns, types, hashes, and one way to find what repeats.

Arrays are uint32 code points and uint16 class bits (see `character_classes`) of a whole batch;
`ends` bounds its documents.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled

Codes = NDArray[np.uint32]
Bits = NDArray[np.uint16]
Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]
Ids = NDArray[np.int32]
Counts = NDArray[np.float64]

(
    CHARS, LETTERS, CJK_LETTERS, HAN_LETTERS, DIGITS, INK, REPLACED, CURLY, BRACKETED,
    WORDS, WORD_CHARS, ALPHABETIC, LATIN_WORDS, LATIN_CHARS, STOPS_EN, STOPS_ZH, STOPS_GOPHER,
    STOPS_SEGMENTED,
    SEGMENTED, SEGMENTED_CHARS, SEGMENTED_ALPHABETIC, TOP_PAIR, UNIQUE, ENTROPY,
    TOP_2, TOP_3, TOP_4, DUP_5, DUP_6, DUP_7, DUP_8, DUP_9, DUP_10, GRAMS_13, REPEATED_13,
    LINES, LINE_CHARS, BULLETS, ELLIPSIS_LINES, MORE_LINES, TERMINAL_LINES, SHORT_LINES, SYMBOLS,
    HASHES, ELLIPSES, SENTENCES, LONG_LINE_SENTENCES, C4_SENTENCES, LOREM_IPSUM, POLICY_LINES,
    CONTENT_LINES, CONTENT_CHARS, REPEATED_LINES, REPEATED_CHARS,
    PARAGRAPHS, PARAGRAPH_CHARS, REPEATED_PARAGRAPHS, REPEATED_PARAGRAPH_CHARS,
    PROSE_LINES, PROSE_WORDS, NOISE_LINES, NOISE_WORDS,
) = range(62)  # fmt: skip
"""Columns of what is counted; INK: letters, marks and digits; GRAMS_13: runs of 13 characters."""
N_COUNTS = 62

PRIME = np.uint64(1099511628211)
MIX = np.uint64(0x9E3779B97F4A7C15)
_BASIS = np.uint64(14695981039346656037)
_SHIFT = np.uint64(29)
HALF = np.uint64(32)


@compiled
def text_hash(codes: Codes, begin: int, end: int) -> np.uint64:
    """64-bit FNV-1a over code points, ASCII capitals folded, finished by a multiplication."""
    value = _BASIS
    for i in range(begin, end):
        code = codes[i]
        if 65 <= code <= 90:
            code += np.uint32(32)
        value = (value ^ np.uint64(code)) * PRIME
    value ^= value >> _SHIFT
    return value * MIX


@compiled
def encode(keys: Hashes) -> tuple[Ids, Ids, Ids]:
    """Id of each key, in order of first appearance; by id how often and where it first stands."""
    size = 16
    while size < 2 * keys.size:
        size *= 2
    slots = np.full(size, -1, dtype=np.int32)
    ids = np.empty(keys.size, dtype=np.int32)
    counts = np.zeros(keys.size, dtype=np.int32)
    firsts = np.empty(keys.size, dtype=np.int32)
    found = 0
    for i in range(keys.size):
        key = keys[i]
        slot = int(((key ^ (key >> HALF)) * MIX) >> HALF) & (size - 1)
        while slots[slot] >= 0 and keys[firsts[slots[slot]]] != key:
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            slots[slot] = found
            firsts[found] = i
            found += 1
        ids[i] = slots[slot]
        counts[slots[slot]] += 1
    return ids, counts[:found], firsts[:found]
