"""Words of Chinese text, for rules that must not cut one in two."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dataflow.evidence.spans import Span
from dataflow.quality.character_classes import HAN, STARTS, class_table
from dataflow.quality.chinese_words import mark_words


@lru_cache(maxsize=64)
def word_spans(text: str) -> tuple[Span, ...]:
    """Where each word of Han characters lies, ascending; all other characters belong to none.

    >>> [("他们在北京。")[a:b] for a, b in word_spans("他们在北京。")]
    ['他们', '在', '北京']
    """
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    bits = class_table()[codes]
    mark_words(codes, bits)
    han, starts = (bits & HAN) > 0, (bits & STARTS) > 0
    found: list[Span] = []
    begin = -1
    for at in np.flatnonzero(starts | ~han).tolist():
        if begin >= 0:
            found.append((begin, at))
        begin = at if han[at] else -1
    if begin >= 0:
        found.append((begin, len(text)))
    return tuple(found)
