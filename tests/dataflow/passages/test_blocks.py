"""Blocks survive the disk unchanged, byte for byte, and damage is noticed."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from dataflow.passages.blocks import UnitBlock
from dataflow.passages.boilerplate import CutBoilerplate
from dataflow.passages.repeats import CutRepeats
from schemas.errors import StoreError
from tests.dataflow.passages.texts import corpus, paragraph

LINES = CutBoilerplate()
PARAGRAPHS = CutRepeats(unit="paragraph")
TOKENS = CutRepeats(unit="substring")


def frame_blocks(rows: int) -> list[UnitBlock]:
    rng = random.Random(1)
    frame = corpus([paragraph(rng), paragraph(rng, "zh"), ""], ["b", "字", ""]).head(rows)
    return [LINES.collect(frame), PARAGRAPHS.collect(frame), TOKENS.collect(frame)]


def same(one: UnitBlock, other: UnitBlock) -> bool:
    return (
        one.scheme == other.scheme
        and one.doc_ids.equals(other.doc_ids)
        and one.sources.equals(other.sources)
        and set(one.arrays) == set(other.arrays)
        and all(np.array_equal(one.arrays[name], other.arrays[name]) for name in one.arrays)
        and all(one.arrays[name].dtype == other.arrays[name].dtype for name in one.arrays)
    )


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_a_block_comes_back_as_it_was(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "block.arrow"
    for block in frame_blocks(rows):
        LINES.write_block(path, block)
        assert [each.name for each in tmp_path.iterdir()] == ["block.arrow"]
        back = LINES.read_block(path)
        assert same(back, block)
        for array in back.arrays.values():
            assert not array.flags.owndata
            assert not array.flags.writeable
        first = path.read_bytes()
        TOKENS.write_block(path, back)
        assert path.read_bytes() == first


def test_a_damaged_file_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "block.arrow"
    block = frame_blocks(3)[2]
    TOKENS.write_block(path, block)
    whole = path.read_bytes()
    at = whole.index(block.arrays["token"].tobytes())
    for data in (
        whole[: len(whole) // 2],
        b"",
        b"not arrow",
        whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
    ):
        path.write_bytes(data)
        with pytest.raises(StoreError, match="delete the file and run again"):
            TOKENS.read_block(path)
    path.unlink()
    with pytest.raises(StoreError, match="no readable"):
        TOKENS.read_block(path)
