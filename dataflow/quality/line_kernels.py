"""Counts over lines, compiled: how they begin and end, and which of them repeat.

A line is what stands between line feeds, without the white space at its ends; blank ones do not
count. What stands in fenced code, and a line without a word, repeats nothing.
"""

from __future__ import annotations

import numpy as np

from dataflow.compiled import compiled
from dataflow.quality.character_classes import BULLET, CJK, CLOSER, SPACE, TERMINAL, WORD
from dataflow.quality.kernels import (
    BULLETS,
    CONTENT_CHARS,
    ELLIPSES,
    ELLIPSIS_LINES,
    HASHES,
    LINE_CHARS,
    LINES,
    MORE_LINES,
    PARAGRAPH_CHARS,
    PRIME,
    SHORT_LINES,
    SYMBOLS,
    TERMINAL_LINES,
    Bits,
    Codes,
    Counts,
    Hashes,
    Places,
    encode,
    text_hash,
)

SHORT_LINE = 30
"""Characters up to which a line is short (FineWeb)."""
_LF, _HASH, _DOT, _ELLIPSIS, _BACKTICK, _TILDE = 0x0A, 0x23, 0x2E, 0x2026, 0x60, 0x7E
_HEADING_LEVELS = 6


@compiled
def heading_end(codes: Codes, begin: int, end: int) -> int:
    """Where the text of a Markdown heading or the end of a ruled line is; `begin` for others."""
    at = begin
    while at < end and codes[at] == _HASH:
        at += 1
    if at == end or (at - begin <= _HEADING_LEVELS and codes[at] == 0x20):
        return at
    return begin


@compiled
def count_symbols(codes: Codes, begin: int, end: int, row: Counts) -> None:
    """Adds runs of `#` and ellipses; marks of a heading and ruled lines are structure."""
    at = heading_end(codes, begin, end)
    while at < end:
        run = at + 1
        while run < end and codes[run] == codes[at]:
            run += 1
        if codes[at] == _HASH:
            row[SYMBOLS] += 1
            row[HASHES] += run - at
        elif codes[at] == _ELLIPSIS or (codes[at] == _DOT and run - at >= 3):
            row[SYMBOLS] += 1
            row[ELLIPSES] += 1
        at = run


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
def ends_sentence(bits: Bits, begin: int, end: int) -> bool:
    """Whether a line ends in a terminal mark; quotes, brackets and emphasis may stand behind."""
    at = end - 1
    while at > begin and bits[at] & CLOSER and not bits[at] & TERMINAL:
        at -= 1
    return bool(bits[at] & TERMINAL)


@compiled
def ends_in_phrase(codes: Codes, begin: int, end: int, phrases: tuple[Codes, Places]) -> bool:
    """Whether a line ends in one of the phrases, in small letters or capitals."""
    first = 0
    for last in phrases[1]:
        size = last - first
        same = end - begin >= size
        for i in range(size if same else 0):
            code = codes[end - size + i]
            code = code + 32 if 65 <= code <= 90 else code
            if code != phrases[0][first + i]:
                same = False
                break
        if same:
            return True
        first = last
    return False


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
def lines_of(codes: Codes, bits: Bits, begin: int, end: int) -> tuple[Places, Places]:
    """Begin and end of each line of a document, equal for blank ones."""
    total = 1
    for i in range(begin, end):
        total += codes[i] == _LF
    begins = np.empty(total, dtype=np.int64)
    ends = np.empty(total, dtype=np.int64)
    start, n = begin, 0
    for i in range(begin, end + 1):
        if i == end or codes[i] == _LF:
            begins[n], ends[n] = ink(bits, start, i)
            start = i + 1
            n += 1
    return begins, ends


@compiled
def fenced(codes: Codes, begins: Places, ends: Places) -> Bits:
    """By line: 1 in fenced code or a fence, 0 elsewhere."""
    inside = np.zeros(begins.size, dtype=np.uint16)
    in_code = False
    for i in range(begins.size):
        fence = is_fence(codes, begins[i], ends[i])
        inside[i] = in_code or fence
        in_code = in_code != fence
    return inside


@compiled
def count_repeats(hashes: Hashes, sizes: Places, row: Counts, column: int) -> None:
    """Fills four columns: pieces, their characters is the one before, those that repeat, theirs."""
    _, _, firsts = encode(hashes)
    total, fresh = np.sum(sizes), np.sum(sizes[firsts])
    row[column - 1], row[column] = hashes.size, total
    row[column + 1], row[column + 2] = hashes.size - firsts.size, total - fresh


@compiled
def count_copies(
    codes: Codes, bits: Bits, begins: Places, ends: Places, inside: Bits, row: Counts
) -> None:
    """Fills the columns of lines and paragraphs that stood further up already."""
    lines = np.empty(begins.size, dtype=np.uint64)
    sizes = np.empty(begins.size, dtype=np.int64)
    paragraphs = np.empty(begins.size, dtype=np.uint64)
    lengths = np.empty(begins.size, dtype=np.int64)
    n, m, open_paragraph = 0, 0, False
    for i in range(begins.size):
        if begins[i] == ends[i]:
            open_paragraph = False
            continue
        if inside[i] or not has_word(bits, begins[i], ends[i]):
            continue
        lines[n], sizes[n] = text_hash(codes, begins[i], ends[i]), ends[i] - begins[i]
        if open_paragraph:
            paragraphs[m - 1] = paragraphs[m - 1] * PRIME + lines[n]
            lengths[m - 1] += sizes[n]
        else:
            paragraphs[m], lengths[m] = lines[n], sizes[n]
            m += 1
        n, open_paragraph = n + 1, True
    count_repeats(lines[:n], sizes[:n], row, CONTENT_CHARS)
    count_repeats(paragraphs[:m], lengths[:m], row, PARAGRAPH_CHARS)


@compiled
def count_lines(
    codes: Codes, bits: Bits, ends: Places, more: tuple[Codes, Places], rows: Counts
) -> None:
    """Fills the columns of lines; `more` are the phrases of a line that was cut off."""
    begin = 0
    for d in range(ends.size):
        row = rows[d]
        firsts, lasts = lines_of(codes, bits, begin, ends[d])
        for i in range(firsts.size):
            first, last = firsts[i], lasts[i]
            if first == last:
                continue
            row[LINES] += 1
            row[LINE_CHARS] += last - first
            row[BULLETS] += is_bullet(codes, bits, first, last)
            row[ELLIPSIS_LINES] += ends_in_ellipsis(codes, first, last)
            row[MORE_LINES] += ends_in_phrase(codes, first, last, more)
            row[TERMINAL_LINES] += ends_sentence(bits, first, last)
            row[SHORT_LINES] += last - first <= SHORT_LINE
            count_symbols(codes, first, last, row)
        inside = fenced(codes, firsts, lasts)
        count_copies(codes, bits, firsts, lasts, inside, row)
        begin = ends[d]
