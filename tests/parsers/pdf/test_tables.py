from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.pdf.evidence import Evidence
from parsers.pdf.gate import stream_tables
from parsers.pdf.lattice import Lattice
from parsers.pdf.lines import Segment, segments
from parsers.pdf.page import PageContent, Ruling, Word
from parsers.pdf.tables import FoundTable, ruled_tables, stream_table
from schemas.document import ElementKind, Table
from tests.parsers.pdf.made import HAN, LOREM, column, grid, of_kind, parsed, pdf, spread, text
from tests.parsers.pdf.made import word as word_at
from tests.strategies.geometry import drawn, grids


def aligned(lines: Sequence[Sequence[tuple[float, str]]], pitch: float = 14) -> list[list[Segment]]:
    """Rows of segments: each cell's left edge and text."""
    words: list[Word] = []
    for number, cells in enumerate(lines):
        for x, sentence in cells:
            words += spread(x, 100 + pitch * number, sentence)
    return segments(words)


def found_in(
    lines: Sequence[Sequence[tuple[float, str]]], rulings: list[Ruling] | None = None
) -> list[FoundTable]:
    seen = Evidence(rulings=tuple(rulings or ()))
    return [stream_table(t) for t, _ in stream_tables(aligned(lines), 450, seen)]


@settings(deadline=None, max_examples=50)
@given(grids().flatmap(lambda g: st.tuples(st.just(g), drawn(g))))
def test_a_drawn_grid_gives_its_cells_with_their_words(case: tuple[Lattice, list[Ruling]]) -> None:
    made, lines = case
    words = []
    for index, cell in enumerate(made.cells):
        box = made.box(cell)
        words.append(word_at((box.x0 + box.x1) / 2 - 3, (box.y0 + box.y1) / 2 - 2, f"w{index}", 4))
    n_rows, n_cols = len(made.ys) - 1, len(made.xs) - 1
    tables = ruled_tables(PageContent(1, 600, 800, rulings=tuple(lines)), words)
    if min(n_rows, n_cols) < 2 or len(made.cells) < 4:
        return
    starts = ({c.row for c in made.cells}, {c.col for c in made.cells})
    assert (len(starts[0]), len(starts[1])) == (n_rows, n_cols)
    (found,) = tables
    expected = {(c.row, c.col, c.row_span, c.col_span, f"w{i}") for i, c in enumerate(made.cells)}
    assert {(c.row, c.col, c.row_span, c.col_span, c.text) for c in found.table.cells} == expected


ROWS = [
    [(50, "Region"), (200, "2004"), (300, "2005")],
    [(50, "North"), (200, "1,204"), (300, "1,310")],
    [(50, "South east"), (200, "88"), (300, "91")],
    [(50, "Islands"), (200, "–"), (300, "7.5")],
]


def test_numbers_under_each_other_are_a_table() -> None:
    (found,) = found_in(ROWS)
    assert found.table.grid() == [
        ["Region", "2004", "2005"],
        ["North", "1,204", "1,310"],
        ["South east", "88", "91"],
        ["Islands", "–", "7.5"],
    ]
    assert [c.text for c in found.table.cells if c.header] == ["Region", "2004", "2005"]


def test_chinese_cells_under_each_other_are_a_table() -> None:
    lines = [
        [(50, "地区"), (200, "产量"), (300, "单价")],
        [(50, "华北地区"), (200, "1204"), (300, "3.5")],
        [(50, "华南"), (200, "88"), (300, "4.1")],
        [(50, "西部"), (200, "640"), (300, "2.9")],
    ]
    (found,) = found_in(lines)
    assert found.table.grid()[1] == ["华北地区", "1204", "3.5"]


def test_header_over_two_columns_spans_them() -> None:
    head = [(50, "Area"), (195, "Tonnes of grain each year")]
    (found,) = found_in([head, *ROWS[1:], [(50, "West"), (200, "3"), (300, "4")]])
    assert [(c.text, c.col_span) for c in found.table.cells if c.row == 0] == [
        ("Area", 1),
        ("Tonnes of grain each year", 2),
    ]


def test_further_lines_of_a_cell_join_it() -> None:
    lines = [
        [(50, "Item"), (150, "Meaning"), (350, "Share")],
        [(50, "alpha"), (150, "first part of the"), (350, "10")],
        [(150, "description of it")],
        [(50, "beta"), (150, "second"), (350, "20")],
        [(50, "gamma"), (150, "third"), (350, "30")],
    ]
    (found,) = found_in(lines)
    assert found.table.grid() == [
        ["Item", "Meaning", "Share"],
        ["alpha", "first part of the description of it", "10"],
        ["beta", "second", "20"],
        ["gamma", "third", "30"],
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [[(50, f"{n}."), (80, f"a list item with number {n} and words")] for n in range(1, 7)],
        [[(50, f"Chapter {n} . . . . . . . . . ."), (400, str(7 * n))] for n in range(1, 7)],
        [[(50, str(900 - 100 * n)), (200, "label"), (300, "x")] for n in range(6)],
        [
            [(50, "prose that fills the left column"), (270, "prose that fills the right one")]
            for _ in range(8)
        ],
        [[(50, f"{n}.{m}"), (90, "Who is affected by it")] for n in (1, 2) for m in (1, 2, 3)],
        [
            [(50, "每一行都保留来源，任何内容都"), (230, "不会丢失，读者能够核对它，因")]
            for _ in range(8)
        ],
        [
            [(50, "（一）"), (90, "保留页码")],
            [(50, "（二）"), (90, "保留来源")],
            [(50, "（三）"), (90, "写明理由")],
            [(50, "（四）"), (90, "能够核对")],
        ],
        [[(50, "Table 3."), (110, "A caption that has the look of two columns")]],
        [[(50, "Mill Lane 4"), (300, "Our sign: kt")], [(50, "Harbour"), (300, "Date: today")]],
    ],
    ids=[
        "list",
        "contents",
        "axis",
        "two columns of prose",
        "section numbers",
        "Chinese prose",
        "Chinese list",
        "caption",
        "letter head",
    ],
)
def test_what_only_looks_like_a_table_is_none(lines: Sequence[Sequence[tuple[float, str]]]) -> None:
    assert found_in(lines) == []


def table_of(data: bytes) -> Table:
    (element,) = of_kind(parsed(data), ElementKind.TABLE)
    assert element.table is not None
    return element.table


def test_ruled_table_with_merged_cells_end_to_end() -> None:
    def draw(page: Any) -> None:
        column(page, 50, 60, 480, LOREM)
        xs, ys = (50, 150, 250, 350), (150, 175, 200, 225)
        for y in ys:
            page.draw_line((50 if y != 175 else 150, y), (350, y))
        for x in xs:
            page.draw_line((x, 175 if x == 250 else 150), (x, 225))
        for x, y, cell in (
            (55, 167, "Crop"), (155, 167, "Yield in tonnes"), (155, 192, "2004"),
            (255, 192, "2005"), (55, 217, "Wheat"), (155, 217, "1,204"), (255, 217, "1,310"),
        ):  # fmt: skip
            text(page, x, y, cell)
        column(page, 50, 260, 480, LOREM)

    table = table_of(pdf(draw))
    assert {(c.row, c.col, c.row_span, c.col_span): c.text for c in table.cells} == {
        (0, 0, 2, 1): "Crop", (0, 1, 1, 2): "Yield in tonnes", (1, 1, 1, 1): "2004",
        (1, 2, 1, 1): "2005", (2, 0, 1, 1): "Wheat", (2, 1, 1, 1): "1,204",
        (2, 2, 1, 1): "1,310",
    }  # fmt: skip


def test_chinese_ruled_table_end_to_end() -> None:
    def draw(page: Any) -> None:
        column(page, 50, 60, 400, HAN, font="china-s")
        grid(page, (50, 150, 250), (150, 175, 200, 225))
        for row, (left, right) in enumerate((("品种", "产量"), ("小麦", "1204"), ("水稻", "88"))):
            text(page, 55, 167 + 25 * row, left, font="china-s")
            text(page, 155, 167 + 25 * row, right, font="china-s")

    assert table_of(pdf(draw)).grid() == [["品种", "产量"], ["小麦", "1204"], ["水稻", "88"]]


def test_three_rule_table_end_to_end() -> None:
    def draw(page: Any) -> None:
        y = column(page, 50, 60, 480, LOREM)
        for at in (y + 10, y + 28, y + 86):
            page.draw_line((50, at), (400, at))
        for row, cells in enumerate(
            (("Engine", "Licence", "Score"), ("alpha", "MIT", "0.91"), ("beta", "BSD", "0.87"),
             ("gamma", "Apache", "0.75"))
        ):  # fmt: skip
            for x, cell in zip((55, 180, 320), cells, strict=True):
                text(page, x, y + 23 + 18 * row, cell)
        column(page, 50, y + 120, 480, LOREM)

    assert table_of(pdf(draw)).grid() == [
        ["Engine", "Licence", "Score"],
        ["alpha", "MIT", "0.91"],
        ["beta", "BSD", "0.87"],
        ["gamma", "Apache", "0.75"],
    ]


def test_columns_ruled_but_not_rows() -> None:
    def draw(page: Any) -> None:
        grid(page, (50, 200, 300), (100, 120, 200))
        for row, (left, right) in enumerate(
            (("Age", "Total"), ("1 year", "3,269"), ("2 years", "3,223"), ("3 years", "3,179"))
        ):
            text(page, 55, 115 + 20 * row, left)
            text(page, 205, 115 + 20 * row, right)

    assert table_of(pdf(draw)).grid()[1:] == [
        ["1 year", "3,269"],
        ["2 years", "3,223"],
        ["3 years", "3,179"],
    ]


def test_box_around_a_paragraph_keeps_its_text_in_the_flow() -> None:
    def draw(page: Any) -> None:
        page.draw_rect((45, 45, 545, 130))
        column(page, 50, 60, 480, LOREM)

    document = parsed(pdf(draw))
    assert of_kind(document, ElementKind.TABLE) == []
    assert [e.text for e in document.elements] == [LOREM.strip()]


def test_numbers_beside_a_label_of_two_lines_are_one_row() -> None:
    words: list[Word] = []
    for number in range(4):
        y = 100 + 30 * number
        words += spread(50, y, "a label over") + spread(50, y + 10, f"two lines {number}")
        words += spread(200, y + 5, f"{number}1.5") + spread(300, y + 5, f"{number}2.5")
    (found,) = (stream_table(t) for t, _ in stream_tables(segments(words), 450, Evidence()))
    assert found.table.grid()[2] == ["a label over two lines 2", "21.5", "22.5"]


def test_caption_and_note_inside_the_frame_stay_in_the_flow() -> None:
    def draw(page: Any) -> None:
        for y in (100, 120, 140, 160, 180):
            page.draw_line((50, y), (300, y))
        for x in (50, 300):
            page.draw_line((x, 100), (x, 180))
        page.draw_line((175, 120), (175, 160))
        for x, y, words in (
            (55, 114, "Table 4. Yields by year"), (55, 134, "Year"), (180, 134, "Yield"),
            (55, 154, "2004"), (180, 154, "1,204"), (55, 174, "Source: our own books"),
        ):  # fmt: skip
            text(page, x, y, words)

    found = [(e.kind, e.text) for e in parsed(pdf(draw)).elements]
    assert found == [
        (ElementKind.CAPTION, "Table 4. Yields by year"),
        (ElementKind.TABLE, "Year\tYield\n2004\t1,204"),
        (ElementKind.PARAGRAPH, "Source: our own books"),
    ]


def test_a_table_beside_prose_keeps_to_its_column() -> None:
    def draw(page: Any) -> None:
        column(page, 50, 100, 240, LOREM * 3)
        for row, cells in enumerate(
            (("Species", "Share"), ("Kingfisher", "29%"), ("Osprey", "20%"), ("Mink", "35%"))
        ):
            text(page, 330, 126 + 13 * row, cells[0])
            text(page, 450, 126 + 13 * row, cells[1])

    document = parsed(pdf(draw))
    assert [e.text for e in of_kind(document, ElementKind.PARAGRAPH)] == [(LOREM * 3).strip()]
    assert table_of(pdf(draw)).grid()[1] == ["Kingfisher", "29%"]


def test_a_table_over_both_columns_is_not_cut_by_their_gutter() -> None:
    def draw(page: Any) -> None:
        for row in range(6):
            text(page, 50, 80 + 13 * row, f"Name of row {row}")
            for col in range(6):
                text(page, 170 + 60 * col, 80 + 13 * row, f"{row}{col}.5")
        column(page, 50, 200, 230, LOREM * 4)
        column(page, 310, 200, 230, LOREM * 4)

    document = parsed(pdf(draw))
    assert [e.kind for e in document.elements] == [
        ElementKind.TABLE,
        ElementKind.PARAGRAPH,
        ElementKind.PARAGRAPH,
    ]
    table = table_of(pdf(draw))
    assert (table.n_rows, table.n_cols) == (6, 7)
    assert table.grid()[2][:3] == ["Name of row 2", "20.5", "21.5"]
