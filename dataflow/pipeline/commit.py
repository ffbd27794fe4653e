"""The last step: the data sets in their final order, then the manifest.

New shards are staged inside the work folder. Only when all are whole does the old manifest go,
the folders change places, and the new manifest appear: a reader sees the old run, none, or the
new one, never a mixture.
"""

from __future__ import annotations

import shutil
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

import polars as pl

from dataflow.embedding.embedder import get_embedder
from dataflow.io.atomic import TEMPORARY, fsync_folder, write_file
from dataflow.io.shards import read_manifest, write_dataset
from dataflow.io.store import Entry
from dataflow.pipeline.session import Session, StepResult
from dataflow.pipeline.steps.dedup import enter_index
from dataflow.pipeline.steps.index import index_of, parts_of
from dataflow.pipeline.steps.making import CHUNKS as CHUNK_PARTS
from dataflow.pipeline.steps.making import VECTORS
from dataflow.pipeline.steps.samples import SAMPLES
from dataflow.pipeline.tasks import TEXT
from dataflow.sft.rows import DATA_SETS as SAMPLE_SETS
from dataflow.sft.rows import rows_of
from schemas.dataset import DataSet
from schemas.errors import StoreError, UsageError
from schemas.ids import content_id
from schemas.manifest import MANIFEST, DataSetEntry, Manifest, StepEntry
from schemas.records import BAD_INPUT, Level
from schemas.tables import (
    CHUNKS,
    CLUSTERS,
    CONTAMINATION,
    DATASETS,
    DOCUMENTS,
    REJECTS,
    REMOVED,
    embeddings,
)

REJECTING = (
    "ingest", "parse", "text", "boilerplate", "filter", "decontaminate", "dedup", "balance",
    "passages", "sft",
)  # fmt: skip
"""Steps whose result has reject rows of its own."""
OPEN_PACKS = 8
"""Packs held in memory while rows are gathered in the final order."""


def commit(session: Session, keys: dict[str, str], results: list[StepResult]) -> Manifest:
    """Writes all data sets and the manifest; when they are there already, only reads it.

    The steps in what is returned are always those of this run.
    """
    commit_key = content_id(
        "commit", *(f"{name}={key}" for name, key in sorted(keys.items())),
        session.recipe.run.rows_per_shard, session.recipe.fingerprint,
        *(f"{dataset.name}@{dataset.version}" for dataset in DATASETS.values()),
    )  # fmt: skip
    kept = index_of(session, "passages", keys["passages"])["doc_id"]
    present = _present(session.job.out, commit_key)
    entries = tuple(
        StepEntry(
            result.name, result.rows_in, result.kept, result.rejected, result.parts,
            result.cached_parts, round(result.seconds, 3), round(result.cpu_seconds, 3),
        )
        for result in results
    )  # fmt: skip
    if present is not None:
        enter_index(session, keys["dedup"], kept)
        return replace(present, steps=entries)
    staging = session.store.folder / f"{TEMPORARY}commit"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    datasets = _write_all(session, keys, staging)
    manifest = Manifest(
        code_version=version("corpusmill"),
        recipe_hash=session.recipe.fingerprint,
        recipe=session.recipe.as_dict(),
        datasets=datasets,
        steps=entries,
        counts={"commit_key": commit_key, "keys": keys, **_counts(session, keys)},
    )  # fmt: skip
    _swap(session.job.out, staging, manifest)
    enter_index(session, keys["dedup"], kept)
    return manifest


def _present(out: Path, commit_key: str) -> Manifest | None:
    """The manifest on disk if it is of this very commit and its shards have their sizes."""
    try:
        manifest = read_manifest(out)
    except (UsageError, StoreError):
        return None
    if manifest.counts.get("commit_key") != commit_key:
        return None
    for entry in manifest.datasets.values():
        for shard in entry.shards:
            path = out / shard.path
            if not path.is_file() or path.stat().st_size != shard.bytes:
                return None
    return manifest


def _counts(session: Session, keys: dict[str, str]) -> dict[str, object]:
    """Files in, files lost to bad input, bytes: what the error budget and the report need."""
    ingest = session.store.require("step-ingest", keys["ingest"]).record
    parse = session.store.require("step-parse", keys["parse"]).record
    text = session.store.require("step-text", keys["text"]).record
    extra = {
        step: session.store.require(f"step-{step}", keys[step]).record["extra"]
        for step in (
            "boilerplate", "perplexity", "passages", "decontaminate", "dedup", "balance", "sft",
        )
    }  # fmt: skip
    changes = dict(text["extra"]["changes"])
    for step in ("boilerplate", "passages"):
        changes[step] = changes.get(step, 0) + extra[step].get("passages", 0)
    rejects = _all_rejects(session, keys)
    files = rejects.filter(pl.col("level") == Level.FILE)
    bad = files.filter(pl.col("reason").is_in([reason.value for reason in BAD_INPUT]))
    return {
        "files": ingest["rows_in"],
        "files_bad": bad["source"].n_unique(),
        "bytes": ingest["extra"]["bytes"],
        "hidden": ingest["extra"]["hidden"],
        "excluded": ingest["extra"]["excluded"],
        "parsed": parse["kept"],
        "changes": changes,
        "perplexity": extra["perplexity"],
        "decontaminate": extra["decontaminate"],
        "dedup": extra["dedup"],
        "balance": extra["balance"],
        **extra["sft"],
    }


def _write_all(session: Session, keys: dict[str, str], staging: Path) -> dict[str, DataSetEntry]:
    rows = session.recipe.run.rows_per_shard
    index = index_of(session, "passages", keys["passages"])
    splits = session.store.require("step-balance", keys["balance"]).table("splits")
    clusters = session.store.require("step-dedup", keys["dedup"]).table("clusters")
    gather = _Gather(session, index)
    found: dict[str, DataSetEntry] = {}

    def write(dataset: DataSet, frames: Iterator[pl.DataFrame]) -> None:
        found[dataset.name] = write_dataset(staging, dataset, frames, rows)

    write(DOCUMENTS, gather.documents(clusters.select("doc_id", "cluster_id"), splits))
    write(REJECTS, iter([_all_rejects(session, keys)]))
    write(CLUSTERS, iter([clusters.sort("doc_id")]))
    write(REMOVED, iter([_removed(session, keys)]))
    if session.recipe.decontaminate.enabled:
        hits = session.store.require("step-decontaminate", keys["decontaminate"]).table("hits")
        write(CONTAMINATION, iter([hits.sort(*CONTAMINATION.order)]))
    chunks = dict(parts_of(session, "chunk", keys["chunk"]).iter_rows())
    write(CHUNKS, gather.made(CHUNK_PARTS, chunks))
    samples = dict(parts_of(session, "sft", keys["sft"]).iter_rows())
    if "sft" not in session.recipe.run.skip:
        made = session.store.require("step-sft", keys["sft"])
        fresh, free = made.table("fresh"), made.table("free")["entry"].to_list()
        for into, dataset in SAMPLE_SETS.items():
            shaped = partial(rows_of, into)
            write(dataset, map(shaped, gather.samples(samples, free, fresh)))
    if "embed" not in session.recipe.run.skip:
        vectors = dict(parts_of(session, "embed", keys["embed"]).iter_rows())
        by_pack = {pack: vectors[entry] for pack, entry in chunks.items()}
        write(
            embeddings(get_embedder(session.recipe.embed.embedder).dim),
            gather.made(VECTORS, by_pack),
        )
    return found


def _all_rejects(session: Session, keys: dict[str, str]) -> pl.DataFrame:
    frames = [
        session.store.require(f"step-{step}", keys[step]).table("rejects") for step in REJECTING
    ]
    return pl.concat(frames).sort(*REJECTS.order, "detail", maintain_order=True)


def _removed(session: Session, keys: dict[str, str]) -> pl.DataFrame:
    """All passages that were cut out, in their order."""
    frames = [
        session.store.require(f"step-{step}", keys[step]).table("removed")
        for step in ("text", "boilerplate", "passages")
    ]
    return pl.concat(frames).sort(*REMOVED.order, maintain_order=True)


class _Gather:
    """Reads rows out of packs in the order of the index, few packs in memory at a time."""

    def __init__(self, session: Session, index: pl.DataFrame) -> None:
        self.session = session
        self.index = index
        self._open: OrderedDict[tuple[str, str], pl.DataFrame] = OrderedDict()

    def _rows(self, kind: str, key: str) -> pl.DataFrame:
        found = self._open.pop((kind, key), None)
        if found is None:
            entry: Entry = self.session.store.require(kind, key)
            found = entry.table("rows")
        self._open[kind, key] = found
        while len(self._open) > OPEN_PACKS:
            self._open.popitem(last=False)
        return found

    def documents(self, *beside: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """The kept documents with what the frames `beside` say of them, by doc_id."""
        index = self.index
        for of in beside:
            index = index.join(of, on="doc_id", how="left", maintain_order="left")
        known = [name for name in index.columns if name not in ("doc_id", "pack", "row")]
        for pack, part in _runs(index):
            yield self._rows(TEXT, pack)[part["row"].to_list()].with_columns(part.select(known))

    def made(self, kind: str, entries: dict[str, str]) -> Iterator[pl.DataFrame]:
        """The rows made from the kept documents (chunks, vectors), in their order."""
        for pack, part in _runs(self.index):
            if pack in entries:
                rows = self._rows(kind, entries[pack])
                yield part.select("doc_id").join(
                    rows, on="doc_id", how="inner", maintain_order="left_right"
                )

    def samples(
        self, entries: dict[str, str], free: list[str], fresh: pl.DataFrame
    ) -> Iterator[pl.DataFrame]:
        """The candidates that `fresh` lists (entry, row), with its `split` and `scores`.

        `free` are entries of no pack: their rows come first where they have no document.
        """
        chosen = {str(entry): part.sort("row") for (entry,), part in fresh.group_by("entry")}

        def rows_of_entry(entry: str) -> list[pl.DataFrame]:
            if entry not in chosen:
                return []
            mine = chosen[entry]
            rows = self._rows(SAMPLES, entry)[mine["row"].to_list()]
            return [rows.with_columns(mine["split"], mine["scores"])]

        others = [frame for entry in free for frame in rows_of_entry(entry)]
        yield from (frame.filter(pl.col("doc_id") == "") for frame in others)
        for pack, part in _runs(self.index):
            found = [*rows_of_entry(entries.get(pack, "")), *others]
            if found:
                yield part.select("doc_id").join(
                    pl.concat(found), on="doc_id", how="inner", maintain_order="left_right"
                )


def _runs(index: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Maximal runs of index rows that lie in one pack."""
    lengths = index["pack"].rle().struct.unnest()
    begin = 0
    for length, pack in lengths.select("len", "value").iter_rows():
        yield pack, index[begin : begin + length]
        begin += length


def _swap(out: Path, staging: Path, manifest: Manifest) -> None:
    """Puts the staged folders in place of the old ones, the manifest last."""
    (out / MANIFEST).unlink(missing_ok=True)
    fsync_folder(out)
    for name in DATASETS:
        shutil.rmtree(out / name, ignore_errors=True)
        if (staging / name).exists():
            fsync_folder(staging / name)
            (staging / name).rename(out / name)
    fsync_folder(out)
    write_file(out / MANIFEST, manifest.to_json().encode())
    shutil.rmtree(staging, ignore_errors=True)
