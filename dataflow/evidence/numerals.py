"""Numbers written as words, English and Chinese, as exact values."""

from __future__ import annotations

import re
from decimal import Decimal

_CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_PLACES = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)

_SMALL = _CARDINALS.split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS: dict[str, int] = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
}
SCALES: dict[str, int] = {
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "hundreds": 10**2, "thousands": 10**3, "millions": 10**6, "billions": 10**9,
    "dozen": 12, "dozens": 12, "bn": 10**9, "mn": 10**6, "m": 10**6, "k": 10**3,
}  # fmt: skip
"""Words after a number that multiply it; the last three only when they are written to it."""
_ORDINALS: dict[str, int] = {
    **dict(zip(
        _PLACES.split(),
        range(1, 20), strict=True,
    )),
    **{f"{word[:-1]}ieth": 10 * value for value, word in enumerate(_TENS, 2)},
    "hundredth": 100,
}  # fmt: skip
_WORD = "|".join(sorted({*_WORDS, "hundred", "thousand", "million", "billion"}, key=len)[::-1])
_ORDINAL = "|".join(sorted(_ORDINALS, key=len)[::-1])
ENGLISH = (
    rf"\b(?:(?:{_WORD})(?:[\s-]{{1,2}}(?:and[\s-])?(?:{_WORD})){{0,12}}"
    rf"(?:-(?:{_ORDINAL}))?|(?:{_ORDINAL}))\b"
)
"""Pattern of a number in English words; for use with IGNORECASE."""

HAN_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "两": 2, "兩": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6,
    "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
HAN_SCALES = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12} | _HAN_UNITS
HAN = "[" + "".join((*HAN_DIGITS, *HAN_SCALES)) + "]"
"""Pattern of a character of a number in Chinese."""
_SEPARATORS = re.compile(r"[\s-]+")


def english_value(words: str) -> tuple[Decimal, bool] | None:
    """Value of a number in English words and whether it is an ordinal; None when it is none.

    >>> english_value("two hundred and five thousand"), english_value("Twenty-first")
    ((Decimal('205000'), False), (Decimal('21'), True))
    """
    total, part, ordinal = 0, 0, False
    for word in _SEPARATORS.split(words.casefold()):
        if word == "and":
            continue
        if word in _WORDS:
            part += _WORDS[word]
        elif word in _ORDINALS:
            part, ordinal = part + _ORDINALS[word], True
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in SCALES:
            total, part = total + max(part, 1) * SCALES[word], 0
        else:
            return None
    return Decimal(total + part), ordinal


def han_value(text: str) -> Decimal | None:
    """Value of a number in Chinese characters, None when it is none.

    >>> [int(han_value(t)) for t in ("一千二百", "二〇二〇", "三万零五", "十二", "两亿", "一千二")]
    [1200, 2020, 30005, 12, 200000000, 1200]
    """
    if not text or len(text) > 30:
        return None
    if all(character in HAN_DIGITS for character in text):
        return Decimal("".join(str(HAN_DIGITS[character]) for character in text))
    total, part, digit, last = 0, 0, -1, 1
    for character in text:
        if character in HAN_DIGITS:
            if digit > 0:
                return None
            digit = HAN_DIGITS[character]
            last = 1 if digit == 0 else last
        elif character in _HAN_UNITS:
            last = _HAN_UNITS[character]
            part += (digit if digit > 0 else 1) * last
            digit = -1
        elif character in HAN_SCALES:
            last = HAN_SCALES[character]
            part += max(digit, 0)
            total, part, digit = (total + max(part, 1 if not total else part)) * last, 0, -1
        else:
            return None
    if digit > 0:  # what is left after the last unit counts tenths of it: 一千二 is 1200
        part += digit * max(last // 10, 1)
    return Decimal(total + part)
