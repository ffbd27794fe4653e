from __future__ import annotations

from parsers.pdf.charts import has_bars, has_curves
from parsers.pdf.page import PageContent, Path, Word, box_rulings
from parsers.pdf.shading import line_shadings, without_edges
from parsers.pdf.tables import ruled_tables
from schemas.geometry import BBox
from tests.parsers.pdf.made import spread

FRAME = BBox(90, 90, 420, 300)


def shaded_table() -> PageContent:
    """A table as word processors export it: cells painted, then each line of text in them."""
    texts = {(0, 0): ["Illness"], (0, 1): ["Suffered", "from"], (1, 0): ["Asthma"], (1, 1): ["31"],
             (2, 0): ["Chronic fatigue", "syndrome"], (2, 1): ["19"]}  # fmt: skip
    words: list[Word] = []
    paths: list[Path] = []
    for (row, col), lines in texts.items():
        cell = BBox(100 + 120 * col, 100 + 30 * row, 219 + 120 * col, 129 + 30 * row)
        paths.append(Path(cell, False))
        for number, line in enumerate(lines):
            top = cell.y0 + 2 + 12 * number
            paths.append(Path(BBox(cell.x0 + 2, top, cell.x1 - 2, top + 12), False))
            words += spread(cell.x0 + 4, top + 1, line)
    edges = tuple(edge for path in paths for edge in box_rulings(path.bbox))
    return PageContent(1, 600, 800, tuple(words), edges, paths=tuple(paths))


def test_shaded_lines_of_text_are_no_rows() -> None:
    page = shaded_table()
    (found,) = ruled_tables(page, page.words)
    assert found.table.grid() == [
        ["Illness", "Suffered from"],
        ["Asthma", "31"],
        ["Chronic fatigue syndrome", "19"],
    ]
    shades = line_shadings(page.paths, page.words)
    assert len(shades) == 8
    assert len(without_edges(page.rulings, shades)) == 4 * 6


def test_bars_of_a_chart_end_anywhere_and_cells_do_not() -> None:
    upright = [Path(BBox(100 + 40 * n, 280 - 30 * n - 20, 120 + 40 * n, 280), False)
               for n in range(4)]  # fmt: skip
    lying = [Path(BBox(100, 100 + 30 * n, 150 + 40 * n, 115 + 30 * n), False) for n in range(4)]
    cells = [Path(BBox(100 + 60 * c, 100 + 20 * r, 160 + 60 * c, 120 + 20 * r), False)
             for r in range(5) for c in range(5)]  # fmt: skip
    assert has_bars(FRAME, upright, [])
    assert has_bars(FRAME, lying, [])
    assert not has_bars(FRAME, cells, [])
    assert not has_bars(FRAME, lying, [path.bbox for path in lying])


def test_curves_run_through_a_chart_and_frame_a_table() -> None:
    lines = [Path(BBox(100, 120 + 9 * n, 400, 280 - 7 * n), True) for n in range(2)]
    frames = [Path(BBox(90, 90, 420, 300), True), Path(BBox(91, 91, 419, 299), True)]
    assert has_curves(FRAME, lines)
    assert not has_curves(FRAME, frames)
