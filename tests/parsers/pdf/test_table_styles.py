from __future__ import annotations

from hypothesis import given, settings

from parsers.pdf.layout import page_layout
from parsers.pdf.tables import FoundTable
from schemas.document import Table
from tests.strategies.tables import DrawnTable, drawn_tables


def read(drawn: DrawnTable) -> Table:
    (found,) = [item for item in page_layout(drawn.page, []).flow if isinstance(item, FoundTable)]
    return found.table


@settings(deadline=None, max_examples=150)
@given(drawn_tables())
def test_a_table_comes_back_cell_by_cell_in_every_style(drawn: DrawnTable) -> None:
    table = read(drawn)
    found = table.grid()
    top = 0 if drawn.span is None else 1
    assert found[-1] == list(drawn.rows[-1])
    assert found[top + 1 :] == [list(row) for row in drawn.rows[top + 1 :]]
    names = {text for row in drawn.rows[: top + 1] for text in row if text}
    assert {text for row in found[: top + 1] for text in row if text} == names


@settings(deadline=None, max_examples=80)
@given(drawn_tables(("grid", "three rules", "bare")))
def test_a_header_over_columns_spans_them(drawn: DrawnTable) -> None:
    if drawn.span is None:
        return
    table = read(drawn)
    text = next(text for text in drawn.rows[0] if text)
    (cell,) = [cell for cell in table.cells if cell.text == text]
    assert (cell.row, cell.col, cell.col_span) == (0, drawn.span[0], 2)
    assert cell.header
    (first,) = [cell for cell in table.cells if cell.text == drawn.rows[1][0]]
    assert first.row_span == (1 if drawn.style == "grid" and first.row == 1 else 2)
