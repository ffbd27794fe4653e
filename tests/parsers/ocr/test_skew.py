from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.base import OcrLine
from parsers.ocr.lines import Point, ReadLine
from parsers.ocr.skew import MAX_SKEW, Turn, skew, upright_box
from schemas.geometry import BBox

MIDDLE = (600.0, 800.0)


def leaning(box: BBox, degrees: float, text: str = "a line 一行") -> ReadLine:
    """A line that stood in `box` before its page was turned clockwise about its middle."""
    back = Turn(-degrees, *MIDDLE)
    x0, y0, x1, y1 = box
    corners: tuple[Point, Point, Point, Point] = (
        back.upright((x0, y0)), back.upright((x1, y0)),
        back.upright((x1, y1)), back.upright((x0, y1)),
    )  # fmt: skip
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return ReadLine(text, BBox(min(xs), min(ys), max(xs), max(ys)), 0.9, corners)


PAGE = [BBox(100, 100 + 40 * row, 900 + 20 * (row % 3), 126 + 40 * row) for row in range(20)]


@settings(max_examples=20, deadline=None)
@given(st.floats(-4.9, 4.9))
def test_the_lean_is_found_and_taken_back(degrees: float) -> None:
    lines = [leaning(box, degrees) for box in PAGE]
    found = skew(lines)
    assert found == pytest.approx(degrees, abs=0.06)
    for line, box in zip(lines, PAGE, strict=True):
        assert tuple(upright_box(line, Turn(found, *MIDDLE))) == pytest.approx(tuple(box), abs=1)


def test_a_few_lines_that_lean_otherwise_do_not_count() -> None:
    lines = [leaning(box, 1.0) for box in PAGE]
    lines += [leaning(BBox(300, 300, 900, 330), -3), leaning(BBox(300, 300, 330, 900), 1)]
    assert skew(lines) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [OcrLine("no corners 没有", BBox(0, 0, 400, 20), 0.9)],
        [leaning(box, 0.01) for box in PAGE],
        [leaning(box, MAX_SKEW + 1) for box in PAGE],
        [leaning(BBox(100, 100, 180, 126), 2)],
        [leaning(box, row * 0.9 - 4) for row, box in enumerate(PAGE[:10])],
    ],
    ids=["nothing", "no corners", "straight", "too far", "short", "no agreement"],
)
def test_nothing_is_turned_without_a_reason(lines: list[OcrLine]) -> None:
    assert skew(lines) == 0.0


def test_a_line_without_corners_loses_what_the_lean_added() -> None:
    box = upright_box(OcrLine("x", BBox(200, 780, 1000, 820), 0.9), Turn(1.0, *MIDDLE))
    assert box.height == pytest.approx(40 - 800 * math.sin(math.radians(1)))
    assert (box.x0 + box.x1) / 2 == pytest.approx(600)
