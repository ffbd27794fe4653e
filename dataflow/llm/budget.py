"""A hard bound on tokens: a request that might overspend is not sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dataflow.llm.base import (
    BUDGET_EXHAUSTED,
    LLM,
    Answer,
    Completion,
    Failure,
    Request,
    as_completed,
    collect,
    prompt_bound,
)


class BudgetedLLM:
    """An LLM that never spends more than `tokens` (prompt and answer together) in its life.

    Before a request is sent, the upper bound of its prompt and its whole `max_tokens` are
    reserved; what it really cost replaces the reservation afterwards. A failure of unknown cost
    keeps its reservation. Requests are admitted in order, in waves of what fits; from the first
    one that does not fit an empty wave, all the rest become `budget_exhausted`. Standing behind a
    cache, cached answers cost nothing.
    """

    def __init__(self, inner: LLM, tokens: int) -> None:
        if tokens <= 0:
            raise ValueError(f"a token budget must be positive, not {tokens}")
        self._inner = inner
        self.tokens = tokens
        self.spent = 0

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        """One answer for each request."""
        return collect(self.as_completed(requests), len(requests))

    def as_completed(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
        """Answers as they come; those that could not be afforded last."""
        start = 0
        while start < len(requests):
            costs = self._affordable(requests[start:])
            if not costs:
                break
            yield from self._wave(requests, start, costs)
            start += len(costs)
        for index in range(start, len(requests)):
            cost = _reservation(requests[index])
            detail = f"{self.spent} of {self.tokens} tokens spent, {cost} to be reserved"
            yield index, Failure(BUDGET_EXHAUSTED, detail, 0)

    def _affordable(self, requests: Sequence[Request]) -> list[int]:
        """Reservations of the longest prefix of `requests` that fits what is left."""
        left, costs = self.tokens - self.spent, []
        for request in requests:
            cost = _reservation(request)
            if cost > left:
                break
            left -= cost
            costs.append(cost)
        return costs

    def _wave(
        self, requests: Sequence[Request], start: int, costs: list[int]
    ) -> Iterator[tuple[int, Answer]]:
        self.spent += sum(costs)  # reserved now: an abandoned iterator leaves it spent, never free
        wave = requests[start : start + len(costs)]
        for index, answer in as_completed(self._inner, wave):
            self.spent += _cost(answer, costs[index]) - costs[index]
            yield start + index, answer


def _reservation(request: Request) -> int:
    return prompt_bound(request) + request.max_tokens


def _cost(answer: Answer, reserved: int) -> int:
    if isinstance(answer, Completion):
        return answer.prompt_tokens + answer.completion_tokens
    return reserved if answer.tokens is None else answer.tokens
