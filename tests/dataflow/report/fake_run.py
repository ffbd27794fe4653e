"""A finished run made of rows that the tests choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from dataflow.io.shards import write_dataset
from dataflow.io.store import Store
from schemas.dataset import DataSet
from schemas.ids import content_id
from schemas.manifest import MANIFEST, Manifest, StepEntry
from schemas.records import Level, Reason, StageName
from schemas.samples import EVALSET, PREFERENCES, RETRIEVAL, SCORES, SFT
from schemas.signals import SIGNALS
from schemas.tables import (
    CHUNKS,
    CLUSTERS,
    CONTAMINATION,
    DOCUMENTS,
    REJECTS,
    REMOVED,
    embeddings,
)

DIM = 4
RECIPE: dict[str, Any] = {
    "dedup": {"threshold": 0.75},
    "filter": {"languages": [], "off": [], "thresholds": [["too_short:zh", 80.0]]},
    "run": {"error_budget": 0.05, "skip": []},
}

Row = dict[str, Any]


def identity(name: str) -> str:
    return content_id("test", name)


def signals(words: float = 300, **values: float | None) -> dict[str, float | None]:
    found: dict[str, float | None] = {name: 0.0 for name, _ in SIGNALS}
    return {**found, "words": words, "mean_word_length": None, "lang_score": 0.98, **values}


def document(source: str, **changes: Any) -> Row:
    text = changes.get("text", f"The text of {source}. " * 5)
    return {
        "doc_id": identity(source), "source": source, "media_type": "text/plain",
        "title": source, "lang": "en", "text": text, "n_chars": len(text), "n_tokens": 100,
        "n_pages": None, "elements": [], "signals": signals(), "cluster_id": identity(source),
        "status": "whole", "issues": [], "metadata": "{}", "languages": [], "changes": None,
        "personal_data": [], "license": "", "split": "train", **changes,
    }  # fmt: skip


def reject(source: str, stage: StageName, reason: Reason, **changes: Any) -> Row:
    return {
        "id": identity(source), "level": Level.DOCUMENT.value, "stage": stage.value,
        "reason": reason.value, "value": None, "threshold": None, "detail": "", "source": source,
        **changes,
    }  # fmt: skip


def cluster(source: str, original: str | None = None, similarity: float = 0.9) -> Row:
    return {
        "doc_id": identity(source), "cluster_id": identity(original or source),
        "kept": original is None, "duplicate_of": identity(original) if original else None,
        "similarity": similarity if original else None,
        "method": "near" if original else None,
    }  # fmt: skip


def personal(kind: str, count: int = 1, action: str = "mask") -> Row:
    """An entry of a document's `personal_data`."""
    return {"kind": kind, "count": count, "action": action}


def removed(source: str, text: str, copies: int = 9, **changes: Any) -> Row:
    return {
        "doc_id": identity(source), "stage": "boilerplate", "unit": "line", "position": 0,
        "text": text, "copies": copies, "of_doc_id": None, "of_start": None, "source": source,
        **changes,
    }  # fmt: skip


def hit(source: str, text: str, overlap: float = 1.0, **changes: Any) -> Row:
    return {
        "doc_id": identity(source), "set": "quiz.jsonl", "item": "q1", "char_start": 0,
        "char_end": len(text), "text": text, "overlap": overlap, "source": source, **changes,
    }  # fmt: skip


def chunk(source: str, index: int, tokens: int) -> Row:
    return {
        "chunk_id": identity(f"{source}/{index}"), "doc_id": identity(source),
        "chunk_index": index, "text": "t", "char_start": 0, "char_end": 1, "prefix": "",
        "heading_path": [], "page_start": None, "page_end": None, "n_tokens": tokens,
        "lang": "en", "source": source, "metadata": "{}",
    }  # fmt: skip


def sample(source: str, name: str, **changes: Any) -> Row:
    return provenance(source, f"sample {name}") | {
        "instruction": f"What is {name}?", "input": "", "output": f"It is {name}.",
        "messages": [], "perspective": "", "difficulty": "", "kind": "", **changes,
    }  # fmt: skip


def provenance(source: str, name: str) -> Row:
    """What every row of the four data sets of samples has."""
    quote = {
        "doc_id": identity(source), "chunk_id": "c", "page": 3, "char_start": 0, "char_end": 5,
        "quote": "the quoted words", "chunk_sha256": "0",
    }  # fmt: skip
    return {
        "sample_id": identity(name), "doc_id": identity(source), "method": "extractive",
        "task": "qa", "lang": "en", "evidence": [quote], "backend": "rules", "model": "",
        "prompt_id": "p", "calls": [], "seed": 0,
        "scores": {score: None for score, _ in SCORES} | {"support": 1.0}, "split": "train",
        "source": source,
    }  # fmt: skip


def preference(source: str, name: str, **changes: Any) -> Row:
    prompt = [{"role": "user", "content": f"What is {name}?"}]
    return provenance(source, f"preference {name}") | {
        "prompt": prompt, "chosen": f"It is {name}.", "rejected": f"It is not {name}.",
        "flaw": "negation", **changes,
    }  # fmt: skip


def exam(source: str, name: str, **changes: Any) -> Row:
    return provenance(source, f"question {name}") | {
        "question": f"Which {name}?", "ground_truth": f"This {name}.", "answerable": True,
        "contexts": ["context"], "context_ids": ["c"], "split": "test", **changes,
    }  # fmt: skip


def query(source: str, name: str, **changes: Any) -> Row:
    return provenance(source, f"query {name}") | {
        "method": "query", "task": "keywords", "query": f"about {name}",
        "positive": f"A chunk about {name}.", "positive_id": "c", **changes,
    }  # fmt: skip


def turns(*texts: str) -> list[Row]:
    """A conversation that the user begins."""
    return [
        {"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(texts)
    ]


def scored(**scores: float) -> dict[str, float | None]:
    """The scores of a sample."""
    return {score: None for score, _ in SCORES} | scores


def vector(source: str, index: int, values: Sequence[float]) -> Row:
    return {
        "chunk_id": identity(f"{source}/{index}"), "doc_id": identity(source),
        "embedding": list(values),
    }  # fmt: skip


def frame(dataset: DataSet, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as a frame of the data set's types."""
    table = pa.Table.from_pylist(list(rows), schema=dataset.schema.remove_metadata())
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return found


@dataclass
class FakeRun:
    """Rows by data set, and the manifest's own facts; None leaves a data set out."""

    documents: list[Row] | None = field(default_factory=list)
    rejects: list[Row] | None = field(default_factory=list)
    clusters: list[Row] | None = None
    removed: list[Row] | None = None
    contamination: list[Row] | None = None
    chunks: list[Row] | None = None
    sft: list[Row] | None = None
    preferences: list[Row] | None = None
    evalset: list[Row] | None = None
    retrieval: list[Row] | None = None
    vectors: list[Row] | None = None
    steps: tuple[StepEntry, ...] = ()
    recipe: dict[str, Any] = field(default_factory=lambda: dict(RECIPE))
    counts: dict[str, Any] = field(default_factory=lambda: {"files": 40, "files_bad": 2})
    texts: dict[str, str] = field(default_factory=dict)
    rows_per_shard: int = 1000

    def write(self, out: Path) -> Path:
        """Writes shards, manifest and, for `texts` (source -> text), a work folder."""
        out.mkdir(parents=True, exist_ok=True)
        parts: list[tuple[DataSet, list[Row] | None]] = [
            (DOCUMENTS, self.documents), (REJECTS, self.rejects), (CLUSTERS, self.clusters),
            (REMOVED, self.removed), (CONTAMINATION, self.contamination),
            (CHUNKS, self.chunks), (SFT, self.sft), (PREFERENCES, self.preferences),
            (EVALSET, self.evalset), (RETRIEVAL, self.retrieval), (embeddings(DIM), self.vectors),
        ]  # fmt: skip
        datasets = {
            dataset.name: write_dataset(out, dataset, [frame(dataset, rows)], self.rows_per_shard)
            for dataset, rows in parts
            if rows is not None
        }
        manifest = Manifest("0.1.0", "r" * 32, self.recipe, datasets, self.steps, self.counts)
        (out / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")
        if self.texts:
            rows = [{"doc_id": identity(name), "text": text} for name, text in self.texts.items()]
            Store(out / ".work").put("text", "ab" * 16, {"rows": pl.DataFrame(rows)}, {})
        return out


def step(name: str, rows_in: int, kept: int, rejected: int = 0, **changes: Any) -> StepEntry:
    values = {"parts": 2, "cached_parts": 1, "seconds": 1.5, "cpu_seconds": 2.25, **changes}
    return StepEntry(name, rows_in, kept, rejected, **values)


def full_run() -> FakeRun:
    """A run in two languages with something of everything."""
    return FakeRun(
        documents=[
            document("a.txt", n_tokens=100, signals=signals(90)),
            document("b.pdf", media_type="application/pdf", n_pages=3, n_tokens=200,
                     status="partial", issues=[
                         {"code": "page_failed", "page": 2, "detail": "damaged"},
                         {"code": "page_failed", "page": 3, "detail": "damaged"}]),
            document("通知.txt", lang="zh", title="关于放假的通知", n_tokens=300,
                     issues=[{"code": "encoding_guessed", "page": None, "detail": "gb18030"}]),
        ],
        rejects=[
            reject("empty.md", StageName.PARSE, Reason.EMPTY_FILE, level=Level.FILE.value),
            reject("short.txt", StageName.FILTER, Reason.TOO_SHORT, value=12.0, threshold=20.0,
                   detail="too_short: words 12 < 20"),
            reject("copy.txt", StageName.DEDUP, Reason.NEAR_DUPLICATE, value=0.9, threshold=0.75,
                   detail=f"duplicate of {identity('a.txt')}"),
            reject("通知副本.txt", StageName.DEDUP, Reason.EXACT_DUPLICATE, value=1.0,
                   threshold=0.75),
            reject("a.txt", StageName.SFT, Reason.NOT_NOVEL, level=Level.SAMPLE.value,
                   value=0.8, threshold=0.7),
        ],
        clusters=[
            cluster("a.txt"), cluster("b.pdf"), cluster("通知.txt"), cluster("copy.txt", "a.txt"),
            cluster("通知副本.txt", "通知.txt", 1.0),
        ],
        chunks=[chunk("a.txt", 0, 40), chunk("a.txt", 1, 60), chunk("b.pdf", 0, 200)],
        sft=[
            sample("a.txt", "rain", perspective="novice"),
            sample("a.txt", "snow", task="title", split="test"),
            sample("通知.txt", "放假", lang="zh", instruction="何时放假？", output="下周一。"),
        ],
        preferences=[preference("a.txt", "rain")],
        evalset=[
            exam("a.txt", "snow"),
            exam("a.txt", "hail", answerable=False, ground_truth="", evidence=[]),
        ],
        retrieval=[query("a.txt", "rain"), query("通知.txt", "放假", lang="zh", split="test")],
        vectors=[
            vector("a.txt", 0, [1, 0, 0, 0]), vector("a.txt", 1, [0, 0, 0, 0]),
            vector("b.pdf", 0, [0, 1, 0, 0]),
        ],
        steps=(
            step("ingest", 7, 7), step("parse", 7, 6, 1), step("text", 6, 6),
            step("filter", 6, 5, 1), step("dedup", 5, 3, 2), step("chunk", 3, 3),
            step("sft", 7, 6, 1), step("embed", 3, 3),
        ),
        texts={
            "a.txt": "The station opens on Monday.", "copy.txt": "The station opens on Friday.",
            "通知.txt": "本站周一开放。", "通知副本.txt": "本站周一开放。",
            "short.txt": "Only a line.",
        },
    )  # fmt: skip
