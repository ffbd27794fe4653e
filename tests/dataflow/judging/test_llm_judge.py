from __future__ import annotations

import math

import pytest

from dataflow.evidence.spans import Fault
from dataflow.judging.llm_judge import judged, p_yes, said_yes
from dataflow.llm.base import Answer, Completion, Failure, Request
from dataflow.sft.drafts import QUESTION, Draft
from dataflow.sft.plan import Asker, Outcome, Plan, Topic, carry_out
from schemas.records import Reason
from tests.dataflow.llm.fakes import ScriptedLLM
from tests.dataflow.sft.plans.stage import topic_of

EN = "The ferry leaves at noon. It costs 18 crowns."
ZH = "渡船十二点开，票价十八元。"


def said(*tokens: tuple[str, float], text: str = "Yes") -> Completion:
    logs = tuple((token, math.log(share)) for token, share in tokens)
    return Completion(text, 9, 1, first_logprobs=logs)


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ((("Yes", 0.6), ("No", 0.3)), 2 / 3),
        (((" yes", 0.2), ("YES", 0.2), ("▁no", 0.1), ("Maybe", 0.5)), 0.8),
        ((("是", 0.5), ("否", 0.5)), 0.5),
        ((("对", 0.3), ("错", 0.1), ("不", 0.2)), 0.5),
        ((("是的", 0.9),), 1.0),
        ((("The", 0.9),), None),
    ],
)
def test_p_yes_is_the_share_of_yes(
    tokens: tuple[tuple[str, float], ...], expected: float | None
) -> None:
    found = p_yes(said(*tokens))
    assert found == (None if expected is None else pytest.approx(expected))


def test_p_yes_of_an_answer_without_candidates() -> None:
    assert p_yes(Completion("Yes", 9, 1)) is None
    assert p_yes(Completion("Yes", 9, 1, first_logprobs=(("Yes", math.nan),))) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Yes.", 1.0), (" **no**", 0.0), ("是", 1.0), ("不是。", 0.0), ("否", 0.0), ("不确定", 0.0),
     ("nothing", None), ("I think yes", None), ("", None)],
)  # fmt: skip
def test_the_first_word_is_the_answer(text: str, expected: float | None) -> None:
    assert said_yes(text) == expected


def outcome(answer: Answer, lang: str = "en") -> tuple[float | Fault, Request, Asker]:
    text = ZH if lang == "zh" else EN
    topic = topic_of(text, lang)
    asker = Asker(topic)
    draft = Draft(QUESTION, "qa", lang, "When does it leave?", "at noon", ((0, 5),), "x/1")
    found: list[float | Fault] = []

    def plan(_: Topic) -> Plan:
        score = yield from judged(asker, draft, text)
        found.append(score)
        done: Outcome = ()
        return done

    model = ScriptedLLM(lambda _: answer)
    list(carry_out([(topic, plan)], model))
    return found[0], model.asked[0], asker


@pytest.mark.parametrize(("lang", "text"), [("en", EN), ("zh", ZH)])
def test_the_judge_sees_the_source_and_is_asked_for_candidates(lang: str, text: str) -> None:
    score, request, asker = outcome(said(("yes", 0.25), ("no", 0.75)), lang)
    assert score == pytest.approx(0.25)
    assert request.top_logprobs == 20
    assert request.temperature == 0.0
    assert text in request.messages[-1][1]
    assert "at noon" in request.messages[-1][1]
    assert request.prompt_id.startswith(f"judge.{lang}/")
    assert [call.prompt_id for call in asker.calls] == [request.prompt_id]


def test_without_candidates_the_word_counts() -> None:
    assert outcome(Completion("No.", 9, 1))[0] == 0.0
    assert outcome(Completion("是", 9, 1), "zh")[0] == 1.0


def test_faults() -> None:
    unclear = outcome(Completion("Perhaps", 9, 1))[0]
    assert isinstance(unclear, Fault)
    assert unclear.reason is Reason.MALFORMED_OUTPUT
    failed = outcome(Failure("timeout", "late"))[0]
    assert isinstance(failed, Fault)
    assert failed.reason is Reason.LLM_FAILED
