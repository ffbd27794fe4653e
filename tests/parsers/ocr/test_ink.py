from __future__ import annotations

import numpy as np
import pytest

from parsers.ocr.ink import erase, ink, luminance, strokes, trace
from parsers.ocr.skew import Turn
from schemas.geometry import BBox
from tests.parsers.ocr.drawn import bars, blank, grid, noisy

STRAIGHT = Turn(0.0, 450, 300)
XS, YS = [100, 300, 500, 700], [100, 140, 180, 220]


@pytest.mark.parametrize(("sigma", "level"), [(0.0, 40), (12.0, 40), (6.0, 150)])
def test_a_grid_is_found_under_noise_and_when_it_is_faint(sigma: float, level: int) -> None:
    image = blank()
    grid(image, XS, YS, level)
    found = strokes(ink(noisy(image, sigma), STRAIGHT), [], 20, 8)
    across = sorted(stroke.at for stroke in found if stroke.horizontal)
    down = sorted(stroke.at for stroke in found if not stroke.horizontal)
    assert across == pytest.approx([y + 1 for y in YS], abs=1)
    assert down == pytest.approx([x + 1 for x in XS], abs=1)
    assert all(s.start == pytest.approx(100, abs=6) for s in found)


@pytest.mark.parametrize("known", [True, False], ids=["recognised", "overlooked"])
def test_lines_of_text_are_no_drawn_lines(known: bool) -> None:
    image = blank()
    for word in range(6):
        bars(image, 100 + 100 * word, 192 + 100 * word, 100, 122)
    text = [BBox(96, 98, 704, 124)] if known else []
    assert strokes(ink(image, STRAIGHT), text, 22, 8) == []


def test_a_thick_bar_is_no_line_and_a_filled_area_has_edges() -> None:
    image = blank()
    image[100:112, 100:700] = 30
    image[300:400, 100:700] = 30
    found = strokes(ink(image, STRAIGHT), [], 20, 8)
    assert sorted(round(s.at, -1) for s in found) == [100, 300, 400, 700]


def test_a_photograph_has_no_drawn_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parsers.ocr.ink.MAX_RUNS", 500)
    stripes = blank(600, 300)
    stripes[::3] = 60
    for x in range(0, 600, 60):
        stripes[:, x : x + 12] = 255
    found = strokes(ink(stripes, STRAIGHT), [], 8, 8)
    assert not any(stroke.horizontal for stroke in found)


def test_a_leaning_page_is_straightened() -> None:
    image = blank()
    for x in range(100, 800):
        y = 300 + round((x - 450) * np.tan(np.radians(2)))
        image[y : y + 2, x] = 30
    (line,) = strokes(ink(image, Turn(2.0, 450, 300)), [], 20, 8)
    assert line.horizontal
    assert line.at == pytest.approx(301, abs=2)
    assert line.end - line.start > 650


def test_white_on_black_is_ink_too() -> None:
    image = blank(level=10)
    bars(image, 100, 300, 100, 120)
    image[100:120, 100:300] = 255 - image[100:120, 100:300]
    image[image == 245] = 250
    found = trace(ink(image, STRAIGHT), BBox(90, 95, 400, 125), 10)
    assert found is not None
    assert found.top == pytest.approx(100, abs=1)


def test_ink_of_a_line_and_its_wide_gaps() -> None:
    image = blank()
    bars(image, 100, 200, 100, 120)
    bars(image, 260, 360, 100, 120)
    bars(image, 100, 360, 80, 92)  # the line above reaches into the box
    found = trace(ink(noisy(image, 8), STRAIGHT), BBox(95, 90, 370, 125), 12)
    assert found is not None
    assert [found.top, found.bottom] == pytest.approx([100, 120], abs=1)
    flat = [x for run in found.runs for x in run]
    assert flat == pytest.approx([100, 197, 260, 357], abs=2)


@pytest.mark.parametrize("box", [BBox(400, 400, 500, 420), BBox(5000, 5000, 5100, 5020)])
def test_no_ink_is_none(box: BBox) -> None:
    assert trace(ink(blank(), STRAIGHT), box, 10) is None


def test_drawn_lines_are_painted_over() -> None:
    image = blank()
    grid(image, XS, YS)
    bars(image, 120, 180, 112, 128)
    page = ink(image, STRAIGHT)
    erase(page, strokes(page, [], 20, 8))
    found = trace(page, BBox(96, 96, 310, 145), 10)
    assert found is not None
    assert [found.top, found.bottom] == pytest.approx([112, 128], abs=1)


def test_luminance_of_colours() -> None:
    image = np.array([[[255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255]]], dtype=np.uint8)
    assert luminance(image).tolist() == [[255, 76, 149, 28]]
