"""Signals: values worked out by hand, ranges on any text, both scripts."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.quality import kernels, signals
from dataflow.quality.character_classes import (
    CJK,
    DIGIT,
    HAN,
    HANGUL,
    LATIN,
    LETTER,
    LOWER,
    STARTS,
    WORD,
    class_table,
)
from dataflow.quality.score import ScoreText
from dataflow.quality.signals import SIGNAL_STRUCT, STOP_WORDS
from schemas.signals import SIGNALS
from tests.strategies.text import CHINESE, ENGLISH, any_texts, frame_of, paragraphs

PER_WORD = ("symbol_ratio", "hash_ratio", "ellipsis_ratio", "line_break_ratio")


def score(text: str | None, **columns: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = ScoreText()(frame_of(text, **columns))["signals"][0]
    return found


@pytest.mark.parametrize(
    ("text", "signal", "value"),
    [
        ("one two-part don't snake_case", "words", 4),
        ("第一章 GPU 算力", "words", 6),
        ("| --- | ::: ... | )", "words", 0),
        ("하나 둘 カナ", "words", 5),
        ("a bcd 中文 42", "mean_word_length", 2.0),
        ("中文 42", "mean_word_length", None),
        ("# Title\n\none two three # x... 四…… #tag", "symbol_ratio", 4 / 7),
        ("#########\n##not #a title", "symbol_ratio", 2 / 3),
        ("- a\n* b\n\n• c\n-d\n**e**\n---", "bullet_line_ratio", 0.5),
        ("• 一\n●二\n三", "bullet_line_ratio", 2 / 3),
        ("a...\n\n b…\nc……\nd. . .\n", "ellipsis_line_ratio", 0.75),
        ("only one line…", "ellipsis_line_ratio", 0.0),
        ("one 2 3 4th", "alphabetic_word_ratio", 0.5),
        ("价格 42 元", "alphabetic_word_ratio", 0.75),
        ("same\n same \nother\n|---|\n|---|", "duplicate_line_ratio", 1 / 3),
        ("same\n same \nother\n}\n}", "duplicate_line_char_ratio", 4 / 13),
        ("重复\n重复\n重复\n不同", "duplicate_line_ratio", 0.5),
        ("```\nx\nx\nx\n```\nout", "duplicate_line_ratio", 0.0),
        ("go on. Go on. go ON! stop", "top_2gram_ratio", 12 / 16),
        ("go on, go on", "top_2gram_ratio", 0.0),
        ("多少多少多少", "top_2gram_ratio", 1.0),
        ("no no no no", "top_2gram_ratio", 1.0),
        ("ab\ufffd\ue000", "replacement_ratio", 0.5),
        ("ab 中文", "cjk_ratio", 0.5),
        ("1 2", "cjk_ratio", 0.0),
    ],
)
def test_values(text: str, signal: str, value: float | None) -> None:
    expected = value if value is None else pytest.approx(value)
    assert score(text)[signal] == expected


@pytest.mark.parametrize("text", ["", None, " \n\t", "，。——"])
def test_texts_without_words(text: str | None) -> None:
    found = score(text)
    assert found["words"] == 0
    assert found["mean_word_length"] is None
    assert found["lang_score"] is None
    nulls = {name for name, value in found.items() if value is None}
    assert nulls == {
        "mean_word_length", "lang_score", "repeated_13gram_ratio", "other_language_share",
        "perplexity", "toxic_word_ratio", "personal_data",
    }  # fmt: skip
    of_lines = {"characters", "mean_line_length", "short_line_ratio", "terminal_line_ratio"}
    rest = {name for name, value in found.items() if value}
    assert rest <= of_lines
    assert found["characters"] == len(text or "")


LONG = {
    "closers": "a" + ".)" * 150_000 + "b",
    "spaces": "." * 50 + " " * 200_000 + "a",
    "citations": "x" + "[1]" * 100_000,
    "one character": "好" * 300_000,
    "brackets": "【" * 300_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_lines_of_one_kind_end(text: str) -> None:
    assert score(text)["characters"] == len(text)


def test_stop_words_follow_the_language() -> None:
    text = "The end of THE story, 他的书在这里"
    assert score(text, lang=["en"])["stop_words"] == 2
    assert score(text, lang=["zh"])["stop_words"] == 3
    assert score(text, lang=["de"])["stop_words"] is None
    assert score(text, lang=["und"])["stop_words"] == 3
    assert score(text)["stop_words"] == 3
    for lang, sample in (("en", ENGLISH), ("zh", CHINESE)):
        assert all(score(line, lang=[lang])["stop_words"] >= 1 for line in sample)


def test_stop_words_are_single_words_for_the_kernels() -> None:
    for words in STOP_WORDS.values():
        assert len(words) == len(set(words)) <= 60
        for word in words:
            row = signals.counts([word])[0]
            assert row[kernels.WORDS] == 1
            assert row[kernels.STOPS_EN] + row[kernels.STOPS_ZH] == 1


def test_lang_score_is_copied() -> None:
    assert score("x", lang_score=[0.5])["lang_score"] == 0.5


def test_the_struct_is_that_of_the_schema() -> None:
    frame = ScoreText()(frame_of())
    assert frame.schema["signals"] == SIGNAL_STRUCT
    assert [field.name for field in SIGNAL_STRUCT.fields] == [name for name, _ in SIGNALS]


def test_character_classes() -> None:
    table = class_table()
    assert table[ord("é")] == LETTER | WORD | LATIN | LOWER
    assert table[ord("中")] == LETTER | CJK | HAN
    assert table[ord("한")] == LETTER | CJK | HANGUL
    assert table[ord("٣")] == WORD | DIGIT
    assert not (table & STARTS).any()
    assert [bool(table[ord(char)] & CJK) for char in "中かカ한。，a1"] == [True] * 4 + [False] * 4
    assert [bool(table[ord(char)] & WORD) for char in "aя1\u0301中。"] == [True] * 4 + [False] * 2


def test_batches_do_not_change_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*ENGLISH, "", *CHINESE, "x" * 300]
    whole = signals.counts(texts)
    monkeypatch.setattr(signals, "BATCH_CHARS", 100)
    assert (signals.counts(texts) == whole).all()
    assert signals.counts([]).shape == (0, kernels.N_COUNTS)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(any_texts, paragraphs), max_size=6), st.randoms(use_true_random=False))
def test_ranges_purity_and_order(texts: list[str], random: Random) -> None:
    frame = frame_of(*texts)
    before = frame.clone()
    scored = ScoreText()(frame)
    assert frame.equals(before)
    assert ScoreText()(scored).equals(scored)
    order = random.sample(range(len(texts)), len(texts))
    assert scored[order].equals(ScoreText()(frame[order]))
    for text, found in zip(texts, scored["signals"], strict=True):
        for name, value in found.items():
            if name.endswith("_ratio") and name not in PER_WORD and value is not None:
                assert 0.0 <= value <= 1.0
        assert 0 <= found["words"] <= len(text)
        assert found["symbol_ratio"] >= 0.0


@given(st.lists(st.sampled_from(["甲乙", "丙", "one", "two words"]), min_size=1, max_size=12))
def test_repeated_lines_against_a_plain_count(lines: list[str]) -> None:
    repeated = [line for i, line in enumerate(lines) if line in lines[:i]]
    found = score("\n".join(lines))
    assert found["duplicate_line_ratio"] == pytest.approx(len(repeated) / len(lines))
    share = sum(map(len, repeated)) / sum(map(len, lines))
    assert found["duplicate_line_char_ratio"] == pytest.approx(share)
