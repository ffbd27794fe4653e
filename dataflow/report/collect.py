"""From a finished run's folder to `ReportData`, one shard and few columns at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.io.shards import iterate
from dataflow.report import corpus, made
from dataflow.report.compared import read_compared
from dataflow.report.corpus import Corpus
from dataflow.report.curated import DOCUMENT_COLUMNS, HIT_COLUMNS, REMOVED_COLUMNS, Curated
from dataflow.report.display import finite, share, visible
from dataflow.report.duplicates import Members, Sizes
from dataflow.report.model import DataSetFacts, Provenance, RejectGroup, ReportData, Step, Verdict
from dataflow.report.numbers import Count, Histogram
from dataflow.report.rejected import Rejected
from dataflow.report.sampled import samples
from dataflow.report.scales import observed_bounds, rule_bounds
from schemas.manifest import Manifest
from schemas.signals import SIGNALS

CURATED_ONLY = [name for name in DOCUMENT_COLUMNS if name not in corpus.COLUMNS]
STAGES_OF_STEP = {"text": ("clean", "language", "score")}
"""Steps whose rejects carry other stage names than their own."""


class Shards:
    """The data sets of one run; one that is missing has no shards."""

    def __init__(self, out: Path, manifest: Manifest) -> None:
        self.out = out
        self.manifest = manifest

    def __contains__(self, name: str) -> bool:
        return name in self.manifest.datasets

    def read(self, name: str, columns: list[str] | None = None) -> Iterator[pl.DataFrame]:
        """The shards of a data set, none when the run has none of that name."""
        return iterate(self.out, name, columns) if name in self else iter(())


def collect(out: Path, manifest: Manifest) -> ReportData:
    """The report's data from the run in `out` with this manifest.

    Reads the numbers of every row, its texts only for what is shown. Memory: one shard's columns,
    and one row for each cluster of duplicates.
    """
    shards = Shards(out, manifest)
    sizes = Sizes()
    for frame in shards.read("clusters", ["cluster_id", "kept", "similarity"]):
        sizes.add(frame)
    members = Members(sizes.largest())
    if members.sizes:
        for frame in shards.read("clusters"):
            members.add(frame)
    kept = Corpus(members.doc_ids())
    curated = Curated()
    for frame in shards.read("documents", [*corpus.COLUMNS, *CURATED_ONLY]):
        kept.add(frame.drop(CURATED_ONLY))
        curated.add_documents(frame)
    for frame in shards.read("removed", REMOVED_COLUMNS):
        curated.add_removed(frame)
    for frame in shards.read("contamination", HIT_COLUMNS):
        curated.add_hits(frame)
    rejected = Rejected(members.doc_ids())
    for frame in shards.read("rejects"):
        rejected.add(frame, kept.signals)
    texts = read_compared(out, manifest, members.doc_ids() | rejected.sample_ids())
    groups = rejected.groups(texts)
    recipe = manifest.recipe
    return ReportData(
        verdict=_verdict(manifest, kept, rejected),
        steps=_steps(manifest, groups),
        rejects=groups,
        languages=kept.languages.ranked(),
        media_types=kept.media_types.ranked(),
        matrix=kept.matrix(),
        document_sizes=kept.sizes.result(),
        signals=_signals(kept, rule_bounds(recipe) if recipe else observed_bounds(groups)),
        similarities=sizes.similarities(_number(recipe, "dedup", "threshold")),
        clusters=members.clusters({**_dropped(rejected), **kept.names}, texts),
        n_clusters=sizes.n_clusters,
        curation=curated.result(),
        statuses=kept.statuses.ranked(),
        issues=kept.issues(),
        documents=kept.documents(),
        chunks=made.chunks(shards.read("chunks", made.CHUNK_COLUMNS)),
        samples=samples(shards.read, tuple(manifest.datasets), _told(manifest)),
        vectors=made.vectors(shards.read("embeddings", made.VECTOR_COLUMNS))
        if "embeddings" in shards else None,
        packed=made.packed(shards.read("packed", made.PACK_COLUMNS))
        if "packed" in shards else None,
        provenance=_provenance(manifest),
    )  # fmt: skip


def _told(manifest: Manifest) -> dict[str, Any]:
    return {"recipe": manifest.recipe, "counts": manifest.counts}


def _dropped(rejected: Rejected) -> dict[str, tuple[str, str]]:
    return {doc_id: (source, "") for doc_id, source in rejected.sources.items()}


def _number(recipe: Mapping[str, Any], section: str, key: str) -> float | None:
    options = recipe.get(section)
    value = options.get(key) if isinstance(options, Mapping) else None
    return finite(float(value)) if isinstance(value, int | float) else None


def _verdict(manifest: Manifest, kept: Corpus, rejected: Rejected) -> Verdict:
    has_documents = "documents" in manifest.datasets
    inputs = kept.rows + rejected.inputs if has_documents else 0
    files, bad = _files(manifest.counts)
    budget = _number(manifest.recipe, "run", "error_budget")
    passed = None
    if budget is not None and files is not None and bad is not None:
        passed = bad <= budget * files
    return Verdict(
        documents=kept.rows if has_documents else None,
        characters=kept.characters,
        tokens=kept.tokens,
        inputs=inputs,
        kept_share=share(kept.rows, inputs),
        duplicates=rejected.duplicates,
        duplicate_share=share(rejected.duplicates, inputs),
        partial=kept.partial,
        files=files,
        files_bad=bad,
        bad_share=None if files is None or bad is None else share(bad, files),
        error_budget=budget,
        passed=passed,
    )


def _files(counts: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Input files and bad ones, None where a stage ran alone."""
    files, bad = counts.get("files"), counts.get("files_bad")
    return (files, bad) if isinstance(files, int) and isinstance(bad, int) else (None, None)


def _steps(manifest: Manifest, groups: tuple[RejectGroup, ...]) -> tuple[Step, ...]:
    return tuple(
        Step(
            visible(step.name, 40), step.rows_in, step.kept, step.rejected, step.parts,
            step.cached_parts, step.seconds, step.cpu_seconds,
            tuple(
                Count(group.reason, group.count) for group in groups
                if group.stage in STAGES_OF_STEP.get(step.name, (step.name,))
            ),
        )
        for step in manifest.steps
    )  # fmt: skip


def _signals(kept: Corpus, bounds: Mapping[str, Any]) -> tuple[Histogram, ...]:
    """One histogram for each signal that any row has, those with a bound first."""
    found = [kept.signals[name].result(bounds.get(name, ())) for name, _ in SIGNALS]
    shown = [histogram for histogram in found if histogram is not None]
    return tuple(sorted(shown, key=lambda histogram: not histogram.bounds))


def _provenance(manifest: Manifest) -> Provenance:
    facts = tuple(
        DataSetFacts(
            name, entry.version, entry.rows, len(entry.shards),
            sum(shard.bytes for shard in entry.shards), entry.content_sha256,
        )
        for name, entry in manifest.datasets.items()
    )  # fmt: skip
    return Provenance(
        visible(manifest.code_version), manifest.manifest_version, manifest.content_hash,
        visible(manifest.recipe_hash), _plain(manifest.recipe), _plain(manifest.counts), facts,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """JSON data with every string made visible, keys sorted."""
    if isinstance(value, Mapping):
        return {visible(str(key)): _plain(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return visible(value, 400)
    if isinstance(value, float):
        return finite(value)
    return value if isinstance(value, int | bool) or value is None else visible(str(value))


def to_json(value: Any) -> str:
    """`value` as JSON: keys sorted, no NaN, text as it is."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
