"""A completions server on this machine whose model knows words by their length."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class PromptServer:
    """Where the server is, and what it was asked; it fails for prompts with `bad` in them."""

    url: str = ""
    prompts: list[str] = field(default_factory=list)
    bad: str = "\0"
    able: bool = True

    def answer(self, prompt: str) -> tuple[int, object]:
        """Each word costs as many nats as it has letters; ideographs are words."""
        self.prompts.append(prompt)
        if self.bad in prompt:
            return 500, {"error": "broken"}
        words = prompt.split() if prompt.isascii() else list(prompt)
        logs = [None, *(-len(word) / 4 for word in words[1:]), -99.0]
        given = {"token_logprobs": logs} if self.able else None
        return 200, {
            "choices": [{"text": "", "logprobs": given}],
            "usage": {"completion_tokens": 1},
        }


@contextmanager
def prompt_server() -> Iterator[PromptServer]:
    """A server that runs within."""
    state = PromptServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, answer = state.answer(body["prompt"])
            raw = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        state.url = f"http://127.0.0.1:{server.server_address[1]}/v1#tiny"
        yield state
        server.shutdown()
        thread.join()
