from __future__ import annotations

from collections.abc import Sequence

import pytest

from parsers.pdf.continued import continued
from schemas.document import Cell, Element, ElementKind, Table
from schemas.geometry import BBox

HEAD = ["Item", "Unit", "Price"]
HEAD_ZH = ["品名", "单位", "单价"]


def table(rows: Sequence[Sequence[str]], page: int, heads: int = 1, x: float = 50) -> Element:
    cells = tuple(
        Cell(
            r, c, text, header=r < heads,
            bbox=BBox(x + 100 * c, 100 + 15 * r, x + 100 * c + 60, 112 + 15 * r),
        )
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )  # fmt: skip
    made = Table(len(rows), len(rows[0]), cells)
    return Element(ElementKind.TABLE, "text", page, BBox(x, 100, x + 300, 700), table=made)


def other(kind: ElementKind, text: str, page: int) -> Element:
    return Element(kind, text, page, BBox(50, 20, 200, 30))


def grids(found: Sequence[Element]) -> list[list[list[str]]]:
    return [element.table.grid() for element in found if element.table is not None]


@pytest.mark.parametrize("head", [HEAD, HEAD_ZH])
def test_a_repeated_header_stands_once(head: list[str]) -> None:
    found = continued(
        [
            table([head, ["a", "kg", "1.50"]], 1),
            other(ElementKind.FOOTNOTE, "1 A note.", 1),
            other(ElementKind.PAGE_FOOTER, "1", 1),
            other(ElementKind.PAGE_HEADER, "Head", 2),
            table([head, ["b", "kg", "2.50"]], 2, x=58),
            table([head, ["c", "kg", "3.50"]], 3),
        ]
    )
    assert [e.kind for e in found] == [
        ElementKind.TABLE, ElementKind.FOOTNOTE, ElementKind.PAGE_FOOTER, ElementKind.PAGE_HEADER,
    ]  # fmt: skip
    assert grids(found) == [[head, ["a", "kg", "1.50"], ["b", "kg", "2.50"], ["c", "kg", "3.50"]]]
    first = found[0]
    assert first.page == 1
    assert first.table is not None
    assert [c.page for c in first.table.cells if c.col == 0] == [None, None, 2, 3]
    assert [c.text for c in first.table.cells if c.header] == head
    assert first.text.split("\n")[3] == "c\tkg\t3.50"


def test_rows_of_data_without_a_header_go_on() -> None:
    found = continued(
        [table([HEAD, ["a", "kg", "1"]], 1), table([["b", "kg", "2"], ["c", "g", "3"]], 2)]
    )
    assert grids(found) == [[HEAD, ["a", "kg", "1"], ["b", "kg", "2"], ["c", "g", "3"]]]


@pytest.mark.parametrize("notice", ["Table 4 (continued)", "续表 4", "表 4（续）"])
def test_a_line_that_says_so_joins_and_goes(notice: str) -> None:
    found = continued(
        [
            table([HEAD, ["a", "kg", "x"]], 1),
            other(ElementKind.CAPTION, notice, 2),
            table([["b", "kg", "y"], ["c", "kg", "z"]], 2),
        ]
    )
    assert grids(found) == [[HEAD, ["a", "kg", "x"], ["b", "kg", "y"], ["c", "kg", "z"]]]
    assert len(found) == 1


@pytest.mark.parametrize(
    "second",
    [
        [other(ElementKind.PARAGRAPH, "Prose between.", 2), table([HEAD, ["b", "kg", "2"]], 2)],
        [other(ElementKind.CAPTION, "Table 5. Prices", 2), table([HEAD, ["b", "kg", "2"]], 2)],
        [table([["Other", "header", "row"], ["b", "kg", "2"]], 2)],
        [table([["b", "2"], ["c", "3"]], 2)],
        [table([HEAD, ["b", "kg", "2"]], 3)],
        [table([HEAD, ["b", "kg", "2"]], 1)],
    ],
    ids=["prose", "own caption", "own header", "other columns", "a page between", "same page"],
)
def test_what_is_another_table_stays_one(second: list[Element]) -> None:
    first = table([HEAD, ["a", "kg", "1"]], 1)
    assert continued([first, *second]) == [first, *second]


def test_columns_elsewhere_are_another_table() -> None:
    narrow = table([["b", "kg", "2"], ["c", "g", "3"]], 2)
    assert narrow.table is not None
    squeezed = tuple(
        Cell(c.row, c.col, c.text, bbox=BBox(50 + 40 * c.col, 100, 70 + 40 * c.col, 110))
        for c in narrow.table.cells
    )
    second = Element(ElementKind.TABLE, "", 2, narrow.bbox, table=Table(2, 3, squeezed))
    assert len(continued([table([HEAD, ["a", "kg", "1"]], 1), second])) == 2
