"""A server that judges: yes or no, perplexities of prompts, rewards; it keeps who asked what."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class JudgeServer:
    """Its address, the paths and keys of all requests so far, and the paths that it refuses."""

    url: str = ""
    paths: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    able: bool = True
    """Whether it gives log-probabilities of prompts."""

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """HTTP status and body."""
        what = path.rpartition("/v1")[2]
        self.paths.append(what)
        if what in self.refuses:
            return 400, {"error": {"message": "no"}}
        if what == "/score":
            return 200, {"data": [{"score": 0.5}]}
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

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            judge.keys.append(self.headers.get("Authorization", ""))
            status, found = judge.answer(self.path, body)
            answer = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    judge.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield judge
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
