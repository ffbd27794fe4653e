"""What the Ray engine does when workers are lost: its bookkeeping, against a Ray made of lists."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from dataflow.execution.local import WINDOW_PER_WORKER
from dataflow.execution.outcome import Limits, Outcome, OutcomeKind
from dataflow.execution.ray_engine import FAILED_STARTS, TRIES, RayEngine, versions
from schemas.errors import BackendError

LIMITS = Limits()


class LostError(Exception):
    pass


class TaskError(LostError):
    pass


@dataclass
class FakeActor:
    """Actor number `number` of a fake cluster; its answers are computed when they are fetched."""

    cluster: FakeRay
    number: int
    dead: bool = False

    @property
    def ready(self) -> Any:
        return SimpleNamespace(remote=lambda: self.cluster.call(self, lambda: self.cluster.version))

    @property
    def run(self) -> Any:
        return SimpleNamespace(
            remote=lambda fn, item, limits: self.cluster.call(
                self, lambda: Outcome(OutcomeKind.OK, fn(item)), item
            )
        )


@dataclass
class FakeRay:
    """As much of Ray as the engine uses. `kills(item, actor)` says which calls lose the actor."""

    kills: Callable[[Any, FakeActor], bool] = lambda item, actor: False
    version: str = field(default_factory=versions)
    startable: int = 1000
    connected: bool = True
    actors: list[FakeActor] = field(default_factory=list)
    calls: dict[int, Callable[[], Any]] = field(default_factory=dict)
    exceptions: ClassVar[Any] = SimpleNamespace(RayError=LostError, RayTaskError=TaskError)

    def is_initialized(self) -> bool:
        return self.connected

    def init(self, **options: Any) -> None:
        raise ConnectionError(f"could not find any running Ray instance, {options['address']}")

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 3.0}

    def remote(self, **options: Any) -> Any:
        assert options == {"num_cpus": 1, "max_restarts": 0}

        def create(folder: str) -> FakeActor:
            self.actors.append(FakeActor(self, len(self.actors)))
            return self.actors[-1]

        return lambda kind: SimpleNamespace(remote=create)

    def call(self, actor: FakeActor, answer: Callable[[], Any], item: Any = None) -> int:
        def fetch() -> Any:
            actor.dead = actor.dead or self.kills(item, actor)
            if actor.dead:
                raise LostError(f"actor {actor.number} died\nmore lines")
            return answer()

        reference = len(self.calls)
        self.calls[reference] = fetch
        return reference

    def wait(self, references: list[int], timeout: float | None) -> tuple[list[int], list[int]]:
        assert references
        if len(self.actors) > self.startable:
            return [], references
        return references[-1:], references[:-1]  # workers that start before work that ends

    def get(self, reference: int) -> Any:
        return self.calls[reference]()

    def kill(self, actor: FakeActor) -> None:
        actor.dead = True


EngineOn = Callable[[FakeRay, int], RayEngine]


@pytest.fixture
def engine_on(monkeypatch: pytest.MonkeyPatch) -> EngineOn:
    """An engine of so many workers on a fake cluster."""

    def engine(ray: FakeRay, workers: int) -> RayEngine:
        monkeypatch.setitem(sys.modules, "ray", ray)
        return RayEngine(workers)

    return engine


def outcomes(engine: RayEngine, items: list[Any]) -> list[Outcome[Any]]:
    with engine:
        return list(engine.map(str, items, LIMITS))


def test_a_lost_item_is_tried_again_elsewhere(engine_on: EngineOn) -> None:
    ray = FakeRay(kills=lambda item, actor: item == 3 and actor.number < 2)
    found = outcomes(engine_on(ray, 2), list(range(8)))
    assert [outcome.value for outcome in found] == [str(n) for n in range(8)]
    assert all(outcome.ok for outcome in found)


def test_an_item_that_takes_every_worker_with_it_costs_no_other(
    engine_on: EngineOn,
) -> None:
    ray = FakeRay(kills=lambda item, actor: item == 3)
    found = outcomes(engine_on(ray, 2), list(range(8)))
    assert [outcome.kind for outcome in found] == [
        OutcomeKind.CRASH if n == 3 else OutcomeKind.OK for n in range(8)
    ]
    assert found[3].detail.startswith(f"{TRIES} Ray workers were lost with it")
    assert "more lines" not in found[3].detail
    assert len(ray.actors) == 2 + TRIES


def test_idle_workers_of_a_dead_node_get_no_item(engine_on: EngineOn) -> None:
    """All idle workers die: the next item must not be handed to one dead worker after another."""
    ray = FakeRay()
    engine = engine_on(ray, 10)
    with engine:
        assert all(outcome.ok for outcome in engine.map(str, range(30), LIMITS))
        for actor in ray.actors:
            actor.dead = True
        found = list(engine.map(str, ["item"], LIMITS))
    assert [outcome.value for outcome in found] == ["item"]


def test_workers_that_never_start_end_the_run_with_their_reason(engine_on: EngineOn) -> None:
    ray = FakeRay(kills=lambda item, actor: True)
    with pytest.raises(BackendError, match=r"do not start: actor \d died$"):
        outcomes(engine_on(ray, 2), [1])
    assert len(ray.actors) == 2 + 2 * FAILED_STARTS - 1


def test_a_cluster_with_no_free_cpu_is_an_error_not_a_hang(engine_on: EngineOn) -> None:
    with pytest.raises(BackendError, match="no Ray worker started within 300 s"):
        outcomes(engine_on(FakeRay(startable=0), 2), [1])


def test_another_version_on_a_node_is_an_error(engine_on: EngineOn) -> None:
    with pytest.raises(BackendError, match=r"a Ray node has corpusmill 9\.9.*install the same"):
        outcomes(engine_on(FakeRay(version="corpusmill 9.9 on Python 3.11"), 2), [1])


def test_a_guard_that_fails_by_itself_is_an_error(engine_on: EngineOn) -> None:
    def fails(item: Any, actor: FakeActor) -> bool:
        if item == 1:
            raise TaskError("ModuleNotFoundError: no module")
        return False

    with pytest.raises(BackendError, match="cannot run our code: ModuleNotFoundError"):
        outcomes(engine_on(FakeRay(kills=fails), 2), [0, 1])


def test_items_are_drawn_as_they_are_needed(engine_on: EngineOn) -> None:
    drawn = []

    def items() -> Iterator[int]:
        for value in range(1000):
            drawn.append(value)
            yield value

    engine = engine_on(FakeRay(), 2)
    with engine:
        next(engine.map(str, items(), LIMITS))
        assert len(drawn) == 2 * WINDOW_PER_WORKER


def test_no_items_start_no_cluster(engine_on: EngineOn) -> None:
    ray = FakeRay()
    assert outcomes(engine_on(ray, 2), []) == []
    assert ray.actors == []


def test_workers_with_an_item_that_nobody_wants_any_more_are_ended(
    engine_on: EngineOn,
) -> None:
    ray = FakeRay()
    engine = engine_on(ray, 2)
    with engine:
        first = engine.map(str, range(100), LIMITS)
        next(first)
        first.close()  # type: ignore[attr-defined]  # a generator
        second = list(engine.map(str, range(3), LIMITS))
    assert [outcome.value for outcome in second] == ["0", "1", "2"]
    assert all(actor.dead for actor in ray.actors)


def test_as_many_workers_as_the_cluster_has_cpus(engine_on: EngineOn) -> None:
    ray = FakeRay()
    outcomes(engine_on(ray, 0), [1])
    assert len(ray.actors) == 3


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://[::1]:1"])
def test_a_cluster_that_does_not_answer_is_an_error(
    engine_on: EngineOn, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", address)
    with pytest.raises(BackendError, match=rf"no Ray cluster answers at {re.escape(address)}: "):
        outcomes(engine_on(FakeRay(connected=False), 2), [1])


def test_a_cluster_that_ray_cannot_reach_is_an_error(
    engine_on: EngineOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", "auto")
    with pytest.raises(BackendError, match="cannot reach or start the Ray cluster at auto: could"):
        outcomes(engine_on(FakeRay(connected=False), 2), [1])
