"""An answer, what a principle finds wrong with it, and the answer that mends that.

After constitutional AI (Bai et al. 2022), with the source in view. The principles are the words
table of `prompts/principles.<lang>.toml`: their ids and what they ask for.
"""

from __future__ import annotations

from dataflow.evidence.spans import Fault, Span
from dataflow.sft.drafts import INTO_PREFERENCES, REVISION, Draft
from dataflow.sft.plan import Asker, Plan, Topic
from dataflow.sft.plans.agreement import likeness
from dataflow.sft.plans.answering import (
    REQUESTS_PER_ASK,
    AnswerReply,
    Verdict,
    ask_answer,
    ask_question,
    place_answer,
    traits_of,
)
from dataflow.sft.plans.screening import fault_of_words
from dataflow.sft.replies import Reply
from schemas.ids import content_id

MAX_REQUESTS = 4 * REQUESTS_PER_ASK
"""Question, first answer, critique, revision."""
TYPICAL_REQUESTS = 4

FIRST_TEMPERATURE = 0.8
"""Of the first answer at least: it is to have something to mend."""
_SAME = 0.9
"""ROUGE-L F above which the revision changed too little to prefer one answer."""


class CritiqueReply(Reply):
    """Whether the answer keeps to the principle, and if not, what is wrong."""

    ok: Verdict
    problem: str = ""


def revision(topic: Topic) -> Plan:
    """The revised answer as a sample, and before the first one as a preference.

    An answer that the critic finds nothing wrong with is a sample as it is.
    """
    asker = Asker(topic)
    question = yield from ask_question(asker)
    if isinstance(question, Fault):
        return question
    warm = max(topic.sampling.temperature, FIRST_TEMPERATURE)
    first = yield from ask_answer(asker, question, warm)
    if isinstance(first, Fault):
        return first
    flaw, principle = principle_of(topic)
    slots = {
        "passage": topic.chunk.text, "question": question, "reply": first.answer,
        "principle": principle, **traits_of(topic),
    }  # fmt: skip
    critique = yield from asker.ask("critique", slots, CritiqueReply)
    if isinstance(critique, Fault):
        return critique
    if critique.ok:
        spans = place_answer(first, question, topic)
        return spans if isinstance(spans, Fault) else (_draft(asker, question, first, spans),)
    slots["problem"] = critique.problem or principle
    revised = yield from asker.ask("revision", slots, AnswerReply)
    if isinstance(revised, Fault):
        return revised
    return _drafts(asker, question, first, revised, flaw)


def _drafts(
    asker: Asker, question: str, first: AnswerReply, revised: AnswerReply, flaw: str
) -> tuple[Draft, ...] | Fault:
    fault = fault_of_words(revised.answer, asker.topic.lang)
    if fault is not None:
        return fault
    spans = place_answer(revised, question, asker.topic)
    if isinstance(spans, Fault):
        return spans
    sample = _draft(asker, question, revised, spans)
    if likeness(first.answer, revised.answer) > _SAME:
        return (sample,)
    topic = asker.topic
    preference = Draft(
        REVISION, "qa", topic.lang, question, revised.answer, spans, sample.prompt_id,
        into=INTO_PREFERENCES, parent=sample.sample_id, rejected=first.answer, flaw=flaw,
        traits=topic.traits, calls=sample.calls, model=topic.sampling.model, written=True,
    )  # fmt: skip
    return sample, preference


def principle_of(topic: Topic) -> tuple[str, str]:
    """Id and text of the principle to judge by, drawn by the hash of what the plan is about."""
    words = topic.library.template("principles", topic.lang).words
    principles = words["principle"]
    drawn = min(principles, key=lambda name: content_id("principle", topic.topic_id, name))
    asking = topic.traits.perspective
    asking = words.get("perspective", {}).get(asking, asking)
    return drawn, principles[drawn].replace("{perspective}", asking)


def _draft(asker: Asker, question: str, reply: AnswerReply, spans: tuple[Span, ...]) -> Draft:
    topic = asker.topic
    return Draft(
        REVISION, "qa", topic.lang, question, reply.answer, spans, asker.calls[0].prompt_id,
        traits=topic.traits, calls=tuple(asker.calls), model=topic.sampling.model, written=True,
    )  # fmt: skip
