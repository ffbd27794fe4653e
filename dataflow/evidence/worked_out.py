"""English numbers and years of an answer that follow from those of its quote by simple sums."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from dataflow.evidence.dates import Date, dates_of
from dataflow.evidence.quantities import Number, numbers_of
from dataflow.evidence.units import UNITS

_MOST = 12
"""Numbers of one unit beyond which a quote is a table, of which any sum can be had."""
_SMALL = 31
"""Up to which a sum or difference needs a word that says that it is one."""
_SUMMED = re.compile(
    r"\b(?:remain\w*|left|rest|others?|more|fewer|less|later|earlier|after|before|together|total|"
    r"altogether|in all|combined|by|last(?:s|ed)|took|takes?|differ\w*|gap|lead|ahead|behind|"
    r"margin|"
    r"extra|additional|previous\w*|majority|between)\b",
    re.IGNORECASE,
)
_LEFT = re.compile(r"\b(?:remainder|remaining|the rest|of which|of whom)\b", re.IGNORECASE)
_SHARED_OUT = re.compile(r"\b(?:each|per|every|on average|apiece)\b", re.IGNORECASE)
_COMPARED = re.compile(r"\s(?:[a-z]+\s){0,4}(?:[a-z]{3,}er|more|less|fewer)\b")
"""What a number is followed by that says by how much one thing is more than another."""
_PARTS = {
    "half": Decimal(2), "halved": Decimal(2), "third": Decimal(3), "quarter": Decimal(4),
    "fifth": Decimal(5), "tenth": Decimal(10), "twice": Decimal(2), "double": Decimal(2),
    "doubled": Decimal(2), "tripled": Decimal(3), "thrice": Decimal(3),
}  # fmt: skip
_PART = re.compile(rf"\b(?:{'|'.join(_PARTS)})\b", re.IGNORECASE)
_HALF_A = re.compile(r"\bhalf an? ([a-z]+)", re.IGNORECASE)
_ROUGHLY = re.compile(
    r"\b(?:about|around|roughly|approximately|nearly|almost|some|circa|over|under|"
    r"(?:more|less|fewer) than|just (?:over|under)|close to)\s(?:[$€£]\s?)?$",
    re.IGNORECASE,
)
_ROUNDED = Decimal("0.05")
"""By how much of itself a rounded number may differ."""
_MONEY = frozenset(("usd", "eur", "gbp"))
_BEFORE = re.compile(r"\S+\s*$")
_BEHIND = re.compile(r"\s*\S+")
_MONTH = Decimal("0.09")
"""By how much weeks may differ from the months that they are called, about 30.4 days each."""
_DAYTIME = re.compile(r"\s?([ap])\.?m\b", re.IGNORECASE)
_TIME = re.compile(r"\b(\d{1,2})(?::(\d\d))?\s?([ap])\.?m\b|\b(noon|midday|midnight)\b", re.I)
_AND_NAMES = re.compile(r"\b[A-Z][^\W\d_]+((?:, (?:[A-Z][\w.]* ?)+)*),? and (?:[A-Z]|the [A-Z])")
_YEARS_APART = re.compile(
    r"\byears? (?:earlier|later|before|after|ago|previously|older|younger|on)\b"
)


def worked_out(number: Number, given: Sequence[Number], answer: str, quote: str) -> bool:
    """Whether an English number is a sum, difference, part or rounded form of the quote's.

    Or the time of day that the quote writes with a.m. and p.m., or how many names it lists.

    >>> text, quote = "Sales fell by 30 euros.", "Sales fell from 100 to 70 euros."
    >>> worked_out(numbers_of(text)[0], numbers_of(quote), text, quote)
    True
    """
    if not answer[number.start : number.end].isascii():
        return False
    if _same_time(number, answer, quote) or _listed(number, quote):
        return True
    value, unit = number.value, number.unit
    plain = [v for one in given if (v := _in_unit(one, unit)) is not None]
    if len(plain) > _MOST or value == 0 or _in_place(number, given, answer, quote):
        return False
    halved = _halves(quote, unit)
    if value in halved or _rounded(number, plain, answer) or _in_months(number, given, answer):
        return True
    plain += halved
    summed = _SUMMED.search(answer) or _LEFT.search(quote) or _COMPARED.match(answer, number.end)
    if value > _SMALL or summed:
        found = ((abs(a - b), a + b) for a, b in itertools.combinations(plain, 2))
        if any(value in pair for pair in found):
            return True
    if not unit and _SHARED_OUT.search(answer):
        pairs = itertools.permutations(plain, 2)
        if any(b not in (0, 1) and value * b == a for a, b in pairs):
            return True
    return any(value in (v / part, v * part, v - v / part) for part in _parts(quote) for v in plain)


def year_apart(date: Date, quote: str) -> bool:
    """Whether an English quote gives the year of `date` as so many years from another one.

    >>> year_apart(dates_of("in 2050")[0], "by 2040, ten years earlier than planned")
    True
    """
    if date.year is None or date.month is not None or not _YEARS_APART.search(quote):
        return False
    years = [one.year for one in dates_of(quote) if one.year is not None][:_MOST]
    steps = [int(n.value / 12) for n in numbers_of(quote) if n.unit == "month"][:_MOST]
    return any(abs(date.year - year) == step for year in years for step in steps)


def _in_unit(number: Number, unit: str) -> Decimal | None:
    """Value in a unit's base, None in another unit; money may have cents and bare amounts."""
    if number.unit == unit:
        return number.value
    if unit in _MONEY and number.unit == "cents":
        return number.value / 100
    bare = unit in _MONEY and not number.unit and number.value > _SMALL
    return number.value if bare else None


def _in_place(number: Number, given: Sequence[Number], answer: str, quote: str) -> bool:
    """Whether it stands between the same words as a number of the quote: in its place, no sum."""
    here = _beside(number, answer)
    return all(here) and any(_beside(one, quote) == here for one in given)


def _beside(number: Number, text: str) -> tuple[str, str]:
    """The words before and behind a number, '' at an end."""
    before = _BEFORE.search(text[max(0, number.start - 30) : number.start])
    behind = _BEHIND.match(text, number.end)
    return before[0].strip() if before else "", behind[0].strip() if behind else ""


def _parts(quote: str) -> Iterator[Decimal]:
    return (_PARTS[found[0].casefold()] for found in _PART.finditer(quote))


def _halves(quote: str, unit: str) -> list[Decimal]:
    """Values of "half a litre" in the unit's base."""
    found = (UNITS.get(match[1].casefold()) for match in _HALF_A.finditer(quote))
    return [entry[1] / 2 for entry in found if entry and entry[0] == unit]


def _digits(value: Decimal) -> int:
    return len(value.normalize().as_tuple().digits)


def _rounded(number: Number, plain: list[Decimal], answer: str) -> bool:
    """Whether it is a number of the quote with fewer digits, behind a word that says so."""
    if not _ROUGHLY.search(answer[: number.start]):
        return False
    value = number.value
    return any(
        abs(one - value) <= _ROUNDED * value and _digits(value) < _digits(one) for one in plain
    )


def _in_months(number: Number, given: Sequence[Number], answer: str) -> bool:
    """Whether about so many months are the weeks or days of the quote."""
    if number.unit != "month" or not _ROUGHLY.search(answer[: number.start]):
        return False
    days = number.value * Decimal("30.4")
    return any(
        abs(one.value / 86400 - days) <= _MONTH * days for one in given if one.unit == "time"
    )


def _same_time(number: Number, answer: str, quote: str) -> bool:
    half = _DAYTIME.match(answer, number.end)
    if number.unit == "clock":
        value = number.value
    elif half and number.value.as_tuple().exponent == 0:
        value = number.value % 12 + (12 if half[1] in "pP" else 0)
    else:
        return False
    clocks = {n.value for n in numbers_of(quote) if n.unit == "clock"}
    return value in clocks or any(value == time for time in _times(quote))


def _times(quote: str) -> Iterator[Decimal]:
    for match in itertools.islice(_TIME.finditer(quote), _MOST):
        if match[4]:
            yield Decimal(0 if match[4].casefold() == "midnight" else 12)
        else:
            hour = int(match[1]) % 12 + (12 if match[3] in "pP" else 0)
            yield Decimal(hour) + Decimal(match[2] or 0) / 60


def _listed(number: Number, quote: str) -> bool:
    """Whether so many names are joined in the quote."""
    if number.unit or not number.spelled or number.ordinal:
        return False
    return any(number.value == 2 + match[1].count(",") for match in _AND_NAMES.finditer(quote))
