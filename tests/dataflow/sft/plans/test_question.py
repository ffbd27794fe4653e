from __future__ import annotations

from typing import Any

import pytest

from dataflow.evidence.spans import ChunkSpan, Fault
from dataflow.sft.plans.context_words import needs_text
from dataflow.sft.plans.question import question
from dataflow.sft.plans.quotes import located
from dataflow.sft.templates import Library
from schemas.records import Reason
from tests.dataflow.sft.plans.stage import TRAITS, Said, carried_out, topic_of
from tests.strategies.sft import CHINESE, ENGLISH

PART = {
    "en": ENGLISH[ENGLISH.index("The Kelby") : ENGLISH.index("\n\n## Opening")],
    "zh": CHINESE[CHINESE.index("凯里灯塔是") : CHINESE.index("\n\n## 开放")],
}
TEXT = {"en": ENGLISH, "zh": CHINESE}
GOOD = {
    "en": {
        "question": "How tall is the Kelby lighthouse?",
        "answer": "42 metres",
        "quote": "The tower is 42 metres tall.",
    },
    "zh": {"question": "凯里灯塔有多高？", "answer": "42米", "quote": "凯里灯塔高42米"},
}


def asked(lang: str, *said: Said) -> tuple[Any, int]:
    topic = topic_of(TEXT[lang], lang, part=PART[lang])
    outcome, requests = carried_out(question, topic, question=list(said))
    return outcome, len(requests)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_question_gets_the_place_that_we_found(lang: str) -> None:
    outcome, calls = asked(lang, {**GOOD[lang], "char_start": 7, "char_end": 9})
    (draft,) = outcome
    ((start, end),) = draft.spans
    assert TEXT[lang][start:end].rstrip(".") == GOOD[lang]["quote"].rstrip(".")
    assert (draft.instruction, draft.output) == (GOOD[lang]["question"], GOOD[lang]["answer"])
    assert (draft.traits, draft.task, draft.written, calls) == (TRAITS, "qa", True, 1)
    assert draft.prompt_id == f"question.{lang}/4"


@pytest.mark.parametrize(
    ("lang", "change", "reason"),
    [
        ("en", {"quote": "The tower is 43 metres tall."}, Reason.EVIDENCE_MISSING),
        ("zh", {"quote": "凯里灯塔高43米"}, Reason.EVIDENCE_MISSING),
        ("en", {"quote": "a"}, Reason.EVIDENCE_MISSING),
        ("en", {"question": "How tall is it?"}, Reason.NOT_ANSWERABLE),
        ("zh", {"question": "它有多高？"}, Reason.NOT_ANSWERABLE),
        ("en", {"question": "How tall is the tower in this passage?"}, Reason.NOT_ANSWERABLE),
        ("zh", {"question": "根据本文，灯塔有多高？"}, Reason.NOT_ANSWERABLE),
        ("en", {"question": "Is the Kelby lighthouse 42 metres tall?"}, Reason.COPIES_SOURCE),
        ("zh", {"question": "凯里灯塔是不是高42米？"}, Reason.COPIES_SOURCE),
        ("en", {"question": "凯里灯塔有多高？"}, Reason.SAMPLE_WRONG_LANGUAGE),
        ("zh", {"question": "How tall is the Kelby lighthouse?"}, Reason.SAMPLE_WRONG_LANGUAGE),
    ],
)
def test_a_fault_is_told_and_only_the_second_one_counts(
    lang: str, change: dict[str, str], reason: Reason
) -> None:
    bad = {**GOOD[lang], **change}
    outcome, calls = asked(lang, bad, GOOD[lang])
    assert len(outcome[0].calls) == calls == 2
    outcome, calls = asked(lang, bad, bad)
    assert isinstance(outcome, Fault)
    assert (outcome.reason, calls) == (reason, 2)


def test_the_fault_is_told_in_words() -> None:
    topic = topic_of(TEXT["en"], part=PART["en"])
    bad = {**GOOD["en"], "quote": "nowhere to be found"}
    _, requests = carried_out(question, topic, question=[bad, GOOD["en"]])
    assert "quote is not in the passage" in requests[1].messages[-1][1]
    assert "quote is not in the passage" not in requests[0].messages[-1][1]


def chunk(text: str, start: int = 100) -> ChunkSpan:
    return ChunkSpan("c", "d", start, start + len(text), text)


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("One is here. Two is there. Three is gone.", "Two is there.", ((113, 126),)),
        ("One is here. Two is there. Three is gone.", "One is here. Three is gone.",
         ((100, 112), (127, 141))),
        ("第一句在这里。第二句在那里。第三句不见了。", "第一句在这里。第三句不见了。",
         ((100, 107), (114, 121))),
        ("One is here. Two is there.", "One is here. Four is new.", ()),
        ("One is here. Two is there.", "Five is new.", ()),
        ("One is here. " * 9, "One is here. Nothing else. " * 9, ()),
    ],
)  # fmt: skip
def test_quotes_are_located_whole_or_by_sentences(
    text: str, quote: str, found: tuple[tuple[int, int], ...]
) -> None:
    assert located(quote, chunk(text)) == found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_examples_of_our_prompts_pass(lang: str) -> None:
    for shot in Library().template("question", lang).shots:
        topic = topic_of(shot["passage"], lang, title=shot["title"])
        outcome, requests = carried_out(question, topic, question=shot["answer"])
        assert isinstance(outcome, tuple), outcome
        assert len(requests) == 1
    for name, key in (("back_translation", "instruction"), ("query", "query")):
        for shot in Library().template(name, lang).shots:
            assert needs_text(shot["answer"][key], lang) == ""
