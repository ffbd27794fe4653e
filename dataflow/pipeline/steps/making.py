"""What is made of the corpus pack by pack: chunks and vectors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from dataflow.chunking.chunk import ChunkText
from dataflow.embedding.embed import EmbedChunks
from dataflow.io.store import Store
from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.pipeline.steps.index import (
    Tables,
    index_of,
    parts_of,
    parts_table,
    shape_of,
)
from dataflow.pipeline.tasks import Chosen, PackTask, chosen_packs
from schemas.ids import content_id

CHUNKS, VECTORS = "chunks", "vectors"


@dataclass(frozen=True, slots=True)
class ChunkTask(Chosen):
    """Chunks of the chosen rows."""

    chunk: ChunkText


@dataclass(frozen=True, slots=True)
class VectorTask(PackTask):
    """One vector for each chunk of the chunk entry `pack`."""

    input_kind: ClassVar[str] = CHUNKS

    embed: EmbedChunks


def chunk_pack(task: ChunkTask) -> None:
    """Commits the chunks of the chosen rows."""
    chunks = task.chunk(task.frame(["doc_id", "text", "lang", "elements"]))
    Store(task.store).put(CHUNKS, task.key, {"rows": chunks}, {"rows": chunks.height})


def vector_pack(task: VectorTask) -> None:
    """Commits one vector for each chunk."""
    store = Store(task.store)
    vectors = task.embed(store.require(CHUNKS, task.pack).table("rows"))
    store.put(VECTORS, task.key, {"rows": vectors}, {"rows": vectors.height})


def chunk(session: Session, corpus_key: str) -> StepResult:
    """Cuts the kept documents into chunks."""
    stage = session.recipe.chunk
    shape = shape_of(stage)

    def work(meter: Meter) -> Tables:
        index = index_of(session, "passages", corpus_key)
        meter.rows_in = index.height
        build = partial(ChunkTask, chunk=stage)
        todo = chosen_packs(index, CHUNKS, shape, build, session.store.folder)
        entries = session.parts("chunk", CHUNKS, todo, chunk_pack, meter)
        meter.kept = sum(entry.record["rows"] for entry in entries)
        return {"parts": parts_table(todo, entries)}

    return session.step("chunk", content_id("chunk", corpus_key, shape), work)


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
