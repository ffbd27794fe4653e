"""Tokens of a text as numbers: words where spaces part them, characters where nothing does.

Words are lower-cased runs of letters (an apostrophe may stand inside); a run of digits is one of
four tokens by its length, a run of one mark one of four by mark and length, and each ideograph is
a token. By characters each letter and mark is a token, all digits are one, and a space counts
between letters of an alphabet only. A line's end is the token BOUNDARY in both.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.text.layout import fenced
from dataflow.text.scripts import RANGES

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

CHARACTER_LANGUAGES = frozenset({"zh", "ja", "ko", "th", "lo", "km", "my", "bo"})
"""Read by characters; Korean has spaces, but its words are stems with endings without number."""

BOUNDARY, UNKNOWN, FIRST = np.uint32(1), np.uint32(2), np.uint32(16)
"""Reserved tokens, and the first number of all others."""
_MARK, _LETTER, _DIGIT, _SPACE, _NEWLINE, _IDEOGRAPH = range(6)
_UNSPACED = ("han", "kana", "hangul", "thai", "lao", "khmer", "burmese", "tibetan")
_SIZE = 0x323B0
MOST_CHARS = 4_000_000
"""Characters of a text that are looked at: more change no figure, and each takes 30 bytes."""
_LONGEST_WORD = 64
_LONGEST_RUN = 4
_APOSTROPHES = (np.uint32(0x27), np.uint32(0x2019))
_ZERO, _BLANK = np.uint32(0x30), np.uint32(0x20)
_BASIS, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


@cache
def class_table() -> U8:
    """uint8: the class of each code point below the last ideograph, all above are marks."""
    table = np.zeros(_SIZE + 1, np.uint8)
    classes = {"L": _LETTER, "M": _LETTER, "Nd": _DIGIT, "Z": _SPACE, "Cc": _SPACE, "Cf": _SPACE}
    for code in range(_SIZE):
        category = unicodedata.category(chr(code))
        table[code] = classes.get(category, classes.get(category[0], _MARK))
    table[[0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029]] = _NEWLINE
    for script in _UNSPACED:
        for first, last in RANGES[script]:
            part = table[first : last + 1]
            part[part != _DIGIT] = _IDEOGRAPH
    table.flags.writeable = False
    return table


def code_points(text: str) -> U32:
    """uint32: code points of `text` in lower case, without fenced code."""
    text = text[:MOST_CHARS]
    fences = fenced(text)
    if fences:
        done, kept = 0, []
        for start, end in fences:
            kept.append(text[done:start])
            done = end
        text = "\n".join([*kept, text[done:]])
    return np.frombuffer(text.lower().encode("utf-32-le", "surrogatepass"), np.uint32)


def tokenize(codes: U32, *, characters: bool) -> tuple[U32, I64]:
    """Tokens of lower-case code points, and the span of each in `codes` (int64[n, 2])."""
    tokens = np.empty(len(codes), np.uint32)
    spans = np.empty((len(codes), 2), np.int64)
    kernel = _characters if characters else _words
    count = kernel(codes, class_table(), tokens, spans)
    return tokens[:count].copy(), spans[:count].copy()


@compiled
def mix64(value: np.uint64) -> np.uint64:
    """MurmurHash3's 64-bit finaliser: a bijection that spreads every bit."""
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@compiled
def _class_of(code: np.uint32, classes: U8) -> int:
    return int(classes[code]) if code < len(classes) else _MARK


@compiled
def _numbered(value: np.uint64) -> np.uint32:
    """A token from a hash; two words share one with a chance of 2^-32."""
    return max(np.uint32(mix64(value) >> np.uint64(32)), FIRST)


@compiled
def _word_end(codes: U32, classes: U8, at: int) -> int:
    """One past the word that begins at `at`, at most `_LONGEST_WORD` further on."""
    end = at + 1
    last = min(len(codes), at + _LONGEST_WORD)
    while end < last:
        if _class_of(codes[end], classes) == _LETTER:
            end += 1
            continue
        inside = codes[end] == _APOSTROPHES[0] or codes[end] == _APOSTROPHES[1]
        if not inside or end + 1 >= last or _class_of(codes[end + 1], classes) != _LETTER:
            break
        end += 2
    return end


@compiled
def _run_end(codes: U32, classes: U8, at: int, kind: int) -> int:
    """One past a run of digits, or of one and the same mark."""
    end = at + 1
    while end < len(codes):
        same = codes[end] == codes[at] if kind == _MARK else False
        if not same and not (kind == _DIGIT and _class_of(codes[end], classes) == _DIGIT):
            break
        end += 1
    return end


@compiled
def _words(codes: U32, classes: U8, tokens: U32, spans: I64) -> int:
    count, at = 0, 0
    while at < len(codes):
        kind = _class_of(codes[at], classes)
        end = at + 1
        if kind == _SPACE or (kind == _NEWLINE and (count == 0 or tokens[count - 1] == BOUNDARY)):
            at = end
            continue
        value = _BASIS
        if kind == _LETTER:
            end = _word_end(codes, classes, at)
            for place in range(at, end):
                value = (value ^ np.uint64(codes[place])) * _PRIME
        elif kind == _IDEOGRAPH:
            value = (value ^ np.uint64(codes[at])) * _PRIME
        elif kind != _NEWLINE:
            end = _run_end(codes, classes, at, kind)
            first = _ZERO if kind == _DIGIT else codes[at]
            for _ in range(min(end - at, _LONGEST_RUN)):
                value = (value ^ np.uint64(first)) * _PRIME
        tokens[count] = BOUNDARY if kind == _NEWLINE else _numbered(value)
        spans[count, 0], spans[count, 1] = at, end
        count, at = count + 1, end
    return count


@compiled
def _characters(codes: U32, classes: U8, tokens: U32, spans: I64) -> int:
    count, before, blank = 0, _NEWLINE, False
    for at in range(len(codes)):
        kind = _class_of(codes[at], classes)
        if kind == _SPACE:
            blank = True
            continue
        if kind == _NEWLINE:
            if count and tokens[count - 1] != BOUNDARY:
                tokens[count] = BOUNDARY
                spans[count, 0], spans[count, 1] = at, at + 1
                count += 1
        else:
            alphabets = before in (_LETTER, _DIGIT) and kind in (_LETTER, _DIGIT)
            if blank and alphabets:
                tokens[count] = FIRST + _BLANK
                spans[count, 0], spans[count, 1] = at - 1, at
                count += 1
            tokens[count] = FIRST + (_ZERO if kind == _DIGIT else codes[at])
            spans[count, 0], spans[count, 1] = at, at + 1
            count += 1
        before, blank = kind, False
    return count


@compiled
def spellings(codes: U32, tokens: U32, spans: I64, letters: U32) -> tuple[I64, int]:
    """Letters of the distinct words of a text, each word ended by BOUNDARY, as tokens.

    `letters` is filled; returns where each word begins in it (int64[words + 1]) and the number of
    words. `tokens` of one text, BOUNDARY excepted; the first of equal ones counts.
    """
    order = np.argsort(tokens, kind="mergesort")
    starts = np.zeros(len(tokens) + 1, np.int64)
    size = words = 0
    for rank in range(len(order)):
        token = tokens[order[rank]]
        if token == BOUNDARY or (rank and tokens[order[rank - 1]] == token):
            continue
        for place in range(spans[order[rank], 0], spans[order[rank], 1]):
            letters[size] = FIRST + codes[place]
            size += 1
        letters[size] = BOUNDARY
        size, words = size + 1, words + 1
        starts[words] = size
    return starts[: words + 1], words
