"""Perplexity of single texts by a language model behind a completions server; for samples.

Wanted are the log-probabilities of the prompt's own tokens: `echo` with `logprobs` as the OpenAI
completions protocol has them (vLLM, text-generation servers), or vLLM's `prompt_logprobs`. A chat
endpoint has neither, nor has llama.cpp's server (2026): it gives those of generated tokens only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from dataflow.llm.base import BUDGET_EXHAUSTED, Answer, Completion, Failure
from dataflow.llm.closing import Closing
from dataflow.llm.rate_limit import Timer
from dataflow.llm.server_call import Again, ServerCaller, ServerOptions, never
from dataflow.perplexity.stage import MOST_CHARS
from schemas.errors import BackendError

UNSUPPORTED = "unsupported"
"""Kind of the failure of a server that does not give the log-probabilities of a prompt."""
TOO_SHORT = "too_short"
"""Kind of the failure of a text of fewer than two tokens, which has no perplexity."""
_CHAT = "/chat/completions"
_ABSENT = frozenset({404, 405, 501})
_FORMS: tuple[Mapping[str, Any], ...] = ({"echo": True, "logprobs": 1}, {"prompt_logprobs": 1})
"""How the log-probabilities of a prompt are asked for."""
_MOST_TOKENS = 1 << 31
"""Of one answer: what says more has not counted."""


@dataclass(frozen=True, slots=True)
class Scored:
    """`perplexity` per token of the model's own tokenizer, over `tokens` tokens.

    `cost` is what the server counted, prompt and answer together.
    """

    perplexity: float
    tokens: int
    cost: int = field(default=0, compare=False)


def as_answer(found: Scored | Failure) -> Answer:
    """A score as JSON in a completion, so that a cache of answers can keep it.

    A text that is too short is an answer like others, and not asked again.
    """
    if isinstance(found, Failure):
        if found.kind != TOO_SHORT:
            return found
        found = Scored(0.0, 0, found.tokens or 0)
    return Completion(json.dumps([found.perplexity, found.tokens]), max(found.cost - 1, 0), 1)


def as_score(answer: Answer) -> Scored | Failure:
    """What `as_answer` was given.

    >>> as_score(as_answer(Scored(7.5, 12)))
    Scored(perplexity=7.5, tokens=12, cost=1)
    """
    if isinstance(answer, Failure):
        return answer
    perplexity, tokens = json.loads(answer.text)
    if not tokens:
        return Failure(TOO_SHORT, "fewer than two tokens")
    return Scored(perplexity, tokens, answer.prompt_tokens + answer.completion_tokens)


class PromptScorer(Closing):
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
        self._form: int | None = None

    def score(self, texts: Sequence[str]) -> list[Scored | Failure]:
        """One answer for each text, in order.

        Raises:
            BackendError: the server gives no log-probabilities of prompts at all.
        """
        if not texts:
            return []
        first = self.ask(texts[0])
        if isinstance(first, Failure) and first.kind == UNSUPPORTED:
            raise self.unsupported(first)
        with ThreadPoolExecutor(self.options.concurrency, "perplexity") as pool:
            return [first, *pool.map(self.ask, texts[1:])]

    def unsupported(self, failure: Failure) -> BackendError:
        """What to say of a server that gives no log-probabilities of prompts."""
        return BackendError(
            f"{self.endpoint} does not give the log-probabilities of a prompt "
            f"({failure.detail}). Needed is a completions endpoint with echo and logprobs, such "
            "as vLLM's; llama.cpp's server, and chat endpoints, have none. "
            "[perplexity] model = 'corpus' needs no server."
        )

    def ask(self, text: str, again: Again | None = None) -> Scored | Failure:
        """The score of one text, by `echo`, or by `prompt_logprobs` where nothing was echoed.

        `again` is asked before what may have been paid for is paid again; without it the other
        form is tried, and nothing else.
        """
        prompt, spent, known = text[:MOST_CHARS], 0, self._form
        for number in range(len(_FORMS)) if known is None else (known,):
            if number and known is None and again is not None and not again():
                return Failure(BUDGET_EXHAUSTED, "nothing is left to ask in the other form")
            answer = self._post(prompt, _FORMS[number], again or never)
            if isinstance(answer, Failure):
                return answer
            try:
                logs = (_echoed, _prompt_logprobs)[number](answer)
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                return Failure("malformed", f"{type(error).__name__}: {error}"[:300])
            spent = _cost(answer, prompt, logs)
            self._caller.limit.refund(_bound(prompt) - spent)
            if logs is not None:
                self._form = number
                return _scored(logs, spent)
        return Failure(UNSUPPORTED, "neither echo nor prompt_logprobs", spent)

    def close(self) -> None:
        """Closes the connections."""
        self._caller.close()

    def _post(self, prompt: str, form: Mapping[str, Any], again: Again) -> dict[str, Any] | Failure:
        body = {"model": self.options.model, "prompt": prompt, "max_tokens": 1, "temperature": 0.0}
        raw = self._caller.post(self.endpoint, {**body, **form}, tokens=_bound(prompt), again=again)
        if isinstance(raw, Failure):
            if raw.status in _ABSENT:
                return Failure(UNSUPPORTED, f"HTTP {raw.status}", raw.tokens)
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


def _bound(prompt: str) -> int:
    """The most tokens of a prompt, each of a byte at least, and of an answer of one."""
    return len(prompt.encode("utf-8", "replace")) + 1


def _cost(answer: Mapping[str, Any], prompt: str, logs: list[float] | None) -> int:
    """Tokens as the server counts them; else those of the scores, or at most the prompt's bytes."""
    usage = answer.get("usage")
    reported = usage if isinstance(usage, dict) else {}
    counts = [reported.get(name) for name in ("prompt_tokens", "completion_tokens")]
    bound = _bound(prompt) - 1 if logs is None else len(logs) + 1
    given = [
        count if isinstance(count, int) and 0 <= count < _MOST_TOKENS else other
        for count, other in zip(counts, (bound, 1), strict=True)
    ]
    return sum(given)


def _scored(logs: list[float], cost: int) -> Scored | Failure:
    if not logs:
        return Failure(TOO_SHORT, "fewer than two tokens", cost)
    return Scored(math.exp(min(-sum(logs) / len(logs), 700.0)), len(logs), cost)
