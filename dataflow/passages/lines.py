"""Compiled scan of a text's lines: what each is folded to, and what it looks like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.dedup.kernels import (
    CODE,
    FNV_BASIS,
    FNV_PRIME,
    IDEOGRAPH,
    LETTER,
    U8,
    U32,
    U64,
    U64_ZERO,
    Int,
    mix64,
)
from dataflow.passages.scan import IDEOGRAPH_WEIGHT, fold_points, is_blank

I32 = NDArray[np.int32]
Lines = tuple[U64, U64, U32, U32, I32, U8, I32]
"""Exact keys, keys with digits as one class, starts, ends, weights, flags, pages (form feeds)."""

LABEL, FIELD, MARK, BLANK, STRUCTURE, PROTECTED, PAGE, SYMBOL = (
    np.uint8(1 << bit) for bit in range(8)
)
"""What a line is: without a sentence's end; `name: value`; with a mark of furniture (©, a menu's |,
a page's number); after a blank line; a heading or code; of a table; at the edge of many pages;
wordless."""
CLASSED = PAGE
"""While a line is scanned, this bit says that its digits are one class if it is SHORT."""
SHORT = 60
"""Letters of a line whose digits may be a class, or that may be `name: value`: ten words."""
LONGEST_LABEL = 100
"""Letters of a line that may be a label; what is longer and has no full stop was broken off."""
LONGEST_NAME = 30
"""Characters before the colon of `name: value`."""
DIGIT = np.uint64(48)
COPY_SIGN = np.uint64(0x7248)
RIGHT_SIGNS = (np.uint64(0x6743), np.uint64(0x6B0A))
PAGE_SIGNS = (np.uint64(0x9875), np.uint64(0x9801))
DATE_SIGNS = (np.uint64(0x5E74), np.uint64(0x6708), np.uint64(0x65E5))
"""版 before 权 or 權; 页 and 頁; 年, 月 and 日."""


@compiled
def is_break(code: np.uint32) -> bool:
    """Whether a code point ends a line."""
    return bool(10 <= code <= 13 or code == 0x85 or code == 0x2028 or code == 0x2029)


@compiled
def is_closing(code: np.uint32) -> bool:
    """Whether this may stand behind a sentence's last mark: quotation marks, brackets, emphasis."""
    return code in (0x22, 0x27, 0x29, 0x2A, 0x5D, 0x5F, 0x2019, 0x201D, 0x300D, 0x300F, 0xFF09)


@compiled
def ends_sentence(code: np.uint32) -> bool:
    """Whether this is a sentence's last mark in Latin script or Chinese."""
    return code in (0x2E, 0x21, 0x3F, 0x2026, 0x3002, 0xFF01, 0xFF1F, 0xFF1B)


@compiled
def is_furniture(code: np.uint32) -> bool:
    """Whether this is a sign of rights, or one that menus and paths are divided by."""
    return code in (0xA9, 0xAE, 0x2117, 0x7C, 0xBB, 0x203A)


@compiled
def is_member(value: np.uint64, few: U64 | tuple[np.uint64, ...]) -> bool:
    """Whether the value is one of a few."""
    for other in few:  # noqa: SIM110 - numba compiles no generator
        if other == value:
            return True
    return False


@compiled
def line_bounds(points: U32, codes: U32) -> tuple[U32, U32, U8, I32]:
    """Start, end, BLANK and page of each line with something to see, the space around left out."""
    number = 1
    for code in points:
        number += is_break(code)
    starts, ends = np.empty(number, np.uint32), np.empty(number, np.uint32)
    flags, pages = np.zeros(number, np.uint8), np.zeros(number, np.int32)
    count, page, begin, blank = 0, 0, 0, True
    for at in range(len(points) + 1):
        code = points[at] if at < len(points) else np.uint32(10)
        if not is_break(code):
            continue
        start, end = begin, at
        begin = at + 1
        while start < end and is_blank(points[start], codes):
            start += 1
        while end > start and is_blank(points[end - 1], codes):
            end -= 1
        if start < end:
            starts[count], ends[count], pages[count] = start, end, page
            flags[count] = BLANK if blank else np.uint8(0)
            count += 1
            blank = False
        elif not (code == 10 and at > 0 and points[at - 1] == 13):
            blank = True
        page += code == 12
    return starts[:count], ends[:count], flags[:count], pages[:count]


@compiled
def scan_lines(points: U32, codes: U32, expansions: U32, words: U64, page_words: U64) -> Lines:
    """The lines of a text that are not blank.

    `words` are hashes of words that mark furniture alone, `page_words` beside a number.
    """
    starts, ends, flags, pages = line_bounds(points, codes)
    count = len(starts)
    keys, loose = np.empty(count, np.uint64), np.empty(count, np.uint64)
    weights = np.empty(count, np.int32)
    room = np.empty(4096, np.uint32)
    for line in range(count):
        start, end = np.int64(starts[line]), np.int64(ends[line])
        size = fold_points(points, start, end, codes, expansions, room)
        while size < 0:
            room = np.empty(2 * len(room) + end - start, np.uint32)
            size = fold_points(points, start, end, codes, expansions, room)
        keys[line], loose[line], weights[line] = line_keys(room, size)
        weight = np.int64(weights[line])
        flag = line_flags(points, start, end, weight)
        flag |= number_flags(room, size, weight, words, page_words)
        if flag & CLASSED and weight <= SHORT:
            keys[line] = loose[line]
        if flag & MARK:
            flag &= ~FIELD
        blank = flags[line]
        if line > 0 and not blank and underlines(points, start, end):
            flag |= STRUCTURE
            flags[line - 1] |= STRUCTURE
        flags[line] = (flag & ~CLASSED) | blank
    return keys, loose, starts, ends, weights, flags, pages


@compiled
def underlines(points: U32, start: Int, end: Int) -> bool:
    """Whether the line is a rule under a heading: one of = - ~ ^ # three times and more."""
    first = points[start]
    if end - start < 3 or (first not in (0x3D, 0x2D, 0x7E, 0x5E, 0x23)):
        return False
    for at in range(start, end):  # noqa: SIM110 - numba compiles no generator
        if points[at] != first:
            return False
    return True


@compiled
def line_keys(room: U32, size: Int) -> tuple[np.uint64, np.uint64, int]:
    """A folded line's exact key, its key with runs of digits as one class, and its weight.

    A line without a letter or digit goes by its symbols and weighs nothing.
    """
    key, loose, symbols = U64_ZERO, U64_ZERO, FNV_BASIS
    one, other = FNV_BASIS, FNV_BASIS
    weight, inside, digit = 0, False, False
    for at in range(size + 1):
        part = room[at]
        letter = np.uint64(part & CODE)
        taken, alone = (part & LETTER) != 0, (part & IDEOGRAPH) != 0
        symbols = (symbols ^ letter) * FNV_PRIME
        if inside and (alone or not taken):
            key, loose = mix64(key ^ mix64(one)), mix64(loose ^ mix64(other))
            one, other, inside = FNV_BASIS, FNV_BASIS, False
        if not taken:
            digit = False
            continue
        number = is_digit(letter)
        weight += IDEOGRAPH_WEIGHT if alone else 1
        one = (one ^ letter) * FNV_PRIME
        if not (number and digit):
            other = (other ^ (DIGIT if number else letter)) * FNV_PRIME
        digit, inside = number, True
        if alone:
            key, loose = mix64(key ^ mix64(one)), mix64(loose ^ mix64(other))
            one, other, inside = FNV_BASIS, FNV_BASIS, False
    if weight == 0:
        return mix64(symbols), mix64(symbols), 0
    return key, loose, weight


@compiled
def is_digit(letter: np.uint64) -> bool:
    """Whether a folded letter is one of 0 to 9."""
    return bool(np.uint64(48) <= letter <= np.uint64(57))


@compiled
def number_flags(room: U32, size: Int, weight: Int, words: U64, page_words: U64) -> np.uint8:
    """MARK for a word of furniture, or a page's beside a number; CLASSED with those and dates."""
    if weight > LONGEST_LABEL:
        return np.uint8(0)
    one, previous = FNV_BASIS, U64_ZERO
    letters, groups, marked, paged = 0, 0, False, False
    for at in range(size + 1):
        part = room[at]
        letter = np.uint64(part & CODE)
        if not part & LETTER or part & IDEOGRAPH:
            marked = marked or is_member(mix64(one), words)
            paged = paged or is_member(mix64(one), page_words)
            one = FNV_BASIS
        if part & LETTER:
            number = is_digit(letter)
            groups += number and not is_digit(previous)
            letters += not number and not is_member(letter, DATE_SIGNS)
            one = (one ^ letter) * FNV_PRIME
        if part & IDEOGRAPH:
            paged = paged or is_member(letter, PAGE_SIGNS)
            rights = previous == COPY_SIGN and is_member(letter, RIGHT_SIGNS)
            marked = marked or rights
            one = FNV_BASIS
        previous = letter if part & LETTER else U64_ZERO
    if marked or (paged and groups > 0 and weight <= SHORT):
        return MARK | CLASSED
    return CLASSED if letters == 0 and groups >= 3 else np.uint8(0)


@compiled
def line_flags(points: U32, start: Int, end: Int, weight: Int) -> np.uint8:
    """What a line is by its punctuation."""
    if weight == 0:
        return SYMBOL | LABEL
    flag = kind_by_mark(points, start, end)
    last = end - 1
    while last > start and is_closing(points[last]):
        last -= 1
    if not ends_sentence(points[last]) and weight <= LONGEST_LABEL:
        flag |= LABEL
    for at in range(start, end):
        if is_furniture(points[at]):
            flag |= MARK | CLASSED
    if weight > SHORT:
        return flag
    for at in range(start + 1, min(end - 1, start + LONGEST_NAME)):
        if points[at] == 0x3A or points[at] == 0xFF1A:
            return flag | (FIELD if points[at + 1] != 0x2F else np.uint8(0))
    return flag


@compiled
def kind_by_mark(points: U32, start: Int, end: Int) -> np.uint8:
    r"""STRUCTURE for a Markdown heading and a line of code, PROTECTED for a table's row, else 0.

    Code is known by what no line of prose begins or ends with: { } \ % @ $ and { } ; = \.
    """
    first = points[start]
    if first == 0x7C:
        return PROTECTED
    if first in (0x7B, 0x7D, 0x5C, 0x25, 0x40, 0x24):
        return STRUCTURE
    if points[end - 1] in (0x7B, 0x7D, 0x3B, 0x3D, 0x5C):
        return STRUCTURE
    at = start
    while at < end and points[at] == 0x23:
        at += 1
    if 1 <= at - start <= 6 and at < end and points[at] == 0x20:
        return STRUCTURE
    if first == 0x3C and end - start > 2:
        second = points[start + 1]
        third = points[start + 2]
        if second == 0x74 or (second == 0x2F and third == 0x74):
            return PROTECTED
    return np.uint8(0)
