"""Deduplication over all documents: near, then by meaning, and against earlier corpora."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial

import polars as pl

from dataflow.dedup.buckets import Room
from dataflow.dedup.clusters import Clustering
from dataflow.dedup.semantic import DeduplicateMeanings
from dataflow.dedup.stage import Deduplicate
from dataflow.io.atomic import scratch
from dataflow.io.store import Entry, Store
from dataflow.pipeline.assembly import INDEX
from dataflow.pipeline.earlier import EarlierCorpora
from dataflow.pipeline.session import Meter, Session, StepResult
from dataflow.pipeline.steps.index import Tables, divided, index_of, more_parts, passed, shape_of
from dataflow.pipeline.tasks import Chosen, chosen_packs
from dataflow.stage import check_conserved
from schemas.ids import content_id
from schemas.tables import CLUSTERS

SIGNATURES, MEANINGS = "signatures", "meanings"
BLOCK = "block.arrow"


@dataclass(frozen=True, slots=True)
class SignatureTask(Chosen):
    """Signatures and shingles of the chosen rows."""

    dedup: Deduplicate


@dataclass(frozen=True, slots=True)
class MeaningTask(Chosen):
    """One vector for each of the chosen rows."""

    semantic: DeduplicateMeanings


def signature_pack(task: SignatureTask) -> None:
    """Commits the signature block of the chosen rows."""
    block = task.dedup.signatures(task.frame(["doc_id", "text", "n_chars", "signals", "metadata"]))
    writers = {BLOCK: partial(task.dedup.write_block, block=block)}
    Store(task.store).put_files(SIGNATURES, task.key, writers, {})


def meaning_pack(task: MeaningTask) -> None:
    """Commits the vectors of the chosen rows."""
    block = task.semantic.vectors(task.frame(["doc_id", "text", "lang"]))
    writers = {BLOCK: partial(task.semantic.write_block, block=block)}
    Store(task.store).put_files(MEANINGS, task.key, writers, {})


def dedup(session: Session, before: str) -> StepResult:
    """Finds duplicates over all documents, verifies each pair, and splits.

    Its table `order` has the documents that it was given, those first that stay rather.
    """
    stage, semantic = session.recipe.dedup, session.recipe.semantic
    skipped = "dedup" in session.recipe.run.skip
    earlier = None if skipped else EarlierCorpora.of(session.recipe, session.job.out)
    shape = "skip" if skipped else shape_of(stage, semantic)
    known = "" if earlier is None else earlier.state

    def work(meter: Meter) -> Tables:
        index = index_of(session, "decontaminate", before)
        if skipped or not index.height:
            clusters = pl.DataFrame(schema=pl.Schema(CLUSTERS.schema))
            return {
                **passed(index, meter), "clusters": clusters, "blocks": _keys([]),
                "order": index.select("doc_id"),
            }  # fmt: skip
        entries = _signed(session, index, stage, meter)
        blocks = stage.open_blocks([entry.folder / BLOCK for entry in entries])
        old = [] if earlier is None else session.kernel(lambda: earlier.similar(blocks))
        with scratch(session.store.folder) as folder:
            room = Room(folder=folder)
            resolved = session.kernel(lambda: stage.resolve(blocks, old, room))
        meter.extra = asdict(resolved.counts)
        clusters = resolved.clusters
        if semantic.enabled:
            clusters = _by_meaning(session, index, resolved, meter)
        check_conserved("dedup (clusters)", index.height, clusters.height, 0)
        kept, rejects = semantic.split(index, clusters, stage)
        tables = divided("dedup", index, kept.select(INDEX.names()), rejects, meter)
        order = resolved.order.alias("doc_id").to_frame()
        return {**tables, "clusters": clusters, "blocks": _keys(entries), "order": order}

    return session.step("dedup", content_id("dedup", before, shape, known), work)


def _signed(session: Session, index: pl.DataFrame, stage: Deduplicate, meter: Meter) -> list[Entry]:
    """The entries with the signature blocks; they do not depend on thresholds and policies."""
    shape = content_id(shape_of(stage.scheme), stage.VERSION)
    build = partial(SignatureTask, dedup=stage)
    todo = chosen_packs(index, SIGNATURES, shape, build, session.store.folder)
    return session.parts("dedup", SIGNATURES, todo, signature_pack, meter)


def _by_meaning(
    session: Session, index: pl.DataFrame, near: Clustering, meter: Meter
) -> pl.DataFrame:
    """The clusters of `near` after those that are left were compared by what they mean."""
    semantic = session.recipe.semantic
    left = index.filter(pl.col("doc_id").is_in(semantic.wanted(near.clusters).implode()))
    shape, build = shape_of(semantic.scheme), partial(MeaningTask, semantic=semantic)
    todo = chosen_packs(left, MEANINGS, shape, build, session.store.folder)
    with more_parts(meter):
        entries = session.parts("dedup", MEANINGS, todo, meaning_pack, meter)
    blocks = [semantic.read_block(entry.folder / BLOCK) for entry in entries]
    found: pl.DataFrame = session.kernel(
        lambda: semantic.resolve(blocks, near.clusters, near.order, near.pairs())
    )
    meter.extra["by_meaning"] = int((found["method"] == "semantic").sum())
    return found


def _keys(entries: Sequence[Entry]) -> pl.DataFrame:
    """Which entries hold the signatures: an index over several corpora takes them over."""
    keys = [entry.key for entry in entries]
    return pl.DataFrame({"entry": keys}, schema={"entry": pl.String})


def enter_index(session: Session, dedup_key: str, kept: pl.Series) -> None:
    """Adds the signatures of the documents `kept` to the recipe's index of earlier corpora."""
    index = EarlierCorpora.of(session.recipe, session.job.out)
    if index is None or "dedup" in session.recipe.run.skip:
        return
    stage = session.recipe.dedup
    keys = session.store.require("step-dedup", dedup_key).table("blocks")["entry"]
    folders = [session.store.require(SIGNATURES, key).folder for key in keys]
    index.enter(stage.open_blocks([folder / BLOCK for folder in folders]), kept)
