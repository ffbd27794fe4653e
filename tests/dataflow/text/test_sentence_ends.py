from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.text.sentence_ends import sentence_spans, split_sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Ito paid 3.5 million. Why?", ["Dr. Ito paid 3.5 million.", "Why?"]),
        ("版本3.5发布了。他走了", ["版本3.5发布了。", "他走了"]),
        ("他说：“好。”她走了！", ["他说：“好。”", "她走了！"]),
        ('"Why?" he asked. "No." She left.', ['"Why?" he asked.', '"No."', "She left."]),
        ("It opens at 5 p.m. each day (see Fig. 2).", None),
        ("one line\n\nanother", ["one line", "another"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_of_lines(text: str, expected: list[str] | None) -> None:
    assert split_sentences(text) == ([text] if expected is None else expected)


def test_spans_lie_between_their_bounds_and_cross_lines() -> None:
    text = "Head. One goes\non. Two? Tail."
    spans = sentence_spans(text, 6, 24)
    assert [text[start:end] for start, end in spans] == ["One goes\non.", "Two?"]


@given(st.text(alphabet="aB1.!?。！ \n”e", max_size=60))
def test_nothing_but_space_is_lost(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())
    spans = sentence_spans(text)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_hostile_text_is_cheap() -> None:
    before = time.process_time()
    for text in ("." * 50_000 + "a", ". " * 25_000, '."' * 25_000 + "a", "." + " " * 50_000 + "a"):
        split_sentences(text)
        sentence_spans(text)
    assert time.process_time() - before < 2
