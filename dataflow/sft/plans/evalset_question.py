"""Test questions by a model: some that the document answers, some that it does not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pydantic import Field

from dataflow.evidence.spans import Fault
from dataflow.evidence.wording import tokens
from dataflow.sft.drafts import EVALSET, INTO_EVALSET, Draft
from dataflow.sft.plan import Asker, Plan, Topic
from dataflow.sft.plans.answering import Verdict
from dataflow.sft.plans.context_words import needs_text
from dataflow.sft.plans.copying import content
from dataflow.sft.plans.question import grounded, places
from dataflow.sft.plans.second_try import COPIES, TEXT, Refusal, asked_twice, foreign
from dataflow.sft.replies import Reply
from schemas.ids import content_id
from schemas.records import Reason

_ONE_OF = 4
"""One test question of four is one that the document does not answer."""
_ANCHORS = 2
"""Content words (pairs of Han characters) of its document that a test question must hold: it is
asked of a whole corpus, where one word fits many documents."""
_ELSEWHERE = 3
_PIECE = 600
_MOST_BLOCKS = 2000
"""Blocks of the document that the second call sees besides the chunk: those three that share most
words with the question, 600 characters of each, of the first 2,000 blocks."""


class OpenQuestionReply(Reply):
    """A question that the passage leaves open, as the model gives it."""

    question: str = Field(min_length=1, max_length=2000)


class AttemptReply(Reply):
    """An attempt to answer a question from a passage: whether the answer was found."""

    found: Verdict
    answer: str = Field(max_length=8000)


def evalset_question(topic: Topic) -> Plan:
    """A test question; of four one, by a hash of the chunk, that the document leaves open."""
    chosen = content_id("answerable", topic.sampling.seed, topic.chunk.chunk_id)
    plan = unanswerable if int(chosen[:8], 16) % _ONE_OF == 0 else answerable
    return (yield from plan(topic))


def answerable(topic: Topic) -> Plan:
    """A question with answer and evidence that can be told from other documents' questions."""
    asker = Asker(topic)
    reply = yield from grounded(asker)
    if isinstance(reply, Fault):
        return reply
    loose = _loose(topic, reply.question)
    if loose is not None:
        return loose
    draft = Draft(
        EVALSET, "qa", topic.lang, reply.question, reply.answer,
        places(reply, topic), asker.calls[0].prompt_id, into=INTO_EVALSET, traits=topic.traits,
        calls=tuple(asker.calls), model=topic.sampling.model, written=True,
    )  # fmt: skip
    return (draft,)


def unanswerable(topic: Topic) -> Plan:
    """A question in the passage's subject that a second, independent call cannot answer.

    That call does not know what the question was written for; it sees the passage and the places
    of the document that are nearest to the question.
    """
    asker = Asker(topic)
    slots = {"passage": topic.chunk.text}
    reply = yield from asked_twice(
        asker, "unanswerable", slots, OpenQuestionReply, partial(_refused, topic)
    )
    if isinstance(reply, Fault):
        return reply
    nearest = _nearest(topic, reply.question)
    given = "\n\n".join((topic.chunk.text, *nearest))
    tried = yield from asker.ask(
        "attempt", {"passage": given, "question": reply.question}, AttemptReply, temperature=0.0
    )
    if isinstance(tried, Fault):
        return tried
    if tried.found:
        detail = f"the document answers what it should not: {tried.answer[:200]}"
        return Fault(Reason.WRONG_ANSWER, detail)
    draft = Draft(
        EVALSET, "unanswerable", topic.lang, reply.question, "", (), asker.calls[0].prompt_id,
        into=INTO_EVALSET, answerable=False, calls=tuple(asker.calls),
        model=topic.sampling.model, written=True,
    )  # fmt: skip
    return (draft,)


def _refused(topic: Topic, reply: OpenQuestionReply) -> Refusal | None:
    wrong = foreign(reply.question, topic.lang)
    if wrong is not None:
        return wrong
    needed = needs_text(reply.question, topic.lang)
    if needed:
        detail = f"the question cannot be understood without the passage: {needed}"
        return Refusal(TEXT, Fault(Reason.NOT_ANSWERABLE, detail))
    loose = _loose(topic, reply.question)
    if loose is not None:
        return Refusal(TEXT, loose)
    asked = set(tokens(reply.question))
    if asked <= set(tokens(topic.chunk.text)):
        detail = "the question says nothing that the passage does not say"
        return Refusal(COPIES, Fault(Reason.COPIES_SOURCE, detail))
    return None


def _loose(topic: Topic, question: str) -> Fault | None:
    """The fault of a question that could be asked of any document."""
    known = content(f"{topic.title} {' '.join(topic.chunk.heading_path)} {topic.chunk.text}")
    held = len(content(question) & known)
    if held >= _ANCHORS:
        return None
    detail = "the question does not say which of many documents it is about"
    return Fault(Reason.NOT_ANSWERABLE, detail, float(held), float(_ANCHORS))


def _nearest(topic: Topic, question: str) -> list[str]:
    """Blocks outside of the chunk with the most words of the question, in the document's order."""
    asked = content(question)
    chunk = topic.chunk

    def ranked() -> Iterator[tuple[int, int, str]]:
        for place, block in enumerate(topic.document.blocks[:_MOST_BLOCKS]):
            if block.end > chunk.char_start and block.start < chunk.char_end:
                continue
            shared = len(asked & content(block.text[:_PIECE]))
            if shared:
                yield -shared, place, block.text[:_PIECE]

    best = sorted(ranked())[:_ELSEWHERE]
    return [text for _, _, text in sorted(best, key=lambda item: item[1])]
