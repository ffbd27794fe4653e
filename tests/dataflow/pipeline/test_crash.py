"""`kill -9` at any moment, another hash seed: the rows are the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dataflow.io.atomic import TEMPORARY
from dataflow.io.shards import read_manifest
from dataflow.io.store import Store
from dataflow.pipeline.session import WORK
from dataflow.verify import verify
from tests.dataflow.pipeline.conftest import Runner, paragraph, rows

SCRIPT = """
import sys
from pathlib import Path
from dataflow.execution.local import LocalEngine
from dataflow.pipeline.run import locked, run
from dataflow.pipeline.session import Job, Session
from tests.dataflow.pipeline.conftest import recipe

if __name__ == "__main__":
    source, out, workers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    with LocalEngine(workers) as engine, locked(out):
        run(Session(Job((source,), out, recipe()), engine))
"""


def start(
    script: Path, source: Path, out: Path, workers: int = 2, seed: str = "0"
) -> subprocess.Popen[bytes]:
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
    command = [sys.executable, str(script), str(source), str(out), str(workers)]
    return subprocess.Popen(command, env=environment, start_new_session=True)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "one_run.py"
    path.write_text(SCRIPT)
    return path


def _entries(out: Path) -> dict[str, int]:
    """Every committed entry with its time of commit: none may ever be written twice."""
    return {
        str(path.relative_to(out)): path.stat().st_ino
        for path in (out / WORK).glob("*/*/*/record.json")
        if not path.parent.name.startswith(TEMPORARY)
    }


def test_killed_again_and_again_and_finished_at_last(
    runner: Runner, inputs: Path, tmp_path: Path, script: Path
) -> None:
    for number in range(20):
        (inputs / f"more_{number:02d}.md").write_text(paragraph(f"thing{number}"))
    whole = runner("whole")
    out = tmp_path / "killed"
    committed: dict[str, int] = {}
    for more in (1, 3, 2, 5, 9):
        child = start(script, inputs, out)
        while child.poll() is None and len(_entries(out)) < len(committed) + more:
            time.sleep(0.01)
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        now = _entries(out)
        assert committed.items() <= now.items()
        committed = now
        if (out / "manifest.json").exists():
            assert rows(read_manifest(out)) == rows(whole)
    final = start(script, inputs, out)
    assert final.wait(timeout=120) == 0
    assert len(committed) > 12
    assert committed.items() <= _entries(out).items()
    assert rows(read_manifest(out)) == rows(whole)
    assert all(check.ok for check in verify(out))
    assert list(Store(out / WORK).folder.glob(f"**/{TEMPORARY}*")) == []


@pytest.mark.parametrize(("seed", "workers"), [("1", 1), ("4242", 2)])
def test_hash_seed_and_workers_do_not_change_a_row(
    runner: Runner, inputs: Path, tmp_path: Path, script: Path, seed: str, workers: int
) -> None:
    child = start(script, inputs, tmp_path / "other", workers, seed)
    assert child.wait(timeout=120) == 0
    assert rows(read_manifest(tmp_path / "other")) == rows(runner())


def test_workers_are_gone_when_a_run_is_killed(inputs: Path, tmp_path: Path, script: Path) -> None:
    child = start(script, inputs, tmp_path / "out")
    until = time.monotonic() + 60
    while not (workers := _children(child.pid)) and time.monotonic() < until:
        time.sleep(0.02)
    assert workers
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    while (left := [pid for pid in workers if _alive(pid)]) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


def _children(parent: int) -> list[int]:
    """Processes below `parent`, by the process tree, the resource tracker left out."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            command = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == parent and b"resource_tracker" not in command:
            pid = int(stat.parent.name)
            found += [pid, *_children(pid)]
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
