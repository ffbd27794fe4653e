"""Perplexity: n-gram counts of every pack, one model of each language, a score for each document.

The step passes everything on when it is switched off. The bounds that it sets are percentiles of
all scores, so they are rules that only the data can give: the filter asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from dataflow.ingest import hash_file
from dataflow.io.store import Store
from dataflow.perplexity.stage import CORPUS, ScorePerplexity
from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.pipeline.steps.index import Tables, index_of, more_parts, passed, shape_of
from dataflow.pipeline.tasks import TEXT, Chosen, chosen_packs
from dataflow.quality.rules import Rule
from schemas.errors import StoreError, UsageError
from schemas.ids import content_id

if TYPE_CHECKING:
    from dataflow.perplexity.models import NgramModels

NGRAMS, MODELS = "ngrams", "ngram-models"
BLOCK, FILE = "block.arrow", "models.bin"
ANSWERS = "llm"
"""Folder of the answers of servers in the store."""
UNSCORED = "unscored"
"""Documents for which a server gave no perplexity."""


@dataclass(frozen=True, slots=True)
class CountTask(Chosen):
    """Count the n-grams of the chosen rows."""

    stage: ScorePerplexity


@dataclass(frozen=True, slots=True)
class ScoreTask(Chosen):
    """Score the chosen rows; the new text pack `text` has all rows of the old one."""

    stage: ScorePerplexity
    models: str


def count_pack(task: CountTask) -> None:
    """Commits the counts of the chosen rows."""
    block = task.stage.count(task.frame(["doc_id", "lang", "text"]))
    writers = {BLOCK: partial(task.stage.write_block, block=block)}
    Store(task.store).put_files(NGRAMS, task.key, writers, {})


def score_pack(task: ScoreTask) -> None:
    """Commits the text pack with the perplexity of the chosen rows among its signals."""
    store = Store(task.store)
    rows = store.require(TEXT, task.pack).table("rows")
    sources = pl.Series("source", [""] * rows.height)
    sources = sources.scatter(list(task.rows), list(task.sources))
    models = task.stage.load(Path(task.models))
    scored = task.stage.score(rows.with_columns(sources), models).select(rows.columns)
    store.put(TEXT, task.key, {"rows": scored}, {"rows": scored.height})


def ask_server(session: Session, tasks: Sequence[Any], meter: Meter) -> None:
    """Commits those ScoreTasks that are not there yet, by the model behind a server, in order.

    In this process: what a server takes has nothing to do with the size of a pack. `meter` counts
    the documents that had no answer. Raises BackendError when the server cannot do it at all.
    """
    from dataflow.perplexity.served import check_server, score_served

    store = session.store
    missing = [task for task in tasks if store.get(TEXT, task.key) is None]
    if missing:
        check_server(missing[0].stage)
    session.progress.start("perplexity", len(tasks))
    session.progress.advance("perplexity", len(tasks) - len(missing))
    for task in missing:
        rows = store.require(TEXT, task.pack).table("rows")
        chosen = pl.Series(range(rows.height)).is_in(list(task.rows))
        asked = rows.with_columns(text=pl.when(chosen).then(pl.col("text")))
        scored, failed = score_served(task.stage, asked, store.folder / ANSWERS)
        rows = rows.with_columns(scored["signals"])
        store.put(TEXT, task.key, {"rows": rows}, {"rows": rows.height, UNSCORED: failed})
        session.progress.advance("perplexity", 1)
    entries = [store.require(TEXT, task.key) for task in tasks]
    meter.parts, meter.cached_parts = len(tasks), len(tasks) - len(missing)
    meter.extra = {UNSCORED: sum(entry.record[UNSCORED] for entry in entries)}


def perplexity(session: Session, before: str) -> StepResult:
    """Scores every document by the n-gram model of its language."""
    stage = session.recipe.perplexity
    shape = _shape(stage) if stage.enabled else "skip"

    def work(meter: Meter) -> Tables:
        index = index_of(session, "boilerplate", before)
        if not stage.enabled:
            return passed(index, meter)
        models, trained = _models(session, index, stage, shape, meter)
        build = partial(ScoreTask, stage=stage, models=str(models))
        folder = session.store.folder
        todo = chosen_packs(index, TEXT, content_id(shape, trained), build, folder)
        if stage.server:
            ask_server(session, todo, meter)
        else:
            with more_parts(meter) if stage.model == CORPUS else nullcontext():
                session.parts("perplexity", TEXT, todo, score_pack, meter)
        renamed = {task.pack: task.key for task in todo}
        meter.rows_in = meter.kept = index.height
        scored = index.with_columns(pl.col("pack").replace_strict(renamed, return_dtype=pl.String))
        return {**passed(index, meter), "index": scored}

    return session.step("perplexity", content_id("perplexity", before, shape), work)


def _shape(stage: ScorePerplexity) -> str:
    """Hash of what scores depend on; the percentiles only matter to the filter."""
    bytes_of = ""
    if stage.model != CORPUS and not stage.server:
        saved_models(stage)
        bytes_of = hash_file(Path(stage.model))
    return content_id(shape_of(replace(stage, low_percentile=0, high_percentile=100)), bytes_of)


def saved_models(stage: ScorePerplexity) -> NgramModels:
    """The models in the recipe's file, mapped; raises UsageError when they cannot be used."""
    path = Path(stage.model)
    if not path.is_file():
        raise UsageError(f"perplexity.model: there is no file {stage.model!r}")
    try:
        return stage.load(path)
    except StoreError as error:
        raise UsageError(f"perplexity.model: {error}") from error


def _models(
    session: Session, index: pl.DataFrame, stage: ScorePerplexity, shape: str, meter: Meter
) -> tuple[Path, str]:
    """The file of the models, and a hash of what they learnt beyond `shape`.

    It is the recipe's own, or one trained on the counts of all packs; none for a server.
    """
    if stage.server:
        return Path(), ""
    if stage.model != CORPUS:
        return Path(stage.model).resolve(), ""
    folder = session.store.folder
    todo = chosen_packs(index, NGRAMS, shape, partial(CountTask, stage=stage), folder)
    entries = session.parts("perplexity", NGRAMS, todo, count_pack, meter)
    key = content_id(MODELS, shape, *(entry.key for entry in entries))
    entry = session.store.get(MODELS, key)
    if entry is None:
        blocks = [stage.read_block(entry.folder / BLOCK) for entry in entries]
        models = session.kernel(lambda: stage.train(blocks))
        writers = {FILE: partial(stage.save, models)}
        entry = session.store.put_files(MODELS, key, writers, {})
    return entry.folder / FILE, key


def measured_rules(session: Session, index: pl.DataFrame) -> tuple[Rule, ...]:
    """The rules whose bounds are percentiles of the perplexities of all documents in `index`."""
    stage = session.recipe.perplexity
    if not stage.enabled:
        return ()
    found = []
    for (pack,), part in index.group_by("pack", maintain_order=True):
        table = session.store.require(TEXT, str(pack)).table("rows", ["lang", "signals"])
        found.append(table[part["row"].to_list()].select(
            "lang", pl.col("signals").struct.field("perplexity")
        ))  # fmt: skip
    return stage.bounds(pl.concat(found)) if found else ()
