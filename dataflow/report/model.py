"""What the report says, as plain data: `report.json` is this, the page shows it.

All text in here has passed `display.visible`: short, and without invisible characters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dataflow.report.numbers import Count, Histogram, Matrix
from dataflow.report.sample_model import SampleSummary

REPORT_VERSION = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """The run in a few numbers. Shares are of 1; None where the run does not say.

    `inputs` is every document and file that had a fate at file or document level: kept or left
    out. `passed` compares the share of bad input files with the recipe's error budget.
    """

    documents: int | None
    characters: int
    tokens: int
    inputs: int
    kept_share: float | None
    duplicates: int
    duplicate_share: float | None
    partial: int
    files: int | None
    files_bad: int | None
    bad_share: float | None
    error_budget: float | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step's counts and cost; `reasons` are those of the rejects of its stages."""

    name: str
    rows_in: int
    kept: int
    rejected: int
    parts: int
    cached_parts: int
    seconds: float
    cpu_seconds: float
    reasons: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class RejectSample:
    """One rejected thing; `excerpt` is the beginning of its text where the run still has it."""

    id: str
    level: str
    source: str
    value: float | None
    threshold: float | None
    detail: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class RejectGroup:
    """All rejects of one stage for one reason, with a few of them (smallest ids first)."""

    stage: str
    reason: str
    count: int
    bad_input: bool
    samples: tuple[RejectSample, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A run of text in a comparison: `same`, `only_kept`, `only_dropped`, `gap`; or `equal`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Member:
    """A document of a cluster, and how a dropped one differs from the kept one."""

    doc_id: str
    source: str
    title: str
    kept: bool
    similarity: float | None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster of duplicates: the kept document first, then the most similar."""

    cluster_id: str
    size: int
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class IssueCount:
    """An issue of parsing: occurrences, documents, and the sources of a few."""

    code: str
    count: int
    documents: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A kept document in brief."""

    doc_id: str
    source: str
    title: str
    media_type: str
    lang: str
    tokens: int
    pages: int | None
    status: str


@dataclass(frozen=True, slots=True)
class ChunkSummary:
    """Chunks: how many, their tokens, of how many documents."""

    rows: int
    tokens: int
    documents: int
    sizes: Histogram


@dataclass(frozen=True, slots=True)
class VectorSummary:
    """Embeddings: rows, dimension, and how many are all zeros (no known word in the chunk)."""

    rows: int
    dim: int
    zeros: int


@dataclass(frozen=True, slots=True)
class PackSummary:
    """Packed sequences: rows, tokens, pieces and the longest sequence."""

    rows: int
    tokens: int
    pieces: int
    longest: int


@dataclass(frozen=True, slots=True)
class RemovedRow:
    """A passage that was cut out, and of how many documents."""

    stage: str
    unit: str
    copies: int
    text: str


@dataclass(frozen=True, slots=True)
class HitRow:
    """A passage that stands in an evaluation set too."""

    set: str
    item: str
    source: str
    overlap: float
    text: str


@dataclass(frozen=True, slots=True)
class Curation:
    """What was done to documents that stay.

    `personal` counts documents by kind and action (its `tokens` are the items); `mixed` documents
    have a second language.
    """

    personal: tuple[Count, ...] = ()
    licences: tuple[Count, ...] = ()
    splits: tuple[Count, ...] = ()
    units: tuple[Count, ...] = ()
    removed: tuple[RemovedRow, ...] = ()
    sets: tuple[Count, ...] = ()
    hits: tuple[HitRow, ...] = ()
    mixed: int = 0


@dataclass(frozen=True, slots=True)
class DataSetFacts:
    """A data set as the manifest lists it."""

    name: str
    version: int
    rows: int
    shards: int
    bytes: int
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made the run: versions, hashes, recipe, counts."""

    code_version: str
    manifest_version: int
    content_hash: str
    recipe_hash: str
    recipe: dict[str, Any]
    counts: dict[str, Any]
    datasets: tuple[DataSetFacts, ...]


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything the report shows; parts that the run has no data for are empty or None."""

    verdict: Verdict
    steps: tuple[Step, ...]
    rejects: tuple[RejectGroup, ...]
    languages: tuple[Count, ...]
    media_types: tuple[Count, ...]
    matrix: Matrix
    document_sizes: Histogram | None
    signals: tuple[Histogram, ...]
    similarities: Histogram | None
    clusters: tuple[Cluster, ...]
    n_clusters: int
    curation: Curation
    statuses: tuple[Count, ...]
    issues: tuple[IssueCount, ...]
    documents: tuple[DocumentRow, ...]
    chunks: ChunkSummary | None
    samples: SampleSummary | None
    vectors: VectorSummary | None
    packed: PackSummary | None
    provenance: Provenance
    report_version: int = field(default=REPORT_VERSION)
