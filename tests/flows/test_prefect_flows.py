"""The flows called against a real Prefect server: same rows, artifacts, failures with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dataflow.execution.local import LocalEngine
from dataflow.io.shards import read_manifest
from dataflow.pipeline.run import STEP_ORDER, locked, run
from dataflow.pipeline.session import Job, Session
from dataflow.recipe import load_recipe
from dataflow.verify import verify
from schemas.errors import UsageError
from tests.flows.prefect_server import ENGLISH, Server, documents, recipe

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]


@contextmanager
def calling(server: Server) -> Iterator[None]:
    """Flows called in here report to the server."""
    from prefect import settings
    from prefect.events.worker import EventsWorker

    values = {
        settings.PREFECT_API_URL: server.url,
        settings.PREFECT_HOME: server.environment["PREFECT_HOME"],
        settings.PREFECT_LOGGING_TO_API_ENABLED: False,  # its thread would outlive the server
    }
    with settings.temporary_settings(values):
        yield
        EventsWorker.drain_all(timeout=10)  # the same


def plain_hash(inputs: Path, out: Path, settings: Path) -> str:
    """Content hash of what `corpusmill run` makes of the same inputs."""
    with LocalEngine(2) as engine, locked(out):
        return run(Session(Job((inputs,), out, load_recipe(settings)), engine)).content_hash


def test_a_called_flow_gives_what_the_command_line_gives(server: Server, tmp_path: Path) -> None:
    from flows.corpus import corpus

    inputs, settings = documents(tmp_path / "in"), recipe(tmp_path / "recipe.toml", "embed")
    out = tmp_path / "out"
    with calling(server):
        summary = corpus([str(inputs)], str(out), str(settings), workers=2)
    assert summary["content_hash"] == plain_hash(inputs, tmp_path / "plain", settings)
    assert read_manifest(out).content_hash == summary["content_hash"]
    assert summary["datasets"]["documents"] == 2

    flow_run = server.of(out, 9)
    assert flow_run["state_type"] == "COMPLETED"
    assert set(flow_run["tasks"]) == {*STEP_ORDER, "commit"}, "one task a step, none a document"
    funnel = json.loads(flow_run["artifacts"]["corpusmill-funnel"])
    assert [row["step"] for row in funnel] == list(STEP_ORDER)
    assert [row["kept"] for row in funnel][:5] == [2, 2, 2, 2, 2]
    link = flow_run["artifacts"]["corpusmill-report"]
    assert f"`{out / 'report' / 'index.html'}`" in link
    assert summary["content_hash"] in link


def test_too_many_bad_files_fail_the_flow_with_complete_outputs(
    server: Server, tmp_path: Path
) -> None:
    from flows.corpus import OverBudgetError, corpus

    inputs, out = documents(tmp_path / "in", broken=True), tmp_path / "out"
    settings = recipe(tmp_path / "recipe.toml", "filter", "dedup", "sft", "embed")
    with calling(server), pytest.raises(OverBudgetError, match="1 of 3 files are bad input"):
        corpus([str(inputs)], str(out), str(settings), workers=2)
    assert read_manifest(out).datasets["documents"].rows == 2
    assert all(check.ok for check in verify(out))
    assert (out / "report" / "index.html").exists()
    flow_run = server.of(out, 9)
    assert flow_run["state_type"] == "FAILED"
    assert "1 of 3 files are bad input, more than the recipe's" in flow_run["state"]["message"]
    assert set(flow_run["artifacts"]) == {"corpusmill-funnel", "corpusmill-report"}


def test_a_wrong_recipe_fails_the_flow_before_any_task(server: Server, tmp_path: Path) -> None:
    from flows.corpus import corpus

    out, settings = tmp_path / "out", tmp_path / "recipe.toml"
    settings.write_text("[runn]\n")
    with calling(server), pytest.raises(UsageError, match="did you mean 'run'"):
        corpus([str(documents(tmp_path / "in"))], str(out), str(settings))
    flow_run = server.of(out, 0)
    assert (flow_run["state_type"], flow_run["tasks"]) == ("FAILED", {})
    assert "did you mean 'run'" in flow_run["state"]["message"]


def test_samples_can_be_made_by_a_flow(server: Server, tmp_path: Path) -> None:
    from flows.sft import sft

    page = tmp_path / "documents.jsonl"
    page.write_text(json.dumps({"doc_id": "a", "text": f"# The mill\n\n{ENGLISH}"}) + "\n")
    with calling(server):
        rows = sft(str(page), str(tmp_path / "out"))
    manifest = read_manifest(tmp_path / "out")
    assert rows == {name: entry.rows for name, entry in manifest.datasets.items()}
    assert rows["sft"] > 0
    assert (
        f"- sft: {rows['sft']} rows"
        in server.of(tmp_path / "out", 1)["artifacts"]["corpusmill-sft"]
    )
