"""`kill -9` while curating steps work: what is committed stays, and the rows are the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dataflow.io.atomic import TEMPORARY
from dataflow.io.shards import read_manifest
from dataflow.pipeline.session import WORK
from dataflow.verify import verify
from tests.dataflow.pipeline.conftest import Runner, rows
from tests.dataflow.pipeline.curated_input import every_step, write_files

SCRIPT = """
import json, sys
from pathlib import Path
from dataflow.execution.local import LocalEngine
from dataflow.pipeline.run import locked, run
from dataflow.pipeline.session import Job, Session
from tests.dataflow.pipeline.conftest import recipe

if __name__ == "__main__":
    source, out, sections = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    with LocalEngine(2) as engine, locked(out):
        run(Session(Job((source,), out, recipe(**sections)), engine))
"""
KINDS = (
    ("cuts", 1), ("cut", 1), ("ngram-models", 1), ("step-dedup", 1), ("step-passages", 1),
)  # fmt: skip
"""Kinds of entries, and how many of one there are when the run is killed: boilerplate collected
and cut, models trained, and before and behind the passages."""


def entries(out: Path, kind: str = "*") -> set[str]:
    """Committed entries of a kind."""
    return {
        str(path.parent.relative_to(out))
        for path in (out / WORK).glob(f"{kind}/*/*/record.json")
        if not path.parent.name.startswith(TEMPORARY)
    }


@pytest.mark.real
def test_killed_at_each_curating_step_and_finished_at_last(
    runner: Runner, inputs: Path, tmp_path: Path
) -> None:
    inputs.rename(tmp_path / "others")
    write_files(inputs)
    sections = every_step(tmp_path)
    whole = runner("whole", **sections)
    out, script = tmp_path / "killed", tmp_path / "one_run.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, str(script), str(inputs), str(out), json.dumps(sections)]
    committed: set[str] = set()
    kills = 0
    for kind, count in KINDS:
        with subprocess.Popen(command, env=environment, start_new_session=True) as child:
            while child.poll() is None and len(entries(out, kind)) < count:
                time.sleep(0.002)
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                kills += 1
        assert committed <= entries(out)
        committed = entries(out)
    assert kills >= 4
    assert subprocess.run(command, env=environment, check=False, timeout=120).returncode == 0
    assert committed <= entries(out)
    found = read_manifest(out)
    assert rows(found) == rows(whole)
    assert found.content_hash == whole.content_hash
    assert [check for check in verify(out) if not check.ok] == []
    assert list((out / WORK).glob(f"**/{TEMPORARY}*")) == []
