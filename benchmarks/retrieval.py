"""Runs of the retrieval yardstick, written for its scorer: BM25, embeddings alone, hybrid.

    python benchmarks/retrieval.py --out out/runs --score
    python ../shared/bench/retrieval/score_retrieval.py --set xquad-en --pred out/runs/...

Prints one line of JSON for each set and method, with the CPU seconds of embedding passages and
questions; with --score also what the scorer beside the data says, hybrid minus BM25 included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dataflow.embedding.embedder import get_embedder
from dataflow.retrieval.bm25 import bm25_index
from dataflow.retrieval.search import ranking, reciprocal_ranks, standard_scores

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "bench" / "retrieval"
SETS = ("xquad-en", "cmrc2018")
FOUND = 10


def commit() -> str:
    """Short hash of the commit that is measured."""
    command = ["git", "describe", "--always", "--dirty"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def read(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def write_run(
    path: Path, ids: Sequence[str], qids: Sequence[str], scores: Sequence[NDArray[np.float64]]
) -> None:
    """The ten best passages of each question."""
    rows = (
        {"qid": qid, "ids": [ids[row] for row in ranking(values, FOUND)]}
        for qid, values in zip(qids, scores, strict=True)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def score(scorer: Path, name: str, run: Path, minus: Path | None) -> dict[str, Any]:
    """What the scorer says about a run."""
    command = [sys.executable, str(scorer), "--set", name, "--pred", str(run)]
    command += ["--minus", str(minus)] if minus else []
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    report = json.loads(found.stdout)
    return {key: report[key] for key in report if "@" in key or key == "minus"}


def main() -> None:
    """Ranks the passages of each set for its questions by three methods."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, default=DEFAULT)
    parser.add_argument("--out", type=Path, default=Path("out/runs"))
    parser.add_argument("--embedder", default="use-multilingual")
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--score", action="store_true")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    model = get_embedder(args.embedder)
    model.embed(["warm up"], "query")
    for name in args.sets:
        passages = read(args.bench / "data" / f"{name}.passages.jsonl")
        questions = read(args.bench / "data" / f"{name}.questions.jsonl")
        texts = [passage["text"] for passage in passages]
        asked = [question["question"] for question in questions]
        index = bm25_index(texts)
        words = [index.scores(question) for question in asked]
        began = time.process_time()
        vectors = model.embed(texts, "passage")
        middle = time.process_time()
        queries = model.embed(asked, "query")
        seconds = (round(middle - began, 1), round(time.process_time() - middle, 1))
        meaning = list((queries @ vectors.T).astype(np.float64))
        pairs = list(zip(words, meaning, strict=True))
        methods = {
            "bm25": words,
            args.embedder: meaning,
            f"hybrid-{args.embedder}": [standard_scores(pair) for pair in pairs],
            f"hybrid-ranks-{args.embedder}": [reciprocal_ranks(pair) for pair in pairs],
        }
        ids, qids = [p["id"] for p in passages], [q["id"] for q in questions]
        for method, scores in methods.items():
            target = args.out / f"{name}.{method.replace('/', '_')}.jsonl"
            write_run(target, ids, qids, scores)
            report: dict[str, Any] = {"set": name, "method": method, "commit": commit()}
            if method == args.embedder:
                report |= {"cpu_s_passages": seconds[0], "cpu_s_questions": seconds[1]}
            if args.score:
                base = args.out / f"{name}.bm25.jsonl" if method.startswith("hybrid") else None
                report |= score(args.bench / "score_retrieval.py", name, target, base)
            print(json.dumps(report))


if __name__ == "__main__":
    main()
