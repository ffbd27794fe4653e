"""How much a claim claims: words for all, only and never; words for some and perhaps; new facts.

A weak claim follows from more texts than a strong one, in any language; and what a writer who
strays from the source adds is often a number, a name, or a word for all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dataflow.evidence.entities import unsupported_date, unsupported_name, unsupported_number
from dataflow.evidence.levelling import level
from dataflow.evidence.quantities import Number, numbers_of
from dataflow.judging.words import words

_STRONG = (
    # all
    "all both each entire entirely every everybody everyone everything completely exactly fully "
    "totally whole 全部 全都 所有 完全 任何 每个 每 都 全 整个 一切 均",
    # only
    "only sole solely 只 只有 唯一 仅 谁也",
    # never
    "never impossible nobody nothing 从来 从不 从未 从没 永远 永久 根本 绝对",
    # always, often
    "always constantly often regularly usually 一直 总是 经常 常常 普遍 越来越 多次",
    # must
    "must necessarily 一定 必须",
    # most of all
    "best biggest fastest greatest highest largest latest longest lowest oldest smallest worst "
    "youngest 最 首次 非常 极",
)
"""Kinds of strong words: one is new where the source has no word of its kind."""
_WORDS = tuple(frozenset(w for w in kind.split() if w.isascii()) for kind in _STRONG)
_HAN = tuple(tuple(w for w in kind.split() if not w.isascii()) for kind in _STRONG)
_WEAK = re.compile(
    r"\b(?:about|almost|among|appears?|around|at least|can|could|(?:few|less|more)(?:er)? than|"
    r"likely|may|maybe|might|nearly|not all|over|part|partly|perhaps|possibl[ey]|probably|roughly|"
    r"seems?|several|some(?:body|one|times)?)\b"
    r"|一些|不一定|不到|不少|不止|(?<!分)之一|也许|似乎|可以|可能|大概|大约|左右|或许|有些|有人|有的|某些"
    r"|未必|能够|若干|至少|超过|(?<!大)部分"
)
_ROUNDED = re.compile(
    r"(?:about|above|almost|approximately|around|at least|below|close to|(?:fewer|less|more) than|"
    r"nearly|over|roughly|several|some|under|up to|约|近|超过|不到|至少|将近|数|好几|几)"
    r"\s?(?:an?\s)?[$€£¥]?$",
    re.IGNORECASE,
)
_ROUNDED_BEHIND = re.compile(r"\s?(?:or so|or more|odd\b|多|余|左右|上下|以上|以下)")
_LONGEST_ROUNDING = 16


@dataclass(frozen=True, slots=True)
class Signs:
    """Of a claim: kinds of strong words that are new, weak words or none; numbers and names."""

    stronger: int
    weak: bool
    number: bool
    name: bool


def signs(claim: str, source: str, lang: str) -> Signs:
    """What makes `claim` (`lang`: `zh`, or else) say more, or less, than a text like `source`.

    >>> signs("All birds can fly.", "Birds fly.", "en")
    Signs(stronger=1, weak=True, number=False, name=False)
    """
    return Signs(
        stronger(claim, source),
        bool(_WEAK.search(claim.casefold())),
        bool(unsupported_date(claim, source)) or new_number(claim, source),
        bool(unsupported_name(claim, source, lang)),
    )


def stronger(claim: str, source: str) -> int:
    """How many kinds of strong words `claim` has a word of, and `source` none.

    >>> stronger("Only birds always fly.", "Birds always fly."), stronger("鸟全都会飞", "鸟会飞")
    (1, 1)
    """
    said, given = set(words(claim)), set(words(source))
    found = 0
    for latin, han in zip(_WORDS, _HAN, strict=True):
        has = bool(latin & said) or any(word in claim for word in han)
        found += has and not (latin & given or any(word in source for word in han))
    return found


def new_number(claim: str, source: str) -> bool:
    """Whether `claim` has a number that `source` has not, nor one near it where it is rounded.

    >>> new_number("Over 1,000 left.", "1,400 left."), new_number("1,000 left.", "1,400 left.")
    (False, True)
    """
    if not unsupported_number(claim, source):
        return False
    text = level(claim)
    known = [number.value for number in numbers_of(source)]
    for number in numbers_of(claim):
        if number.weak or (number.spelled and number.written <= 1):
            continue
        if _rounded(number, text):
            if not any(value <= 2 * number.value <= 4 * value for value in known):
                return True
        elif unsupported_number(text[number.start : number.end], source):
            return True
    return False


def _rounded(number: Number, text: str) -> bool:
    before = text[max(0, number.start - _LONGEST_ROUNDING) : number.start]
    return bool(_ROUNDED.search(before) or _ROUNDED_BEHIND.match(text, number.end))
