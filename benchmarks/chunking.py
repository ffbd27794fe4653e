"""Chunks of the chunking yardstick's corpora, written for its scorer, and what they cost.

    python benchmarks/chunking.py --out out/chunks
    python ../shared/bench/chunking/score_chunks.py --pred out/chunks/structure-200.jsonl

Prints one line of JSON for each setting: chunks, mean characters, CPU seconds, characters a
CPU second; with --score also precision_omega and recall@5 by the scorer beside the data.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dataflow.chunking.chunk import ChunkText

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "bench" / "chunking"


def commit() -> str:
    """Short hash of the commit that is measured."""
    command = ["git", "describe", "--always", "--dirty"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def score(scorer: Path, predictions: Path) -> dict[str, float]:
    """What the scorer says about a file of chunks."""
    command = [sys.executable, str(scorer), "--pred", str(predictions)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    report = json.loads(found.stdout)
    names = ("mean_chars", "precision_omega", "recall", "precision", "offset_errors")
    return {name: report[name] for name in names}


def main() -> None:
    """Chunks every corpus with each setting."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, default=DEFAULT)
    parser.add_argument("--out", type=Path, default=Path("out/chunks"))
    parser.add_argument("--strategy", default="structure")
    parser.add_argument("--tokenizer", default="unicode")
    parser.add_argument("--overlap", type=int, default=0)
    parser.add_argument("--sizes", type=int, nargs="+", default=[104, 218, 560])
    parser.add_argument("--score", action="store_true")
    args = parser.parse_args()
    paths = sorted((args.bench / "data").glob("*.md"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    names = [path.stem for path in paths]
    frame = pl.DataFrame({"doc_id": names, "text": texts, "lang": ["en"] * len(names)})
    args.out.mkdir(parents=True, exist_ok=True)
    ChunkText()(frame.head(1))  # imports are not what is measured
    for size in args.sizes:
        stage = ChunkText(args.strategy, size, args.overlap, args.tokenizer)
        began = time.process_time()
        chunks = stage(frame)
        seconds = time.process_time() - began
        target = args.out / f"{args.strategy}-{size}.jsonl"
        rows = chunks.select(corpus="doc_id", start="char_start", end="char_end", text="text")
        rows.write_ndjson(target)
        report = {
            "stage": repr(stage),
            "chunks": chunks.height,
            "longest_tokens": chunks["n_tokens"].max(),
            "cpu_s": round(seconds, 3),
            "chars_per_cpu_s": round(sum(map(len, texts)) / seconds),
            "commit": commit(),
        }
        if args.score:
            report |= score(args.bench / "score_chunks.py", target)
        print(json.dumps(report))


if __name__ == "__main__":
    main()
