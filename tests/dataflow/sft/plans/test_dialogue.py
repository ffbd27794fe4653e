"""Dialogues: how they go on, end, and are mended."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from dataflow.llm.base import TRUNCATED, Failure
from dataflow.sft.plans.dialogue import dialogue, n_exchanges
from schemas.records import Reason
from tests.dataflow.sft.plans.stage import carried_out, name_of, topic_of
from tests.dataflow.sft.plans.talks import (
    BAD,
    ENGLISH,
    GOOD,
    LAST,
    PASSAGES,
    TALKS,
    fault,
    only,
    quotes,
    talking,
    topic,
)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("exchanges", [2, 3, 4])
def test_dialogue(lang: str, exchanges: int) -> None:
    outcome, asked = carried_out(dialogue, topic(lang, exchanges=exchanges), **talking(lang))
    draft, talk = only(outcome), TALKS[lang][:exchanges]
    turns = [text for question, answer, _ in talk for text in (question, answer)]
    assert [text for _, text in draft.history] == turns[:-2]
    assert [role for role, _ in draft.history] == ["user", "assistant"] * (exchanges - 1)
    assert [draft.instruction, draft.output] == turns[-2:]
    assert quotes(draft, PASSAGES[lang]) == [quote for _, _, quote in talk]
    assert draft.claim is None
    assert draft.answers == tuple(answer for _, answer, _ in talk)
    assert len(asked) == len(draft.calls) == 3 * exchanges
    last_question = [r for r in asked if name_of(r) == "dialogue_follow"][-1]
    assert talk[-2][1] in last_question.messages[-1][1]  # depends on the talk


def test_lengths_of_dialogues_vary_and_do_not_depend_on_chance() -> None:
    drawn = [n_exchanges(topic_of(ENGLISH, seed=seed)) for seed in range(60)]
    assert set(drawn) == {2, 3, 4}
    assert drawn == [n_exchanges(topic_of(ENGLISH, seed=seed)) for seed in range(60)]


def test_dialogue_ends_when_nothing_is_left() -> None:
    said = talking("en", dialogue_check=[GOOD, LAST])
    outcome, asked = carried_out(dialogue, topic(exchanges=4), **said)
    assert len(only(outcome).history) == 2
    assert len(asked) == 6
    outcome, _ = carried_out(dialogue, topic(exchanges=4), **talking("en", dialogue_check=LAST))
    found = fault(outcome)
    assert (found.reason, found.value, found.threshold) == (Reason.SAMPLE_TOO_SHORT, 1, 2)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_expert_revises_once(lang: str) -> None:
    said = talking(lang, dialogue_check=[BAD, GOOD, GOOD])
    outcome, asked = carried_out(dialogue, topic(lang, exchanges=2), **said)
    assert only(outcome).history[1][1] == TALKS[lang][0][1]
    (revise,) = [r for r in asked if name_of(r) == "dialogue_revise"]
    assert BAD["problem"] in revise.messages[-1][1]
    outcome, asked = carried_out(dialogue, topic(lang), **talking(lang, dialogue_check=BAD))
    assert fault(outcome).reason is Reason.JUDGED_LOW
    assert Counter(map(name_of, asked))["dialogue_revise"] == 1


def test_incomplete_answer_stands_after_its_revision() -> None:
    incomplete = {**GOOD, "complete": "no", "problem": "Say when."}
    said = talking("en", dialogue_check=[incomplete, incomplete, GOOD])
    outcome, _ = carried_out(dialogue, topic(exchanges=2), **said)
    assert len(only(outcome).history) == 2


FLAWED = {
    Reason.EVIDENCE_MISSING: ("They were founded by a queen.", "A queen founded them."),
    Reason.UNSUPPORTED_NUMBER: ("They were founded in 1813.", "founded in 1812"),
    Reason.SAMPLE_WRONG_LANGUAGE: ("哈斯克制绳厂成立于很久以前", "founded in 1812"),
    Reason.MALFORMED_OUTPUT: ("They were founded in 1812. " * 9, "founded in 1812"),
    Reason.NOT_TEXTUAL: ("According to the passage, it was in 1812.", "founded in 1812"),
}


@pytest.mark.parametrize("reason", FLAWED)
def test_what_our_code_finds_is_revised_without_the_critic(reason: Reason) -> None:
    answer, quote = FLAWED[reason]
    flawed, good = {"answer": answer, "quote": quote}, talking("en")["dialogue_answer"]
    said = talking("en", dialogue_answer=[flawed, *good[1:]])
    outcome, asked = carried_out(dialogue, topic(exchanges=2), **said)
    assert only(outcome).history[1][1] == TALKS["en"][0][1]
    assert [name_of(r) for r in asked][:4] == [
        "dialogue_open", "dialogue_answer", "dialogue_revise", "dialogue_check",
    ]  # fmt: skip
    assert reason.value not in asked[2].messages[-1][1]  # the template says it in words
    said = talking("en", dialogue_answer=flawed, dialogue_revise=flawed)
    outcome, _ = carried_out(dialogue, topic(), **said)
    assert fault(outcome).reason is reason


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"question": ""}, Reason.MALFORMED_OUTPUT),
        ("no object", Reason.MALFORMED_OUTPUT),
        (Failure(TRUNCATED, "it went on"), Reason.ANSWER_CUT),
        (Failure("budget_exhausted", "spent"), Reason.BUDGET_EXHAUSTED),
        ("again", Reason.NOT_NOVEL),
        ("foreign", Reason.SAMPLE_WRONG_LANGUAGE),
    ],
)
def test_broken_follow_up(lang: str, broken: Any, reason: Reason) -> None:
    """After two exchanges the talk is kept up to there, after one it is refused."""
    if broken == "again":
        broken = {"question": TALKS[lang][0][0]}
    elif broken == "foreign":
        broken = {"question": TALKS["en" if lang == "zh" else "zh"][0][0] * 2}
    good = {"question": TALKS[lang][1][0]}
    here = topic(lang, exchanges=4)
    outcome, _ = carried_out(dialogue, here, **talking(lang, dialogue_follow=[good, broken]))
    assert len(only(outcome).history) == 2
    outcome, _ = carried_out(dialogue, here, **talking(lang, dialogue_follow=broken))
    assert fault(outcome).reason is reason
