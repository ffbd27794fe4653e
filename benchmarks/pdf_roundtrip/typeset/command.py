"""Engines that are programs: found on the path, run in a folder of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.pdf_roundtrip.typeset import EngineFailedError, EngineMissingError

EPOCH = "1700000000"
"""Seconds; the time that every engine takes for now (14 November 2023)."""
SECONDS = 170


def program(name: str, package: str) -> str:
    """Path of a program; raises EngineMissingError naming its Debian package."""
    found = shutil.which(name)
    if not found:
        raise EngineMissingError(f"{name} is not installed: apt-get install {package}")
    return found


def run(command: Sequence[str], folder: Path, data: bytes = b"") -> bytes:
    """What the command prints; raises EngineFailedError with the end of its complaint."""
    variables = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, cwd=folder, input=data, capture_output=True, env=variables, timeout=SECONDS,
        check=False,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr or b"") + (done.stdout or b"")
        raise EngineFailedError(f"{command[0]}: {said[-1500:].decode(errors='replace')}")
    if b"can't find special character" in done.stderr:
        raise EngineFailedError(f"{command[0]}: {done.stderr[:300].decode(errors='replace')}")
    return done.stdout


def first_line(command: Sequence[str]) -> str:
    """The first line that a command prints, for its version."""
    done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    return done.stdout.decode(errors="replace").strip().split("\n")[0]
