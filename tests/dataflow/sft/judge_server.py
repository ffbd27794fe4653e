"""A server that judges: yes or no, perplexities of prompts, rewards; it keeps who asked what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.dataflow.llm.json_server import json_server


@dataclass
class JudgeServer:
    """Its address, the paths and keys of all requests so far, and the paths that it refuses."""

    url: str = ""
    paths: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    able: bool = True
    """Whether it gives log-probabilities of prompts."""
    counted: int = 0
    """Tokens that it says it read to give a reward; 0 for a server that does not count."""

    def answer(self, path: str, body: dict[str, Any], key: str) -> tuple[int, Any]:
        """HTTP status and body."""
        what = path.rpartition("/v1")[2]
        self.paths.append(what)
        self.keys.append(key)
        if what in self.refuses:
            return 400, {"error": {"message": "no"}}
        if what == "/score":
            told = {"usage": {"total_tokens": self.counted}} if self.counted else {}
            return 200, {"data": [{"score": 0.5}]} | told
        usage = {"prompt_tokens": 30, "completion_tokens": 1}
        if what == "/completions":
            words = body["prompt"].split() if body["prompt"].isascii() else list(body["prompt"])
            logs = {"token_logprobs": [None, *(-1.0 for _ in words[1:]), -9.0]}
            given = {"text": "", "logprobs": logs if self.able else None}
            return 200, {"choices": [given], "usage": usage}
        message = {"role": "assistant", "content": "Yes"}
        return 200, {"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage}


@contextmanager
def judging() -> Iterator[JudgeServer]:
    """A server on this machine that lives as long as the block."""
    judge = JudgeServer()
    with json_server(judge.answer) as url:
        judge.url = f"{url}/v1"
        yield judge
