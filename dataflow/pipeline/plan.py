"""What a run would do: which files are new, and which steps are cached, without doing any."""

from __future__ import annotations

from typing import Any

import polars as pl

from dataflow.execution.outcome import Limits
from dataflow.pipeline.listing import unique_files
from dataflow.pipeline.parsing import keyed_files, parsed_packs
from dataflow.pipeline.run import STEP_ORDER, STEPS
from dataflow.pipeline.session import Job, Session, StepResult


class _NothingRuns:
    """An engine that must not be asked for anything."""

    def __enter__(self) -> _NothingRuns:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def map(self, fn: Any, items: Any, limits: Limits) -> Any:
        """Always raises: the plan only reads."""
        raise NotPlannedError


class NotPlannedError(Exception):
    """A step would have to compute something."""


class _ReadOnly(Session):
    """A session that stops at the first step that is not committed yet."""

    def step(self, name: str, key: str, work: Any) -> StepResult:
        """The committed result, or NotPlannedError."""
        if self.store.get(f"step-{name}", key) is None:
            raise NotPlannedError
        return super().step(name, key, work)


def plan(job: Job) -> list[dict[str, Any]]:
    """A row for each step: `step`, `parts`, `cached` and a `note`; reads names and bytes only."""
    session = _ReadOnly(job, _NothingRuns())
    files = unique_files(session)
    packs = parsed_packs(session)
    keyed = keyed_files(session, files)
    cached = keyed.filter(pl.col("file_key").is_in(list(packs))).height
    rows = [
        _row("ingest", files.height, 0, "files are listed and hashed at every run"),
        _row("parse", files.height, cached, f"{files.height - cached} files to parse"),
    ]
    keys: dict[str, str] = {}
    stale = False
    for name in STEP_ORDER:
        try:
            result = None if stale else STEPS[name](session, keys)
        except NotPlannedError:
            stale, result = True, None
        if result is not None:
            keys[name] = result.key
        if name not in ("ingest", "parse"):
            parts = result.parts if result else 0
            note = "cached" if result else "to do (its input or its options changed)"
            rows.append(_row(name, parts, parts, note))
    return rows


def _row(step: str, parts: int, cached: int, note: str) -> dict[str, Any]:
    return {"step": step, "parts": parts, "cached": cached, "note": note}
