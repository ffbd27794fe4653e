"""Samples: candidates pack by pack, then the decisions over all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from dataflow.io.store import Entry, Store
from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.pipeline.steps.index import (
    Tables,
    all_rejects,
    index_of,
    parts_of,
    parts_table,
    shape_of,
)
from dataflow.pipeline.steps.making import CHUNKS
from dataflow.pipeline.tasks import TEXT, Chosen, PackTask, chosen_packs
from dataflow.recipe import Recipe
from dataflow.sft.bootstrapping import bootstrapped, chosen_documents
from dataflow.sft.drafts import SELF_INSTRUCT
from dataflow.sft.finish import COMPARED, Finish, document_splits, with_splits
from dataflow.sft.ledger import Drafted
from dataflow.sft.make import MakeSft
from dataflow.sft.opening import FOLDER, Models, open_models
from dataflow.sft.rows import SAMPLE_FRAME
from dataflow.stage import check_conserved
from schemas.ids import content_id

SAMPLES = "samples"


@dataclass(frozen=True, slots=True)
class SampleTask(Chosen):
    """Candidates from the chosen rows and their chunks; `splits` are those of the rows."""

    chunks: str
    sft: MakeSft
    splits: tuple[str, ...]


def sample_pack(task: SampleTask, models: Models | None = None) -> str:
    """Commits the candidates of the chosen rows and the rejected ones; returns the key.

    Where a model failed, the key is another one: a next run asks again, and pays only for that.
    """
    store = Store(task.store)
    documents = task.frame(["doc_id", "title", "lang", "text", "elements"]).with_columns(
        pl.Series("split", task.splits, dtype=pl.String)
    )
    chunks = store.require(CHUNKS, task.chunks).table("rows")
    asked = (models.model, models.judges) if models is not None else ()
    return _put(store, task.key, task.sft.draft(documents, chunks, *asked))


def _put(store: Store, key: str, found: Drafted) -> str:
    key = content_id(key, "failed", *found.unsure) if found.unsure else key
    record = {"rows": found.kept.height, "failed": len(found.unsure)}
    store.put(SAMPLES, key, {"rows": found.kept, "rejects": found.rejected}, record)
    return key


def sft(
    session: Session, corpus_key: str, chunk_key: str, balance_key: str, dedup_key: str
) -> StepResult:
    """Makes candidates of all four data sets and decides which of them stay."""
    recipe = session.recipe
    skipped = "sft" in recipe.run.skip
    shape = "skip" if skipped else _shape(recipe)

    def work(meter: Meter) -> Tables:
        if skipped:
            return {"parts": parts_table([], []), "rejects": all_rejects([])}
        index = index_of(session, "passages", corpus_key)
        splits = _splits(session, balance_key, dedup_key)
        chunks = dict(parts_of(session, "chunk", chunk_key).iter_rows())
        todo = _tasks(session, index, splits, chunks)
        free: list[Entry] = []
        if recipe.llm.asked or recipe.judge.ifd or recipe.judge.reward_url:
            with open_models(recipe.llm, recipe.judge, session.store.folder / FOLDER) as models:
                entries = _asked(session, todo, models, meter)
                if SELF_INSTRUCT in recipe.sft.model_methods:
                    free = _bootstrapped(session, index, chunks, models, meter)
                meter.extra = {"llm": models.spent}
        else:
            entries = session.parts("sft", SAMPLES, todo, sample_pack, meter)
        candidates = with_splits(_candidates(index, entries, free), splits)
        finish = Finish.of(recipe)
        kept, dropped = session.kernel(
            lambda: finish(candidates, lambda: _chunk_rows(session.store, chunks))
        )
        drafts = all_rejects([entry.table("rejects") for entry in (*entries, *free)])
        check_conserved("sft", candidates.height, kept.height, dropped.height)
        meter.rows_in = candidates.height + drafts.height
        meter.kept, meter.rejected = kept.height, drafts.height + dropped.height
        return {
            "parts": parts_table(todo, entries),
            "free": pl.DataFrame({"entry": [e.key for e in free]}, schema={"entry": pl.String}),
            "fresh": kept.select("entry", "row", "split", "scores"),
            "rejects": all_rejects([drafts, dropped]),
        }

    key = content_id("sft", corpus_key, chunk_key, balance_key, dedup_key, shape)
    return session.step("sft", key, work)


def _shape(recipe: Recipe) -> str:
    return shape_of(
        recipe.sft, recipe.llm, recipe.self_instruct, recipe.decontaminate, recipe.review,
        recipe.judge, recipe.select,
    )  # fmt: skip


def _splits(session: Session, balance_key: str, dedup_key: str) -> pl.DataFrame:
    """doc_id, cluster_id and split of each document."""
    splits = session.store.require("step-balance", balance_key).table("splits")
    clusters = session.store.require("step-dedup", dedup_key).table("clusters")
    joined = splits.join(clusters.select("doc_id", "cluster_id"), on="doc_id", how="left")
    return document_splits(joined.sort("doc_id"), session.recipe.sft)


def _tasks(
    session: Session, index: pl.DataFrame, splits: pl.DataFrame, chunks: dict[str, str]
) -> list[PackTask]:
    held = dict(splits.select("doc_id", "split").iter_rows())
    documents = {
        str(pack): part["doc_id"].to_list()
        for (pack,), part in index.group_by("pack", maintain_order=True)
    }

    def build(pack: str, key: str, **fields: Any) -> Chosen:
        own = tuple(held[doc_id] for doc_id in documents[pack])
        return SampleTask(
            pack=pack, key=content_id(key, chunks[pack], *own), chunks=chunks[pack],
            sft=session.recipe.sft, splits=own, **fields,
        )  # fmt: skip

    recipe = session.recipe
    shape = shape_of(recipe.sft, recipe.llm, recipe.judge.measuring)
    return chosen_packs(index, SAMPLES, shape, build, session.store.folder)


def _asked(session: Session, todo: Sequence[Any], models: Models, meter: Meter) -> list[Entry]:
    """The candidates by a model, one pack after the other; its answers are cached."""
    meter.parts = len(todo)
    session.progress.start("sft", len(todo))
    failed: list[str] = []
    entries = []
    for task in todo:
        entry = session.store.get(SAMPLES, task.key)
        meter.cached_parts += entry is not None
        if entry is None:
            key = session.kernel(partial(sample_pack, task, models))
            entry = session.store.require(SAMPLES, key)
            failed += [key] if key != task.key else []
        entries.append(entry)
        session.progress.advance("sft")
    meter.transient = " ".join(failed)
    return entries


def _documents(store: Store, part: pl.DataFrame) -> pl.DataFrame:
    """The rows of `part` with what samples are made from."""
    columns = ["doc_id", "title", "lang", "text", "elements"]
    found = [
        store.require(TEXT, str(pack)).table("rows", columns)[rows["row"].to_list()]
        .with_columns(rows["source"])
        for (pack,), rows in part.group_by("pack", maintain_order=True)
    ]  # fmt: skip
    return pl.concat(found) if found else part.select("doc_id", "source")


def _chunks(store: Store, part: pl.DataFrame, chunks: dict[str, str]) -> pl.DataFrame:
    """The chunks of the documents of `part`; no other is held in memory."""
    found = [
        store.require(CHUNKS, chunks[str(pack)]).table("rows")
        .filter(pl.col("doc_id").is_in(rows["doc_id"].to_list()))
        for (pack,), rows in part.group_by("pack", maintain_order=True)
    ]  # fmt: skip
    return pl.concat(found) if found else part.select("doc_id")


def _bootstrapped(
    session: Session, index: pl.DataFrame, chunks: dict[str, str], models: Models, meter: Meter
) -> list[Entry]:
    """The candidates of Self-Instruct, which sees passages of the whole corpus."""
    recipe, model = session.recipe, models.model
    if model is None:
        return []
    wanted = chosen_documents(index["doc_id"].to_list(), recipe.self_instruct)
    part = index.filter(pl.col("doc_id").is_in(wanted))
    packs = part["pack"].unique(maintain_order=True).to_list()
    shape = shape_of(recipe.sft, recipe.llm, recipe.self_instruct, recipe.judge.measuring)
    used = [f"{pack} {chunks[pack]}" for pack in packs]
    key = content_id("bootstrap", shape, *part["doc_id"], *part["source"], *used)
    entry = session.store.get(SAMPLES, key)
    if entry is None:
        shown = _documents(session.store, part), _chunks(session.store, part, chunks)
        judges = models.judges
        found = session.kernel(
            lambda: bootstrapped(recipe.sft, recipe.self_instruct, *shown, model, judges)
        )
        own = _put(session.store, key, found)
        meter.transient = " ".join([meter.transient, own] if own != key else [meter.transient])
        entry = session.store.require(SAMPLES, own)
    return [entry]


def _candidates(index: pl.DataFrame, entries: list[Entry], free: list[Entry]) -> pl.DataFrame:
    """What the decisions need, in the final order: no document, then document by document.

    Of a document those of its pack come before those of Self-Instruct, however many packs there
    are.
    """
    frames = [
        entry.table("rows", COMPARED)
        .with_row_index("row")
        .with_columns(entry=pl.lit(entry.key), part=pl.lit(part))
        for part, of in enumerate((entries, free))
        for entry in of
    ]
    if not frames:
        empty = SAMPLE_FRAME.to_frame().select(COMPARED)
        return empty.with_columns(entry=pl.lit(""), row=pl.lit(0, pl.UInt32))
    places = index.with_row_index("place").select("doc_id", "place")
    found = pl.concat(frames).join(places, on="doc_id", how="left", maintain_order="left")
    return found.sort("place", "part", "row").drop("place", "part")


def _chunk_rows(store: Store, chunks: dict[str, str]) -> Iterator[pl.DataFrame]:
    for entry in chunks.values():
        yield store.require(CHUNKS, entry).table("rows", ["chunk_id", "text"])
