"""Where to cut a score, from labels: never at a bare one half."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dataflow.io.json_lines import numbered_lines
from schemas.errors import UsageError


@dataclass(frozen=True, slots=True)
class Threshold:
    """Scores of at least `value` pass. The other fields say what that gives on the labels.

    `auc` is the chance that a good one scores above a bad one, ties counting one half.
    """

    value: float
    balanced_accuracy: float
    precision: float
    recall: float
    auc: float
    labels: int


def calibrate(
    scores: Sequence[float], labels: Sequence[bool | int], precision: float | None = None
) -> Threshold:
    """The threshold of the best balanced accuracy; with `precision` the lowest that reaches it.

    Between two scores it lies in their middle; of equally good ones the lowest is taken, which
    keeps more. Raises UsageError unless there are both labels, or if `precision` is never reached.

    >>> calibrate([0.9, 0.8, 0.7, 0.2], [1, 1, 0, 0]).value
    0.75
    """
    pairs = sorted((float(s), bool(label)) for s, label in zip(scores, labels, strict=True))
    if any(math.isnan(score) for score, _ in pairs):
        raise UsageError("a score is not a number")
    good = sum(label for _, label in pairs)
    if not 0 < good < len(pairs):
        raise UsageError("calibration needs labels of both kinds, good (1) and bad (0)")
    area = _auc(pairs, good)
    found = [_at(cut, below, pairs_below, (len(pairs), good), area)
             for cut, below, pairs_below in _cuts(pairs)]  # fmt: skip
    if precision is None:
        return max(found, key=lambda t: (t.balanced_accuracy, -t.value))
    enough = [t for t in found if t.precision >= precision]
    if not enough:
        best = max(t.precision for t in found)
        raise UsageError(f"no threshold has a precision of {precision}; the best has {best:.3f}")
    return min(enough, key=lambda t: t.value)


def _cuts(pairs: Sequence[tuple[float, bool]]) -> list[tuple[float, int, int]]:
    """Each threshold, how many pairs lie below it, and how many of those are good."""
    found = [(pairs[0][0], 0, 0)]
    good = 0
    for index, (score, label) in enumerate(pairs[:-1]):
        good += label
        above = pairs[index + 1][0]
        if above > score:
            middle = (score + above) / 2
            found.append((middle if middle > score else above, index + 1, good))
    return found


def _at(cut: float, below: int, lost: int, sizes: tuple[int, int], area: float) -> Threshold:
    total, good = sizes
    passed, held = total - below, good - lost
    recall = held / good
    specificity = (below - lost) / (total - good)
    return Threshold(cut, (recall + specificity) / 2, held / passed, recall, area, total)


def _auc(pairs: Sequence[tuple[float, bool]], good: int) -> float:
    """Of pairs in ascending order; by ranks, ties sharing the middle of theirs."""
    ranks = 0.0
    start = 0
    while start < len(pairs):
        end = start
        while end < len(pairs) and pairs[end][0] == pairs[start][0]:
            end += 1
        ranks += (start + end + 1) / 2 * sum(label for _, label in pairs[start:end])
        start = end
    return (ranks - good * (good + 1) / 2) / (good * (len(pairs) - good))


@dataclass(frozen=True, slots=True)
class Labelled:
    """Scores with their labels, and the lengths of what was scored where all of them are known."""

    scores: tuple[float, ...]
    labels: tuple[bool, ...]
    lengths: tuple[float, ...] | None = None

    def by_length(self) -> float | None:
        """AUC of the length alone, in the direction that suits it; None where it is not known.

        A score that does not do clearly better may have learned nothing but to like long answers.
        """
        good = sum(self.labels)
        if self.lengths is None or not 0 < good < len(self.labels):
            return None
        area = _auc(sorted(zip(self.lengths, self.labels, strict=True)), good)
        return max(area, 1 - area)


def rounded(threshold: float, scores: Sequence[float]) -> float:
    """The threshold with as few digits as let the same scores pass, two at least.

    >>> rounded(0.41666666, [0.4, 0.43])
    0.42
    """
    passed = [score >= threshold for score in scores]
    for digits in range(2, 17):
        short = round(threshold, digits)
        if [score >= short for score in scores] == passed:
            return short
    return threshold


def labels_in(path: Path) -> Labelled:
    """What a JSON Lines file holds of `score` (number), `label` (1 good, 0 bad), maybe `length`.

    Raises UsageError that names the file and line of what cannot be read.
    """
    scores: list[float] = []
    labels: list[bool] = []
    lengths: list[float] = []
    for number, line in numbered_lines(path):
        try:
            row = json.loads(line or b"")
            score, label = float(row["score"]), row["label"]
            lengths += [float(row["length"])] if row.get("length") is not None else []
        except (ValueError, LookupError, TypeError, AttributeError, OverflowError,
                RecursionError) as error:  # fmt: skip
            message = f'{path}:{number}: wanted is {{"score": 0.7, "label": 1}}: {error}'
            raise UsageError(message[:300]) from error
        if label not in (0, 1):
            raise UsageError(f"{path}:{number}: the label is 1 (good) or 0 (bad), not {label!r}")
        if not math.isfinite(score) or not all(map(math.isfinite, lengths[-1:])):
            raise UsageError(f"{path}:{number}: a score, or a length, is no finite number")
        scores.append(score)
        labels.append(bool(label))
    known = len(lengths) == len(scores)
    return Labelled(tuple(scores), tuple(labels), tuple(lengths) if known else None)
