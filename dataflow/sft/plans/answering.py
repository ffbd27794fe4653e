"""What several plans share: a question about the chunk, an answer to it with a located quote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import BeforeValidator, Field

from dataflow.evidence.spans import Fault, Span
from dataflow.sft.plan import Asker, Asking, Topic
from dataflow.sft.plans.holding import holding
from dataflow.sft.plans.quotes import located
from dataflow.sft.plans.screening import fault_of_question, fault_of_words
from dataflow.sft.replies import Reply
from schemas.records import Reason

REQUESTS_PER_SAY = 4
"""Requests at most of one `Asker.say`: a passage too long for the context is cut three times."""
REQUESTS_PER_ASK = 2 * REQUESTS_PER_SAY
"""Requests at most of one `Asker.ask`, which says it again when the reply cannot be read."""

_YES = frozenset(("yes", "true", "是", "对", "有", "y"))
_NO = frozenset(("no", "false", "否", "不", "没有", "n"))


def _verdict(value: object) -> object:
    """True and false as models write them; anything else is left for pydantic to refuse."""
    if isinstance(value, str):
        word = value.strip().strip(".。").casefold()
        return True if word in _YES else False if word in _NO else value
    return value


Verdict = Annotated[bool, BeforeValidator(_verdict)]
"""A yes or no in a reply, however it is written."""


class QuestionOnly(Reply):
    """A question as the model gives it."""

    question: str = Field(min_length=1, max_length=1000)


class AnswerReply(Reply):
    """An answer and the words of the passage that it rests on."""

    answer: str = Field(min_length=1, max_length=4000)
    quote: str = Field(min_length=1, max_length=4000)


def traits_of(topic: Topic) -> dict[str, str]:
    """The topic's traits as slots of a prompt."""
    traits = topic.traits
    return {
        "perspective": traits.perspective, "difficulty": traits.difficulty, "kind": traits.kind,
    }  # fmt: skip


def ask_question(asker: Asker) -> Asking[str | Fault]:
    """A question that the chunk answers, for the topic's traits."""
    topic = asker.topic
    reply = yield from asker.ask(
        "answer_question", {"passage": topic.chunk.text, **traits_of(topic)}, QuestionOnly
    )
    if isinstance(reply, Fault):
        return reply
    return fault_of_question(reply.question, topic) or reply.question


def ask_answer(
    asker: Asker, question: str, temperature: float | None = None
) -> Asking[AnswerReply | Fault]:
    """An answer to `question` from the chunk, its words screened, its quote not yet located."""
    topic = asker.topic
    slots = {"passage": topic.chunk.text, "question": question, **traits_of(topic)}
    reply = yield from asker.ask("answer", slots, AnswerReply, temperature=temperature)
    if isinstance(reply, Fault):
        return reply
    return fault_of_words(reply.answer, topic.lang) or reply


def place(quote: str, topic: Topic) -> tuple[Span, ...] | Fault:
    """Where `quote` stands in the document, looked for in the chunk only; else EVIDENCE_MISSING."""
    detail = f"the quote is not in the chunk: {quote[:200]}"
    return located(quote, topic.chunk) or Fault(Reason.EVIDENCE_MISSING, detail)


def place_answer(reply: AnswerReply, question: str, topic: Topic) -> tuple[Span, ...] | Fault:
    """Where the evidence for an answer stands in the chunk; else EVIDENCE_MISSING."""
    detail = f"the quote is not in the chunk: {reply.quote[:200]}"
    found = holding(reply.quote, reply.answer, question, topic)
    return found or Fault(Reason.EVIDENCE_MISSING, detail)


def distinct(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans without repetitions, in their order."""
    return tuple(dict.fromkeys(spans))
