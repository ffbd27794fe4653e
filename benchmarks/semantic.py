"""Semantic deduplication on pairs written for it, and what it costs.

    python -m benchmarks semantic [--embedder use-multilingual] [--documents 20000]

`semantic_pairs.json` has sixteen topics, each as a short text in English and Chinese, the same in
other words, and a text of the same pattern that says something else; half of them also lightly
reworded. Pairs that should be found: a text and its light (`light`) or free (`en/en`, `zh/zh`)
rewording, and texts of one topic across the languages (`en/zh`). Pairs that should not: the text of
the same pattern (`pattern`), and any two texts of different topics (`unrelated`). For each
threshold the share found is printed by kind of pair, and precision and recall over all of them.

Cost: CPU seconds for a document of the pairs' length and for one of 6,400 characters, and for all
pairs of --documents random vectors of 512 numbers, a tenth of them copies.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.cost import commit
from dataflow.dedup.semantic import DeduplicateMeanings
from dataflow.dedup.semantic_kernels import cosine
from dataflow.dedup.semantic_search import FATE_FRAME
from dataflow.dedup.semantic_vectors import VectorBlock
from dataflow.dedup.stage import Deduplicate

PAIRS = Path(__file__).with_name("semantic_pairs.json")
THRESHOLDS = (0.75, 0.8, 0.85, 0.9, 0.95)
SAME = ("light en", "light zh", "en/en", "zh/zh", "en/zh")
SEED = 20261122
NEAR = Deduplicate()


def kinds(topics: list[dict[str, str]]) -> Iterator[tuple[str, tuple[int, str], tuple[int, str]]]:
    """Every pair: its kind, and topic and name of both texts."""
    for at in range(len(topics)):
        yield "en/en", (at, "en"), (at, "en_other")
        yield "zh/zh", (at, "zh"), (at, "zh_other")
        if "en_light" in topics[at]:
            yield "light en", (at, "en"), (at, "en_light")
            yield "light zh", (at, "zh"), (at, "zh_light")
        for english, chinese in itertools.product(("en", "en_other"), ("zh", "zh_other")):
            yield "en/zh", (at, english), (at, chinese)
        for lang, end in itertools.product(("en", "zh"), ("", "_other")):
            yield f"pattern {lang}", (at, f"{lang}_different"), (at, lang + end)
    every = [(at, name) for at, topic in enumerate(topics) for name in topic if name != "topic"]
    for one, other in itertools.combinations(every, 2):
        if one[0] != other[0]:
            yield "unrelated", one, other


def quality(stage: DeduplicateMeanings) -> dict[str, Any]:
    """Shares of the pairs that are found at each threshold."""
    topics = json.loads(PAIRS.read_text(encoding="utf-8"))
    places = [(at, name) for at, topic in enumerate(topics) for name in topic if name != "topic"]
    frame = pl.DataFrame(
        {"doc_id": [f"{at}-{name}" for at, name in places],
         "text": [topics[at][name] for at, name in places],
         "lang": [name[:2] for _, name in places]}
    )  # fmt: skip
    start = time.process_time()
    vectors = dict(zip(places, stage.vectors(frame).vectors, strict=True))
    spent = time.process_time() - start
    light = NEAR.verified_pairs([NEAR.signatures(frame)])
    values: dict[str, list[float]] = {}
    for kind, one, other in kinds(topics):
        values.setdefault(kind, []).append(cosine(vectors[one], vectors[other]))
    found: dict[str, Any] = {
        "texts_per_cpu_s": round(len(frame) / spent, 1),
        "chars_per_text": round(frame["text"].str.len_chars().mean()),  # type: ignore[arg-type]
        "median": {kind: round(float(np.median(each)), 3) for kind, each in values.items()},
        "highest": {kind: round(max(each), 3) for kind, each in values.items()},
        "near_duplicates_by_shingles": len(light),
        "pairs": {kind: len(each) for kind, each in values.items()},
    }
    for threshold in THRESHOLDS:
        hits = {k: sum(v >= threshold for v in each) for k, each in values.items()}
        right, wanted = sum(hits[k] for k in SAME), sum(len(values[k]) for k in SAME)
        row: dict[str, Any] = {
            k: round(hits[k] / len(values[k]), 3) for k in values if k != "unrelated"
        }
        row["unrelated pairs"] = hits["unrelated"]
        row["precision"] = round(right / max(1, sum(hits.values())), 3)
        row["recall"] = round(right / wanted, 3)
        found[f"at {threshold}"] = row
    return found


def cost(stage: DeduplicateMeanings, number: int) -> dict[str, Any]:
    """CPU seconds of the steps."""
    topics = json.loads(PAIRS.read_text(encoding="utf-8"))
    whole = "\n\n".join(topic[name] for topic in topics for name in ("en", "en_other"))[:6400]
    frame = pl.DataFrame({"doc_id": list("abcde"), "text": [whole] * 5, "lang": ["en"] * 5})
    start = time.process_time()
    stage.vectors(frame)
    long = (time.process_time() - start) / 5
    rng = np.random.default_rng(SEED)
    vectors = rng.normal(size=(number, 512)).astype(np.float32)
    copies = number // 10
    vectors[-copies:] = vectors[:copies] + 0.1 * vectors[copies : 2 * copies]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = [f"{place:07d}" for place in range(number)]
    rows = {"doc_id": ids, "cluster_id": ids, "kept": [True] * number}
    empty = {name: [None] * number for name in ("duplicate_of", "similarity", "method")}
    clusters = pl.DataFrame({**rows, **empty}, FATE_FRAME)
    block = VectorBlock(stage.scheme, clusters["doc_id"], vectors, np.full(number, 100))
    stage.resolve(
        [VectorBlock(stage.scheme, clusters["doc_id"][:50], vectors[:50], block.sizes[:50])],
        clusters[:50], clusters["doc_id"],
    )  # fmt: skip
    start, wall = time.process_time(), time.perf_counter()
    result = stage.resolve([block], clusters, clusters["doc_id"])
    return {
        "cpu_s_for_6400_chars": round(long, 3),
        "vectors": number,
        "all_pairs_cpu_s": round(time.process_time() - start, 2),
        "all_pairs_s": round(time.perf_counter() - wall, 2),
        "dropped": int((~result["kept"]).sum()),
        "planted": copies,
    }


def main() -> int:
    """Prints one JSON object and a line for each threshold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--embedder", default="use-multilingual")
    parser.add_argument("--documents", type=int, default=20_000)
    args = parser.parse_args()
    stage = DeduplicateMeanings(threshold=0.9, embedder=args.embedder)
    stage.vectors(pl.DataFrame({"doc_id": ["a"], "text": ["warm up"], "lang": ["en"]}))
    report = {"commit": commit(), "stage": repr(stage), "seed": SEED}
    report |= {"quality": quality(stage), "cost": cost(stage, args.documents)}
    print(json.dumps(report, indent=1))
    for threshold in THRESHOLDS:
        row = report["quality"][f"at {threshold}"]  # type: ignore[index]
        print(f"at {threshold}: precision {row['precision']}, recall {row['recall']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
