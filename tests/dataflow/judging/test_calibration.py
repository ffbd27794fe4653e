from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.judging.calibration import calibrate
from dataflow.review.calibrate import calibrated
from schemas.errors import UsageError


def test_the_best_balanced_accuracy() -> None:
    found = calibrate([0.99, 0.95, 0.9, 0.85, 0.8, 0.1], [1, 1, 1, 0, 0, 0])
    assert found.value == pytest.approx(0.875)
    assert (found.balanced_accuracy, found.precision, found.recall) == (1.0, 1.0, 1.0)
    assert (found.auc, found.labels) == (1.0, 6)


def test_a_wanted_precision_is_reached_as_low_as_possible() -> None:
    scores, labels = [0.9, 0.8, 0.7, 0.6, 0.5], [1, 1, 0, 1, 0]
    assert calibrate(scores, labels, 0.75).value == pytest.approx(0.55)
    assert calibrate(scores, labels, 1.0).value == pytest.approx(0.75)
    assert calibrate(scores, labels, 1.0).recall == pytest.approx(2 / 3)


def test_scores_that_say_nothing() -> None:
    found = calibrate([0.5, 0.5, 0.5], [1, 0, 1])
    assert (found.auc, found.balanced_accuracy, found.value) == (0.5, 0.5, 0.5)


def test_what_cannot_be_calibrated() -> None:
    with pytest.raises(UsageError, match="both kinds"):
        calibrate([0.5, 0.6], [1, 1])
    with pytest.raises(UsageError, match=r"the best has 0\.500"):
        calibrate([0.5, 0.6], [1, 0], 0.9)
    with pytest.raises(UsageError, match="not a number"):
        calibrate([float("nan"), 0.6], [1, 0])


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_the_area_is_that_of_all_pairs(rows: list[tuple[int, bool]]) -> None:
    good = [score for score, label in rows if label]
    bad = [score for score, label in rows if not label]
    if not good or not bad:
        return
    wins = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    found = calibrate([score for score, _ in rows], [label for _, label in rows])
    assert found.auc == pytest.approx(wins / len(good) / len(bad))
    passed = [label for score, label in rows if score >= found.value]
    assert found.precision == pytest.approx(sum(passed) / len(passed))


def test_a_file_of_labels(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"score": 0.9, "label": 1}\n\n{"score": 0.7, "label": 0}\n')
    assert calibrated(path, "judge", None).threshold.value == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "labels.jsonl:1"),
        ("[1]", "labels.jsonl:1"),
        ('{"score": 1, "label": 3}', "1 .good. or 0"),
        ('{"score": "x", "label": 1}', "labels.jsonl:1"),
        ("", "both kinds"),
    ],
)
def test_files_that_cannot_be_read(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(text)
    with pytest.raises(UsageError, match=message):
        calibrated(path, "judge", None)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        calibrated(tmp_path / "none.jsonl", "judge", None)
