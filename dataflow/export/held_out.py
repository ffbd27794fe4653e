"""Whether other conversations give away what a run holds out for testing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.balance.splits import TEST
from dataflow.diversity.leaks import leaks
from dataflow.export.general import Conversation
from dataflow.io.shards import iterate, read_manifest

_COLUMNS = {
    "sft": ("messages", "output"), "preferences": ("prompt", "chosen"),
    "evalset": ("question", "ground_truth"),
}  # fmt: skip
"""What is asked and what is answered in the data sets that hold something out."""
_TURN = pl.Struct({"role": pl.String, "content": pl.String})
_SCHEMA: dict[str, pl.DataType] = {
    "sample_id": pl.String(), "history": pl.List(_TURN), "instruction": pl.String(),
    "output": pl.String(),
}  # fmt: skip


def held_out(out: Path) -> pl.DataFrame:
    """sample_id, history, instruction and output of the test split, and of the test questions."""
    rows = [row for name in _COLUMNS for row in _rows(out, name)]
    return pl.DataFrame(rows, schema=_SCHEMA)


def leaking(conversations: Sequence[Conversation], test: pl.DataFrame) -> set[str]:
    """Keys of the conversations that say what a row of `test` says."""
    rows = [
        {"sample_id": one.key, **_asked(one.turns[:-1]), "output": one.turns[-1]["content"]}
        for one in conversations
    ]
    found = leaks(pl.DataFrame(rows, schema=_SCHEMA), test)
    return set(found.rejected["id"])


def _rows(out: Path, name: str) -> Iterator[dict[str, Any]]:
    asked, answered = _COLUMNS[name]
    if name not in read_manifest(out).datasets:
        return
    for frame in iterate(out, name, ["sample_id", "split", asked, answered]):
        held = frame if name == "evalset" else frame.filter(pl.col("split") == TEST)
        for row in held.iter_rows(named=True):
            said = row[asked][:-1] if name == "sft" else row[asked]
            question = {"history": [], "instruction": said} if isinstance(said, str) else None
            yield {
                "sample_id": row["sample_id"],
                **(question or _asked(said)),
                "output": row[answered],
            }


def _asked(said: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """The last question and the turns before it; instructions of the system are no question."""
    turns = [turn for turn in said if turn["role"] != "system"]
    return {"history": turns[:-1], "instruction": turns[-1]["content"] if turns else ""}
