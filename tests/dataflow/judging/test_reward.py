from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from dataflow.judging.reward import RewardModel, RewardOptions, reward_request
from dataflow.llm.base import Completion, Failure, prompt_bound
from dataflow.llm.rate_limit import Timer
from schemas.errors import UsageError

ASKED = reward_request("问", "答")


def model(url: str, answer: Any, seen: list[httpx.Request] | None = None) -> RewardModel:
    def handle(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        if isinstance(answer, httpx.Response):
            return answer
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(200, json=answer)

    options = RewardOptions(url, "rm", "REWARD_KEY", concurrency=1)
    timer = Timer(sleep=lambda seconds: None)
    return RewardModel(options, transport=httpx.MockTransport(handle), timer=timer)


@pytest.mark.parametrize(
    ("path", "answer", "sent"),
    [
        ("score", {"data": [{"index": 0, "score": 0.75}]}, {"text_1": "问", "text_2": "答"}),
        ("v1/rerank", {"results": [{"index": 0, "relevance_score": 0.75}]},
         {"query": "问", "documents": ["答"]}),
        ("classify", {"data": [{"probs": [0.25, 0.75]}]},
         {"input": ["问\n\n答"], "text": ["问\n\n答"]}),
        ("classify", [{"embedding": [0.75]}], {"input": ["问\n\n答"], "text": ["问\n\n答"]}),
    ],
)  # fmt: skip
def test_protocols(
    path: str, answer: Any, sent: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REWARD_KEY", "k-1")
    seen: list[httpx.Request] = []
    with model(f"http://127.0.0.1:1/{path}", answer, seen) as reward:
        found = reward.answer(ASKED)
    assert found == Completion("0.75", prompt_bound(ASKED), 0)
    assert json.loads(seen[0].content) == {**sent, "model": "rm"}
    assert seen[0].headers["authorization"] == "Bearer k-1"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"data": []}, "malformed"),
        ({"data": [{"score": None}]}, "malformed"),
        (httpx.Response(200, text="<html>"), "malformed"),
        (httpx.Response(200, text='{"data": [{"score": NaN}]}'), "malformed"),
        (httpx.Response(200, text='{"data": [{"score": 1' + "0" * 400 + "}]}"), "malformed"),
        (httpx.Response(500, text="secret k-1"), "server_error"),
        (httpx.Response(403, text="secret k-1"), "refused"),
        (httpx.Response(307, headers={"Location": "http://elsewhere/score"}), "redirected"),
        (httpx.Response(200, content=b" " * (2 << 20)), "too_large"),
        (httpx.ConnectError("no"), "unreachable"),
    ],
)
def test_failures_are_values(answer: Any, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REWARD_KEY", "k-1")
    with model("http://127.0.0.1:1/score", answer) as reward:
        found = reward.answer(ASKED)
    assert isinstance(found, Failure)
    assert found.kind == kind
    assert "k-1" not in found.detail


@pytest.mark.parametrize(
    ("path", "answer", "tokens"),
    [
        ("score", {"data": [{"score": 0.5}], "usage": {"prompt_tokens": 7, "total_tokens": 9}}, 9),
        ("rerank", {"results": [{"relevance_score": 0.5}], "usage": {"total_tokens": 6}}, 6),
        ("classify", {"data": [{"probs": [0.5]}], "usage": {"prompt_tokens": 5}}, 5),
        ("classify", [{"embedding": [0.5], "meta_info": {"prompt_tokens": 4}}], 4),
        ("score", {"data": [{"score": 0.5}], "usage": {"prompt_tokens": 3, "total_tokens": 0}}, 3),
        ("score", {"data": [{"score": 0.5}], "usage": {"total_tokens": 0}}, None),
        ("score", {"data": [{"score": 0.5}], "usage": {"total_tokens": True}}, None),
        ("score", {"data": [{"score": 0.5}], "usage": {"total_tokens": 1 << 40}}, None),
        ("score", {"data": [{"score": 0.5}], "usage": {"total_tokens": "9"}}, None),
        ("score", {"data": [{"score": 0.5}], "usage": [9]}, None),
    ],
)
def test_what_a_server_counts_is_the_cost_else_the_bound(
    path: str, answer: Any, tokens: int | None
) -> None:
    with model(f"http://127.0.0.1:1/{path}", answer) as reward:
        found = reward.answer(ASKED)
    assert found == Completion("0.5", prompt_bound(ASKED) if tokens is None else tokens, 0)


def test_an_answer_without_a_score_costs_what_the_server_counted() -> None:
    with model("http://127.0.0.1:1/score", {"data": [], "usage": {"total_tokens": 8}}) as reward:
        found = reward.answer(ASKED)
    assert isinstance(found, Failure)
    assert (found.kind, found.tokens) == ("malformed", 8)


@pytest.mark.parametrize("url", ["", "ftp://x/score", "http://x/v1/chat/completions"])
def test_an_address_of_no_protocol(url: str) -> None:
    with pytest.raises(UsageError, match="reward_url"):
        RewardOptions(url)
