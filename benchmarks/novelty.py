"""Measures the novelty filter: same kept list as the oracle, CPU ratios, and how it grows.

    python -m benchmarks novelty [--n 5000] [--scale 20000 100000] [--rouge PYTHON] [--bench DIR]

First, for both kinds of tokens, the kept list of N instructions is held against that of the oracle
in the folder of yardsticks (novelty_reference.py), and against a plain filter by rapidfuzz's
vectorised subsequence, which is timed in the same run. Then sets of instructions of our own making
(the seeds of Self-Instruct with words replaced, dropped, moved and added) are filtered, each in a
process of its own. The published filter's cost is the cost of a pair, times the pairs of all
instructions: of rouge_score where PYTHON is an interpreter that has it, else of a table in plain
Python, which costs about as much. With PYTHON the kept list of 2,000 is compared with rouge_score's
own, too.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from benchmarks.cost import BENCH, ROOT, commit, measure, table
from dataflow.diversity.novelty import NoveltyPool, Tokens, f_measure, novel, words

KINDS: tuple[Tokens, ...] = ("rouge", "han")
SEEDS = ROOT / "dataflow" / "sft" / "seeds"
PAIRS = 2000
"""Random pairs over which the cost of one is averaged."""
ROUGE = """
import json, sys, time
from rouge_score import rouge_scorer, tokenize
texts, pairs = json.load(sys.stdin)
scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
score = lambda i, j: scorer.score(texts[i], texts[j])["rougeL"].fmeasure
started = time.process_time()
for i, j in pairs: score(i, j)
cost = (time.process_time() - started) / len(pairs)
kept = []
if len(texts) <= 2000:
    sizes = [len(tokenize.tokenize(text, None)) for text in texts]
    for i in range(len(texts)):
        m = sizes[i]
        near = (j for j in kept if min(m, sizes[j]) > 0.34 * (m + sizes[j]))
        if not any(score(j, i) > 0.7 for j in near): kept.append(i)
print(json.dumps([cost, kept]))
"""
"""What an interpreter with rouge_score runs: the cost of a pair, and the kept list of few texts."""


def oracle(bench: Path) -> ModuleType:
    """The module of the yardstick."""
    spec = importlib.util.spec_from_file_location("oracle", bench / "novelty_reference.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{bench} holds no novelty_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made(count: int, seed: int) -> list[str]:
    """Instructions of our own making: seeds, a third of them with an input, and variants."""
    bases: list[str] = []
    for name in ("en", "zh"):
        for line in (SEEDS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            task = json.loads(line)
            inputs = [found["input"] for found in task["instances"] if found["input"]]
            bases += [task["instruction"], *(f"{task['instruction']}\n\n{one}" for one in inputs)]
    parts = [_parts(base) for base in bases]
    pools = [[part for each in parts if each[1] == glue for part in each[0]] for glue in (" ", "")]
    rng = random.Random(seed)
    texts = list(bases[:count])
    while len(texts) < count:
        found, glue = rng.choice(parts)
        mixed = list(found)
        for _ in range(max(1, int(len(mixed) * rng.uniform(0.02, 0.8)))):
            place = rng.randrange(len(mixed))
            word = rng.choice(pools[glue == ""])
            act = rng.random()
            if act < 0.7:
                mixed[place] = word
            elif act < 0.85 or len(mixed) < 4:
                mixed.insert(place, word)
            else:
                del mixed[place]
        texts.append(glue.join(mixed))
    rng.shuffle(texts)
    return texts


def _parts(text: str) -> tuple[list[str], str]:
    """Characters of a Chinese text, words of others, and what joins them."""
    if any("\u3400" <= character <= "\u9fff" for character in text):
        return list(text), ""
    return text.split(), " "


def by_cdist(texts: Sequence[str], kind: Tokens) -> list[int]:
    """Kept indices by rapidfuzz over all pairs, 256 texts against all earlier ones at a time."""
    ids: dict[str, int] = {}
    lists = [[ids.setdefault(word, len(ids)) for word in words(text, kind)] for text in texts]
    codes = ["".join(chr(i + 1 + 0x800 * (i + 1 >= 0xD800)) for i in found) for found in lists]
    sizes = np.array([len(code) for code in codes])
    kept: list[int] = []
    for start in range(0, len(codes), 256):
        block = range(start, min(start + 256, len(codes)))
        columns = [*kept, *block]
        common = process.cdist(
            [codes[i] for i in block], [codes[i] for i in columns], scorer=LCSseq.similarity,
            dtype=np.int32, workers=1,
        )  # fmt: skip
        for row, index in enumerate(block):
            near = np.flatnonzero(common[row] > 0.349 * (sizes[index] + sizes[columns]))
            alive = set(kept)
            if not any(
                columns[at] in alive
                and f_measure(int(common[row, at]), int(sizes[index]), int(sizes[columns[at]]))
                > 0.7
                for at in near.tolist()
            ):
                kept.append(index)
    return kept


def timed(texts: Sequence[str], kind: Tokens) -> tuple[list[int], float]:
    """Kept indices and CPU seconds of our filter."""
    started = time.process_time()
    decided = novel(texts, kind=kind)
    used = time.process_time() - started
    return [i for i, found in enumerate(decided) if found is None], used


def pair_cost(
    texts: list[str], python: str, seed: int, kind: Tokens = "rouge"
) -> tuple[float, list[int]]:
    """CPU seconds of the published filter for one pair, and its kept list of at most 2,000.

    It has no tokens for Chinese: with `han` the table in plain Python stands for it.
    """
    rng = random.Random(seed)
    pairs = [(rng.randrange(len(texts)), rng.randrange(len(texts))) for _ in range(PAIRS)]
    if python and kind == "rouge":
        done = subprocess.run(
            [python, "-c", ROUGE], input=json.dumps([texts, pairs]), capture_output=True,
            text=True, check=True,
        )  # fmt: skip
        cost, kept = json.loads(done.stdout)
        return float(cost), kept
    started = time.process_time()
    for one, other in pairs:
        _table(words(texts[one], kind), words(texts[other], kind))
    return (time.process_time() - started) / PAIRS, []


def _table(one: list[str], other: list[str]) -> int:
    """Longest common subsequence by the full table, as the published scorer has it."""
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i, item in enumerate(one, 1):
        for j, candidate in enumerate(other, 1):
            if item == candidate:
                rows[i][j] = rows[i - 1][j - 1] + 1
            else:
                rows[i][j] = max(rows[i - 1][j], rows[i][j - 1])
    return rows[-1][-1]


def identity(module: ModuleType, n: int, python: str) -> list[dict[str, Any]]:
    """For each kind of tokens: our kept list beside the oracle's and that of all pairs."""
    found = []
    texts = [row["text"] for row in module.instructions(n, 1)]
    for kind in KINDS:
        kept, used = timed(texts, kind)
        started = time.process_time()
        true = module.keep(texts, kind)
        oracle_used = time.process_time() - started
        started = time.process_time()
        brute = by_cdist(texts, kind)
        brute_used = time.process_time() - started
        row = {
            "n": n, "tokens": kind, "kept": len(kept), "identical": kept == true == brute,
            "cpu_s": round(used, 3), "oracle_ratio": round(oracle_used / used, 1),
            "cdist_ratio": round(brute_used / used, 1),
        }  # fmt: skip
        found.append(row)
    if python:
        few = texts[:2000]
        _, true = pair_cost(few, python, 1)
        kept, _ = timed(few, "rouge")
        found.append({"n": len(few), "tokens": "rouge_score", "identical": kept == true})
    return found


def growth(sizes: Sequence[int], python: str, seed: int) -> list[dict[str, Any]]:
    """CPU seconds and peak memory of our filter, and its ratio to the published one."""
    found = []
    for size in sizes:
        texts = made(size, seed)
        for kind in KINDS:
            cost, _ = pair_cost(texts, python, seed, kind)
            published = cost * size * (size - 1) / 2
            child = [sys.executable, "-m", "benchmarks", "novelty", "--child", str(size), kind]
            row = measure([*child, "--seed", str(seed)]).json
            row |= {"pair_us": round(cost * 1e6, 1), "ratio": round(published / row["cpu_s"])}
            found.append(row)
    return found


def child(size: int, kind: Tokens, seed: int) -> None:
    """Prints what one size costs: kept, CPU seconds (with a floor of .3, too), peak, its growth."""
    texts = made(size, seed)
    novel(texts[:50])  # loads what is loaded once
    before = _peak_mib()
    kept, used = timed(texts, kind)
    peak = _peak_mib()
    started = time.process_time()
    NoveltyPool(kind=kind, floor=0.3).judge(texts)
    scored = time.process_time() - started
    tokens = sum(len(words(text, kind)) for text in texts)
    row = {
        "n": size, "tokens": kind, "mean_tokens": round(tokens / size, 1), "kept": len(kept),
        "cpu_s": round(used, 2), "cpu_s_floor_3": round(scored, 2), "peak_mib": peak,
        "more_mib": peak - before,
    }  # fmt: skip
    print(json.dumps(row))


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def main() -> None:
    """Runs both measurements and prints them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bench", type=Path, default=BENCH / "sft")
    parser.add_argument("--n", type=int, default=5000)
    parser.add_argument("--scale", type=int, nargs="*", default=[20_000, 100_000])
    parser.add_argument("--rouge", default="", metavar="PYTHON")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(int(options.child[0]), "han" if options.child[1] == "han" else "rouge", options.seed)
        return
    novel(["a b", "a c"])
    same = identity(oracle(options.bench), options.n, options.rouge)
    sizes = growth(options.scale, options.rouge, options.seed)
    print(json.dumps({"commit": commit(), "identity": same, "growth": sizes}, indent=1))
    columns = ["n", "tokens", "kept", "cpu_s", "cpu_s_floor_3", "more_mib", "ratio"]
    if sizes:
        print(table(columns, [[row[column] for column in columns] for row in sizes]))
    print(
        f"novelty: identical to the oracle {all(row['identical'] for row in same)}; "
        f"ratios {', '.join(str(row['ratio']) for row in sizes)}"
    )


if __name__ == "__main__":
    main()
