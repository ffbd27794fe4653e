"""Numbers and dates of a Chinese answer that follow from a quote by a step of arithmetic.

An amount is taken when it is the same in another unit, rounded, a share of another, or, where the
answer's clause says so, a sum, a difference, a product (每) or how many times another it is.
"""

from __future__ import annotations

import datetime
import itertools
import re
from decimal import Decimal
from functools import lru_cache

from dataflow.evidence.dates import Date, dates_of
from dataflow.evidence.han_amounts import Amount, amounts_of, same
from dataflow.evidence.han_times import times_of
from dataflow.evidence.levelling import level

_STOP = "，。；！？,;!?\n"
_MOST = 24
"""Amounts of a quote that are set against each other."""
_ABOUT_BEFORE = re.compile(
    "(?:约|近|接近|不到|不足|超过|超|逾|多达|差不多|大概|几乎|达|将近|快)[有为了]?$"
)
_ABOUT_AFTER = re.compile("^.{0,3}?(?:左右|上下|多|余|以上|出头)")
_BELOW = re.compile("(?:近|不到|不足|几乎|快)[有为了]?$")
_NEAR_ENOUGH, _BELOW_ENOUGH = Decimal("0.05"), Decimal("0.12")
"""How far what is about a value may be from it; what it is said not to reach may be farther."""
_TOGETHER = re.compile("共|总|合计|加起来|累计|前后|合起来|两者")
_APART = re.compile(
    "[多少高低快慢早晚长短大小轻重贵差省缩降减增升涨扩剩余余还提超落领退补找延]|相[差隔距]|节约|以后|之后"
)
_EACH = re.compile("[每各均]")
_REST = re.compile("其余|其他|另外|余下|剩|[不没未非省]|另")
_SINGLE = re.compile("[一每][天日周月年个人次亩]|[每各共总均]")
_BOUND = re.compile("^[^，。；]{0,2}?(?:以上|以下|以内|之内|内|及)|^的?(?:部分|标准)")
_BOUND_BEFORE = re.compile(
    "(?:超过|满|不足|至少|不少于|未满|不满|不到|低于|高于|最多|不低于|不超过)$"
)
_MORE = re.compile("超过|满|不低于|高于|大于|至少|不少于|年龄在")
_PAST, _SHIFTED = (
    re.compile("前|早"),
    re.compile("推迟|延[期后迟长]|顺延|提前|之?后|为期|持续|历时|改[到至在]"),
)
_LISTED = re.compile("[^，。；！？,;!?\n]{1,120}")
_SEPARATOR = re.compile("、|以及|[和与及或]")


def reckoned(start: int, answer: str, quote: str) -> bool:
    """Whether the amount at `start` of the levelled `answer` follows from amounts of the quote.

    >>> reckoned(3, "预付款60万元", "总价200万元，预付三成"), reckoned(0, "7天后", "一周以后")
    (True, True)
    >>> reckoned(0, "8天后", "一周以后"), reckoned(2, "贵了50元", "由300元涨到360元")
    (False, False)
    """
    said = next((a for a in amounts_of(answer) if a.start <= start < a.end), None)
    given = amounts_of(quote)
    if said is None:
        return False
    if any(same(said, one) or _rounded(said, one, answer) for one in given):
        return True
    clause = _clause_around(answer, said)
    return (
        _of_two(said, given[:_MOST], clause, quote)
        or _between(said, quote)
        or _within(said, answer, quote)
        or _listed(said, quote)
    )


def _clause_around(text: str, amount: Amount) -> str:
    begin = max((text.rfind(stop, 0, amount.start) for stop in _STOP), default=-1) + 1
    ends = [at for stop in _STOP if (at := text.find(stop, amount.end)) >= 0]
    return text[begin : min(ends, default=len(text))]


def _rounded(said: Amount, given: Amount, answer: str) -> bool:
    """Whether an amount that is said to be about so much has fewer digits, and is near."""
    before = answer[max(0, said.start - 4) : said.start]
    about = _ABOUT_BEFORE.search(before) or _ABOUT_AFTER.match(answer[said.end : said.end + 5])
    if not about or said.comparable != given.comparable or not given.value:
        return False
    away = said.value / given.value - 1
    if _digits(said.value) >= _digits(given.value):
        return False
    return abs(away) <= _NEAR_ENOUGH or (bool(_BELOW.search(before)) and 0 < away < _BELOW_ENOUGH)


def _digits(value: Decimal) -> int:
    return len(value.normalize().as_tuple().digits)


def _of_two(said: Amount, given: tuple[Amount, ...], clause: str, quote: str) -> bool:
    """Whether two or three amounts of the quote make it up, in the way that the clause says."""
    shares = [one.value for one in given if one.unit == "share"]
    alike = [one.value for one in given if one.comparable == said.comparable]
    if said.unit == "share":
        rest = (100 - one for one in shares)
        return bool(_REST.search(clause)) and said.value in rest
    if any(_part(said.value, value, share) for value in alike for share in shares):
        return True
    pairs = list(itertools.combinations(alike, 2))
    if _APART.search(clause) and any(abs(a - b) == said.value for a, b in pairs):
        return True
    if _TOGETHER.search(clause):
        some = (*pairs, *itertools.combinations(alike, 3), tuple(alike))
        if any(sum(one) == said.value for one in some if len(one) > 1):
            return True
    if said.unit == "times":
        return _times(said.value, given, shares)
    if _EACH.search(quote) and _SINGLE.search(clause):
        return any(
            a.value * b.value == said.value and said.comparable in (a.comparable, b.comparable)
            for a, b in itertools.combinations(given, 2)
        )
    return False


def _part(said: Decimal, whole: Decimal, share: Decimal) -> bool:
    return 100 * said in (whole * share, whole * (100 - share)) and said != whole


def _times(said: Decimal, given: tuple[Amount, ...], shares: list[Decimal]) -> bool:
    """Whether one amount is so many times another one."""
    if any(one.unit == "times" and one.value == said for one in given):
        return True
    if said and 100 / said in shares:
        return True
    return any(
        one.value == said * other.value
        for one in given
        for other in given
        if one.comparable == other.comparable and other.value
    )


def _between(said: Amount, quote: str) -> bool:
    """Whether it is the time from one hour or month of the quote to another, or an age."""
    if said.unit == "time":
        minutes = [time[2] for time in times_of(quote)[:_MOST]]
        spans = {abs(a - b) * 60 for a, b in itertools.combinations(minutes, 2)}
        return said.value in spans
    dates = dates_of(quote)[:_MOST]
    if said.unit == "age":
        years = [date.year for date in dates if date.year is not None]
        return any(abs(a - b) == said.value for a, b in itertools.combinations(years, 2))
    if said.unit != "month":
        return False
    months = [date.month for date in dates if date.month is not None]
    return any(
        said.value in (abs(a - b), abs(a - b) + 1) for a, b in itertools.combinations(months, 2)
    )


def _within(said: Amount, answer: str, quote: str) -> bool:
    """Whether an age or a time that is no bound lies on the side of a bound of the quote."""
    after, before = answer[said.end : said.end + 4], answer[max(0, said.start - 4) : said.start]
    if said.unit not in ("age", "month") or _BOUND.match(after) or _BOUND_BEFORE.search(before):
        return False
    plain = level(quote)
    for one in amounts_of(quote):
        if one.unit not in ("age", "month"):
            continue
        behind = plain[one.end : one.end + 4]
        front = plain[max(0, one.start - 5) : one.start]
        above = "以上" in behind or (_MORE.search(front) and "不满" not in front)
        below = re.search("以下|以内|之内", behind) or re.search("不满|未满|不足|不超过", front)
        if (above and said.value > one.value) or (below and said.value < one.value):
            return True
    return False


def _listed(said: Amount, quote: str) -> bool:
    """Whether so many things are listed in a clause of the quote."""
    if said.unit not in ("", "people") or not 2 <= said.value <= 12:
        return False
    return any(
        len(_SEPARATOR.findall(clause)) + 1 == said.value
        for clause in itertools.islice(_LISTED.findall(level(quote)), 200)
        if "、" in clause or said.value == 2
    )


@lru_cache(maxsize=512)
def shifted(quote: str) -> frozenset[tuple[int | None, int | None, int | None]]:
    """Dates that the quote gives by others: 历时六年, 推迟一周, and the year of an age.

    >>> (1964, None, None) in shifted("始建于1958年，历时六年完工")
    True
    """
    plain, dates = level(quote), dates_of(quote)[:_MOST]
    found: set[tuple[int | None, int | None, int | None]] = set()
    lengths = [a for a in amounts_of(quote)[:_MOST] if a.unit in ("month", "age", "time")]
    past = bool(_PAST.search(plain))
    for date, length in itertools.product(dates, lengths):
        years = length.value if length.unit == "age" else length.value / 12
        whole = length.unit != "time" and years == int(years) and 0 < years < 1000
        if date.year is not None and whole:
            found.add((date.year + int(years), None, None))
            if past:
                found.add((date.year - int(years), None, None))
        if date.month and date.day and length.unit == "time" and _SHIFTED.search(plain):
            found.update(_moved(date, int(length.value / 86400), past))
    return frozenset(found)


def _moved(date: Date, days: int, past: bool) -> set[tuple[int | None, int | None, int | None]]:
    found: set[tuple[int | None, int | None, int | None]] = set()
    if not 0 < days < 400:
        return found
    try:
        day = datetime.date(date.year or 2001, date.month or 1, date.day or 1)
    except ValueError:
        return found
    for step in (days, days - 1, -days) if past else (days, days - 1):
        there = day + datetime.timedelta(days=step)
        found.add((date.year and there.year, there.month, there.day))
    return found
