"""A real server behind faults, killed and restarted, and a client that is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from dataflow.llm.base import Answer, Completion, Failure, Request
from dataflow.llm.embedded import EmbeddedOptions, embedded_server
from dataflow.llm.opened import open_llm
from dataflow.llm.options import LlmOptions
from tests.dataflow.llm.faulty_proxy import Proxy, faulty_proxy
from tests.dataflow.llm.test_embedded import SCHEMA, smollm

ROOT = Path(__file__).parents[3]
BODIES = 16


def requests() -> list[Request]:
    """Questions with short answers."""
    asked = "Name a colour for the number {} as JSON."
    return [
        Request("c/1", (("user", asked.format(i)),), 60, json_schema=SCHEMA) for i in range(BODIES)
    ]


def options(proxy: Proxy, budget: int = 0) -> LlmOptions:
    return LlmOptions("openai", proxy.url, "m", api_key_env="", timeout_s=12.0, token_budget=budget)


def complete(proxy: Proxy, folder: Path, budget: int = 0) -> tuple[list[Answer], dict[str, object]]:
    with open_llm(options(proxy, budget), folder) as opened:
        return opened.llm.complete(requests()), opened.account.as_dict()


def killed(proxy: Proxy, folder: Path, budget: int, after: int) -> None:
    """A client in a process of its own, killed once so many requests have arrived."""
    script = f"""
from pathlib import Path
from dataflow.llm.opened import open_llm
from dataflow.llm.options import LlmOptions
from tests.dataflow.llm.test_faults import requests
options = LlmOptions("openai", {proxy.url!r}, "m", api_key_env="", timeout_s=12.0,
                     token_budget={budget})
with open_llm(options, Path({str(folder)!r})) as opened:
    opened.llm.complete(requests())
"""
    until = proxy.arrived + after
    child = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    while proxy.arrived < until and child.poll() is None:
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()


@pytest.mark.real
@pytest.mark.usefixtures("no_proxies")
def test_nothing_is_lost_or_paid_twice(tmp_path: Path) -> None:
    with ExitStack() as servers:
        first = servers.enter_context(embedded_server(EmbeddedOptions(smollm())))
        with faulty_proxy(first.base_url) as proxy:
            killed(proxy, tmp_path / "a", 0, after=8)
            proxy.deaf()
            first.process.kill()
            second = servers.enter_context(embedded_server(EmbeddedOptions(smollm())))
            proxy.upstream = second.base_url
            proxy.listen()
            complete(proxy, tmp_path / "a")
            proxy.faulty = False
            settled, _ = complete(proxy, tmp_path / "a")
            assert [type(answer) for answer in settled] == [Completion] * BODIES
            assert sum(proxy.faults.values()) - proxy.faults["none"] >= 5
            arrived = proxy.arrived
            again, account = complete(proxy, tmp_path / "a")
            assert again == settled
            assert (proxy.arrived, account["cached"]) == (arrived, BODIES)
            clean, _ = complete(proxy, tmp_path / "b")
            assert clean == settled
            assert all("colour" in json.loads(a.text) for a in clean if isinstance(a, Completion))


@pytest.mark.real
@pytest.mark.usefixtures("no_proxies")
@pytest.mark.parametrize("budget", [600, 3000])
def test_no_budget_is_exceeded_whatever_breaks(tmp_path: Path, budget: int) -> None:
    with (
        embedded_server(EmbeddedOptions(smollm())) as server,
        faulty_proxy(server.base_url, loris=0) as proxy,
    ):
        killed(proxy, tmp_path, budget, after=3)
        for _ in range(2):
            answers, account = complete(proxy, tmp_path, budget)
        assert proxy.billed <= budget
        assert proxy.billed > 0 or budget == 600  # what was under way at the kill stays reserved
        exhausted = [a for a in answers if isinstance(a, Failure) and a.kind == "budget_exhausted"]
        assert exhausted
        left = account["tokens_left"]
        assert isinstance(left, int)
        assert budget - left >= proxy.billed


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
