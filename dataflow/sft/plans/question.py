"""A question about a passage, answered from it, at the place that our code finds for the quote."""

from __future__ import annotations

from pydantic import Field

from dataflow.evidence.locate import locate
from dataflow.evidence.spans import Fault
from dataflow.sft.drafts import QUESTION, Draft
from dataflow.sft.plan import Asker, Plan, Topic
from dataflow.sft.replies import Reply
from schemas.records import Reason


class QuestionReply(Reply):
    """A grounded question as the model gives it."""

    question: str = Field(min_length=1, max_length=2000)
    answer: str = Field(min_length=1, max_length=8000)
    quote: str = Field(min_length=1, max_length=8000)


def question(topic: Topic) -> Plan:
    """A question whose quote was found in the chunk; a quote that is not there is a fault."""
    asker = Asker(topic)
    reply = yield from asker.ask("question", {"passage": topic.chunk.text}, QuestionReply)
    if isinstance(reply, Fault):
        return reply
    span = locate(reply.quote, topic.chunk.text)
    if span is None:
        detail = f"the quote is not in the chunk: {reply.quote[:200]}"
        return Fault(Reason.EVIDENCE_MISSING, detail)
    start = topic.chunk.char_start
    draft = Draft(
        QUESTION, "qa", topic.lang, reply.question, reply.answer,
        ((start + span[0], start + span[1]),), asker.calls[0].prompt_id,
        traits=topic.traits, calls=tuple(asker.calls), model=topic.sampling.model, written=True,
    )  # fmt: skip
    return (draft,)
