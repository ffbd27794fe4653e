"""Sentences: exact, complete and in order, with either splitter."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.text.sentences import LONGEST_BLOCK, Splitter, sentences
from dataflow.text.spacy_adapter import entities
from tests.strategies.text import CHINESE, ENGLISH, any_texts


def texts_of(text: str, lang: str, splitter: Splitter = "sentencex") -> list[str]:
    return [text[start:end] for start, end in sentences(text, lang, splitter)]


@pytest.mark.parametrize("splitter", ["sentencex", "spacy"])
@pytest.mark.parametrize(
    ("lang", "expected", "joint"),
    [
        ("en", list(ENGLISH), " "),
        ("zh", list(CHINESE), ""),
        ("zh", ["他说：“今天很好。”", "然后走了。", "她问：「真的吗？」", "他点头！"], ""),
        ("zh", ["真的？！", "请看第三章（第五页）。", "『好』！"], ""),
        ("en", ["It is late.", "Is it?", "Yes!"], " "),
    ],
)
def test_sentences(splitter: Splitter, lang: str, expected: list[str], joint: str) -> None:
    assert texts_of(joint.join(expected), lang, splitter) == expected


def test_abbreviations_do_not_end_sentences() -> None:
    text = "Dr. Smith met Mr. Jones at 3.15 p.m. yesterday. They talked."
    assert texts_of(text, "en")[-1] == "They talked."
    assert len(texts_of(text, "en")) == 2


def test_structure_ends_sentences() -> None:
    text = (
        "# A title\nText without\na stop\n- one item\n- two\n\n| a. b | c. |\n| d | e |\n"
        "```\nx. y. z\n```\n没有句号的行\n\n最后。"
    )
    assert texts_of(text, "zh") == [
        "# A title", "Text without\na stop", "- one item", "- two", "| a. b | c. |", "| d | e |",
        "```\nx. y. z\n```", "没有句号的行", "最后。",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "hostile", ["(“" * 60_000, "a" * 100_000, "。" * 50_000, "甲乙。" * 30_000]
)
def test_long_blocks_are_bounded(hostile: str) -> None:
    start = process_time()
    spans = sentences(hostile, "zh")
    assert process_time() - start < 20
    assert "".join(hostile[a:b] for a, b in spans) == hostile
    assert max(b - a for a, b in spans) <= 2 * LONGEST_BLOCK


@settings(max_examples=200, deadline=None)
@given(any_texts, st.sampled_from(["en", "zh", "und"]))
def test_spans_cover_all_ink_in_order(text: str, lang: str) -> None:
    _check_cover(text, lang, "sentencex")


@settings(max_examples=25, deadline=None)
@given(any_texts, st.sampled_from(["en", "zh", "und"]))
def test_spacy_spans_cover_all_ink_in_order(text: str, lang: str) -> None:
    _check_cover(text, lang, "spacy")


def _check_cover(text: str, lang: str, splitter: Splitter) -> None:
    spans = sentences(text, lang, splitter)
    end = 0
    for start, stop in spans:
        assert end <= start < stop
        assert not text[end:start].strip()
        assert text[start:stop] == text[start:stop].strip()
        end = stop
    assert not text[end:].strip()


def test_entities_have_exact_spans() -> None:
    text = "Marie Curie moved to Paris in 1891."
    found = [(text[start:end], label) for start, end, label in entities(text)]
    assert found == [("Marie Curie", "PERSON"), ("Paris", "GPE"), ("1891", "DATE")]
    assert entities("") == []
