from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.pdf_roundtrip import peers
from benchmarks.pdf_roundtrip.peers import NotRunningError, run

CHILD = """
import json, sys, time
if sys.argv[1] == "liteparse":
    raise ImportError("no such package")
print(json.dumps({"version": "9", "start_cpu": 0.25}), flush=True)
for line in sys.stdin:
    source, target = line.rstrip("\\n").split("\\t")
    text = open(source).read()
    if text == "late":
        time.sleep(60)
    if text == "bad":
        raise ValueError("cannot read it")
    open(target, "w").write(text.upper())
    print(json.dumps({"cpu": 0.1}), flush=True)
"""


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    child = tmp_path / "child.py"
    child.write_text(CHILD, encoding="utf-8")
    monkeypatch.setattr(peers, "CHILD", child)
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").symlink_to(sys.executable)
    return tmp_path / "venv"


def files(folder: Path, **texts: str) -> list[Path]:
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.pdf").write_text(text, encoding="utf-8")
    return [folder / f"{name}.pdf" for name in texts]


def test_a_peer_goes_on_after_a_failure_and_a_late_file(venv: Path, tmp_path: Path) -> None:
    pdfs = files(tmp_path / "in", a="one", b="bad", c="late", d="two")

    ran = run("pdfplumber", pdfs, tmp_path / "out", venv, 1.0)

    assert ran.failures == {"b": "ValueError: cannot read it", "c": "more than 1 seconds"}
    assert (tmp_path / "out" / "d.md").read_text(encoding="utf-8") == "TWO"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.md", "d.md"]
    assert (ran.version, ran.start_cpu) == ("9", 0.25)
    assert ran.cpu_seconds > 0


def test_a_peer_that_fails_with_all_files_does_not_run(venv: Path, tmp_path: Path) -> None:
    pdfs = files(tmp_path / "in", a="bad", b="bad", c="bad", d="one")

    with pytest.raises(NotRunningError, match="ValueError: cannot read it"):
        run("docling", pdfs, tmp_path / "out", venv, 5.0)


def test_a_peer_that_cannot_be_imported_does_not_run(venv: Path, tmp_path: Path) -> None:
    pdfs = files(tmp_path / "in", a="one")

    with pytest.raises(NotRunningError, match="ImportError: no such package"):
        run("liteparse", pdfs, tmp_path / "out", venv, 5.0)


def test_peers_need_their_environment(tmp_path: Path) -> None:
    with pytest.raises(NotRunningError, match="--peers-venv"):
        run("docling", [], tmp_path / "out", None, 5.0)
    with pytest.raises(NotRunningError, match="bin/python"):
        run("docling", [], tmp_path / "out", tmp_path, 5.0)
