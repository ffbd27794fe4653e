"""How one sample comes about: a plan asks a model as often as it needs and ends with a draft.

A plan is a generator that yields a request and is sent the answer; `carry_out` runs many of them
side by side, so that all requests of a round go out together. What a plan asks depends on nothing
but its topic and the answers so far, so a cache makes a second run free and equal.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from dataflow.evidence.spans import ChunkSpan, Fault
from dataflow.llm.base import (
    BUDGET_EXHAUSTED,
    CONTEXT_OVERFLOW,
    LLM,
    TRUNCATED,
    Answer,
    Completion,
    Failure,
    Request,
)
from dataflow.sft.blocks import Manuscript
from dataflow.sft.drafts import Call, Draft, Traits
from dataflow.sft.replies import Reply, read_reply
from dataflow.sft.templates import Library, prompt_hash
from schemas.ids import content_id
from schemas.records import Reason

Outcome = tuple[Draft, ...] | Fault
Plan = Generator[Request, Answer, Outcome]

R = TypeVar("R", bound=Reply)
T = TypeVar("T")
S = TypeVar("S")
Asking = Generator[Request, Answer, T]
"""A part of a plan: to be used with `yield from`, gives a T."""

TRANSIENT = frozenset((Reason.LLM_FAILED, Reason.BUDGET_EXHAUSTED))
"""Reasons that another run may not meet: it asks again."""
_REASONS = {
    BUDGET_EXHAUSTED: Reason.BUDGET_EXHAUSTED,
    TRUNCATED: Reason.ANSWER_CUT,
    CONTEXT_OVERFLOW: Reason.ANSWER_CUT,
}
"""By the kind of a failure; the cache keeps the last two, since the same request meets them."""
_WINDOW = 256
"""Requests that are put into another order: few, so that when a budget ends, the first documents
have been asked about by all methods. Of 30 requests' prompt tokens llama.cpp took 48 % from before
with one slot, 22 % with four; as they came, each with examples of its own, 22 % and 16 %
(benchmarks/prefix_cache.py)."""
_SHORTER = 3
"""How often a passage is cut by half when it is longer than the model's context."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the model is asked."""

    max_tokens: int
    temperature: float
    seed: int
    model: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What a plan is about: a chunk of a document, for whom, and how the model is asked."""

    method: str
    document: Manuscript
    chunk: ChunkSpan
    traits: Traits
    sampling: Sampling
    library: Library

    @property
    def lang(self) -> str:
        """The document's language."""
        return self.document.lang

    @property
    def title(self) -> str:
        """The document's title, else the headings above the chunk."""
        return self.document.title or " / ".join(self.chunk.heading_path)

    @property
    def topic_id(self) -> str:
        """Id of a candidate that never came to be."""
        return content_id(
            "topic", self.method, self.chunk.chunk_id, repr(self.traits), self.sampling.seed
        )


@dataclass(slots=True)
class Asker:
    """Asks for one plan and keeps what was asked, for the sample's `calls`."""

    topic: Topic
    calls: list[Call] = field(default_factory=list)

    def ask(
        self,
        name: str,
        slots: Mapping[str, str],
        kind: type[R],
        *,
        temperature: float | None = None,
    ) -> Asking[R | Fault]:
        """The reply to the template `name`, or the fault that ends the plan.

        A passage (slot `passage`) that is too long for the model's context is cut by half, at
        most three times. A reply that cannot be read is asked for once more.
        """
        answer = yield from self.say(name, slots, temperature=temperature)
        if isinstance(answer, Fault):
            return answer
        reply = read_reply(answer.text, kind)
        if isinstance(reply, Fault):
            answer = yield from self.say(
                name, slots, temperature=temperature, faulty=(answer.text, reply.detail)
            )
            return answer if isinstance(answer, Fault) else read_reply(answer.text, kind)
        return reply

    def say(
        self,
        name: str,
        slots: Mapping[str, str],
        *,
        temperature: float | None = None,
        top_logprobs: int = 0,
        faulty: tuple[str, str] | None = None,
    ) -> Asking[Completion | Fault]:
        """The whole answer as text, or the fault that ends the plan.

        `faulty` is an earlier answer and what was wrong with it, when this is another try.
        """
        topic = self.topic
        template = topic.library.template(name, topic.lang)
        sampling = topic.sampling
        filled = {"lang": topic.lang, "title": topic.title, **slots}
        for _ in range(_SHORTER + 1):
            messages = template.messages(filled, content_id(sampling.seed, topic.chunk.chunk_id))
            if faulty is not None:
                messages += (("assistant", faulty[0][:2000] or "?"), ("user", _again(faulty[1])))
            answer = yield Request(
                template.prompt_id, messages, sampling.max_tokens,
                sampling.temperature if temperature is None else temperature,
                sampling.seed, template.schema, top_logprobs,
            )  # fmt: skip
            if isinstance(answer, Completion):
                sent = prompt_hash(messages)
                self.calls.append(Call(template.prompt_id, template.sha256, sent, answer.cache_key))
                return answer
            failure = answer
            if failure.kind != CONTEXT_OVERFLOW or len(filled.get("passage", "")) < 2:
                break
            filled["passage"] = filled["passage"][: len(filled["passage"]) // 2]
        return fault_of(failure)


def _again(wrong: str) -> str:
    return f"That could not be read ({wrong[:200]}). Reply with the JSON object only."


def fault_of(failure: Failure) -> Fault:
    """Why there is no sample, from why there is no answer."""
    reason = _REASONS.get(failure.kind, Reason.LLM_FAILED)
    return Fault(reason, f"{failure.kind}: {failure.detail}")


def carry_out(
    topics: Sequence[tuple[T, Callable[[T], Asking[S]]]], llm: LLM
) -> Iterator[tuple[T, S]]:
    """Each topic with what its plan gives, in the order given, once all are through.

    In every round each plan that is not through has one request under way. Of every 256 those that
    begin alike are sent one after the other, so that a server can use again what it has read.
    """
    plans = [make(topic) for topic, make in topics]
    outcomes: dict[int, S] = {}
    waiting: dict[int, Request] = {}
    for index, plan in enumerate(plans):
        _go_on(index, plan, None, waiting, outcomes)
    while waiting:
        round_of, waiting = waiting, {}
        sent = _alike_together(round_of)
        answers = llm.complete([round_of[index] for index in sent])
        for index, answer in sorted(zip(sent, answers, strict=True), key=lambda pair: pair[0]):
            _go_on(index, plans[index], answer, waiting, outcomes)
    for index, (topic, _) in enumerate(topics):
        yield topic, outcomes[index]


def _alike_together(requests: Mapping[int, Request]) -> list[int]:
    """The keys of the requests, in their order but for what begins alike among 256 of them."""
    keys = list(requests)
    windows = (keys[start : start + _WINDOW] for start in range(0, len(keys), _WINDOW))
    return [key for window in windows for key in sorted(window, key=lambda k: requests[k].messages)]


def _go_on(
    index: int,
    plan: Asking[S],
    answer: Answer | None,
    waiting: dict[int, Request],
    outcomes: dict[int, S],
) -> None:
    """Takes a plan to its next request or its end."""
    try:
        waiting[index] = next(plan) if answer is None else plan.send(answer)
    except StopIteration as end:
        outcomes[index] = end.value
