"""Thresholds of the recipe from labels: of a file, or of the reviewers of a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dataflow.judging.calibration import Labelled, Threshold, calibrate, labels_in, rounded
from dataflow.review.verdicts import FILE, read
from schemas.errors import UsageError

KEYS = {
    "judge": "min_judge", "faithfulness": "min_faithfulness", "curation": "min_curation",
    "reward": "min_reward", "ifd": "max_ifd",
}  # fmt: skip
"""Scores that `[judge]` has a threshold for, and its key. `quality` is not among them: it was
trained on the very verdicts that would have to judge it."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A threshold for a score, as the recipe has it, and what it does on the labels."""

    score: str
    threshold: Threshold
    good: int
    auc_of_length: float | None

    @property
    def recipe(self) -> str:
        """The lines of the recipe."""
        return f"[judge]\n{KEYS[self.score]} = {self.threshold.value}"

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain values."""
        known = {"score": self.score, "key": f"judge.{KEYS[self.score]}", "good": self.good}
        return {**known, **asdict(self.threshold), "auc_of_length": self.auc_of_length}


def calibrated(path: Path, score: str, precision: float | None) -> Calibrated:
    """The threshold for `score` from a file of labels or from the verdicts kept in a folder.

    Raises UsageError when there are not labels of both kinds, or `precision` is never reached.
    """
    if score not in KEYS:
        raise UsageError(f"no threshold is for {score!r}: use one of {', '.join(KEYS)}")
    found = _reviewed(path, score) if path.is_dir() else labels_in(path)
    sign = -1 if KEYS[score].startswith("max") else 1
    scores = [sign * one for one in found.scores]
    try:
        cut = calibrate(scores, found.labels, precision)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
    value = sign * rounded(cut.value, scores)
    threshold = Threshold(**{**asdict(cut), "value": value})
    return Calibrated(score, threshold, sum(found.labels), found.by_length())


def _reviewed(out: Path, score: str) -> Labelled:
    """Verdicts that are not split, on samples whose `score` was measured."""
    if not (out / FILE).exists():
        raise UsageError(f"{out} has no {FILE}: `corpusmill verdicts` keeps reviews there")
    decided = [one for one in read(out / FILE) if one.is_good is not None]
    known = [one for one in decided if one.facts.get(score) is not None]
    if not known:
        measured = [name for name in KEYS if any(one.facts.get(name) is not None
                                                 for one in decided)]  # fmt: skip
        raise UsageError(
            f"{out}: {score} was not measured of any of {len(decided)} samples judged; "
            f"measured: {', '.join(measured) or 'nothing'}"
        )
    lengths = [one.facts.get("answer_tokens") for one in known]
    return Labelled(
        tuple(float(one.facts[score]) for one in known),
        tuple(bool(one.is_good) for one in known),
        None if None in lengths else tuple(float(length or 0) for length in lengths),
    )
