"""The Ray engine: the same guarded calls on the workers of a Ray cluster.

Each Ray actor holds a local engine of one process, so deadlines and memory limits hold there as
they do on a laptop (a Ray task's own time-out does not stop native code). Items travel in small
batches, outcomes come back in order; the values are the same bytes as the local engine's.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from types import TracebackType
from typing import Any, Self

from dataflow.execution.local import LocalEngine
from dataflow.execution.outcome import A, B, Limits, Outcome, OutcomeKind
from schemas.errors import MissingExtraError

BATCH = 4
"""Items a Ray call: its overhead is a few milliseconds, an item's mostly tens to hundreds."""


class Guard:
    """What lives in a Ray actor: a local engine with one child process."""

    def __init__(self) -> None:
        self.engine = LocalEngine(workers=1)

    def run(self, fn: Callable[[A], B], batch: list[A], limits: Limits) -> list[Outcome[B]]:
        """One outcome an item, in order."""
        return list(self.engine.map(fn, batch, limits))


@dataclass
class RayEngine:
    """Runs calls in `workers` actors of the cluster at `address` ('' starts a local one).

    All nodes must see the input and output folders under the same paths.
    """

    workers: int = 0
    address: str = ""
    _actors: list[Any] = field(default_factory=list, init=False, repr=False)
    _started: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.workers <= 0:
            self.workers = os.cpu_count() or 1

    def _start(self) -> Any:
        try:
            import ray
        except ImportError as error:
            raise MissingExtraError("ray", "ray", "--engine ray") from error
        if not self._actors:
            if not ray.is_initialized():
                os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
                os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
                ray.init(
                    address=self.address or None,
                    num_cpus=None if self.address else self.workers,
                    include_dashboard=False,
                    log_to_driver=False,
                    configure_logging=False,
                )
                self._started = True
            actor = ray.remote(num_cpus=1, max_restarts=-1)(Guard)
            self._actors = [actor.remote() for _ in range(self.workers)]
        return ray

    def map(self, fn: Callable[[A], B], items: Iterable[A], limits: Limits) -> Iterator[Outcome[B]]:
        """One outcome an item, in order; two batches for each actor are in flight."""
        source = iter(items)
        window: deque[tuple[Any, int]] = deque()
        sent = 0
        while True:
            while len(window) < 2 * self.workers and (batch := list(islice(source, BATCH))):
                ray = self._start()
                actor = self._actors[sent % len(self._actors)]
                window.append((actor.run.remote(fn, batch, limits), len(batch)))
                sent += 1
            if not window:
                return
            yield from self._collect(ray, *window.popleft())

    @staticmethod
    def _collect(ray: Any, reference: Any, size: int) -> Iterator[Outcome[Any]]:
        try:
            yield from ray.get(reference)
        except ray.exceptions.RayError as error:
            for _ in range(size):
                yield Outcome(OutcomeKind.CRASH, detail=f"Ray worker lost: {error}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._actors:
            import ray

            for actor in self._actors:
                ray.kill(actor)
            self._actors = []
            if self._started:
                ray.shutdown()
                self._started = False
