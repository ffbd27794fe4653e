"""Any server that speaks the OpenAI chat completions protocol, through httpx.

The URL is the user's own choice; redirects are not followed, so the key goes nowhere else. The
key is read from an environment variable when a request is sent and is never stored or logged.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from types import TracebackType

import httpx

from dataflow.llm.base import Answer, Failure, Request, collect
from dataflow.llm.chat_protocol import body_of, read_answer, retry_after
from schemas.errors import UsageError

_BACKOFF_S = 0.5
_RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Where the server is and how it is to be treated.

    `base_url` is the URL before `/chat/completions`; one without any path gets `/v1`.
    `timeout_s` is the deadline of a request with all its attempts and waits. After
    `give_up_after` requests in a row without an answer in time the remaining ones fail at once.
    `structured` False leaves the JSON schema out, for servers that do not know it.
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

    @property
    def endpoint(self) -> str:
        """URL of the chat completions."""
        url = self.base_url.rstrip("/")
        if _parsed(self.base_url).path in ("", "/"):
            url += "/v1"
        return f"{url}/chat/completions"


class OpenAIServer:
    """The server as an LLM: bounded concurrency, deadlines, retries; every failure is a value.

    Kinds of failures: `unreachable`, `timeout`, `rate_limited`, `server_error`, `refused` (any
    other 4xx), `redirected`, `malformed`, `too_large`, `truncated`. `transport` stands in for the
    network and `sleep` for waiting in tests.
    """

    def __init__(
        self,
        options: ServerOptions,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.options = options
        self._sleep = sleep
        self._lock = threading.Lock()
        self._unreached = 0
        limits = httpx.Limits(max_connections=options.concurrency)
        self._client = httpx.Client(
            transport=transport,
            follow_redirects=False,
            trust_env=options.use_proxies,
            limits=limits,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        """One answer for each request."""
        return collect(self.as_completed(requests), len(requests))

    def as_completed(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
        """Answers as they come; leaving the iteration early drops what was not yet sent."""
        if not requests:
            return
        pool = ThreadPoolExecutor(self.options.concurrency, "llm")
        try:
            under_way: dict[Future[Answer], int] = {
                pool.submit(self._answer, request): i for i, request in enumerate(requests)
            }
            for future in as_completed(under_way):
                yield under_way[future], future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def __enter__(self) -> OpenAIServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(self, request: Request) -> Answer:
        """The answer after at most `attempts` attempts, all before one deadline."""
        if self._unreached >= self.options.give_up_after:
            return Failure("unreachable", f"{self.options.endpoint} did not answer before", 0)
        deadline = time.monotonic() + self.options.timeout_s
        for attempt in range(self.options.attempts):
            answer, wait = self._attempt(request, deadline)
            if wait is None:
                break
            pause = max(wait, _BACKOFF_S * 2**attempt)
            if attempt + 1 == self.options.attempts or time.monotonic() + pause >= deadline:
                break
            self._sleep(pause)
        self._count(answer)
        return answer

    def _count(self, answer: Answer) -> None:
        reached = not (isinstance(answer, Failure) and answer.kind in ("unreachable", "timeout"))
        with self._lock:
            self._unreached = 0 if reached else self._unreached + 1

    def _attempt(self, request: Request, deadline: float) -> tuple[Answer, float | None]:
        """An answer, and how long to wait at least before another attempt (None: no other)."""
        try:
            return self._send(request, deadline)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Failure("unreachable", self._told(error), 0), 0.0
        except httpx.TimeoutException as error:
            return Failure("timeout", self._told(error)), None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            # the connection broke in the middle: what it cost is not known, so it is not repeated
            return Failure("unreachable", self._told(error)), None

    def _send(self, request: Request, deadline: float) -> tuple[Answer, float | None]:
        left = max(deadline - time.monotonic(), 0.001)
        body = body_of(request, self.options.model, structured=self.options.structured)
        with self._client.stream(
            "POST",
            self.options.endpoint,
            json=body,
            headers=self._authorization(),
            timeout=httpx.Timeout(left),
        ) as response:
            status = response.status_code
            raw = self._read(response, deadline)
            if isinstance(raw, Failure):
                return raw, None
            if 300 <= status < 400:
                return Failure("redirected", f"HTTP {status}; redirects are not followed", 0), None
            if status >= 400:
                return self._refusal(status, raw, response.headers.get("retry-after"))
            return read_answer(raw, request), None

    def _refusal(self, status: int, raw: bytes, header: str | None) -> tuple[Answer, float | None]:
        kind = "server_error" if status >= 500 else "refused"
        kind = "rate_limited" if status == 429 else kind
        message = raw[:300].decode("utf-8", "replace")
        wait = retry_after(header, time.time()) if status in _RETRIED else None
        tokens = None if status >= 500 else 0  # a server that broke may have charged for it
        return Failure(kind, f"HTTP {status}: {self._redacted(message)}", tokens), wait

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
            if time.monotonic() > deadline:
                return Failure("timeout", f"no whole answer in {self.options.timeout_s} s")
            parts.append(part)
        return b"".join(parts)

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


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UsageError(f"not a URL: {url!r} ({error})") from error
