from __future__ import annotations

import re
from collections import Counter

import pytest

from dataflow.evidence.spans import Fault
from dataflow.evidence.wording import tokens
from dataflow.sft.plan import Outcome
from dataflow.sft.plans.summary import FORMS, summary
from dataflow.sft.templates import Library
from schemas.records import Reason
from tests.dataflow.sft.plans.stage import Said, carried_out, topic_of

TEXT = {
    "en": "The weir at Orlen keeps the mill pond two metres above the river. Masons mended it "
    "after the flood of spring, and steel gates took the place of the wooden ones, which the "
    "water had carried away. The gates open by themselves when the water rises too far, so that "
    "the keeper only looks after them once a week. Half of his pay comes from the mill.",
    "zh": "奥伦堰使磨坊池塘的水面比河面高出两米。"
    "春天的洪水冲走了木闸门，石匠随后修复了堰体，并换上了钢闸门。"
    "水位过高时闸门会自行打开，因此守闸人只需每周检查一次。他的工资有一半由磨坊支付。",
}
GOOD = {
    "en": "A repaired weir at Orlen now needs little care.",
    "zh": "修好的奥伦堰如今几乎不用照看。",
}


def made(lang: str, *said: Said, seed: int = 0) -> tuple[Outcome, int]:
    topic = topic_of(TEXT[lang], lang, seed=seed)
    outcome, asked = carried_out(summary, topic, summary=list(said))
    return outcome, len(asked)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_passage_is_the_input_and_the_summary_the_output(lang: str) -> None:
    outcome, calls = made(lang, {"summary": GOOD[lang]})
    assert isinstance(outcome, tuple)
    (draft,) = outcome
    assert (draft.input, draft.output, calls) == (TEXT[lang], GOOD[lang], 1)
    assert draft.spans == ((0, len(TEXT[lang])),)
    assert (draft.method, draft.task, draft.written) == ("summary", "summary", True)
    assert draft.instruction in Library().template("summary", lang).words["instruction"].values()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_form_and_wording_vary_and_agree(lang: str) -> None:
    wordings = Library().template("summary", lang).words
    seen: Counter[str] = Counter()
    for seed in range(90):
        topic = topic_of(TEXT[lang], lang, seed=seed)
        outcome, asked = carried_out(summary, topic, summary={"summary": GOOD[lang]})
        assert isinstance(outcome, tuple)
        instruction = outcome[0].instruction
        (key,) = (k for k, v in wordings["instruction"].items() if v == instruction)
        assert wordings["form"][key.rsplit("_", 1)[0]] in asked[0].messages[-1][1]
        seen[key] += 1
    assert {key.rsplit("_", 1)[0] for key in seen} == set(FORMS[:3])
    assert len(seen) == 9


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("first", Reason.COPIES_SOURCE),
        ("whole", Reason.SAMPLE_TOO_LONG),
        ("other", Reason.SAMPLE_WRONG_LANGUAGE),
    ],
)
def test_what_is_no_summary_is_tried_again_and_then_refused(
    lang: str, said: str, reason: Reason
) -> None:
    bad = {
        "first": TEXT[lang][: TEXT[lang].index(". " if lang == "en" else "。") + 1],
        "whole": TEXT[lang],
        "other": GOOD["zh" if lang == "en" else "en"],
    }[said]
    outcome, calls = made(lang, {"summary": bad}, {"summary": GOOD[lang]})
    assert (isinstance(outcome, tuple), calls) == (True, 2)
    outcome, calls = made(lang, {"summary": bad}, {"summary": bad})
    assert isinstance(outcome, Fault)
    assert (outcome.reason, calls) == (reason, 2)


def test_one_sentence_is_one_sentence() -> None:
    faults = 0
    for seed in range(12):
        topic = topic_of(TEXT["en"], seed=seed)
        outcome, _ = carried_out(summary, topic, summary={"summary": "It was mended. It works."})
        assert isinstance(outcome, Fault) == ("one sentence," in _form(topic.sampling.seed))
        faults += isinstance(outcome, Fault)
    assert 0 < faults < 12


def _form(seed: int) -> str:
    topic = topic_of(TEXT["en"], seed=seed)
    _, asked = carried_out(summary, topic, summary={"summary": GOOD["en"]})
    return next(line for line in asked[0].messages[-1][1].split("\n") if line.startswith("Form:"))


def test_a_short_passage_is_not_summarised() -> None:
    text = TEXT["en"][: TEXT["en"].index(" The gates open")]
    outcome, asked = carried_out(summary, topic_of(text))
    assert isinstance(outcome, Fault)
    assert (outcome.reason, outcome.threshold, asked) == (Reason.SAMPLE_TOO_SHORT, 60.0, [])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_model_is_told_a_length_that_is_kept(lang: str) -> None:
    shares = {"sentence": 0.5, "sentences": 0.6, "paragraph": 0.7}
    words = Library().template("summary", lang).words["form"]
    for seed in range(6):
        topic = topic_of(TEXT[lang], lang, seed=seed)
        _, asked = carried_out(summary, topic, summary={"summary": GOOD[lang]})
        said = asked[0].messages[-1][1].rpartition("</passage>")[2]
        (form,) = (form for form in shares if f"{words[form]}" in said)
        most = next(int(number) for number in re.findall(r"\d+", said))
        assert 0 <= 0.8 * shares[form] * len(tokens(TEXT[lang])) - most < 5
