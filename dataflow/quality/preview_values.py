"""Values of a signal while they are counted: rounded, cut into quantiles, tried as bounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dataflow.quality.rule_sets import Rule

POINTS = 20
"""Bounds that are tried for each rule, at most, the one in force among them."""
LOG_FROM = 50
"""Bounds are tried in equal ratios where the largest value is so many times the smallest."""
_DIGITS = 4
_EDGE = 1e-6

Values = NDArray[np.float64]


def rounded(values: Values, bound: str) -> Values:
    """`values` to four digits: up for a largest allowed value, down for a smallest.

    >>> rounded(np.array([0.20001, 0.2, 0.0, 12345.0]), "max").tolist()
    [0.2001, 0.2, 0.0, 12350.0]
    """
    size = np.abs(values)
    digits = np.where(size > 0, np.floor(np.log10(np.where(size > 0, size, 1.0))), 0.0)
    scale = 10.0 ** np.clip(_DIGITS - 1 - digits, -300, 300)
    scaled = values * scale
    whole = np.round(scaled)
    away = np.ceil(scaled) if bound == "max" else np.floor(scaled)
    near: Values = np.where(np.abs(scaled - whole) < _EDGE, whole, away) / scale
    return near


def count(into: dict[float, int], values: Values) -> None:
    """Adds `values` to the counts of `into`."""
    for value, times in zip(*np.unique(values, return_counts=True), strict=True):
        into[float(value)] = into.get(float(value), 0) + int(times)


def beyond(values: dict[float, int], bound: float, rule: Rule) -> int:
    """How many values a rule would reject at another bound."""
    edge = abs(bound) * _EDGE
    if rule.bound == "min":
        return sum(count for value, count in values.items() if value < bound - edge)
    return sum(count for value, count in values.items() if value > bound + edge)


def quantiles(values: dict[float, int], percents: Sequence[float]) -> tuple[float, ...]:
    """The smallest values that so many percent do not exceed; empty without values.

    >>> quantiles({1.0: 3, 5.0: 1}, (50, 99))
    (1.0, 5.0)
    """
    if not values:
        return ()
    keys = np.array(sorted(values))
    sums = np.cumsum([values[float(key)] for key in keys])
    ranks = np.ceil(np.array(percents) / 100 * sums[-1])
    at = np.minimum(np.searchsorted(sums, ranks), keys.size - 1)
    return tuple(float(key) for key in keys[at])


def tried(values: dict[float, int], threshold: float) -> list[float]:
    """Bounds to try: over what all but the outermost values span, and the one in force."""
    if not values:
        return [threshold]
    low, high = quantiles(values, (0.5, 99.5))
    low, high = min(low, threshold), max(high, threshold)
    if low > 0 and high / low > LOG_FROM:
        steps = np.geomspace(low, high, POINTS - 1)
    else:
        steps = np.linspace(low, high, POINTS - 1)
    return sorted({threshold, *(float(f"{step:.3g}") for step in steps)})
