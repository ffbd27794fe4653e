"""Packing loses no token, cuts nothing that fits, and does not depend on the order of rows."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Literal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dataflow.packing.bestfit import best_fit
from dataflow.packing.stage import PackSequences
from dataflow.stage import REJECT_FRAME
from schemas.errors import ConservationError, RecipeError, SchemaError
from schemas.records import Reason
from schemas.tables import PACKED
from tests.strategies.packing import documents, encode_bytes

Mode = Literal["pretrain", "sft"]
EOS = 999


def pieces(packed: pl.DataFrame) -> dict[str, list[list[int]]]:
    """Tokens of each document's pieces in order; checks what each row says of itself."""
    found: dict[str, dict[int, list[int]]] = defaultdict(dict)
    for row in packed.to_dicts():
        assert sum(row["lengths"]) == len(row["input_ids"]) == len(row["position_ids"])
        assert len(row["lengths"]) == len(row["doc_ids"]) == len(row["piece_index"])
        at = 0
        for name, size, index in zip(
            row["doc_ids"], row["lengths"], row["piece_index"], strict=True
        ):
            assert row["position_ids"][at : at + size] == list(range(size))
            assert index not in found[name]
            found[name][index] = row["input_ids"][at : at + size]
            at += size
    for parts in found.values():
        assert sorted(parts) == list(range(len(parts)))
    return {name: [parts[index] for index in sorted(parts)] for name, parts in found.items()}


@settings(deadline=None)
@given(documents(), st.integers(1, 40), st.sampled_from(["pretrain", "sft"]),
       st.sampled_from([None, EOS]))  # fmt: skip
def test_documents_can_be_rebuilt(
    frame: pl.DataFrame, capacity: int, mode: Mode, eos: int | None
) -> None:
    packed, rejected = PackSequences(capacity, mode, eos=eos)(frame, encode_bytes)
    found = pieces(packed)
    left_out = dict(rejected.select("id", "reason").iter_rows())
    assert rejected.schema == REJECT_FRAME
    assert packed["sequence_id"].to_list() == list(range(len(packed)))
    assert (
        packed["lengths"].list.sum().max() is None
        or (packed["lengths"].list.sum() <= capacity).all()
    )
    for name, text in frame.select("doc_id", "text").iter_rows():
        tokens = [*text.encode(), *([] if eos is None else [eos])]
        if not tokens:
            assert left_out.pop(name) == Reason.TOO_SHORT
        elif mode == "sft" and len(tokens) > capacity:
            assert left_out.pop(name) == Reason.TOO_LONG_TO_PACK
        else:
            cuts = [tokens[at : at + capacity] for at in range(0, len(tokens), capacity)]
            assert found.pop(name) == cuts
    assert not found
    assert not left_out


@settings(deadline=None)
@given(documents(), st.integers(1, 40), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(frame: pl.DataFrame, capacity: int, random: Any) -> None:
    stage = PackSequences(capacity, "sft")
    order = list(range(len(frame)))
    random.shuffle(order)
    one, other = stage(frame, encode_bytes), stage(frame[order], encode_bytes)
    assert one.kept.equals(other.kept)
    assert one.rejected.equals(other.rejected)


def slow_best_fit(lengths: list[int], capacity: int) -> list[int]:
    """Room of each bin, by trying them all."""
    rooms: list[int] = []
    for length in lengths:
        fitting = [room for room in rooms if room >= length]
        if fitting:
            rooms[rooms.index(min(fitting))] -= length
        else:
            rooms.append(capacity - length)
    return sorted(rooms)


@settings(deadline=None)
@given(st.integers(1, 70).flatmap(
    lambda capacity: st.tuples(st.just(capacity), st.lists(st.integers(1, capacity)))
))  # fmt: skip
def test_bins_are_as_full_as_trying_them_all_makes_them(case: tuple[int, list[int]]) -> None:
    capacity, lengths = case
    lengths.sort(reverse=True)
    bins, opened = best_fit(np.array(lengths, np.int64), capacity)
    loads = np.bincount(bins, weights=lengths, minlength=opened) if lengths else np.empty(0)
    assert sorted((capacity - loads).tolist()) == slow_best_fit(lengths, capacity)


def test_a_skewed_corpus_is_packed_almost_full() -> None:
    rng = np.random.default_rng(3)
    lengths = np.clip(np.exp(rng.normal(6, 1.1, 20_000)), 20, 2048).astype(np.int64)
    bins, opened = best_fit(-np.sort(-lengths), 2048)
    assert len(np.unique(bins)) == opened
    assert lengths.sum() / (opened * 2048) >= 0.9985


@pytest.mark.parametrize("text", ["the mill grinds corn", "磨坊磨谷物"], ids=["en", "zh"])
def test_rows_that_may_not_be_cut_are_rejected_with_their_length(text: str) -> None:
    size = len(text.encode())
    frame = pl.DataFrame({"doc_id": ["d", "d"], "sample_id": ["s1", "s2"], "text": [text, "x"]})
    packed, rejected = PackSequences(size - 1, "sft")(frame, encode_bytes)
    assert packed["doc_ids"].to_list() == [["s2"]]
    assert rejected.to_dicts() == [
        {"id": "s1", "level": "sample", "stage": "pack", "reason": "too_long_to_pack",
         "value": float(size), "threshold": size - 1.0, "source": "",
         "detail": f"{size} tokens, and mode 'sft' cuts nothing: raise capacity or shorten"}
    ]  # fmt: skip
    packed, rejected = PackSequences(size, "sft")(frame, encode_bytes)
    assert packed["doc_ids"].to_list() == [["s1"], ["s2"]]
    assert rejected.is_empty()


def test_the_table_has_its_schema_also_without_rows() -> None:
    for texts in (["a", "bb"], [""], []):
        frame = pl.DataFrame(
            {"doc_id": [f"d{place}" for place in range(len(texts))], "text": texts},
            schema={"doc_id": pl.String, "text": pl.String},
        )
        packed = PackSequences(8)(frame, encode_bytes).kept
        assert PACKED.conform(packed.to_arrow()).schema.names == PACKED.schema.names
        assert len(packed) == (1 if len(texts) == 2 else 0)


def test_a_tokenizer_that_drops_a_text_is_noticed() -> None:
    def broken(texts: list[str]) -> list[NDArray[np.int32]]:
        return encode_bytes(texts)[1:]

    frame = pl.DataFrame({"doc_id": ["a", "b"], "text": ["x", "y"]})
    with pytest.raises(ConservationError, match="2 texts in, 1 out"):
        PackSequences()(frame, broken)


def test_ids_must_differ() -> None:
    frame = pl.DataFrame({"doc_id": ["a", "a"], "text": ["x", "y"]})
    with pytest.raises(SchemaError, match="doc_id"):
        PackSequences()(frame, encode_bytes)


@pytest.mark.parametrize("options", [{"capacity": 0}, {"mode": "other"}, {"eos": -1}])
def test_options_that_do_not_fit_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(RecipeError, match=f"pack.{next(iter(options))}"):
        PackSequences(**options)
