"""The recipe's section `[llm]`: which model is asked, and what it may cost."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from dataflow.llm.spending import Budget, Prices
from schemas.errors import RecipeError, UsageError

if TYPE_CHECKING:
    from dataflow.llm.embedded import EmbeddedOptions
    from dataflow.llm.server_call import ServerOptions

NONE, OPENAI, EMBEDDED = "none", "openai", "embedded"
BACKENDS = (NONE, OPENAI, EMBEDDED)

_COUNTS = (
    "concurrency", "context", "threads", "token_budget", "requests_per_minute", "tokens_per_minute",
)  # fmt: skip
_AMOUNTS = ("timeout_s", "money_budget", "price_input", "price_output")
_MOST = 1e15


@dataclass(frozen=True, slots=True)
class LlmOptions:
    """Which model is asked: none, one behind a server, or a file on this machine.

    `backend` is `none`, `openai` (any server that speaks its protocol: vLLM, SGLang, Ollama,
    DeepSeek, OpenAI) or `embedded` (llama.cpp in a process of its own). A server is at `url` and
    has `model`; its key is in the environment variable `api_key_env`. `gguf` is the file of an
    embedded model, `context` the tokens of prompt and answer together, `threads` how many it uses
    (0: all cores but one).
    `concurrency` requests are under way at a time, each for at most `timeout_s` seconds with all
    its attempts. `structured` lets the server enforce the shape of answers; one that cannot is
    told in words. `requests_per_minute` and `tokens_per_minute` are never exceeded (0: any).
    `token_budget` and `money_budget` (0: any) bound what all runs into one folder spend together,
    crashed ones too; a request that might exceed them is not sent. A higher budget goes on from
    what was spent, another `budget_name` counts from zero. `price_input` and `price_output` are
    what a million tokens cost, in any currency.
    Answers are kept by the name of the model (a file's by its content) and not by its address, so
    the same model at another address is not paid again. `cache_name` is part of what they are kept
    by: give one when another model stands behind the same name.
    """

    backend: str = NONE
    url: str = ""
    model: str = ""
    api_key_env: str = "OPENAI_API_KEY"
    gguf: str = ""
    context: int = 4096
    threads: int = 0
    concurrency: int = 4
    timeout_s: float = 120.0
    structured: bool = True
    requests_per_minute: int = 0
    tokens_per_minute: int = 0
    token_budget: int = 0
    money_budget: float = 0.0
    price_input: float = 0.0
    price_output: float = 0.0
    budget_name: str = ""
    cache_name: str = ""

    def __post_init__(self) -> None:
        """Raises RecipeError for what cannot be carried out."""
        if self.backend not in BACKENDS:
            raise RecipeError(f"llm.backend must be one of {', '.join(BACKENDS)}")
        for name in (*_COUNTS, *_AMOUNTS):
            if not 0 <= getattr(self, name) <= _MOST:  # false for NaN too
                raise RecipeError(f"llm.{name} must be from 0 to {_MOST:g}")
        for name in ("concurrency", "timeout_s"):
            if not getattr(self, name):
                raise RecipeError(f"llm.{name} must be above 0")
        if self.concurrency > 1024:
            raise RecipeError("llm.concurrency must be at most 1024")
        if self.asked and self.money_budget and not (self.price_input or self.price_output):
            raise RecipeError("llm.money_budget needs llm.price_input and llm.price_output")
        self._check_backend()

    def _check_backend(self) -> None:
        if self.backend == OPENAI:
            if not (self.url and self.model):
                raise RecipeError("llm.backend = 'openai' needs llm.url and llm.model")
            try:
                self.server(self.url)
            except RecipeError:
                raise
            except UsageError as error:
                raise RecipeError(f"llm.url: {error}") from error
        if self.backend == EMBEDDED:
            if not self.gguf:
                raise RecipeError("llm.backend = 'embedded' needs llm.gguf, a model file")
            if self.context < 256:
                raise RecipeError("llm.context must be at least 256")

    @property
    def asked(self) -> bool:
        """Whether there is a model to ask."""
        return self.backend != NONE

    @property
    def model_name(self) -> str:
        """What samples say of who wrote them: for a file its name, its path is the machine's."""
        if self.backend == EMBEDDED:
            return self.gguf.replace("\\", "/").split("/")[-1]
        return self.model if self.backend == OPENAI else ""

    @property
    def identity(self) -> str:
        """What of all this shapes rows: the model and how it is asked.

        Two servers with a model of one name give rows of the same recipe, unless `cache_name` says
        otherwise. Where a server is, how patiently it is asked and what it may cost shape no row; a
        sample that failed for such a reason is no row, and a later run asks for it again.
        """
        if self.backend == NONE:
            return NONE
        named = f" {self.cache_name}" if self.cache_name else ""
        if self.backend == OPENAI:
            return f"{OPENAI} {self.model} {self.structured}{named}"
        return f"{EMBEDDED} {self.content} {self.context} {self.structured}{named}"

    @property
    def content(self) -> str:
        """SHA-256 of the model file; '' where there is none."""
        path = Path(self.gguf)
        if self.backend != EMBEDDED or not path.is_file():
            return ""
        found = path.stat()
        return _content(path.resolve(), found.st_size, found.st_mtime_ns)

    @property
    def budget(self) -> Budget:
        """What may be spent."""
        return Budget(self.token_budget, self.money_budget, self.budget_name)

    @property
    def prices(self) -> Prices:
        """What a million tokens cost."""
        return Prices(self.price_input, self.price_output)

    def server(self, url: str) -> ServerOptions:
        """How the server at `url` is asked."""
        from dataflow.llm.server_call import ServerOptions

        own = self.backend == EMBEDDED
        return ServerOptions(
            url,
            self.model_name,
            "" if own else self.api_key_env,
            self.concurrency,
            self.timeout_s,
            structured=self.structured,
            use_proxies=not own,
            requests_per_minute=self.requests_per_minute,
            tokens_per_minute=self.tokens_per_minute,
        )

    def embedded(self) -> EmbeddedOptions:
        """How the model file is served."""
        from dataflow.llm.embedded import EmbeddedOptions

        threads = self.threads or max(1, _cores() - 1)
        return EmbeddedOptions(Path(self.gguf), self.concurrency, self.context, threads)


def _cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@lru_cache(maxsize=8)
def _content(path: Path, size: int, mtime_ns: int) -> str:
    """Hash of a file that has not changed since it was last asked for."""
    from dataflow.llm.embedded import model_identity

    return model_identity(path)
