"""The models of a recipe, ready: what writes samples and what judges them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dataflow.judging.ifd import open_scorer
from dataflow.judging.reward import open_rewards
from dataflow.judging.stage import JudgeSamples
from dataflow.llm.account import Account
from dataflow.llm.opened import open_llm
from dataflow.llm.options import OPENAI, LlmOptions
from dataflow.sft.judges import Judges
from dataflow.sft.ledger import Model
from schemas.errors import RecipeError

_OF_BUDGET = ("_before", "_left")
FOLDER = "llm"
"""Where answers and what they cost are kept, below a work folder."""


@dataclass(frozen=True, slots=True)
class Models:
    """What is asked: `model` writes (None: rules alone), `judges` score; `accounts` of both."""

    model: Model | None
    judges: Judges
    accounts: tuple[Account, ...] = ()

    @property
    def spent(self) -> dict[str, Any]:
        """Counts of all accounts, for a manifest; what is left is of their one budget.

        Empty when nothing was asked.
        """
        if not self.accounts:
            return {}
        told = [account.as_dict() for account in self.accounts]
        found = dict(told[0])  # what was spent before, and what is left, is of the one budget
        for name, value in told[0].items():
            if isinstance(value, int | float) and not name.endswith(_OF_BUDGET):
                found[name] = sum(one[name] for one in told)
        failures = sum((account.failures for account in self.accounts), Counter[str]())
        return found | {"failures": dict(sorted(failures.items()))}


@contextmanager
def open_models(llm: LlmOptions, judge: JudgeSamples, folder: Path) -> Iterator[Models]:
    """The models that `llm` and `judge` name; answers and spending are kept in `folder`.

    A judge that is another model than the writer, and a reward model, have the writer's budget,
    and what all spend counts against it; their keys and prices are their own. Raises what
    `open_llm` raises, and RecipeError where prices are needed and not told.
    """
    with ExitStack() as stack:
        model, asked, scorer, rewards = None, None, None, None
        accounts = []
        judging = judging_options(llm, judge)
        if llm.asked:
            opened = stack.enter_context(open_llm(llm, folder))
            model = Model(opened.llm, llm.model_name, llm.backend)
            accounts.append(opened.account)
        if judge.ask:
            asked = model
        if judge.ask and judge.url:
            second = stack.enter_context(open_llm(judging, folder))
            asked = Model(second.llm, judge.model, OPENAI)
            accounts.append(second.account)
        if judge.ifd:
            scorer, account = stack.enter_context(open_scorer(judging, folder))
            accounts.append(account)
        if judge.reward_url:
            rewards, account = stack.enter_context(
                open_rewards(judge.reward, reward_limits(llm, judge), folder)
            )
            accounts.append(account)
        yield Models(model, Judges(asked, scorer, rewards, judge.needed), tuple(accounts))


def judging_options(llm: LlmOptions, judge: JudgeSamples) -> LlmOptions:
    """How a server is asked that judges: the judge's own or, where it names none, the writer's.

    The writer's key goes to the writer's server alone. Raises RecipeError where a budget of money
    is to bound a judge or a reward model whose prices are not told.
    """
    if judge.reward_url:
        reward_limits(llm, judge)
    if not judge.url:
        return replace(llm, backend=OPENAI, gguf="") if judge.ifd else llm
    prices = judge.price_input, judge.price_output
    if llm.money_budget and None in prices and (judge.ask or judge.ifd):
        raise RecipeError(
            "llm.money_budget: what the judge costs is not known; set judge.price_input and "
            "judge.price_output, 0 for a model that costs nothing"
        )
    return replace(
        llm, backend=OPENAI, url=judge.url, model=judge.model, gguf="",
        api_key_env=judge.api_key_env, price_input=prices[0] or 0.0, price_output=prices[1] or 0.0,
        money_budget=llm.money_budget if any(prices) else 0.0,
    )  # fmt: skip


def reward_limits(llm: LlmOptions, judge: JudgeSamples) -> LlmOptions:
    """What a reward model may cost: the writer's budget, at the reward model's own price.

    Raises RecipeError where a budget of money is to bound it and the price is not told.
    """
    if llm.money_budget and judge.reward_price is None:
        raise RecipeError(
            "llm.money_budget: what the reward model costs is not known; set judge.reward_price, "
            "0 for a model that costs nothing"
        )
    price = judge.reward_price or 0.0
    money = llm.money_budget if price else 0.0
    return replace(llm, price_input=price, price_output=0.0, money_budget=money)
