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

_CJK = (
    (0x1100, 0x11FF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3041, 0x3096), (0x309D, 0x309F),
    (0x30A1, 0x30FA), (0x30FC, 0x30FF), (0x3131, 0x318E), (0x31F0, 0x31FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x323AF),
)  # fmt: skip
_LATIN = (
    (0x41, 0x5A), (0x61, 0x7A), (0xAA, 0xAA), (0xBA, 0xBA), (0xC0, 0xD6), (0xD8, 0xF6),
    (0xF8, 0x24F), (0x1E00, 0x1EFF), (0xFB00, 0xFB06), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A),
)  # fmt: skip
_BULLETS = "-*+•●○■□▪▫◆◇▶►‣⁃∙·◦※"
_JOINERS = "'’_-"
_ASSIGNED = 0x32400
"""Code points from here on are variation selectors, tags and private use: set as ranges."""


@lru_cache(maxsize=1)
def class_table() -> NDArray[np.uint8]:
    """Class bits of every code point, uint8[0x110000]; takes 0.03 CPU-s, once in a process."""
    table = np.zeros(0x110000, dtype=np.uint8)
    categories = np.array([unicodedata.category(chr(code)) for code in range(_ASSIGNED)])
    major = categories.astype("U1")
    table[:_ASSIGNED][major == "L"] |= LETTER | WORD
    table[:_ASSIGNED][(major == "M") | (major == "N")] |= WORD
    table[:_ASSIGNED][(major == "Z") | (categories == "Cc")] |= SPACE
    table[:_ASSIGNED][categories == "Co"] |= REPLACED
    table[0xFFFD] |= REPLACED
    table[0xF0000:] |= REPLACED
    for first, last in _CJK:
        table[first : last + 1] = LETTER | CJK
    for first, last in _LATIN:
        table[first : last + 1] |= LATIN
    for char in _BULLETS:
        table[ord(char)] |= BULLET
    for char in _JOINERS:
        table[ord(char)] |= JOINER
    return table
