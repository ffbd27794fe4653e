"""Counts over code points, compiled: one pass for words, one for lines.

Arrays are uint32 code points and uint8 class bits (see `character_classes`) of a whole batch;
`begin` and `end` bound one document in them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from dataflow.quality.character_classes import BULLET, CJK, JOINER, LATIN, LETTER, SPACE, WORD
from dataflow.quality.character_classes import REPLACED as REPLACED_BIT

Codes = NDArray[np.uint32]
Bits = NDArray[np.uint8]
Hashes = NDArray[np.uint64]
Counts = NDArray[np.float64]
F = TypeVar("F", bound=Callable[..., object])

(
    CHARS, LETTERS, CJK_LETTERS, REPLACED, WORDS, WORD_CHARS, ALPHABETIC, LATIN_WORDS,
    LATIN_CHARS, STOPS_EN, STOPS_ZH, TOP_CHARS, LINES, BULLETS, ELLIPSIS_LINES, SYMBOLS,
    CONTENT_LINES, CONTENT_CHARS, REPEATED_LINES, REPEATED_CHARS,
) = range(20)  # fmt: skip
"""Columns of what `measure` counts."""
N_COUNTS = 20

FEWEST_REPEATS = 3
"""How often a pair of words must occur to count as repeated: in a text of 30 words any pair that
occurs twice has a tenth of the characters."""

_PRIME = np.uint64(1099511628211)
_BASIS = np.uint64(14695981039346656037)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_LENGTH_BITS = np.uint64(0xFF)
_LF, _HASH, _DOT, _ELLIPSIS, _BACKTICK, _TILDE = 0x0A, 0x23, 0x2E, 0x2026, 0x60, 0x7E


def compiled(function: F) -> F:
    """`function` compiled by numba on its first call, cached beside its source."""
    return cast("F", numba.njit(cache=True, nogil=True)(function))


@compiled
def text_hash(codes: Codes, begin: int, end: int) -> np.uint64:
    """64-bit FNV-1a over code points, ASCII capitals folded, finished by a multiplication."""
    value = _BASIS
    for i in range(begin, end):
        code = codes[i]
        if 65 <= code <= 90:
            code += np.uint32(32)
        value = (value ^ np.uint64(code)) * _PRIME
    value ^= value >> _SHIFT
    return value * _MIX


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
def count_word(bits: Bits, begin: int, end: int, row: Counts) -> None:
    """Adds one word to the counts in `row`."""
    seen = 0
    for i in range(begin, end):
        seen |= bits[i]
    row[WORDS] += 1
    row[WORD_CHARS] += end - begin
    if seen & LETTER:
        row[ALPHABETIC] += 1
    if seen & LATIN:
        row[LATIN_WORDS] += 1
        row[LATIN_CHARS] += end - begin


@compiled
def stop_bit(value: np.uint64, stops: Hashes) -> int:
    """The bit of the stop word with this hash, 0 for other words."""
    for i in range(stops.size):
        if stops[i] == value:
            return 1 << i
    return 0


@compiled
def bit_count(value: int) -> int:
    """How many bits of `value` are set."""
    found = 0
    while value:
        found += value & 1
        value >>= 1
    return found


@compiled
def top_pair_chars(pairs: Hashes) -> float:
    """Characters in the most frequent pair; sorts `pairs`, whose low 8 bits are their lengths."""
    pairs.sort()
    best, best_length, run = FEWEST_REPEATS - 1, 0, 0
    for i in range(pairs.size):
        run = run + 1 if i and pairs[i] == pairs[i - 1] else 1
        length = int(pairs[i] & _LENGTH_BITS)
        if run > best or (run == best and best >= FEWEST_REPEATS and length > best_length):
            best, best_length = run, length
    return float(best * best_length)


@compiled
def measure_words(
    codes: Codes, bits: Bits, begin: int, end: int, row: Counts, stops: tuple[Hashes, Hashes]
) -> None:
    """Fills the word columns of `row`."""
    pairs = np.empty(end - begin, dtype=np.uint64)
    english, chinese, previous, length = 0, 0, np.uint64(0), 0
    at, n = begin, 0
    while at < end:
        if not bits[at] & (WORD | CJK):
            at += 1
            continue
        stop = word_end(bits, at, end)
        value = text_hash(codes, at, stop)
        count_word(bits, at, stop, row)
        english |= stop_bit(value, stops[0])
        chinese |= stop_bit(value, stops[1])
        if row[WORDS] > 1:
            both = np.uint64(min(length + stop - at, 255))
            pairs[n] = (((previous * _PRIME) ^ value) * _MIX) & ~_LENGTH_BITS | both
            n += 1
        previous, length, at = value, stop - at, stop
    row[STOPS_EN], row[STOPS_ZH] = bit_count(english), bit_count(chinese)
    row[TOP_CHARS] = min(top_pair_chars(pairs[:n]), row[WORD_CHARS])


@compiled
def count_symbols(codes: Codes, begin: int, end: int) -> int:
    """Runs of `#` and ellipses on a line; marks of a heading and ruled lines are structure."""
    at, found = begin, 0
    while at < end and codes[at] == _HASH:
        at += 1
    if at == end or (at - begin <= 6 and codes[at] == 0x20):
        begin = at
    at = begin
    while at < end:
        run = at + 1
        while run < end and codes[run] == codes[at]:
            run += 1
        if codes[at] in (_HASH, _ELLIPSIS) or (codes[at] == _DOT and run - at >= 3):
            found += 1
        at = run
    return found


@compiled
def is_bullet(codes: Codes, bits: Bits, begin: int, end: int) -> bool:
    """Whether a line begins with a bullet; `-`, `*`, `+` and `·` only with a space behind."""
    if not bits[begin] & BULLET:
        return False
    return codes[begin] > 0x2000 or (begin + 1 < end and bits[begin + 1] & SPACE != 0)


@compiled
def ends_in_ellipsis(codes: Codes, begin: int, end: int) -> bool:
    """Whether a line ends in `…` or three dots."""
    if codes[end - 1] == _ELLIPSIS:
        return True
    dots = end - begin >= 3
    return dots and codes[end - 1] == codes[end - 2] == codes[end - 3] == _DOT


@compiled
def has_word(bits: Bits, begin: int, end: int) -> bool:
    """Whether a line says anything; rules, brackets and table borders do not."""
    for i in range(begin, end):  # noqa: SIM110  numba has no any() over a generator
        if bits[i] & (WORD | CJK):
            return True
    return False


@compiled
def is_fence(codes: Codes, begin: int, end: int) -> bool:
    """Whether a line begins with the fence of a code block, three backticks or tildes."""
    if end - begin < 3 or codes[begin] not in (_BACKTICK, _TILDE):
        return False
    return bool(codes[begin] == codes[begin + 1] == codes[begin + 2])


@compiled
def ink(bits: Bits, begin: int, end: int) -> tuple[int, int]:
    """`begin` and `end` without the space at both ends of a line; equal for a blank line."""
    while begin < end and bits[begin] & SPACE:
        begin += 1
    while begin < end and bits[end - 1] & SPACE:
        end -= 1
    return begin, end


@compiled
def measure_lines(codes: Codes, bits: Bits, begin: int, end: int, row: Counts) -> None:
    """Fills the line columns of `row`; blank lines do not count, and code does not repeat."""
    hashes = np.empty(1 + np.sum(codes[begin:end] == _LF), dtype=np.uint64)
    sizes = np.empty(hashes.size, dtype=np.int64)
    start, n, in_code = begin, 0, False
    for i in range(begin, end + 1):
        if i < end and codes[i] != _LF:
            continue
        first, last = ink(bits, start, i)
        start = i + 1
        if first == last:
            continue
        row[LINES] += 1
        row[BULLETS] += is_bullet(codes, bits, first, last)
        row[ELLIPSIS_LINES] += ends_in_ellipsis(codes, first, last)
        row[SYMBOLS] += count_symbols(codes, first, last)
        if is_fence(codes, first, last):
            in_code = not in_code
        elif not in_code and has_word(bits, first, last):
            hashes[n], sizes[n] = text_hash(codes, first, last), last - first
            n += 1
    count_repeats(hashes[:n], sizes[:n], row)


@compiled
def count_repeats(hashes: Hashes, sizes: NDArray[np.int64], row: Counts) -> None:
    """Adds lines, and those that repeat an earlier one, with their characters."""
    order = np.argsort(hashes)
    for i in range(order.size):
        size = sizes[order[i]]
        row[CONTENT_LINES] += 1
        row[CONTENT_CHARS] += size
        if i and hashes[order[i]] == hashes[order[i - 1]]:
            row[REPEATED_LINES] += 1
            row[REPEATED_CHARS] += size


@compiled
def measure(
    codes: Codes, bits: Bits, ends: NDArray[np.int64], stops: tuple[Hashes, Hashes]
) -> Counts:
    """Counts of each document, float64[documents, N_COUNTS]; document d ends at `ends[d]`.

    `stops` are the hashes of English and Chinese stop words, at most 60 of each.
    """
    rows = np.zeros((ends.size, N_COUNTS), dtype=np.float64)
    begin = 0
    for d in range(ends.size):
        end = ends[d]
        row = rows[d]
        row[CHARS] = end - begin
        for i in range(begin, end):
            row[LETTERS] += (bits[i] & LETTER) != 0
            row[CJK_LETTERS] += (bits[i] & CJK) != 0
            row[REPLACED] += (bits[i] & REPLACED_BIT) != 0
        measure_words(codes, bits, begin, end, row, stops)
        measure_lines(codes, bits, begin, end, row)
        begin = end
    return rows
