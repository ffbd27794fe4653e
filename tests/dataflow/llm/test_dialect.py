"""What a server cannot do is left out, remembered, and no part of a request's key."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from dataflow.llm.base import Answer, Completion, Failure, Request, prompt_bound
from dataflow.llm.chat_protocol import SCHEMA_WORDS, body_of, first_logprobs, read_answer, spoken
from dataflow.llm.dialect import Dialect
from dataflow.llm.openai_server import OpenAIServer
from dataflow.llm.server_call import ServerOptions

SCHEMA = '{"type": "object", "properties": {"q": {"type": "string"}}}'
ASKED = Request("x/1", (("system", "s"), ("user", "问题")), 5, json_schema=SCHEMA, top_logprobs=5)


class Picky:
    """A server that refuses each key of `wrong` with its words, and keeps the bodies."""

    def __init__(self, wrong: dict[str, str], status: int = 400) -> None:
        self.wrong, self.status = wrong, status
        self.bodies: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.bodies.append(body)
        shape = (body.get("response_format") or {}).get("type")
        for key, words in self.wrong.items():
            if key in body or key == shape:
                return httpx.Response(self.status, json={"error": {"message": words}})
        message = {"role": "assistant", "content": "{}"}
        return httpx.Response(200, json={"choices": [{"message": message}]})


def asked(server: Picky, n: int, **options: Any) -> tuple[list[Answer], Dialect]:
    chosen = ServerOptions("http://m.test/v1", "m", "", 1, **options)
    with OpenAIServer(chosen, transport=httpx.MockTransport(server)) as llm:
        return llm.complete([ASKED] * n), llm.dialect


@pytest.mark.parametrize("status", [400, 422])
def test_a_schema_falls_back_to_an_object_and_to_words_once(status: int) -> None:
    server = Picky({"json_schema": "This response_format type is unavailable now"}, status)
    answers, dialect = asked(server, 3)
    assert [isinstance(answer, Completion) for answer in answers] == [True] * 3
    assert dialect.structure == "json_object"
    assert len(server.bodies) == 4
    assert server.bodies[1] == server.bodies[2] == server.bodies[3]
    assert server.bodies[1]["messages"] == [
        {"role": "system", "content": "s"},
        {"role": "user", "content": f"问题\n\n{SCHEMA_WORDS}\n{SCHEMA}"},
    ]
    server = Picky({"response_format": "response_format: extra inputs are not permitted"}, status)
    _, dialect = asked(server, 2)
    assert dialect.structure == "words"
    assert len(server.bodies) == 4
    assert "response_format" not in server.bodies[3]


def test_newer_names_and_fixed_sampling() -> None:
    wrong = {
        "max_tokens": "Unsupported parameter: 'max_tokens' is not supported with this model. "
        "Use 'max_completion_tokens' instead.",
        "temperature": "Unsupported value: 'temperature' does not support 0 with this model.",
        "seed": "Unrecognized request argument supplied: seed",
        "logprobs": "logprobs are not supported with reasoning models",
    }
    server = Picky(wrong)
    answers, dialect = asked(server, 2)
    assert all(isinstance(answer, Completion) for answer in answers)
    assert dialect == Dialect(limit="max_completion_tokens", temperature=False, seed=False,
                              logprobs=False)  # fmt: skip
    assert len(server.bodies) == len(wrong) + 2
    assert set(server.bodies[-1]) == {
        "model", "messages", "max_completion_tokens", "stream", "response_format",
    }  # fmt: skip


def test_other_refusals_teach_nothing() -> None:
    server = Picky({"model": "the model 'm' does not exist"})
    answers, dialect = asked(server, 1)
    assert isinstance(answers[0], Failure)
    assert answers[0].kind == "refused"
    assert (dialect, len(server.bodies)) == (Dialect(), 1)


def test_without_structure_the_words_say_it_from_the_start() -> None:
    server = Picky({})
    asked(server, 1, structured=False)
    assert "response_format" not in server.bodies[0]
    assert SCHEMA in server.bodies[0]["messages"][-1]["content"]


def test_the_bound_of_a_prompt_holds_for_every_way_to_put_it() -> None:
    for structure in ("json_schema", "json_object", "words"):
        body = body_of(ASKED, "m", Dialect(structure))
        content = sum(len(message["content"].encode()) for message in body["messages"])
        assert content + 64 + 8 * len(body["messages"]) <= prompt_bound(ASKED)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<think>\nWell.\n</think>\n\n{}", "{}"),
        (" <think></think>是", "是"),
        ("so it is\n</think>\nyes", "yes"),
        ("<think> without an end", ""),
        ("Write <think>x</think> around it", "Write <think>x</think> around it"),
        ("plain", "plain"),
    ],
)
def test_thoughts_are_left_out(text: str, said: str) -> None:
    assert spoken(text) == said


def answered(logprobs: object, text: str = "yes") -> Answer:
    choice = {"message": {"content": text, "reasoning_content": "hm"}, "logprobs": logprobs}
    return read_answer(json.dumps({"choices": [choice]}).encode(), ASKED)


def top(*pairs: tuple[object, object]) -> dict[str, Any]:
    return {"content": [{"top_logprobs": [{"token": t, "logprob": p} for t, p in pairs]}]}


def test_first_logprobs_are_read_likeliest_first() -> None:
    found = answered(top(("no", -2.5), ("是", 1e-9), ("yes", -0.5), ("never", float("-inf"))))
    assert isinstance(found, Completion)
    assert found.first_logprobs == (("是", 0.0), ("yes", -0.5), ("no", -2.5))
    many = answered(top(*((f"t{i}", -float(i)) for i in range(1, 50))))
    assert isinstance(many, Completion)
    assert [token for token, _ in many.first_logprobs] == ["t1", "t2", "t3", "t4", "t5"]
    nothing: tuple[object, ...] = (None, {}, {"content": []}, {"content": [{}]})
    for none in nothing:
        plain = answered(none)
        assert isinstance(plain, Completion)
        assert plain.first_logprobs == ()
    thought = answered(top(("<think>", -0.1)), "<think>a</think>yes")
    assert isinstance(thought, Completion)
    assert (thought.text, thought.first_logprobs) == ("yes", ())


@pytest.mark.parametrize(
    "logprobs",
    [
        [1],
        "x",
        {"content": 7},
        {"content": ["x"]},
        {"content": [{"top_logprobs": [{"token": "x"}]}]},
        {"content": [{"top_logprobs": 5}]},
        top(("x", float("nan"))),
        top(("x", 3.0)),
        top(("x", True)),
        top(("x", "-1")),
        top((7, -1.0)),
        top(("\ud800", -1.0)),
    ],
)
def test_hostile_logprobs_are_a_failure_with_its_cost(logprobs: object) -> None:
    found = answered(logprobs)
    assert isinstance(found, Failure)
    assert found.kind == "malformed"
    assert found.tokens is not None


def test_logprobs_of_nothing() -> None:
    assert first_logprobs(None, 5) == ()
