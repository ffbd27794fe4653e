"""Between frames and the values the stage works on: chunks read, samples written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dataflow.evidence.spans import ChunkSpan, Evidence, quoted
from dataflow.evidence.support import support
from dataflow.judging.faithfulness import faithfulness
from dataflow.sft.blocks import Manuscript
from dataflow.sft.drafts import Draft
from schemas.tables import SFT

SFT_FRAME = pl.Schema(SFT.schema)
"""Columns of the SFT data set as Polars types."""


def row_of(
    draft: Draft, document: Manuscript, evidence: Sequence[Evidence], scores: Mapping[str, float]
) -> dict[str, Any]:
    """The SFT columns of a checked candidate but backend and seed; `scores` are more scores."""
    quote = quoted(evidence)
    checked = {
        "support": round(support(draft.output, quote), 4),
        "faithfulness": round(faithfulness(draft.output, quote), 4),
    }
    return {
        "sample_id": draft.sample_id,
        "doc_id": document.doc_id,
        "method": draft.method,
        "task": draft.task,
        "lang": draft.lang,
        "instruction": draft.instruction,
        "input": draft.input,
        "output": draft.output,
        "messages": [
            {"role": "user", "content": draft.user_turn},
            {"role": "assistant", "content": draft.output},
        ],
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
        "prompt_sha256": draft.prompt_sha256,
        "cache_key": draft.cache_key,
        "scores": json.dumps({**checked, **scores}, sort_keys=True),
        "source": document.source,
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
