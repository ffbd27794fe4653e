"""Self-Instruct: our post-filters beside the published ones, and what a local model yields.

    python -m benchmarks self_instruct [--seeds ../shared/bench/sft/data/seed_tasks.jsonl]
                                       [--gguf MODEL] [--requests 24] [--lang en] [--seed 0]

The published filters are written down here from their description (Wang et al. 2022 and the
repository's README). `english` compares decisions on the instructions and the instances of the
published file of seed tasks, and on broken copies of them: with the list's number in front, cut to
three words, ended by a colon, of 151 words, and the like. Differences are counted by what we say.
`chinese` gives the shares of our Chinese seed tasks that each keeps. With `--gguf` (a model file
for the embedded server) free instructions are bootstrapped until so many requests were made, and
what came of them is counted by reason, for 100 requests.
"""

from __future__ import annotations

import argparse
import json
import re
import string
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.cost import commit
from dataflow.evidence.spans import Fault
from dataflow.sft.self_instruct.bootstrap import bootstrap
from dataflow.sft.self_instruct.options import SelfInstruct
from dataflow.sft.self_instruct.post_filters import instance_faults, instruction_fault
from dataflow.sft.self_instruct.seeds import Instance, Seed, load_seeds, seeds_for

PUBLISHED = Path("../shared/bench/sft/data/seed_tasks.jsonl")
_WORDS = ("image", "images", "graph", "graphs", "picture", "pictures", "file", "files", "map",
          "maps", "draw", "plot", "go to")  # fmt: skip


def published_keeps(text: str) -> bool:
    """Whether the published filters keep an instruction."""
    n = len(text.split())
    if n <= 3 or n > 150:
        return False
    if any(re.search(rf"\b{word}\b", text, re.IGNORECASE) for word in _WORDS):
        return False
    first = text[0]
    return not (
        text.lower().startswith("write a program")
        or first in string.punctuation
        or not first.isascii()
    )


def published_instances(instances: Sequence[Instance]) -> list[bool]:
    """Which instances of one instruction the published filters keep."""
    kept = [
        bool(one.output)
        and one.input != one.output
        and not one.input.endswith(":")
        and not one.output.endswith(":")
        for one in instances
    ]
    sound = [one for one, keep in zip(instances, kept, strict=True) if keep]
    if any(a.input and a.input == b.input and a.output != b.output for a in sound for b in sound):
        return [False] * len(instances)
    seen: set[Instance] = set()
    for index, one in enumerate(instances):
        kept[index] = kept[index] and one not in seen
        seen.add(one)
    return kept


def broken(text: str) -> Iterator[str]:
    """Copies of an instruction with what the filters look for."""
    yield text
    yield f"9. {text}"
    yield f"({text})"
    yield f"- {text}"
    yield " ".join(text.split()[:3])
    yield " ".join(text.split()[:4])
    yield " ".join((text.split() * 151)[:150])
    yield " ".join((text.split() * 151)[:151])
    yield f"Write a program for this: {text}"
    yield f"{text} Plot the result."
    yield f"Look at the picture. {text}"
    yield f"É {text}"


def broken_instances(instances: Sequence[Instance]) -> Iterator[list[Instance]]:
    """Copies of a task's instances with what the filters look for."""
    first = instances[0]
    yield list(instances)
    yield [*instances, Instance(first.input, first.output + " Or not.")]
    yield [*instances, first]
    yield [Instance(first.output, first.output), *instances[1:]]
    yield [Instance(first.input, first.output + ":"), *instances[1:]]
    yield [Instance(first.input + ":", first.output), *instances[1:]]
    yield [Instance(first.input, ""), *instances[1:]]


def english(seeds: Sequence[Seed]) -> dict[str, Any]:
    """Decisions on the published tasks and on broken copies, and where ours differ."""
    own = [(seed.instruction, instruction_fault(seed.instruction, "en")) for seed in seeds]
    texts = [text for seed in seeds for text in broken(seed.instruction)]
    differ: Counter[str] = Counter()
    for text in texts:
        fault = instruction_fault(text, "en")
        if (fault is None) != published_keeps(text):
            differ[_why(text, fault)] += 1
    groups = [group for seed in seeds for group in broken_instances(seed.instances)]
    instances = [
        (ours is None) == theirs
        for group in groups
        for ours, theirs in zip(instance_faults(group), published_instances(group), strict=True)
    ]
    return {
        "published_tasks": len(seeds),
        "kept_by_published": sum(published_keeps(text) for text, _ in own),
        "kept_by_ours": sum(fault is None for _, fault in own),
        "same_on_tasks": sum((fault is None) == published_keeps(text) for text, fault in own),
        "instructions_with_broken_copies": len(texts),
        "same_on_them": len(texts) - sum(differ.values()),
        "differences": dict(differ.most_common()),
        "instances_with_broken_copies": len(instances),
        "same_on_instances": sum(instances),
    }


def _why(text: str, fault: Fault | None) -> str:
    if fault is not None:
        return f"only we refuse: {fault.reason.value}"
    return "only we keep: first character is not ASCII" if not text[0].isascii() else "only we keep"


def chinese() -> dict[str, Any]:
    """Shares of our Chinese seed tasks that the published filters and ours keep."""
    seeds = load_seeds(None, "zh")
    return {
        "tasks": len(seeds),
        "kept_by_published": sum(published_keeps(s.instruction) for s in seeds) / len(seeds),
        "kept_by_ours": sum(instruction_fault(s.instruction, "zh") is None for s in seeds)
        / len(seeds),
        "instances_kept_by_ours": sum(
            fault is None for s in seeds for fault in instance_faults(s.instances)
        )
        / sum(len(s.instances) for s in seeds),
    }


def real(args: argparse.Namespace) -> dict[str, Any]:
    """What so many requests to a local model gave, for 100 requests, by reason."""
    from dataflow.llm.cache import CachedLLM
    from dataflow.llm.embedded import EmbeddedOptions, embedded_server, model_identity
    from dataflow.llm.openai_server import OpenAIServer
    from dataflow.llm.server_call import ServerOptions

    options = SelfInstruct(
        instructions=100_000, requests=8, rounds=max(args.requests // 8, 1), grounded=0.0,
        langs={args.lang: 1}, instances=1, max_tokens=400, per_request=4, seed=args.seed,
    )  # fmt: skip
    gguf = Path(args.gguf)
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_server(EmbeddedOptions(gguf)) as server,
        OpenAIServer(
            ServerOptions(server.base_url, gguf.name, "", timeout_s=120, use_proxies=False)
        ) as client,
        CachedLLM(client, Path(folder) / "c.sqlite", model_identity(gguf)) as llm,
    ):
        found = list(bootstrap(llm, seeds_for(""), [], options, model=gguf.name))
    requests = options.requests * options.rounds
    counts = Counter(
        outcome.reason.value if isinstance(outcome, Fault) else "draft" for _, outcome in found
    )
    return {
        "model": gguf.name,
        "lang": args.lang,
        "seed": args.seed,
        "requests": requests,
        "candidates": len(found),
        "per_100_requests": {k: round(100 * n / requests, 1) for k, n in counts.most_common()},
        "examples": [d.instruction for _, o in found if isinstance(o, tuple) for d in o][:5],
    }


def main() -> None:
    """Prints the comparison as JSON, and a line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=Path, default=PUBLISHED)
    parser.add_argument("--gguf", default="")
    parser.add_argument("--requests", type=int, default=24)
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    result: dict[str, Any] = {"commit": commit()}
    result["english"] = english(load_seeds(args.seeds, "en")) if args.seeds.is_file() else None
    result["chinese"] = chinese()
    if args.gguf:
        result["real"] = real(args)
    print(json.dumps(result, indent=2, ensure_ascii=False))
    same = result["english"]
    if same:
        print(
            f"same decisions: {same['same_on_them']} of {same['instructions_with_broken_copies']} "
            f"instructions, {same['same_on_instances']} of "
            f"{same['instances_with_broken_copies']} instances"
        )


if __name__ == "__main__":
    main()
