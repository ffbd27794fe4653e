"""Pictures of pages drawn with numpy: bars stand for letters, thin ones for drawn lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def blank(width: int = 900, height: int = 600, level: int = 245) -> NDArray[np.uint8]:
    """An empty page, RGB."""
    return np.full((height, width, 3), level, dtype=np.uint8)


def bars(image: NDArray[np.uint8], x0: int, x1: int, y0: int, y1: int) -> None:
    """Letters of 7 pixels with 3 pixels between them."""
    for x in range(x0, x1 - 6, 10):
        image[y0:y1, x : x + 7] = 30


def grid(image: NDArray[np.uint8], xs: list[int], ys: list[int], level: int = 40) -> None:
    """The lines of a regular grid, two pixels wide."""
    for x in xs:
        image[ys[0] : ys[-1] + 2, x : x + 2] = level
    for y in ys:
        image[y : y + 2, xs[0] : xs[-1] + 2] = level


def noisy(image: NDArray[np.uint8], sigma: float) -> NDArray[np.uint8]:
    """The page under noise of so many grey levels, always the same."""
    noise = np.random.default_rng(3).normal(0, sigma, image.shape[:2])[:, :, None]
    made: NDArray[np.uint8] = np.clip(image + noise, 0, 255).astype(np.uint8)
    return made
