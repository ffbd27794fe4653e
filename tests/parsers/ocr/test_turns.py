from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from parsers.base import OcrLine
from parsers.ocr.turns import confidence, read_upright, turned_back
from schemas.geometry import BBox


@dataclass
class Compass:
    """Takes a page whose left half is black for an upright one.

    `spread` are the confidences of an upright picture, one upside down and one on its side.
    """

    spread: tuple[float, float, float] = (0.97, 0.5, 0.3)
    text: str = "一行字 a line"
    calls: int = 0

    def recognize(self, image: NDArray[np.uint8]) -> list[OcrLine]:
        """One line along the picture's longer side."""
        self.calls += 1
        height, width, _ = image.shape
        upright, over, aside = self.spread
        if height > width:
            return [OcrLine(self.text, BBox(0, 0, 20, height), aside)]
        dark = image[:, : width // 2].mean() < image[:, width // 2 :].mean()
        return [OcrLine(self.text, BBox(0, 0, width, 20), upright if dark else over)]


def page() -> NDArray[np.uint8]:
    """A picture wider than high with its left half black."""
    image = np.full((40, 160, 3), 255, dtype=np.uint8)
    image[:, :80] = 0
    return image


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_each_turn_is_found(turn: int) -> None:
    engine = Compass()
    lines, found = read_upright(engine, np.rot90(page(), -turn // 90).copy())
    assert found == turn
    assert lines[0].confidence == 0.97
    assert engine.calls == (1 if turn == 0 else 3 if turn == 180 else 4)


def test_a_bad_page_that_is_no_better_upside_down_stays() -> None:
    engine = Compass(spread=(0.6, 0.55, 0.3))
    assert read_upright(engine, page())[1] == 0


def test_columns_of_chinese_stay_upright() -> None:
    image = np.rot90(page()).copy()
    assert read_upright(Compass(spread=(0.6, 0.5, 0.5)), image)[1] == 0


def test_an_empty_page_has_no_direction() -> None:
    class Blind:
        def recognize(self, image: NDArray[np.uint8]) -> list[OcrLine]:
            return []

    assert read_upright(Blind(), page()) == ([], 0)


def test_confidence_counts_characters() -> None:
    lines = [OcrLine("长一些的行", BBox(0, 0, 9, 9), 1.0), OcrLine("x", BBox(0, 0, 9, 9), 0.4)]
    assert confidence(lines) == pytest.approx(0.9)
    assert confidence([]) == 0.0


def test_turned_back_undoes_a_clockwise_turn() -> None:
    image = page()
    assert np.array_equal(turned_back(np.rot90(image, -1), 90), image)
