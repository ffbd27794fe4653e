from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from parsers.base import OcrLine
from parsers.pdf.pictures import crop, holds_prose, may_hold_text, outside, text_rows
from schemas.geometry import BBox
from tests.parsers.pdf.made import HAN, LOREM, column, pdf, pymupdf, text

SCALE = 200 / 72


def shown(draw: Any, angle: int = 0) -> NDArray[np.uint8]:
    """A page at 200 dpi."""
    with pymupdf.open(stream=pdf(draw), filetype="pdf") as document:
        pixels = document[0].get_pixmap(dpi=200)
    shape = (pixels.height, pixels.width, pixels.n)
    image: NDArray[np.uint8] = np.frombuffer(pixels.samples, np.uint8).reshape(shape)[:, :, :3]
    if angle:
        for x in range(image.shape[1]):
            shift = round((x - image.shape[1] / 2) * np.tan(np.radians(angle)))
            image = image.copy() if x == 0 else image
            image[:, x] = np.roll(image[:, x], shift, axis=0)
    return image


def english(page: Any) -> None:
    for y in range(100, 700, 80):
        column(page, 50, y, 480, LOREM * 2)


def chinese(page: Any) -> None:
    for y in range(100, 700, 80):
        column(page, 50, y, 480, HAN * 4, font="china-s")


def chart(page: Any) -> None:
    text(page, 60, 80, "Rain by month, millimetres of the last year", 14)
    page.draw_rect((60, 100, 540, 700))
    for number in range(10):
        page.draw_line((60, 150 + 50 * number), (540, 150 + 50 * number))
        text(page, 30, 150 + 50 * number, str(10 * number))
        left = 80 + 46 * number
        page.draw_rect((left, 680 - 50 * number, left + 30, 700), fill=(0.2, 0.4, 0.8))
        text(page, left, 715, f"Q{number}")
    for number, name in enumerate(("upper weir", "lower weir", "fog net")):
        text(page, 450, 120 + 14 * number, name)


@pytest.mark.parametrize("angle", [0, 2])
@pytest.mark.parametrize("draw", [english, chinese])
def test_a_page_of_text_looks_like_one(draw: Any, angle: int) -> None:
    assert may_hold_text(shown(draw, angle), SCALE)


def test_a_chart_does_not() -> None:
    assert not may_hold_text(shown(chart), SCALE)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_even_area_does_not(level: int) -> None:
    assert not may_hold_text(np.full((600, 600, 3), level, dtype=np.uint8), SCALE)


def test_a_photograph_does_not() -> None:
    light = np.random.default_rng(1).integers(0, 255, (600, 600, 3), dtype=np.uint8)
    assert not may_hold_text(light, SCALE)


def test_rows_are_counted_while_they_follow_each_other() -> None:
    strip = np.zeros((400, 80), dtype=bool)
    for y in (20, 45, 70, 200, 225):
        strip[y : y + 12, ::2] = True
    assert text_rows(strip, 2.0) == 3


def line(words: str, width: float, confidence: float = 0.95) -> OcrLine:
    return OcrLine(words, BBox(0, 0, width, 30), confidence)


@pytest.mark.parametrize(
    ("lines", "prose"),
    [
        ([line("a line of some length that goes on", 900)] * 4, True),
        ([line("一行有一些长度的中文字", 900)] * 5, True),
        ([line("40%", 60)] * 30, False),
        ([line("a line of some length that goes on", 900, 0.5)] * 4, False),
        ([line("one line of some length, no more", 900)], False),
        ([], False),
    ],
    ids=["en", "zh", "labels", "unsure", "single", "nothing"],
)
def test_prose_is_told_from_labels(lines: list[OcrLine], prose: bool) -> None:
    assert holds_prose(lines, (1000, 1000, 3)) is prose


def test_crop_and_what_is_outside() -> None:
    image = np.zeros((100, 80, 3), dtype=np.uint8)
    assert crop(image, BBox(-5, 10, 20, 30), 2.0).shape == (40, 40, 3)
    boxes = (BBox(0, 0, 10, 10), BBox(50, 50, 60, 60))
    assert outside(boxes, BBox(0, 0, 20, 20)) == boxes[1:]
