"""One request to a model server over HTTP, with patience: the only place that sends anything.

The URL is the user's own choice; redirects are not followed, so the key goes nowhere else. The
key is read from an environment variable when a request is sent and is never stored or logged.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from dataflow.llm.base import Failure
from dataflow.llm.closing import Closing
from dataflow.llm.rate_limit import RateLimit, Timer
from dataflow.llm.refusals import Fate, Refusal, read_refusal
from schemas.errors import UsageError

Again = Callable[[], bool]
"""Asked before a request is repeated whose first try may have cost money: whether it may be."""

_BACKOFF_S = 0.5
_MOST_BACKOFF_S = 8.0
_AWAY_S = 60.0
"""How long a server that has answered before may be away: llama.cpp is back in 2 to 10 s."""
_NO_ANSWER = frozenset({"unreachable", "timeout", "rate_limited", "redirected"})
_NO_ENTRY = frozenset({401, 402, 403})


def never() -> bool:
    """False: nothing is paid for twice."""
    return False


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Where the server is and how it is to be treated.

    `base_url` is the URL before `/chat/completions`; one without any path gets `/v1`.
    `timeout_s` is the deadline of a request with all its attempts and waits, those of the rate
    limit apart. `attempts` bounds how often a request is sent that may have cost something, and
    how often a server is tried that has never answered. After `give_up_after` requests in a row
    without an answer in time, or refused for their key, the remaining ones fail at once.
    `structured` False leaves the JSON schema to the words of the request.
    """

    base_url: str
    model: str
    api_key_env: str = "OPENAI_API_KEY"
    concurrency: int = 4
    timeout_s: float = 120.0
    attempts: int = 4
    max_response_bytes: int = 4 << 20
    give_up_after: int = 8
    structured: bool = True
    use_proxies: bool = True
    requests_per_minute: int = 0
    tokens_per_minute: int = 0

    def __post_init__(self) -> None:
        url = _parsed(self.base_url)
        if url.scheme not in ("http", "https") or not url.host:
            raise UsageError(
                f"the model server's URL must begin with http:// or https://, not {self.base_url!r}"
            )
        if url.userinfo or url.query or url.fragment:
            raise UsageError(
                "the model server's URL may carry no user, password, query or fragment; "
                "put the key into an environment variable and name it in api_key_env"
            )
        if min(self.concurrency, self.attempts, self.give_up_after) < 1 or self.timeout_s <= 0:
            raise UsageError("concurrency, attempts, give_up_after and timeout_s must be positive")
        if min(self.requests_per_minute, self.tokens_per_minute) < 0:
            raise UsageError("requests_per_minute and tokens_per_minute must not be negative")

    @property
    def endpoint(self) -> str:
        """URL of the chat completions."""
        url = self.base_url.rstrip("/")
        if _parsed(self.base_url).path in ("", "/"):
            url += "/v1"
        return f"{url}/chat/completions"


class ServerCaller(Closing):
    """Posts JSON and gives the body of a good answer; everything else is a Failure.

    Kinds of failures: `unreachable`, `timeout`, `rate_limited`, `server_error`, `refused` (any
    other 4xx), `context_overflow`, `redirected`, `malformed` (an encoded body), `too_large`.
    Waits grow from half a second to eight, times 0.5 to 1 by the hash of what is sent, so that
    requests that failed together do not come back together. `transport` stands in for the
    network and `timer` for the clock in tests. Any number of threads may post.
    """

    def __init__(
        self,
        options: ServerOptions,
        *,
        transport: httpx.BaseTransport | None = None,
        timer: Timer | None = None,
    ) -> None:
        self.options = options
        self.timer = timer or Timer()
        self.limit = RateLimit(options.requests_per_minute, options.tokens_per_minute, self.timer)
        self._lock = threading.Lock()
        self._unreached = 0
        self._answered = False
        self._away_since: float | None = None
        self._client = httpx.Client(
            transport=transport,
            follow_redirects=False,
            trust_env=options.use_proxies,
            limits=httpx.Limits(
                max_connections=options.concurrency,
                max_keepalive_connections=options.concurrency,
            ),
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "identity",
                "Content-Type": "application/json",
            },
        )

    def post(
        self, endpoint: str, body: Mapping[str, Any], *, tokens: int = 0, again: Again = never
    ) -> bytes | Failure:
        """The body of the answer with status 200 to 299.

        `tokens` counts against the rate limit. Where a failure may have cost something, `again`
        is asked before the next attempt; where it cost nothing and passes (429, a model that is
        loading, a server that has answered before and is away for a minute at most), attempts go
        on to the deadline.
        """
        if self._unreached >= self.options.give_up_after:
            return Failure("unreachable", f"{endpoint} did not answer before", 0)
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        found = self._persist(endpoint, content.encode("utf-8", "replace"), tokens, again)
        self._count(found)
        return found

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _persist(self, endpoint: str, content: bytes, tokens: int, again: Again) -> bytes | Failure:
        """Attempts with growing waits between them."""
        deadline = self.timer.now() + self.options.timeout_s
        attempt = counted = 0
        while True:
            deadline += self.limit.wait(tokens)
            found = self._attempt(endpoint, content, deadline)
            if isinstance(found, bytes):
                return found
            failure, fate, wait = found
            self.limit.refund(tokens if failure.tokens == 0 else 0)
            patient = fate is Fate.WAIT or (fate is Fate.AWAY and self._may_return())
            counted += not patient
            if fate is Fate.FINAL or counted >= self.options.attempts:
                return failure
            pause = max(wait, _backoff(content, attempt))
            if self.timer.now() + pause >= deadline or (fate is Fate.REPEAT and not again()):
                return failure
            self.timer.sleep(pause)
            attempt += 1

    def _attempt(self, endpoint: str, content: bytes, deadline: float) -> bytes | Refusal:
        try:
            return self._send(endpoint, content, deadline)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Refusal(Failure("unreachable", self._told(error), 0), Fate.AWAY)
        except httpx.TimeoutException as error:
            return Refusal(Failure("timeout", self._told(error)), Fate.FINAL)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            # the connection broke in the middle: what it cost is not known
            return Refusal(Failure("unreachable", self._told(error)), Fate.REPEAT)

    def _send(self, endpoint: str, content: bytes, deadline: float) -> bytes | Refusal:
        left = max(deadline - self.timer.now(), 0.001)
        with self._client.stream(
            "POST",
            endpoint,
            content=content,
            headers=self._authorization(),
            timeout=httpx.Timeout(left),
        ) as response:
            self._answered, self._away_since = True, None
            raw = self._read(response, deadline)
            if isinstance(raw, Failure):
                return Refusal(raw, Fate.FINAL)
            if response.is_success:
                return raw
            message = self._redacted(raw[:2000].decode("utf-8", "replace"))
            header = response.headers.get("retry-after")
            return read_refusal(response.status_code, message, header, time.time())

    def _read(self, response: httpx.Response, deadline: float) -> bytes | Failure:
        """The body, or the failure of one that is too large, too slow or encoded."""
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            return Failure("malformed", "an encoded body was not asked for")
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > self.options.max_response_bytes:
                limit = self.options.max_response_bytes
                return Failure("too_large", f"the answer has more than {limit} bytes")
            if self.timer.now() > deadline:
                return Failure("timeout", f"no whole answer in {self.options.timeout_s} s")
            parts.append(part)
        return b"".join(parts)

    def _may_return(self) -> bool:
        """Whether a server that does not answer is likely to be starting again."""
        with self._lock:
            now = self.timer.now()
            if self._away_since is None:
                self._away_since = now
            return self._answered and now - self._away_since < _AWAY_S

    def _count(self, found: bytes | Failure) -> None:
        lost = isinstance(found, Failure) and (
            found.kind in _NO_ANSWER or found.status in _NO_ENTRY
        )
        with self._lock:
            self._unreached = self._unreached + 1 if lost else 0

    def _authorization(self) -> dict[str, str]:
        key = self._key()
        return {"Authorization": f"Bearer {key}"} if key else {}

    def _key(self) -> str:
        name = self.options.api_key_env
        return os.environ.get(name, "").strip() if name else ""

    def _told(self, error: Exception) -> str:
        return self._redacted(f"{type(error).__name__}: {error}"[:300])

    def _redacted(self, text: str) -> str:
        """`text` without the key, which some servers send back."""
        key = self._key()
        return text.replace(key, "[key]") if key else text


def _backoff(content: bytes, attempt: int) -> float:
    """Seconds before the next attempt; doubled each time, a share of it by what is sent."""
    digest = hashlib.sha256(attempt.to_bytes(4, "big") + content).digest()
    share = 0.5 + int.from_bytes(digest[:4], "big") / (1 << 33)
    return min(_BACKOFF_S * 2.0 ** min(attempt, 16), _MOST_BACKOFF_S) * share


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UsageError(f"not a URL: {url!r} ({error})") from error
