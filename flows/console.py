"""What a person sees while a run works: progress bars on a terminal, nothing in a pipe."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from dataflow.pipeline.session import Progress as Listener
from dataflow.pipeline.session import StepResult


class Bars(Listener):
    """A progress bar for each step, on standard error."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def start(self, step: str, total: int) -> None:
        """Shows a bar for the step."""
        self._tasks[step] = self._bars.add_task(step, total=total)

    def advance(self, step: str, units: int = 1) -> None:
        """Moves the step's bar."""
        if step in self._tasks and units:
            self._bars.advance(self._tasks[step], units)

    def finish(self, result: StepResult) -> None:
        """Writes what came out of the step beside its bar."""
        task = self._tasks.get(result.name)
        if task is None:
            task = self._tasks[result.name] = self._bars.add_task(result.name, total=1)
            self._bars.advance(task)
        note = f"{result.name}: {result.kept} kept, {result.rejected} rejected"
        self._bars.update(task, description=note)


@contextmanager
def progress(quiet: bool) -> Iterator[Listener]:
    """A listener for a session: bars when standard error is a terminal, else silence."""
    if quiet or not sys.stderr.isatty():
        yield Listener()
        return
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bars:
        yield Bars(bars)


def print_json(data: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table on standard output; numbers to the right, nothing for None.

    Texts come from documents, so they are shown as they are: brackets are no markup.
    """
    table = Table(title=title, title_justify="left", header_style="bold")
    for position, name in enumerate(columns):
        numbers = bool(rows) and all(isinstance(row[position], int | float) for row in rows)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(value)) for value in row))
    Console().print(table)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)


def print_pairs(pairs: Mapping[str, Any]) -> None:
    """Names and values on standard output, a line each."""
    width = max((len(name) for name in pairs), default=0)
    for name, value in pairs.items():
        sys.stdout.write(f"{name.ljust(width)}  {value}\n")
