"""What a model was asked in a run, what that cost and what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dataflow.llm.base import BUDGET_EXHAUSTED, Answer, Completion, Failure
from dataflow.llm.spending import NANOS, Budget, Prices, Spent, Tokens


@dataclass(slots=True)
class Account:
    """Counts of one opening of a model; `before` is what was spent earlier under the budget.

    `now` gives what is spent by now, by others under the same budget too.
    `requests` were sent and paid for, or may have been; `cached` were not sent. `prompt_tokens`
    and `completion_tokens` are as the server counted them; `unknown_tokens` are reserved for
    requests that broke off, whose cost nobody told. `failures` counts answers that are none, by
    their kind; those from the cache are among them.
    """

    budget: Budget = field(default_factory=Budget)
    prices: Prices = field(default_factory=Prices)
    before: Spent = field(default_factory=Spent)
    now: Callable[[], Spent] | None = None
    requests: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    unknown_tokens: int = 0
    nanos: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def tokens(self) -> int:
        """Tokens spent by this opening, with those of unknown cost."""
        return self.prompt_tokens + self.completion_tokens + self.unknown_tokens

    @property
    def money(self) -> float:
        """Money spent by this opening, with what may have been."""
        return self.nanos / NANOS

    @property
    def tokens_left(self) -> int | None:
        """Tokens of the budget that are not spent; None without a budget."""
        if not self.budget.tokens:
            return None
        spent = self.now().tokens if self.now else self.before.tokens + self.tokens
        return max(self.budget.tokens - spent, 0)

    @property
    def money_left(self) -> float | None:
        """Money of the budget that is not spent; None without a budget."""
        if not self.budget.money:
            return None
        spent = self.now().nanos if self.now else self.before.nanos + self.nanos
        return max(round(self.budget.money * NANOS) - spent, 0) / NANOS

    @property
    def unanswered_before(self) -> int:
        """Tokens spent before for what gave no whole answer, or under way when a run died."""
        return max(self.before.tokens - self.before.actual.total, 0)

    def paid(self, tokens: Tokens) -> None:
        """Counts a request whose cost is known."""
        self.requests += 1
        self.prompt_tokens += tokens.prompt
        self.completion_tokens += tokens.answer
        self.nanos += self.prices.nanos(tokens)

    def lost(self, bounds: Tokens) -> None:
        """Counts a request whose cost is not known."""
        self.requests += 1
        self.unknown_tokens += bounds.total
        self.nanos += self.prices.nanos(bounds)

    def failed(self, answer: Answer) -> None:
        """Counts a failure by its kind."""
        if isinstance(answer, Failure):
            self.failures[answer.kind] += 1

    def as_dict(self) -> dict[str, Any]:
        """The counts for a manifest, with what is left."""
        return {
            "requests": self.requests,
            "cached": self.cached,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "unknown_tokens": self.unknown_tokens,
            "money": self.money,
            "failures": dict(sorted(self.failures.items())),
            "tokens_before": self.before.tokens,
            "earlier": {"unanswered": self.unanswered_before},
            "money_before": self.before.nanos / NANOS,
            "tokens_left": self.tokens_left,
            "money_left": self.money_left,
        }


def cost_of(answer: Answer, bounds: Tokens) -> Tokens | None:
    """Tokens that an answer did cost, None when nobody told; `bounds` are those of its request."""
    if isinstance(answer, Completion):
        return Tokens(answer.prompt_tokens, answer.completion_tokens)
    if answer.tokens is None:
        return None
    # a failure tells its sum only: the answer is the dearer part, so it is taken for full
    told = answer.tokens if answer.kind != BUDGET_EXHAUSTED else 0
    written = min(told, bounds.answer)
    return Tokens(told - written, written)
