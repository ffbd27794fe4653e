"""Words of Chinese text, for rules that must not cut one in two."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from dataflow.evidence.spans import Span
from dataflow.quality.character_classes import HAN, STARTS, class_table
from dataflow.quality.chinese_words import mark_words, tagged

_BEFORE_VERB = frozenset(["v", "vd", "d", "ad", "p", "c", "zg", "ud", "ul"])
"""Parts of speech of what a clause without a subject of its own begins with."""
_OBJECTS = ("", "其", "之", "人", "他", "她", "它", "得", "于")


def own_word(text: str, begin: int, end: int) -> bool:
    """Whether the Han characters there are words of their own, but for a pronoun behind them.

    >>> own_word("使用寿命为三年", 0, 1), own_word("使热气不外漏", 0, 1)
    (False, True)
    """
    spans = word_spans(text)
    if not any(a == begin for a, _ in spans):
        return False
    last = next(((a, b) for a, b in spans if a < end <= b), (end, end))
    return text[end : last[1]] in _OBJECTS


def has_verb(text: str) -> bool:
    """Whether a piece of Chinese text says something: a name, a date or a byline does not.

    >>> has_verb("第二卷出版"), has_verb("本报记者 林晓岚")
    (True, False)
    """
    return any(tag in ("v", "vd", "vi", "vg", "a", "i", "l") for _, tag in tagged(text))


def without_subject(clause: str) -> bool:
    """Whether a Chinese clause begins with its predicate: of whom it is said stands before it.

    >>> without_subject("常用于抽屉和箱子的转角"), without_subject("龙窑不需要高烟囱")
    (True, False)
    """
    tags = [tag for _, tag in tagged(clause[:12])]
    return tags[0] in _BEFORE_VERB or (tags[0] in ("a", "b") and tags[1:2] not in (["n"], ["nz"]))


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
