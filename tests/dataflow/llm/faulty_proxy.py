"""A proxy before a real model server that breaks answers in every way, and counts what is billed.

The same request is answered alike each time, from memory, so that runs can be compared; it is
billed each time nevertheless.
"""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

UNPAID = ("rate", "loading")
"""Faults before anything was computed."""
PAID = ("garbage", "cut", "drop", "broken", "shape")
"""Faults of an answer that was computed, and is billed."""
LORIS = "loris"
"""A paid fault: the answer comes a byte at a time until the caller has had enough."""


@dataclass
class Proxy:
    """What the proxy does, and what it saw.

    `faulty` switches the faults on. A request is broken at most twice. `billed` are tokens of
    answers that the server computed for a caller; `arrived` counts requests. `loris` says how many
    requests may be answered slowly.
    """

    upstream: str
    faulty: bool = True
    loris: int = 1
    arrived: int = 0
    billed: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    port: int = 0
    _times: Counter[bytes] = field(default_factory=Counter)
    _known: dict[bytes, bytes] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        """Base URL for a client."""
        return f"http://127.0.0.1:{self.port}/v1"

    def listen(self) -> None:
        """Accepts connections, on the port it had before."""

        class Handler(_Handler):
            proxy = self

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def deaf(self) -> None:
        """Refuses connections, as a server that is not there."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def fault(self, key: bytes) -> str:
        """The fault of this arrival of a request, '' for none; by what is asked, not by chance."""
        with self._lock:
            self.arrived += 1
            if not self.faulty:
                return ""
            time_of_it = self._times[key]
            self._times[key] += 1
            if time_of_it == 0 and self.loris > 0 and self.arrived > 2:
                self.loris -= 1
                return self._noted(LORIS)
            kinds = (
                (*UNPAID, *PAID, "", "", "") if time_of_it == 0 else (*UNPAID, *PAID, *[""] * 14)
            )
            return self._noted(kinds[key[time_of_it] % len(kinds)] if time_of_it < 2 else "")

    def _noted(self, kind: str) -> str:
        self.faults[kind or "none"] += 1
        return kind

    def forget(self) -> None:
        """Breaks requests anew that were broken before; answers stay known."""
        with self._lock:
            self._times.clear()

    def computed(self, key: bytes, body: bytes) -> tuple[int, bytes]:
        """Status and body of the real server's answer, billed; raises httpx.HTTPError."""
        answer = self._known.get(key)
        if answer is None:
            found = httpx.post(
                f"{self.upstream}/chat/completions", content=body, timeout=300, trust_env=False
            )
            if found.status_code != httpx.codes.OK:
                return found.status_code, found.content
            answer = found.content
        usage = json.loads(answer)["usage"]
        with self._lock:
            self._known[key] = answer
            self.billed += usage["prompt_tokens"] + usage["completion_tokens"]
        return 200, answer


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = hashlib.sha256(body).digest()
        kind = self.proxy.fault(key)
        if kind == "rate":
            self._send(429, b'{"error": "slow down"}', {"Retry-After": "0.3"})
        elif kind == "loading":
            self._send(503, b'{"error": {"message": "Loading model", "code": 503}}')
        else:
            self._pass_on(kind, key, body)

    def _pass_on(self, kind: str, key: bytes, body: bytes) -> None:
        try:
            status, answer = self.proxy.computed(key, body)
        except httpx.HTTPError:
            self._hang_up()  # the server died while it was at it
            return
        if kind == "drop":
            self._hang_up()
        elif kind == "broken":
            self._send(500, b"internal error")
        elif kind == "garbage":
            self._send(200, answer[: len(answer) // 2])
        elif kind == "shape":
            self._send(200, b'{"choices": []}')
        elif kind in ("cut", LORIS):
            self._head(status, len(answer), {})
            self._trickle(answer, 0.2 if kind == LORIS else 0.0)
            self._hang_up()
        else:
            self._send(status, answer)

    def _trickle(self, answer: bytes, pause: float) -> None:
        """Half of an answer, with a pause after each byte."""
        for byte in answer[: len(answer) // 2]:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            time.sleep(pause)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._head(status, len(body), headers or {})
        self.wfile.write(body)

    def _head(self, status: int, length: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(length), **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError, OSError):
            self.close_connection = True  # the caller has gone

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


@contextmanager
def faulty_proxy(upstream: str, *, loris: int = 1) -> Iterator[Proxy]:
    """A proxy that listens."""
    proxy = Proxy(upstream, loris=loris)
    proxy.listen()
    try:
        yield proxy
    finally:
        proxy.deaf()
