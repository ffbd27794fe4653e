"""Answers that a principle mends."""

from __future__ import annotations

from typing import Any

import pytest

from dataflow.evidence.spans import Fault
from dataflow.llm.base import Request
from dataflow.sft.drafts import INTO_PREFERENCES, INTO_SFT, Traits
from dataflow.sft.plan import Outcome
from dataflow.sft.plans import revision as revision_plan
from dataflow.sft.plans.revision import principle_of, revision
from dataflow.sft.templates import Library
from schemas.records import Reason
from tests.dataflow.sft.plans.stage import carried_out, name_of, topic_of
from tests.dataflow.sft.plans.talks import (
    ENGLISH,
    FIRST,
    FLAW,
    MENDED,
    PASSAGES,
    QUESTION,
    fault,
    only,
    quotes,
    topic,
)


def revised(lang: str = "en", **said: Any) -> tuple[Outcome, list[Request]]:
    replies: dict[str, Any] = {
        "answer_question": {"question": QUESTION[lang]}, "answer": FIRST[lang],
        "critique": FLAW, "revision": MENDED[lang],
    }  # fmt: skip
    return carried_out(revision, topic(lang), **(replies | said))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_revision(lang: str) -> None:
    outcome, asked = revised(lang)
    assert not isinstance(outcome, Fault)
    sample, pair = outcome
    assert (sample.into, sample.output) == (INTO_SFT, MENDED[lang]["answer"])
    assert (pair.into, pair.output, pair.rejected) == (
        INTO_PREFERENCES, MENDED[lang]["answer"], FIRST[lang]["answer"],
    )  # fmt: skip
    assert pair.parent == sample.sample_id
    assert quotes(sample, PASSAGES[lang]) == quotes(pair, PASSAGES[lang])
    assert quotes(sample, PASSAGES[lang]) == [MENDED[lang]["quote"]]
    flaw, principle = principle_of(topic(lang))
    assert pair.flaw == flaw
    assert [name_of(r) for r in asked] == ["answer_question", "answer", "critique", "revision"]
    assert [r.temperature for r in asked] == [0, revision_plan.FIRST_TEMPERATURE, 0, 0]
    assert principle in asked[2].messages[-1][1]
    assert principle in asked[3].messages[-1][1]


def test_principles() -> None:
    tables = [Library().template("principles", lang).words["principle"] for lang in ("en", "zh")]
    assert list(tables[0]) == list(tables[1])
    assert len(tables[0]) >= 8
    drawn = {principle_of(topic_of(ENGLISH, seed=seed))[0] for seed in range(200)}
    assert drawn == set(tables[0])
    texts = {
        principle_of(topic_of(ENGLISH, seed=seed, traits=Traits("theorist")))[1]
        for seed in range(200)
    }
    assert any("a scholar" in text for text in texts)
    assert not any("{" in text for text in texts)


def test_nothing_to_revise() -> None:
    outcome, asked = revised(critique={"problem": "", "ok": "yes"}, answer=MENDED["en"])
    assert only(outcome).output == MENDED["en"]["answer"]
    assert len(asked) == 3
    assert len(only(revised(revision={**FIRST["en"]})[0]).rejected) == 0  # nothing changed


def test_revision_keeps_its_evidence() -> None:
    wrong = {**MENDED["en"], "quote": "The king closed the works himself."}
    assert fault(revised(revision=wrong)[0]).reason is Reason.EVIDENCE_MISSING
    foreign = {**MENDED["en"], "answer": MENDED["zh"]["answer"]}
    assert fault(revised(revision=foreign)[0]).reason is Reason.SAMPLE_WRONG_LANGUAGE
    outcome, _ = revised(answer={**FIRST["en"], "quote": "not there at all"})
    assert not isinstance(outcome, Fault)  # only the rejected answer's quote is wrong
