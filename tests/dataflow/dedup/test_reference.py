"""Our signatures are datasketch's."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings

from dataflow.dedup.reference import SignatureIndex, native_minhash, to_datasketch
from dataflow.dedup.stage import Deduplicate
from schemas.errors import StoreError
from tests.strategies.dedup import corpora

STAGE = Deduplicate()


@given(corpora())
@settings(max_examples=25, deadline=None)
def test_rows_equal_what_datasketch_computes_from_the_shingles(frame: pl.DataFrame) -> None:
    block = STAGE.signatures(frame)
    for row in range(len(block)):
        own = block.shingles[block.offsets[row] : block.offsets[row + 1]]
        native = native_minhash(own, block.scheme)
        assert to_datasketch(block.signatures[row], block.scheme) == native


def test_similarity_estimates_are_shares_of_equal_numbers() -> None:
    words = [f"word{number}" for number in range(100)]
    frame = pl.DataFrame(
        {"doc_id": ["a", "b"], "text": [" ".join(words), " ".join(words[:80] + ["x"] * 20)]}
    )
    block = STAGE.signatures(frame)
    one, other = (to_datasketch(row, block.scheme) for row in block.signatures)
    share = float((block.signatures[0] == block.signatures[1]).mean())
    assert one.jaccard(other) == share
    assert 0.5 < share < 0.9


def test_an_index_grows_block_by_block_and_finds_what_the_stage_finds() -> None:
    base = " ".join(f"word{number}" for number in range(60))
    old = pl.DataFrame({"doc_id": ["a", "b"], "text": [base, "something else altogether"]})
    new = pl.DataFrame({"doc_id": ["c", "d"], "text": [base + " tail", "磨坊把谷物磨成面粉"]})
    blocks = [STAGE.signatures(old), STAGE.signatures(new)]
    index = SignatureIndex(STAGE.scheme, STAGE.bands)
    index.insert(blocks[0])
    index.insert(blocks[0])
    assert index.candidates(blocks[1]).rows() == [("c", "a")]
    index.insert(blocks[1])
    assert index.candidates(blocks[0]).rows() == [("a", "c")]
    assert STAGE.verified_pairs(blocks).select("a", "b").rows() == [("a", "c")]


def test_an_index_refuses_other_signatures() -> None:
    block = Deduplicate(seed=2).signatures(pl.DataFrame({"doc_id": ["a"], "text": ["b"]}))
    with pytest.raises(StoreError, match="seed=2"):
        SignatureIndex(STAGE.scheme).insert(block)
