"""Answers that follow from cells of a table: the operations, and the same again from the text.

An operation is a name and, behind a colon, its argument: `mean:2` (decimals), `above:120` (bound).
Operands are places of cells in the document's text. Those that compare rows (`max`, `min`,
`higher`, `rank`, `filter`) take a name and a value in turn, all others values alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from dataflow.evidence.numerals import han_value
from dataflow.evidence.wording import plain
from dataflow.sft.drafts import Computed

MAX, MIN, HIGHER, RANK, FILTER = "max", "min", "higher", "rank", "filter"
SUM, MEAN, COUNT, DIFFERENCE, RATIO = "sum", "mean", "count", "difference", "ratio"
NAMED = frozenset({MAX, MIN, HIGHER, RANK, FILTER})
"""Operations over pairs of a name and a value."""

_WESTERN = r"[-+\u2212]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?"
_CELL = re.compile(
    rf"(?P<before>[$€£¥￥]?|约|大约|about|approx\.?|~|≈)\s?(?P<number>{_WESTERN})(?P<after>(?:\s?[^\d\s|/-][^\d|]{{0,15}})?)"
)
_HAN_CELL = re.compile(
    r"(?P<before>约?)(?P<number>[零〇一二两三四五六七八九十百千万亿]{1,12})(?P<after>[^\d零〇一二两三四五六七八九十百千万亿至到]{0,4})"
)
_SIGNS = frozenset("$€£¥￥")
_MAX_OPERANDS = 2000
_MAX_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Quantity:
    """A cell's number: exact value, decimals, what stands before and after it, as written."""

    value: Decimal
    places: int
    before: str
    after: str
    grouped: bool

    @property
    def unit(self) -> tuple[str, str]:
        """What must be equal for two cells to be compared."""
        return self.before.strip(), self.after.strip()

    @property
    def rounded(self) -> bool:
        """Whether the cell says that its number is not exact."""
        return bool(self.before) and self.before not in _SIGNS


def quantity(cell: str) -> Quantity | None:
    """The one number that a cell is, with its unit; None for any other cell.

    >>> quantity("1,204.5 元"), quantity("12 to 14")
    (Quantity(value=Decimal('1204.5'), places=1, before='', after=' 元', grouped=True), None)
    """
    cell = cell.strip()
    found = _CELL.fullmatch(cell)
    if found is not None:
        digits = re.sub("[,，]", "", found["number"]).replace("\u2212", "-")
        if len(digits) > _MAX_DIGITS:
            return None
        places = len(digits.partition(".")[2])
        grouped = digits != found["number"].replace("\u2212", "-")
        return Quantity(Decimal(digits), places, found["before"], found["after"], grouped)
    han = _HAN_CELL.fullmatch(cell)
    value = han_value(han["number"]) if han is not None else None
    if han is None or value is None:
        return None
    return Quantity(value, 0, han["before"], han["after"], False)


def recompute(computed: Computed, text: str) -> str | None:
    """The result from the cells at the operands in `text`, as the draft must state it.

    None when the operation is not known, an operand is no place of the text, a value is no number,
    or units differ. For a sound draft the result is the draft's `claim` and stands, as it is, in
    its output. `rank` and `filter` give names joined by line breaks, `max`, `min` and `higher` one
    name, and None when two rows share the place; all others a number with its unit.
    """
    cells = [
        plain(html.unescape(text[start:end])).replace("\\|", "|")
        for start, end in computed.operands[:_MAX_OPERANDS]
        if 0 <= start < end <= len(text)
    ]
    if len(cells) != len(computed.operands) or not all(cells):
        return None
    name, _, argument = computed.operation.partition(":")
    try:
        if name in NAMED:
            return _named(name, argument, cells)
        return _numeric(name, argument, cells)
    except (InvalidOperation, ValueError):
        return None


def _quantities(cells: Sequence[str]) -> list[Quantity] | None:
    """The cells' numbers; None unless all are numbers of one unit."""
    found = [quantity(cell) for cell in cells]
    known = [one for one in found if one is not None]
    if not known or len(known) < len(found) or len({one.unit for one in known}) > 1:
        return None
    return known


def _named(name: str, argument: str, cells: Sequence[str]) -> str | None:
    labels, values = cells[::2], _quantities(cells[1::2])
    if values is None or len(labels) != len(values):
        return None
    if name == FILTER:
        bound = Decimal(argument)
        passed = [label for label, one in zip(labels, values, strict=True) if one.value > bound]
        return "\n".join(passed) or None
    order = sorted(range(len(values)), key=lambda i: values[i].value, reverse=name != MIN)
    ranked = [values[i].value for i in order]
    if name == RANK:
        return "\n".join(labels[i] for i in order) if len(set(ranked)) == len(ranked) else None
    if len(ranked) < 2 or ranked[0] == ranked[1]:
        return None
    return labels[order[0]]


def _numeric(name: str, argument: str, cells: Sequence[str]) -> str | None:
    values = _quantities(cells)
    if values is None:
        return None
    if name == COUNT:
        return str(sum(one.value > Decimal(argument) for one in values))
    numbers = [one.value for one in values]
    if name == SUM:
        return _written(sum(numbers, Decimal(0)), values)
    if name == MEAN:
        return _written(sum(numbers, Decimal(0)) / len(numbers), values, int(argument))
    if len(numbers) != 2:
        return None
    if name == DIFFERENCE:
        return _written(abs(numbers[0] - numbers[1]), values)
    if name == RATIO and min(numbers) > 0:
        return f"{_rounded(numbers[0] / numbers[1], int(argument)):f}"
    return None


def _written(value: Decimal, like: Sequence[Quantity], places: int | None = None) -> str:
    """The value with the unit of the cells and their decimals, unless `places` says how many."""
    exact = max(one.places for one in like) if places is None else places
    shown = _rounded(value, exact)
    number = f"{shown:,f}" if any(one.grouped for one in like) else f"{shown:f}"
    return f"{like[0].before}{number}{like[0].after}"


def _rounded(value: Decimal, places: int) -> Decimal:
    """Rounded half up, as people do it."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
