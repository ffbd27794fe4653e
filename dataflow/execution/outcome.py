"""What comes back from a guarded call, and the signature that every engine has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")


class OutcomeKind(StrEnum):
    """How a guarded call ended."""

    OK = "ok"
    ERROR = "error"
    TIMEOUT = "timeout"
    CRASH = "crash"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may use: wall seconds and bytes of address space.

    The address space of a worker with the OCR models loaded is about 2.5 GB, hence the default.
    """

    seconds: float = 300.0
    memory_bytes: int = 6 << 30


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """A value, or why there is none. Never an exception: one bad item must not end a run.

    `cpu_seconds` is what the call itself used; `peak_bytes` the worker's peak resident memory.
    """

    kind: OutcomeKind
    value: T | None = None
    detail: str = ""
    cpu_seconds: float = 0.0
    peak_bytes: int = 0

    @property
    def ok(self) -> bool:
        """Whether there is a value."""
        return self.kind is OutcomeKind.OK


class Engine(Protocol):
    """Runs a picklable function on each item, guarded, in processes that die with this one."""

    def map(self, fn: Callable[[A], B], items: Iterable[A], limits: Limits) -> Iterator[Outcome[B]]:
        """One outcome an item, in the order of the items; items are drawn as they are needed."""
        ...

    def __enter__(self) -> Self:
        """Starts workers lazily."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stops all workers."""
        ...
