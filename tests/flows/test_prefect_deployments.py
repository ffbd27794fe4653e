"""`corpusmill deploy`, `corpusmill serve` and prefect.yaml against a real server and worker.

SQLAlchemy 2.1 under this Prefect lets flows run and the UI work, and schedules nothing, silently:
only a run that the scheduler created proves anything.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dataflow.io.shards import read_manifest
from dataflow.io.store import Store
from schemas.manifest import MANIFEST
from tests.flows.prefect_server import ROOT, Server, checkout, documents, recipe, running, wait_for

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]
POOL = "corpusmill"


class Worker(NamedTuple):
    """A running worker: its process, its output, and the installation that it takes flows from."""

    pid: int
    log: Path
    site: Path


@pytest.fixture(scope="module")
def worker(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """A worker started in a folder with nothing of ours; it makes runs of an installed copy."""
    folder = tmp_path_factory.mktemp("worker")
    site = checkout(folder / "site")
    server.call("prefect", "work-pool", "create", POOL, "--type", "process", cwd=folder)
    start = ["prefect", "worker", "start", "--pool", POOL, "--limit", "2"]
    log, environment = folder / "worker.log", {**server.environment, "PYTHONPATH": str(site)}
    (folder / "empty").mkdir()
    with running(start, log, environment, folder / "empty") as process:
        yield Worker(process.pid, log, site)


def children(pid: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def finished(server: Server, deployment: str, log: Path) -> dict[str, Any]:
    """The first completed run of the deployment."""
    found: list[dict[str, Any]] = wait_for(lambda: server.runs_of(deployment, "COMPLETED"), log)
    return found[0]


def test_a_deployed_flow_runs_on_schedule_and_survives_being_killed(
    server: Server, worker: Worker, tmp_path: Path
) -> None:
    inputs, out = documents(tmp_path / "in"), tmp_path / "out"
    settings = recipe(tmp_path / "recipe.toml", "embed")
    printed = server.call(
        "corpusmill", "deploy", "in", "-o", "out", "--recipe", settings.name, "--name", "quick",
        "--interval", "5", "--workers", "1", cwd=tmp_path, PYTHONPATH=str(worker.site),
    )  # fmt: skip
    deployment = server.deployment("quick")
    assert printed.startswith(f"deployment {deployment['id']}; start a worker: ")
    assert deployment["parameters"]["inputs"] == [str(inputs)], "absolute: workers run elsewhere"
    assert deployment["global_concurrency_limit"]["limit"] == 1
    assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    [step] = deployment["pull_steps"]
    assert step["prefect.deployments.steps.set_working_directory"]["directory"] == str(worker.site)
    try:
        store = Store(out / ".work")
        wait_for(lambda: list(store.entries("step-parse")), worker.log)
        [flow_process] = children(worker.pid)
        os.kill(flow_process, signal.SIGKILL)
        assert not (out / MANIFEST).exists()
        parsed = [entry.path("index").stat().st_mtime_ns for entry in store.entries("step-parse")]

        done = finished(server, deployment["id"], worker.log)
        assert done["auto_scheduled"] is True
        [crashed] = server.runs_of(deployment["id"], "CRASHED")
        assert crashed["auto_scheduled"] is True
        assert crashed["expected_start_time"] < done["expected_start_time"]
        again = [entry.path("index").stat().st_mtime_ns for entry in store.entries("step-parse")]
        assert again == parsed, "what was parsed before the kill is not parsed again"
        manifest = read_manifest(out)
        assert manifest.datasets["documents"].rows == 2
        steps = {step.name: step for step in manifest.steps}
        assert steps["parse"].cached_parts == steps["parse"].parts == 1
        # due while another was at work
        wait_for(lambda: server.runs_of(deployment["id"], "CANCELLED"), worker.log)
    finally:
        server.delete(deployment["id"])


def test_prefect_yaml_deploys_from_a_checkout(
    server: Server, worker: Worker, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "prefect.yaml", tmp_path)
    checkout(tmp_path)
    documents(tmp_path / "sample_data" / "documents")
    recipe(tmp_path / "sample_data" / "recipe.toml", "filter", "dedup", "sft", "embed")
    server.call("prefect", "--no-prompt", "deploy", "--all", cwd=tmp_path)
    deployment = server.deployment("corpus-nightly")
    assert [s["schedule"]["cron"] for s in deployment["schedules"]] == ["0 3 * * *"]
    assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    server.post(f"/deployments/{deployment['id']}/create_flow_run", {})
    finished(server, deployment["id"], worker.log)
    manifest = read_manifest(tmp_path / "out" / "nightly")
    assert manifest.datasets["documents"].rows == 2


def test_a_served_flow_runs_on_schedule(server: Server, tmp_path: Path) -> None:
    documents(tmp_path / "in")
    settings = recipe(tmp_path / "recipe.toml", "filter", "dedup", "sft", "embed")
    serve = [
        "corpusmill", "serve", "in", "-o", "out", "--recipe", settings.name, "--name", "served",
        "--interval", "10",
    ]  # fmt: skip
    log = tmp_path / "serve.log"
    with running(serve, log, server.environment, tmp_path) as process:
        wait_for(lambda: "corpusmill-corpus/served" in log.read_text(), log)
        deployment = server.deployment("served")
        done = finished(server, deployment["id"], log)
        assert done["auto_scheduled"] is True
        assert read_manifest(tmp_path / "out").datasets["documents"].rows == 2
        process.send_signal(signal.SIGINT)
        wait_for(lambda: server.deployment("served")["paused"], log)
    server.delete(deployment["id"])
