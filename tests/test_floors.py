"""Quality floors rise and never fall by themselves; other data is an error, not a comparison."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.floors import (
    FLOORS,
    MARGIN,
    Floors,
    LowerError,
    floor_under,
    read_floors,
    shortfalls,
    to_toml,
    updated,
)
from benchmarks.own import OWN
from benchmarks.yardsticks import YARDSTICKS, AbsentError, Measured, data_hash

SCORES = st.floats(0, 1)
DATA = "d" * 64


@given(SCORES)
def test_a_floor_is_at_least_the_margin_under_its_score(score: float) -> None:
    floor = floor_under(score)
    assert floor == round(floor, 3)
    assert floor == 0 or MARGIN - 1e-9 <= score - floor < MARGIN + 0.001 + 1e-9


@given(st.lists(SCORES, min_size=1, max_size=20))
def test_no_sequence_of_updates_lowers_a_floor(scores: list[float]) -> None:
    floors: Floors | None = None
    highest = 0.0
    for score in scores:
        try:
            floors = updated(floors, Measured(DATA, {"f1": score}), allow_lower=False)
        except LowerError:
            assert score < highest
        assert floors is not None
        assert floors.floors["f1"] >= highest
        highest = floors.floors["f1"]
    assert highest == floor_under(max(scores))


def test_a_score_on_its_floor_passes_and_one_below_is_named() -> None:
    floors = Floors(DATA, {"macro_f1": 0.932, "micro_f1": 0.942})
    assert shortfalls(floors, Measured(DATA, {"macro_f1": 0.932, "micro_f1": 1.0})) == []
    found = shortfalls(floors, Measured(DATA, {"macro_f1": 0.9319, "micro_f1": 1.0}))
    assert found == ["macro_f1: 0.9319 is below its floor 0.932"]


@pytest.mark.parametrize("scores", [{}, {"f1": math.nan}])
def test_a_score_that_is_gone_is_a_shortfall(scores: dict[str, float]) -> None:
    assert shortfalls(Floors(DATA, {"f1": 0.5}), Measured(DATA, scores)) == [
        "f1: no score, its floor is 0.500"
    ]


def test_other_data_is_an_error_however_good_the_scores_are() -> None:
    floors, found = Floors(DATA, {"f1": 0.5}), Measured("e" * 64, {"f1": 1.0})
    wrong = shortfalls(floors, found)
    assert len(wrong) == 1
    assert "eeeeeeeeeeee, dddddddddddd expected" in wrong[0]
    with pytest.raises(LowerError, match="not what the floors were measured on"):
        updated(floors, found, allow_lower=False)
    assert updated(floors, found, allow_lower=True) == Floors("e" * 64, {"f1": 0.995})


def test_lowering_needs_the_flag() -> None:
    floors, found = Floors(DATA, {"f1": 0.9}), Measured(DATA, {"f1": 0.8})
    with pytest.raises(LowerError, match=r"f1: 0\.8000 is below its floor 0\.900"):
        updated(floors, found, allow_lower=False)
    assert updated(floors, found, allow_lower=True).floors == {"f1": 0.795}


def test_a_new_score_gets_a_floor_and_the_others_stay() -> None:
    found = Measured(DATA, {"f1": 0.902, "recall": 0.7})
    assert updated(Floors(DATA, {"f1": 0.9}), found, allow_lower=False).floors == {
        "f1": 0.9, "recall": 0.695,
    }  # fmt: skip


def test_floors_survive_their_file(tmp_path: Path) -> None:
    floors = {"b": Floors(DATA, {"y": 0.5, "x": 0.125}), "a": Floors("e" * 64, {"f1": 0.0})}
    path = tmp_path / "floors.toml"
    path.write_text(to_toml(floors), encoding="utf-8")
    assert read_floors(path) == floors
    assert list(tomllib.loads(path.read_text(encoding="utf-8"))) == ["a", "b"]
    assert read_floors(tmp_path / "absent.toml") == {}


def test_the_hash_covers_names_and_bytes_not_the_folder(tmp_path: Path) -> None:
    def made(folder: str, name: str, text: str) -> str:
        root = tmp_path / folder
        root.mkdir()
        (root / name).write_text(text, encoding="utf-8")
        return data_hash(root, root.rglob("*"))

    first = made("one", "页.html", "<p>")
    assert made("two", "页.html", "<p>") == first
    assert made("three", "页.html", "<b>") != first
    assert made("four", "page.html", "<p>") != first


@pytest.mark.parametrize("name", sorted(set(YARDSTICKS) - {"pdf_roundtrip", "ocr"}))
def test_a_yardstick_that_is_not_there_is_skipped_not_scored(name: str, tmp_path: Path) -> None:
    with pytest.raises(AbsentError, match="no data under"):
        YARDSTICKS[name](tmp_path / "absent", tmp_path)


def test_the_pinned_file_has_floors_for_every_yardstick() -> None:
    pinned = read_floors(FLOORS)
    assert set(pinned) == set(YARDSTICKS) | set(OWN)
    assert to_toml(pinned) == FLOORS.read_text(encoding="utf-8")
    assert all(0 < value < 1 for one in pinned.values() for value in one.floors.values())
