"""How text is folded before it is compared: one table lookup for each code point.

Two texts count as the same when they differ only in case, compatibility forms (full width,
ligatures), punctuation, symbols or white space; Markdown marks are punctuation and fall away too.
The table holds lower(NFKC(c)) for every code point c, so no normalised copy of a text is ever
made: that copy was the slowest step of the whole stage (28 MB per CPU second through Polars).
NFKC works on single code points except where one combines with the one before it; texts with such
code points are rare and are normalised as a whole first (`compose`).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

CODE_BITS = 21
"""Low bits of a table entry: the folded code point, 0 for white space and controls."""
LETTER = 1 << 21
"""Part of a word: letters, digits, `_`, and the vowel signs of scripts that need them."""
IDEOGRAPH = 1 << 22
"""A LETTER that carries about as much as a word: Han, kana, hangul."""
JOINS = 1 << 23
"""May combine with the code point before it: NFKC must see the text as a whole."""
EXPANDS = 1 << 24
"""The low bits are a place in `expansions`: a count, then that many entries."""

TABLE_SIZE = 0x33480
"""One past the last ideograph of Unicode 17; what lies above has no letters."""
IDEOGRAPH_RANGES = (
    (0x1100, 0x1200), (0x2E80, 0x2FE0), (0x3005, 0x3008), (0x3021, 0x302A), (0x3031, 0x3036),
    (0x3038, 0x303D), (0x3041, 0x3100), (0x3105, 0x3190), (0x31A0, 0x31C0), (0x31F0, 0x3200),
    (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xA960, 0xA980), (0xAC00, 0xD800), (0xF900, 0xFB00),
    (0xFF66, 0xFFDD), (0x1B000, 0x1B170), (0x20000, TABLE_SIZE),
)  # fmt: skip
FOLDS_TO_ITSELF = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xAC00, 0xD7A4), (0x20000, 0x2A6DF))
"""Ideographs that NFKC and lower() leave alone: filled in one go, 77,000 of 210,000 entries."""
PLAIN_MARKS = ((0x0300, 0x0370), (0x1AB0, 0x1B00), (0x1DC0, 0x1E00), (0x20D0, 0x2100),
               (0xFE00, 0xFE10), (0xFE20, 0xFE30), (0xE0100, 0xE01F0))  # fmt: skip
"""Accents and selectors that may follow any script: left over after NFKC they are decoration."""


class FoldTable(NamedTuple):
    """Entries by code point (uint32[TABLE_SIZE]) and the expansions some of them point to."""

    codes: NDArray[np.uint32]
    expansions: NDArray[np.uint32]


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code < end for first, end in ranges)


def is_word_character(char: str) -> bool:
    r"""Whether `char` is part of a word: `\w`, and vowel signs, without which Hindi is unreadable.

    >>> [is_word_character(c) for c in "aé字_-。"]
    [True, True, True, True, False, False]
    """
    if char.isalnum() or char == "_":
        return True
    return unicodedata.category(char) in ("Mn", "Mc") and not _within(ord(char), PLAIN_MARKS)


def _entry(char: str) -> int:
    """Table entry of a character that is already folded."""
    code = ord(char)
    if is_word_character(char):
        return code | LETTER | (IDEOGRAPH if _within(code, IDEOGRAPH_RANGES) else 0)
    return 0 if char.isspace() or unicodedata.category(char) in ("Cc", "Cf", "Cs") else code


def _seconds() -> frozenset[str]:
    """Characters that canonical composition can melt into the one before them."""
    found = {chr(code) for first, end in ((0x1161, 0x1176), (0x11A8, 0x11C3))
             for code in range(first, end)}  # fmt: skip
    for code in range(0x00C0, 0x20000):
        mapping = unicodedata.decomposition(chr(code))
        if mapping and not mapping.startswith("<"):
            parts = mapping.split(" ")
            if len(parts) == 2:
                found.add(chr(int(parts[1], 16)))
    return frozenset(found)


def fold(text: str) -> str:
    """Lower-cased NFKC with one form of sigma, the definition the table is made from.

    >>> fold("Ｆｕｌｌ Width ﬁ ΟΔΟΣ")
    'full width fi οδοσ'
    """
    return unicodedata.normalize("NFKC", text).lower().replace("ς", "σ")


@cache
def fold_table() -> FoldTable:
    """The table for this interpreter's Unicode version, built once in about 0.1 CPU seconds."""
    codes = np.zeros(TABLE_SIZE, np.uint32)
    expansions: list[int] = []
    seconds = _seconds()
    rest = np.ones(TABLE_SIZE, bool)
    rest[0xD800:0xF900] = False  # surrogates cannot occur, private use are symbols
    codes[0xE000:0xF900] = np.arange(0xE000, 0xF900)
    for first, end in FOLDS_TO_ITSELF:
        span = np.arange(first, end, dtype=np.uint32)
        codes[first:end] = span | np.uint32(LETTER | IDEOGRAPH)
        rest[first:end] = False
    for code in np.flatnonzero(rest).tolist():
        char = chr(code)
        folded = fold(char)
        if len(folded) == 1:
            entry = _entry(folded)
        else:
            entry = len(expansions) | EXPANDS
            expansions += [len(folded), *map(_entry, folded)]
        head = unicodedata.normalize("NFKD", char)[0]
        if unicodedata.combining(head) or head in seconds:
            entry |= JOINS
        codes[code] = entry
    table = FoldTable(codes, np.array(expansions, np.uint32))
    for array in table:
        array.flags.writeable = False
    return table


def compose(texts: pl.Series, joining: NDArray[np.bool_]) -> pl.Series:
    """`texts` with NFKC applied to those marked in `joining` (bool[n]).

    Polars sorts combining marks in n log n; the interpreter's own unicodedata needs n^2 for a
    long run of them, which a hostile file can hold.
    """
    mask = pl.Series(joining)
    normal = texts.filter(mask).str.normalize("NFKC")
    return texts.scatter(mask.arg_true(), normal)
