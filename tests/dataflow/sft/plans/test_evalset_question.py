from __future__ import annotations

from typing import Any

import pytest

from dataflow.evidence.spans import Fault
from dataflow.llm.base import Failure
from dataflow.sft.plans.evalset_question import answerable, evalset_question, unanswerable
from dataflow.sft.templates import Library
from schemas.records import Reason
from tests.dataflow.sft.plans.stage import carried_out, name_of, topic_of

TEXT = {
    "en": "The weir at Orlen keeps the mill pond two metres above the river. Masons mended it "
    "after the flood of spring.\n\n"
    "The keeper of the weir was paid 300 crowns a year by the mill.\n\n"
    "Tortoises sleep in winter.",
    "zh": "奥伦堰使磨坊池塘的水面比河面高出两米。洪水过后石匠修复了堰体。\n\n"
    "奥伦堰的守闸人每年由磨坊支付三百克朗。\n\n乌龟在冬天睡觉。",
}
PART = {lang: text.split("\n\n")[0] for lang, text in TEXT.items()}
OPEN = {
    "en": {"question": "Who designed the weir at Orlen?"},
    "zh": {"question": "奥伦堰是谁设计的？"},
}
PAID = {
    "en": {"question": "How much is the keeper of the Orlen weir paid?"},
    "zh": {"question": "奥伦堰的守闸人工资是多少？"},
}
NOTHING = {"answer": "", "found": "no"}
GROUNDED = {
    "en": {
        "question": "How far above the river is the mill pond at Orlen?", "answer": "two metres",
        "quote": "The weir at Orlen keeps the mill pond two metres above the river.",
    },
    "zh": {
        "question": "奥伦堰使池塘水面比河面高多少？", "answer": "两米",
        "quote": "奥伦堰使磨坊池塘的水面比河面高出两米。",
    },
}  # fmt: skip


def topic(lang: str, seed: int = 0) -> Any:
    return topic_of(TEXT[lang], lang, part=PART[lang], seed=seed)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_question_that_cannot_be_answered_has_neither_answer_nor_evidence(lang: str) -> None:
    outcome, asked = carried_out(
        unanswerable, topic(lang), unanswerable=OPEN[lang], attempt=NOTHING
    )
    assert isinstance(outcome, tuple)
    (draft,) = outcome
    assert (draft.into, draft.method, draft.task) == ("evalset", "evalset", "unanswerable")
    assert (draft.answerable, draft.output, draft.spans) == (False, "", ())
    assert draft.instruction == OPEN[lang]["question"]
    assert [name_of(request) for request in asked] == ["unanswerable", "attempt"]
    assert asked[1].temperature == 0.0
    assert len(draft.calls) == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_attempt_knows_the_question_and_the_nearest_places_only(lang: str) -> None:
    _, asked = carried_out(unanswerable, topic(lang), unanswerable=PAID[lang], attempt=NOTHING)
    shown = asked[1].messages[-1][1]
    first, paid, tortoises = TEXT[lang].split("\n\n")
    assert {first in shown, paid in shown, PAID[lang]["question"] in shown} == {True}
    assert tortoises not in shown
    assert asked[0].messages[0] != asked[1].messages[0]


@pytest.mark.parametrize(
    ("said", "calls"),
    [
        ({"answer": "300 crowns", "found": "yes"}, 2),
        ({"answer": "300 crowns", "found": " Yes "}, 2),
        ({"answer": "三百克朗", "found": "是"}, 2),
        ({"answer": "x", "found": True}, 2),
    ],
)
def test_a_question_that_the_document_answers_is_refused(said: dict[str, Any], calls: int) -> None:
    outcome, asked = carried_out(unanswerable, topic("en"), unanswerable=PAID["en"], attempt=said)
    assert isinstance(outcome, Fault)
    assert (outcome.reason, len(asked)) == (Reason.WRONG_ANSWER, calls)


@pytest.mark.parametrize("said", [{"answer": ""}, {"answer": "", "found": "maybe"}, "no", "{}"])
def test_an_attempt_that_cannot_be_read_is_a_fault(said: Any) -> None:
    outcome, asked = carried_out(unanswerable, topic("en"), unanswerable=OPEN["en"], attempt=said)
    assert isinstance(outcome, Fault)
    assert (outcome.reason, len(asked)) == (Reason.MALFORMED_OUTPUT, 3)


def test_a_failed_attempt_is_a_fault() -> None:
    outcome, _ = carried_out(
        unanswerable, topic("en"), unanswerable=OPEN["en"], attempt=Failure("timeout", "slow")
    )
    assert outcome == Fault(Reason.LLM_FAILED, "timeout: slow")


@pytest.mark.parametrize(
    ("lang", "question", "reason"),
    [
        ("en", "Who designed it?", Reason.NOT_ANSWERABLE),
        ("zh", "它是谁设计的？", Reason.NOT_ANSWERABLE),
        ("en", "What is the capital of Peru?", Reason.NOT_ANSWERABLE),
        ("zh", "秘鲁的首都在哪里？", Reason.NOT_ANSWERABLE),
        ("en", "The weir at Orlen keeps the mill pond above the river.", Reason.COPIES_SOURCE),
        ("en", "奥伦堰是谁设计的？", Reason.SAMPLE_WRONG_LANGUAGE),
        ("zh", "Who designed the weir at Orlen?", Reason.SAMPLE_WRONG_LANGUAGE),
    ],
)
def test_loose_questions_are_tried_again_and_refused(
    lang: str, question: str, reason: Reason
) -> None:
    outcome, asked = carried_out(
        unanswerable, topic(lang), unanswerable={"question": question}, attempt=NOTHING
    )
    assert isinstance(outcome, Fault)
    assert (outcome.reason, len(asked)) == (reason, 2)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_answerable_question_has_its_evidence(lang: str) -> None:
    outcome, asked = carried_out(answerable, topic(lang), question=GROUNDED[lang])
    assert isinstance(outcome, tuple)
    (draft,) = outcome
    assert (draft.into, draft.method, draft.answerable) == ("evalset", "evalset", True)
    ((start, end),) = draft.spans
    assert TEXT[lang][start:end].startswith(GROUNDED[lang]["quote"].rstrip(".。"))
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("lang", "question"),
    [("en", "How high is the pond?"), ("zh", "高多少？")],
)
def test_a_question_that_fits_many_documents_is_no_test_question(lang: str, question: str) -> None:
    said = {**GROUNDED[lang], "question": question}
    outcome, _ = carried_out(answerable, topic(lang), question=said)
    assert isinstance(outcome, Fault)
    assert (outcome.reason, outcome.threshold) == (Reason.NOT_ANSWERABLE, 2.0)


def test_about_one_of_four_is_not_answerable() -> None:
    found = []
    for seed in range(80):
        outcome, _ = carried_out(
            evalset_question, topic("en", seed),
            unanswerable=OPEN["en"], attempt=NOTHING, question=GROUNDED["en"],
        )  # fmt: skip
        assert isinstance(outcome, tuple)
        found.append(outcome[0].answerable)
    assert 0.15 < found.count(False) / len(found) < 0.35


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_examples_of_our_prompts_pass(lang: str) -> None:
    for shot in Library().template("unanswerable", lang).shots:
        about = topic_of(shot["passage"], lang, title=shot["title"])
        outcome, asked = carried_out(
            unanswerable, about, unanswerable=shot["answer"], attempt=NOTHING
        )
        assert isinstance(outcome, tuple), (shot, outcome)
        assert len(asked) == 2
