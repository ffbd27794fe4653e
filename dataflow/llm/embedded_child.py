"""The llama.cpp server of `embedded.py`, in a process of its own; the one import of xllamacpp.

Run as a script with one JSON argument: {"gguf", "port", "slots", "context", "threads"}. It ends
when its standard input closes or its parent is gone, so it never outlives the run.
"""

from __future__ import annotations

import json
import os
import select
import sys


def serve(gguf: str, port: int, slots: int, context: int, threads: int) -> object:
    """A running server on the loopback address; keep the reference, it stops when collected."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = gguf
    params.hostnames, params.port = ["127.0.0.1"], port
    params.n_parallel, params.n_ctx, params.cont_batching = slots, slots * context, True
    for cpu in (params.cpuparams, params.cpuparams_batch):
        # busy waiting of 2 threads on 2 shared cores made generation 7 to 9 times slower
        cpu.n_threads, cpu.poll = threads, 0
    params.use_jinja, params.n_gpu_layers = True, 0
    return xllamacpp.Server(params)


def wait_for_end(parent: int) -> None:
    """Returns when standard input is closed or the parent has died (checked each second)."""
    while os.getppid() == parent:
        ready, _, _ = select.select([sys.stdin], [], [], 1.0)
        if ready and not os.read(sys.stdin.fileno(), 1):
            return


if __name__ == "__main__":
    parent_id = os.getppid()
    server = serve(**json.loads(sys.argv[1]))
    wait_for_end(parent_id)
    os._exit(0)  # the server's own threads would keep the process alive
