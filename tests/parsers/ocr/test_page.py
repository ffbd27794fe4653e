from __future__ import annotations

import numpy as np
import pytest

from parsers.base import OcrLine
from parsers.ocr.page import read_page
from schemas.geometry import BBox
from tests.parsers.ocr.drawn import bars, blank, grid, noisy
from tests.parsers.ocr.test_skew import PAGE, leaning


def test_lines_of_one_size_get_one_size_and_a_heading_its_own() -> None:
    image = blank(1000, 400)
    heights = (18, 19, 17, 30)
    lines = []
    for row, height in enumerate(heights):
        y = 40 + 60 * row
        bars(image, 100, 500, y, y + height)
        lines.append(OcrLine("Ding 1,204 dag", BBox(95, y - 5, 505, y + height + 5), 0.9))
    read = read_page(lines, noisy(image, 5), 2.0)
    sizes = [word.size for word in read.words if word.text == "Ding"]
    assert sizes[:3] == [pytest.approx(20, abs=0.7)] * 3
    assert len(set(sizes[:3])) == 1
    assert sizes[3] == pytest.approx(33, abs=1.5)


def test_words_stand_on_the_baseline_of_their_ink() -> None:
    image = blank()
    bars(image, 100, 300, 100, 118)
    (first, _) = read_page([OcrLine("行高 Height", BBox(90, 85, 310, 130), 0.9)], image, 2.0).words
    assert first.bbox.x0 == pytest.approx(100, abs=1)
    assert first.bbox.height == pytest.approx(first.size)
    assert first.confidence == 0.9


def test_a_line_that_runs_across_a_drawn_one_is_cut_there() -> None:
    image = blank()
    grid(image, [100, 300, 500], [100, 140, 180])
    lines = [OcrLine("雨量径流", BBox(110, 108, 490, 134), 0.9)]
    read = read_page(lines, image, 2.0)
    assert [word.text for word in read.words] == ["雨量", "径流"]
    assert len(read.strokes) == 6


def test_a_leaning_page_is_read_upright() -> None:
    read = read_page([leaning(box, 2.0, "a line") for box in PAGE], None, 2.0)
    assert read.degrees == pytest.approx(2.0, abs=0.05)
    tops = [word.bbox.y0 for word in read.words if word.text == "a"]
    steps = np.diff(tops)
    assert steps == pytest.approx([40] * 19, abs=1)


def test_without_a_picture_there_are_no_drawn_lines() -> None:
    read = read_page([OcrLine("  ", BBox(0, 0, 9, 9), 0.9)], None, 2.0)
    assert (read.words, read.strokes, read.degrees) == ((), (), 0.0)


def test_an_empty_page_with_a_grid_keeps_its_lines() -> None:
    image = blank()
    grid(image, [100, 300, 500], [100, 140, 180])
    assert len(read_page([], image, 2.0).strokes) == 6
