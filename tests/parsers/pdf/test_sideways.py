from __future__ import annotations

from dataclasses import replace

import pytest

from parsers.pdf.page import PageContent, Ruling, Word, turned
from parsers.pdf.sideways import sideways_tables
from tests.parsers.pdf.made import spread

ROWS = [
    ["Region", "2004", "2005", "2006"],
    ["North", "1,204", "1,310", "12"],
    ["South", "88", "91", "95"],
    ["West", "640", "612", "7"],
]


def upright(ruled: bool) -> PageContent:
    words: list[Word] = []
    for r, row in enumerate(ROWS):
        for c, text in enumerate(row):
            words += spread(105 + 80 * c, 110 + 20 * r, text)
    lines = [Ruling(True, 105 + 20 * r, 100, 420) for r in range(5)]
    lines += [Ruling(False, 100 + 80 * c, 105, 185) for c in range(5)]
    return PageContent(1, 800, 600, tuple(words), tuple(lines) if ruled else ())


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("turn", [90, 270])
def test_a_table_set_sideways_is_read_upright(turn: int, ruled: bool) -> None:
    page = turned(upright(ruled), turn)
    beside = spread(20, 20, "Upright words beside it stay where they are")
    page = replace(page, words=(*page.words, *beside))
    (found,) = sideways_tables(page, page.words)
    assert found.table.grid() == ROWS
    inside = [word for word in page.words if found.bbox.contains_centre(word.bbox)]
    assert len(inside) == 16
    for cell in found.table.cells:
        assert cell.bbox is not None
        (word,) = [w for w in page.words if w.text == cell.text]
        assert cell.bbox.contains_centre(word.bbox)


def test_stamps_in_the_margin_are_no_tables() -> None:
    page = turned(PageContent(1, 800, 600, tuple(spread(50, 50, "a stamp of the archive"))), 270)
    assert sideways_tables(page, page.words) == []
