"""Two answers to one question, each judged alone with the source in view: the better is chosen.

The judge is that of `dataflow.judging.llm_judge`, asked about one answer at a time, so no answer is
favoured for standing first. Its score is P(yes) of the first token; where the back end gives no
log-probabilities, both answers are scored from 1 to 10.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from dataflow.evidence.spans import Fault
from dataflow.judging.llm_judge import CANDIDATES, PROMPT, p_yes
from dataflow.sft.drafts import INTO_PREFERENCES, PREFERENCE, Draft
from dataflow.sft.plan import Asker, Asking, Plan, Topic
from dataflow.sft.plans.agreement import likeness
from dataflow.sft.plans.answering import (
    REQUESTS_PER_ASK,
    REQUESTS_PER_SAY,
    AnswerReply,
    ask_answer,
    ask_question,
    place_answer,
)
from dataflow.sft.replies import Reply
from schemas.records import Reason

MAX_REQUESTS = 3 * REQUESTS_PER_ASK + 2 * REQUESTS_PER_SAY + 2 * REQUESTS_PER_ASK
"""Question and two answers, two judgements, two scores."""
TYPICAL_REQUESTS = 5

WARM = 1.0
"""Temperature at least of the second answer, which is drawn with the next seed."""
_SAME = 0.9
"""ROUGE-L F of two answers above which there is nothing to prefer."""
MIN_GAP = 0.2
"""Least distance of the two scores, 0..1: two points of ten."""
MIN_CHOSEN = 0.5
"""Least score of the better one. Small judges say yes too readily, so below it is a clear no."""
_TOP = 10


class ScoreReply(Reply):
    """How good an answer is, 1 to 10."""

    score: int = Field(ge=1, le=_TOP)


def preference(topic: Topic) -> Plan:
    """A pair whose better answer has its quote in the chunk, and a clearly higher score."""
    asker = Asker(topic)
    question = yield from ask_question(asker)
    if isinstance(question, Fault):
        return question
    one = yield from ask_answer(asker, question)
    if isinstance(one, Fault):
        return one
    other = yield from ask_answer(
        _with_next_seed(asker), question, max(topic.sampling.temperature, WARM)
    )
    if isinstance(other, Fault):
        return other
    alike = likeness(one.answer, other.answer)
    if alike > _SAME:
        return Fault(Reason.NOT_SELECTED, "both answers say the same", alike, _SAME)
    scores = yield from _judged(asker, question, (one, other))
    if isinstance(scores, Fault):
        return scores
    return _pair(asker, question, (one, other), scores)


def _with_next_seed(asker: Asker) -> Asker:
    """The same conversation with another seed; both keep one list of calls."""
    sampling = replace(asker.topic.sampling, seed=asker.topic.sampling.seed + 1)
    return Asker(replace(asker.topic, sampling=sampling), asker.calls)


def _judged(
    asker: Asker, question: str, answers: tuple[AnswerReply, AnswerReply]
) -> Asking[tuple[float, float] | Fault]:
    """The score of each answer, 0..1, both measured in the same way.

    A server that refuses `top_logprobs` or a model that talks on is asked for scores instead.
    """
    slots = {"passage": asker.topic.chunk.text, "question": question}
    found: list[float] = []
    for answer in answers:
        said = yield from asker.say(
            PROMPT, {**slots, "reply": answer.answer}, temperature=0.0, top_logprobs=CANDIDATES
        )
        if isinstance(said, Fault) and said.reason is Reason.BUDGET_EXHAUSTED:
            return said
        probability = None if isinstance(said, Fault) else p_yes(said)
        if probability is None:
            return (yield from _scored(asker, slots, answers))
        found.append(probability)
    return found[0], found[1]


def _scored(
    asker: Asker, slots: dict[str, str], answers: tuple[AnswerReply, AnswerReply]
) -> Asking[tuple[float, float] | Fault]:
    found: list[float] = []
    for answer in answers:
        reply = yield from asker.ask(
            "preference_score", {**slots, "reply": answer.answer}, ScoreReply, temperature=0.0
        )
        if isinstance(reply, Fault):
            return reply
        found.append(reply.score / _TOP)
    return found[0], found[1]


def _pair(
    asker: Asker,
    question: str,
    answers: tuple[AnswerReply, AnswerReply],
    scores: tuple[float, float],
) -> tuple[Draft, ...] | Fault:
    better = int(scores[1] > scores[0])
    chosen, rejected, high = answers[better], answers[1 - better], scores[better]
    gap = high - scores[1 - better]
    if high < MIN_CHOSEN:
        return Fault(Reason.JUDGED_LOW, "the better answer is not good", high, MIN_CHOSEN)
    if gap < MIN_GAP:
        return Fault(Reason.NOT_SELECTED, "both answers are as good", gap, MIN_GAP)
    topic = asker.topic
    spans = place_answer(chosen, question, topic)
    if isinstance(spans, Fault):
        return spans
    draft = Draft(
        PREFERENCE, "qa", topic.lang, question, chosen.answer, spans, asker.calls[0].prompt_id,
        into=INTO_PREFERENCES, rejected=rejected.answer, flaw="unfaithful", traits=topic.traits,
        scores=(("judge", high),), calls=tuple(asker.calls), model=topic.sampling.model,
        written=True,
    )  # fmt: skip
    return (draft,)
