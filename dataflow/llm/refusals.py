"""What a server means by an HTTP status and the words beside it."""

from __future__ import annotations

import email.utils
import re
from enum import Enum
from typing import NamedTuple

from dataflow.llm.base import CONTEXT_OVERFLOW, Failure

_MAX_WAIT_S = 3600.0
_TOLD = 600
_OVERFLOW = re.compile(
    # llama.cpp and OpenAI by code; vLLM, SGLang, DeepSeek, Ollama and gateways in words
    r"exceed_context_size|context_length_exceeded|context (?:length|size|window)"
    r"|max_model_len|maximum model length|maximum input length"
    r"|(?:prompt|input) is too long|input is too large to process"
    r"|(?:input|prompt|token count).{0,60}exceeds? the (?:maximum|limit)",
    re.IGNORECASE | re.DOTALL,
)
_LOADING = re.compile(r"loading model|model is loading|currently loading", re.IGNORECASE)
_NO_MONEY = re.compile(r"insufficient_quota|insufficient balance|billing", re.IGNORECASE)
_UNPAID = frozenset({409, 425, 429})
_PERHAPS_PAID = frozenset({408, 500, 502, 503, 504, 529})


class Fate(Enum):
    """What may be done about a failure."""

    FINAL = "asking again would give the same"
    WAIT = "it cost nothing and passes: ask again until the deadline"
    AWAY = "nothing was sent: the server may be starting again"
    REPEAT = "it passes, but may have cost what an answer costs"


class Refusal(NamedTuple):
    """A failure, what may be done about it, and how many seconds to wait at least."""

    failure: Failure
    fate: Fate
    wait_s: float = 0.0


def read_refusal(status: int, message: str, header: str | None, now: float) -> Refusal:
    """What an HTTP status of 300 and above means; `header` is Retry-After, `now` see there.

    A status below 500 says that nothing was computed, so it costs nothing. A server that broke
    may have charged for what it did: its cost is not known.
    """
    told = f"HTTP {status}: {message[:_TOLD]}"
    if status < 400:
        return Refusal(
            Failure("redirected", f"HTTP {status}; redirects are not followed", 0, status),
            Fate.FINAL,
        )
    # 429 and 503 speak of waiting; a quota that is spent comes as 429 as well
    if status == 413 or (status not in (429, 503) and _OVERFLOW.search(message)):
        return Refusal(Failure(CONTEXT_OVERFLOW, told, 0, status), Fate.FINAL)
    if status == 429 and _NO_MONEY.search(message):
        return Refusal(Failure("refused", told, 0, status), Fate.FINAL)
    wait = retry_after(header, now)
    if status == 503 and (header or _LOADING.search(message)):
        return Refusal(Failure("server_error", told, 0, status), Fate.WAIT, wait)
    if status in _UNPAID:
        kind = "rate_limited" if status == 429 else "refused"
        return Refusal(Failure(kind, told, 0, status), Fate.WAIT, wait)
    kind, tokens = ("refused", 0) if status < 500 else ("server_error", None)
    if status in _PERHAPS_PAID:
        return Refusal(Failure(kind, told, None, status), Fate.REPEAT, wait)
    return Refusal(Failure(kind, told, tokens, status), Fate.FINAL)


def retry_after(header: str | None, now: float) -> float:
    """Seconds to wait by a Retry-After header (a number or an HTTP date), 0 without a usable one.

    `now` is in seconds since 1970. At most an hour, so that a wrong clock cannot stop a run.

    >>> retry_after("2.5", now=0.0), retry_after("Thu, 01 Jan 1970 00:00:09 GMT", now=2.0)
    (2.5, 7.0)
    """
    if not header:
        return 0.0
    try:
        wait = float(header)
    except ValueError:
        try:
            wait = email.utils.parsedate_to_datetime(header).timestamp() - now
        except (ValueError, OverflowError):
            return 0.0
    return min(max(wait, 0.0), _MAX_WAIT_S) if wait == wait else 0.0
