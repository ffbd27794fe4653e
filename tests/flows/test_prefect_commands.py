"""The command line and Prefect: absent until asked for, and wrong use is one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from schemas.errors import BackendError, ConservationError, CorpusmillError, UsageError
from tests.flows.prefect_server import ROOT, documents, free_port, recipe

WATCHED = """
import json, sys
from flows.cli import main
try:
    main()
except SystemExit as end:
    packages = {name.split(".")[0] for name in sys.modules}
    heavy = {"prefect", "fastapi", "sqlalchemy", "ray", "torch"} & packages
    print(json.dumps([end.code, sorted(heavy)]))
"""


def watched(*arguments: str) -> list[object]:
    """Exit code of a command, and which heavy packages it has imported."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *arguments], capture_output=True, text=True, check=True
    )
    found: list[object] = json.loads(done.stdout.splitlines()[-1])
    return found


def command(tmp_path: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """Exit code and standard error of a command, on a machine with no Prefect profile."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("corpusmill")), *arguments], cwd=tmp_path,
        env={**kept, "PREFECT_HOME": str(tmp_path / "home"), **environment},
        capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_run_never_imports_prefect(tmp_path: Path) -> None:
    inputs = documents(tmp_path / "in")
    settings = recipe(tmp_path / "recipe.toml", "filter", "dedup", "sft", "embed")
    arguments = (str(inputs), "-o", str(tmp_path / "out"), "--recipe", str(settings))
    assert watched("run", *arguments, "--workers", "1") == [0, []]
    assert (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["deploy", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    assert watched(*arguments) == [0, []]


def test_without_a_server_is_one_line(tmp_path: Path) -> None:
    code, error = command(tmp_path, "deploy", ".", "-o", "out")
    assert code == 2
    assert error == (
        "corpusmill: no Prefect server: set PREFECT_API_URL (http://127.0.0.1:4200/api after "
        "`prefect server start`)\n"
    )


def test_a_server_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/api"
    code, error = command(tmp_path, "deploy", ".", "-o", "out", PREFECT_API_URL=url)
    assert code == 1
    assert error.startswith(f"corpusmill: no Prefect server answers at {url}: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cron", "0 3 * * *", "--interval", "5"], "--cron and --interval: give one of them"),
        (["--recipe", "wrong.toml"], "unknown section 'runn'; did you mean 'run'?"),
    ],
)
def test_what_would_fail_at_every_run_fails_now(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "wrong.toml").write_text("[runn]\n")
    code, error = command(tmp_path, "deploy", ".", "-o", "out", *arguments)
    assert (code, error.count("\n")) == (2, 1)
    assert message in error


def test_a_wrong_cron_expression_is_refused() -> None:
    from flows.deployment import Deployment

    assert Deployment("name", {}, cron="0 3 * * *").cron == "0 3 * * *"
    with pytest.raises(UsageError, match="--cron '61 3' is no cron expression"):
        Deployment("name", {}, cron="61 3")


@pytest.mark.parametrize(
    ("error", "helps"),
    [
        (OSError("no space left"), True),
        (CorpusmillError("a worker was killed"), True),
        (BackendError("no answer"), True),
        (UsageError("no such folder"), False),
        (ConservationError("a row was lost"), False),
        (AttributeError("a bug"), False),
    ],
)
def test_only_what_may_pass_is_tried_again(error: Exception, helps: bool) -> None:
    from prefect.states import Failed

    from flows.corpus import retry_helps

    assert retry_helps(None, None, Failed(data=error)) is helps


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    from flows.corpus import corpus

    with pytest.raises(UsageError, match="engine 'spark' is not one of local, ray"):
        corpus.fn([str(tmp_path)], str(tmp_path / "out"), engine="spark")


def test_the_automation_of_the_docs_holds() -> None:
    from prefect.events.schemas.automations import AutomationCore, EventTrigger

    page = yaml.safe_load((ROOT / "docs" / "prefect_zombies.yaml").read_text())
    automation = AutomationCore.model_validate(page)
    assert isinstance(automation.trigger, EventTrigger)
    assert automation.trigger.within.total_seconds() == 540
