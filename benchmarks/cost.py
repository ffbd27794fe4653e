"""What a command costs, with every process that it starts, and the commit that is measured.

Standard library only: a child inherits the peak memory of the process that forks it, so this one
has to stay small.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BENCH = ROOT.parent / "shared" / "bench"
COMMAND = (sys.executable, "-P", "-c", "from flows.cli import main; main()")
"""The `corpusmill` command of this very checkout, whatever folder it is called from."""

BYTECODE = Path(tempfile.gettempdir()) / "corpusmill-bytecode"
"""Where measured commands keep compiled modules, as an installed package does beside its files.

Without them (PYTHONDONTWRITEBYTECODE, common in containers) each process of a run compiles all that
it imports: a driver's start took 2.9 CPU seconds longer.
"""

PR_SET_CHILD_SUBREAPER = 36
ORPHAN_SECONDS = 20.0
"""What a finished command's last descendants may take to end."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command used.

    `cpu_seconds` is that of the command with all its descendants, `driver_cpu_seconds` that of its
    first process alone; `driver_peak_mib` is the peak resident memory of that process.
    """

    status: int
    output: str
    errors: str
    seconds: float
    cpu_seconds: float
    driver_cpu_seconds: float
    driver_peak_mib: int

    @property
    def json(self) -> dict[str, Any]:
        """The command's standard output as JSON; ends this process when there is none."""
        try:
            found: dict[str, Any] = json.loads(self.output)
        except ValueError:
            sys.exit(f"no JSON from the command, status {self.status}: {self.errors[-2000:]}")
        return found


def commit() -> str:
    """Short hash of the commit that is measured, `-dirty` when tracked files differ from it."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude", "*"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Runs a command to its end and returns its cost, that of all its descendants included.

    Linux only: this process becomes the reaper of orphans, because a fork server outlives its
    starter, and what nobody waits for is in nobody's account.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "this kernel lets no process reap orphans")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    variables = {
        **os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(BYTECODE),
        **(environment or {}),
    }  # fmt: skip
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen(command, stdout=out, stderr=err, env=variables)
        _, status, own = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        _reap_orphans()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        out.seek(0)
        err.seek(0)
        return Cost(
            status=child.returncode,
            output=out.read().decode("utf-8", "replace"),
            errors=err.read().decode("utf-8", "replace"),
            seconds=seconds,
            cpu_seconds=_cpu(after) - _cpu(before),
            driver_cpu_seconds=_cpu(own),
            driver_peak_mib=own.ru_maxrss >> 10,
        )


def _cpu(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def _reap_orphans() -> None:
    """Waits for what the command left behind; raises TimeoutError when something stays."""
    deadline = time.monotonic() + ORPHAN_SECONDS
    while time.monotonic() < deadline:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if ended == 0:
            time.sleep(0.02)
    raise TimeoutError(f"processes of the command still run after {ORPHAN_SECONDS:g} s")


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows as a Markdown table, numbers to the right."""
    cells = [[str(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    numeric = [bool(rows) and all(isinstance(row[i], int | float) for row in rows)
               for i in range(len(columns))]  # fmt: skip

    def line(values: Sequence[str]) -> str:
        padded = (
            value.rjust(width) if right else value.ljust(width)
            for value, width, right in zip(values, widths, numeric, strict=True)
        )
        return f"| {' | '.join(padded)} |"

    rule = "|".join(
        "-" * (width + 1) + (":" if right else "-")
        for width, right in zip(widths, numeric, strict=True)
    )
    return "\n".join([line(columns), f"|{rule}|", *map(line, cells)])
