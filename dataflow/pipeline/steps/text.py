"""The third step: every parsed text cleaned, its language found, its quality measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import polars as pl

from dataflow.io.store import Entry, Store
from dataflow.passages.cutting import REMOVED_FRAME
from dataflow.pipeline.annotate import Annotate, removed_rows
from dataflow.pipeline.session import KIND_REASONS, Meter, Session, StepResult
from dataflow.pipeline.steps.index import Tables, divided, index_of
from dataflow.pipeline.tasks import PARSE, TEXT, PackTask
from dataflow.stage import check_conserved
from schemas.errors import CorpusmillError
from schemas.ids import content_id
from schemas.records import Level, StageName


@dataclass(frozen=True, slots=True)
class TextTask(PackTask):
    """Clean, mask, measure: one row each for the rows of a parse pack.

    `probe` works on that row alone and commits nothing; the rows in `lost` are emptied first, so
    that row numbers stay those of the parse pack.
    """

    input_kind: ClassVar[str] = PARSE
    annotate: Annotate
    probe: int | None = None
    lost: tuple[tuple[int, str, str], ...] = ()


def text_pack(task: TextTask) -> None:
    """Commits the text pack: all columns of the parse pack with text cleaned and scored.

    Beside the rows stand the lines that cleaning removed, by row.
    """
    store = Store(task.store)
    parsed = store.require(PARSE, task.pack).table("rows")
    if task.probe is not None:
        parsed = parsed[task.probe : task.probe + 1]
    if task.lost:
        gone = pl.int_range(pl.len()).is_in([row for row, _, _ in task.lost])
        parsed = parsed.with_columns(
            pl.when(gone).then(pl.lit("")).otherwise("text").alias("text"),
            pl.when(~gone).then("elements").alias("elements"),
        )
    frame, removed = task.annotate(parsed)
    check_conserved("clean", parsed.height, frame.height, 0)
    if task.probe is not None:
        return
    changes = {name: int(total or 0) for name, total in _totals(frame).items()}
    record = {"rows": frame.height, "changes": changes, "lost": task.lost}
    store.put(TEXT, task.key, {"rows": frame, "removed": removed}, record)


def _totals(frame: pl.DataFrame) -> dict[str, int | None]:
    return frame["changes"].struct.unnest().sum().row(0, named=True) if frame.height else {}


def text(session: Session, parse_key: str) -> StepResult:
    """Cleans, identifies the language of and scores every pack."""
    annotate = Annotate.of(session.recipe)
    shape = annotate.shape

    def work(meter: Meter) -> Tables:
        index = index_of(session, "parse", parse_key)
        packs = index["pack"].unique(maintain_order=True).to_list()
        todo = [
            TextTask(session.store.folder, pack, content_id(TEXT, pack, shape), annotate)
            for pack in packs
        ]
        entries = session.parts(
            "text", TEXT, todo, text_pack, meter, partial(_without_fatal_rows, session)
        )
        renamed = dict(zip(packs, (entry.key for entry in entries), strict=True))
        meter.extra = {"changes": _summed([entry.record["changes"] for entry in entries])}
        lost = _lost(dict(zip(packs, entries, strict=True)))
        kept = index.join(lost, on=["pack", "row"], how="anti", maintain_order="left")
        rejects = _lost_rejects(index.join(lost, on=["pack", "row"], maintain_order="left"))
        removed = _removed(dict(zip(packs, entries, strict=True)), kept)
        packed = pl.col("pack").replace_strict(renamed, return_dtype=pl.String)
        tables = divided("text", index, kept.with_columns(packed), rejects, meter)
        return {**tables, "removed": removed}

    return session.step("text", content_id("text", parse_key, shape), work)


def _without_fatal_rows(session: Session, task: TextTask) -> None:
    """Commits a text pack that killed its worker, without the rows that did it.

    Each row is tried alone under the same limits; those that fail again become reject rows.
    """
    count = session.store.require("parse", task.pack).table("rows", ["doc_id"]).height
    probes = [replace(task, probe=row) for row in range(count)]
    lost = tuple(
        (probe.probe or 0, KIND_REASONS[outcome.kind].value, outcome.detail)
        for probe, outcome in zip(probes, session.guarded(text_pack, probes), strict=True)
        if not outcome.ok
    )
    for outcome in session.guarded(text_pack, [replace(task, lost=lost)]):
        if not outcome.ok:
            raise CorpusmillError(
                f"text: pack {task.key} ended with {outcome.kind} although each of its rows "
                f"alone does not: {outcome.detail}; lower [run] pack_files and pack_mib"
            )


def _removed(entries: Mapping[str, Entry], index: pl.DataFrame) -> pl.DataFrame:
    """Rows of `removed/` for the lines that cleaning took out of the documents of `index`.

    `entries` are text packs by their parse packs. What has one pack has many sources: each
    document of the index has its own rows.
    """
    frames = [REMOVED_FRAME.to_frame()]
    for pack, entry in entries.items():
        lines = entry.table("removed")
        if lines.height:
            frames.append(removed_rows(lines.with_columns(pack=pl.lit(pack)), index))
    return pl.concat(frames)


def _lost(entries: Mapping[str, Entry]) -> pl.DataFrame:
    """Rows of parse packs that cost a worker: pack, row, reason and detail."""
    rows = [
        (pack, row, reason, detail)
        for pack, entry in entries.items()
        for row, reason, detail in entry.record["lost"]
    ]
    schema = {"pack": pl.String, "row": pl.UInt32, "reason": pl.String, "detail": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _lost_rejects(lost: pl.DataFrame) -> pl.DataFrame:
    return lost.select(
        pl.col("doc_id").alias("id"),
        pl.lit(Level.DOCUMENT.value).alias("level"),
        pl.lit(StageName.CLEAN.value).alias("stage"),
        "reason",
        pl.lit(None, pl.Float64).alias("value"),
        pl.lit(None, pl.Float64).alias("threshold"),
        pl.format("cleaning and scoring its text: {}", "detail").alias("detail"),
        "source",
    )


def _summed(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in counts:
        for name, count in part.items():
            total[name] = total.get(name, 0) + count
    return total
