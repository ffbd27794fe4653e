"""Is what is on disk what was committed, and does every row add up?

A run is checked as a whole; of the output of a stage that ran alone, what there is.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from dataflow.ingest import hash_file
from dataflow.io.shards import ContentHash, iterate, read_manifest, read_shard
from dataflow.passages.standing import lost
from dataflow.sft.rows import DATA_SETS
from dataflow.verification.check import Check, check_of
from dataflow.verification.samples import samples
from dataflow.verification.texts import Texts
from schemas.errors import SchemaError, StoreError
from schemas.manifest import MANIFEST, DataSetEntry, Manifest
from schemas.records import Level, StageName

CHAIN = (
    "parse", "text", "boilerplate", "perplexity", "filter", "decontaminate", "dedup", "balance",
    "passages", "chunk",
)  # fmt: skip
"""Steps of which each takes in what the one before has kept."""
PARTITIONS = (
    "ingest", "boilerplate", "perplexity", "filter", "decontaminate", "dedup", "balance",
    "passages", "sft",
)  # fmt: skip
"""Steps that keep or reject each row; parsing turns files into documents, so it does not."""
PRODUCTS = {
    "passages": ("documents",), "chunk": ("chunks",), "sft": tuple(DATA_SETS),
    "embed": ("embeddings",),
}  # fmt: skip
"""Step -> the data sets that hold its kept rows."""


def verify(out: Path) -> list[Check]:
    """All checks of a finished run; raises UsageError or StoreError without a whole manifest.

    Rows are read shard by shard. When a shard is not what was committed, nothing is said of the
    rows.
    """
    manifest = read_manifest(out)
    checks = [_manifest(out, manifest), *_shards(out, manifest)]
    if not all(check.ok for check in checks):
        return checks
    for check in (_steps, _alone, _files, _clusters, _passages, _chunks, samples, _vectors):
        checks.extend(check(out, manifest))
    return checks


def _manifest(out: Path, manifest: Manifest) -> Check:
    """The content hash that the manifest states is the one of what it lists."""
    stated = json.loads((out / MANIFEST).read_bytes()).get("content_hash")
    problems = [] if stated == manifest.content_hash else ["it was edited after the run"]
    return check_of("manifest: content hash", 1, problems)


def _shards(out: Path, manifest: Manifest) -> Iterator[Check]:
    """Every shard is there, with its hash, schema and rows; all rows hash to the manifest's."""
    problems: list[str] = []
    changed: list[str] = []
    for name, entry in manifest.datasets.items():
        content = ContentHash()
        broken = list(_broken(out, name, entry, content))
        if not broken and content.hexdigest() != entry.content_sha256:
            changed.append(f"{name}: rows differ from what was committed")
        problems += broken
    count = sum(len(entry.shards) for entry in manifest.datasets.values())
    yield check_of("shards: bytes, hashes, schemas", count, problems)
    yield check_of("rows: content hashes", len(manifest.datasets), changed)


def _broken(out: Path, name: str, entry: DataSetEntry, content: ContentHash) -> Iterator[str]:
    """What is wrong with the shards of a data set; `content` is fed the rows of the others."""
    rows = 0
    for shard in entry.shards:
        try:
            if hash_file(out / shard.path) != shard.sha256:
                yield (
                    f"{shard.path}: its bytes differ from what was committed; "
                    "delete it and run again"
                )
                continue
            frame = read_shard(out / shard.path, name)
        except OSError as error:
            yield f"{shard.path}: {error.strerror}"
            continue
        except (SchemaError, StoreError) as error:
            yield f"{shard.path}: {error}"
            continue
        if frame.height != shard.rows:
            yield f"{shard.path}: {frame.height} rows, {shard.rows} committed"
        rows += shard.rows
        content.update(frame)
    if rows != entry.rows:
        yield f"{name}: {rows} rows in its shards, {entry.rows} committed"


def _steps(_: Path, manifest: Manifest) -> Iterator[Check]:
    """What a step kept is what the next took in, and what the data sets hold."""
    steps = {step.name: step for step in manifest.steps}
    if not steps:
        return
    problems = [f"no step {name}" for name in {*CHAIN, *PARTITIONS} if name not in steps]
    for before, after in itertools.pairwise(name for name in CHAIN if name in steps):
        kept, taken = steps[before].kept, steps[after].rows_in
        if kept != taken:
            problems.append(f"{before} kept {kept} rows, {after} took in {taken}")
    for step in (steps[name] for name in PARTITIONS if name in steps):
        if step.rows_in != step.kept + step.rejected:
            problems.append(f"{step.name}: {step.rows_in} in, {step.kept} + {step.rejected} out")
    rows = {name: entry.rows for name, entry in manifest.datasets.items()}
    made = {names: steps[step].kept for step, names in PRODUCTS.items() if step in steps}
    made[("rejects",)] = sum(step.rejected for step in manifest.steps)
    problems += [
        f"{', '.join(names)}: {sum(rows[name] for name in names)} rows, {count} came out of the "
        "steps"
        for names, count in made.items()
        if set(names) <= set(rows) and sum(rows[name] for name in names) != count
    ]
    yield check_of("conservation: rows in = kept + rejected", len(steps), sorted(problems))


def _alone(_: Path, manifest: Manifest) -> Iterator[Check]:
    """Every row that a stage took in alone is a document or a reject row."""
    rows_in, datasets = manifest.counts.get("rows_in"), manifest.datasets
    if manifest.steps or manifest.counts.get("command") == "parse":
        return  # parsing takes in files: its documents are counted, not what they were made of
    if not isinstance(rows_in, int) or not {"documents", "rejects"} <= set(datasets):
        return
    kept, rejected = datasets["documents"].rows, datasets["rejects"].rows
    problems = [f"{rows_in} in, {kept} + {rejected} out"] if rows_in != kept + rejected else []
    yield check_of("conservation: rows in = documents + rejects", rows_in, problems)


def _files(out: Path, manifest: Manifest) -> Iterator[Check]:
    """Every input file ends in a document or in a reject row."""
    files = manifest.counts.get("files")
    if not isinstance(files, int) or not {"documents", "rejects"} <= set(manifest.datasets):
        return
    sources: set[str] = set()
    for frame in iterate(out, "documents", ["source"]):
        sources.update(frame["source"])
    for frame in iterate(out, "rejects", ["source", "level"]):
        inputs = frame.filter(pl.col("level").is_in([Level.FILE.value, Level.DOCUMENT.value]))
        sources.update(inputs["source"])
    accounted = pl.Series(sorted(sources), dtype=pl.String).str.replace(r"#\d+$", "").n_unique()
    problems = [] if accounted == files else [f"{files} files in, {accounted} accounted for"]
    yield check_of("conservation: every file", files, problems)


def _clusters(out: Path, manifest: Manifest) -> Iterator[Check]:
    """Kept documents are kept in their clusters; a dropped one has a kept twin."""
    if not {"clusters", "documents"} <= set(manifest.datasets):
        return
    clusters = pl.concat(iterate(out, "clusters"))
    if not clusters.height:
        return
    kept = clusters.filter("kept")
    ids = set(kept["doc_id"])
    problems = [
        f"{doc_id}: in the corpus, not kept by dedup"
        for frame in iterate(out, "documents", ["doc_id"])
        for doc_id in frame["doc_id"]
        if doc_id not in ids
    ]
    problems += [
        f"{doc_id}: dropped for {twin}, which is not kept"
        for doc_id, twin in clusters.filter(~pl.col("kept"), pl.col("method") != "earlier")
        .select("doc_id", "duplicate_of")
        .iter_rows()
        if twin not in ids
    ]
    earlier = clusters.filter(pl.col("method") == "earlier")
    alone = set(clusters["cluster_id"]) - set(kept["cluster_id"]) - set(earlier["cluster_id"])
    problems += [f"cluster {name}: nothing of it is kept" for name in sorted(alone)]
    yield check_of("dedup: a kept twin for every dropped row", clusters.height, problems)


def _passages(out: Path, manifest: Manifest) -> Iterator[Check]:
    """Every passage that was cut out as a copy still stands in a document of the corpus."""
    if not {"removed", "documents"} <= set(manifest.datasets):
        return
    columns = ["stage", "doc_id", "of_doc_id", "text"]
    removed = [
        frame.filter(pl.col("stage") == StageName.PASSAGES)
        for frame in iterate(out, "removed", columns)
    ]
    count = sum(frame.height for frame in removed)
    if count:
        problems = list(lost(removed, iterate(out, "documents", ["doc_id", "text"])))
        yield check_of("passages: each still stands in a kept document", count, problems)


def _chunks(out: Path, manifest: Manifest) -> Iterator[Check]:
    """Every chunk is the slice of its document that it says it is."""
    if not {"chunks", "documents"} <= set(manifest.datasets):
        return
    texts = Texts(out, manifest)
    problems = [
        f"{chunk_id}: text differs from {doc_id}[{start}:{end}]"
        for frame in iterate(
            out, "chunks", ["chunk_id", "doc_id", "char_start", "char_end", "text"]
        )
        for chunk_id, doc_id, start, end, text in frame.select(
            "chunk_id", "doc_id", "char_start", "char_end", "text"
        ).iter_rows()
        if texts.cut(doc_id, start, end) != text
    ]
    rows = manifest.datasets["chunks"].rows
    yield check_of("chunks: text == document[start:end]", rows, problems)


def _vectors(out: Path, manifest: Manifest) -> Iterator[Check]:
    """Embeddings are row-aligned with the chunks, and every number is finite."""
    if not {"chunks", "embeddings"} <= set(manifest.datasets):
        return
    problems = []
    ids: list[str] = []
    finite = True
    for frame in iterate(out, "embeddings", ["chunk_id", "embedding"]):
        ids.extend(frame["chunk_id"])
        finite = finite and bool(frame["embedding"].explode().drop_nulls().is_finite().all())
    chunks = itertools.chain.from_iterable(
        frame["chunk_id"] for frame in iterate(out, "chunks", ["chunk_id"])
    )
    if ids != list(chunks):
        problems.append("rows are not those of the chunks, in their order")
    if not finite:
        problems.append("NaN or infinity in a vector")
    yield check_of("embeddings: aligned with chunks, finite", len(ids), problems)
