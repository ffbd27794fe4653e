"""Every decision of the papers' rule sets against their definitions, written a second time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataflow.quality.rule_sets import RULE_SETS
from dataflow.quality.rules import FilterRules
from dataflow.quality.score import ScoreText
from tests.dataflow.quality import reference as r
from tests.dataflow.quality.reference_sets import REFERENCE
from tests.dataflow.quality.rows import documents
from tests.strategies.text import frame_of

ROWS = documents(each=8)
VALUES: dict[str, Callable[[str], float]] = {
    "segmented_words": lambda text: len(r.words(text)),
    "mean_segmented_word_length": r.mean_length,
    "segmented_alphabetic_ratio": r.alphabetic,
    "gopher_stop_words": r.gopher_stops,
    "segmented_stop_words": r.chinese_stops,
    "hash_ratio": r.hashes,
    "ellipsis_ratio": r.ellipses,
    "bracketed_ratio": r.bracketed,
    "digit_ratio": r.digits,
    "unique_word_ratio": r.unique_words,
    "word_entropy": r.entropy,
    "sentences": r.sentences,
    "c4_sentences": r.c4_sentences,
    "long_line_sentences": lambda text: r.c4_sentences(text, marks=False),
    "terminal_line_ratio": lambda text: r.of_lines(text, r.ends_sentence),
    "line_break_ratio": r.line_breaks,
    "noise_word_ratio": r.noise_words,
    "bullet_line_ratio": lambda text: r.of_lines(text, r.bullet),
    "ellipsis_line_ratio": r.ellipsis_lines,
    "duplicate_line_ratio": lambda text: r.duplicate_lines(text)[0],
    "duplicate_line_char_ratio": lambda text: r.duplicate_lines(text)[1],
    "duplicate_paragraph_ratio": lambda text: r.duplicate_paragraphs(text)[0],
    "duplicate_paragraph_char_ratio": lambda text: r.duplicate_paragraphs(text)[1],
    "top_2gram_char_ratio": lambda text: r.top_run(text, 2),
    "top_3gram_char_ratio": lambda text: r.top_run(text, 3),
    "top_4gram_char_ratio": lambda text: r.top_run(text, 4),
    "duplicate_5gram_ratio": lambda text: r.duplicate_run(text, 5),
    "duplicate_7gram_ratio": lambda text: r.duplicate_run(text, 7),
    "duplicate_10gram_ratio": lambda text: r.duplicate_run(text, 10),
}
PIECES = (
    "the", "mill", "MILL", "and", "x", "3rd", "1024", "don't", "half-way", "snake_case", "12",
    "水车", "河边", "的", "木匠", "说", "々", "한국어", "カナ", "мельница", " ", "  ", "\t", "\n",
    "\n\n", " \n", "#", "# ", "## ", "###", "...", "....", "…", "……", ".", "!", "?", "。", "？！",
    "，", "、", "- ", "-", "• ", "* ", "**", "```", "~~~", "\n```\n", "| a | b |", "{", "}", "【",
    "】", "(", ")", '"', "“", "”", "[1]", "[", "]", "lorem ipsum", "JavaScript", "Privacy Policy",
    "read more", "展开", "1. ", "e.g. this", "\u3000", "é", "e\u0301",
)  # fmt: skip
"""What a text may be made of in any order."""


@pytest.fixture(scope="module")
def scored() -> pl.DataFrame:
    frame = frame_of(*(text for _, _, text in ROWS), lang=[lang for _, lang, _ in ROWS])
    return ScoreText()(frame)


def failed(frame: pl.DataFrame, rule_set: str) -> dict[str, set[str]]:
    """By document the signals on which a rule set rejects it."""
    rejected = FilterRules(sets=(rule_set,))(frame).rejected
    return {
        doc_id: {sentence.split(" ")[1] for sentence in detail.split("; ")}
        for doc_id, detail in rejected.select("id", "detail").iter_rows()
    }


@pytest.mark.parametrize("rule_set", sorted(REFERENCE))
def test_each_decision_equals_the_reference(rule_set: str, scored: pl.DataFrame) -> None:
    assert len(ROWS) >= 400
    ours = failed(scored, rule_set)
    for doc_id, (kind, lang, text) in zip(scored["doc_id"], ROWS, strict=True):
        expected = REFERENCE[rule_set](text, lang)
        assert ours.get(doc_id, set()) == expected, (kind, lang, text)


@pytest.mark.parametrize("rule_set", sorted(REFERENCE))
def test_each_rule_is_seen_on_both_sides(rule_set: str, scored: pl.DataFrame) -> None:
    counts = Counter(name for names in failed(scored, rule_set).values() for name in names)
    needs_a_detector = {"lang_score"}
    signals = {rule.signal for rule in RULE_SETS[rule_set]} - needs_a_detector
    assert {name: counts[name] for name in signals if counts[name] < 2} == {}
    assert max(counts.values()) < len(ROWS)


def same_values(text: str, found: dict[str, float]) -> None:
    ours = {name: found[name] for name in VALUES}
    assert ours == pytest.approx({name: value(text) for name, value in VALUES.items()}), text


def test_each_value_equals_the_reference(scored: pl.DataFrame) -> None:
    for (_, _, text), found in list(zip(ROWS, scored["signals"], strict=True))[::4]:
        same_values(text, found)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_values_of_texts_in_pieces(text: str) -> None:
    same_values(text, ScoreText()(frame_of(text))["signals"][0])


@pytest.mark.parametrize(
    ("text", "signal", "ours", "papers"),
    [
        ("# One\n\ntwo three", "hash_ratio", 0.0, "1/3: a Markdown heading is a hash mark"),
        ("so it goes……", "ellipsis_ratio", 1 / 3, "2/3: a Chinese ellipsis counts twice"),
        ("one two, three.", "segmented_words", 3, "5: punctuation is a word of some tokenizers"),
        ("-5 degrees\n-x flag", "bullet_line_ratio", 0.0, "1: any dash is a bullet"),
        ("cut here…", "ellipsis_line_ratio", 0.0, "1: a single line is a pattern"),
        ("only two words", "top_3gram_char_ratio", 0.0, "1: a run that occurs once is the top"),
        ("Buy it. BUY IT.", "duplicate_line_ratio", 0.0, "0"),
        ("Buy it.\nBUY IT.", "duplicate_line_ratio", 0.5, "0: capitals are another line"),
        ("```\nend\nend\n```", "duplicate_line_ratio", 0.0, "1/4: code repeats"),
        ("He said “no.”", "terminal_line_ratio", 1.0, "0: the line ends in a quote"),
        ("one\n\ntwo", "line_break_ratio", 0.5, "1: blank lines count"),
    ],
)  # fmt: skip
def test_differences_from_the_papers_are_these(
    text: str, signal: str, ours: float, papers: str
) -> None:
    assert ScoreText()(frame_of(text))["signals"][0][signal] == pytest.approx(ours), papers
