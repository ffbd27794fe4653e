"""The models of a recipe, ready: what writes samples and what judges them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dataflow.judging.reward import RewardModel, RewardOptions
from dataflow.judging.stage import JudgeSamples
from dataflow.llm.account import Account
from dataflow.llm.opened import open_llm
from dataflow.llm.options import OPENAI, LlmOptions
from dataflow.perplexity.llm import PromptScorer
from dataflow.sft.judges import Judges
from dataflow.sft.ledger import Model

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
        counted = [name for name, value in told[0].items() if isinstance(value, int | float)]
        summed = {name: sum(one[name] for one in told) for name in counted}
        return told[-1] | {n: v for n, v in summed.items() if not n.endswith("_left")}


@contextmanager
def open_models(llm: LlmOptions, judge: JudgeSamples, folder: Path) -> Iterator[Models]:
    """The models that `llm` and `judge` name; answers and spending are kept in `folder`.

    A judge that is another model than the writer has the writer's budget, and what both spend
    counts against it. Raises what `open_llm` raises.
    """
    with ExitStack() as stack:
        model, asked = None, None
        accounts = []
        if llm.asked:
            opened = stack.enter_context(open_llm(llm, folder))
            model = Model(opened.llm, llm.model_name, llm.backend)
            accounts.append(opened.account)
        if judge.ask:
            asked = model
        if judge.ask and judge.url:
            other = replace(llm, backend=OPENAI, url=judge.url, model=judge.model, gguf="")
            second = stack.enter_context(open_llm(other, folder))
            asked = Model(second.llm, judge.model, OPENAI)
            accounts.append(second.account)
        rewards = None
        if judge.reward_url:
            rewards = stack.enter_context(RewardModel(RewardOptions(judge.reward_url)))
        scorer = None
        if judge.ifd:
            url, name = (judge.url, judge.model) if judge.url else (llm.url, llm.model)
            server = replace(llm, backend=OPENAI, url=url, model=name, gguf="").server(url)
            scorer = stack.enter_context(PromptScorer(server))
        yield Models(model, Judges(asked, scorer, rewards), tuple(accounts))
