"""What each code point is, as bits in one table."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

LETTER, CJK, WORD, LATIN, SPACE, REPLACED, BULLET, JOINER = (1 << bit for bit in range(8))
"""LETTER: of any script · CJK: Han, kana, hangul, each a word of its own · WORD: letter, mark or
number of other scripts · LATIN · SPACE, line feeds included · REPLACED: U+FFFD or private use ·
BULLET: begins a list item · JOINER: holds two parts of a word together."""
HAN, HANGUL, UPPER, LOWER, DIGIT, TERMINAL, CLOSER, STARTS = (1 << bit for bit in range(8, 16))
"""HAN · HANGUL · UPPER and LOWER: letters with case · DIGIT: decimal digits of any script ·
TERMINAL: ends a sentence · CLOSER: quotes, brackets and Markdown marks that may stand behind that ·
STARTS: never in the table; set where segmentation begins a word (`chinese_words`)."""

_HANGUL = ((0x1100, 0x11FF), (0x3131, 0x318E), (0xAC00, 0xD7A3))
_HAN = (
    (0x3005, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF),
)  # fmt: skip
_CJK = (
    *_HANGUL, *_HAN, (0x2E80, 0x2FDF), (0x3041, 0x3096), (0x309D, 0x309F), (0x30A1, 0x30FA),
    (0x30FC, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F),
)  # fmt: skip
_LATIN = (
    (0x41, 0x5A), (0x61, 0x7A), (0xAA, 0xAA), (0xBA, 0xBA), (0xC0, 0xD6), (0xD8, 0xF6),
    (0xF8, 0x24F), (0x1E00, 0x1EFF), (0xFB00, 0xFB06), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A),
)  # fmt: skip
_MARKS = {
    BULLET: "-*+•●○■□▪▫◆◇▶►‣⁃∙·◦※",
    JOINER: "'’_-",
    TERMINAL: ".!?…‽⁇⁈⁉。！？｡．﹒﹖﹗؟۔।॥።፧။៖។՞׃⸮",
    CLOSER: "\"'”’»›)]}*_`」』）】］｝》〉〟",
}
_ASSIGNED = 0x32400
"""Code points from here on are variation selectors, tags and private use: set as ranges."""


@lru_cache(maxsize=1)
def class_table() -> NDArray[np.uint16]:
    """Class bits of every code point, uint16[0x110000]; takes 0.04 CPU-s, once in a process."""
    table = np.zeros(0x110000, dtype=np.uint16)
    categories = np.array([unicodedata.category(chr(code)) for code in range(_ASSIGNED)])
    major = categories.astype("U1")
    for bits, members in (
        (LETTER | WORD, major == "L"),
        (WORD, (major == "M") | (major == "N")),
        (SPACE, (major == "Z") | (categories == "Cc")),
        (REPLACED, categories == "Co"),
        (UPPER, (categories == "Lu") | (categories == "Lt")),
        (LOWER, categories == "Ll"),
        (DIGIT, categories == "Nd"),
    ):
        table[:_ASSIGNED][members] |= bits
    table[0xFFFD] |= REPLACED
    table[0xF0000:] |= REPLACED
    for first, last in _CJK:
        table[first : last + 1] = LETTER | CJK
    for bit, ranges in ((HAN, _HAN), (HANGUL, _HANGUL), (LATIN, _LATIN)):
        for first, last in ranges:
            table[first : last + 1] |= bit
    for bit, chars in _MARKS.items():
        for char in chars:
            table[ord(char)] |= bit
    return table
