"""Is what is on disk what was committed, and does every row add up?"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dataflow.io.shards import ContentHash, read_manifest, read_shard
from schemas.errors import SchemaError, StoreError
from schemas.ids import sha256_hex
from schemas.manifest import Manifest
from schemas.records import Level


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was verified: its name, how many items it looked at, and what is wrong."""

    name: str
    items: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


SHOWN = 5
"""Problems named for each check; the count of all is in the message."""


def verify(out: Path) -> list[Check]:
    """All checks of a finished run; raises UsageError when there is no manifest."""
    manifest = read_manifest(out)
    files = _shards(out, manifest)
    if not files.ok:
        return [files]
    frames = {name: _load(out, manifest, name) for name in manifest.datasets}
    checks = [files, _hashes(manifest, frames), _steps(manifest)]
    for check in (_files, _clusters, _chunks, _samples, _vectors):
        checks.extend(check(manifest, frames))
    return checks


def _check(name: str, items: int, problems: list[str]) -> Check:
    shown = problems[:SHOWN]
    if len(problems) > SHOWN:
        shown.append(f"… and {len(problems) - SHOWN} more")
    return Check(name, items, tuple(shown))


def _shards(out: Path, manifest: Manifest) -> Check:
    """Every shard is there, with its bytes, hash, schema and rows."""
    problems = []
    shards = [(n, shard) for n, entry in manifest.datasets.items() for shard in entry.shards]
    for name, shard in shards:
        try:
            data = (out / shard.path).read_bytes()
        except OSError as error:
            problems.append(f"{shard.path}: {error.strerror}")
            continue
        if sha256_hex(data) != shard.sha256:
            problems.append(f"{shard.path}: its bytes differ from what was committed")
            continue
        try:
            rows = read_shard(out / shard.path, name).height
        except (SchemaError, StoreError) as error:
            problems.append(f"{shard.path}: {error}")
            continue
        if rows != shard.rows:
            problems.append(f"{shard.path}: {rows} rows, {shard.rows} committed")
    return _check("shards: bytes, hashes, schemas", len(shards), problems)


def _load(out: Path, manifest: Manifest, name: str) -> pl.DataFrame:
    shards = manifest.datasets[name].shards
    return pl.concat([read_shard(out / shard.path, name) for shard in shards])


def _hashes(manifest: Manifest, frames: dict[str, pl.DataFrame]) -> Check:
    """The rows hash to what the manifest says."""
    problems = []
    for name, frame in frames.items():
        found = ContentHash()
        found.update(frame)
        if found.hexdigest() != manifest.datasets[name].content_sha256:
            problems.append(f"{name}: rows differ from what was committed")
    return _check("rows: content hashes", len(frames), problems)


def _steps(manifest: Manifest) -> Check:
    """What a step kept is what the next took in."""
    steps = {step.name: step for step in manifest.steps}
    problems = []
    chain = ("parse", "text", "filter", "dedup", "chunk")
    for before, after in itertools.pairwise(chain):
        kept, taken = steps[before].kept, steps[after].rows_in
        if before != "chunk" and kept != taken:
            problems.append(f"{before} kept {kept} rows, {after} took in {taken}")
    for name in ("ingest", "filter", "dedup", "sft"):
        step = steps[name]
        if step.rows_in != step.kept + step.rejected:
            problems.append(f"{name}: {step.rows_in} in, {step.kept} + {step.rejected} out")
    return _check("conservation: rows in = kept + rejected", len(steps), problems)


def _files(manifest: Manifest, frames: dict[str, pl.DataFrame]) -> Iterator[Check]:
    """Every input file ends in a document or in a reject row."""
    strip: Callable[[str], pl.Expr] = lambda name: pl.col(name).str.replace(r"#\d+$", "")  # noqa: E731
    documents = frames["documents"].select(strip("source"))
    rejects = frames["rejects"].filter(
        pl.col("level").is_in([Level.FILE.value, Level.DOCUMENT.value])
    )
    accounted = pl.concat([documents, rejects.select(strip("source"))]).n_unique()
    files = int(manifest.counts["files"])
    problems = [] if accounted == files else [f"{files} files in, {accounted} accounted for"]
    yield _check("conservation: every file", files, problems)


def _clusters(_: Manifest, frames: dict[str, pl.DataFrame]) -> Iterator[Check]:
    """Kept documents are kept in their clusters; a dropped one has a kept twin."""
    clusters = frames["clusters"]
    if not clusters.height:
        return
    kept = clusters.filter("kept")
    ids = set(kept["doc_id"])
    problems = [f"{i}: in the corpus, not kept by dedup" for i in frames["documents"]["doc_id"]
                if i not in ids]  # fmt: skip
    dropped = clusters.filter(~pl.col("kept"))
    problems += [
        f"{doc_id}: dropped for {twin}, which is not kept"
        for doc_id, twin in dropped.select("doc_id", "duplicate_of").iter_rows()
        if twin not in ids
    ]
    alone = set(clusters["cluster_id"]) - set(kept["cluster_id"])
    problems += [f"cluster {name}: nothing of it is kept" for name in sorted(alone)]
    yield _check("dedup: a kept twin for every dropped row", clusters.height, problems)


def _texts(frames: dict[str, pl.DataFrame]) -> dict[str, str]:
    return dict(frames["documents"].select("doc_id", "text").iter_rows())


def _chunks(_: Manifest, frames: dict[str, pl.DataFrame]) -> Iterator[Check]:
    """Every chunk is the slice of its document that it says it is."""
    texts = _texts(frames)
    rows = frames["chunks"].select("chunk_id", "doc_id", "char_start", "char_end", "text")
    problems = [
        f"{chunk_id}: text differs from {doc_id}[{start}:{end}]"
        for chunk_id, doc_id, start, end, text in rows.iter_rows()
        if texts.get(doc_id, "")[start:end] != text
    ]
    yield _check("chunks: text == document[start:end]", rows.height, problems)


def _samples(_: Manifest, frames: dict[str, pl.DataFrame]) -> Iterator[Check]:
    """Every quote of evidence stands in its document where the row says."""
    if "sft" not in frames:
        return
    texts = _texts(frames)
    problems, quotes = [], 0
    for sample_id, evidence in frames["sft"].select("sample_id", "evidence").iter_rows():
        for span in evidence:
            quotes += 1
            text = texts.get(span["doc_id"], "")[span["char_start"] : span["char_end"]]
            if text != span["quote"]:
                problems.append(f"{sample_id}: quote is not {span['doc_id']}'s text there")
        if not evidence:
            problems.append(f"{sample_id}: no evidence")
    yield _check("sft: every quote stands in its document", quotes, problems)


def _vectors(_: Manifest, frames: dict[str, pl.DataFrame]) -> Iterator[Check]:
    """Embeddings are row-aligned with the chunks, and no number is NaN."""
    if "embeddings" not in frames:
        return
    vectors = frames["embeddings"]
    problems = []
    if not vectors["chunk_id"].equals(frames["chunks"]["chunk_id"]):
        problems.append("rows are not those of the chunks, in their order")
    if vectors["embedding"].explode().is_nan().any():
        problems.append("NaN in a vector")
    yield _check("embeddings: aligned with chunks, finite", vectors.height, problems)
