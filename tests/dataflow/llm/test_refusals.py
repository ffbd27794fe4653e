"""What HTTP statuses and their words mean: what may be asked again, and what it has cost."""

from __future__ import annotations

import pytest

from dataflow.llm.refusals import Fate, read_refusal, retry_after

OVERFLOWS = [
    (400, '{"error":{"code":400,"type":"exceed_context_size_error","n_ctx":2048}}'),
    (400, '{"error":{"code":"context_length_exceeded","message":"too many tokens"}}'),
    (400, "This model's maximum context length is 4096 tokens, but 5000 were requested."),
    (400, "the model's context length is only 1024 tokens"),
    (400, "The decoder prompt is longer than the maximum model length of 2048."),
    (400, "The input (9000 tokens) is longer than the model's context length (8192 tokens)."),
    (500, "input is too large to process. increase the physical batch size"),
    (400, "the input length exceeds the context length"),
    (400, "prompt is too long: 200001 tokens > 200000 maximum"),
    (400, "The input token count (9) exceeds the maximum number of tokens allowed (8)."),
    (413, "Request Entity Too Large"),
]


@pytest.mark.parametrize(("status", "message"), OVERFLOWS)
def test_context_overflow_costs_nothing_and_recurs(status: int, message: str) -> None:
    found = read_refusal(status, message, None, 0.0)
    assert (found.failure.kind, found.failure.tokens) == ("context_overflow", 0)
    assert found.fate is Fate.FINAL


@pytest.mark.parametrize(
    ("status", "message", "header", "kind", "tokens", "fate"),
    [
        (429, "tokens per minute: the maximum is 1000", None, "rate_limited", 0, Fate.WAIT),
        (429, "Insufficient Balance", None, "refused", 0, Fate.FINAL),
        (503, "Loading model", None, "server_error", 0, Fate.WAIT),
        (503, "busy", "3", "server_error", 0, Fate.WAIT),
        (503, "upstream reset", None, "server_error", None, Fate.REPEAT),
        (500, "boom", None, "server_error", None, Fate.REPEAT),
        (501, "no such thing", None, "server_error", None, Fate.FINAL),
        (400, "max_tokens must be positive", None, "refused", 0, Fate.FINAL),
        (404, "model not found", None, "refused", 0, Fate.FINAL),
        (307, "", None, "redirected", 0, Fate.FINAL),
    ],
)
def test_statuses(
    status: int, message: str, header: str | None, kind: str, tokens: int | None, fate: Fate
) -> None:
    found = read_refusal(status, message, header, 0.0)
    assert (found.failure.kind, found.failure.tokens, found.fate) == (kind, tokens, fate)
    assert found.failure.status == status


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, 0.0),
        ("", 0.0),
        ("-3", 0.0),
        ("nan", 0.0),
        ("inf", 3600.0),
        ("soon", 0.0),
        ("1e9", 3600.0),
        ("Thu, 01 Jan 1970 00:01:00 GMT", 50.0),
        ("Thu, 01 Jan 1970 00:00:05 GMT", 0.0),
    ],
)
def test_retry_after(header: str | None, wait: float) -> None:
    assert retry_after(header, now=10.0) == wait
