from __future__ import annotations

from collections.abc import Iterable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.judging import round_trip
from dataflow.judging.round_trip import Question, ranks
from dataflow.retrieval.bm25 import bm25_index

CHUNKS = [
    ("a", "The ferry to Sandholm leaves at noon."),
    ("b", "Clay holds water longer than sand."),
    ("c", "The ferry was built of oak."),
    ("d", "渡船每天十二点开往沙岛。"),
    ("e", "黏土比沙子存水久。"),
]


def frames(rows: list[tuple[str, str]], size: int = 2) -> Iterable[pl.DataFrame]:
    for at in range(0, len(rows), size):
        yield pl.DataFrame(rows[at : at + size], schema=["chunk_id", "text"], orient="row")


def test_ranks_in_both_languages() -> None:
    questions = [
        Question("When does the ferry to Sandholm leave?", ("a",)),
        Question("When does the ferry to Sandholm leave?", ("c",)),
        Question("渡船什么时候开往沙岛？", ("d",)),
        Question("渡船什么时候开往沙岛？", ("e",)),
        Question("Which soil holds water?", ("c", "b")),
        Question("Which soil holds water?", ("z",)),
    ]
    assert ranks(questions, lambda: frames(CHUNKS)) == [1, 2, 1, 2, 1, None]


def test_copies_do_not_count() -> None:
    rows = [("x", "same words here"), ("y", "same words here"), ("z", "others")]
    assert ranks([Question("same words", ("y",))], lambda: frames(rows)) == [1]


def test_an_empty_corpus() -> None:
    assert ranks([Question("same words", ("y",))], lambda: []) == [None]
    assert ranks([], lambda: frames(CHUNKS)) == []


@settings(deadline=None)
@given(
    st.lists(st.text("abc 汉字船", max_size=12), min_size=1, max_size=12),
    st.lists(st.text("abc 汉字船", max_size=8), min_size=1, max_size=4),
    st.integers(1, 5),
)
def test_same_ranks_as_the_index(texts: list[str], asked: list[str], size: int) -> None:
    rows = [(f"c{number}", text) for number, text in enumerate(texts)]
    index = bm25_index(texts)
    questions = [Question(text, (f"c{n % len(texts)}",)) for n, text in enumerate(asked)]
    found = ranks(questions, lambda: frames(rows, size))
    for n, (question, rank) in enumerate(zip(questions, found, strict=True)):
        scores = index.scores(question.text)
        own = scores[n % len(texts)]
        assert rank == 1 + int((scores > own).sum())


def test_pieces_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = [Question(text, (id_,)) for id_, text in CHUNKS]
    whole = ranks(questions, lambda: frames(CHUNKS, 5))
    monkeypatch.setattr(round_trip, "_PIECE", 2)
    assert ranks(questions, lambda: frames(CHUNKS[::-1], 3)) == whole == [1] * 5
