"""Decontamination: each document against the evaluation sets of the recipe."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from dataflow.decontamination.stage import Decontaminate
from dataflow.io.store import Store
from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.pipeline.steps.index import (
    Tables,
    all_rejects,
    divided,
    index_of,
    only,
    passed,
    shape_of,
)
from dataflow.pipeline.tasks import Chosen, chosen_packs
from schemas.ids import content_id
from schemas.tables import CONTAMINATION

SETS, HITS = "evaluation-sets", "hits"
FILE = "index.arrow"


@dataclass(frozen=True, slots=True)
class HitTask(Chosen):
    """Look for the items of the evaluation index `sets` in the chosen rows."""

    stage: Decontaminate
    sets: str


def hit_pack(task: HitTask) -> None:
    """Commits which of the chosen rows are kept, rejects for the others, and all hits."""
    store = Store(task.store)
    path = store.require(SETS, task.sets).folder / FILE
    split, hits = task.stage(task.frame(["doc_id", "text"]), task.stage.read_index(path))
    tables = {"kept": split.kept.select("doc_id"), "rejects": split.rejected, "hits": hits}
    store.put(HITS, task.key, tables, {"hits": hits.height})


def decontaminate(session: Session, before: str) -> StepResult:
    """Finds what stands in an evaluation set too, and drops or tags its documents."""
    stage = session.recipe.decontaminate
    sets = stage.load() if stage.enabled else None
    shape = "skip" if sets is None else content_id(shape_of(stage), sets.hash)

    def work(meter: Meter) -> Tables:
        index = index_of(session, "filter", before)
        if sets is None:
            return {**passed(index, meter), "hits": _hits([])}
        key = content_id(SETS, shape)
        if session.store.get(SETS, key) is None:
            session.store.put_files(SETS, key, {FILE: sets.write}, {})
        build = partial(HitTask, stage=stage, sets=key)
        todo = chosen_packs(index, HITS, shape, build, session.store.folder)
        entries = session.parts("decontaminate", HITS, todo, hit_pack, meter)
        rejects = all_rejects([entry.table("rejects") for entry in entries])
        kept = only(index, entries)
        hits = _hits([entry.table("hits") for entry in entries])
        meter.extra = {"hits": hits.height, **sets.facts}
        return {**divided("decontaminate", index, kept, rejects, meter), "hits": hits}

    return session.step("decontaminate", content_id("decontaminate", before, shape), work)


def _hits(frames: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=pl.Schema(CONTAMINATION.schema)), *frames])
