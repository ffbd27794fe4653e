"""A recipe's model, opened: cache before budget before server, all in one folder."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataflow.llm.base import Answer, Completion, Failure
from dataflow.llm.opened import open_llm
from dataflow.llm.options import LlmOptions
from schemas.errors import UsageError
from tests.dataflow.llm.fakes import ask
from tests.dataflow.llm.json_server import json_server

REQUESTS = [ask("one"), ask("二"), ask("three")]


class Counting:
    """A model that answers every request with its last message, at 10 + 5 tokens."""

    asked = 0

    @classmethod
    def answer(cls, path: str, body: dict[str, Any], key: str) -> tuple[int, Any]:
        cls.asked += 1
        message = {"content": body["messages"][-1]["content"]}
        usage = {"prompt_tokens": 10, "completion_tokens": 5}
        return 200, {"choices": [{"message": message}], "usage": usage}


@pytest.fixture
def options() -> Iterator[LlmOptions]:
    Counting.asked = 0
    with json_server(Counting.answer) as url:
        yield LlmOptions("openai", url, "m", price_input=1.0, price_output=2.0)


def complete(options: LlmOptions, folder: Path) -> tuple[list[Answer], dict[str, object]]:
    with open_llm(options, folder) as opened:
        return opened.llm.complete(REQUESTS), opened.account.as_dict()


def test_a_second_run_pays_nothing(options: LlmOptions, tmp_path: Path) -> None:
    first, account = complete(options, tmp_path)
    assert [a.text for a in first if isinstance(a, Completion)] == ["one", "二", "three"]
    assert (account["requests"], account["cached"], account["money"]) == (3, 0, 60e-6)
    second, account = complete(options, tmp_path)
    assert second == first
    assert Counting.asked == 3
    assert (account["requests"], account["cached"], account["tokens_before"]) == (0, 3, 45)
    complete(dataclasses.replace(options, model="n"), tmp_path)
    assert Counting.asked == 6


def test_the_same_model_is_known_at_another_address(options: LlmOptions, tmp_path: Path) -> None:
    first, _ = complete(options, tmp_path)
    away = dataclasses.replace(options, url="http://127.0.0.1:9/v1", timeout_s=1.0)
    assert complete(away, tmp_path)[0] == first
    complete(dataclasses.replace(options, cache_name="retrained"), tmp_path)
    assert Counting.asked == 6


def test_an_estimate_leaves_out_what_is_known(options: LlmOptions, tmp_path: Path) -> None:
    budget = dataclasses.replace(options, token_budget=1000)
    complete(budget, tmp_path)
    with open_llm(budget, tmp_path) as opened:
        assert opened.estimate(REQUESTS).requests == 0
        found = opened.estimate([*REQUESTS, ask("four")], calls=(2, 2))
    assert found.requests == 1
    assert found.most_tokens == 2 * (4 + 8 + 64 + 20)
    assert found.affordable == 1
    assert Counting.asked == 3


def test_the_budget_holds_over_runs_and_is_raised(options: LlmOptions, tmp_path: Path) -> None:
    small = dataclasses.replace(options, token_budget=120)
    answers, account = complete(small, tmp_path)
    assert [a.kind for a in answers if isinstance(a, Failure)] == ["budget_exhausted"]
    assert account["tokens_left"] == 90
    complete(small, tmp_path)
    assert Counting.asked == 2
    answers, account = complete(dataclasses.replace(small, token_budget=150), tmp_path)
    assert all(isinstance(answer, Completion) for answer in answers)
    assert (Counting.asked, account["tokens_left"]) == (3, 105)


def test_what_is_left_is_of_one_budget(options: LlmOptions, tmp_path: Path) -> None:
    budget = dataclasses.replace(options, token_budget=1000)
    other = dataclasses.replace(budget, model="judge")
    with open_llm(budget, tmp_path) as opened, open_llm(other, tmp_path) as second:
        second.llm.complete(REQUESTS)
        opened.llm.complete(REQUESTS)
    assert opened.account.tokens_left == second.account.tokens_left == 1000 - 90


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none"), open_llm(LlmOptions(), tmp_path):
        pass
    absent = LlmOptions("embedded", gguf=str(tmp_path / "absent.gguf"))
    with pytest.raises(UsageError, match=r"absent\.gguf"), open_llm(absent, tmp_path):
        pass
    away = LlmOptions("openai", "http://127.0.0.1:9", "m", timeout_s=1.0)
    answers, account = complete(away, tmp_path)
    assert [a.kind for a in answers if isinstance(a, Failure)] == ["unreachable"] * 3
    assert account["failures"] == {"unreachable": 3}
