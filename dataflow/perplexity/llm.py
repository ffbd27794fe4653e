"""Perplexity of single texts by a language model behind a completions server; for samples.

Wanted are the log-probabilities of the prompt's own tokens: `echo` with `logprobs` as the OpenAI
completions protocol has them (vLLM, text-generation servers), or vLLM's `prompt_logprobs`. A chat
endpoint has neither, nor has llama.cpp's server (2026): it gives those of generated tokens only.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import httpx

from dataflow.llm.base import Failure
from dataflow.llm.openai_server import ServerOptions
from dataflow.perplexity.stage import MOST_CHARS
from schemas.errors import BackendError

UNSUPPORTED = "unsupported"
"""Kind of the failure of a server that does not give the log-probabilities of a prompt."""
TOO_SHORT = "too_short"
"""Kind of the failure of a text of fewer than two tokens, which has no perplexity."""
_CHAT = "/chat/completions"


@dataclass(frozen=True, slots=True)
class Scored:
    """`perplexity` per token of the model's own tokenizer, over `tokens` tokens."""

    perplexity: float
    tokens: int


class PromptScorer:
    """Scores texts; every failure of a single one is a value.

    Kinds of failures: `unsupported`, `unreachable`, `refused` (any HTTP status but 200),
    `malformed`, `too_large`, `too_short` (fewer than two tokens). `transport` stands in for the
    network in tests. Nothing is retried: a sample that fails is one fewer.
    """

    def __init__(
        self, options: ServerOptions, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.options = options
        self.endpoint = options.endpoint.removesuffix(_CHAT) + "/completions"
        self._client = httpx.Client(
            transport=transport,
            follow_redirects=False,
            trust_env=options.use_proxies,
            timeout=options.timeout_s,
            limits=httpx.Limits(max_connections=options.concurrency),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )

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
        self._client.close()

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
        key = os.environ.get(self.options.api_key_env, "") if self.options.api_key_env else ""
        headers = {"Authorization": f"Bearer {key}"} if key.strip() else {}
        body = {"model": self.options.model, **body}
        parts, size = [], 0
        try:
            with self._client.stream("POST", self.endpoint, json=body, headers=headers) as response:
                for part in response.iter_bytes():
                    parts.append(part)
                    size += len(part)
                    if size > self.options.max_response_bytes:
                        limit = self.options.max_response_bytes
                        return Failure("too_large", f"the answer has more than {limit} bytes")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            return Failure("unreachable", _without(key, f"{type(error).__name__}: {error}"))
        raw = b"".join(parts)
        if response.status_code in (404, 405, 501):
            return Failure(UNSUPPORTED, f"HTTP {response.status_code}")
        if response.status_code != httpx.codes.OK:
            told = raw.decode("utf-8", "replace")
            return Failure("refused", _without(key, f"HTTP {response.status_code}: {told}"))
        try:
            # a RecursionError comes from some 100,000 nested brackets, well below the size cap
            found = json.loads(raw)
        except (ValueError, RecursionError) as error:
            return Failure("malformed", f"no JSON: {type(error).__name__}: {error}"[:300])
        return found if isinstance(found, dict) else Failure("malformed", "no JSON object")


def _without(key: str, message: str) -> str:
    """At most 300 characters of `message`, without the key, which some servers send back."""
    return (message.replace(key, "[key]") if key.strip() else message)[:300]


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
