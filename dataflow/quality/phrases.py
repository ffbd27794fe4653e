"""Phrases that C4 and MAP-CC look for, as code points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LOREM = "lorem ipsum"
POLICY = (
    "javascript", "terms of use", "privacy policy", "cookie policy", "uses cookies",
    "use of cookies", "use cookies",
)  # fmt: skip
"""A line with one of these is no text (C4: Raffel et al. 2020, and the code published with it)."""
MORE = ("read more", "readmore", "展开", "更多", "。。。")
"""A line that ends so was cut off for a list of articles (MAP-CC, ellipses apart)."""

_ASCII = 0x7F

Table = tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint8]]


def table(phrases: tuple[str, ...]) -> Table:
    """Code points of all phrases in a row, where each ends, and marks of how phrases may begin.

    Two code points may begin a phrase when their marks, uint8[128] for the first and the second,
    share a bit; what is no ASCII has the mark of 127, none.

    >>> table(("ab", "cd"))[1].tolist()
    [2, 4]
    """
    codes = np.array([ord(char) for phrase in phrases for char in phrase], dtype=np.uint32)
    ends = np.cumsum([len(phrase) for phrase in phrases], dtype=np.int64)
    first, second = np.zeros(_ASCII + 1, dtype=np.uint8), np.zeros(_ASCII + 1, dtype=np.uint8)
    for bit, pair in enumerate(sorted({phrase[:2] for phrase in phrases if phrase.isascii()})):
        for form in (pair, pair.upper()):
            first[ord(form[0])] |= 1 << bit
            second[ord(form[1])] |= 1 << bit
    return codes, ends, first, second
