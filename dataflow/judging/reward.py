"""Scores of a reward model behind a server: the one adapter to its protocols.

The last part of the URL says which: `/score` (vLLM: two texts, a score), `/rerank` (vLLM, Jina,
Cohere: a query and documents) or `/classify` (vLLM's classes, of which the last is the good one;
SGLang's reward models, whose score comes as an embedding of one number).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from dataflow.llm.account import Account
from dataflow.llm.base import LLM, Answer, Completion, Failure, Request, prompt_bound
from dataflow.llm.closing import Closing
from dataflow.llm.opened import behind_budget
from dataflow.llm.options import LlmOptions
from dataflow.llm.rate_limit import Timer
from dataflow.llm.server_call import Again, ServerCaller, ServerOptions, never
from schemas.errors import UsageError

PROMPT_ID = "reward/1"
_MOST_BYTES = 1 << 20
_MOST_CHARS = 40_000
"""Of question and answer each; what is beyond is neither sent nor paid."""
_MOST_TOKENS = 1 << 31
"""Of one request: a server that says more has not counted."""
_NO_SCORE = (
    ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError,
)  # fmt: skip
"""What reading an answer raises that has no score: the last two are deep nests, within the bound
of bytes, and integers too large for a float."""


def _score_body(question: str, answer: str) -> dict[str, Any]:
    return {"text_1": question, "text_2": answer}


def _rerank_body(question: str, answer: str) -> dict[str, Any]:
    return {"query": question, "documents": [answer]}


def _classify_body(question: str, answer: str) -> dict[str, Any]:
    text = f"{question}\n\n{answer}"
    return {"input": [text], "text": [text]}  # vLLM reads the first, SGLang the second


def _read_score(found: Any) -> float:
    return float(found["data"][0]["score"])


def _read_rerank(found: Any) -> float:
    return float(found["results"][0]["relevance_score"])


def _read_classify(found: Any) -> float:
    first = found[0] if isinstance(found, list) else found["data"][0]
    return float((first["probs"] if "probs" in first else first["embedding"])[-1])


Body = Callable[[str, str], dict[str, Any]]
Reader = Callable[[Any], float]
_PROTOCOLS: dict[str, tuple[Body, Reader]] = {
    "score": (_score_body, _read_score),
    "rerank": (_rerank_body, _read_rerank),
    "classify": (_classify_body, _read_classify),
}


@dataclass(frozen=True, slots=True)
class RewardOptions:
    """Where the reward model is: `url` with its protocol's path, the variable that holds a key."""

    url: str
    model: str = ""
    api_key_env: str = ""
    timeout_s: float = 60.0
    concurrency: int = 4

    def __post_init__(self) -> None:
        """Raises UsageError for a URL of no known protocol."""
        if not self.url.startswith(("http://", "https://")) or self.protocol not in _PROTOCOLS:
            raise UsageError(
                f"judge.reward_url: {self.url!r} is no address of a reward model; it ends in "
                f"{', '.join('/' + name for name in _PROTOCOLS)}"
            )

    @property
    def protocol(self) -> str:
        """The last part of the address."""
        return self.url.rstrip("/").rpartition("/")[2]

    @property
    def identity(self) -> str:
        """What scores depend on: the model and how it is asked, not where it is."""
        return f"{self.protocol} {self.model}"


class RewardModel(Closing):
    """Scores answers, each as a completion that is a number; a failure is a value.

    Kinds of failures: those of `ServerCaller`, and `malformed`. What may pass is tried again.
    `transport` stands in for the network and `timer` for the clock in tests.
    """

    def __init__(
        self,
        options: RewardOptions,
        *,
        transport: httpx.BaseTransport | None = None,
        timer: Timer | None = None,
    ) -> None:
        self.options = options
        self._body, self._read = _PROTOCOLS[options.protocol]
        server = ServerOptions(
            options.url, options.model, options.api_key_env, options.concurrency,
            options.timeout_s, max_response_bytes=_MOST_BYTES, use_proxies=False,
        )  # fmt: skip
        self._caller = ServerCaller(server, transport=transport, timer=timer)

    def answer(self, request: Request, again: Again = never) -> Answer:
        """The score of a `reward_request`; any number of threads may ask.

        `again` is asked before an attempt that follows one which may have cost something. It
        costs the tokens that the server counted or, of one that does not count, its bound.
        """
        (_, question), (_, said) = request.messages
        body = self._body(question, said)
        if self.options.model:
            body["model"] = self.options.model
        raw = self._caller.post(self.options.url, body, again=again)
        if isinstance(raw, Failure):
            return raw
        tokens = None
        try:
            found = json.loads(raw)
            tokens = _tokens(found)
            score = self._read(found)
        except _NO_SCORE as error:
            detail = f"no score: {type(error).__name__}: {error}"[:300]
            return Failure("malformed", detail, tokens)
        if not math.isfinite(score):
            return Failure("malformed", "the score is no number", tokens)
        return Completion(repr(score), prompt_bound(request) if tokens is None else tokens, 0)

    def close(self) -> None:
        """Closes the connections."""
        self._caller.close()


def reward_request(question: str, answer: str) -> Request:
    """What a reward model is asked, of each text no more than is sent.

    Its `max_tokens` is 0: what comes back is a number, and not paid.
    """
    texts = (("user", question[:_MOST_CHARS]), ("assistant", answer[:_MOST_CHARS]))
    return Request(PROMPT_ID, texts, 0)


def _tokens(found: Any) -> int | None:
    """Tokens that a server says it read, the most of what it says; None where it does not count.

    vLLM and Jina tell them in `usage`, SGLang for each text in `meta_info`.
    """
    first = found[0] if isinstance(found, list) else found
    told = [first[name] for name in ("usage", "meta_info") if isinstance(first.get(name), dict)]
    counts = [one.get(name) for one in told for name in ("total_tokens", "prompt_tokens")]
    sound = [
        count
        for count in counts
        if isinstance(count, int) and not isinstance(count, bool) and 0 < count < _MOST_TOKENS
    ]
    return max(sound, default=None)


@dataclass(frozen=True, slots=True)
class KeptRewards:
    """Rewards that are kept: what was scored once is not asked again."""

    llm: LLM

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float | Failure]:
        """A score, or why there is none, for each pair of question and answer, in order.

        Kinds of failures: those of `RewardModel`, and `budget_exhausted`.
        """
        requests = [reward_request(asked, said) for asked, said in pairs]
        return [
            one if isinstance(one, Failure) else float(one.text)
            for one in self.llm.complete(requests)
        ]


@contextmanager
def open_rewards(
    options: RewardOptions, limits: LlmOptions, folder: Path
) -> Iterator[tuple[KeptRewards, Account]]:
    """The reward model of `options` behind the budget of `limits`, and its account.

    Scores are kept in `folder` by the name of the reward model, and what they cost counts there
    with all else that was spent under the same budget; `price_input` of `limits` is the price.
    """
    named = f"reward {options.identity}"
    with (
        RewardModel(options) as model,
        behind_budget(model, limits, folder, named, concurrency=options.concurrency) as opened,
    ):
        yield KeptRewards(opened.llm), opened.account
