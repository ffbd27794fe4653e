from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from dataflow.llm.base import Answer, Completion, Failure, Request
from dataflow.llm.openai_server import OpenAIServer
from dataflow.llm.server_call import ServerOptions
from schemas.errors import UsageError
from tests.dataflow.llm.fakes import ask, fake_timer

URL = "http://model.test/v1"
Handler = Callable[[httpx.Request], httpx.Response]


def chat(text: object, finish: str = "stop", **body: Any) -> dict[str, Any]:
    """Body of a completion of 7 + 3 tokens."""
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    return {"choices": [{"message": message, "finish_reason": finish}], "usage": usage, **body}


def run(
    handler: Handler, *requests: Request, waits: list[float] | None = None, **options: Any
) -> list[Answer]:
    """Answers of a server whose network is `handler`; `waits` receives what it slept."""
    slept = waits if waits is not None else []
    chosen = ServerOptions(URL, "m", **{"api_key_env": "", **options})
    timer = fake_timer(slept)
    with OpenAIServer(chosen, transport=httpx.MockTransport(handler), timer=timer) as llm:
        return llm.complete(requests)


def failed(answer: Answer) -> str:
    assert isinstance(answer, Failure), answer
    return answer.kind


def scripted(*responses: httpx.Response) -> Handler:
    """The responses one after the other, the last one for ever."""
    left = list(responses)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_order_and_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "sesame")
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        text = json.loads(request.content)["messages"][0]["content"]
        return httpx.Response(200, json=chat(f"<{text}>"))

    schema = '{"type": "object"}'
    requests = [ask(f"问题 {i}") for i in range(9)] + [
        Request("x/1", (("user", "last"),), 5, json_schema=schema)
    ]
    answers = run(handler, *requests, api_key_env="SOME_KEY", concurrency=3)
    assert answers[0] == Completion("<问题 0>", 7, 3)
    texts = [answer.text for answer in answers if isinstance(answer, Completion)]
    assert texts == [f"<问题 {i}>" for i in range(9)] + ["<last>"]
    assert {str(request.url) for request in seen} == {f"{URL}/chat/completions"}
    assert {request.headers["authorization"] for request in seen} == {"Bearer sesame"}
    bodies = [json.loads(request.content) for request in seen]
    formats = [body["response_format"] for body in bodies if "response_format" in body]
    assert [f["json_schema"]["schema"] for f in formats] == [{"type": "object"}]


def near(waits: list[float], *expected: float) -> bool:
    """Whether waits are half of what is expected or more, and no more than that."""
    pairs = zip(waits, expected, strict=True)
    return all(most / 2 <= wait <= most for wait, most in pairs)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_retries_and_honours_retry_after(status: int) -> None:
    waits: list[float] = []
    handler = scripted(
        httpx.Response(status, headers={"Retry-After": "7"}),
        httpx.Response(status),
        httpx.Response(200, json=chat("fine")),
    )
    assert run(handler, ask("x"), waits=waits) == [Completion("fine", 7, 3)]
    assert waits[0] == 7.0
    assert near(waits[1:], 1.0)


def test_waits_differ_by_what_is_sent_and_are_the_same_again() -> None:
    runs = []
    for text in ("a", "b", "a"):
        waits: list[float] = []
        run(scripted(httpx.Response(500)), ask(text), waits=waits)
        runs.append(waits)
    assert runs[0] == runs[2] != runs[1]


def test_a_loading_model_and_a_busy_server_are_waited_for_until_the_deadline() -> None:
    for status, text, kind in (
        (503, '{"error": {"message": "Loading model"}}', "server_error"),
        (429, "slow down", "rate_limited"),
    ):
        waits: list[float] = []
        (answer,) = run(scripted(httpx.Response(status, text=text)), ask("x"), waits=waits)
        assert (failed(answer), isinstance(answer, Failure) and answer.tokens) == (kind, 0)
        assert 100 < sum(waits) < 120
        assert max(waits) <= 8.0


def test_a_spent_quota_is_not_waited_for() -> None:
    waits: list[float] = []
    body = {"error": {"code": "insufficient_quota", "message": "You exceeded your quota"}}
    assert failed(run(scripted(httpx.Response(429, json=body)), ask("x"), waits=waits)[0]) == (
        "refused"
    )
    assert waits == []


def test_a_server_that_was_there_and_is_away_is_waited_for() -> None:
    waits: list[float] = []
    calls = 0

    def handler(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        if 1 < calls < 12:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(200, json=chat("fine"))

    answers = run(handler, ask("x"), ask("y"), waits=waits, concurrency=1)
    assert answers == [Completion("fine", 7, 3)] * 2
    assert calls == 12


def test_a_server_that_stays_away_is_waited_for_a_minute_in_all() -> None:
    waits: list[float] = []
    calls = 0

    def handle(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(200, json=chat("fine"))

    answers = run(handle, *(ask(str(i)) for i in range(9)), waits=waits, concurrency=1, attempts=2)
    assert [isinstance(answer, Failure) for answer in answers] == [False] + [True] * 8
    assert 55 < sum(waits) < 80


def test_a_wrong_key_ends_it_soon() -> None:
    calls: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return httpx.Response(401, text="no")

    run(handler, *(ask(str(i)) for i in range(20)), give_up_after=3, concurrency=1)
    assert len(calls) == 3


def test_retry_after_beyond_the_deadline_fails_at_once() -> None:
    waits: list[float] = []
    handler = scripted(httpx.Response(429, headers={"Retry-After": "900"}))
    assert failed(run(handler, ask("x"), waits=waits)[0]) == "rate_limited"
    assert waits == []


def test_attempts_are_bounded() -> None:
    waits: list[float] = []
    answer = run(scripted(httpx.Response(500, text="boom")), ask("x"), waits=waits)[0]
    assert failed(answer) == "server_error"
    assert near(waits, 0.5, 1.0, 2.0)


def test_refusals_are_not_repeated() -> None:
    waits: list[float] = []
    answer = run(scripted(httpx.Response(400, text="bad schema")), ask("x"), waits=waits)[0]
    assert answer == Failure("refused", "HTTP 400: bad schema", 0)
    assert waits == []


def test_key_is_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "sesame")
    handler = scripted(httpx.Response(401, text="wrong key sesame"))
    (answer,) = run(handler, ask("x"), api_key_env="SOME_KEY")
    assert answer == Failure("refused", "HTTP 401: wrong key [key]", 0)


def test_redirects_are_not_followed() -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return httpx.Response(307, headers={"Location": "http://elsewhere.test/"})

    assert failed(run(handler, ask("x"))[0]) == "redirected"
    assert seen == ["model.test"]


def test_unreachable_server_is_given_up() -> None:
    calls = 0

    def handler(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        raise httpx.ConnectError("refused", request=request)

    requests = [ask(str(i)) for i in range(20)]
    answers = run(handler, *requests, attempts=2, give_up_after=3, concurrency=1)
    assert {failed(answer) for answer in answers} == {"unreachable"}
    assert calls == 6


@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.WriteTimeout])
def test_timeouts_are_failures(error: type[httpx.TimeoutException]) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error("slow", request=request)

    assert failed(run(handler, ask("x"))[0]) == "timeout"


def test_broken_connection_is_a_failure() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.RemoteProtocolError("gone", request=request)

    waits: list[float] = []
    (answer,) = run(handler, ask("x"), waits=waits, attempts=3)
    assert answer == Failure("unreachable", "RemoteProtocolError: gone")
    assert near(waits, 0.5, 1.0)


class Endless(httpx.SyncByteStream):
    """A body that never ends."""

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield b"x" * 1000


def test_huge_body_is_cut_off() -> None:
    handler = scripted(httpx.Response(200, stream=Endless()))
    answer = run(handler, ask("x"), max_response_bytes=5000)[0]
    assert answer == Failure("too_large", "the answer has more than 5000 bytes")


def test_slow_body_meets_the_deadline() -> None:
    handler = scripted(httpx.Response(200, stream=Endless()))
    answer = run(handler, ask("x"), timeout_s=0.2, max_response_bytes=1 << 60)[0]
    assert failed(answer) == "timeout"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        b"[]",
        b"7",
        b'{"choices": []}',
        b'{"choices": [{"message": null}]}',
        b'{"choices": {"0": 1}}',
        b'{"choices": [{"message": {"content": 5}}]}',
        b'{"choices": [{"message": {"content": "  "}}]}',
        b'{"choices": [{"message": {"content": "\\ud800"}}]}',
        b"[" * 200_000,
        b'{"choices": ' + b"[" * 200_000,
    ],
)
def test_malformed_bodies(body: bytes) -> None:
    assert failed(run(scripted(httpx.Response(200, content=body)), ask("x"))[0]) == "malformed"


def test_a_body_that_is_no_completion_is_asked_for_again() -> None:
    handler = scripted(httpx.Response(200, text="<html>"), httpx.Response(200, json=chat("fine")))
    assert run(handler, ask("x")) == [Completion("fine", 7, 3)]
    empty = scripted(httpx.Response(200, json=chat(" ")), httpx.Response(200, json=chat("fine")))
    assert failed(run(empty, ask("x"))[0]) == "malformed"  # it was paid for and would recur


def test_encoded_body_is_refused() -> None:
    response = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=Endless())
    assert failed(run(scripted(response), ask("x"))[0]) == "malformed"


def test_length_is_a_failure_with_its_cost() -> None:
    handler = scripted(httpx.Response(200, json=chat("half of i", "length")))
    assert run(handler, ask("x")) == [Failure("truncated", "cut at 20 tokens", 10)]


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": -5, "completion_tokens": "9"}])
def test_missing_usage_is_bounded_from_above(usage: object) -> None:
    handler = scripted(httpx.Response(200, json=chat("ok", usage=usage)))
    (answer,) = run(handler, ask("汉"))
    assert answer == Completion("ok", 3 + 8 + 64, 20)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host/v1",
        "host:80",
        "http://",
        "http://user:pass@host/v1",
        "http://host/v1?key=1",
        "http://[::1",
        "",
    ],
)
def test_bad_urls(url: str) -> None:
    with pytest.raises(UsageError):
        ServerOptions(url, "m")


def test_endpoint() -> None:
    assert ServerOptions("http://h:8000", "m").endpoint == "http://h:8000/v1/chat/completions"
    assert ServerOptions("http://h/api/", "m").endpoint == "http://h/api/chat/completions"
