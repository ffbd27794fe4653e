"""The chat completions protocol as data: request bodies, answers, waiting times."""

from __future__ import annotations

import email.utils
import json
from typing import Any

from dataflow.llm.base import TRUNCATED, Answer, Completion, Failure, Request, prompt_bound

_MAX_WAIT_S = 3600.0
_MAX_TOKENS_REPORTED = 1 << 31


def body_of(request: Request, model: str, *, structured: bool = True) -> dict[str, Any]:
    """JSON body of a request; with `structured` its schema is one that the server enforces."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": role, "content": content} for role, content in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
        "stream": False,
    }
    if request.json_schema is not None and structured:
        schema = {"name": "answer", "strict": True, "schema": json.loads(request.json_schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def read_answer(raw: bytes, request: Request) -> Answer:
    """The completion in a response body; anything else is a Failure, whatever the bytes are."""
    try:
        # a RecursionError comes from some 100,000 nested brackets, well below the size cap
        body = json.loads(raw)
        choice = body["choices"][0]
        text, finish = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        return Failure("malformed", f"not a chat completion: {type(error).__name__}: {error}"[:300])
    prompt_tokens, completion_tokens = _usage(body.get("usage"), request, text)
    tokens = prompt_tokens + completion_tokens
    if finish == "length":
        return Failure(TRUNCATED, f"cut at {request.max_tokens} tokens", tokens)
    if not isinstance(text, str) or not text.strip():
        return Failure("malformed", f"no text in the answer (finish_reason {finish!r})", tokens)
    if not _is_unicode(text):
        return Failure("malformed", "the answer holds half a surrogate pair", tokens)
    return Completion(text, prompt_tokens, completion_tokens, str(finish or "stop")[:40])


def _usage(usage: object, request: Request, text: object) -> tuple[int, int]:
    """Tokens as the server counts them, or upper bounds where it does not."""
    reported = usage if isinstance(usage, dict) else {}
    bounds = (prompt_bound(request), request.max_tokens)
    names = ("prompt_tokens", "completion_tokens")
    counts = (reported.get(name) for name in names)
    prompt, completion = (
        count if isinstance(count, int) and 0 <= count < _MAX_TOKENS_REPORTED else bound
        for count, bound in zip(counts, bounds, strict=True)
    )
    return prompt, completion


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


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
