"""A scripted model: deterministic, counts what it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dataflow.llm.base import Answer, Completion, Request

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


def ask(text: str, *, max_tokens: int = 20, prompt_id: str = "test/1") -> Request:
    """A request with one user message."""
    return Request(prompt_id, (("user", text),), max_tokens)
