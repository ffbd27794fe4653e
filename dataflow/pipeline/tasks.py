"""What a worker does with one pack: each task names its inputs, does one thing, commits an entry.

A task is plain data and small; frames are read and written by the worker, never sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import polars as pl

from dataflow.chunking.chunk import ChunkText
from dataflow.chunking.tokenizers import get_tokenizer
from dataflow.dedup.stage import Deduplicate
from dataflow.embedding.embed import EmbedChunks
from dataflow.io.store import Store
from dataflow.llm.base import LLM
from dataflow.quality.rules import FilterRules
from dataflow.quality.score import ScoreText
from dataflow.sft.make import MakeSft
from dataflow.stage import check_conserved
from dataflow.text.clean import CleanText
from dataflow.text.language import DetectLanguage
from schemas.ids import content_id
from schemas.records import Reason

PARSE, TEXT, FILTER, SIGNATURES, CHUNKS, SAMPLES, VECTORS = (
    "parse", "text", "filter", "signatures", "chunks", "samples", "vectors"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PackTask:
    """Work on the pack `pack` that ends in the entry `key`."""

    store: Path
    pack: str
    key: str
    input_kind: ClassVar[str] = TEXT

    @property
    def n_bytes(self) -> int:
        """Size on disk of what the task reads: its deadline follows from it."""
        return Store(self.store).require(self.input_kind, self.pack).path("rows").stat().st_size


@dataclass(frozen=True, slots=True)
class TextTask(PackTask):
    """Clean, identify the language, score: one row each for the rows of a parse pack.

    `probe` works on that row alone and commits nothing; the rows in `lost` are emptied first, so
    that row numbers stay those of the parse pack.
    """

    input_kind: ClassVar[str] = PARSE
    clean: CleanText
    language: DetectLanguage
    score: ScoreText
    tokenizer: str
    probe: int | None = None
    lost: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen(PackTask):
    """Work on some rows of a text pack: row numbers and the sources they have in this run."""

    rows: tuple[int, ...]
    sources: tuple[str, ...]

    def frame(self, columns: list[str]) -> pl.DataFrame:
        """The chosen rows with these columns of the text pack, and their `source`."""
        names = [name for name in columns if name != "source"]
        table = Store(self.store).require(TEXT, self.pack).table("rows", names)
        chosen = table[list(self.rows)]
        return chosen.with_columns(pl.Series("source", self.sources, dtype=pl.String))


@dataclass(frozen=True, slots=True)
class FilterTask(Chosen):
    """Split the chosen rows by the quality rules."""

    rules: FilterRules


@dataclass(frozen=True, slots=True)
class SignatureTask(Chosen):
    """Signatures and shingles of the chosen rows."""

    dedup: Deduplicate


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


def text_pack(task: TextTask) -> None:
    """Commits the text pack: all columns of the parse pack with text cleaned and scored."""
    store = Store(task.store)
    parsed = store.require(PARSE, task.pack).table("rows")
    if task.probe is not None:
        parsed = parsed[task.probe : task.probe + 1]
    if task.lost:
        gone = pl.int_range(pl.len()).is_in([row for row, _, _ in task.lost])
        parsed = parsed.with_columns(
            pl.when(gone).then(pl.lit("")).otherwise("text").alias("text"),
            pl.when(~gone).then("elements").alias("elements"),
        )
    frame = task.score(task.language(task.clean(parsed)))
    counts = get_tokenizer(task.tokenizer).count(frame["text"].to_list())
    frame = frame.with_columns(
        pl.col("text").str.len_chars().cast(pl.Int64).alias("n_chars"),
        pl.Series("n_tokens", counts, dtype=pl.Int64),
    )
    check_conserved("clean", parsed.height, frame.height, 0)
    if task.probe is not None:
        return
    changes = {name: int(total or 0) for name, total in _totals(frame).items()}
    record = {"rows": frame.height, "changes": changes, "lost": task.lost}
    store.put(TEXT, task.key, {"rows": frame}, record)


def _totals(frame: pl.DataFrame) -> dict[str, int | None]:
    return frame["changes"].struct.unnest().sum().row(0, named=True) if frame.height else {}


def filter_pack(task: FilterTask) -> None:
    """Commits which of the chosen rows are kept, and a reject row for each other."""
    frame = task.frame(["doc_id", "lang", "lang_score", "signals"])
    kept, rejected = task.rules(frame)
    check_conserved("filter", frame.height, kept.height, rejected.height)
    tables = {"kept": kept.select("doc_id"), "rejects": rejected}
    Store(task.store).put(FILTER, task.key, tables, {"kept": kept.height})


def signature_pack(task: SignatureTask) -> None:
    """Commits the signature block of the chosen rows."""
    block = task.dedup.signatures(task.frame(["doc_id", "text"]))
    Store(task.store).put_files(
        SIGNATURES, task.key, {"block.arrow": lambda path: task.dedup.write_block(path, block)}, {}
    )


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


def chosen_packs(
    index: pl.DataFrame, kind: str, shape: str, build: Callable[..., PackTask], store: Path
) -> list[PackTask]:
    """One task for each pack of `index` (columns source, pack, row), in order of appearance.

    The key covers the pack, the chosen rows, their sources and `shape` (stage repr and version).
    """
    tasks = []
    for (pack,), part in index.group_by("pack", maintain_order=True):
        rows, sources = tuple(part["row"].to_list()), tuple(part["source"].to_list())
        key = content_id(kind, shape, str(pack), *rows, *sources)
        tasks.append(build(store=store, pack=str(pack), key=key, rows=rows, sources=sources))
    return tasks
