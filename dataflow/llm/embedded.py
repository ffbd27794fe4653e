"""A local model without any service: a GGUF file behind llama.cpp's server in a child process."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from schemas.errors import BackendError, MissingExtraError, UsageError

_CHILD = Path(__file__).with_name("embedded_child.py")
_POLL_S = 0.1
_STOP_S = 5.0
_STARTS = 3


@dataclass(frozen=True, slots=True)
class EmbeddedOptions:
    """The model file and what it may use.

    `slots` requests run at the same time, each with `context` tokens for prompt and answer. One
    thread is the default because the cores are usually shared with the run itself.
    """

    gguf: Path
    slots: int = 4
    context: int = 2048
    threads: int = 1
    start_timeout_s: float = 120.0


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running server: its URL for the OpenAI client, and its process."""

    base_url: str
    process: subprocess.Popen[bytes]


def model_identity(gguf: Path) -> str:
    """SHA-256 of a model file, in hexadecimal digits; raises UsageError when there is none."""
    try:
        with gguf.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"{gguf}: the model file cannot be read ({error.strerror})") from error


def check_embedded(options: EmbeddedOptions) -> None:
    """Raises MissingExtraError without xllamacpp, UsageError without the model file."""
    if importlib.util.find_spec("xllamacpp") is None:
        raise MissingExtraError("xllamacpp", "local-llm", "The embedded model backend")
    if not options.gguf.is_file():
        raise UsageError(f"{options.gguf}: no such model file (GGUF)")


@contextmanager
def embedded_server(options: EmbeddedOptions) -> Iterator[EmbeddedServer]:
    """A server on a free loopback port, stopped on leaving; it dies with this process.

    Raises MissingExtraError without xllamacpp, UsageError without the model file, BackendError
    when the server does not come up in time.
    """
    check_embedded(options)
    with tempfile.TemporaryFile() as log:
        server = _start(options, log)
        try:
            yield server
        finally:
            _stop(server.process)


def _start(options: EmbeddedOptions, log: IO[bytes]) -> EmbeddedServer:
    """Tries another port when the child ends early: somebody may have taken the first one."""
    deadline = time.monotonic() + options.start_timeout_s
    for _ in range(_STARTS):
        port = _free_port()
        process = _spawn(options, port, log)
        with ExitStack() as stack:
            stack.callback(_stop, process)
            if _comes_up(process, port, deadline):
                stack.pop_all()
                return EmbeddedServer(f"http://127.0.0.1:{port}/v1", process)
            ended = process.poll()
        if ended is None:
            raise BackendError(
                f"{options.gguf}: the model server did not answer within "
                f"{options.start_timeout_s:.0f} s. {_tail(log)}"
            )
    raise BackendError(f"{options.gguf}: the model server ended with {ended}. {_tail(log)}")


def _spawn(options: EmbeddedOptions, port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    arguments = {
        "gguf": str(options.gguf.resolve()),
        "port": port,
        "slots": options.slots,
        "context": options.context,
        "threads": options.threads,
    }
    return subprocess.Popen(
        # -P: the folder of the script must not shadow what xllamacpp imports
        [sys.executable, "-P", str(_CHILD), json.dumps(arguments)],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
    )


def _comes_up(process: subprocess.Popen[bytes], port: int, deadline: float) -> bool:
    """Whether `/health` says 200 before the deadline; 503 means that the model is loading."""
    with httpx.Client(trust_env=False, timeout=5.0) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if client.get(f"http://127.0.0.1:{port}/health").status_code == httpx.codes.OK:
                    return process.poll() is None
            except httpx.HTTPError:
                pass  # not listening yet
            time.sleep(_POLL_S)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(log: IO[bytes]) -> str:
    """The last of what the child said."""
    size = log.seek(0, 2)
    log.seek(max(0, size - 1500))
    return log.read().decode("utf-8", "replace").strip()
