"""Packs documents for scoring, and prints how fast.

    python benchmarks/packing.py --docs DOCS.parquet --out PACKED.parquet [--capacity C]

DOCS has id and length, and may have input_ids; without them the tokens are made up, which the
lengths do not notice. Writes doc_ids, lengths, input_ids and position_ids. Seconds are CPU seconds
of this process: the whole stage, and the bin packing alone, after one call that compiles.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.packing.bestfit import best_fit
from dataflow.packing.stage import PackSequences, cut

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Packs and prints one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--docs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--capacity", type=int, default=2048)
    parser.add_argument("--mode", choices=("pretrain", "sft"), default="pretrain")
    args = parser.parse_args()
    docs = pl.read_parquet(args.docs)
    lengths = docs["length"].to_numpy().astype(np.int64)
    if "input_ids" in docs.columns:
        tokens = [np.asarray(part, np.int32) for part in docs["input_ids"]]
    else:
        tokens = [np.arange(length, dtype=np.int32) for length in lengths.tolist()]

    def encode(places: list[str]) -> list[NDArray[np.int32]]:
        return [tokens[int(place)] for place in places]

    stage = PackSequences(capacity=args.capacity, mode=args.mode)
    frame = docs.select(
        pl.col("id").cast(pl.String).alias("doc_id"),
        pl.int_range(pl.len()).cast(pl.String).alias("text"),
    )
    stage(frame.head(3), encode)
    start = time.process_time()
    packed, rejected = stage(frame, encode)
    middle = time.process_time()
    pieces = -np.sort(-cut(lengths, args.capacity)[2])
    before = time.process_time()
    _, opened = best_fit(pieces, args.capacity)
    after = time.process_time()
    packed.write_parquet(args.out)
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"],
        capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    print(json.dumps({
        "commit": commit, "stage": repr(stage), "documents": len(docs), "rejected": len(rejected),
        "sequences": len(packed), "bins": opened,
        "fill": int(packed["lengths"].list.sum().sum()) / (max(1, len(packed)) * args.capacity),
        "stage_cpu_s": round(middle - start, 3), "best_fit_cpu_s": round(after - before, 4),
        "pieces_per_cpu_s": round(len(pieces) / max(1e-9, after - before)),
    }, indent=1))  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
