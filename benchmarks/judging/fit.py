"""The weights of `dataflow.judging.abstracts`, fitted, and how they move from fold to fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.judging.sets import Row, areas
from dataflow.judging.abstracts import WEIGHTS, traits

NAMES = ("shared", "alike", "stronger", "weak", "number", "name")
_SIGNS = np.array([1, 1, -1, 1, -1, -1], dtype=float)
_RIDGE = 1.0
_SEEDS = 3


def fitted(sets: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """Weights on all rows and in five folds by source, and the AUC outside of the fold.

    Each set weighs the same and has an intercept of its own, since their shares of supported
    claims are their authors' choice. A weight keeps the sign that it must have.
    """
    known = {
        name: np.array([traits(row["claim"], row["text"]) for row in rows])
        for name, rows in sets.items()
    }
    whole = _weights(known, sets, {})
    folds, fresh, fixed = [], [], []
    for seed in range(_SEEDS):
        outside = {name: _fold(rows, seed) for name, rows in sets.items()}
        for fold in range(5):
            out = {name: np.array(found) == fold for name, found in outside.items()}
            weights = _weights(known, sets, out)
            folds.append(weights)
            fresh.append(_outside(known, sets, out, weights))
            fixed.append(_outside(known, sets, out, np.array(WEIGHTS)))
    return {
        "weights": dict(zip(NAMES, whole.round(2).tolist(), strict=True)),
        "over folds": dict(zip(NAMES, np.std(folds, axis=0).round(2).tolist(), strict=True)),
        "AUC outside": dict(zip(sets, np.nanmean(fresh, axis=0).round(3).tolist(), strict=True)),
        "AUC fixed": dict(zip(sets, np.nanmean(fixed, axis=0).round(3).tolist(), strict=True)),
    }


def _fold(rows: Sequence[Row], seed: int) -> list[int]:
    sources = sorted({row["source"] for row in rows})
    Random(seed).shuffle(sources)
    place = {source: number % 5 for number, source in enumerate(sources)}
    return [place[row["source"]] for row in rows]


def _weights(
    known: Mapping[str, NDArray[np.float64]],
    sets: Mapping[str, Sequence[Row]],
    out: Mapping[str, NDArray[np.bool_]],
) -> NDArray[np.float64]:
    parts = []
    for name, rows in sets.items():
        kept = ~out.get(name, np.zeros(len(rows), dtype=bool))
        labels = np.array([2.0 * row["label"] - 1 for row in rows])[kept]
        parts.append((known[name][kept] * _SIGNS, labels))
    size = len(NAMES)

    def loss(point: NDArray[np.float64]) -> float:
        total = _RIDGE * float(point[:size] @ point[:size]) / 2
        for number, (found, labels) in enumerate(parts):
            margins = labels * (found @ point[:size] + point[size + number])
            total += 100 * float(np.logaddexp(0, -margins).mean())
        return total

    bounds = [(0.0, None)] * size + [(None, None)] * len(parts)
    best = minimize(loss, np.zeros(size + len(parts)), bounds=bounds)
    weights: NDArray[np.float64] = best.x[:size] * _SIGNS
    return weights


def _outside(
    known: Mapping[str, NDArray[np.float64]],
    sets: Mapping[str, Sequence[Row]],
    out: Mapping[str, NDArray[np.bool_]],
    weights: NDArray[np.float64],
) -> list[float]:
    found = []
    for name, rows in sets.items():
        which = np.flatnonzero(out[name])
        fold = [rows[i] for i in which]
        found.append(areas((known[name][which] @ weights).tolist(), fold)[0])
    return found
