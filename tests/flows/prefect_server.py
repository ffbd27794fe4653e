"""A real Prefect server for the tests, with a home of its own, and what they ask it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from parsers.offline import SWITCHES

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PATIENCE = 120.0
"""Most seconds to wait for anything; a server alone takes 30 on two busy cores."""

ENGLISH = " ".join(
    f"The mill turned {n} times, and the grain that was in it came out to be fine."
    for n in range(40)
)
CHINESE = "".join(f"第{n}次磨过之后，谷物才变得很细，可以装袋了。" for n in range(40))


@dataclass(frozen=True)
class Server:
    """A running server: its API, and the environment in which `prefect` commands find it."""

    url: str
    log: Path
    environment: dict[str, str]

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to a POST request."""
        answer = httpx.post(f"{self.url}{path}", json=body, timeout=30)
        assert answer.is_success, answer.text
        return answer.json()

    def runs(self, **filters: Any) -> list[dict[str, Any]]:
        """Flow runs, oldest first."""
        found: list[dict[str, Any]] = self.post("/flow_runs/filter", filters)
        return sorted(found, key=lambda run: str(run["expected_start_time"]))

    def runs_of(self, deployment: str, state: str) -> list[dict[str, Any]]:
        """Flow runs of a deployment (by id) in a state."""
        return self.runs(
            deployments={"id": {"any_": [deployment]}},
            flow_runs={"state": {"type": {"any_": [state]}}},
        )

    def deployment(self, name: str) -> dict[str, Any]:
        """A deployment of the corpus flow."""
        answer = httpx.get(f"{self.url}/deployments/name/corpusmill-corpus/{name}", timeout=30)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def delete(self, deployment: str) -> None:
        """Deletes a deployment with its scheduled runs."""
        assert httpx.delete(f"{self.url}/deployments/{deployment}", timeout=30).is_success

    def of(self, out: Path, n_tasks: int) -> dict[str, Any]:
        """The one flow run that wrote to `out`, with its task runs and its artifacts by key.

        Waits until so many task runs are there with their end: they reach the server as events,
        a moment after the flow has ended.
        """
        [found] = [run for run in self.runs() if run["parameters"].get("out") == str(out)]
        of_run = {"flow_runs": {"id": {"any_": [found["id"]]}}}

        def tasks() -> dict[str, Any]:
            recorded = self.post("/task_runs/filter", of_run)
            return {task["name"]: task for task in recorded if task["end_time"]}

        wait_for(lambda: len(tasks()) >= n_tasks, self.log)
        published = self.post("/artifacts/filter", of_run)
        artifacts = {item["key"]: item["data"] for item in published if item["key"]}
        return {**found, "tasks": tasks(), "artifacts": artifacts}

    def call(self, *command: str, cwd: Path, **environment: str) -> str:
        """What a script of this virtual environment prints; it has to succeed."""
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=cwd, env={**self.environment, **environment}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def wait_for(condition: Callable[[], Any], log: Path, seconds: float = PATIENCE) -> Any:
    """The first true value of the condition; fails with the end of a log."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, f"not within {seconds} s\n{log.read_text()[-3000:]}"
        time.sleep(0.3)
    return found


@contextmanager
def running(
    command: list[str], log: Path, environment: dict[str, str], cwd: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own; the whole group is ended, and checked to be."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(BIN / command[0]), *command[1:]],
            cwd=cwd, env=environment, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kills whatever is left of a process group: a plain SIGTERM can leave workers polling."""
    for _ in range(100):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        process.poll()  # what is dead but not waited for is still in the group
        time.sleep(0.1)
    raise AssertionError(f"processes of group {process.pid} do not end")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(name="server", scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`prefect server start` on a free port."""
    home = tmp_path_factory.mktemp("prefect")
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        **SWITCHES,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": url,
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
    }
    start = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"]
    log = home / "server.log"
    with running(start, log, environment, home):
        wait_for(lambda: _healthy(url), log)
        yield Server(url, log, environment)
    wait_for(lambda: not _at_home(home), log, 20)


def _at_home(home: Path) -> list[int]:
    """Ids of the processes that were started with this Prefect home: none may be left."""
    mark = f"PREFECT_HOME={home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or is another user's
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=5).is_success
    except httpx.TransportError:
        return False


def documents(folder: Path, *, broken: bool = False) -> Path:
    """A folder of two small documents, English and Chinese, and perhaps one that is no PDF."""
    folder.mkdir(parents=True)
    (folder / "mill.md").write_text(f"# The mill\n\n{ENGLISH}\n", encoding="utf-8")
    page = f"<html><body><h1>磨坊</h1><p>{CHINESE}</p></body></html>"
    (folder / "磨坊.html").write_text(page, encoding="utf-8")
    if broken:
        (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    return folder


def recipe(path: Path, *skip: str) -> Path:
    """A recipe that skips the stages named in `skip`."""
    path.write_text(f"[run]\nskip = {list(skip)}\n", encoding="utf-8")
    return path


def checkout(folder: Path) -> Path:
    """A copy of the four packages: stands for a checkout, or for an installation elsewhere."""
    for name in ("schemas", "parsers", "dataflow", "flows"):
        shutil.copytree(ROOT / name, folder / name)  # with the compiled kernels beside the code
    return folder
