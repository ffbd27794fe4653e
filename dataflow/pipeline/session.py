"""What every step is handed: the job, the store, an engine, and someone to tell of progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.execution.outcome import Engine, Limits, Outcome, OutcomeKind
from dataflow.io.store import Entry, Store
from dataflow.recipe import Recipe
from schemas.errors import CorpusmillError
from schemas.ids import content_id
from schemas.records import Reason

WORK = ".work"

STAGE_SECONDS = 900.0
SECONDS_PER_BYTE = 1 / 200
"""Deadline of work on a pack: a constant, and time for its compressed bytes at 200 bytes a second.

Only a runaway is to be stopped. The slowest stage is embedding: 10 chunks a CPU-second, each about
300 bytes compressed, make 3,000 bytes a second on an idle core.
"""

STAGE_MEMORY = 16 << 30

KIND_REASONS = {
    OutcomeKind.ERROR: Reason.PARSE_FAILED,
    OutcomeKind.TIMEOUT: Reason.PARSE_TIMEOUT,
    OutcomeKind.CRASH: Reason.PARSE_CRASH,
    OutcomeKind.MEMORY: Reason.PARSE_MEMORY,
}


@dataclass(frozen=True)
class Job:
    """What to run: inputs, where to, by which recipe; `limit` stops after so many files."""

    inputs: tuple[Path, ...]
    out: Path
    recipe: Recipe = field(default_factory=Recipe)
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class StepResult:
    """A committed step: its key in the store, its counts, and how much of it was cached."""

    name: str
    key: str
    rows_in: int
    kept: int
    rejected: int
    parts: int = 1
    cached_parts: int = 0
    cpu_seconds: float = 0.0
    seconds: float = 0.0


class Progress:
    """Told of each step's advance; this one says nothing."""

    def start(self, step: str, total: int) -> None:
        """A step with `total` units of work begins."""

    def advance(self, step: str, units: int = 1) -> None:
        """So many units are done."""

    def finish(self, result: StepResult) -> None:
        """A step is committed."""


@dataclass
class Session:
    """A job with what is needed to carry it out."""

    job: Job
    engine: Engine
    progress: Progress = field(default_factory=Progress)
    clock: Callable[[], float] = time.perf_counter
    peak_bytes: int = 0
    kernel_seconds: float = 0.0

    def __post_init__(self) -> None:
        self.store = Store(self.job.out.resolve() / WORK)

    @property
    def recipe(self) -> Recipe:
        """The job's recipe."""
        return self.job.recipe

    def account(self, outcome: Outcome[Any]) -> None:
        """Adds what a guarded call cost to the session's totals."""
        self.kernel_seconds += outcome.cpu_seconds
        self.peak_bytes = max(self.peak_bytes, outcome.peak_bytes)

    def step(
        self, name: str, key: str, work: Callable[[Meter], dict[str, pl.DataFrame]]
    ) -> StepResult:
        """The step's committed result; `work` runs only when there is none under this key.

        `work` fills the meter's counts and returns the step's tables. What it marks as transient
        is stored under a key of its own, so that the next run tries again.
        """
        kind = f"step-{name}"
        entry = self.store.get(kind, key)
        if entry is not None:
            record = entry.record
            counts = {field: record[field] for field in ("rows_in", "kept", "rejected", "parts")}
            result = StepResult(name, key, **counts, cached_parts=record["parts"])
        else:
            began, kernels, meter = self.clock(), self.kernel_seconds, Meter()
            tables = work(meter)
            record = {
                "rows_in": meter.rows_in, "kept": meter.kept, "rejected": meter.rejected,
                "parts": meter.parts, "extra": meter.extra,
            }  # fmt: skip
            if meter.transient:
                key = content_id(key, meter.transient)
            self.store.put(kind, key, tables, record)
            result = StepResult(
                name, key, meter.rows_in, meter.kept, meter.rejected, meter.parts,
                meter.cached_parts, self.kernel_seconds - kernels, self.clock() - began,
            )  # fmt: skip
        self.progress.finish(result)
        return result

    def parts(
        self,
        name: str,
        kind: str,
        tasks: Sequence[Any],
        fn: Callable[[Any], Any],
        meter: Meter,
        rescue: Callable[[Any], None] | None = None,
    ) -> list[Entry]:
        """The store entry of each task (each has a `key`), computing those that are missing.

        `fn(task)` commits the entry itself, in a worker. When the worker crashes, hangs or runs
        out of memory, `rescue(task)` is to commit it without the row that did it; an exception is
        a bug, and without a rescue so is the rest: the run stops and says which pack.
        """
        meter.parts = len(tasks)
        missing = [task for task in tasks if self.store.get(kind, task.key) is None]
        meter.cached_parts = len(tasks) - len(missing)
        self.progress.start(name, len(tasks))
        self.progress.advance(name, meter.cached_parts)
        fallen = []
        for task, outcome in zip(missing, self.guarded(fn, missing), strict=True):
            if not outcome.ok and (rescue is None or outcome.kind is OutcomeKind.ERROR):
                raise CorpusmillError(
                    f"{name}: pack {task.key} ended with {outcome.kind}: {outcome.detail}"
                )
            if not outcome.ok:
                fallen.append(task)
            self.progress.advance(name)
        if rescue is not None:
            for task in fallen:
                rescue(task)
        return [self.store.require(kind, task.key) for task in tasks]

    def guarded(self, fn: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Outcome[Any]]:
        """An outcome for each task, its cost accounted for."""
        size = max((task.n_bytes for task in tasks), default=0)
        limits = Limits(STAGE_SECONDS + size * SECONDS_PER_BYTE, STAGE_MEMORY)
        for outcome in self.engine.map(fn, tasks, limits):
            self.account(outcome)
            yield outcome

    def kernel(self, work: Callable[[], Any]) -> Any:
        """Runs a global kernel here, counted like a worker's."""
        before = time.process_time()
        value = work()
        self.kernel_seconds += time.process_time() - before
        return value


@dataclass
class Meter:
    """Counts that a step's work fills in; `transient` names failures that may not come again."""

    rows_in: int = 0
    kept: int = 0
    rejected: int = 0
    parts: int = 1
    cached_parts: int = 0
    transient: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
