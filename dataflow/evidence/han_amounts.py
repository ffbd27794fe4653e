"""Amounts of a Chinese text that are no plain number: halves, fractions, discounts, doublings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from dataflow.evidence.levelling import level
from dataflow.evidence.numerals import HAN, han_value
from dataflow.evidence.quantities import numbers_of
from dataflow.evidence.units import AFTER, measured

_LONGEST, _MOST = 8_000, 60
_LARGEST = Decimal(10**12)
"""A share of so many hundredths and more is none that is taken: it may not fit a `Decimal`."""
_NUMERAL = f"(?:\\d{{1,6}}(?:\\.\\d{{1,3}})?|{HAN}{{1,6}})"
_FRACTION = re.compile(f"(?P<below>{_NUMERAL})分之(?P<above>{_NUMERAL}(?:点{HAN}{{1,3}})?)")
_DISCOUNT = re.compile(f"(?P<tenths>{_NUMERAL})折")
_HALF = re.compile("一半|半数|对半|减半|半价|过半|折半")
_DOUBLED = re.compile("翻(?:了)?(?P<times>[一两三]?)番|翻倍|加倍|双倍|成倍|一倍")
_ONE = re.compile(f"(?<!{HAN})(?<![\\d第每])(?P<half>半|一)个?(?=[^\\W\\d])")
_LONG = re.compile(f"(?P<count>{_NUMERAL})个?(?P<unit>世纪|刻钟|季度|角钱|毛钱|成)(?P<half>半?)")
_LONG_UNITS = {
    "世纪": ("month", Decimal(1200)), "刻钟": ("time", Decimal(900)),
    "季度": ("month", Decimal(3)), "角钱": ("cny", Decimal("0.1")), "毛钱": ("cny", Decimal("0.1")),
    "成": ("share", Decimal(10)),
}  # fmt: skip
_HALVED = re.compile(f"(?P<count>{_NUMERAL})个半(?P<unit>小时|月|星期)")
_MONTH = Decimal(30 * 86400)
_YEAR = Decimal(365 * 86400)


@dataclass(frozen=True, slots=True)
class Amount:
    """A value in its unit's base, as in `Number`; `counted` is the measure word behind it."""

    value: Decimal
    unit: str
    start: int
    end: int
    counted: str = ""

    @property
    def comparable(self) -> tuple[str, str]:
        """What two amounts must have alike to be added or compared."""
        return self.unit, "" if self.unit else self.counted


@lru_cache(maxsize=512)
def amounts_of(text: str) -> tuple[Amount, ...]:
    """The amounts of a text, plain numbers but no ordinals among them, in order, at most 60.

    >>> [(str(a.value), a.unit) for a in amounts_of("半小时后打八折，三分之一的人等了两个半小时")]
    [('1800.0', 'time'), ('80', 'share'), ('33.3333', 'share'), ('9000.0', 'time')]
    """
    plain = level(text)[:_LONGEST]
    found = list(_written(plain))
    taken = [(one.start, one.end) for one in found]
    for number in numbers_of(text):
        start, end = number.start, number.end
        if number.ordinal or end > _LONGEST or any(a < end and start < b for a, b in taken):
            continue
        value, unit = number.value, number.unit
        if plain[end : end + 1] == "半" and unit in ("month", "time"):
            value *= 1 + Decimal("0.5") / number.written if number.written else 1
        found.append(Amount(value, unit, start, end, plain[end : end + 1]))
    return tuple(sorted(found, key=lambda one: one.start)[:_MOST])


def _written(text: str) -> Iterator[Amount]:
    for match in _FRACTION.finditer(text):
        below, above = _value(match["below"]), _value(match["above"])
        share = 100 * above / below if below and above is not None else _LARGEST
        if share < _LARGEST:
            rounded = share.quantize(Decimal("0.0001")).normalize()
            yield Amount(rounded, "share", *match.span())
    for match in _DISCOUNT.finditer(text):
        tenths = _value(match["tenths"])
        if tenths is not None and 0 < tenths < 100:
            yield Amount(tenths * 10 if tenths < 10 else tenths, "share", *match.span())
    for match in _HALF.finditer(text):
        yield Amount(Decimal(50), "share", *match.span())
    for match in _DOUBLED.finditer(text):
        times = {"两": 4, "三": 8}.get(match["times"] or "", 2)
        yield Amount(Decimal(times), "times", *match.span())
    for match in _LONG.finditer(text):
        count, (unit, factor) = _value(match["count"]), _LONG_UNITS[match["unit"]]
        if count is not None and count < 1000:
            half = Decimal("0.5") if match["half"] else 0
            yield Amount((count + half) * factor, unit, *match.span())
    yield from _halves(text)


def _halves(text: str) -> Iterator[Amount]:
    """One or half of a unit, and so many and a half."""
    for match in _ONE.finditer(text):
        unit = AFTER.match(text, match.start() + 1) or AFTER.match(text, match.end())
        if unit is None:
            continue
        dimension, factor = measured(unit)
        share = Decimal("0.5") if match["half"] == "半" else Decimal(1)
        extra = Decimal("0.5") if share == 1 and text[unit.end() : unit.end() + 1] == "半" else 0
        if text[match.start() - 1 : match.start()] != "个":  # two and a half: below
            yield Amount((share + extra) * factor, dimension, match.start(), unit.end())
    for match in _HALVED.finditer(text):
        count, unit = _value(match["count"]), AFTER.match(f"个{match['unit']}")
        if count is not None and unit is not None:
            dimension, factor = measured(unit)
            yield Amount((count + Decimal("0.5")) * factor, dimension, *match.span())


def _value(text: str) -> Decimal | None:
    if text[0].isdigit() and text.isascii():
        return Decimal(text)
    whole, dot, rest = text.partition("点")
    value = han_value(whole)
    part = han_value(rest) if dot else Decimal(0)
    if value is None or part is None:
        return None
    return value + part / Decimal(10 ** len(rest))


def same(one: Amount, other: Amount) -> bool:
    """Whether two amounts are one: a month as 30 days, a year as 365."""
    if one.unit == other.unit:
        return bool(one.unit) and one.value == other.value
    if {one.unit, other.unit} != {"month", "time"}:
        return False
    months, seconds = (one, other) if one.unit == "month" else (other, one)
    return seconds.value in (months.value * _MONTH, months.value / 12 * _YEAR)
