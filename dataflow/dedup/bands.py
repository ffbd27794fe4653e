"""How many bands a threshold needs: with too few, similar pairs are never compared."""

from __future__ import annotations

import math

from schemas.errors import RecipeError

LEAST_PROBABILITY = 0.99
"""With which a pair right at the threshold must share a band. Nothing else tells of a miss."""
FEWEST = 32
"""Bands that are chosen at least; with 128 permutations they are enough from a threshold of .61."""


class Chosen(int):
    """A number of bands that was chosen, not given: another threshold has it chosen anew."""


def probability(threshold: float, permutations: int, bands: int) -> float:
    """That two signatures share a band when their texts are `threshold` similar.

    Leskovec et al., Mining of Massive Datasets, section 3.4.2.

    >>> round(probability(0.75, 128, 32), 5), round(probability(0.4, 128, 32), 3)
    (0.99999, 0.564)
    """
    return float(1 - (1 - threshold ** (permutations // bands)) ** bands)


def bands_for(threshold: float, permutations: int) -> int | None:
    """The smallest number of bands that divides `permutations` and finds what it should.

    None when even bands of one number each miss too much.

    >>> bands_for(0.75, 128), bands_for(0.4, 128), bands_for(0.01, 128)
    (32, 64, None)
    """
    enough = (
        bands
        for bands in divisors(permutations)
        if probability(threshold, permutations, bands) >= LEAST_PROBABILITY
    )
    return next(enough, None)


def divisors(number: int) -> list[int]:
    """All of them, rising.

    >>> divisors(12)
    [1, 2, 3, 4, 6, 12]
    """
    low = [one for one in range(1, math.isqrt(number) + 1) if number % one == 0]
    return sorted({*low, *(number // one for one in low)})


def chosen_bands(threshold: float, permutations: int) -> Chosen:
    """As many bands as the threshold needs, at least FEWEST where there are as many divisors.

    Raises:
        RecipeError: no number of bands of so few permutations will do.
    """
    needed = bands_for(threshold, permutations)
    if needed is None:
        most = probability(threshold, permutations, permutations)
        least = math.ceil(math.log(1 - LEAST_PROBABILITY) / math.log1p(-threshold))
        raise RecipeError(
            f"dedup.permutations = {permutations} are too few for dedup.threshold = {threshold:g}: "
            f"a pair of that similarity would be found with p = {most:.2f} at best, and "
            f"{LEAST_PROBABILITY} needs {least:,}"
        )
    fewest = max(needed, min(FEWEST, permutations))
    return Chosen(next(bands for bands in divisors(permutations) if bands >= fewest))


def check_bands(threshold: float, permutations: int, bands: int) -> None:
    """Raises RecipeError when `bands` would miss more than one in a hundred at the threshold."""
    found = probability(threshold, permutations, bands)
    if found >= LEAST_PROBABILITY:
        return
    chosen_bands(threshold, permutations)  # raises when no number of bands is enough
    needed = bands_for(threshold, permutations)
    raise RecipeError(
        f"dedup.bands = {bands} are too few for dedup.threshold = {threshold:g}: a pair of that "
        f"similarity would be found with p = {found:.2f} only; {needed} bands, the fewest that "
        f"divide dedup.permutations = {permutations}, find it with at least "
        f"{LEAST_PROBABILITY} (0: chosen by the threshold)"
    )
