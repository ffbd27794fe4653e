"""Dates in a text, however they are written, as years, months and days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from dataflow.evidence.levelling import level
from dataflow.evidence.numerals import english_value, han_value

_MONTHS = "january february march april may june july august september october november december"
_NUMBER_OF = {name: i for i, name in enumerate(_MONTHS.split(), 1)}
_NUMBER_OF |= {name[:3]: i for name, i in _NUMBER_OF.items()} | {"sept": 9}
_MONTH = (
    r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|"
    r"Aug(?:ust|\.)?|Sep(?:tember|t\.?|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?![^\W\d_])"
)
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_ORDINAL_DAYS = (
    "(?:twenty-|thirty-)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|"
    "twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|"
    "thirtieth"
)
_YEAR = r"(?P<year>[12]\d{3})(?!\d|[.,]\d)"
_HAN_DIGIT = "[〇○零一二三四五六七八九]"
_HAN_SMALL = "(?:\\d{1,2}|[一二三四五六七八九十]{1,3})"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE if flag else 0)
    for form, flag in (
        (r"(?<![\d.,/-])(?P<year>[12]\d{3})(?P<sep>[-/.])(?P<m>[01]?\d)(?P=sep)"
         r"(?P<day>[0-3]?\d)(?!\d)", 0),
        (r"(?<![\d.,/-])(?P<m>[0-3]?\d)(?P<sep>[-/.])(?P<day>[0-3]?\d)(?P=sep)"
         r"(?P<year>[12]\d{3})(?!\d)", 0),
        (
            rf"(?P<year>[12]\d{{3}}|{_HAN_DIGIT}{{4}})\s?年\s?"
            rf"(?:(?P<m>{_HAN_SMALL})\s?月份?\s?(?:(?P<day>{_HAN_SMALL})\s?[日号])?)?",
            0,
        ),
        (rf"(?<![\d个])(?P<m>{_HAN_SMALL})\s?月\s?(?:(?P<day>{_HAN_SMALL})\s?[日号]|份|(?=\D|$))",
         0),
        (rf"(?<!\w){_DAY}\s(?:of\s)?{_MONTH}(?:,?\s(?:of\s)?{_YEAR})?", 1),
        (rf"\b(?P<spelled>{_ORDINAL_DAYS})\s(?:day\s)?of\s{_MONTH}(?:,?\s(?:of\s)?{_YEAR})?", 1),
        (rf"\b{_MONTH}\s{_DAY}(?!\d|[.,:]\d|\s?%)(?:,?\s(?:of\s)?{_YEAR})?", 1),
        (rf"\b{_MONTH},?\s(?:of\s)?{_YEAR}", 1),
        (r"(?<!\w)(?P<decade>[12]\d{2}0)'?s\b|(?P<century>\d{1,2}|[一二三四五六七八九十]{1,3})世纪"
         r"(?:(?P<tens>\d0|[二三四五六七八九]十)年代)?|(?P<decade2>[12]\d{2}0)年代", 0),
        (r"\b(?P<century>\d{1,2}(?:st|nd|rd|th)|[a-z]+(?:-[a-z]+)?(?:th|st|nd|rd))[\s-]century", 1),
        (r"\b(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)s?\b", 0),
        (r"(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])", 0),
        (r"(?P<month>January|February|March|April|June|July|August|September|October|November|"
         r"December)\b", 0),
        (r"(?:(?<=in )|(?<=of )|(?<=by )|(?<=since )|(?<=until )|(?<=early )|(?<=late )|(?<=mid-))"
         r"(?P<month>May)\b", 0),
        (r"(?<![\d.,$€£¥#-])(?P<year>1\d{3}|20\d{2})(?![\d%]|[.,:]\d|\s?(?:[^\W\d_]))", 0),
        (r"(?:(?<=in )|(?<=since )|(?<=by )|(?<=from )|(?<=until )|(?<=till )|(?<=to )|(?<=of )|"
         r"(?<=before )|(?<=after )|(?<=during )|(?<=between )|(?<=early )|(?<=late )|(?<=In )|"
         r"(?<=Since )|(?<=By )|(?<=From )|(?<=Before )|(?<=After )|(?<=Between )|(?<=until )|"
         r"(?<=year )|(?<=around )|(?<=于)|(?<=在)|(?<=自)|(?<=从)|(?<=至)|(?<=到))"
         r"(?P<year>1\d{3}|20\d{2})(?![\d%]|[.,:]\d|\s?(?:m|km|kg|people|metres|meters|tons?|"
         r"tonnes|miles|feet|dollars|euros|years|[人米元吨公千个名万亿])(?![a-z]))", 0),
        (r"(?<![\d.,$€£¥#-])(?P<year>1[5-9]\d{2}|20[0-4]\d)(?=\s(?:and|or|to|the|a|an|in|at|on|by|was|"
         r"were|is|when|after|before|with|for|from|until|because|but|as|that|which|it|he|she|they|"
         r"his|her|its|their|had|has|did)\b)", 0),
    )
)  # fmt: skip


_LATIN_FORMS = tuple(form for form in _FORMS if not re.search("年.s|月.s|星期", form.pattern))
"""Without those that need a Han character."""


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is given; `start` and `end` are places in `level(text)`.

    `decade` is its first year, `century` counts from 1, `weekday` from Monday 0. `swapped` says
    that day and month may be the other way round (03/04/2020).
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    decade: int | None = None
    century: int | None = None
    weekday: int | None = None
    swapped: bool = False

    @property
    def parts(self) -> tuple[int | None, ...]:
        """What it says, without where."""
        return (self.year, self.month, self.day, self.decade, self.century, self.weekday)


@lru_cache(maxsize=512)
def dates_of(text: str) -> tuple[Date, ...]:
    """The dates of `text` in order; years stand alone where no unit or noun follows them.

    >>> [d.parts[:3] for d in dates_of("March 1st, 2020; 2020-03-01; 二〇二〇年三月一日; in 1998")]
    [(2020, 3, 1), (2020, 3, 1), (2020, 3, 1), (1998, None, None)]
    """
    text = level(text)
    found: list[Date] = []
    taken = bytearray(len(text))
    for form in _LATIN_FORMS if text.isascii() else _FORMS:
        for match in form.finditer(text):
            start, end = match.span()
            date = None if any(taken[start:end]) else _date(match)
            if date is not None:
                taken[start:end] = b"\1" * (end - start)
                found.append(date)
    return tuple(sorted(found, key=lambda date: date.start))


def _date(match: re.Match[str]) -> Date | None:
    """The date that a form found, None when there is no such day."""
    found = {key: value for key, value in match.groupdict().items() if value}
    where = match.span()
    if "weekday" in found:
        return Date(*where, weekday=_weekday(found["weekday"]))
    if "century" in found:
        return _century(found, where)
    if decade := found.get("decade") or found.get("decade2"):
        return Date(*where, decade=int(decade))
    year = _small(found.get("year"))
    month = _NUMBER_OF.get(found.get("month", "").rstrip(".").casefold()) or _small(found.get("m"))
    spelled = english_value(found["spelled"]) if "spelled" in found else None
    day = _small(found.get("day")) if spelled is None else int(spelled[0])
    swapped = False
    if "sep" in found and found["m"] and match.start("m") < match.start("year"):
        month, day, swapped = _day_first(month or 0, day or 0)
    if not 0 < (month or 1) <= 12 or not 0 < (day or 1) <= 31:
        return None
    return Date(*where, year, month, day, swapped=swapped)


def _day_first(first: int, second: int) -> tuple[int, int, bool]:
    """Month and day of `first/second/year`, and whether that is a guess."""
    if first > 12:
        return second, first, False
    return first, second, second <= 12 and first != second


def _small(text: str | None) -> int | None:
    if text is None:
        return None
    if text.isdigit():
        return int(text)
    value = han_value(text)
    return None if value is None else int(value)


def _weekday(text: str) -> int:
    if text.casefold() in _DAYS:
        return _DAYS.index(text.casefold())
    return "一二三四五六日天".index(text) if text != "天" else 6


def _century(found: dict[str, str], where: tuple[int, int]) -> Date | None:
    written = found["century"]
    value = _small(re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", written))
    if value is None:
        named = english_value(written)
        value = int(named[0]) if named is not None else None
    if value is None or not 0 < value < 40:
        return None
    if tens := found.get("tens"):
        return Date(*where, decade=(value - 1) * 100 + (_small(tens) or 0))
    return Date(*where, century=value)


def holds(given: tuple[Date, ...], date: Date) -> bool:
    """Whether one of `given` says at least what `date` says.

    A year of the decade or the century holds it. Day and month may stand apart from their year.

    >>> holds(dates_of("on 1 March 2020"), dates_of("in March 2020")[0])
    True
    """
    if any(_holds(one, date) for one in given):
        return True
    if date.year is None or date.month is None:
        return False
    apart = Date(0, 0, None, date.month, date.day)
    year = Date(0, 0, date.year)
    return any(_holds(one, apart) and one.year is None for one in given) and any(
        _holds(one, year) for one in given
    )


def _holds(given: Date, date: Date) -> bool:
    if date.decade is not None:
        return given.decade == date.decade or (given.year or 0) // 10 * 10 == date.decade
    if date.century is not None:
        years = given.year or given.decade
        return given.century == date.century or (years or 0) // 100 + 1 == date.century
    if date.year is not None and given.year != date.year:
        return False
    if date.weekday is not None and given.weekday != date.weekday:
        return False
    if (date.swapped or given.swapped) and (date.month, date.day) == (given.day, given.month):
        return True
    same_month = date.month is None or given.month == date.month
    return same_month and (date.day is None or given.day == date.day)


def without(text: str, dates: tuple[Date, ...]) -> Iterator[tuple[int, int]]:
    """The stretches of a text of that many dates that are no date."""
    begin = 0
    for date in dates:
        yield begin, date.start
        begin = date.end
    yield begin, len(text)
