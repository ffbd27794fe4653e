"""What holds for every document, strategy, size and tokenizer."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.chunking.blocks import blocks
from dataflow.chunking.chunk import CHUNK_FRAME, ChunkText, Strategy
from dataflow.chunking.tokenizers import get_tokenizer
from schemas.ids import content_id
from schemas.tables import CHUNKS
from tests.strategies.chunking import markdown, texts

STRATEGIES: tuple[Strategy, ...] = ("structure", "sentence", "fixed")
stages = st.builds(
    ChunkText,
    strategy=st.sampled_from(STRATEGIES),
    size=st.integers(16, 120),
    tokenizer=st.sampled_from(["unicode", "bytes"]),
)


def chunked(stage: ChunkText, text: str) -> list[Mapping[str, Any]]:
    frame = pl.DataFrame({"doc_id": ["d"], "text": [text]})
    return list(stage(frame).iter_rows(named=True))


@given(texts, stages)
def test_offsets_are_exact_and_the_cap_is_hard(text: str, stage: ChunkText) -> None:
    count = get_tokenizer(stage.tokenizer).count
    for index, chunk in enumerate(chunked(stage, text)):
        start, end = chunk["char_start"], chunk["char_end"]
        assert text[start:end] == chunk["text"]
        assert chunk["chunk_index"] == index
        assert chunk["chunk_id"] == content_id("chunk", "d", start, end, chunk["text"])
        assert chunk["n_tokens"] == sum(count([chunk["prefix"].strip(), chunk["text"]])) + (
            len(chunk["prefix"]) - len(chunk["prefix"].strip()) if stage.tokenizer == "bytes" else 0
        )
        assert chunk["n_tokens"] <= stage.size


@given(texts, stages)
def test_all_that_is_not_white_space_is_covered_exactly_once(text: str, stage: ChunkText) -> None:
    covered = [0] * len(text)
    for chunk in chunked(stage, text):
        for index in range(chunk["char_start"], chunk["char_end"]):
            covered[index] += 1
    assert max(covered, default=0) <= 1
    assert [c for c, n in zip(text, covered, strict=True) if n == 0 and not c.isspace()] == []


@given(texts, st.sampled_from(STRATEGIES), st.integers(24, 120), st.data())
def test_overlapping_chunks_cover_all_and_stay_under_the_cap(
    text: str, strategy: Strategy, size: int, data: st.DataObject
) -> None:
    overlap = data.draw(st.integers(1, size // 2))
    chunks = chunked(ChunkText(strategy, size, overlap), text)
    covered: set[int] = set()
    for chunk in chunks:
        assert chunk["n_tokens"] <= size
        assert text[chunk["char_start"] : chunk["char_end"]] == chunk["text"]
        covered.update(range(chunk["char_start"], chunk["char_end"]))
    assert [c for i, c in enumerate(text) if i not in covered and not c.isspace()] == []
    ends = [chunk["char_end"] for chunk in chunks]
    assert ends == sorted(set(ends))
    count = get_tokenizer("unicode").count
    for before, after in pairwise(chunks):
        shared = text[after["char_start"] : before["char_end"]]
        assert count([shared])[0] <= overlap


@given(markdown, st.integers(40, 200))
def test_a_heading_ends_no_chunk_but_the_document(text: str, size: int) -> None:
    found = blocks(text, None)
    chunks = chunked(ChunkText(size=size), text)
    headings = [block for block in found if block.kind == "heading"]
    # A stack of headings that fills half of a chunk is text like any other.
    tall = any(a.kind == b.kind == "heading" for a, b in pairwise(found))
    for chunk in chunks[:-1]:
        last = [b for b in headings if len(text[: b.end].rstrip()) == chunk["char_end"]]
        assert not last or tall


@given(markdown, st.integers(48, 200))
def test_no_row_is_cut_and_every_continued_table_has_its_header(text: str, size: int) -> None:
    for block in blocks(text, None):
        if block.kind != "table":
            continue
        lines = text[block.start : block.end].strip().split("\n")
        header = "\n".join(lines[:2]) + "\n"
        position, inside = block.start, []
        for line in lines:
            inside.append((position, position + len(line)))
            position += len(line) + 1
        for chunk in chunked(ChunkText(size=size), text):
            start, end = chunk["char_start"], chunk["char_end"]
            for row_start, row_end in inside:
                assert not row_start < start < row_end
                assert not row_start < end < row_end
            if block.start < start < position - 1:
                first_row = text[start:].split("\n", 1)[0] + "\n"
                fits = sum(get_tokenizer("unicode").count([header, first_row])) <= size
                assert chunk["prefix"] == (header if fits else "")


@given(st.lists(markdown, max_size=3))
@settings(max_examples=25)
def test_the_frame_is_the_chunks_data_set(documents: list[str]) -> None:
    frame = pl.DataFrame(
        {"doc_id": [str(i) for i in range(len(documents))], "text": documents},
        schema={"doc_id": pl.String, "text": pl.String},
    )
    found = ChunkText(size=60)(frame)
    assert found.schema == CHUNK_FRAME
    assert CHUNKS.conform(found.to_arrow()).num_rows == found.height
    assert list(dict.fromkeys(found["doc_id"])) == [
        str(i) for i, text in enumerate(documents) if text.strip()
    ]
