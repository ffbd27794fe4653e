"""Between frames and the values the stage works on: chunks read, samples written.

Candidates of all four data sets lie in one frame (`SAMPLE_FRAME`); `rows_of` shapes the rows of
one data set out of those that stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from dataflow.evidence.spans import ChunkSpan, Evidence
from dataflow.sft.blocks import Manuscript
from dataflow.sft.drafts import INTO_EVALSET, INTO_PREFERENCES, INTO_RETRIEVAL, INTO_SFT, Draft
from schemas.dataset import DataSet
from schemas.samples import (
    CALL,
    EVALSET,
    EVIDENCE,
    MESSAGE,
    PREFERENCES,
    RETRIEVAL,
    SCORE_STRUCT,
    SCORES,
    SFT,
)

SAMPLE_FRAME = pl.Schema(
    pa.schema(
        [
            ("sample_id", pa.string()),
            ("into", pa.string()),
            ("parent", pa.string()),
            ("doc_id", pa.string()),
            ("method", pa.string()),
            ("task", pa.string()),
            ("lang", pa.string()),
            ("instruction", pa.large_string()),
            ("input", pa.large_string()),
            ("output", pa.large_string()),
            ("history", pa.list_(MESSAGE)),
            ("rejected", pa.large_string()),
            ("flaw", pa.string()),
            ("answerable", pa.bool_()),
            ("contexts", pa.list_(pa.large_string())),
            ("context_ids", pa.list_(pa.string())),
            ("perspective", pa.string()),
            ("difficulty", pa.string()),
            ("kind", pa.string()),
            ("evidence", pa.list_(EVIDENCE)),
            ("backend", pa.string()),
            ("model", pa.string()),
            ("prompt_id", pa.string()),
            ("calls", pa.list_(CALL)),
            ("seed", pa.int64()),
            ("scores", SCORE_STRUCT),
            ("source", pa.string()),
        ]
    )
)
"""Columns of a candidate; `split` comes when all of them are known."""

DATA_SETS: Mapping[str, DataSet] = {
    INTO_SFT: SFT, INTO_PREFERENCES: PREFERENCES, INTO_EVALSET: EVALSET, INTO_RETRIEVAL: RETRIEVAL,
}  # fmt: skip


def row_of(
    draft: Draft,
    document: Manuscript,
    evidence: Sequence[Evidence],
    chunks: Mapping[str, ChunkSpan],
    scores: Mapping[str, float],
) -> dict[str, Any]:
    """The columns of a checked candidate but backend and seed; `chunks` by id."""
    used = list(dict.fromkeys(item.chunk_id for item in evidence))
    return {
        "sample_id": draft.sample_id,
        "into": draft.into,
        "parent": draft.parent,
        "doc_id": document.doc_id,
        "method": draft.method,
        "task": draft.task,
        "lang": draft.lang,
        "instruction": draft.instruction,
        "input": draft.input,
        "output": draft.output,
        "history": [{"role": role, "content": content} for role, content in draft.history],
        "rejected": draft.rejected,
        "flaw": draft.flaw,
        "answerable": draft.answerable,
        "contexts": [chunks[chunk_id].text for chunk_id in used],
        "context_ids": used,
        "perspective": draft.traits.perspective,
        "difficulty": draft.traits.difficulty,
        "kind": draft.traits.kind,
        "evidence": [
            {
                "doc_id": item.doc_id,
                "chunk_id": item.chunk_id,
                "page": item.page,
                "char_start": item.char_start,
                "char_end": item.char_end,
                "quote": item.quote,
                "chunk_sha256": item.chunk_sha256,
            }
            for item in evidence
        ],
        "model": draft.model,
        "prompt_id": draft.prompt_id,
        "calls": [
            {
                "prompt_id": call.prompt_id,
                "template_sha256": call.template_sha256,
                "prompt_sha256": call.prompt_sha256,
                "cache_key": call.cache_key,
            }
            for call in draft.calls
        ],
        "scores": {name: scores.get(name) for name, _ in SCORES},
        "source": document.source,
    }


def rows_of(into: str, candidates: pl.DataFrame) -> pl.DataFrame:
    """The rows of the data set `into` among `candidates` (with `split`), in its columns' order."""
    chosen = candidates.filter(pl.col("into") == into)
    shaped = chosen.with_columns(_SHAPES[into]())
    return shaped.select(DATA_SETS[into].schema.names)


def _turn(role: str, content: pl.Expr) -> pl.Expr:
    return pl.concat_list(
        pl.struct(pl.lit(role).alias("role"), content.alias("content")).cast(
            pl.Struct({"role": pl.String, "content": pl.String})
        )
    )


def _user() -> pl.Expr:
    given = pl.concat_str("instruction", pl.lit("\n\n"), "input")
    return pl.when(pl.col("input") == "").then(pl.col("instruction")).otherwise(given)


def _prompt() -> pl.Expr:
    return pl.concat_list("history", _turn("user", _user()))


def _sft() -> list[pl.Expr]:
    answer = _turn("assistant", pl.col("output"))
    return [pl.concat_list(_prompt(), answer).alias("messages")]


def _preferences() -> list[pl.Expr]:
    return [_prompt().alias("prompt"), pl.col("output").alias("chosen")]


def _evalset() -> list[pl.Expr]:
    return [_user().alias("question"), pl.col("output").alias("ground_truth")]


def _retrieval() -> list[pl.Expr]:
    positive = pl.col("contexts").list.first()
    return [
        pl.col("instruction").alias("query"),
        positive.alias("positive"),
        pl.col("context_ids").list.first().alias("positive_id"),
    ]


_SHAPES: Mapping[str, Callable[[], list[pl.Expr]]] = {
    INTO_SFT: _sft,
    INTO_PREFERENCES: _preferences,
    INTO_EVALSET: _evalset,
    INTO_RETRIEVAL: _retrieval,
}


def page_at(document: Manuscript, position: int) -> int | None:
    """Page of the block around `position`, None where pages are not known."""
    for block in document.blocks:
        if block.start <= position < block.end:
            return block.page
    return None


def chunk_spans(chunks: pl.DataFrame) -> list[ChunkSpan]:
    """Rows of the chunks data set in order of their places."""
    wanted = chunks.sort(["char_start", "char_end", "chunk_id"])
    return [
        ChunkSpan(
            row["chunk_id"], row["doc_id"], row["char_start"], row["char_end"], row["text"],
            row.get("page_start"), tuple(row.get("heading_path") or ()),
        )
        for row in wanted.iter_rows(named=True)
    ]  # fmt: skip
