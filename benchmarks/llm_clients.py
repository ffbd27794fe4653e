"""Requests to a model server by threads or by an event loop: what each costs the client.

    python -m benchmarks llm_clients [--requests 2000]

Short requests go to a stub in another process that answers after 50 ms, 64 and 256 at a time, by
threads (httpx.Client) and by an event loop (httpx.AsyncClient), each in a process of its own.
Prints CPU-seconds for 1,000 requests, wall seconds, and the memory that the client grew by.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
STUB = """
import asyncio
BODY = b'{"choices": [{"message": {"content": "ok"}}]}'
HEAD = b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(BODY)
async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            size = int(head.lower().split(b"content-length:")[1].split(b"\\r\\n")[0])
            await reader.readexactly(size)
            await asyncio.sleep(0.05)
            writer.write(HEAD + BODY)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def clients(requests: int) -> list[dict[str, Any]]:
    """CPU-seconds for 1,000 requests and the most memory, each way in a process of its own."""
    stub = subprocess.Popen([sys.executable, "-c", STUB], stdout=subprocess.PIPE)
    try:
        assert stub.stdout is not None
        port = int(stub.stdout.readline())
        own = [sys.executable, "-m", "benchmarks", "llm_clients", "--requests", str(requests)]
        return [
            json.loads(
                subprocess.run(
                    [*own, "--client", way, str(port), str(at_once)],
                    cwd=ROOT, check=True, capture_output=True,
                ).stdout
            )
            for at_once in (64, 256)
            for way in ("threads", "async")
        ]  # fmt: skip
    finally:
        stub.kill()
        stub.wait()


def client(way: str, port: int, at_once: int, requests: int) -> dict[str, Any]:
    """One way to send requests, measured in this process."""
    url = f"http://127.0.0.1:{port}/v1/chat/completions"
    body = json.dumps({"messages": [{"role": "user", "content": "word " * 300}]}).encode()
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    base = resource.getrusage(resource.RUSAGE_SELF)
    started, cpu = time.monotonic(), time.process_time()
    if way == "threads":
        with (
            httpx.Client(trust_env=False, limits=limits, timeout=60) as http,
            ThreadPoolExecutor(at_once) as pool,
        ):
            done = list(pool.map(lambda _: http.post(url, content=body).content, range(requests)))
    else:
        done = asyncio.run(_by_loop(url, body, limits, at_once, requests))
    assert len(done) == requests
    used = time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base.ru_maxrss
    return {
        "way": way, "at_once": at_once, "cpu_s_per_1000": round(used / requests * 1000, 2),
        "wall_s": round(time.monotonic() - started, 1), "mib": round(peak / 1024, 1),
    }  # fmt: skip


async def _by_loop(
    url: str, body: bytes, limits: httpx.Limits, at_once: int, requests: int
) -> list[bytes]:
    gate = asyncio.Semaphore(at_once)
    async with httpx.AsyncClient(trust_env=False, limits=limits, timeout=60) as http:

        async def one() -> bytes:
            async with gate:
                return (await http.post(url, content=body)).content

        return await asyncio.gather(*(one() for _ in range(requests)))


def main() -> None:
    """Runs the measurement, or one way of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--client", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.client:
        way, port, at_once = given.client
        print(json.dumps(client(way, int(port), int(at_once), given.requests)))
        return
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    ).stdout.strip()  # fmt: skip
    found = clients(given.requests)
    print(json.dumps({"commit": commit, "clients": found}, indent=1))
    print(
        ", ".join(f"{one['way']} {one['at_once']}: {one['cpu_s_per_1000']} CPU-s" for one in found)
    )


if __name__ == "__main__":
    main()
