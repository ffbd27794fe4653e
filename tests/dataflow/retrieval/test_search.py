from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dataflow.embedding.embedder import Kind, get_embedder
from dataflow.retrieval.search import (
    ChunkIndex,
    Hit,
    ranking,
    reciprocal_ranks,
    search,
    standard_scores,
)
from schemas.errors import UsageError

CHUNKS = pl.DataFrame(
    {
        "chunk_id": ["a", "b", "c", "d"],
        "doc_id": ["x", "x", "y", "z"],
        "text": ["The pump starts.", "The valve opens at noon.", "水泵在中午启动。", "| 7 bar |"],
        "prefix": ["", "", "", "| pressure |\n|---|\n"],
        "source": ["x.pdf", "x.pdf", "y.md", "z.html"],
        "page_start": [1, 2, None, None],
    }
)


class Meaning:
    """Knows that a pump is 水泵, and nothing else."""

    name = "meaning"
    dim = 2

    def embed(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        known = [[float("pump" in t or "水泵" in t), 0.0] for t in texts]
        return np.array(known, dtype=np.float32).reshape(len(texts), 2)


def test_words_find_chunks_with_their_place() -> None:
    (hit,) = search(CHUNKS, "When does the valve open?", k=1)
    assert hit == Hit("b", "x", hit.score, "The valve opens at noon.", "x.pdf", 2)
    assert hit.score == pytest.approx(1.7575, abs=1e-4)
    (hit,) = search(CHUNKS, "水泵何时启动？", k=3)
    assert (hit.chunk_id, hit.page_start) == ("c", None)


def test_a_repeated_table_header_is_searched() -> None:
    assert [hit.chunk_id for hit in search(CHUNKS, "pressure")] == ["d"]


def test_nothing_is_found_for_unknown_words() -> None:
    assert search(CHUNKS, "compressor") == []
    assert search(CHUNKS.head(0), "pump") == []


@pytest.mark.parametrize("fusion", ["scores", "ranks"])
def test_hybrid_finds_by_meaning_what_words_miss(fusion: str) -> None:
    model = Meaning()
    index = ChunkIndex(CHUNKS, model.embed(CHUNKS["text"].to_list(), "passage"), model)
    found = index.search("pump", fusion="ranks" if fusion == "ranks" else "scores")
    assert [hit.chunk_id for hit in found] == ["a", "c"]
    assert found[0].score > found[1].score > 0


def test_hybrid_with_the_hashing_embedder_agrees_with_words() -> None:
    model = get_embedder("hashing")
    vectors = model.embed(CHUNKS["text"].to_list(), "passage")
    (first, *_) = search(CHUNKS, "水泵启动", embeddings=vectors, embedder=model)
    assert first.chunk_id == "c"


def test_halves_of_a_hybrid_are_usage_errors() -> None:
    model = Meaning()
    vectors = np.zeros((3, 2), dtype=np.float32)
    with pytest.raises(UsageError, match="needs both"):
        ChunkIndex(CHUNKS, vectors)
    with pytest.raises(UsageError, match="3 embeddings for 4 chunks"):
        ChunkIndex(CHUNKS, vectors, model)


values = st.floats(allow_nan=True, allow_infinity=False, width=16)
score_pairs = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        st.lists(values, min_size=n, max_size=n), st.lists(values, min_size=n, max_size=n)
    )
)


@given(score_pairs, st.integers(1, 12))
def test_rankings_hold_positive_scores_best_first(
    pair: tuple[list[float], list[float]], k: int
) -> None:
    scores = np.array(pair[0])
    found = ranking(scores, k)
    assert len(found) == min(k, sum(value > 0 for value in pair[0]))
    assert scores[found].tolist() == sorted(scores[found].tolist(), reverse=True)


@given(score_pairs)
def test_fusions_find_the_union_and_nothing_else(pair: tuple[list[float], list[float]]) -> None:
    arrays = [np.array(side) for side in pair]
    union = [any(side[i] > 0 for side in pair) for i in range(len(pair[0]))]
    for fuse in (reciprocal_ranks, standard_scores):
        found = fuse(arrays)
        assert np.isfinite(found).all()
        assert (found > 0).tolist() == union
