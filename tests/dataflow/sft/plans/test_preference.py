"""Pairs of answers by a judge."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from dataflow.llm.base import TRUNCATED, Failure, Request
from dataflow.sft.drafts import INTO_PREFERENCES
from dataflow.sft.plan import Outcome
from dataflow.sft.plans import preference as preference_plan
from dataflow.sft.plans.preference import preference
from schemas.records import Reason
from tests.dataflow.sft.plans.stage import carried_out, name_of
from tests.dataflow.sft.plans.talks import (
    FIRST,
    MENDED,
    PASSAGES,
    QUESTION,
    fault,
    only,
    quotes,
    topic,
    yes,
)


def preferred(lang: str = "en", **said: Any) -> tuple[Outcome, list[Request]]:
    replies: dict[str, Any] = {
        "answer_question": {"question": QUESTION[lang]}, "answer": [FIRST[lang], MENDED[lang]],
        "judge": [yes(0.2), yes(0.9)],
        "preference_score": [{"score": 2}, {"score": 9}],
    }  # fmt: skip
    return carried_out(preference, topic(lang), **(replies | said))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_preference_by_probability(lang: str) -> None:
    words = ("yes", "no") if lang == "en" else ("是", "否")
    outcome, asked = preferred(lang, judge=[yes(0.2, *words), yes(0.9, *words)])
    draft = only(outcome)
    assert (draft.into, draft.output, draft.rejected) == (
        INTO_PREFERENCES, MENDED[lang]["answer"], FIRST[lang]["answer"],
    )  # fmt: skip
    assert dict(draft.scores) == pytest.approx({"judge": 0.9})
    assert quotes(draft, PASSAGES[lang]) == [MENDED[lang]["quote"]]
    assert len(draft.calls) == len(asked) == 5
    one, other = asked[1:3]
    assert other.seed == one.seed + 1
    assert other.temperature > one.temperature
    for judged, reply in zip(asked[3:], (FIRST, MENDED), strict=True):
        assert judged.top_logprobs == 20
        assert reply[lang]["answer"] in judged.messages[-1][1]  # each alone
    outcome, _ = preferred(lang, answer=[MENDED[lang], FIRST[lang]], judge=[yes(0.9), yes(0.2)])
    assert only(outcome).output == MENDED[lang]["answer"]  # whatever the order


@pytest.mark.parametrize(
    "silent", ["yes", Failure("refused", "no logprobs here"), Failure(TRUNCATED, "it talks")]
)
def test_preference_by_score(silent: Any) -> None:
    outcome, asked = preferred(judge=silent)
    assert only(outcome).scores == (("judge", 0.9),)
    assert Counter(map(name_of, asked))["preference_score"] == 2


def test_preference_needs_a_gap_and_a_good_answer() -> None:
    found = fault(preferred(judge=[yes(0.8), yes(0.9)])[0])
    assert found.reason is Reason.NOT_SELECTED
    assert found.value == pytest.approx(0.1)
    assert found.threshold == preference_plan.MIN_GAP
    found = fault(preferred(judge=[yes(0.1), yes(0.4)])[0])
    assert found.reason is Reason.JUDGED_LOW
    assert found.value == pytest.approx(0.4)
    found = fault(preferred(answer=MENDED["en"])[0])
    assert (found.reason, found.value) == (Reason.NOT_SELECTED, 1.0)
    found = fault(preferred(judge=Failure("budget_exhausted", ""))[0])
    assert found.reason is Reason.BUDGET_EXHAUSTED


def test_chosen_answer_has_its_quote() -> None:
    wrong = {**MENDED["en"], "quote": "The king closed the works himself."}
    assert fault(preferred(answer=[FIRST["en"], wrong])[0]).reason is Reason.EVIDENCE_MISSING
    outcome, _ = preferred(answer=[{**FIRST["en"], "quote": "nowhere at all"}, MENDED["en"]])
    assert only(outcome).rejected == FIRST["en"]["answer"]
