"""Steps and answers: what is found, recomputed, and looked at twice."""

from __future__ import annotations

from typing import Any

import pytest

from dataflow.evidence.support import supported
from dataflow.sft.plan import Outcome
from dataflow.sft.plans.reasoning import reasoning
from schemas.records import Reason
from tests.dataflow.sft.plans.stage import carried_out
from tests.dataflow.sft.plans.talks import (
    CHINESE,
    ENGLISH,
    PASSAGES,
    SECOND,
    STEPS,
    fault,
    only,
    quotes,
    topic,
)


def reasoned(lang: str, **changes: Any) -> Outcome:
    """Outcome of the good reply with `changes`."""
    second = changes.pop("second", SECOND[lang])
    said = {"reasoning": STEPS[lang] | changes, "reasoning_check": second}
    return carried_out(reasoning, topic(lang), **said)[0]


def test_reasoning_in_english() -> None:
    draft = only(reasoned("en"))
    assert draft.output == (
        "The works were founded in 1812.\nIn 1995 the works were closed.\n1995 - 1812 = 183\n\n"
        "Answer: 183 years"
    )
    assert draft.claim == "The works were founded in 1812.\nIn 1995 the works were closed."
    assert quotes(draft, ENGLISH) == [step["quote"] for step in STEPS["en"]["steps"][:2]]
    assert len(draft.calls) == 2


def test_reasoning_in_chinese() -> None:
    draft = only(reasoned("zh"))
    assert draft.output.endswith("12×30＝360米。\n\n答案：三百六十米")
    assert draft.claim == "共有十二台织机。"
    assert quotes(draft, CHINESE) == ["共有十二台织机", "每台每天制绳30米"]


def test_second_look_sees_no_steps() -> None:
    said = {"reasoning": STEPS["en"], "reasoning_check": SECOND["en"]}
    _, (_, second) = carried_out(reasoning, topic(), **said)
    assert "183" not in "".join(text for _, text in second.messages)
    assert STEPS["en"]["question"] in second.messages[-1][1]


def test_claim_of_steps_that_only_calculate() -> None:
    steps = [
        {"text": "12 × 30 = 360", "quote": "They had 12 looms"},
        {"text": "That is 360 metres.", "quote": "each loom made 30 metres of rope a day"},
    ]
    question = "How much rope did the looms of the Hask rope works make in a day?"
    draft = only(
        reasoned("en", question=question, steps=steps, answer="360 m", second={"answer": "360 m"})
    )
    assert draft.claim == "They had 12 looms\neach loom made 30 metres of rope a day"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_answers_must_agree(lang: str) -> None:
    other = "184 years" if lang == "en" else "365米"
    found = fault(reasoned(lang, second={"answer": other}))
    assert found.reason is Reason.WRONG_ANSWER
    unknown = "unknown" if lang == "en" else "未知"
    assert fault(reasoned(lang, second={"answer": unknown})).reason is Reason.NOT_ANSWERABLE


@pytest.mark.parametrize(
    ("lang", "text", "reason"),
    [
        ("en", "1995 - 1812 = 182", Reason.WRONG_ANSWER),
        ("en", "1995 - 1811 = 184", Reason.UNSUPPORTED_NUMBER),
        ("en", "So it was 77 years.", Reason.UNSUPPORTED_NUMBER),
        ("en", "So it was older than Babylon.", Reason.UNSUPPORTED_NAME),
        ("zh", "12×30＝350米", Reason.WRONG_ANSWER),
        ("zh", "十二乘以三十等于三百五十", Reason.WRONG_ANSWER),
        ("zh", "一共是四百二十米", Reason.UNSUPPORTED_NUMBER),
    ],
)
def test_wrong_step(lang: str, text: str, reason: Reason) -> None:
    steps = [*STEPS[lang]["steps"], {"text": text, "quote": ""}]
    assert fault(reasoned(lang, steps=steps)).reason is reason


def test_steps_rest_on_two_places() -> None:
    first = STEPS["en"]["steps"][0]
    found = fault(reasoned("en", steps=[first, first], answer="1812"))
    assert (found.reason, found.value, found.threshold) == (Reason.EVIDENCE_MISSING, 1, 2)
    missing = {"text": "It burned.", "quote": "The works burned down twice."}
    assert fault(reasoned("en", steps=[first, missing])).reason is Reason.EVIDENCE_MISSING


def test_question_that_needs_the_passage() -> None:
    found = fault(reasoned("en", question="How many years does the passage speak of?"))
    assert found.reason is Reason.NOT_ANSWERABLE


@pytest.mark.parametrize(
    ("lang", "asked", "answer", "given_away"),
    [
        ("en", "How many years had the works been open after 183 years?", "183 years", True),
        ("zh", "三百六十米绳一天能制多少？", "三百六十米", True),
        ("en", "Were the works open for 183 years or less?", "183 years", False),
        ("zh", "绳厂一天制的绳是三百六十米还是更少？", "三百六十米", False),
    ],
)
def test_a_question_that_holds_its_answer(
    lang: str, asked: str, answer: str, given_away: bool
) -> None:
    outcome = reasoned(lang, question=asked, answer=answer, second={"answer": answer})
    if given_away:
        assert fault(outcome).reason is Reason.COPIES_SOURCE
    else:
        assert only(outcome).instruction == asked


ASIDE = {"en": "The long hall is a museum now.", "zh": "长厅如今是博物馆。"}
NOWHERE = {"en": "A quote that nobody wrote.", "zh": "没有人写过的一句话。"}
BARGE = {
    "en": ("Hemp came by barge from Tolen.", "Hemp came by train from Tolen."),
    "zh": ("麻用驳船从托伦运来。", "麻用火车从托伦运来。"),
}


def with_step(lang: str, text: str, quote: str) -> Outcome:
    return reasoned(lang, steps=[*STEPS[lang]["steps"], {"text": text, "quote": quote}])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_step_with_a_wrong_quote_rests_on_the_sentence_that_holds_it(lang: str) -> None:
    right, _ = BARGE[lang]
    for quote in (ASIDE[lang], NOWHERE[lang]):
        draft = only(with_step(lang, right, quote))
        assert quotes(draft, PASSAGES[lang])[-1] == right
        assert draft.claim is not None
        assert right in draft.claim


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_step_that_the_passage_does_not_say_rests_on_nothing(lang: str) -> None:
    _, wrong = BARGE[lang]
    assert fault(with_step(lang, wrong, NOWHERE[lang])).reason is Reason.EVIDENCE_MISSING
    draft = only(with_step(lang, wrong, ASIDE[lang]))
    assert quotes(draft, PASSAGES[lang])[-1] == ASIDE[lang]
    assert draft.claim is not None
    evidence = "\n".join(quotes(draft, PASSAGES[lang]))
    assert supported(draft.claim, evidence).fault is not None


def test_a_calculation_has_no_sentence_that_could_be_found() -> None:
    text = "1995 - 1812 = 183"
    assert fault(with_step("en", text, NOWHERE["en"])).reason is Reason.EVIDENCE_MISSING
    founded = f"The works were founded in 1812. {text}"
    draft = only(with_step("en", founded, NOWHERE["en"]))
    assert quotes(draft, ENGLISH)[0] == "The Hask rope works were founded in 1812."
