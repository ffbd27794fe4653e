"""The language model of a recipe, ready to be asked: cache, budget, server, in that order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dataflow.llm.account import Account
from dataflow.llm.base import LLM, Request
from dataflow.llm.budget import Answering, BudgetedLLM
from dataflow.llm.cache import CachedLLM
from dataflow.llm.estimate import ONE, Calls, Estimate, estimate
from dataflow.llm.options import OPENAI, LlmOptions
from dataflow.llm.spending import Spending
from schemas.errors import UsageError

CACHE_NAME = "completions.sqlite"
SPENDING_NAME = "spending.sqlite"


@dataclass(frozen=True, slots=True)
class Opened:
    """A model: `llm` answers, `account` says what was asked and what it cost."""

    llm: LLM
    account: Account
    cache: CachedLLM
    spending: Spending

    def estimate(self, requests: Iterable[Request], *, calls: Calls = ONE) -> Estimate:
        """What those of the requests will cost that the cache does not know.

        Each stands for `calls` of its size: typically, and at most.
        """
        fresh = [request for request in requests if not self.cache.known([request])]
        return estimate(fresh, self.account, self.spending.spent(), calls=calls)


@contextmanager
def open_llm(options: LlmOptions, folder: Path) -> Iterator[Opened]:
    """The model behind its budget and cache, both kept in `folder`.

    What earlier runs asked is not asked again, and what they spent counts against the budget.
    Raises UsageError where the options name no model, and UsageError, MissingExtraError,
    BackendError or StoreError when the model, the cache or the record of spending cannot be had.
    """
    if not options.asked:
        raise UsageError("llm.backend is 'none': there is no model to ask")
    from dataflow.llm.openai_server import OpenAIServer

    with ExitStack() as stack:
        if options.backend == OPENAI:
            server = options.server(options.url)
        else:
            from dataflow.llm.embedded import embedded_server

            running = stack.enter_context(embedded_server(options.embedded()))
            server = options.server(running.base_url)
        client = stack.enter_context(OpenAIServer(server))
        yield stack.enter_context(behind_budget(client, options, folder, options.identity))


@contextmanager
def behind_budget(
    server: Answering, options: LlmOptions, folder: Path, named: str, *, concurrency: int = 0
) -> Iterator[Opened]:
    """What `server` answers, behind the budget of `options` and a cache, both kept in `folder`.

    `named` is what the cache knows answers by: the model and what it is asked, wherever it is, so
    the same one at another address is not paid again. `concurrency` requests are under way at a
    time (0: as many as `options` says).
    """
    with ExitStack() as stack:
        spending = stack.enter_context(
            Spending(folder / SPENDING_NAME, options.budget, options.prices)
        )
        account = Account(options.budget, options.prices, spending.spent(), spending.spent)
        model = BudgetedLLM(server, spending, concurrency or options.concurrency, account)
        cache = stack.enter_context(CachedLLM(model, folder / CACHE_NAME, named, account=account))
        yield Opened(cache, account, cache, spending)
