"""Whether two answers say the same, however their numbers are written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rapidfuzz.distance import LCSseq

from dataflow.evidence.dates import Date, dates_of
from dataflow.evidence.levelling import level
from dataflow.evidence.quantities import numbers_of
from dataflow.evidence.wording import tokens

ANSWER = 0.7
"""Share of the shorter answer's tokens that the longer must have, in order, to say the same."""
_LONGEST = 4000
"""Characters of an answer that are compared with another."""
_DATE_PARTS = ("month of", "day of", "decade", "century", "weekday")
_ORDINAL = "ordinal"
_PLACES = frozenset((_ORDINAL, *_DATE_PARTS))
"""What is no amount: the third is not 3, and April is not 4."""


def alike(one: str, other: str) -> bool:
    """Whether two answers say the same: most of the shorter one in order, and all its numbers.

    A number counts by its value, in the base of its unit or as it stands; one without a unit may
    be one with any. A date counts by its parts.

    >>> alike("in 1904, by John Browning", "John Browning"), alike("12月5日", "12月6日")
    (True, False)
    >>> alike("三百二十元", "320元"), alike("5 km", "5,000 m"), alike("5 km", "5 m")
    (True, True, False)
    """
    first, second = _read(one[:_LONGEST]), _read(other[:_LONGEST])
    return _within(first, second) or _within(second, first)


@dataclass(frozen=True, slots=True)
class _Value:
    """A number, or a part of a date: the year has no unit, since it may be read as a number."""

    base: Decimal
    written: Decimal
    unit: str

    def equals(self, other: _Value) -> bool:
        if self.unit == other.unit:
            return self.base == other.base
        units = {self.unit, other.unit}
        return "" in units and not units & _PLACES and self.written == other.written

    def tokens(self, value: Decimal) -> tuple[str | Decimal, ...]:
        """`value`, what it counts being a word of its own."""
        if self.unit in _PLACES:
            return (f"{value} {self.unit}",)
        return (value, self.unit) if self.unit else (value,)


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer as tokens, its values first in base units, then as written; and the values."""

    in_base: tuple[str | Decimal, ...]
    as_written: tuple[str | Decimal, ...]
    values: frozenset[_Value]


@lru_cache(maxsize=4096)
def _read(text: str) -> _Answer:
    """The answer; words such as `both` and `one` stay words."""
    found = [(date.start, date.end, _parts(date)) for date in dates_of(text)]
    for number in numbers_of(text):
        if not number.weak:
            unit = _ORDINAL if number.ordinal else number.unit
            value = _Value(number.value, number.written, unit)
            found.append((number.start, number.end, [value]))
    levelled = level(text)
    base: list[str | Decimal] = []
    written: list[str | Decimal] = []
    at = 0
    for start, end, values in sorted(found, key=lambda one: one[0]):
        words = tokens(levelled[at:start])
        base += [*words, *(part for value in values for part in value.tokens(value.base))]
        written += [*words, *(part for value in values for part in value.tokens(value.written))]
        at = end
    rest = tokens(levelled[at:])
    all_values = frozenset(value for *_, values in found for value in values)
    return _Answer((*base, *rest), (*written, *rest), all_values)


def _parts(date: Date) -> list[_Value]:
    units = ("", *_DATE_PARTS)
    return [
        _Value(Decimal(part), Decimal(part), unit)
        for part, unit in zip(date.parts, units, strict=True)
        if part is not None
    ]


def _within(short: _Answer, long: _Answer) -> bool:
    """Whether `long` says what `short` says, which has no more tokens."""
    size = len(short.in_base)
    if not 0 < size <= len(long.in_base):
        return False
    if not all(any(value.equals(other) for other in long.values) for value in short.values):
        return False
    pairs = ((short.in_base, long.in_base), (short.as_written, long.as_written))
    return any(LCSseq.similarity(*pair) >= ANSWER * size for pair in pairs)
