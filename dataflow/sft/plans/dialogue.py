"""A talk between a user and an expert about one chunk; a critic reads every answer.

Per exchange the user asks, the expert answers with a quote, the critic checks the answer against
the passage, and the expert revises at most once. The critic also says whether anything is left to
ask. A talk that breaks off is kept up to there when it has two exchanges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dataflow.evidence.spans import Fault, Span
from dataflow.llm.base import Message
from dataflow.sft.drafts import DIALOGUE, Draft
from dataflow.sft.plan import Asker, Asking, Plan, Topic
from dataflow.sft.plans.agreement import likeness
from dataflow.sft.plans.answering import (
    REQUESTS_PER_ASK,
    AnswerReply,
    QuestionOnly,
    Verdict,
    distinct,
    place_answer,
    traits_of,
)
from dataflow.sft.plans.screening import (
    fault_of_question,
    fault_of_words,
    speaks_of_source,
    unknown_numbers,
)
from dataflow.sft.replies import Reply
from schemas.ids import content_id
from schemas.records import Reason

LEAST, MOST = 2, 4
"""Exchanges of a dialogue."""
MAX_REQUESTS = MOST * 5 * REQUESTS_PER_ASK
"""Question, answer, check, revision and second check in each exchange."""
TYPICAL_REQUESTS = 10
"""Three exchanges of three requests, one revision."""

_SAME_QUESTION = 0.8
"""ROUGE-L F from which a follow-up asks what was asked already."""


class CheckReply(Reply):
    """What the critic found."""

    faithful: Verdict
    complete: Verdict
    more: Verdict
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and the answer that stood; `more` says that something is left to ask."""

    question: str
    answer: str
    spans: tuple[Span, ...]
    more: bool


def dialogue(topic: Topic) -> Plan:
    """A dialogue of two to four exchanges; the spans are those of all its answers."""
    asker = Asker(topic)
    talk: list[Exchange] = []
    wanted = n_exchanges(topic)
    ended = Fault(Reason.SAMPLE_TOO_SHORT, "nothing was left to ask", 1.0, float(LEAST))
    while len(talk) < wanted:
        found = yield from _exchange(asker, talk)
        if isinstance(found, Fault):
            ended = found
            break
        talk.append(found)
        if not found.more:
            break
    return (_draft(asker, talk),) if len(talk) >= LEAST else ended


def n_exchanges(topic: Topic) -> int:
    """How many exchanges the dialogue is to have, 2 to 4, by the hash of what it is about."""
    drawn = content_id("exchanges", topic.topic_id)
    return LEAST + int(drawn[:8], 16) % (MOST - LEAST + 1)


def _exchange(asker: Asker, talk: Sequence[Exchange]) -> Asking[Exchange | Fault]:
    topic = asker.topic
    slots = {"passage": topic.chunk.text, "talk": _said(talk, topic.lang), **traits_of(topic)}
    name = "dialogue_follow" if talk else "dialogue_open"
    asked = yield from asker.ask(name, slots, QuestionOnly)
    if isinstance(asked, Fault):
        return asked
    fault = fault_of_question(asked.question, topic, in_talk=bool(talk))
    if fault is not None:
        return fault
    likest = max((likeness(asked.question, done.question) for done in talk), default=0.0)
    if likest >= _SAME_QUESTION:
        detail = f"the user asks again: {asked.question[:200]}"
        return Fault(Reason.NOT_NOVEL, detail, likest, _SAME_QUESTION)
    slots["question"] = asked.question
    answer = yield from asker.ask("dialogue_answer", slots, AnswerReply)
    if isinstance(answer, Fault):
        return answer
    found = yield from _checked(asker, slots, answer)
    if not isinstance(found, str):
        return found
    revised = yield from asker.ask(
        "dialogue_revise", {**slots, "reply": answer.answer, "problem": found}, AnswerReply
    )
    if isinstance(revised, Fault):
        return revised
    found = yield from _checked(asker, slots, revised, last=True)
    if isinstance(found, str):
        return Fault(Reason.JUDGED_LOW, f"the critic of the revised answer: {found[:200]}")
    return found


def _checked(
    asker: Asker, slots: dict[str, str], reply: AnswerReply, *, last: bool = False
) -> Asking[Exchange | Fault | str]:
    """The exchange when the answer stands, else what to mend; of the `last` try the fault.

    An answer in which our code finds a fault is not shown to the critic. The last one need not be
    complete, only faithful.
    """
    topic = asker.topic
    spans = place_answer(reply, slots["question"], topic)
    if isinstance(spans, Fault):
        return spans if last else spans.reason.value
    fault = _fault_of_answer(reply.answer, topic)
    if fault is not None:
        return fault if last else fault.reason.value
    check = yield from asker.ask("dialogue_check", {**slots, "reply": reply.answer}, CheckReply)
    if isinstance(check, Fault):
        return check
    if check.faithful and (check.complete or last):
        return Exchange(slots["question"], reply.answer, spans, check.more)
    return check.problem or Reason.EVIDENCE_UNSUPPORTED.value


def _fault_of_answer(answer: str, topic: Topic) -> Fault | None:
    passage = topic.chunk.text
    found = fault_of_words(answer, topic.lang)
    if found is not None:
        return found
    unknown = unknown_numbers(answer, passage, topic.title)
    if unknown:
        detail = f"not in the passage: {', '.join(unknown[:5])}"
        return Fault(Reason.UNSUPPORTED_NUMBER, detail, float(len(unknown)), 0.0)
    if speaks_of_source(answer, passage):
        return Fault(Reason.NOT_TEXTUAL, f"the answer speaks of the passage: {answer[:200]}")
    return None


def _said(talk: Sequence[Exchange], lang: str) -> str:
    """The talk so far as the model is shown it."""
    user, expert = ("用户：", "专家：") if lang == "zh" else ("User: ", "Expert: ")
    return "\n".join(f"{user}{done.question}\n{expert}{done.answer}" for done in talk)


def _draft(asker: Asker, talk: Sequence[Exchange]) -> Draft:
    topic = asker.topic
    history: list[Message] = []
    for done in talk[:-1]:
        history += [("user", done.question), ("assistant", done.answer)]
    return Draft(
        DIALOGUE, "dialogue", topic.lang, talk[-1].question, talk[-1].answer,
        distinct(span for done in talk for span in done.spans), asker.calls[0].prompt_id,
        history=tuple(history), traits=topic.traits, calls=tuple(asker.calls),
        model=topic.sampling.model, written=True,
    )  # fmt: skip
