"""Perplexity of single texts by a language model behind a completions server; for samples.

Wanted are the log-probabilities of the prompt's own tokens: `echo` with `logprobs` as the OpenAI
completions protocol has them (vLLM, text-generation servers), or vLLM's `prompt_logprobs`. A chat
endpoint has neither, nor has llama.cpp's server (2026): it gives those of generated tokens only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx

from dataflow.llm.base import Failure
from dataflow.llm.rate_limit import Timer
from dataflow.llm.server_call import ServerCaller, ServerOptions
from dataflow.perplexity.stage import MOST_CHARS
from schemas.errors import BackendError

UNSUPPORTED = "unsupported"
"""Kind of the failure of a server that does not give the log-probabilities of a prompt."""
TOO_SHORT = "too_short"
"""Kind of the failure of a text of fewer than two tokens, which has no perplexity."""
_CHAT = "/chat/completions"
_ABSENT = frozenset({404, 405, 501})


@dataclass(frozen=True, slots=True)
class Scored:
    """`perplexity` per token of the model's own tokenizer, over `tokens` tokens."""

    perplexity: float
    tokens: int


class PromptScorer:
    """Scores texts; every failure of a single one is a value.

    Kinds of failures: those of `ServerCaller`, `unsupported`, `malformed`, `too_short` (fewer
    than two tokens). What may have cost something is not asked again: a sample that fails is one
    fewer. `transport` stands in for the network and `timer` for the clock in tests.
    """

    def __init__(
        self,
        options: ServerOptions,
        *,
        transport: httpx.BaseTransport | None = None,
        timer: Timer | None = None,
    ) -> None:
        self.options = options
        self.endpoint = options.endpoint.removesuffix(_CHAT) + "/completions"
        self._caller = ServerCaller(options, transport=transport, timer=timer)

    def score(self, texts: Sequence[str]) -> list[Scored | Failure]:
        """One answer for each text, in order.

        Raises:
            BackendError: the server gives no log-probabilities of prompts at all.
        """
        if not texts:
            return []
        first = self._score(texts[0])
        if isinstance(first, Failure) and first.kind == UNSUPPORTED:
            raise BackendError(
                f"{self.endpoint} does not give the log-probabilities of a prompt "
                f"({first.detail}). Needed is a completions endpoint with echo and logprobs, such "
                "as vLLM's; llama.cpp's server, and chat endpoints, have none. "
                "[perplexity] model = 'corpus' needs no server."
            )
        with ThreadPoolExecutor(self.options.concurrency, "perplexity") as pool:
            return [first, *pool.map(self._score, texts[1:])]

    def close(self) -> None:
        """Closes the connections."""
        self._caller.close()

    def __enter__(self) -> PromptScorer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _score(self, text: str) -> Scored | Failure:
        """By `echo`; where the answer has no prompt in it, by `prompt_logprobs`."""
        prompt = text[:MOST_CHARS]
        unsupported = Failure(UNSUPPORTED, "neither echo nor prompt_logprobs")
        for asked in ({"echo": True, "logprobs": 1}, {"prompt_logprobs": 1}):
            answer = self._post({"prompt": prompt, "max_tokens": 1, "temperature": 0.0, **asked})
            if isinstance(answer, Failure):
                return answer
            try:
                logs = _echoed(answer) if "echo" in asked else _prompt_logprobs(answer)
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                return Failure("malformed", f"{type(error).__name__}: {error}"[:300])
            if logs is not None:
                return _scored(logs)
        return unsupported

    def _post(self, body: dict[str, Any]) -> dict[str, Any] | Failure:
        raw = self._caller.post(self.endpoint, {"model": self.options.model, **body})
        if isinstance(raw, Failure):
            if raw.status in _ABSENT:
                return Failure(UNSUPPORTED, f"HTTP {raw.status}")
            return raw
        try:
            # a RecursionError comes from some 100,000 nested brackets, well below the size cap
            found = json.loads(raw)
        except (ValueError, RecursionError) as error:
            return Failure("malformed", f"no JSON: {type(error).__name__}: {error}"[:300])
        return found if isinstance(found, dict) else Failure("malformed", "no JSON object")


def _echoed(answer: dict[str, Any]) -> list[float] | None:
    """Log-probabilities of the echoed prompt's tokens, None where nothing was echoed.

    The first token has none; what was generated behind the prompt is left out.
    """
    given = answer["choices"][0].get("logprobs")
    if not isinstance(given, dict) or not isinstance(given.get("token_logprobs"), list):
        return None
    logs = given["token_logprobs"]
    generated = int((answer.get("usage") or {}).get("completion_tokens", 1))
    prompt = logs[: max(len(logs) - generated, 0)]
    return _numbers(log for log in prompt[1:]) if prompt else None


def _prompt_logprobs(answer: dict[str, Any]) -> list[float] | None:
    """vLLM's: for each token of the prompt a table of candidates, the prompt's own one first."""
    choice = answer["choices"][0]
    given = choice.get("prompt_logprobs", answer.get("prompt_logprobs"))
    if not isinstance(given, list):
        return None
    own = (next(iter(table.values())) for table in given if table)
    return _numbers(entry["logprob"] if isinstance(entry, dict) else entry for entry in own)


def _numbers(logs: Iterable[Any]) -> list[float]:
    found = [float(log) for log in logs if log is not None]
    if any(math.isnan(log) or log > 1e-6 for log in found):
        raise ValueError("a log-probability above 0")
    return found


def _scored(logs: list[float]) -> Scored | Failure:
    if not logs:
        return Failure(TOO_SHORT, "fewer than two tokens")
    return Scored(math.exp(min(-sum(logs) / len(logs), 700.0)), len(logs))
