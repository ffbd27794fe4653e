"""What questions to a model will cost, said before any of them is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from dataflow.llm.account import Account
from dataflow.llm.base import Request
from dataflow.llm.budget import bounds_of
from dataflow.llm.spending import NANOS, Spent, Tokens

_PROMPT_SHARE = 0.25
_ANSWER_SHARE = 0.25
_ENOUGH_ANSWERS = 20


Calls = tuple[float, float]
"""How many requests are meant by one: typically, and at most."""
ONE: Calls = (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What `requests` questions cost: not above `most_*`, and `typical_*` as a rule.

    `affordable` is how many of them the budget pays for at the typical price (None: all, there is
    no budget); `measured` says that the typical price is that of this folder's own answers.
    """

    requests: int
    most_tokens: int
    most_money: float
    typical_tokens: int
    typical_money: float
    affordable: int | None
    measured: bool

    def __str__(self) -> str:
        """One sentence for a console."""
        money = self.most_money > 0
        most = f"{self.most_tokens:,} tokens" + (
            f", {self.most_money:.4f} in money" if money else ""
        )
        typical = f"{self.typical_tokens:,}" + (f", {self.typical_money:.4f}" if money else "")
        told = f"{self.requests:,} requests: at most {most}; typically {typical}"
        if self.affordable is None:
            return f"{told}; there is no budget"
        return f"{told}; the budget allows about {self.affordable:,} of {self.requests:,}"

    def as_dict(self) -> dict[str, Any]:
        """The numbers by name."""
        return asdict(self)


def estimate(
    requests: Iterable[Request], account: Account, spent: Spent, *, calls: Calls = ONE
) -> Estimate:
    """The cost of requests, each of which stands for `calls` of its size: typically, and at most.

    The upper bound is what a budget reserves for all of them; what broke off and is sent again is
    not in it. The typical cost is the share of it that answers in
    this folder did cost, once there are 20 of them. Before that, a quarter of it: English prompts
    took .23 of their bound (a byte for a token), and answers to questions about a passage some 60
    tokens of the usual 200 to 600 (benchmarks/sft_server.py, SmolLM2).
    """
    bounds = [bounds_of(request) for request in requests]
    prompt, answer = (sum(one.prompt for one in bounds), sum(one.answer for one in bounds))
    most = Tokens(round(calls[1] * prompt), round(calls[1] * answer))
    measured = spent.answers >= _ENOUGH_ANSWERS
    shares = (_PROMPT_SHARE, _ANSWER_SHARE)
    if measured:
        shares = (
            spent.actual.prompt / max(spent.bounds.prompt, 1),
            spent.actual.answer / max(spent.bounds.answer, 1),
        )
    typical = Tokens(round(calls[0] * prompt * shares[0]), round(calls[0] * answer * shares[1]))
    costs = (account.prices.nanos(most), account.prices.nanos(typical))
    return Estimate(
        len(bounds), most.total, costs[0] / NANOS, typical.total, costs[1] / NANOS,
        _affordable(len(bounds), typical.total, costs[1], account, spent), measured,
    )  # fmt: skip


def _affordable(
    requests: int, tokens: int, nanos: int, account: Account, spent: Spent
) -> int | None:
    """How many of the requests what is left pays for."""
    budget = account.budget
    shares = []
    if budget.tokens:
        shares.append((budget.tokens - spent.tokens) / max(tokens, 1))
    if budget.money and nanos:
        shares.append((budget.money * NANOS - spent.nanos) / nanos)
    if not shares:
        return None
    return int(requests * min(max(min(shares), 0.0), 1.0))
