"""Numbers and dates of an answer that follow from those of its quote."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal

from dataflow.evidence.dates import Date, dates_of
from dataflow.evidence.han_sums import reckoned, shifted
from dataflow.evidence.han_times import same_time, times_of
from dataflow.evidence.levelling import level
from dataflow.evidence.numerals import han_value
from dataflow.evidence.quantities import Number, numbers_of

_LATER = re.compile(
    "(?P<next>次年|翌年|第二年|来年)|(?P<years>\\d{1,2}|[一二两三四五六七八九十]{1,3})年(?:之?后|以后)"
)
_CHANGED = re.compile("[涨升增降减跌差]|提高|[多少高低]了|相差")
_NEXT = re.compile("第二[天年日]")
_NEXT_IN = re.compile("[次翌][日年]|第二[天年日]")
_NEAR = 8
"""Characters before a number within which a word says that it is a difference."""
_MOST = 40


def follows(date: Date, quote: str) -> bool:
    """Whether a Chinese quote gives the year of `date` by another one: 次年, 三年后.

    >>> follows(dates_of("2017年")[0], "2016年捐出，次年展出")
    True
    """
    if not quote.isascii() and (date.year, date.month, date.day) in shifted(quote):
        return True
    if date.year is None or date.month is not None:
        return False
    plain = level(quote)
    years = {one.year for one in dates_of(quote) if one.year is not None}
    steps = {_step(match) for match in itertools.islice(_LATER.finditer(plain), _MOST)}
    return any(date.year - step in years for step in steps)


def _step(match: re.Match[str]) -> int:
    if match["next"]:
        return 1
    years = match["years"]
    return int(years) if years.isdigit() else int(han_value(years) or 0)


def derived(number: Number, answer: str, quote: str) -> bool:
    """Whether a number is a time of day or a difference that the quote gives in other numbers.

    `answer` is levelled.

    >>> text = "补贴涨了60元"
    >>> derived(numbers_of(text)[0], text, "补贴由300元提高到360元")
    True
    """
    for time in times_of(answer):
        if time[0] <= number.start < time[1]:
            return same_time(time, times_of(quote))
    if _NEXT.match(answer, number.start) and _NEXT_IN.search(quote):
        return True
    if number.unit == "month" and number.value % 12 == 0:
        years = sorted({d.year for d in dates_of(quote) if d.year is not None})[:_MOST]
        if any(b - a == number.value / 12 for a, b in itertools.combinations(years, 2)):
            return True
    if not quote.isascii() and reckoned(number.start, answer, quote):
        return True
    if not number.unit or not _CHANGED.search(answer, max(0, number.start - _NEAR), number.start):
        return False
    given = [one.value for one in numbers_of(quote) if one.unit == number.unit][:_MOST]
    return any(
        abs(a - b) == number.value != Decimal(0) for a, b in itertools.combinations(given, 2)
    )
