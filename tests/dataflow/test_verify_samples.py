"""Verification finds whatever is changed in the evidence of a sample, in each of the data sets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataflow.io.shards import read_all
from dataflow.sft.rows import DATA_SETS
from tests.dataflow.test_verify import problems, rewrite

CHANGES = {
    "quote": ("The keeper never said so.", "quote is not "),
    "char_start": (0, "quote is not "),
    "chunk_sha256": ("0" * 64, " has another hash"),
    "chunk_id": ("nowhere", "there is no chunk nowhere"),
    "page": (99, " is not on page 99"),
    "doc_id": ("another", " lies outside of chunk "),
}  # fmt: skip
"""What is written into a field of a quote, and what is said of it."""


def changed(frame: pl.DataFrame, row: int, **fields: Any) -> pl.DataFrame:
    """`frame` with other values in the last quote of a row."""
    quotes = frame["evidence"].to_list()
    quotes[row][-1] |= fields
    return frame.with_columns(pl.Series("evidence", quotes, frame.schema["evidence"]))


@pytest.mark.parametrize("field", CHANGES)
@pytest.mark.parametrize("into", DATA_SETS)
def test_a_changed_quote_is_found(into: str, field: str, damaged: Path) -> None:
    samples = read_all(damaged, into)
    row = next(i for i, quotes in enumerate(samples["evidence"].to_list())
               if quotes and quotes[-1]["char_start"] > 0)  # fmt: skip
    value, said = CHANGES[field]
    rewrite(damaged, into, lambda frame: changed(frame, row, **{field: value}))
    found = problems(damaged)
    assert list(found) == [f"{into}: every quote stands in its document and chunk"]
    (lines,) = found.values()
    assert all(line.startswith(samples["sample_id"][row]) for line in lines)
    assert any(said in line for line in lines), lines


def test_a_page_that_is_not_the_chunks_is_found(damaged: Path) -> None:
    samples = read_all(damaged, "sft")
    (row, *_) = [i for i, quotes in enumerate(samples["evidence"].to_list())
                 if quotes[0]["page"] == 2]  # fmt: skip
    for page in (1, 3, None):
        rewrite(damaged, "sft", lambda frame, page=page: changed(frame, row, page=page))  # type: ignore[misc]  # bound at once
        (lines,) = problems(damaged).values()
        assert f"is not on page {page}" in lines[0]


@pytest.mark.parametrize("into", DATA_SETS)
def test_a_sample_without_evidence_is_found(into: str, damaged: Path) -> None:
    rewrite(damaged, into, lambda frame: frame.with_columns(
        evidence=pl.lit([], frame.schema["evidence"])))  # fmt: skip
    (lines,) = problems(damaged).values()
    wanted = read_all(damaged, into)
    if into == "evalset":  # what the corpus does not answer has no evidence
        wanted = wanted.filter("answerable")
    assert wanted.height
    assert [line.split(":")[0] for line in lines[:5]] == wanted["sample_id"][:5].to_list()
