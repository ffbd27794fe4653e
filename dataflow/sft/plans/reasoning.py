"""A question that needs several facts, its steps, and an answer that a second look confirms.

Our code recomputes every calculation in the steps, finds every quote, and knows every number:
each is of the passage, of the question, or the result of a calculation that holds. A second call
answers the question without having seen the steps, and both answers must agree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from pydantic import BaseModel, ConfigDict, Field

from dataflow.evidence.spans import Fault, Span
from dataflow.evidence.wording import contains, names, tokens
from dataflow.sft.drafts import REASONING, Draft
from dataflow.sft.plan import Asker, Plan, Topic
from dataflow.sft.plans.agreement import agree
from dataflow.sft.plans.amounts import Amount, amounts, values
from dataflow.sft.plans.answering import REQUESTS_PER_ASK, distinct, place, traits_of
from dataflow.sft.plans.arithmetic import equations
from dataflow.sft.plans.holding import stating
from dataflow.sft.plans.screening import fault_of_question, fault_of_words
from dataflow.sft.replies import Reply
from dataflow.text.sentence_ends import split_sentences
from schemas.records import Reason

MAX_REQUESTS = 2 * REQUESTS_PER_ASK
TYPICAL_REQUESTS = 2

_FACTS = 2
"""Different places of the passage that the steps quote."""
_CONVENTIONS = frozenset(Fraction(n) for n in (*range(1, 13), 24, 60, 100, 365, 1000))
"""Numbers that a calculation may use without a source: counts, halves, minutes, percentages."""
_UNKNOWN = frozenset(("unknown", "未知", "不知道"))
"""What the second look is asked to write when the passage does not allow an answer."""
_ALTERNATIVE = re.compile(r"\b(?:or|than|either)\b|还是|或|比|哪[个种些一]|谁更", re.IGNORECASE)
"""What a question has that names the things it asks to choose from."""
_ANSWER = {"en": "Answer: ", "zh": "答案："}


class Step(BaseModel):
    """A step and the words of the passage that it rests on, '' for a conclusion."""

    model_config = ConfigDict(extra="ignore", strict=True, str_strip_whitespace=True)

    text: str = Field(min_length=1, max_length=2000)
    quote: str = Field(default="", max_length=4000)


class ReasoningReply(Reply):
    """A question with its steps and answer as the model gives it."""

    question: str = Field(min_length=1, max_length=1000)
    steps: list[Step] = Field(min_length=2, max_length=8)
    answer: str = Field(min_length=1, max_length=1000)


class SecondReply(Reply):
    """A second answer to the question."""

    answer: str = Field(min_length=1, max_length=1000)


@dataclass(slots=True)
class _Numbers:
    """What numbers are known so far, and which of them came out of calculations."""

    known: set[Fraction]
    computed: set[Fraction] = field(default_factory=set)

    def has(self, amount: Amount) -> bool:
        return amount.value in self.known or amount.base in self.known

    def add(self, amount: Amount) -> None:
        if not self.has(amount):
            self.computed |= {amount.value, amount.base}
        self.known |= {amount.value, amount.base}


def reasoning(topic: Topic) -> Plan:
    """A question with steps and an answer that two calls agree on, else WRONG_ANSWER.

    `claim` is what the quotes must hold: the sentences of the steps that have a quote, without
    those in which something is calculated or a calculated number stands; the quotes themselves
    when nothing is left. The other numbers were checked here.
    """
    asker = Asker(topic)
    passage = {"passage": topic.chunk.text}
    reply = yield from asker.ask("reasoning", {**passage, **traits_of(topic)}, ReasoningReply)
    if isinstance(reply, Fault):
        return reply
    checked = _checked(reply, topic)
    if isinstance(checked, Fault):
        return checked
    spans, claim = checked
    slots = {**passage, "question": reply.question}
    second = yield from asker.ask("reasoning_check", slots, SecondReply)
    if isinstance(second, Fault):
        return second
    if _UNKNOWN.intersection((reply.answer.casefold(), second.answer.casefold().strip(".。"))):
        return Fault(Reason.NOT_ANSWERABLE, "the passage does not answer the question")
    if not agree(reply.answer, second.answer, reply.question):
        detail = f"{reply.answer[:100]!r}, but at a second look {second.answer[:100]!r}"
        return Fault(Reason.WRONG_ANSWER, detail)
    draft = Draft(
        REASONING, "reasoning", topic.lang, reply.question, _written(reply, topic.lang), spans,
        asker.calls[0].prompt_id, claim=claim, traits=topic.traits, calls=tuple(asker.calls),
        model=topic.sampling.model, written=True,
    )  # fmt: skip
    return (draft,)


def _checked(reply: ReasoningReply, topic: Topic) -> tuple[tuple[Span, ...], str] | Fault:
    """Spans and claim of a reply that holds by itself."""
    passage = topic.chunk.text
    said = [*(step.text for step in reply.steps), reply.answer]
    fault = fault_of_question(reply.question, topic) or fault_of_words("\n".join(said), topic.lang)
    if fault is not None:
        return fault
    numbers = _Numbers(values(passage) | values(topic.title) | values(reply.question))
    wrong = _fault_of_numbers(reply, numbers)
    spans: list[Span] = []
    for step in reply.steps:
        if step.quote:
            stated = " ".join(_facts(step, numbers))
            found = stating(step.quote, stated, topic) or place(step.quote, topic)
            if isinstance(found, Fault):
                return found
            spans.extend(found)
    facts = _apart(spans)
    if facts < _FACTS:
        detail = "the steps rest on fewer than two places of the passage"
        return Fault(Reason.EVIDENCE_MISSING, detail, float(facts), float(_FACTS))
    if _given_away(reply):
        return Fault(Reason.COPIES_SOURCE, f"the question holds its answer: {reply.answer[:200]}")
    fault = wrong or _fault_of_names(said, reply.question, topic)
    return fault or (distinct(spans), _claim(reply, numbers))


def _given_away(reply: ReasoningReply) -> bool:
    """Whether the answer stands in a question that does not offer it as one of several."""
    offered = _ALTERNATIVE.search(reply.question) is not None
    return not offered and contains(tokens(reply.question), tokens(reply.answer))


def _apart(spans: list[Span]) -> int:
    """How many places there are when spans that overlap are one."""
    count, end = 0, -1
    for start, stop in sorted(spans):
        count += start >= end
        end = max(end, stop)
    return count


def _fault_of_numbers(reply: ReasoningReply, numbers: _Numbers) -> Fault | None:
    """Calculations that do not come out, and numbers that come from nowhere."""
    for text in (*(step.text for step in reply.steps), reply.answer):
        for equation in equations(text):
            if not equation.holds:
                return Fault(Reason.WRONG_ANSWER, f"a calculation is wrong: {text[:200]}")
            for amount in equation.operands:
                if not numbers.has(amount) and amount.value not in _CONVENTIONS:
                    return _unknown(amount, text)
                numbers.add(amount)
            for amount in equation.derived:
                numbers.add(amount)
        for amount in amounts(text, words=False):
            if not numbers.has(amount):
                return _unknown(amount, text)
    return None


def _unknown(amount: Amount, text: str) -> Fault:
    detail = f"{amount.value} is not in the passage and was not calculated: {text[:200]}"
    return Fault(Reason.UNSUPPORTED_NUMBER, detail)


def _fault_of_names(said: Sequence[str], question: str, topic: Topic) -> Fault | None:
    unknown = {name for text in said for name in names(text)}
    unknown -= set(tokens(f"{topic.chunk.text} {topic.title} {question}"))
    if topic.lang == "en" and unknown:
        detail = f"not in the passage: {', '.join(sorted(unknown)[:5])}"
        return Fault(Reason.UNSUPPORTED_NAME, detail, float(len(unknown)), 0.0)
    return None


def _claim(reply: ReasoningReply, numbers: _Numbers) -> str:
    facts = [fact for step in reply.steps if step.quote for fact in _facts(step, numbers)]
    return "\n".join(facts) or "\n".join(step.quote for step in reply.steps if step.quote)


def _facts(step: Step, numbers: _Numbers) -> list[str]:
    """The sentences of a step in which nothing is calculated and no calculated number stands."""
    return [
        sentence
        for sentence in split_sentences(step.text)
        if not equations(sentence) and not values(sentence, words=False) & numbers.computed
    ]


def _written(reply: ReasoningReply, lang: str) -> str:
    """The steps, one a line, and the answer below them."""
    steps = "\n".join(step.text for step in reply.steps)
    return f"{steps}\n\n{_ANSWER.get(lang, '')}{reply.answer}"
