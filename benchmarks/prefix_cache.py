"""Measures how much of its prompts a llama.cpp server has from before, of the samples' requests.

    python -m benchmarks prefix_cache --gguf FILE [--requests 30] [--slots 4] [--documents DIR]
        [--methods question back_translation reasoning preference] [--lang en]

The first requests of each method's plans about the documents (sample_data) go to the server in the
order and as many at a time as in a run, one token is asked for. A line of JSON, then one to read:
the share of prompt tokens that the server took from its cache, and how many sets of examples stand
before the passages.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import polars as pl

from benchmarks.cost import commit
from benchmarks.sft_rules import corpus_of
from dataflow.llm.base import LLM, Answer, Completion, Request
from dataflow.llm.embedded import EmbeddedOptions, embedded_server
from dataflow.sft.make import MakeSft
from dataflow.sft.plan import carry_out

METHODS = ("question", "back_translation", "reasoning", "preference")


class Counting:
    """A model whose answers are of no use: it counts the tokens of its prompts."""

    def __init__(self, url: str, slots: int, most: int) -> None:
        self.url, self.slots, self.left = f"{url}/chat/completions", slots, most
        self.cached: Counter[str] = Counter()
        self.prompt: Counter[str] = Counter()
        self.sets: dict[str, set[object]] = {}

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        """An answer that no plan can read, for each request that is sent."""
        sent, self.left = requests[: self.left], max(self.left - len(requests), 0)
        with ThreadPoolExecutor(self.slots) as pool:
            list(pool.map(self._ask, sent))
        return [Completion("", 0, 0) for _ in requests]

    def _ask(self, request: Request) -> None:
        messages = [{"role": role, "content": text} for role, text in request.messages]
        reply = httpx.post(
            self.url, json={"messages": messages, "max_tokens": 1, "cache_prompt": True},
            timeout=600.0, trust_env=False,
        ).json()  # fmt: skip
        timings = reply["timings"]
        self.cached[request.prompt_id] += timings["cache_n"]
        self.prompt[request.prompt_id] += timings["cache_n"] + timings["prompt_n"]
        self.sets.setdefault(request.prompt_id, set()).add(request.messages[:-1])


def measured(args: argparse.Namespace) -> dict[str, Any]:
    """All figures."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = corpus_of(args.documents, Path(folder))
        documents = pl.read_parquet(corpus / "documents" / "*.parquet")
        documents = documents.filter(pl.col("lang") == args.lang)
        chunks = pl.read_parquet(corpus / "chunks" / "*.parquet")
    stage = MakeSft(model_methods=tuple(args.methods))
    found = list(stage.first_requests(documents, chunks, "m"))[: args.requests]
    options = EmbeddedOptions(args.gguf, args.slots, 3072, 1)
    with embedded_server(options) as server:
        model = Counting(server.base_url, args.slots, args.requests)
        told: LLM = model
        list(carry_out([(request, _once) for _, request in found], told))
    total, known = sum(model.prompt.values()), sum(model.cached.values())
    return {
        "commit": commit(), "requests": len(found), "slots": args.slots, "lang": args.lang,
        "prompt_tokens": total, "cached_tokens": known, "share": round(known / total, 3),
        "by_prompt": {
            name: {
                "share": round(model.cached[name] / model.prompt[name], 3),
                "sets": len(model.sets[name]),
            }
            for name in sorted(model.prompt)
        },
    }  # fmt: skip


def _once(request: Request) -> Any:
    return (yield request)


def main() -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--gguf", type=Path, required=True)
    parser.add_argument("--requests", type=int, default=30)
    parser.add_argument("--slots", type=int, default=4)
    parser.add_argument("--documents", type=Path, default=Path("sample_data/documents"))
    parser.add_argument("--methods", nargs="*", default=list(METHODS))
    parser.add_argument("--lang", default="en")
    found = measured(parser.parse_args())
    print(json.dumps(found))
    print(
        f"{found['cached_tokens']} of {found['prompt_tokens']} prompt tokens of "
        f"{found['requests']} requests were cached: {found['share']:.1%}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
