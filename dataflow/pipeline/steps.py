"""The steps between parsed files and the data sets, each over packs and each resumable.

A step reads the committed tables of the one before by key, so it can run in another process (a
Prefect task) as well as in this one. Its own key covers all that shaped it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import polars as pl

from dataflow.identity import code, identity
from dataflow.io.store import Entry
from dataflow.pipeline import tasks
from dataflow.pipeline.assembly import INDEX
from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.pipeline.tasks import Chosen, PackTask, chosen_packs
from dataflow.sft.backends import open_llm
from dataflow.sft.make import drop_known
from dataflow.stage import REJECT_FRAME, check_conserved
from schemas.ids import content_id
from schemas.tables import CLUSTERS

Build = Callable[..., PackTask]


def shape_of(*stages: Any) -> str:
    """Hash of what the stages are and of the code that they run on."""
    return content_id(code(), *(identity(stage) for stage in stages))


def index_of(session: Session, step: str, key: str) -> pl.DataFrame:
    """Documents that are still in after a step: source, doc_id, pack, row, in final order."""
    return session.store.require(f"step-{step}", key).table("index")


def _chosen(
    session: Session, index: pl.DataFrame, kind: str, shape: str, build: Build
) -> list[PackTask]:
    return chosen_packs(index, kind, shape, build, session.store.folder)


def _rejects(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=REJECT_FRAME), *frames])


def quality(session: Session, text_key: str) -> StepResult:
    """Splits all documents by the quality rules."""
    rules = session.recipe.filter
    skipped = "filter" in session.recipe.run.skip
    shape = "skip" if skipped else shape_of(rules)

    def work(meter: Meter) -> dict[str, pl.DataFrame]:
        index = index_of(session, "text", text_key)
        meter.rows_in = index.height
        if skipped:
            meter.kept = index.height
            return {"index": index, "rejects": _rejects([])}
        todo = _chosen(session, index, tasks.FILTER, shape, partial(tasks.FilterTask, rules=rules))
        entries = session.parts("filter", tasks.FILTER, todo, tasks.filter_pack, meter)
        kept = index.join(_table(entries, "kept"), on="doc_id", how="semi", maintain_order="left")
        rejects = _rejects([entry.table("rejects") for entry in entries])
        meter.kept, meter.rejected = kept.height, rejects.height
        check_conserved("filter", index.height, kept.height, rejects.height)
        return {"index": kept, "rejects": rejects}

    return session.step("filter", content_id("filter", text_key, shape), work)


def _table(entries: Sequence[Entry], name: str) -> pl.DataFrame:
    frames = [entry.table(name) for entry in entries]
    return pl.concat(frames) if frames else pl.DataFrame(schema={"doc_id": pl.String})


def dedup(session: Session, filter_key: str) -> StepResult:
    """Finds duplicates over all documents, verifies each pair, and splits."""
    stage = session.recipe.dedup
    skipped = "dedup" in session.recipe.run.skip
    shape = "skip" if skipped else shape_of(stage)

    def work(meter: Meter) -> dict[str, pl.DataFrame]:
        index = index_of(session, "filter", filter_key)
        meter.rows_in = index.height
        if skipped or not index.height:
            meter.kept = index.height
            clusters = pl.DataFrame(schema=pl.Schema(CLUSTERS.schema))
            return {"index": index, "rejects": _rejects([]), "clusters": clusters}
        todo = _chosen(
            session, index, tasks.SIGNATURES, shape, partial(tasks.SignatureTask, dedup=stage)
        )
        entries = session.parts("dedup", tasks.SIGNATURES, todo, tasks.signature_pack, meter)
        blocks = [stage.read_block(entry.folder / "block.arrow") for entry in entries]
        resolved = session.kernel(lambda: stage.resolve(blocks))
        clusters = resolved.clusters
        meter.extra = asdict(resolved.counts)
        check_conserved("dedup (clusters)", index.height, clusters.height, 0)
        kept, rejects = stage.split(index, clusters)
        check_conserved("dedup", index.height, kept.height, rejects.height)
        meter.kept, meter.rejected = kept.height, rejects.height
        return {"index": kept.select(INDEX.names()), "rejects": rejects, "clusters": clusters}

    return session.step("dedup", content_id("dedup", filter_key, shape), work)


def chunk(session: Session, dedup_key: str) -> StepResult:
    """Cuts the kept documents into chunks."""
    stage = session.recipe.chunk
    shape = shape_of(stage)

    def work(meter: Meter) -> dict[str, pl.DataFrame]:
        index = index_of(session, "dedup", dedup_key)
        meter.rows_in = index.height
        todo = _chosen(session, index, tasks.CHUNKS, shape, partial(tasks.ChunkTask, chunk=stage))
        entries = session.parts("chunk", tasks.CHUNKS, todo, tasks.chunk_pack, meter)
        meter.kept = sum(entry.record["rows"] for entry in entries)
        return {"parts": _parts(todo, entries)}

    return session.step("chunk", content_id("chunk", dedup_key, shape), work)


def _parts(todo: Sequence[PackTask], entries: Sequence[Entry]) -> pl.DataFrame:
    """Which entry holds the rows made from which pack."""
    return pl.DataFrame(
        {"pack": [task.pack for task in todo], "entry": [entry.key for entry in entries]},
        schema={"pack": pl.String, "entry": pl.String},
    )


def parts_of(session: Session, step: str, key: str) -> pl.DataFrame:
    """The parts of a committed step: pack and entry."""
    return session.store.require(f"step-{step}", key).table("parts")


def sft(session: Session, dedup_key: str, chunk_key: str) -> StepResult:
    """Makes SFT samples, keeps those with verified evidence, and of near copies the first."""
    stage = session.recipe.sft
    skipped = "sft" in session.recipe.run.skip
    shape = "skip" if skipped else shape_of(stage)

    def work(meter: Meter) -> dict[str, pl.DataFrame]:
        if skipped:
            return {"parts": _parts([], []), "rejects": _rejects([])}
        index = index_of(session, "dedup", dedup_key)
        chunks = dict(parts_of(session, "chunk", chunk_key).iter_rows())
        build = _sample_task(chunks, stage)
        todo = _chosen(session, index, tasks.SAMPLES, shape, build)
        if stage.needs_llm:
            entries = _asked(session, todo, meter)
        else:
            entries = session.parts("sft", tasks.SAMPLES, todo, tasks.sample_pack, meter)
        candidates = _candidates(index, entries)
        fresh, known = session.kernel(lambda: drop_known(stage, [candidates]))
        drafts = _rejects([entry.table("rejects") for entry in entries])
        check_conserved("sft", candidates.height, fresh.height, known.height)
        meter.rows_in = candidates.height + drafts.height
        meter.kept, meter.rejected = fresh.height, drafts.height + known.height
        return {
            "parts": _parts(todo, entries),
            "fresh": fresh.select("entry", "row"),
            "rejects": _rejects([drafts, known]),
        }

    return session.step("sft", content_id("sft", dedup_key, chunk_key, shape), work)


def _asked(session: Session, todo: Sequence[Any], meter: Meter) -> list[Entry]:
    """The sample entries by a model, one pack after the other; its answers are cached."""
    meter.parts = len(todo)
    session.progress.start("sft", len(todo))
    failed: list[str] = []
    entries = []
    with open_llm(session.recipe.sft, session.store.folder / "llm") as llm:
        for task in todo:
            entry = session.store.get(tasks.SAMPLES, task.key)
            meter.cached_parts += entry is not None
            if entry is None:
                key = session.kernel(partial(tasks.sample_pack, task, llm))
                entry = session.store.require(tasks.SAMPLES, key)
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
        return tasks.SampleTask(pack=pack, key=own, chunks=chunks[pack], sft=stage, **fields)

    return build


def embed(session: Session, chunk_key: str) -> StepResult:
    """One vector for each chunk."""
    stage = session.recipe.embed
    skipped = "embed" in session.recipe.run.skip
    shape = "skip" if skipped else shape_of(stage)

    def work(meter: Meter) -> dict[str, pl.DataFrame]:
        if skipped:
            return {"parts": _parts([], [])}
        parts = parts_of(session, "chunk", chunk_key)
        todo = [
            tasks.VectorTask(
                session.store.folder, entry, content_id(tasks.VECTORS, entry, shape), stage
            )
            for entry in parts["entry"]
        ]
        entries = session.parts("embed", tasks.VECTORS, todo, tasks.vector_pack, meter)
        meter.kept = meter.rows_in = sum(entry.record["rows"] for entry in entries)
        return {"parts": _parts(todo, entries)}

    return session.step("embed", content_id("embed", chunk_key, shape), work)
