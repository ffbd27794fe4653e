"""What is made of the corpus: chunks, instruction samples, vectors.

Each step works pack by pack and is resumable; only the comparison of samples sees all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import polars as pl

from dataflow.chunking.chunk import ChunkText
from dataflow.embedding.embed import EmbedChunks
from dataflow.io.store import Entry, Store
from dataflow.llm.base import LLM
from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.pipeline.steps.index import (
    Tables,
    all_rejects,
    index_of,
    parts_of,
    parts_table,
    shape_of,
)
from dataflow.pipeline.tasks import Chosen, PackTask, chosen_packs
from dataflow.sft.backends import open_llm
from dataflow.sft.make import MakeSft, drop_known
from dataflow.stage import check_conserved
from schemas.ids import content_id
from schemas.records import Reason

CHUNKS, SAMPLES, VECTORS = "chunks", "samples", "vectors"

Build = Callable[..., PackTask]


@dataclass(frozen=True, slots=True)
class ChunkTask(Chosen):
    """Chunks of the chosen rows."""

    chunk: ChunkText


@dataclass(frozen=True, slots=True)
class SampleTask(Chosen):
    """SFT candidates from the chosen rows and their chunks, by rules."""

    chunks: str
    sft: MakeSft


@dataclass(frozen=True, slots=True)
class VectorTask(PackTask):
    """One vector for each chunk of the chunk entry `pack`."""

    input_kind: ClassVar[str] = CHUNKS

    embed: EmbedChunks


def chunk_pack(task: ChunkTask) -> None:
    """Commits the chunks of the chosen rows."""
    chunks = task.chunk(task.frame(["doc_id", "text", "lang", "elements"]))
    Store(task.store).put(CHUNKS, task.key, {"rows": chunks}, {"rows": chunks.height})


def sample_pack(task: SampleTask, llm: LLM | None = None) -> str:
    """Commits the SFT candidates of the chosen rows and the rejected ones; returns the key.

    Where the model failed, the key is another one: a next run asks again, and pays only for that.
    """
    store = Store(task.store)
    documents = task.frame(["doc_id", "title", "lang", "text", "elements"])
    chunks = store.require(CHUNKS, task.chunks).table("rows")
    kept, rejected = task.sft.draft(documents, chunks, llm)
    failed = rejected.filter(pl.col("reason") == Reason.LLM_FAILED)["id"].to_list()
    key = content_id(task.key, "failed", *failed) if failed else task.key
    record = {"rows": kept.height, "failed": len(failed)}
    store.put(SAMPLES, key, {"rows": kept, "rejects": rejected}, record)
    return key


def vector_pack(task: VectorTask) -> None:
    """Commits one vector for each chunk."""
    store = Store(task.store)
    vectors = task.embed(store.require(CHUNKS, task.pack).table("rows"))
    store.put(VECTORS, task.key, {"rows": vectors}, {"rows": vectors.height})


def _chosen(
    session: Session, index: pl.DataFrame, kind: str, shape: str, build: Build
) -> list[PackTask]:
    return chosen_packs(index, kind, shape, build, session.store.folder)


def chunk(session: Session, corpus_key: str) -> StepResult:
    """Cuts the kept documents into chunks."""
    stage = session.recipe.chunk
    shape = shape_of(stage)

    def work(meter: Meter) -> Tables:
        index = index_of(session, "passages", corpus_key)
        meter.rows_in = index.height
        todo = _chosen(session, index, CHUNKS, shape, partial(ChunkTask, chunk=stage))
        entries = session.parts("chunk", CHUNKS, todo, chunk_pack, meter)
        meter.kept = sum(entry.record["rows"] for entry in entries)
        return {"parts": parts_table(todo, entries)}

    return session.step("chunk", content_id("chunk", corpus_key, shape), work)


def sft(session: Session, corpus_key: str, chunk_key: str) -> StepResult:
    """Makes SFT samples, keeps those with verified evidence, and of near copies the first."""
    stage = session.recipe.sft
    skipped = "sft" in session.recipe.run.skip
    shape = "skip" if skipped else shape_of(stage)

    def work(meter: Meter) -> Tables:
        if skipped:
            return {"parts": parts_table([], []), "rejects": all_rejects([])}
        index = index_of(session, "passages", corpus_key)
        chunks = dict(parts_of(session, "chunk", chunk_key).iter_rows())
        build = _sample_task(chunks, stage)
        todo = _chosen(session, index, SAMPLES, shape, build)
        if stage.needs_llm:
            entries = _asked(session, todo, meter)
        else:
            entries = session.parts("sft", SAMPLES, todo, sample_pack, meter)
        candidates = _candidates(index, entries)
        fresh, known = session.kernel(lambda: drop_known(stage, [candidates]))
        drafts = all_rejects([entry.table("rejects") for entry in entries])
        check_conserved("sft", candidates.height, fresh.height, known.height)
        meter.rows_in = candidates.height + drafts.height
        meter.kept, meter.rejected = fresh.height, drafts.height + known.height
        return {
            "parts": parts_table(todo, entries),
            "fresh": fresh.select("entry", "row"),
            "rejects": all_rejects([drafts, known]),
        }

    return session.step("sft", content_id("sft", corpus_key, chunk_key, shape), work)


def _asked(session: Session, todo: Sequence[Any], meter: Meter) -> list[Entry]:
    """The sample entries by a model, one pack after the other; its answers are cached."""
    meter.parts = len(todo)
    session.progress.start("sft", len(todo))
    failed: list[str] = []
    entries = []
    with open_llm(session.recipe.sft, session.store.folder / "llm") as llm:
        for task in todo:
            entry = session.store.get(SAMPLES, task.key)
            meter.cached_parts += entry is not None
            if entry is None:
                key = session.kernel(partial(sample_pack, task, llm))
                entry = session.store.require(SAMPLES, key)
                failed += [key] if key != task.key else []
            entries.append(entry)
            session.progress.advance("sft")
    meter.transient = " ".join(failed)
    return entries


def _candidates(index: pl.DataFrame, entries: Sequence[Entry]) -> pl.DataFrame:
    """What the comparison of samples needs, in the final order of their documents."""
    columns = ["sample_id", "doc_id", "instruction", "input", "source"]
    frames = [
        entry.table("rows", columns).with_row_index("row").with_columns(entry=pl.lit(entry.key))
        for entry in entries
    ]
    empty = pl.DataFrame(schema={**dict.fromkeys(columns, pl.String), "entry": pl.String,
                                 "row": pl.UInt32, "place": pl.UInt32})  # fmt: skip
    if not frames:
        return empty
    places = index.with_row_index("place").select("doc_id", "place")
    found = pl.concat(frames).join(places, on="doc_id", how="left", maintain_order="left")
    return found.sort("place", "row").select(empty.columns)


def _sample_task(chunks: dict[str, str], stage: Any) -> Build:
    def build(pack: str, key: str, **fields: Any) -> Chosen:
        own = content_id(key, chunks[pack])
        return SampleTask(pack=pack, key=own, chunks=chunks[pack], sft=stage, **fields)

    return build


def embed(session: Session, chunk_key: str) -> StepResult:
    """One vector for each chunk."""
    stage = session.recipe.embed
    skipped = "embed" in session.recipe.run.skip
    shape = "skip" if skipped else shape_of(stage)

    def work(meter: Meter) -> Tables:
        if skipped:
            return {"parts": parts_table([], [])}
        parts = parts_of(session, "chunk", chunk_key)
        todo = [
            VectorTask(session.store.folder, entry, content_id(VECTORS, entry, shape), stage)
            for entry in parts["entry"]
        ]
        entries = session.parts("embed", VECTORS, todo, vector_pack, meter)
        meter.kept = meter.rows_in = sum(entry.record["rows"] for entry in entries)
        return {"parts": parts_table(todo, entries)}

    return session.step("embed", content_id("embed", chunk_key, shape), work)
