from __future__ import annotations

import pytest

from dataflow.sft.blocks import manuscript
from dataflow.sft.derive.aspects import other_aspects
from dataflow.sft.derive.rag_questions import unanswerable
from dataflow.sft.drafts import EXTRACTIVE
from dataflow.sft.rules.propose import rule_drafts
from tests.strategies.sft import document


@pytest.mark.parametrize(
    ("question", "lang", "thing"),
    [
        ("Who was Ada Storm?", "en", "Ada Storm"),
        ("When was Kelby Bridge built?", "en", "Kelby Bridge"),
        ("What are foghorns?", "en", "foghorns"),
        ("What is the purpose or the result of this?", "en", ""),
        ("石岚是谁？", "zh", "石岚"),
        ("凯里大桥位于哪里？", "zh", "凯里大桥"),
        ("什么是雾号？", "zh", "雾号"),
        ("为什么网面正对东南？", "zh", ""),
    ],
)
def test_the_thing_is_taken_from_the_question(question: str, lang: str, thing: str) -> None:
    assert {one for one, _, _ in other_aspects(question, lang)} == ({thing} if thing else set())


@pytest.mark.parametrize(
    ("text", "lang", "title", "known"),
    [
        ("A foghorn is a device that warns ships. Fog is thick here.", "en", "Signals of Kelby",
         " It was invented in Tarn. It costs $9. In this country it is common. Its name is old."),
        ("雾号是一种警示船只的装置。这里雾很大。", "zh", "凯里的信号",
         "它由石岚发明，价格很高，在各国常见，最早得名于清代。"),
    ],
)  # fmt: skip
def test_what_is_not_told_of_a_thing_is_asked_and_what_is_told_is_not(
    text: str, lang: str, title: str, known: str
) -> None:
    for body, told in ((text, False), (text + known, True)):
        found = manuscript(document(body, lang, title))
        drafts = rule_drafts(found, frozenset({EXTRACTIVE}), 0)
        (draft,) = [one for one in drafts if one.task == "definition"]
        made = [unanswerable(draft, found, [draft], seed) for seed in range(8)]
        asked = {one.instruction for one in made if one is not None}
        of_thing = {one for one in asked if "foghorn" in one or "雾号" in one}
        assert bool(of_thing) is not told
