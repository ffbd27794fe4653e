"""What the steps hand to each other: the index of documents that are still in, and parts.

A step reads the committed tables of the one before by key, so it can run in another process (a
Prefect task) as well as in this one. Its own key covers all that shaped it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl

from dataflow.identity import code, identity
from dataflow.io.store import Entry
from dataflow.pipeline.session import Meter, Session
from dataflow.pipeline.tasks import PackTask
from dataflow.stage import REJECT_FRAME, check_conserved
from schemas.ids import content_id

Tables = dict[str, pl.DataFrame]


def shape_of(*stages: Any) -> str:
    """Hash of what the stages are and of the code that they run on."""
    return content_id(code(), *(identity(stage) for stage in stages))


def index_of(session: Session, step: str, key: str) -> pl.DataFrame:
    """Documents that are still in after a step: source, doc_id, pack, row, in final order."""
    return session.store.require(f"step-{step}", key).table("index")


def all_rejects(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Reject rows of several parts as one frame, which may be empty."""
    return pl.concat([pl.DataFrame(schema=REJECT_FRAME), *frames])


def passed(index: pl.DataFrame, meter: Meter) -> Tables:
    """What a step that is switched off returns: everything it was given."""
    meter.rows_in = meter.kept = index.height
    return {"index": index, "rejects": all_rejects([])}


def divided(
    name: str, index: pl.DataFrame, kept: pl.DataFrame, rejects: pl.DataFrame, meter: Meter
) -> Tables:
    """What a step returns that kept some documents of `index`; raises ConservationError."""
    meter.rows_in, meter.kept, meter.rejected = index.height, kept.height, rejects.height
    check_conserved(name, index.height, kept.height, rejects.height)
    return {"index": kept, "rejects": rejects}


def only(index: pl.DataFrame, entries: Sequence[Entry]) -> pl.DataFrame:
    """The rows of `index` whose documents stand in the tables `kept` of `entries`."""
    frames = [entry.table("kept") for entry in entries]
    kept = pl.concat(frames) if frames else pl.DataFrame(schema={"doc_id": pl.String})
    return index.join(kept, on="doc_id", how="semi", maintain_order="left")


@contextmanager
def more_parts(meter: Meter) -> Iterator[None]:
    """Within, parts are counted on top of those that the step has done before."""
    parts, cached = meter.parts, meter.cached_parts
    yield
    meter.parts, meter.cached_parts = meter.parts + parts, meter.cached_parts + cached


def parts_table(todo: Sequence[PackTask], entries: Sequence[Entry]) -> pl.DataFrame:
    """Which entry holds the rows made from which pack."""
    return pl.DataFrame(
        {"pack": [task.pack for task in todo], "entry": [entry.key for entry in entries]},
        schema={"pack": pl.String, "entry": pl.String},
    )


def parts_of(session: Session, step: str, key: str) -> pl.DataFrame:
    """The parts of a committed step: pack and entry."""
    return session.store.require(f"step-{step}", key).table("parts")
