from __future__ import annotations

from decimal import Decimal

import pytest

from dataflow.sft.blocks import manuscript
from dataflow.sft.drafts import TABLE, Computed, Draft
from dataflow.sft.rules.computed import quantity, recompute
from dataflow.sft.rules.propose import rule_drafts
from tests.strategies.sft import document

PIERS = """# Repairs at Kelby

## Cost of the work

| Pier | Since | Length (m) | Cost |
| --- | --- | --- | --- |
| North | 1871 | 120 | $1,200.50 |
| South | 1904 | 95 | $800.25 |
| East | 1931 | 240 | $3,000.00 |
| Total | 2000 | 455 | $5,000.75 |
"""
PIERS_ZH = """# 凯里港的修缮

## 各码头的费用

| 码头 | 建成年份 | 长度（米） | 费用 |
| --- | --- | --- | --- |
| 北码头 | 1871 | 120 | 1,200元 |
| 南码头 | 1904 | 95 | 800元 |
| 东码头 | 1931 | 240 | 3,000元 |
| 合计 | 2000 | 455 | 5,000元 |
"""


def drafts(text: str, lang: str) -> list[Draft]:
    """Those of several seeds, each of which takes some of the operations."""
    found = manuscript(document(text, lang, text.split("\n")[0].strip("# ")))
    made = [d for seed in range(6) for d in rule_drafts(found, frozenset({TABLE}), seed)]
    return [d for d in made if d.computed is not None]


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [
        ("1,204.50", "1204.50", ("", "")),
        ("−4", "-4", ("", "")),
        ("$ 12", "12", ("$", "")),
        ("约 21 天", "21", ("约", "天")),
        ("三百二十元", "320", ("", "元")),
        ("52%", "52", ("", "%")),
    ],
)
def test_quantities(cell: str, value: str, unit: tuple[str, str]) -> None:
    found = quantity(cell)
    assert found is not None
    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "cell", ["", "12 to 14", "2024-06-17", "3 月 17 日", "n/a", "V-notch of 90 degrees", "1/2", "-"]
)
def test_what_is_no_single_number(cell: str) -> None:
    assert quantity(cell) is None


def operands(text: str, *cells: str) -> tuple[tuple[int, int], ...]:
    return tuple((text.index(cell), text.index(cell) + len(cell)) for cell in cells)


@pytest.mark.parametrize(
    ("operation", "cells", "result"),
    [
        ("sum", ("$1,200.50", "$800.25", "$3,000.00"), "$5,000.75"),
        ("mean:2", ("120", "95", "240"), "151.67"),
        ("difference", ("95", "240"), "145"),
        ("ratio:1", ("240", "95"), "2.5"),
        ("count:100", ("120", "95", "240"), "2"),
        ("max", ("North", "120", "South", "95", "East", "240"), "East"),
        ("min", ("North", "120", "South", "95", "East", "240"), "South"),
        ("higher", ("North", "120", "South", "95"), "North"),
        ("rank", ("North", "120", "South", "95", "East", "240"), "East\nNorth\nSouth"),
        ("filter:100", ("North", "120", "South", "95", "East", "240"), "North\nEast"),
        ("sum", ("120", "$800.25"), None),
        ("sum", ("120", "North"), None),
        ("product", ("120", "95"), None),
        ("mean:x", ("120", "95"), None),
        ("ratio:1", ("120", "95", "240"), None),
    ],
)
def test_recompute(operation: str, cells: tuple[str, ...], result: str | None) -> None:
    assert recompute(Computed(operation, operands(PIERS, *cells)), PIERS) == result


def test_places_outside_of_the_text_and_ties_give_nothing() -> None:
    assert recompute(Computed("sum", ((0, 1), (5, 10**6))), PIERS) is None
    tie = "| a | 3 |\n| b | 3 |"
    assert recompute(Computed("max", operands(tie, "a", "3", "b", "3")), tie) is None


@pytest.mark.parametrize(("text", "lang"), [(PIERS, "en"), (PIERS_ZH, "zh")])
def test_computed_drafts_are_recomputed_from_the_text(text: str, lang: str) -> None:
    found = drafts(text, lang)
    assert {"max", "sum", "difference"} <= {draft.task for draft in found}
    for draft in found:
        assert draft.computed is not None
        assert draft.claim == recompute(draft.computed, text)
        assert draft.claim is not None
        assert draft.claim in draft.output
        lines = [text[a:b] for a, b in draft.spans]
        for start, end in draft.computed.operands:
            assert any(text[start:end] in line for line in lines)


@pytest.mark.parametrize(("text", "lang"), [(PIERS, "en"), (PIERS_ZH, "zh")])
def test_totals_and_years_are_not_computed_with(text: str, lang: str) -> None:
    found = drafts(text, lang)
    assert not [d for d in found if "Since" in d.instruction or "建成年份" in d.instruction]
    assert not [d for d in found if "Total" in d.output or "合计，" in d.output]
    total = next(d for d in found if d.task == "sum" and ("$" in d.output or "元" in d.output))
    assert total.claim == ("$5,000.75" if lang == "en" else "5,000元")


def test_a_changed_cell_changes_the_result() -> None:
    draft = next(d for d in drafts(PIERS, "en") if d.task == "sum")
    assert draft.computed is not None
    changed = PIERS.replace("$800.25", "$900.25").replace("| 95 |", "| 96 |")
    assert recompute(draft.computed, changed) != draft.claim


def test_values_of_two_units_are_not_compared() -> None:
    text = "# T t\n\n| a b | c d |\n| --- | --- |\n| x | 3 km |\n| y | 4 m |\n| z | 5 m |"
    assert drafts(text, "en") == []
