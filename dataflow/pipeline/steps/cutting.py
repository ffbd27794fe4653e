"""The step that cuts boilerplate, and what it shares with the one that cuts repeated passages.

Which passages go is decided over all documents; a pack in which something goes is written anew,
with its language and signals measured again, and all others stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, NamedTuple

import polars as pl

from dataflow.io.store import Store
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
from dataflow.quality.rules import FilterRules, Rule
from dataflow.stage import reject_frame
from schemas.ids import content_id
from schemas.records import Level, Reason, Reject, StageName
from schemas.tables import REMOVED

Stage = CutBoilerplate | CutRepeats

CUTS, CUT = "cuts", "cut"
BLOCK = "block.arrow"
ONLY = {
    StageName.BOILERPLATE: Reason.ONLY_BOILERPLATE,
    StageName.PASSAGES: Reason.ONLY_REPEATED_PASSAGES,
}


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules that what is left of a document is held against; `measured` the data has set."""

    rules: FilterRules
    measured: tuple[Rule, ...] = ()

    @property
    def shape(self) -> str:
        """Hash of all that a verdict depends on."""
        return content_id(shape_of(self.rules), repr(self.measured))

    def rejects(self, frame: pl.DataFrame, step: StageName) -> pl.DataFrame:
        """A reject row of `step` for each document that the rules reject."""
        rejected = self.rules(frame, self.measured).rejected
        return rejected.with_columns(stage=pl.lit(step.value))


class Cut(NamedTuple):
    """What cutting did: old pack -> new pack, reject rows, and `removed/` rows."""

    renamed: dict[str, str]
    rejects: pl.DataFrame
    removed: pl.DataFrame


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
    judge: Judge | None
    input_kind: ClassVar[str] = TEXT


def collect_pack(task: CollectTask) -> None:
    """Commits the block of the chosen rows."""
    block = task.stage.collect(task.frame(["doc_id", "text", "elements"]))
    writers = {BLOCK: partial(task.stage.write_block, block=block)}
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
    if task.judge is not None:
        rest = changed.filter(~pl.col("doc_id").is_in(list(emptied)))
        frames.append(task.judge.rejects(rest, task.step))
    return pl.concat(frames)


def boilerplate(session: Session, text_key: str) -> StepResult:
    """Cuts out the lines that the documents of one source share."""
    stage = session.recipe.boilerplate
    shape = shape_of(stage) if stage.enabled else "skip"

    def work(meter: Meter) -> Tables:
        index = index_of(session, "text", text_key)
        if not stage.enabled:
            return {**passed(index, meter), "removed": no_removed()}
        paths = collected(session, StageName.BOILERPLATE, index, stage, meter)
        blocks = [stage.read_block(path) for path in paths]
        cuts = session.kernel(lambda: stage.resolve(blocks))
        done = cut_packs(session, StageName.BOILERPLATE, index, stage, cuts, meter)
        return cut_tables(StageName.BOILERPLATE, index, done, meter)

    key = content_id("boilerplate", text_key, shape)
    return session.step("boilerplate", key, work)


def collected(
    session: Session, step: StageName, index: pl.DataFrame, stage: Stage, meter: Meter
) -> list[Path]:
    """The files of what `stage` collects from each pack."""
    shape, folder = shape_of(stage), session.store.folder
    todo = chosen_packs(index, step.value, shape, partial(CollectTask, stage=stage), folder)
    entries = session.parts(step.value, CUTS, todo, collect_pack, meter)
    return [entry.folder / BLOCK for entry in entries]


def cut_packs(
    session: Session,
    step: StageName,
    index: pl.DataFrame,
    stage: Stage,
    cuts: pl.DataFrame,
    meter: Meter,
    judge: Judge | None = None,
) -> Cut:
    """Cuts `cuts` out of the documents of `index`; packs without cuts stay what they are."""
    hit = index.filter(pl.col("doc_id").is_in(cuts["doc_id"].unique().implode()))
    annotate = Annotate.of(session.recipe)
    shape = content_id(shape_of(stage), annotate.shape)
    judged = judge.shape if judge else ""
    todo, renamed = [], {}
    for (pack,), part in hit.group_by("pack", maintain_order=True):
        own = cuts.filter(pl.col("doc_id").is_in(part["doc_id"].implode()))
        spans = own.select("doc_id", "char_start", "char_end").write_json()
        told = (judged, own.write_json(), *part["source"])
        key = content_id(step.value, shape, str(pack), *told)
        session.store.put(CUTS, key, {"cuts": own}, {})
        # of copies that another document has, the text that is left knows nothing
        renamed[str(pack)] = content_id(TEXT, step.value, shape, str(pack), spans)
        todo.append(CutTask(
            session.store.folder, str(pack), key, tuple(part["row"]), tuple(part["source"]),
            stage, step, key, renamed[str(pack)], annotate, judge,
        ))  # fmt: skip
    with more_parts(meter):
        entries = session.parts(step.value, CUT, todo, cut_pack, meter)
    removed = pl.concat([no_removed(), *(entry.table("removed") for entry in entries)])
    return Cut(renamed, all_rejects([entry.table("rejects") for entry in entries]), removed)


def cut_tables(step: StageName, index: pl.DataFrame, done: Cut, meter: Meter) -> Tables:
    """The tables of a step that cut passages out of the documents of `index`."""
    kept = index.filter(~pl.col("doc_id").is_in(done.rejects["id"].implode()))
    kept = kept.with_columns(pl.col("pack").replace(done.renamed))
    meter.extra = {"passages": done.removed.height}
    tables = divided(step.value, index, kept, done.rejects, meter)
    return {**tables, "removed": done.removed}


def no_removed() -> pl.DataFrame:
    """The table `removed` without a row."""
    return pl.DataFrame(schema=pl.Schema(REMOVED.schema))
