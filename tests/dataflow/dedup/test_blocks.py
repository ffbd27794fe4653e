"""Blocks survive the disk unchanged, byte for byte, and damage is noticed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from dataflow.dedup.signatures import SignatureBlock
from dataflow.dedup.stage import Deduplicate
from schemas.errors import StoreError

STAGE = Deduplicate()
FRAME = pl.DataFrame(
    {
        "doc_id": ["b", "a", "字"],
        "text": ["the mill grinds corn into flour", "", "磨坊把谷物磨成面粉"],
    }
)


def same(one: SignatureBlock, other: SignatureBlock) -> bool:
    arrays = ("content", "signatures", "shingles", "offsets")
    return (
        one.scheme == other.scheme
        and one.doc_ids.equals(other.doc_ids)
        and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays)
    )


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_a_block_comes_back_as_it_was(tmp_path: Path, rows: int) -> None:
    block = STAGE.signatures(FRAME.head(rows))
    path = tmp_path / "block.arrow"
    STAGE.write_block(path, block)
    assert [each.name for each in tmp_path.iterdir()] == ["block.arrow"]
    back = STAGE.read_block(path)
    assert same(back, block)
    first = path.read_bytes()
    STAGE.write_block(path, back)
    assert path.read_bytes() == first
    assert STAGE.cluster([back]).equals(STAGE.cluster([block]))


def test_arrays_are_views_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "block.arrow"
    STAGE.write_block(path, STAGE.signatures(FRAME))
    before = pa.total_allocated_bytes()
    block = STAGE.read_block(path)
    assert pa.total_allocated_bytes() - before < 4096
    for array in (block.content, block.signatures, block.shingles, block.offsets):
        assert not array.flags.owndata
        assert not array.flags.writeable


def test_a_damaged_file_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "block.arrow"
    block = STAGE.signatures(FRAME)
    STAGE.write_block(path, block)
    whole = path.read_bytes()
    at = whole.index(block.signatures.tobytes())
    damaged = {
        "cut": whole[: len(whole) // 2],
        "empty": b"",
        "other": b"not arrow",
        "flipped": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
    }
    for name, data in damaged.items():
        path.write_bytes(data)
        with pytest.raises(StoreError, match="delete the file and run again"):
            STAGE.read_block(path)
        assert name
    path.unlink()
    with pytest.raises(StoreError, match="no readable"):
        STAGE.read_block(path)


def test_another_arrow_file_is_not_a_block(tmp_path: Path) -> None:
    path = tmp_path / "block.arrow"
    batch = pa.record_batch([pa.array([1])], ["x"])
    with pa.ipc.new_file(str(path), batch.schema) as writer:
        writer.write_batch(batch)
    with pytest.raises(StoreError, match="not a signature block"):
        STAGE.read_block(path)
