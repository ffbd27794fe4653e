"""The chat completions protocol as data: request bodies and answers."""

from __future__ import annotations

import json
import math
from typing import Any

from dataflow.llm.base import TRUNCATED, Answer, Completion, Failure, Request, prompt_bound
from dataflow.llm.dialect import Dialect

MOST_LOGPROBS = 20
"""Candidates for a token that a server gives at most."""
SCHEMA_WORDS = "Reply with one JSON object and nothing else. Its JSON schema:"
"""What introduces a schema to a server that cannot enforce it; `prompt_bound` has room for it."""
_MAX_TOKENS_REPORTED = 1 << 31
_THOUGHT, _THOUGHT_END = "<think>", "</think>"
_ROUNDING = 1e-6


def body_of(request: Request, model: str, dialect: Dialect | None = None) -> dict[str, Any]:
    """JSON body of a request in the words that a server understands (default: all of them)."""
    dialect = dialect or Dialect()
    messages = [{"role": role, "content": content} for role, content in request.messages]
    body: dict[str, Any] = {
        "model": model,
        "messages": messages,
        dialect.limit: request.max_tokens,
        "stream": False,
    }
    if dialect.temperature:
        body["temperature"] = request.temperature
    if dialect.seed:
        body["seed"] = request.seed
    if request.top_logprobs and dialect.logprobs:
        body["logprobs"] = True
        body["top_logprobs"] = min(request.top_logprobs, MOST_LOGPROBS)
    if request.json_schema is None:
        return body
    if dialect.structure == "json_schema":
        schema = {"name": "answer", "strict": True, "schema": json.loads(request.json_schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body
    if dialect.structure == "json_object":
        body["response_format"] = {"type": "json_object"}
    _say(f"{SCHEMA_WORDS}\n{request.json_schema}", messages)
    return body


def _say(words: str, messages: list[dict[str, str]]) -> None:
    """Puts words below the last user message."""
    for message in reversed(messages):
        if message["role"] == "user":
            message["content"] += f"\n\n{words}"
            return
    messages.append({"role": "user", "content": words})


def read_answer(raw: bytes, request: Request) -> Answer:
    """The completion in a response body; anything else is a Failure, whatever the bytes are.

    What a reasoning model thought before it answered is left out.
    """
    try:
        # a RecursionError comes from some 100,000 nested brackets, well below the size cap
        body = json.loads(raw)
        choice = body["choices"][0]
        text, finish = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        return Failure("malformed", f"not a chat completion: {type(error).__name__}: {error}"[:300])
    prompt_tokens, completion_tokens = _usage(body.get("usage"), request)
    tokens = prompt_tokens + completion_tokens
    if finish == "length" and not request.top_logprobs:  # else its first token was wanted
        return Failure(TRUNCATED, f"cut at {request.max_tokens} tokens", tokens)
    said = spoken(text) if isinstance(text, str) else ""
    if not said.strip():
        return Failure("malformed", f"no text in the answer (finish_reason {finish!r})", tokens)
    if not _is_unicode(said):
        return Failure("malformed", "the answer holds half a surrogate pair", tokens)
    first: tuple[tuple[str, float], ...] = ()
    if request.top_logprobs and said == text:
        try:
            first = first_logprobs(choice.get("logprobs"), request.top_logprobs)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            return Failure("malformed", f"log-probabilities: {error}"[:300], tokens)
    ended = str(finish or "stop")[:40]
    return Completion(said, prompt_tokens, completion_tokens, ended, first_logprobs=first)


def spoken(text: str) -> str:
    """`text` without a chain of thought at its beginning; '' when it holds nothing else.

    Some chat templates open the thought themselves, so that only its end is in the text.

    >>> spoken("<think>2 + 2 is 4.</think> 4"), spoken("well...</think>4"), spoken("<think> hm")
    ('4', '4', '')
    """
    opened = text.lstrip().startswith(_THOUGHT)
    before, end, after = text.partition(_THOUGHT_END)
    if not end:
        return "" if opened else text
    return after.lstrip() if opened or _THOUGHT not in before else text


def first_logprobs(found: Any, most: int) -> tuple[tuple[str, float], ...]:
    """At most `most` candidates for the first token with natural logs, the likeliest first.

    Empty where the server gives none. A probability of 0 is no candidate. Raises ValueError,
    LookupError, TypeError or AttributeError for what is no list of log-probabilities.
    """
    if found is None or not found.get("content"):
        return ()
    given = found["content"][0].get("top_logprobs") or ()
    candidates = []
    for candidate in given[:MOST_LOGPROBS]:
        token, log = candidate["token"], candidate["logprob"]
        if not isinstance(token, str) or not _is_unicode(token):
            raise ValueError("a token that is no text")
        if isinstance(log, bool) or not isinstance(log, int | float) or not log <= _ROUNDING:
            raise ValueError(f"{log!r} is no logarithm of a probability"[:100])
        if not math.isinf(log):
            candidates.append((token, min(float(log), 0.0)))
    return tuple(sorted(candidates, key=lambda one: (-one[1], one[0]))[:most])


def _usage(usage: object, request: Request) -> tuple[int, int]:
    """Tokens as the server counts them, or upper bounds where it does not."""
    reported = usage if isinstance(usage, dict) else {}
    bounds = (prompt_bound(request), request.max_tokens)
    names = ("prompt_tokens", "completion_tokens")
    counts = (reported.get(name) for name in names)
    prompt, completion = (
        count
        if isinstance(count, int)
        and not isinstance(count, bool)
        and 0 <= count < _MAX_TOKENS_REPORTED
        else bound
        for count, bound in zip(counts, bounds, strict=True)
    )
    return prompt, completion


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
