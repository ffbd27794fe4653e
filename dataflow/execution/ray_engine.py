"""The Ray engine: the same guarded calls on the workers of a Ray cluster.

Each Ray actor holds a local engine of one process, so deadlines and memory limits hold there as
they do on a laptop (a Ray task's own time-out does not stop native code). An actor has one item
at a time, so that when it is lost (its node died, the kernel killed it) exactly one item was in
its hands; that item goes to another actor, and no innocent one is blamed.
"""

from __future__ import annotations

import os
import socket
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, redirect_stdout, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self

from dataflow.execution.local import WINDOW_PER_WORKER, LocalEngine
from dataflow.execution.main_module import hidden_main
from dataflow.execution.outcome import A, B, Limits, Outcome, OutcomeKind
from schemas.errors import BackendError, MissingExtraError

TRIES = 3
"""An item whose actor was lost is tried again; when it is lost three times, it is the cause."""

START_SECONDS = 300.0
"""How long a cluster may take to start the first worker: one that grows on demand needs minutes."""

CONNECT_SECONDS = 10.0

FAILED_STARTS = 3
"""So many failed starts a worker, with no good one between: the cluster cannot run our code."""


class Guard:
    """What lives in a Ray actor: a local engine with one child process."""

    def __init__(self, folder: str) -> None:
        with suppress(OSError):  # not on this node: then only absolute paths mean the same there
            os.chdir(folder)
        self.hidden = ExitStack()  # for as long as the actor lives
        self.hidden.enter_context(hidden_main())
        self.engine = LocalEngine(workers=1)

    def ready(self) -> str:
        """Versions of our code and of Python on this node."""
        return versions()

    def run(self, fn: Callable[[A], B], item: A, limits: Limits) -> Outcome[B]:
        """The item's outcome."""
        [outcome] = self.engine.map(fn, [item], limits)
        return outcome


def versions() -> str:
    """What must be the same on every node, or rows could differ."""
    python = ".".join(str(part) for part in sys.version_info[:2])
    return f"corpusmill {version('corpusmill')} on Python {python}"


@dataclass(slots=True)
class _Call(Generic[A]):
    """An item on its way: its place in the order, and how many actors it has lost."""

    place: int
    item: A
    losses: int = 0


@dataclass
class _Actors:
    """The actors of an engine: asked for a sign of life (by its reference), or idle."""

    ray: Any
    wanted: int
    starting: dict[Any, Any] = field(default_factory=dict)
    suspect: dict[Any, Any] = field(default_factory=dict)
    idle: list[Any] = field(default_factory=list)
    failed_starts: int = 0

    def fill(self) -> None:
        """Asks for as many actors as are wanted; none gets an item before it answers."""
        for _ in range(self.wanted - len(self.awaited) - len(self.idle)):
            self.add()

    @property
    def awaited(self) -> list[Any]:
        """References of the signs of life that are still to come."""
        return [*self.starting, *self.suspect]

    def add(self) -> None:
        """Asks the cluster for one more actor."""
        actor = self.ray.remote(num_cpus=1, max_restarts=0)(Guard).remote(str(Path.cwd()))
        self.starting[actor.ready.remote()] = actor

    def lost(self, actor: Any) -> None:
        """Replaces a lost actor; the idle ones, maybe of the same node, have to answer again."""
        self.ray.kill(actor)
        self.add()
        self.suspect.update((idle.ready.remote(), idle) for idle in self.idle)
        self.idle.clear()

    def answered(self, reference: Any) -> None:
        """Takes in an actor that answered, or replaces one that did not."""
        fresh = reference in self.starting
        actor = (self.starting if fresh else self.suspect).pop(reference)
        try:
            found = self.ray.get(reference)
        except self.ray.exceptions.RayError as error:
            self.failed_starts += fresh
            if self.failed_starts >= FAILED_STARTS * self.wanted:
                raise BackendError(f"Ray workers do not start: {_first_line(error)}") from error
            self.lost(actor)
            return
        if found != versions():
            raise BackendError(
                f"a Ray node has {found}, this one has {versions()}: install the same on all nodes"
            )
        self.failed_starts = 0
        self.idle.append(actor)


class _Mapping(Generic[A, B]):
    """One `map` under way: what is drawn, in an actor's hands, lost, and done."""

    def __init__(self, actors: _Actors, fn: Callable[[A], B], limits: Limits) -> None:
        self.actors, self.fn, self.limits = actors, fn, limits
        self.waiting: deque[_Call[A]] = deque()
        self.busy: dict[Any, tuple[Any, _Call[A]]] = {}
        self.done: dict[int, Outcome[B]] = {}

    def send(self) -> None:
        """Hands waiting items to idle actors."""
        while self.waiting and self.actors.idle:
            actor, call = self.actors.idle.pop(), self.waiting.popleft()
            self.busy[actor.run.remote(self.fn, call.item, self.limits)] = actor, call

    def wait(self) -> None:
        """Waits until an actor has answered or started, and takes its answer in."""
        actors = self.actors
        limit = None if self.busy else START_SECONDS
        ready, _ = actors.ray.wait([*self.busy, *actors.awaited], timeout=limit)
        if not ready:
            raise BackendError(
                f"no Ray worker started within {START_SECONDS:.0f} s: each needs one CPU of the "
                "cluster; see `ray status`"
            )
        for reference in ready:
            if reference in self.busy:
                self._finished(reference)
            else:
                actors.answered(reference)

    def _finished(self, reference: Any) -> None:
        actor, call = self.busy.pop(reference)
        ray = self.actors.ray
        try:
            self.done[call.place] = ray.get(reference)
        except ray.exceptions.RayTaskError as error:  # our guard itself failed, the actor lives
            raise BackendError(f"a Ray worker cannot run our code: {_first_line(error)}") from error
        except ray.exceptions.RayError as error:
            self.actors.lost(actor)
            call.losses += 1
            if call.losses < TRIES:
                self.waiting.appendleft(call)
                return
            detail = f"{TRIES} Ray workers were lost with it; the last: {_first_line(error)}"
            self.done[call.place] = Outcome(OutcomeKind.CRASH, detail=detail)
            return
        self.actors.idle.append(actor)

    def abandon(self) -> None:
        """Ends the actors that still have an item in hand; nobody waits for it."""
        for actor, _ in self.busy.values():
            self.actors.ray.kill(actor)
        self.busy.clear()


def _check_reachable(address: str) -> None:
    """Raises BackendError when nothing listens at `host:port`; Ray itself would wait for ever."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdigit():  # "auto", "local", "": Ray finds out at once
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except OSError as error:
        raise BackendError(f"no Ray cluster answers at {address}: {error}") from error


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


@dataclass
class RayEngine:
    """Runs calls in `workers` actors (0: one for each CPU) of the cluster at `address`.

    Without an address, or RAY_ADDRESS in the environment, a local cluster is started and ended
    with this engine. All nodes must see the input and output folders under the same paths. Items
    and functions must be importable there; one `map` runs at a time. While the cluster is up,
    what is printed goes to standard error.
    """

    workers: int = 0
    address: str = ""
    _actors: _Actors | None = field(default=None, init=False, repr=False)
    _open: ExitStack = field(default_factory=ExitStack, init=False, repr=False)

    def _start(self) -> _Actors:
        """The actors; connects to the cluster, or starts one, at the first call."""
        if self._actors is not None:
            return self._actors
        try:
            import ray
        except ImportError as error:
            raise MissingExtraError("ray", "ray", "--engine ray") from error
        if not ray.is_initialized():
            self._connect(ray)
        resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]  # ray
        self._actors = _Actors(ray, self.workers or int(resources.get("CPU", 1)))
        return self._actors

    def _connect(self, ray: Any) -> None:
        address = self.address or os.environ.get("RAY_ADDRESS", "")
        # "local", not None: None would join any cluster that happens to run on this machine
        local = {"num_cpus": self.workers or os.cpu_count() or 1, "include_dashboard": False}
        _check_reachable(address)
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        try:
            ray.init(
                address=address or "local",
                log_to_driver=False,
                configure_logging=False,
                **({} if address else local),
            )
        except (OSError, RuntimeError, ValueError, TimeoutError) as error:
            where = f"the Ray cluster at {address}" if address else "a local Ray cluster"
            hint = "; RAY_AUTH_MODE and the token must be those of the cluster" if address else ""
            raise BackendError(
                f"cannot reach or start {where}: {_first_line(error)}{hint}"
            ) from error
        self._open.callback(ray.shutdown)
        # a thread of Ray's prints what became of workers, and standard output is for `--json`
        self._open.enter_context(redirect_stdout(sys.stderr))

    def map(self, fn: Callable[[A], B], items: Iterable[A], limits: Limits) -> Iterator[Outcome[B]]:
        """One outcome an item, in order; at most eight items a worker are drawn ahead."""
        source = enumerate(items)
        first = next(source, None)
        if first is None:
            return
        actors = self._start()
        actors.fill()
        calls: _Mapping[A, B] = _Mapping(actors, fn, limits)
        calls.waiting.append(_Call(*first))
        drawn, place = 1, 0
        try:
            while place < drawn:
                while drawn - place < WINDOW_PER_WORKER * actors.wanted and (
                    (following := next(source, None)) is not None
                ):
                    calls.waiting.append(_Call(*following))
                    drawn += 1
                calls.send()
                if place in calls.done:
                    yield calls.done.pop(place)
                    place += 1
                else:
                    calls.wait()
        finally:
            calls.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        actors, self._actors = self._actors, None
        if actors is not None:
            for actor in [*actors.idle, *actors.starting.values(), *actors.suspect.values()]:
                actors.ray.kill(actor)
        self._open.close()
