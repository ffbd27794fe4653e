"""Text with one width of characters, before anything is looked for in it."""

from __future__ import annotations

import html
from functools import lru_cache

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_OTHERS = {
    0x3000: " ", 0xA0: " ", 0x202F: " ", 0x2009: " ", 0x2212: "-", 0x2010: "-", 0x2011: "-",
    0x2019: "'", 0xFFE5: "¥", 0xFFE1: "£",
}  # fmt: skip
_LONE = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
"""Halves of a pair of UTF-16, which no UTF-8 can hold."""
_TABLE: dict[int, str | int] = {**_WIDE, **_OTHERS, **_LONE}


@lru_cache(maxsize=512)
def level(text: str) -> str:
    """`text` with ASCII for full-width forms, one minus, one apostrophe and no HTML entities.

    Without entities as long as `text` was.

    >>> level("４２％，a\u00a0b &amp; c")
    '42%,a b & c'
    """
    if text.isascii() and "&" not in text:
        return text
    return html.unescape(text).translate(_TABLE)
