"""Rule sets: sound rows, the papers' numbers, each of their reasons triggered by a text."""

from __future__ import annotations

import pytest

from dataflow.quality.rule_sets import RULE_SETS
from dataflow.quality.rules import FilterRules
from dataflow.quality.score import ScoreText
from schemas.records import Reason
from schemas.signals import SIGNALS
from tests.dataflow.quality.rows import SENTENCES
from tests.dataflow.quality.test_rules import EN, ZH, verdict
from tests.strategies.text import CHINESE, ENGLISH, frame_of

WEB_CASES = [
    (Reason.HASH_MARKS, "gopher", "en", EN.replace(" the ", " #the ")),
    (Reason.HASH_MARKS, "zh-web", "zh", ZH.replace("，", "#####，")),
    (Reason.ELLIPSES, "gopher", "en", EN.replace(" the ", " the … … … ")),
    (Reason.ELLIPSES, "zh-web", "zh", ZH.replace("，", "……，……，……")),
    (Reason.BRACKETED, "zh-web", "zh", f"【{CHINESE[0]}】{CHINESE[1]}"),
    (Reason.TOO_MANY_DIGITS, "zh-web", "zh", f"{CHINESE[0]}1234567890"),
    (Reason.FEW_HAN_CHARACTERS, "zh-web", "zh", f"水车立在河边。{ENGLISH[0]}"),
    (Reason.FEW_UNIQUE_WORDS, "zh-web", "zh", "水车，" * 11),
    (Reason.LOW_ENTROPY, "zh-web", "zh", "水车立在河边。"),
    (Reason.FEW_SENTENCES, "c4", "en", EN),
    (Reason.FEW_SENTENCES, "c4", "zh", CHINESE[0]),
    (Reason.FEW_SENTENCES, "fineweb", "en", EN),
    (Reason.FEW_TERMINAL_LINES, "fineweb", "en", EN.replace(".", "")),
    (Reason.FEW_TERMINAL_LINES, "fineweb", "zh", ZH.replace("。", "")),
    (Reason.SHORT_LINES, "fineweb", "en", EN.replace(" the ", "\n")),
    (Reason.SHORT_LINES, "zh-web", "zh", ZH.replace("，", "\n")),
    (Reason.MANY_LINE_BREAKS, "fineweb", "en", EN.replace(" ", "\n")),
    (Reason.MANY_LINE_BREAKS, "fineweb", "zh", "\n".join("水车立在河边")),
    (Reason.MORE_LINES, "zh-web", "zh", "水车立在河边，展开\n磨坊主的故事，查看更多"),
    (Reason.LOREM_IPSUM, "c4", "en", f"{EN}\nLorem ipsum dolor sit amet."),
    (Reason.LOREM_IPSUM, "zh-web", "zh", f"{ZH}\nlorem ipsum"),
    (Reason.CURLY_BRACKETS, "c4", "en", f"{EN} {{name}}"),
    (Reason.NOISE_WORDS, "refinedweb-lines", "en", f"{EN}\nSIGN IN NOW\n3 likes"),
    (Reason.NOISE_WORDS, "refinedweb-lines", "zh", "水车立在河边。\n首页\n点赞 5"),
    (Reason.DUPLICATE_PARAGRAPHS, "gopher", "en", "End.\n\nEnd.\n\nEnd."),
    (Reason.DUPLICATE_PARAGRAPHS, "zh-web", "zh", "完。\n\n完。\n\n完。"),
    (Reason.DUPLICATE_PARAGRAPH_CHARACTERS, "gopher", "en", f"{EN}\n\nThe end.\n\n{EN}"),
    (Reason.DUPLICATE_PARAGRAPH_CHARACTERS, "zh-web", "zh", f"{ZH}\n\n完。\n\n{ZH}"),
    (Reason.DUPLICATE_NGRAMS, "gopher", "en", f"{ENGLISH[0]} {ENGLISH[1]} {ENGLISH[0]}"),
    (Reason.DUPLICATE_NGRAMS, "zh-web", "zh", f"{CHINESE[1]}{CHINESE[3]}{CHINESE[1]}"),
]


@pytest.mark.parametrize(("reason", "rule_set", "lang", "text"), WEB_CASES)
def test_each_reason_of_the_papers_is_triggered(
    reason: Reason, rule_set: str, lang: str, text: str
) -> None:
    others = {r.reason.value for r in FilterRules(sets=(rule_set,)).rules()} - {reason.value}
    stage = FilterRules(sets=(rule_set,), off=tuple(others))
    reject = verdict(text, lang, stage)
    assert reject is not None
    assert reject["reason"] == reason.value
    assert verdict("\n".join(documents_of(lang)), lang, stage) is None


def documents_of(lang: str) -> list[str]:
    """Lines of prose that pass all sets."""
    both = {"en": [EN.replace("\n", " ")], "zh": [ZH.replace("\n", "")]}
    return both[lang] + [" ".join(SENTENCES[lang][4:])]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_prose_passes_all_sets(lang: str) -> None:
    stage = FilterRules(sets=tuple(RULE_SETS))
    assert verdict("\n".join(documents_of(lang)), lang, stage) is None


def test_a_language_that_is_unsure() -> None:
    scored = ScoreText()(frame_of(EN, ZH, lang=["en", "zh"], lang_score=[0.6, 0.7]))
    rejected = FilterRules(sets=("fineweb",), off=("few_sentences", "too_short"))(scored).rejected
    assert [(row["reason"], row["value"]) for row in rejected.to_dicts()] == [
        (Reason.UNSURE_LANGUAGE.value, 0.6)
    ]


def test_the_sets_are_sound() -> None:
    names = {name for name, _ in SIGNALS}
    assert list(RULE_SETS) == ["default", "gopher", "c4", "fineweb", "zh-web", "refinedweb-lines"]
    for name, rules in RULE_SETS.items():
        rows = [(r.reason, r.signal, r.bound, lang) for r in rules for lang in r.langs or (None,)]
        assert len(rows) == len(set(rows)), name
        assert {r.signal for r in rules} <= names
        assert {r.rule_set for r in rules} == {name}
        assert all(r.citation for r in rules)
    starred = {r.reason for rules in RULE_SETS.values() for r in rules if "memory" in r.citation}
    assert starred == {Reason.NOISE_WORDS, Reason.UNSURE_LANGUAGE}
    assert {r.langs for r in RULE_SETS["zh-web"]} == {("zh",)}


def test_numbers_of_the_papers() -> None:
    def bounds(name: str, signal: str) -> set[tuple[float, tuple[str, ...] | None]]:
        return {(r.threshold, r.langs) for r in RULE_SETS[name] if r.signal == signal}

    assert bounds("gopher", "duplicate_5gram_ratio") == {(0.15, None), (0.198, ("zh",))}
    assert bounds("gopher", "duplicate_10gram_ratio") == {(0.10, None), (0.127, ("zh",))}
    assert bounds("gopher", "top_4gram_char_ratio") == {(0.16, None), (0.171, ("zh",))}
    assert bounds("fineweb", "duplicate_line_char_ratio") == {(0.01, None), (0.1, ("zh",))}
    assert bounds("zh-web", "duplicate_line_char_ratio") == {(0.1, ("zh",))}
    assert bounds("zh-web", "mean_segmented_word_length") == {(1.3, ("zh",)), (5, ("zh",))}
    assert bounds("c4", "c4_sentences") == {(5, ("en",))}
