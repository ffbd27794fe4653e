from __future__ import annotations

import pytest

from dataflow.evidence.spans import Fault
from dataflow.sft.plan import Topic
from dataflow.sft.plans.query import query
from schemas.records import Reason
from tests.dataflow.sft.plans.stage import carried_out, topic_of

TEXT = {
    "en": "The weir at Orlen keeps the mill pond two metres above the river. The gates open by "
    "themselves when the water rises too far, so that the keeper only comes once a week.",
    "zh": "奥伦堰使磨坊池塘的水面比河面高出两米。"
    "水位过高时闸门会自行打开，因此守闸人只需每周检查一次。",
}
QUESTION = {
    "en": "what happens at the Orlen weir during a flood?",
    "zh": "发大水时奥伦堰会怎么样？",
}
WORDS = {"en": "Orlen weir flood control", "zh": "奥伦堰 防洪"}


def topics(lang: str, form: str) -> Topic:
    """A topic whose hash asks for the form."""
    for seed in range(50):
        topic = topic_of(TEXT[lang], lang, seed=seed)
        _, asked = carried_out(query, topic, query={"query": WORDS[lang]})
        words = topic.library.template("query", lang).words["form"]
        if words[form] in asked[0].messages[-1][1]:
            return topic
    raise AssertionError(form)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("form", ["question", "keywords"])
def test_a_query_goes_with_its_chunk(lang: str, form: str) -> None:
    said = (QUESTION if form == "question" else WORDS)[lang]
    outcome, asked = carried_out(query, topics(lang, form), query={"query": said})
    assert isinstance(outcome, tuple)
    (draft,) = outcome
    assert (draft.into, draft.method, draft.task) == ("retrieval", "query", form)
    assert (draft.instruction, draft.output) == (said, TEXT[lang])
    assert draft.spans == ((0, len(TEXT[lang])),)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("lang", "said", "reason"),
    [
        ("en", "Why do the gates open by themselves when the water rises too far?",
         Reason.COPIES_SOURCE),
        ("zh", "为什么水位过高时闸门会自行打开，守闸人只需每周检查一次？", Reason.COPIES_SOURCE),
        ("en", "what does the passage say about the weir", Reason.NOT_ANSWERABLE),
        ("zh", "这段文字讲了什么", Reason.NOT_ANSWERABLE),
        ("en", "how old can a tortoise get?", Reason.NOT_ANSWERABLE),
        ("zh", "乌龟能活多久？", Reason.NOT_ANSWERABLE),
        ("en", "weir " * 60, Reason.SAMPLE_TOO_LONG),
        ("en", "发大水时奥伦堰会怎么样？", Reason.SAMPLE_WRONG_LANGUAGE),
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused(lang: str, said: str, reason: Reason) -> None:
    topic = topics(lang, "question")
    outcome, asked = carried_out(query, topic, query={"query": said})
    assert isinstance(outcome, Fault)
    assert (outcome.reason, len(asked)) == (reason, 2)
    outcome, _ = carried_out(query, topic, query=[{"query": said}, {"query": QUESTION[lang]}])
    assert isinstance(outcome, tuple)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_question_is_one_even_where_keywords_were_wanted(lang: str) -> None:
    topic = topics(lang, "keywords")
    outcome, _ = carried_out(query, topic, query={"query": QUESTION[lang]})
    assert isinstance(outcome, tuple)
    assert outcome[0].task == "question"
    copied = "Why do the gates open by themselves when the water rises too far?"
    if lang == "zh":
        copied = "为什么水位过高时闸门会自行打开，守闸人只需每周检查一次？"
    outcome, _ = carried_out(query, topic, query={"query": copied})
    assert isinstance(outcome, Fault)
    assert outcome.reason is Reason.COPIES_SOURCE
