"""Numbers of short answers and calculations as exact amounts, in digits or in words.

Words and units are those of `dataflow.evidence`, whose `quantities` reads prose and cannot serve
here: it leaves out years (1995 - 1812) and a Han digit that counts nothing (三加五等于八), takes
三点五 for an hour, 七八个 for 78 and 百万富翁 for a number, and gives places in the text as it was,
where a calculation is read in digits and signs. Here every number may be a term.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from dataflow.evidence.numerals import (
    ENGLISH,
    HAN,
    HAN_DIGITS,
    HAN_SCALES,
    SCALES,
    english_value,
    han_value,
)
from dataflow.evidence.units import AFTER, BEFORE, measured

_FOLDED = str.maketrans("，；：、。！？−–—", ";;;;;;;---")
"""Full-width marks would become commas and points that belong to numbers."""

_POINT = "点[零〇一二三四五六七八九]{1,12}"
_HAN_RUN = re.compile(rf"{HAN}{{1,24}}(?:{_POINT})?")
_CLEAR = 2
"""Numeral characters from which a run is a number and no part of a word (一些, 十分)."""
_POSITIONS = 3
"""Digits without units from which they are read one by one: 一九九八, but not 七八 (7 or 8)."""
_ENGLISH = re.compile(ENGLISH, re.IGNORECASE)
_NUMBER = r"\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,12})?(?!\d)|\d{1,24}(?:\.\d{1,12})?"
_SHARE = re.compile(rf"百分之\s?({_NUMBER})")
_AMOUNT = re.compile(
    rf"(?P<sign>(?<![\w)\]%]\s)(?<![\w)\]%])-)?(?P<money>[$€£¥]\s?)?(?<![A-Za-z\d.])"
    rf"(?P<number>{_NUMBER})"
    r"(?:\s?(?P<scale>hundred|thousand|million|billion|trillion)\b|(?P<han>[百千万亿]{1,2}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a text: `value` is as written, times its scale (万, million).

    `base` is the same in the base unit of its `dimension` ('' without a known unit; a percentage
    is a share of 1), `decimals` the digits behind the point, `end` its end in what `digits` gave.
    """

    value: Fraction
    base: Fraction
    dimension: str
    decimals: int
    end: int

    def equals(self, other: Amount) -> bool:
        """Whether both say the same amount, the coarser written one being a rounded one.

        A number without a unit equals one with any; rounding needs digits behind the point.
        """
        both = bool(self.dimension and other.dimension)
        if both and self.dimension != other.dimension:
            return False
        if self.base == other.base or (self.value == other.value and not both):
            return True
        if both and self.base * other.value != other.base * self.value:
            return False
        places = min(self.decimals, other.decimals)
        return places > 0 and round(self.value, places) == round(other.value, places)


def digits(text: str, *, words: bool = True) -> str:
    """`text` in compatibility forms, its numbers in digits; the places of characters change.

    Without `words`, what may be a common word (one, 一些, 十分) is left as it is.

    >>> digits("三百二十元，约百分之五"), digits("twenty-five mills"), digits("十分", words=False)
    ('320元;约5%', '25 mills', '十分')
    """
    folded = unicodedata.normalize("NFKC", text.translate(_FOLDED))

    def han(found: re.Match[str]) -> str:
        run = found[0]
        if not words and len(run) < _CLEAR:
            return run
        before = folded[found.start() - 1] if found.start() else ""
        return run if before.isdigit() and run[0] in HAN_SCALES else _han(run) or run

    folded = _HAN_RUN.sub(han, folded)
    if words:
        folded = _ENGLISH.sub(lambda found: _english(found[0]), folded)
    return _SHARE.sub(r"\1%", folded)


def _han(run: str) -> str:
    """A run of Chinese numerals in digits, '' for what is no number or is not clear."""
    whole, _, part = run.partition("点")
    positional = all(character in HAN_DIGITS for character in whole)
    if positional and 1 < len(whole) < _POSITIONS:
        return ""
    if not positional and whole[0] not in HAN_DIGITS and whole[0] not in "十拾":
        return ""
    value = han_value(whole)
    if value is None:
        return ""
    return f"{value}." + "".join(str(HAN_DIGITS[c]) for c in part) if part else str(value)


def _english(words: str) -> str:
    value = english_value(words) if words.casefold() not in SCALES else None
    return words if value is None or value[1] else str(value[0])


def match_amount(text: str, position: int) -> Amount | None:
    """The amount that begins at `position` of a text that `digits` gave."""
    found = _AMOUNT.match(text, position)
    return _amount(found) if found else None


def amounts(text: str, *, words: bool = True) -> list[Amount]:
    """The amounts of a text in order.

    >>> [str(a.value) for a in amounts("1.2万元 or 3 million, -5 and 四十二")]
    ['12000', '3000000', '-5', '42']
    """
    return [_amount(found) for found in _AMOUNT.finditer(digits(text, words=words))]


def _amount(found: re.Match[str]) -> Amount:
    written = found["number"].replace(",", "")
    value = Fraction(written) * (-1 if found["sign"] else 1)
    value *= SCALES.get((found["scale"] or "").casefold(), 1)
    for character in found["han"] or "":
        value *= HAN_SCALES[character]
    dimension, factor, end = (
        BEFORE.get((found["money"] or "").strip(), ""),
        Fraction(1),
        found.end(),
    )
    unit = AFTER.match(found.string, end)
    if unit is not None and not dimension:
        dimension, per_unit = measured(unit)
        factor, end = Fraction(per_unit), unit.end()
    if dimension == "share":
        factor /= 100
    return Amount(value, value * factor, dimension, len(written.partition(".")[2]), end)


def values(text: str, *, words: bool = True) -> set[Fraction]:
    """The amounts in a text, as written and in base units."""
    return {side for item in amounts(text, words=words) for side in (item.value, item.base)}
