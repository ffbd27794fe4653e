"""A scripted model that counts what it is asked, and a clock that waits in no time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from dataflow.llm.base import Answer, Completion, Request
from dataflow.llm.rate_limit import Timer
from dataflow.llm.server_call import Again

Script = Callable[[Request], Answer]


def echo(request: Request) -> Answer:
    """The last message in capitals, at 10 + 5 tokens."""
    return Completion(request.messages[-1][1].upper(), 10, 5)


class ScriptedLLM:
    """Answers by `script` and keeps what it was asked."""

    def __init__(self, script: Script = echo) -> None:
        self._script = script
        self.asked: list[Request] = []

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        self.asked.extend(requests)
        return [self._script(request) for request in requests]

    def answer(self, request: Request, again: Again) -> Answer:
        """One answer; never asks again."""
        self.asked.append(request)
        return self._script(request)


def fake_timer(waits: list[float]) -> Timer:
    """A clock that goes on by what was waited for; `waits` receives each wait."""
    return Timer(lambda: time.monotonic() + sum(waits), waits.append)


def ask(text: str, *, max_tokens: int = 20, prompt_id: str = "test/1") -> Request:
    """A request with one user message."""
    return Request(prompt_id, (("user", text),), max_tokens)
