"""Scores of a reward model behind a server: the one adapter to its protocols.

The last part of the URL says which: `/score` (vLLM: two texts, a score), `/rerank` (vLLM, Jina,
Cohere: a query and documents) or `/classify` (vLLM's classes, of which the last is the good one;
SGLang's reward models, whose score comes as an embedding of one number).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from dataflow.llm.account import Account
from dataflow.llm.base import LLM, Answer, Completion, Failure, Request
from dataflow.llm.cache import CachedLLM
from dataflow.llm.closing import Closing
from dataflow.llm.opened import CACHE_NAME
from dataflow.llm.rate_limit import Timer
from dataflow.llm.server_call import ServerCaller, ServerOptions
from dataflow.llm.spending import Tokens
from schemas.errors import UsageError

PROMPT_ID = "reward/1"
_MOST_BYTES = 1 << 20
_MOST_CHARS = 40_000
"""Of question and answer each."""


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
    """Scores answers; a failure is a value. `transport` stands in for the network in tests."""

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

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float | Failure]:
        """A score, or why there is none, for each pair of question and answer, in order.

        Kinds of failures: those of `ServerCaller`, and `malformed`. What may pass is retried.
        """
        if not pairs:
            return []
        with ThreadPoolExecutor(self.options.concurrency, "reward") as pool:
            return list(pool.map(self._score, pairs))

    def close(self) -> None:
        """Closes the connections."""
        self._caller.close()

    def _score(self, pair: tuple[str, str]) -> float | Failure:
        body = self._body(pair[0][:_MOST_CHARS], pair[1][:_MOST_CHARS])
        if self.options.model:
            body["model"] = self.options.model
        raw = self._caller.post(self.options.url, body)
        if isinstance(raw, Failure):
            return raw
        try:
            # a RecursionError comes from some 100,000 nested brackets, well below the size cap
            score = self._read(json.loads(raw))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            return Failure("malformed", f"no score: {type(error).__name__}: {error}"[:300])
        return score if math.isfinite(score) else Failure("malformed", "the score is no number")


@dataclass(frozen=True, slots=True)
class KeptRewards:
    """Rewards that are kept: what was scored once is not asked again."""

    llm: LLM

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float | Failure]:
        """A score, or why there is none, for each pair of question and answer, in order."""
        requests = [
            Request(PROMPT_ID, (("user", asked), ("assistant", said)), 0) for asked, said in pairs
        ]
        return [
            one if isinstance(one, Failure) else float(one.text)
            for one in self.llm.complete(requests)
        ]


@dataclass(frozen=True, slots=True)
class _Counted:
    """A reward model as an LLM; nobody tells what it costs, so requests alone are counted."""

    model: RewardModel
    account: Account

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        """One answer for each request."""
        pairs = [(one.messages[0][1], one.messages[1][1]) for one in requests]
        return [self._answer(found) for found in self.model.score(pairs)]

    def _answer(self, found: float | Failure) -> Answer:
        if isinstance(found, Failure):
            self.account.failed(found)
            return found
        self.account.paid(Tokens())
        return Completion(repr(found), 0, 0)


@contextmanager
def open_rewards(options: RewardOptions, folder: Path) -> Iterator[tuple[KeptRewards, Account]]:
    """The reward model of `options` behind a cache in `folder`, and the account of its requests.

    No budget bounds it: such servers tell of no tokens.
    """
    account = Account()
    with (
        RewardModel(options) as model,
        CachedLLM(
            _Counted(model, account), folder / CACHE_NAME, f"reward {options.identity}",
            account=account,
        ) as llm,
    ):  # fmt: skip
        yield KeptRewards(llm), account
