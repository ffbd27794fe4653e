"""Candidates as the decisions over all of them see them, written down in a line each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from dataflow.sft.finish import COMPARED
from dataflow.sft.rows import SAMPLE_FRAME
from schemas.samples import SCORES

FRAME = {
    **{name: SAMPLE_FRAME[name] for name in COMPARED},
    "cluster_id": pl.String(), "split": pl.String(), "row": pl.UInt32(),
}  # fmt: skip
"""Columns of `candidates`; `row` is one that the decisions only carry along."""


def scores(**known: float | None) -> dict[str, float | None]:
    """All scores, null where they are not known."""
    return {name: known.get(name) for name, _ in SCORES}


def candidate(sample_id: str, into: str = "sft", **fields: Any) -> dict[str, Any]:
    """A candidate that says what no other says unless `fields` make it say so."""
    row = {
        "sample_id": sample_id, "into": into, "parent": "", "doc_id": f"doc of {sample_id}",
        "method": "extractive", "task": "qa", "lang": "en", "input": "", "history": [],
        "instruction": " ".join(f"{word}-{sample_id}" for word in ("who", "built", "this")),
        "output": f"answer-{sample_id}", "perspective": "", "difficulty": "", "kind": "",
        "context_ids": [], "scores": scores(), "source": f"{sample_id}.md", "split": "train",
    }  # fmt: skip
    return row | {"cluster_id": row["doc_id"]} | fields


def candidates(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """The frame of some candidates."""
    numbered = [row | {"row": number} for number, row in enumerate(rows)]
    return pl.DataFrame(numbered, schema=FRAME)
