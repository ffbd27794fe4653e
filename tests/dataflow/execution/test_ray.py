"""The Ray engine on a real local cluster of two workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from dataflow.execution.outcome import Limits, OutcomeKind
from dataflow.execution.ray_engine import TRIES, RayEngine
from tests.dataflow.execution.test_local import double, environment, misbehave

CORPUSMILL = Path(sys.executable).with_name("corpusmill")
LIMITS = Limits(seconds=3.0, memory_bytes=2 << 30)
MARK = "CORPUSMILL_TEST_MARK"
"""Set in the environment of a child process: all that it starts carries it too."""


@pytest.fixture(scope="module")
def engine() -> Iterator[RayEngine]:
    pytest.importorskip("ray")
    with RayEngine(2) as engine:
        yield engine


def own_actor() -> int:
    """Process id of the Ray actor whose guarded child this is (a fork server is between them)."""
    parent = Path(f"/proc/{os.getppid()}/stat").read_text()
    return int(parent.rsplit(")", 1)[1].split()[1])


def lose_actor(task: tuple[str, str]) -> str:
    """Kills the actor: at the first call for "once", at every call for "always"."""
    how, folder = task
    mark = Path(folder, how)
    if how == "always" or (how == "once" and not mark.exists()):
        with mark.open("a") as file:
            file.write("lost\n")
        os.kill(own_actor(), signal.SIGKILL)
        time.sleep(60)
    return how


@pytest.mark.real
def test_outcomes_come_in_the_order_of_the_items(engine: RayEngine) -> None:
    found = list(engine.map(double, range(100), LIMITS))
    assert [outcome.value for outcome in found] == [2 * value for value in range(100)]
    assert all(outcome.peak_bytes > 10 << 20 for outcome in found)


@pytest.mark.real
def test_a_bad_item_costs_only_itself(engine: RayEngine) -> None:
    items = ["a", "segfault", "b", "hang in C", "memory", "c", "error", "exit", "d"]
    kinds = [outcome.kind for outcome in engine.map(misbehave, items, LIMITS)]
    assert dict(zip(items, kinds, strict=True)) == {
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


@pytest.mark.real
def test_a_lost_worker_is_replaced_and_its_item_done_by_another(
    engine: RayEngine, tmp_path: Path
) -> None:
    names = ["a", "once", "b", "c", "d", "e"]
    found = list(engine.map(lose_actor, [(name, str(tmp_path)) for name in names], LIMITS))
    assert [outcome.value for outcome in found] == names
    assert (tmp_path / "once").read_text() == "lost\n"


@pytest.mark.real
def test_an_item_that_takes_every_worker_with_it_is_a_crash(
    engine: RayEngine, tmp_path: Path
) -> None:
    names = ["a", "always", "b", "c", "d", "e"]
    found = list(engine.map(lose_actor, [(name, str(tmp_path)) for name in names], LIMITS))
    assert [outcome.kind for outcome in found] == [
        OutcomeKind.CRASH if name == "always" else OutcomeKind.OK for name in names
    ]
    assert (tmp_path / "always").read_text() == "lost\n" * TRIES


@pytest.mark.real
def test_workers_have_one_thread_each_and_report_nothing_home(engine: RayEngine) -> None:
    names = ["OMP_NUM_THREADS", "POLARS_MAX_THREADS", "RAY_USAGE_STATS_ENABLED", "DO_NOT_TRACK"]
    values = [outcome.value for outcome in engine.map(environment, names, LIMITS)]
    assert values == ["1", "1", "0", "1"]


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    english = " ".join(
        f"The mill turned {n} times, and the grain that was in it came out to be fine."
        for n in range(40)
    )
    chinese = "".join(f"第{n}次磨过之后，谷物才变得很细，可以装袋了。" for n in range(40))
    (folder / "mill.md").write_text(f"# The mill\n\n{english}\n", encoding="utf-8")
    (folder / "磨坊.html").write_text(
        f"<html><body><h1>磨坊</h1><p>{chinese}</p></body></html>", encoding="utf-8"
    )
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    (tmp_path / "recipe.toml").write_text('[run]\nskip = ["embed"]\nerror_budget = 0.5\n')
    return folder


def _command(documents: Path, out: str, *options: str) -> list[str]:
    folder = documents.parent
    recipe = ["--recipe", str(folder / "recipe.toml")]
    return [str(CORPUSMILL), "run", str(documents), "-o", str(folder / out), *recipe, *options]


def _marked(mark: str) -> list[int]:
    """Ids of the live processes that carry the mark in their environment."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:  # it ended meanwhile, or is another user's
            continue
    return found


def _wait(condition: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.1)


@pytest.mark.real
def test_a_run_on_ray_gives_the_same_corpus_and_leaves_no_process(documents: Path) -> None:
    pytest.importorskip("ray")
    mark = str(documents)
    summaries = {}
    for name, options in (("local", []), ("ray", ["--engine", "ray", "--workers", "2"])):
        done = subprocess.run(
            _command(documents, name, "--json", *options),
            env={**os.environ, MARK: mark}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        summaries[name] = json.loads(done.stdout)  # all of standard output is one JSON document
    assert summaries["ray"]["content_hash"] == summaries["local"]["content_hash"]
    assert summaries["ray"]["datasets"] == summaries["local"]["datasets"]
    assert summaries["ray"]["datasets"]["documents"] == 2
    assert summaries["ray"]["datasets"]["rejects"] == 1
    _wait(lambda: not _marked(mark), 10)


CLUSTER = """
import threading
from parsers.offline import go_offline
go_offline()
from ray.cluster_utils import Cluster
from dataflow.execution.outcome import Limits
from dataflow.execution.ray_engine import RayEngine
from tests.dataflow.execution.test_local import _burn

cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
lost = cluster.add_node(num_cpus=2)
found = []
with RayEngine(0, cluster.address) as engine:
    for outcome in engine.map(_burn, [0.1] * 40, Limits(seconds=60)):
        found.append(outcome.kind.value)
        if len(found) == 6:
            arguments = {"allow_graceful": False}
            threading.Thread(target=cluster.remove_node, args=(lost,), kwargs=arguments).start()
cluster.shutdown()
print("outcomes", len(found), *sorted(set(found)))
"""


@pytest.mark.real
def test_a_node_that_dies_costs_no_item() -> None:
    pytest.importorskip("ray")
    done = subprocess.run(
        [sys.executable, "-c", CLUSTER],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "outcomes 40 ok" in done.stdout.splitlines()


DRIVER = """
import sys
from dataflow.execution.outcome import Limits
from dataflow.execution.ray_engine import RayEngine
from tests.dataflow.execution.test_ray import lose_actor, stay

with RayEngine(2) as engine:
    limits = Limits(seconds=90)
    assert next(engine.map(lose_actor, [("once", sys.argv[1])], limits)).value == "once"
    list(engine.map(stay, [sys.argv[1]] * 4, limits))
"""


def stay(folder: str) -> None:
    Path(folder, f"stays-{os.getpid()}").touch()
    time.sleep(60)


@pytest.mark.real
@pytest.mark.parametrize("how", ["kill -9", "ctrl-c"])
def test_no_worker_outlives_a_stopped_driver(how: str, tmp_path: Path) -> None:
    pytest.importorskip("ray")
    mark = str(tmp_path)
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(tmp_path)],
        env={**os.environ, MARK: mark, "PYTHONPATH": str(Path(__file__).parents[3])},
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(lambda: len(list(tmp_path.glob("stays-*"))) == 2, 90)
        workers = [int(path.name.removeprefix("stays-")) for path in tmp_path.glob("stays-*")]
        assert set(workers) < set(_marked(mark))
        if how == "kill -9":
            driver.kill()
        else:  # a terminal sends it to the whole group
            os.killpg(driver.pid, signal.SIGINT)
        printed, _ = driver.communicate(timeout=30)
        assert printed == b"", "what Ray tells of lost workers belongs on standard error"
        _wait(lambda: not [pid for pid in _marked(mark) if not _agent(pid)], 30)
        assert how == "kill -9" or not _marked(mark)
    finally:
        for pid in _marked(mark):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _agent(pid: int) -> bool:
    """Whether it is an agent of Ray's: without its node it ends by itself, after a minute."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].endswith(b"Agent")
    except OSError:
        return True


WITHOUT_RAY = """
import sys
sys.modules["ray"] = None
from flows.cli import main
sys.argv = ["corpusmill", *sys.argv[1:]]
main()
"""


def test_without_ray_the_command_says_what_to_install(documents: Path) -> None:
    command = [
        sys.executable,
        "-c",
        WITHOUT_RAY,
        *_command(documents, "out", "--engine", "ray")[1:],
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "corpusmill: --engine ray needs the package 'ray': pip install 'corpusmill[ray]'\n"
    )
