"""Calculations that a text writes out ("12 + 30 = 42", "12×3＝36"), computed again."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from dataflow.sft.plans.amounts import Amount, digits, match_amount

_MAX_EQUATIONS = 40
_MAX_TOKENS = 40
"""Tokens of one side of an equation that are looked at: reading a side takes their square."""
_MAX_UNIT = 6
"""Words behind a number that may be its unit, as in `12 crates of red apples + 30`."""
_MAX_DEPTH = 8

_SPELLED = tuple(
    (re.compile(pattern, re.IGNORECASE), sign)
    for pattern, sign in (
        (r"\*\*|\\[()\[\]]|\\(?=[$%])|\s+(?=[^\S\n])", ""),
        (r"\\times|\\cdot|\bmultiplied by\b", "×"),
        (r"\\div|\bdivided by\b", "÷"),
        (r"\\approx|≒|约等于", "≈"),
        (r"(?<=[\d)])\s?[x*·]\s?(?=[-\d($€£¥])", "×"),
        (r"\btimes\b(?=\s?[\d($€£¥])|乘以?(?=\s?[\d(])", "×"),
        (r"\bplus\b(?=\s?[\d($€£¥])|(?<![增附参更])加上?(?=\s?[\d(])", "+"),
        (r"\bminus\b(?=\s?[\d($€£¥])|减去?(?=\s?[\d(])", "-"),
        (r"除以(?=\s?[\d(])|/(?=\s?[\d($€£¥])", "÷"),
        (r"\b(?:is )?equals?(?: to)?\b|等于", "="),
        (r"(?<=%)\s?of\s(?=[$€£¥]?\d)|(?<=[^\W_])的(?=\d{1,3}(?:\.\d{1,6})?%)", "×"),
    )
)
_TOKEN = re.compile(
    r"(?P<sign>[-+×÷()])|(?P<equals>[=≈])"
    r"|(?P<word>/?(?:[a-z]{1,4}\d(?!\d)|[^\W\d_]+)(?:/[^\W\d_]+)*|[%$€£¥])|(?P<space>[^\S\n]+)|(?P<other>.|\n)",
    re.IGNORECASE,
)
_ABOUT = frozenset(("about", "approximately", "roughly", "around", "nearly", "约", "大约", "近"))
_OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add, "-": operator.sub, "×": operator.mul, "÷": operator.truediv,
}  # fmt: skip

Token = Amount | str
"""A number, a sign (`+ - × ÷ ( )`), or a word."""
Readings = tuple[Fraction, Fraction, Fraction]
"""A value as written, with percentages as shares, and in base units."""


@dataclass(frozen=True, slots=True)
class Equation:
    """A calculation as stated: from `operands` it gets `derived`; `holds` says whether rightly."""

    operands: tuple[Amount, ...]
    derived: tuple[Amount, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of an equals sign; without operations `numbers` is one."""

    readings: Readings
    numbers: tuple[Amount, ...]
    inexact: bool


def equations(text: str) -> list[Equation]:
    """The calculations of a text in order, at most 40; what does not read as one is left out.

    Units, currencies and words behind a number are passed over. The result of a multiplication or
    division may be rounded to its own decimals (a percentage to a whole number), with `≈` or
    "about" any result to a whole number or by 1 %.

    >>> [e.holds for e in equations("12 + 30 = 42, 12×3＝35; 三加五等于八; $10 / 4 = $2.50")]
    [True, False, True, True]
    """
    found: list[Equation] = []
    for sides, about in _chains(_spelled(text)):
        for (left, right), loose in zip(pairwise(sides), about, strict=True):
            equation = _equation(left, right, loose)
            if equation is not None:
                found.append(equation)
            if len(found) == _MAX_EQUATIONS:
                return found
    return found


def _spelled(text: str) -> str:
    """Numbers in digits and operations in signs."""
    text = digits(text)
    for pattern, sign in _SPELLED:
        text = pattern.sub(sign, text)
    return text


def _chains(text: str) -> Iterator[tuple[list[list[Token]], list[bool]]]:
    """Runs of sides that equals signs join, and for each sign whether it says about."""
    sides: list[list[Token]] = [[]]
    about: list[bool] = []
    position = 0
    while position < len(text):
        number = match_amount(text, position)
        if number is not None:
            sides[-1].append(number)
            position = number.end
            continue
        found = _TOKEN.match(text, position)
        assert found is not None
        position = found.end()
        if found["equals"]:
            about.append(found[0] == "≈")
            sides.append([])
        elif found["other"]:
            if about:
                yield sides, about
            sides, about = [[]], []
        elif not found["space"]:
            sides[-1].append(found[0].lower())
    if about:
        yield sides, about


def _equation(left: list[Token], right: list[Token], loose: bool) -> Equation | None:
    """What the two sides of a sign say; None when one cannot be read or neither computes."""
    while right and right[0] in _ABOUT:
        right, loose = right[1:], True
    one, other = _side(left[-_MAX_TOKENS:], at_end=True), _side(right[:_MAX_TOKENS], at_end=False)
    if one is None or other is None or max(len(one.numbers), len(other.numbers)) == 1:
        return None
    if len(one.numbers) == 1:
        one, other = other, one
    return Equation(one.numbers, other.numbers, _same(one, other, loose))


def _side(tokens: Sequence[Token], *, at_end: bool) -> _Side | None:
    """The longest calculation at the end (or the beginning) of a side."""
    for cut in range(len(tokens)):
        try:
            return _Reader(tokens[cut:] if at_end else tokens[: len(tokens) - cut]).read()
        except (ValueError, ZeroDivisionError):
            continue
    return None


def _same(one: _Side, other: _Side, loose: bool) -> bool:
    """Whether a calculation and its result agree in one of the readings."""
    if one.readings[2] == other.readings[2]:
        return True
    stated = other.numbers[0]
    share = stated.dimension == "share"
    step = Fraction(1, 2 * 10**stated.decimals)
    rounded = len(other.numbers) == 1 and one.inexact and (stated.decimals > 0 or share)
    for computed in one.readings[:2]:
        for said, unit in ((other.readings[0], 1), (other.readings[1], 100 if share else 1)):
            allowed = step / unit if rounded or loose else Fraction(0)
            if loose:
                allowed = max(allowed, abs(computed) / 100)
            if abs(computed - said) <= allowed:
                return True
    return False


class _Reader:
    """Reads a calculation by the usual precedence; ValueError for what is none."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self._numbers: list[Amount] = []
        self._inexact = False

    def read(self) -> _Side:
        """The calculation that all of the tokens are."""
        readings = self._terms()
        if self._at < len(self._tokens):
            raise ValueError("more than a calculation")
        return _Side(readings, tuple(self._numbers), self._inexact)

    def _next(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _terms(self) -> Readings:
        found = self._factors()
        while (sign := self._next()) in ("+", "-"):
            self._at += 1
            found = _applied(str(sign), found, self._factors())
        return found

    def _factors(self) -> Readings:
        found = self._value()
        while (sign := self._next()) in ("×", "÷"):
            self._at += 1
            self._inexact = True
            found = _applied(str(sign), found, self._value())
        return found

    def _value(self) -> Readings:
        token = self._next()
        self._at += 1
        if isinstance(token, Amount):
            self._numbers.append(token)
            share = token.base if token.dimension == "share" else token.value
            found = (token.value, share, token.base)
        elif token == "(" and self._depth < _MAX_DEPTH:
            self._depth += 1
            found = self._terms()
            if self._next() != ")":
                raise ValueError("a bracket is open")
            self._at += 1
            self._depth -= 1
        elif token == "-":
            found = _applied("-", (Fraction(0),) * 3, self._value())
        else:
            raise ValueError("no number")
        self._pass_unit()
        return found

    def _pass_unit(self) -> None:
        for _ in range(_MAX_UNIT):
            token = self._next()
            if isinstance(token, Amount) or token in ("", "(", ")", *_OPERATIONS):
                return
            self._at += 1


def _applied(sign: str, one: Readings, other: Readings) -> Readings:
    operation = _OPERATIONS[sign]
    first, second, third = (operation(a, b) for a, b in zip(one, other, strict=True))
    return first, second, third
