"""The third step: every parsed text cleaned, its language found, its quality measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from dataflow.chunking.tokenizers import get_tokenizer
from dataflow.io.store import Entry
from dataflow.pipeline import tasks
from dataflow.pipeline.session import KIND_REASONS, Meter, Session, StepResult
from dataflow.pipeline.steps import index_of, shape_of
from dataflow.stage import check_conserved
from schemas.errors import CorpusmillError
from schemas.ids import content_id
from schemas.records import Level, StageName


def text(session: Session, parse_key: str) -> StepResult:
    """Cleans, identifies the language of and scores every pack."""
    recipe = session.recipe
    stages = (recipe.clean, recipe.language, recipe.score)
    shape = content_id(shape_of(*stages), get_tokenizer(recipe.run.tokenizer).hash)

    def work(meter: Meter) -> dict[str, pl.DataFrame]:
        index = index_of(session, "parse", parse_key)
        packs = index["pack"].unique(maintain_order=True).to_list()
        todo = [
            tasks.TextTask(
                session.store.folder, pack, content_id(tasks.TEXT, pack, shape), *stages,
                recipe.run.tokenizer,
            )
            for pack in packs
        ]  # fmt: skip
        entries = session.parts(
            "text", tasks.TEXT, todo, tasks.text_pack, meter, partial(_without_fatal_rows, session)
        )
        renamed = dict(zip(packs, (entry.key for entry in entries), strict=True))
        meter.extra = {"changes": _summed([entry.record["changes"] for entry in entries])}
        lost = _lost(dict(zip(packs, entries, strict=True)))
        kept = index.join(lost, on=["pack", "row"], how="anti", maintain_order="left")
        rejects = _lost_rejects(index.join(lost, on=["pack", "row"], maintain_order="left"))
        meter.rows_in, meter.kept, meter.rejected = index.height, kept.height, rejects.height
        check_conserved("text", index.height, kept.height, rejects.height)
        packed = pl.col("pack").replace_strict(renamed, return_dtype=pl.String)
        return {"index": kept.with_columns(packed), "rejects": rejects}

    return session.step("text", content_id("text", parse_key, shape), work)


def _without_fatal_rows(session: Session, task: tasks.TextTask) -> None:
    """Commits a text pack that killed its worker, without the rows that did it.

    Each row is tried alone under the same limits; those that fail again become reject rows.
    """
    count = session.store.require("parse", task.pack).table("rows", ["doc_id"]).height
    probes = [replace(task, probe=row) for row in range(count)]
    lost = tuple(
        (probe.probe or 0, KIND_REASONS[outcome.kind].value, outcome.detail)
        for probe, outcome in zip(probes, session.guarded(tasks.text_pack, probes), strict=True)
        if not outcome.ok
    )
    for outcome in session.guarded(tasks.text_pack, [replace(task, lost=lost)]):
        if not outcome.ok:
            raise CorpusmillError(
                f"text: pack {task.key} ended with {outcome.kind} although each of its rows "
                f"alone does not: {outcome.detail}; lower [run] pack_files and pack_mib"
            )


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
