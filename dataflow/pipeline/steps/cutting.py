"""Two steps that cut passages out of documents: boilerplate, and what stands elsewhere too.

Which passages go is decided over all documents; a pack in which something goes is written anew,
with its language and signals measured again, and all others stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import polars as pl

from dataflow.io.store import Entry, Store
from dataflow.passages.blocks import UnitBlock
from dataflow.passages.boilerplate import CutBoilerplate
from dataflow.passages.repeats import CutRepeats
from dataflow.pipeline.annotate import Annotate
from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.pipeline.steps.index import (
    Tables,
    all_rejects,
    divided,
    index_of,
    more_parts,
    passed,
    shape_of,
)
from dataflow.pipeline.tasks import TEXT, Chosen, chosen_packs
from dataflow.quality.rules import FilterRules
from dataflow.stage import reject_frame
from schemas.ids import content_id
from schemas.records import Level, Reason, Reject, StageName
from schemas.tables import REMOVED

Stage = CutBoilerplate | CutRepeats

CUTS, CUT = "cuts", "cut"
OFF = "off"
ONLY = {
    StageName.BOILERPLATE: Reason.ONLY_BOILERPLATE,
    StageName.PASSAGES: Reason.ONLY_REPEATED_PASSAGES,
}


@dataclass(frozen=True, slots=True)
class CollectTask(Chosen):
    """Collect what may repeat from the chosen rows."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class CutTask(Chosen):
    """Cut the passages of the entry `cuts` out of the chosen rows of a text pack.

    The new text pack has all rows of the old one at their places, under the key `text`.
    """

    stage: Stage
    step: StageName
    cuts: str
    text: str
    annotate: Annotate
    rules: FilterRules | None
    input_kind: ClassVar[str] = TEXT


def collect_pack(task: CollectTask) -> None:
    """Commits the block of the chosen rows."""
    block = task.stage.collect(task.frame(["doc_id", "text", "elements"]))
    writers = {"block.arrow": partial(task.stage.write_block, block=block)}
    Store(task.store).put_files(CUTS, task.key, writers, {})


def cut_pack(task: CutTask) -> None:
    """Commits the new text pack, what was removed, and rejects of documents that go with it."""
    store = Store(task.store)
    cuts = store.require(CUTS, task.cuts).table("cuts")
    rows = store.require(TEXT, task.pack).table("rows").with_row_index("row")
    sources = pl.DataFrame(
        {"row": task.rows, "source": task.sources}, schema_overrides={"row": pl.UInt32}
    )
    hit = rows.join(sources, on="row").filter(pl.col("doc_id").is_in(cuts["doc_id"].implode()))
    cutting = task.stage.cut(hit, cuts)
    changed = task.annotate.measured(cutting.frame)
    rejects = _rejects(task, changed, set(cutting.emptied))
    fresh = pl.concat(
        [rows.filter(~pl.col("row").is_in(changed["row"].implode())), changed.select(rows.columns)]
    )
    store.put(TEXT, task.text, {"rows": fresh.sort("row").drop("row")}, {"rows": fresh.height})
    tables = {"removed": cutting.removed, "rejects": rejects}
    store.put(CUT, task.key, tables, {"passages": cutting.removed.height})


def _rejects(task: CutTask, changed: pl.DataFrame, emptied: set[str]) -> pl.DataFrame:
    """Rejects of documents of which nothing is left, or too little for the rules."""
    reason = ONLY[task.step]
    gone = [
        Reject(
            doc_id, Level.DOCUMENT, task.step, reason, source, "no letter of it is left", 0.0, 0.0
        )
        for doc_id, source in changed.select("doc_id", "source").iter_rows()
        if doc_id in emptied
    ]
    frames = [reject_frame(gone)]
    if task.rules is not None:
        rest = changed.filter(~pl.col("doc_id").is_in(list(emptied)))
        judged = task.rules(rest).rejected
        frames.append(judged.with_columns(stage=pl.lit(task.step.value)))
    return pl.concat(frames)


def boilerplate(session: Session, text_key: str) -> StepResult:
    """Cuts out the lines that the documents of one source share."""
    stage = session.recipe.boilerplate
    shape = shape_of(stage) if stage.enabled else "skip"

    def work(meter: Meter) -> Tables:
        index = index_of(session, "text", text_key)
        if not stage.enabled:
            return {**passed(index, meter), "removed": _removed([])}
        blocks = _blocks(session, StageName.BOILERPLATE, index, stage, meter)
        cuts = session.kernel(lambda: stage.resolve(blocks))
        return _cut(session, StageName.BOILERPLATE, stage, index, cuts, meter)

    key = content_id("boilerplate", text_key, shape)
    return session.step("boilerplate", key, work)


def passages(session: Session, dedup_key: str) -> StepResult:
    """Cuts out the passages that stand in an earlier document too."""
    stage = session.recipe.passages
    rules = session.recipe.filter if "filter" not in session.recipe.run.skip else None
    shape = shape_of(stage, *([rules] if rules else [])) if stage.unit != OFF else "skip"

    def work(meter: Meter) -> Tables:
        index = index_of(session, "dedup", dedup_key)
        if stage.unit == OFF:
            return {**passed(index, meter), "removed": _removed([])}
        blocks = _blocks(session, StageName.PASSAGES, index, stage, meter)
        cuts = session.kernel(lambda: stage.resolve(blocks, index["doc_id"]))
        return _cut(session, StageName.PASSAGES, stage, index, cuts, meter, rules)

    return session.step("passages", content_id("passages", dedup_key, shape), work)


def _blocks(
    session: Session, step: StageName, index: pl.DataFrame, stage: Stage, meter: Meter
) -> list[UnitBlock]:
    shape, folder = shape_of(stage), session.store.folder
    todo = chosen_packs(index, step.value, shape, partial(CollectTask, stage=stage), folder)
    entries = session.parts(step.value, CUTS, todo, collect_pack, meter)
    return [stage.read_block(entry.folder / "block.arrow") for entry in entries]


def _cut(
    session: Session,
    step: StageName,
    stage: Stage,
    index: pl.DataFrame,
    cuts: pl.DataFrame,
    meter: Meter,
    rules: FilterRules | None = None,
) -> Tables:
    """The step's tables after cutting; packs without cuts stay what they are."""
    hit = index.filter(pl.col("doc_id").is_in(cuts["doc_id"].unique().implode()))
    packs = index.filter(pl.col("pack").is_in(hit["pack"].unique().implode()))
    annotate = Annotate.of(session.recipe)
    shape = content_id(shape_of(stage), annotate.shape)
    judged = shape_of(rules) if rules else ""
    todo, renamed = [], {}
    for (pack,), part in packs.group_by("pack", maintain_order=True):
        own = cuts.filter(pl.col("doc_id").is_in(part["doc_id"].implode()))
        spans = own.select("doc_id", "char_start", "char_end").write_json()
        told = (judged, own.write_json(), *part["source"])
        key = content_id(step.value, shape, str(pack), *told)
        session.store.put(CUTS, key, {"cuts": own}, {})
        # of copies that another document has, the text that is left knows nothing
        renamed[str(pack)] = content_id(TEXT, step.value, shape, str(pack), spans)
        todo.append(CutTask(
            session.store.folder, str(pack), key, tuple(part["row"]), tuple(part["source"]),
            stage, step, key, renamed[str(pack)], annotate, rules,
        ))  # fmt: skip
    with more_parts(meter):
        entries = session.parts(step.value, CUT, todo, cut_pack, meter)
    rejects = all_rejects([entry.table("rejects") for entry in entries])
    kept = index.filter(~pl.col("doc_id").is_in(rejects["id"].implode()))
    kept = kept.with_columns(pl.col("pack").replace(renamed))
    removed = _removed(entries)
    meter.extra = {"passages": removed.height}
    return {**divided(step.value, index, kept, rejects, meter), "removed": removed}


def _removed(entries: Sequence[Entry]) -> pl.DataFrame:
    empty = pl.DataFrame(schema=pl.Schema(REMOVED.schema))
    return pl.concat([empty, *(entry.table("removed") for entry in entries)])
