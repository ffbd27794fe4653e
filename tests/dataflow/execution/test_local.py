"""The local engine against calls that really hang, crash, and eat memory."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from dataflow.execution.local import WINDOW_PER_WORKER, LocalEngine
from dataflow.execution.outcome import Limits, OutcomeKind

LIMITS = Limits(seconds=3.0, memory_bytes=2 << 30)


def double(value: int) -> int:
    return 2 * value


def misbehave(how: str) -> str:
    if how == "segfault":
        ctypes.string_at(0)
    if how == "hang in C":
        ctypes.CDLL(None).sleep(60)
    if how == "memory":
        return str(len(bytearray(8 << 30)))
    if how == "error":
        raise ValueError("a bug in a parser")
    if how == "exit":
        os._exit(7)
    return how


def environment(name: str) -> str:
    return os.environ.get(name, "")


def test_outcomes_come_in_the_order_of_the_items() -> None:
    with LocalEngine(2) as engine:
        found = [outcome.value for outcome in engine.map(double, range(50), LIMITS)]
    assert found == [2 * value for value in range(50)]


def test_a_bad_item_costs_only_itself() -> None:
    items = ["a", "segfault", "b", "hang in C", "memory", "c", "error", "exit", "d"]
    with LocalEngine(2) as engine:
        outcomes = dict(zip(items, engine.map(misbehave, items, LIMITS), strict=True))
    assert {name: outcome.kind for name, outcome in outcomes.items()} == {
        "a": OutcomeKind.OK,
        "segfault": OutcomeKind.CRASH,
        "b": OutcomeKind.OK,
        "hang in C": OutcomeKind.TIMEOUT,
        "memory": OutcomeKind.MEMORY,
        "c": OutcomeKind.OK,
        "error": OutcomeKind.ERROR,
        "exit": OutcomeKind.CRASH,
        "d": OutcomeKind.OK,
    }
    assert outcomes["a"].value == "a"
    assert "SIGSEGV" in outcomes["segfault"].detail
    assert "3 s" in outcomes["hang in C"].detail
    assert "2048 MiB" in outcomes["memory"].detail
    assert outcomes["error"].detail == "ValueError: a bug in a parser"
    assert "exit code 7" in outcomes["exit"].detail


def test_items_are_drawn_as_they_are_needed() -> None:
    drawn = []

    def items() -> Iterator[int]:
        for value in range(1000):
            drawn.append(value)
            yield value

    with LocalEngine(1) as engine:
        outcomes = engine.map(double, items(), LIMITS)
        next(outcomes)
        assert len(drawn) <= WINDOW_PER_WORKER + 1


def test_workers_have_one_thread_each_and_the_parent_is_left_alone() -> None:
    before = os.environ.get("OMP_NUM_THREADS")
    with LocalEngine(1) as engine:
        outcome = next(engine.map(environment, ["OMP_NUM_THREADS"], LIMITS))
    assert outcome.value == "1"
    assert os.environ.get("OMP_NUM_THREADS") == before


def test_cost_is_measured() -> None:
    with LocalEngine(1) as engine:
        outcome = next(engine.map(_burn, [0.2], LIMITS))
    assert 0.15 < outcome.cpu_seconds < 2.0
    assert outcome.peak_bytes > 10 << 20


def _burn(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


CHILD = """
import os, sys, time
from pathlib import Path
from dataflow.execution.local import LocalEngine
from dataflow.execution.outcome import Limits

def work(folder):
    Path(folder, str(os.getpid())).touch()
    time.sleep(60)

if __name__ == "__main__":
    with LocalEngine(2) as engine:
        list(engine.map(work, [sys.argv[1]] * 2, Limits(seconds=90)))
"""


def _alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_workers_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script, marks = tmp_path / "child.py", tmp_path / "marks"
    script.write_text(CHILD)
    marks.mkdir()
    parent = subprocess.Popen([sys.executable, str(script), str(marks)])
    try:
        _wait(lambda: len(list(marks.iterdir())) == 2)
        workers = [int(mark.name) for mark in marks.iterdir()]
        assert all(_alive(pid) for pid in workers)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        _wait(lambda: not any(_alive(pid) for pid in workers))
    finally:
        parent.kill()


def _wait(condition: object, seconds: float = 30.0) -> None:
    assert callable(condition)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")
