"""A question about a passage, answered from it, with evidence whose place our code finds."""

from __future__ import annotations

from functools import partial

from pydantic import Field

from dataflow.evidence.spans import Fault, Span
from dataflow.evidence.wording import contains, tokens
from dataflow.sft.drafts import QUESTION, Draft
from dataflow.sft.plan import Asker, Asking, Plan, Topic
from dataflow.sft.plans.context_words import needs_text
from dataflow.sft.plans.holding import holding
from dataflow.sft.plans.screening import asks_the_title
from dataflow.sft.plans.second_try import COPIES, QUOTE, TEXT, Refusal, asked_twice, foreign
from dataflow.sft.replies import Reply
from schemas.records import Reason


class QuestionReply(Reply):
    """A grounded question as the model gives it."""

    question: str = Field(min_length=1, max_length=2000)
    answer: str = Field(min_length=1, max_length=8000)
    quote: str = Field(min_length=1, max_length=8000)


def question(topic: Topic) -> Plan:
    """A question whose evidence was found in the chunk; without any there is a fault."""
    asker = Asker(topic)
    reply = yield from grounded(asker)
    if isinstance(reply, Fault):
        return reply
    draft = Draft(
        QUESTION, "qa", topic.lang, reply.question, reply.answer,
        places(reply, topic), asker.calls[0].prompt_id,
        traits=topic.traits, calls=tuple(asker.calls), model=topic.sampling.model, written=True,
    )  # fmt: skip
    return (draft,)


def places(reply: QuestionReply, topic: Topic) -> tuple[Span, ...]:
    """Where the evidence of a reply's answer stands; () for nowhere."""
    return holding(reply.quote, reply.answer, reply.question, topic)


def grounded(asker: Asker) -> Asking[QuestionReply | Fault]:
    """A question, answer and quote about the topic's chunk, without the faults that show here."""
    topic = asker.topic
    slots = {
        "passage": topic.chunk.text,
        "perspective": topic.traits.perspective,
        "difficulty": topic.traits.difficulty,
        "kind": topic.traits.kind,
    }
    refused = partial(_refused, topic)
    return (yield from asked_twice(asker, "question", slots, QuestionReply, refused))


def _refused(topic: Topic, reply: QuestionReply) -> Refusal | None:
    """What is wrong with a question: its script, its need of the text, its answer, its quote."""
    wrong = foreign(reply.question, topic.lang)
    if wrong is not None:
        return wrong
    needed = needs_text(reply.question, topic.lang)
    if needed:
        detail = f"the question cannot be understood without the passage: {needed}"
        return Refusal(TEXT, Fault(Reason.NOT_ANSWERABLE, detail))
    if asks_the_title(reply.question, topic):
        detail = "the question asks for the title, not the passage"
        return Refusal(TEXT, Fault(Reason.NOT_ANSWERABLE, detail))
    if contains(tokens(reply.question), tokens(reply.answer)):
        return Refusal(COPIES, Fault(Reason.COPIES_SOURCE, "the question holds its answer"))
    if not places(reply, topic):
        detail = f"the quote is not in the chunk: {reply.quote[:200]}"
        return Refusal(QUOTE, Fault(Reason.EVIDENCE_MISSING, detail))
    return None
