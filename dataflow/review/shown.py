"""What a reviewer sees of a sample, whichever data set it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.io.shards import iterate, read_manifest
from dataflow.review.strata import STRATA, stratified
from dataflow.sft.rows import DATA_SETS
from schemas.errors import UsageError

VERDICT, GOOD, BAD, COMMENT = "verdict", "good", "bad", "comment"
FIELDS = ("conversation", "answer", "worse_answer", "evidence")
"""Texts that are shown; an empty one is left out."""
_ANSWERS = {"sft": "output", "preferences": "chosen", "evalset": "ground_truth",
            "retrieval": "positive"}  # fmt: skip


def chosen(out: Path, n: int, seed: int) -> Iterator[dict[str, Any]]:
    """A stratified sample of all samples in `out`: sample_id, STRATA, source and FIELDS.

    Raises UsageError when there are none.
    """
    names = [name for name in DATA_SETS if name in read_manifest(out).datasets]
    known = ["sample_id", "lang", "method", "task"]
    frames = [
        frame.select(known).with_columns(pl.lit(name).alias("data_set"))
        for name in names
        for frame in iterate(out, name, known)
    ]
    if not frames or not sum(frame.height for frame in frames):
        raise UsageError(f"{out} has no samples: run `corpusmill sft` or `run` first")
    wanted = stratified(pl.concat(frames), n, seed)
    for name in names:
        ids = wanted.filter(pl.col("data_set") == name)["sample_id"].implode()
        for frame in iterate(out, name):
            for row in frame.filter(pl.col("sample_id").is_in(ids)).iter_rows(named=True):
                yield {"data_set": name, **_shown(name, row)}


def _shown(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
    asked = {"preferences": "prompt", "evalset": "question", "retrieval": "query"}
    said = row["messages"][:-1] if name == "sft" else row[asked[name]]
    quotes = [item["quote"] for item in row["evidence"] or ()]
    return {
        **{key: row[key] for key in ("sample_id", *STRATA[1:], "source")},
        "conversation": said if isinstance(said, str) else _talk(said),
        "answer": row[_ANSWERS[name]],
        "worse_answer": row.get("rejected") or "",
        "evidence": "\n…\n".join(quotes),
    }


def _talk(messages: list[Mapping[str, str]]) -> str:
    if len(messages) == 1:
        return messages[0]["content"]
    return "\n\n".join(f"[{turn['role']}] {turn['content']}" for turn in messages)
