"""Typed numbers of sections by a heading's first characters, English and Chinese."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

HAN_DIGITS = "一二三四五六七八九十百零〇两"
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width forms and the wide space as their ordinary ones, one character for one."""
_MONTH = re.compile(
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?(?:\s|$)", re.IGNORECASE
)
_ONES = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


class Family(StrEnum):
    """Kinds of section numbers, the outer ones first; decimal numbers carry their own depth."""

    PART = "part"
    CHAPTER = "chapter"
    SECTION = "section"
    ARTICLE = "article"
    HAN = "一、"
    HAN_IN_BRACKETS = "（一）"
    ROMAN = "I."
    LETTER = "A."
    DECIMAL = "1.1"
    IN_BRACKETS = "(1)"


class Number(NamedTuple):
    """A section's number: `parts` is 2 for 1.1, `value` its last part, `end` where it ends."""

    family: Family
    parts: int
    value: int
    end: int

    def followed_by(self, other: Number) -> bool:
        """Whether `other` is the next number of the same kind."""
        return self[:2] == other[:2] and other.value == self.value + 1


_H = rf"[{HAN_DIGITS}\d]{{1,4}}"
_N = r"(?:\d{1,3}|[IVXLC]{1,7}|[A-Z](?![a-z])|one|two|three|four|five|six|seven|eight|nine|ten)"
_FAMILIES = tuple(
    (family, re.compile(pattern, re.IGNORECASE if family in ("part", "chapter") else 0))
    for family, pattern in (
        (Family.PART, rf"第\s*(?P<n>{_H})\s*[部篇编卷](?:分)?(?=\s|$|[:：、]|[^\d\s])"),
        (Family.PART, rf"part\s+(?P<n>{_N})(?=[\s:.—–-]|$)"),
        (Family.CHAPTER, rf"第\s*(?P<n>{_H})\s*章"),
        (Family.CHAPTER, rf"(?:chapter|appendix|annex|attachment)\s+(?P<n>{_N})(?=[\s:.—–-]|$)"),
        (Family.CHAPTER, rf"(?:附录|附件)\s*(?P<n>[A-Z](?![a-z])|{_H})?(?=\s|$|[:：、])"),
        (Family.SECTION, rf"第\s*(?P<n>{_H})\s*[节節]"),
        (Family.SECTION, r"(?:Section|SECTION)\s+(?P<n>\d{1,3})(?=[\s:.—–-]|$)"),
        (Family.ARTICLE, rf"第\s*(?P<n>{_H})\s*[条條]|(?:Article|ARTICLE)\s+(?P<m>\d{{1,3}})\b"),
        (Family.HAN, rf"(?P<n>[{HAN_DIGITS}]{{1,3}})[、.]"),
        (Family.HAN_IN_BRACKETS, rf"\((?P<n>[{HAN_DIGITS}]{{1,3}})\)"),
        (Family.DECIMAL, r"(?:§\s*)?(?P<n>(?:[A-Z]|\d{1,2})(?:\.\d{1,3}){1,4})"
                         r"(?:[.)]?\s+|\.?(?=[\u4e00-\u9fff]))(?=[^\W\d_]|[(\"'“「《`])"),
        (Family.DECIMAL, r"(?:§\s*)(?P<n>\d{1,3})[.]?\s+(?=\S)"),
        (Family.DECIMAL, r"(?P<n>\d{1,2})(?:[.]\s*|、\s*)(?=[^\W\d_]|[(\"'“「《`])"),
        (Family.DECIMAL, r"(?P<n>\d{1,2})\s+(?=[^\W\d_]|[\"'“「《])(?![a-z])"),
        (Family.ROMAN, r"(?P<n>[IVX]{1,5})\.\s+(?=[^\W\d_])"),
        (Family.LETTER, r"(?P<n>[A-Z])\.\s+(?=[^\W\d_])"),
        (Family.IN_BRACKETS, r"\((?P<n>\d{1,2})\)\s*(?=[^\W\d_])"),
    )
)  # fmt: skip


def narrow(text: str) -> str:
    """`text` with full-width Latin letters, digits and marks as ordinary ones, same length.

    >>> narrow("（１．２）　表")
    '(1.2) 表'
    """
    return text.translate(_WIDTH)


def numbering(text: str) -> Number | None:
    """The section number that `text` begins with, None without one.

    >>> [numbering(t) for t in ("第一章 绪论", "3.1 Data", "12 March 2024")]
    [Number(family=<Family.CHAPTER: 'chapter'>, parts=1, value=1, end=3), \
Number(family=<Family.DECIMAL: '1.1'>, parts=2, value=1, end=4), None]
    """
    start = narrow(text[:80])
    for family, pattern in _FAMILIES:
        found = pattern.match(start)
        if found is None:
            continue
        if family is Family.DECIMAL and _MONTH.match(start[found.end() :]):
            return None
        digits = next((group for group in found.groups() if group), "")
        parts = digits.count(".") + 1 if family is Family.DECIMAL else 1
        return Number(family, parts, number_value(digits.rpartition(".")[2]), found.end())
    return None


def number_value(digits: str) -> int:
    """What a number in Arabic, Roman or Chinese figures or a letter counts; 0 for a word.

    >>> [number_value(n) for n in ("12", "十二", "二十", "IV", "C", "一百零三")]
    [12, 12, 20, 4, 3, 103]
    """
    if digits.isdecimal():
        return int(digits)
    if digits and all(char in HAN_DIGITS for char in digits):
        return _han_value(digits)
    if len(digits) == 1 and digits.isascii() and digits not in "IVX":
        return ord(digits.upper()) - ord("A") + 1
    if digits and all(char in _ROMAN for char in digits):
        values = [_ROMAN[char] for char in digits] + [0]
        return sum(-one if one < other else one
                   for one, other in pairwise(values))  # fmt: skip
    return 0


def _han_value(digits: str) -> int:
    total, ones = 0, 0
    for char in digits:
        if char in _ONES:
            ones = _ONES[char]
        else:
            total += (ones or 1) * (10 if char == "十" else 100)
            ones = 0
    return total + ones
