"""English numbers that a quote writes in another form: half an hour, a week, 20 cents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from dataflow.evidence.quantities import Number

_COINED = frozenset(("usd", "eur"))
_FRACTIONS = {
    Decimal(50): "half", Decimal(25): "quarter", Decimal(20): "fifth", Decimal(10): "tenth",
    Decimal(75): "three quarters", Decimal(33): "third",
}  # fmt: skip
_WHOLE = {
    ("time", Decimal(604800)): "week",
    ("time", Decimal(86400)): "day",
    ("time", Decimal(3600)): "hour",
    ("time", Decimal(1800)): "half an hour|half-hour",
    ("time", Decimal(60)): "minute",
    ("month", Decimal(12)): "year",
    ("month", Decimal(120)): "decade",
    ("month", Decimal(6)): "half a year",
    ("month", Decimal(1200)): "century",
}
"""How one of a unit is called: 7 days are a week."""
_PERSON = re.compile(
    r"\s(?:[a-z]+\s)?(?:[a-z]+(?:ers|ors|ents|ants|ists|ees|ians|iors)|men|women|children|adults|pupils"
    r"|guests|people|persons|souls|girls|boys|refugees|spectators)\b"
)
"""A number of people, whatever they are called."""


def otherwise_written(number: Number, given: Sequence[Number], answer: str, quote: str) -> bool:
    """Whether the quote, whose numbers are `given`, has an English number in another form.

    >>> from dataflow.evidence.quantities import numbers_of
    >>> otherwise_written(numbers_of("7 days")[0], (), "7 days", "It took a week.")
    True
    """
    if not answer[number.start : number.end].isascii():
        return False
    if number.ordinal and number.value == 1:
        return number.spelled  # first, then: an order and no number
    if number.unit == "share" and (word := _FRACTIONS.get(number.value)):
        return re.search(rf"\b{word}\b", quote, re.IGNORECASE) is not None
    if number.unit in _COINED or number.unit == "cents":
        cents = _in_cents(number)
        others = (one for one in given if "cents" in (one.unit, number.unit))
        return any(_in_cents(one) == cents for one in others)
    if number.unit == "people" or _PERSON.match(answer, number.end):
        alike = (one for one in given if one.value == number.value)
        return any(one.unit == "people" or _PERSON.match(quote, one.end) for one in alike)
    names = _WHOLE.get((number.unit, number.value))
    return bool(names and re.search(rf"\b(?:{names})\b", quote, re.IGNORECASE))


def _in_cents(number: Number) -> Decimal | None:
    if number.unit in _COINED:
        return number.value * 100
    return number.value if number.unit == "cents" else None
