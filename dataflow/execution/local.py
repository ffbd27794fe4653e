"""The local engine: a pebble process pool whose workers are limited and mortal.

A call that hangs in C, segfaults or eats memory costs exactly its own item (pebble kills the one
process; the standard library's pool would break as a whole).
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running
from types import TracebackType
from typing import Any, Self

import pebble

from dataflow.execution.mortal import die_with_parent
from dataflow.execution.outcome import A, B, Limits, Outcome, OutcomeKind
from parsers.offline import SWITCHES

WINDOW_PER_WORKER = 8
"""Items in flight for each worker: enough to hide one slow item, few enough to bound memory."""

CALLS_PER_WORKER = 200
"""Calls before a fresh process takes over, so that what a library leaks stays bounded."""

WORKER_ENVIRONMENT = {
    # one thread a worker: the pool is the parallelism, and sums stay bit-identical
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "POLARS_MAX_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    # a worker imports nothing from the folder it is started in: a `schemas/` there is the user's
    "PYTHONSAFEPATH": "1",
    **SWITCHES,
}
PRELOAD = (
    "dataflow.execution.mortal", "numpy", "pyarrow.parquet", "pyarrow.compute", "polars",
    "lxml.html", "pydantic", "numba", "parsers.html.parser", "parsers.markdown", "parsers.text",
    "dataflow.pipeline.parse_file", "dataflow.pipeline.tasks",
)  # fmt: skip
"""Imported once in the fork server: none of them starts a thread, so forking stays safe.

PyMuPDF does (it loads ONNX Runtime), so each worker imports it for itself.
"""


@dataclass(frozen=True, slots=True)
class _Measured:
    """A call's value with what it cost."""

    value: object
    cpu_seconds: float
    peak_bytes: int


def prepare_worker() -> None:
    """Ties this process's life to its parent's."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle


def limit_memory(memory_bytes: int) -> None:
    """Bounds this process's address space; a later call may raise the bound again."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def measured(fn: Callable[[A], B], item: A, memory_bytes: int) -> _Measured:
    """`fn(item)` with the CPU seconds it took and the peak resident bytes of this process."""
    limit_memory(memory_bytes)
    before = time.process_time()
    value = fn(item)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    return _Measured(value, time.process_time() - before, peak * unit)


def _forkserver() -> ForkServerContext:
    """The forkserver context, its server started with the workers' environment.

    A fresh worker is a fork of the server, so it starts in milliseconds with the heavy modules
    there, and the server ends (its pipe closes) when this process is killed: so do the workers.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOAD))
    saved = {name: os.environ.get(name) for name in WORKER_ENVIRONMENT}
    os.environ.update(WORKER_ENVIRONMENT)
    try:
        ensure_running()
    finally:
        for name, value in saved.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
    return context


def _outcome(future: pebble.ProcessFuture[Any], limits: Limits) -> Outcome[B]:
    """The outcome of a finished or failing future."""
    try:
        done = future.result()
    except FutureTimeoutError:
        return Outcome(OutcomeKind.TIMEOUT, detail=f"no result after {limits.seconds:g} s")
    except MemoryError:
        return Outcome(
            OutcomeKind.MEMORY, detail=f"more than {limits.memory_bytes >> 20} MiB of memory"
        )
    except pebble.ProcessExpired as error:
        code = error.exitcode
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return Outcome(OutcomeKind.CRASH, detail=f"the worker process ended with {name}")
    except Exception as error:  # noqa: BLE001 the sandbox: a bug in a parser costs one item
        return Outcome(OutcomeKind.ERROR, detail=f"{type(error).__name__}: {error}")
    return Outcome(
        OutcomeKind.OK, done.value, cpu_seconds=done.cpu_seconds, peak_bytes=done.peak_bytes
    )


@dataclass
class LocalEngine:
    """Runs calls in `workers` child processes (0: one for each core)."""

    workers: int = 0
    _pool: pebble.ProcessPool | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.workers <= 0:
            self.workers = os.cpu_count() or 1

    def _start(self) -> pebble.ProcessPool:
        """The running pool."""
        if self._pool is None:
            self._pool = pebble.ProcessPool(
                max_workers=self.workers,
                max_tasks=CALLS_PER_WORKER,
                initializer=prepare_worker,
                context=_forkserver(),
            )
        return self._pool

    def map(self, fn: Callable[[A], B], items: Iterable[A], limits: Limits) -> Iterator[Outcome[B]]:
        """One outcome an item, in order; at most eight items a worker are in flight."""
        window: deque[pebble.ProcessFuture[Any]] = deque()
        try:
            for item in items:
                pool = self._start()
                window.append(
                    pool.schedule(
                        measured, args=(fn, item, limits.memory_bytes), timeout=limits.seconds
                    )
                )
                if len(window) >= WINDOW_PER_WORKER * self.workers:
                    yield _outcome(window.popleft(), limits)
            while window:
                yield _outcome(window.popleft(), limits)
        finally:
            for future in window:
                future.cancel()  # type: ignore[no-untyped-call]  # pebble

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # pebble
            self._pool.join()
            self._pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()
