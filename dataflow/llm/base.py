"""The seam: requests in, answers out, a failure being a value in the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

Message = tuple[str, str]
"""Role (`system`, `user` or `assistant`) and content."""

TRUNCATED = "truncated"
"""Kind of the failure of an answer that ran into `max_tokens`: it was paid for and would recur."""
CONTEXT_OVERFLOW = "context_overflow"
"""Kind of the failure of a prompt that is longer than the model's context: ask for less."""
BUDGET_EXHAUSTED = "budget_exhausted"
"""Kind of the failure of a request that was not sent because it might have cost too much."""

_MESSAGE_TOKENS = 8
_PROMPT_TOKENS = 64
_SCHEMA_TOKENS = 128


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model.

    `prompt_id` names the template and its version; it is provenance and does not change the
    answer. `json_schema` is a JSON schema as text (hashable), None for free text. `max_tokens`
    bounds the answer. With `top_logprobs` the answer carries that many candidates for its first
    token (at most 20).
    """

    prompt_id: str
    messages: tuple[Message, ...]
    max_tokens: int
    temperature: float = 0.0
    seed: int = 0
    json_schema: str | None = None
    top_logprobs: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer that is whole. `cache_key` is '' when no cache stands before the model.

    `first_logprobs` are candidates for the first token with their natural log-probabilities, the
    likeliest first; empty when none were asked for or the server gives none.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str = "stop"
    cache_key: str = ""
    first_logprobs: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """No usable answer. `kind` is a short code, `tokens` what it cost (None: not known).

    `status` is the server's HTTP status, None where it gave none; it is no part of what the
    failure is.
    """

    kind: str
    detail: str
    tokens: int | None = None
    status: int | None = field(default=None, compare=False)


Answer = Completion | Failure


@runtime_checkable
class LLM(Protocol):
    """Answers to requests: same length, same order; never raises for a request that failed."""

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        """One answer for each request."""
        ...


@runtime_checkable
class StreamingLLM(LLM, Protocol):
    """An LLM that hands each answer over as soon as it is there, so that it can be stored."""

    def as_completed(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
        """Index of the request and its answer, in any order, each index once."""
        ...


def as_completed(llm: LLM, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
    """Index and answer of each request, as they come where the model can do that."""
    if isinstance(llm, StreamingLLM):
        yield from llm.as_completed(requests)
    else:
        yield from enumerate(llm.complete(requests))


def collect(found: Iterator[tuple[int, Answer]], n: int) -> list[Answer]:
    """Answers in the order of their requests; an index without one is a Failure."""
    answers: list[Answer] = [Failure("lost", "the model gave no answer")] * n
    for index, answer in found:
        answers[index] = answer
    return answers


def prompt_bound(request: Request) -> int:
    """Upper bound of the prompt's tokens: its UTF-8 bytes, and room for the chat template.

    Every token of a byte-level or byte-fallback vocabulary stands for at least one byte, so the
    bound holds without the model's tokenizer; the actual number is 2 to 5 times smaller. 64
    tokens cover a default system prompt that a chat template puts in by itself (SmolLM2: 21), 128
    more the words that introduce a schema to a server that cannot enforce it.
    """
    content = sum(len(text.encode("utf-8", "replace")) for _, text in request.messages)
    schema = len(request.json_schema.encode()) + _SCHEMA_TOKENS if request.json_schema else 0
    return content + schema + _MESSAGE_TOKENS * len(request.messages) + _PROMPT_TOKENS
