"""A small quality model: logistic regression on what was measured, trained on verdicts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataflow.review.verdicts import Verdict
from schemas.samples import SCORES

LEAST = 20
"""Verdicts of each kind below which no model is trained."""
_RIDGE = 1.0
_STEPS = 50
_ALONE = frozenset(("quality",))
"""Scores that are no features: the model's own."""
_LOGARITHMIC = frozenset(("answer_tokens", "retrieval_rank", "perplexity"))
"""Scores over several orders of magnitude: their logarithm is the feature."""

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class QualityModel:
    """Weights of standardised scores, of whether a score is missing, of each method and task."""

    names: tuple[str, ...]
    mean: Vector
    scale: Vector
    weights: Vector

    def scores(self, facts: Sequence[Mapping[str, Any]]) -> list[float]:
        """P(good) of each sample, from its scores, method and task."""
        if not facts:
            return []
        values = _matrix(facts, self.names)
        filled = np.where(np.isnan(values), self.mean, values)
        features = np.hstack([np.ones((len(facts), 1)), (filled - self.mean) / self.scale])
        return [round(float(p), 4) for p in _sigmoid(features @ self.weights)]


def train(
    verdicts: Sequence[Verdict], measured: Collection[str] | None = None
) -> QualityModel | None:
    """The model of the verdicts that are not split; None when there are too few of either kind.

    Ridge-penalised logistic regression by Newton's method (iteratively reweighted least squares);
    the same verdicts give the same model. A missing score counts as the mean of the others. Only
    scores in `measured` are features (None: all): the weight of one that no sample to be judged
    has would be lost, and those of the others are not what they would be without it. Verdicts that
    say nothing of their sample are left out.
    """
    decided = sorted(
        (v for v in verdicts if v.is_good is not None and v.facts.get("method")),
        key=lambda v: v.sample_id,
    )
    labels = np.array([1.0 if v.is_good else 0.0 for v in decided])
    if min(int(labels.sum()), len(labels) - int(labels.sum())) < LEAST:
        return None
    facts = [verdict.facts for verdict in decided]
    kinds = sorted(
        {f"{key}={fact[key]}" for fact in facts for key in ("method", "task") if fact.get(key)}
    )
    known_scores = [name for name, _ in SCORES if measured is None or name in measured]
    names = (*(name for name in known_scores if name not in _ALONE), *kinds)
    values = _matrix(facts, names)
    known = ~np.isnan(values)
    counts = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0.0).sum(axis=0) / counts
    filled = np.where(known, values, mean)
    scale = filled.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    features = np.hstack([np.ones((len(facts), 1)), (filled - mean) / scale])
    return QualityModel(names, mean, scale, _fitted(features, labels))


def _fitted(features: Vector, labels: Vector) -> Vector:
    """Weights of ridge-penalised logistic regression; the first is the intercept's, unpenalised."""
    penalty = np.full(features.shape[1], _RIDGE)
    penalty[0] = 1e-6
    weights = np.zeros(features.shape[1])
    for _ in range(_STEPS):
        p = _sigmoid(features @ weights)
        gradient = features.T @ (p - labels) + penalty * weights
        curvature = (features * (p * (1 - p))[:, None]).T @ features + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-10:
            break
    return weights


def _matrix(facts: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Vector:
    """float64 (samples, names), NaN where a score is missing."""
    values = np.full((len(facts), len(names)), np.nan)
    for row, fact in enumerate(facts):
        for column, name in enumerate(names):
            key, given, kind = name.partition("=")
            if given:
                values[row, column] = float(fact.get(key) == kind)
            elif fact.get(name) is not None:
                value = float(fact[name])
                values[row, column] = np.log1p(max(value, 0.0)) if name in _LOGARITHMIC else value
    return values


def _sigmoid(values: Vector) -> Vector:
    return 1.0 / (1.0 + np.exp(-np.clip(values, -60.0, 60.0)))
