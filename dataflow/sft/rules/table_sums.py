"""Questions whose answers are computed from the cells of a column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dataflow.evidence.spans import Span
from dataflow.sft.blocks import Block
from dataflow.sft.drafts import TABLE, Computed, Draft
from dataflow.sft.rules import computed as op
from dataflow.sft.rules.computed import Quantity, quantity, recompute
from dataflow.sft.rules.grid import Grid, Row, lowered
from dataflow.sft.rules.place import Place
from dataflow.sft.rules.shown import shown_table
from schemas.ids import content_id

_MAX_TABLE = 8
_SPREAD = 500
"""Largest over smallest of values that are added up or averaged."""
_YEARS = (1000, 2100)
_INTENSIVE = re.compile(
    r"%|per\s?cent|\brate\b|ratio|coefficient|mean|average|temperature|°|℃|error|index|\bscore|height"
    r"|depth|level|\bper\b|/|率|系数|平均|温|比例|百分|误差|指数|高度|深度|水位|单价|得分",
    re.IGNORECASE,
)
"""Headers of values that make no sense when added up."""
_ADDITIVE = re.compile(
    r"cost|amount|quantity|number|count|sales|revenue|income|expens|population|visitors|students"
    r"|\bdays?\b|hours|rain|length|area|volume|weight|output|production|tonnes?|total|budget|votes"
    r"|人数|数量|金额|费用|产量|产值|人口|总|降水|雨量|长度|面积|天|小时|次数|收入|支出|销量|预算|重量|票数",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"temperature|°|℃|error|change|difference|温|误差|变化|增减", re.IGNORECASE)
"""Headers of values whose zero is not nothing: one is not twice another."""


@dataclass(frozen=True, slots=True)
class _Column:
    header: str
    column: int
    rows: Sequence[Row]
    values: Sequence[Quantity]

    @property
    def homogeneous(self) -> bool:
        """Whether rows are things of one kind, not settings of a number (5 cm, 10 cm, …)."""
        names = [quantity(row.name.text) for row in self.rows]
        return not all(n is not None and not _is_year(n) for n in names)

    @property
    def comparable(self) -> bool:
        """Whether the values can be of one kind of thing: sales and tax rates cannot."""
        sizes = [abs(value.value) for value in self.values if value.value]
        return not sizes or max(sizes) <= _SPREAD * min(sizes)


def computed_drafts(place: Place, grid: Grid, where: str, block: Block) -> Iterator[Draft]:
    """Questions on the table's columns of numbers, at most eight, of as many kinds as there are.

    The rows that are needed are given; where they are too many, nothing is asked.
    """
    if not grid.name_header:
        return
    made: list[Draft] = []
    for column in _columns(place, grid):
        asker = _Asker(place, grid, column, where, block)
        drafts = [draft for draft in asker.drafts() if draft is not None]
        drafts.sort(key=lambda d: content_id("sum", place.seed, d.instruction))
        made += drafts[:4]
    seen: dict[str, int] = {}
    for draft in made:
        seen[draft.task] = seen.get(draft.task, 0) + 1
    order = sorted(range(len(made)), key=lambda i: (_turn(made, i), i))
    for index in sorted(order[:_MAX_TABLE]):
        yield made[index]


def _turn(made: Sequence[Draft], index: int) -> int:
    """How many drafts of its task come before it."""
    return sum(draft.task == made[index].task for draft in made[:index])


def _columns(place: Place, grid: Grid) -> Iterator[_Column]:
    """Columns of numbers of one unit; rows with totals, years and running numbers are left out."""
    total = place.phrasing.cues.total
    for column, header in sorted(grid.headers.items()):
        rows = [row for row in grid.rows if not total.search(row.name.text)]
        found = [quantity(row.cells[column].text) if column in row.cells else None for row in rows]
        values = [value for value in found if value is not None]
        if len(values) < len(found) or len(values) < 3 or len({v.unit for v in values}) > 1:
            continue
        if all(_is_year(value) for value in values) or _running(values):
            continue
        if sum((v.value for v in values[:-1]), Decimal(0)) == values[-1].value:
            continue  # a total without its name, or chance: nobody can tell
        yield _Column(header, column, rows, values)


def _is_year(value: Quantity) -> bool:
    whole = value.places == 0 and not value.grouped and _YEARS[0] <= value.value <= _YEARS[1]
    return whole and value.after.strip() in ("", "年")


def _running(values: Sequence[Quantity]) -> bool:
    return [value.value for value in values] == list(range(1, len(values) + 1))


@dataclass(frozen=True, slots=True)
class _Asker:
    """Drafts on one column."""

    place: Place
    grid: Grid
    column: _Column
    where: str
    block: Block

    def drafts(self) -> Iterator[Draft | None]:
        """All that the column allows."""
        rows = self.column.rows
        yield self._draft(op.MAX, op.MAX, rows)
        yield self._draft(op.MIN, op.MIN, rows)
        yield self._draft(op.RANK, op.RANK, rows) if len(rows) <= 8 else None
        yield from self._pairs()
        if not self.column.homogeneous or not self.column.comparable:
            return
        bound = self._bound()
        if bound is not None:
            yield self._draft(op.COUNT, f"{op.COUNT}:{bound}", rows, bound=bound)
            yield self._draft(op.FILTER, f"{op.FILTER}:{bound}", rows, bound=bound)
        if any(value.rounded for value in self.column.values):
            return
        header = self.column.header + self.column.values[0].after
        places = min(max(value.places for value in self.column.values) + 1, 3)
        yield self._draft(op.MEAN, f"{op.MEAN}:{places}", rows, digits=places)
        if _ADDITIVE.search(header) and not _INTENSIVE.search(header):
            yield self._draft(op.SUM, op.SUM, rows)

    def _pairs(self) -> Iterator[Draft | None]:
        """Two rows beside each other."""
        rows = sorted(
            self.column.rows,
            key=lambda row: content_id("pair", self.place.seed, self.column.header, row.name.text),
        )[:2]
        one, two = (quantity(row.cells[self.column.column].text) for row in rows)
        if one is None or two is None or one.value == two.value:
            return
        if not one.rounded:
            yield self._draft(op.DIFFERENCE, op.DIFFERENCE, rows)
        yield self._draft(op.HIGHER, op.HIGHER, rows)
        above = one.value > two.value > 0
        if above and not one.rounded and not _OFFSET.search(self.column.header + one.after):
            yield self._draft(op.RATIO, f"{op.RATIO}:1", rows, digits=1)

    def _bound(self) -> str | None:
        """A round number that some values are above and some are not."""
        values = sorted(value.value for value in self.column.values)
        middle = values[len(values) // 2 - 1]
        if middle <= 0:
            return None
        digits = Decimal(10) ** (middle.adjusted() - (0 if middle.adjusted() < 2 else 1))
        bound = (middle / digits).to_integral_value() * digits
        above = sum(value > bound for value in values)
        clear = 0 < above < len(values) and bound not in values and bound > 0
        return f"{bound:f}" if clear else None

    def _draft(
        self, task: str, operation: str, rows: Sequence[Row], bound: str = "", digits: int = 0
    ) -> Draft | None:
        """The question and its answer; None when the result is not clear."""
        operands: list[Span] = []
        for row in rows:
            value = row.cells[self.column.column].span
            operands += [row.name.span, value] if task in op.NAMED else [value]
        computed = Computed(operation, tuple(operands))
        result = recompute(computed, self.place.document.text)
        given = shown_table(self.place, self.block, self.grid, self._needed(rows))
        if result is None or not given:
            return None
        unit = self.column.values[0]
        shown = f"{unit.before}{bound}{unit.after}" if bound else ""
        slots = {
            "name": lowered(self.grid.name_header),
            "column": self.column.header, "place": self.where,
            "bound": shown, "one": rows[0].name.text, "two": rows[1].name.text,
            "rows": self._rows(rows), "digits": self._digits(digits),
        }  # fmt: skip
        return Draft(
            TABLE, task, self.place.lang, self.place.word(task, **slots),
            self._answer(task, result, rows, shown), self._spans(rows),
            self.place.phrasing.rule(f"computed_{task}"), given, claim=result, computed=computed,
        )  # fmt: skip

    def _answer(self, task: str, result: str, rows: Sequence[Row], bound: str) -> str:
        word = self.place.phrasing.templates
        if task in (op.MAX, op.MIN, op.HIGHER):
            values = {row.name.text: row.cells[self.column.column].text for row in rows}
            value = values[result]
            return word["answer_extreme"][0].format(row=result, value=value)
        if task in (op.RANK, op.FILTER):
            return result
        return word[f"answer_{task}"][0].format(result=result, bound=bound, n=len(rows))

    def _needed(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Rows to be shown: all of the table's where all but totals are compared."""
        return rows if len(rows) < len(self.column.rows) else self.grid.rows

    def _rows(self, rows: Sequence[Row]) -> str:
        task = "rows" if len(rows) == len(self.grid.rows) else "rows_but_total"
        return self.place.phrasing.templates[task][0].format(n=len(rows))

    def _digits(self, places: int) -> str:
        return self.place.phrasing.templates["digits"][max(places, 1) - 1]

    def _spans(self, rows: Sequence[Row]) -> tuple[Span, ...]:
        """The headers' line and the lines of two rows, else the table as far as it is used."""
        lines = [row.line for row in rows]
        if len(rows) <= 2:
            return (self.grid.header_line, *sorted(lines))
        return ((self.grid.header_line[0], max(end for _, end in lines)),)
