"""A hard bound on what a model costs: a request that might overspend is not sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import NamedTuple, Protocol

from dataflow.llm.account import Account, cost_of
from dataflow.llm.base import (
    BUDGET_EXHAUSTED,
    Answer,
    Completion,
    Failure,
    Request,
    collect,
    prompt_bound,
)
from dataflow.llm.server_call import Again
from dataflow.llm.spending import NANOS, Spending, Tokens


class Answering(Protocol):
    """Something that answers one request at a time, from any thread."""

    def answer(self, request: Request, again: Again) -> Answer:
        """The answer; `again` is asked before what may have been paid for is paid again."""
        ...


class _UnderWay(NamedTuple):
    """A request that was sent: its place, its bounds, and each reservation made for it."""

    place: int
    bounds: Tokens
    reserved: list[Tokens]


class BudgetedLLM:
    """An LLM that never spends more than its budget, over all runs that share the `spending`.

    Before a request is sent, and again before it is repeated because its cost is not known, the
    upper bound of its prompt and its whole `max_tokens` are reserved on disk; what it really did
    cost replaces the reservation. Requests are admitted in order: one that does not fit waits
    until those before it have given back what they did not need, so what is admitted is what would
    be if they were asked one after the other. One that does not fit even then becomes
    `budget_exhausted`. What a server charges beyond a request's own bound (one that ignores
    `max_tokens`) is counted and ends the budget the sooner. Behind a cache, cached answers cost
    nothing.

    Requests are sent by threads: for 1,000 requests, 64 and 256 at a time, httpx.Client took 0.6 to
    1.0 and 2.0 to 4.9 CPU-seconds (2,000 and 1,000 requests), httpx.AsyncClient 3.6 to 7.4 and 6.4
    to 10.6; memory 17 and 26 MiB against 17 and 19 (benchmarks/llm_clients.py).
    """

    def __init__(
        self, server: Answering, spending: Spending, concurrency: int, account: Account
    ) -> None:
        self._server = server
        self._spending = spending
        self._concurrency = concurrency
        self.account = account

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        """One answer for each request."""
        return collect(self.as_completed(requests), len(requests))

    def as_completed(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
        """Answers as they come; leaving the iteration early drops what was not yet sent."""
        if not requests:
            return
        pool = ThreadPoolExecutor(self._concurrency, "llm")
        done: SimpleQueue[Future[Answer]] = SimpleQueue()
        under_way: dict[Future[Answer], _UnderWay] = {}
        try:
            for index, request in enumerate(requests):
                bounds = bounds_of(request)
                if len(under_way) == self._concurrency:
                    yield self._settled(done.get(), under_way)
                while not (fits := self._spending.reserve(bounds)) and under_way:
                    yield self._settled(done.get(), under_way)
                if not fits:
                    yield index, self._refusal(bounds)
                    continue
                sent = _UnderWay(index, bounds, [bounds])
                future = pool.submit(self._ask, request, sent)
                under_way[future] = sent
                future.add_done_callback(done.put)
            while under_way:
                yield self._settled(done.get(), under_way)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            for future in list(under_way):
                self._settled(future, under_way)

    def _ask(self, request: Request, sent: _UnderWay) -> Answer:
        def again() -> bool:
            if not self._spending.reserve(sent.bounds):
                return False
            sent.reserved.append(sent.bounds)
            return True

        return self._server.answer(request, again)

    def _settled(
        self, future: Future[Answer], under_way: dict[Future[Answer], _UnderWay]
    ) -> tuple[int, Answer]:
        """The answer of a request that has ended, its last reservation replaced by its cost."""
        sent = under_way.pop(future)
        if future.cancelled():
            self._spending.settle(sent.bounds, Tokens(), answered=False)
            return sent.place, Failure("lost", "not sent", 0)
        answer = future.result()
        for bounds in sent.reserved[:-1]:
            self.account.lost(bounds)
        cost = cost_of(answer, sent.bounds)
        if cost is None:
            self.account.lost(sent.bounds)
        else:
            answered = isinstance(answer, Completion)
            self._spending.settle(sent.bounds, cost, answered=answered)
            if cost.total or answered:
                self.account.paid(cost)
        self.account.failed(answer)
        return sent.place, answer

    def _refusal(self, bounds: Tokens) -> Failure:
        spent, budget = self._spending.spent(), self._spending.budget
        parts = []
        if budget.tokens:
            parts.append(f"{spent.tokens} of {budget.tokens} tokens")
        if budget.money:
            parts.append(f"{spent.nanos / NANOS:g} of {budget.money:g} in money")
        needed = f"{bounds.total} tokens ({self._spending.prices.nanos(bounds) / NANOS:g})"
        failure = Failure(BUDGET_EXHAUSTED, f"spent {', '.join(parts)}; needed {needed}", 0)
        self.account.failed(failure)
        return failure


def bounds_of(request: Request) -> Tokens:
    """The most that a request may cost."""
    return Tokens(prompt_bound(request), request.max_tokens)
