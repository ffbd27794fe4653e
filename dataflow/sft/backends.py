"""The language model a stage asks for: client or local server, budget, cache, in that order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dataflow.llm.base import LLM
from dataflow.llm.budget import BudgetedLLM
from dataflow.llm.cache import CachedLLM
from dataflow.sft.make import MakeSft

if TYPE_CHECKING:
    from dataflow.llm.openai_server import ServerOptions

CACHE_NAME = "completions.sqlite"


@contextmanager
def open_llm(stage: MakeSft, cache_dir: Path) -> Iterator[LLM | None]:
    """The stage's model behind its budget and the cache in `cache_dir`; None when it needs none.

    The budget counts the tokens of this opening; cached answers are free. Raises UsageError,
    MissingExtraError or BackendError when the backend cannot be had.
    """
    if not stage.needs_llm:
        yield None
        return
    from dataflow.llm.openai_server import OpenAIServer

    with ExitStack() as stack:
        options, identity = _server(stage, stack)
        llm: LLM = stack.enter_context(OpenAIServer(options))
        if stage.token_budget:
            llm = BudgetedLLM(llm, stage.token_budget)
        yield stack.enter_context(CachedLLM(llm, cache_dir / CACHE_NAME, identity))


def _server(stage: MakeSft, stack: ExitStack) -> tuple[ServerOptions, str]:
    """Where to send requests, and what names the model in the cache's keys."""
    from dataflow.llm.openai_server import ServerOptions

    if stage.backend == "openai":
        options = ServerOptions(
            stage.url, stage.model, stage.api_key_env, stage.concurrency, stage.timeout_s,
            structured=stage.structured,
        )  # fmt: skip
        return options, f"openai\n{options.endpoint}\n{options.model}\n{options.structured}"
    from dataflow.llm.embedded import EmbeddedOptions, embedded_server, model_identity

    gguf = Path(stage.gguf)
    identity = f"embedded\n{model_identity(gguf)}\n{stage.structured}"
    server = stack.enter_context(embedded_server(EmbeddedOptions(gguf, stage.concurrency)))
    options = ServerOptions(
        server.base_url, gguf.name, "", stage.concurrency, stage.timeout_s,
        structured=stage.structured, use_proxies=False,
    )  # fmt: skip
    return options, identity
