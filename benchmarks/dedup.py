"""Times deduplication against peers on one corpus, in one run, and writes its answer for scoring.

    python -m benchmarks dedup --corpus CORPUS --out OUT [--peers PEERS/bin/python] [--only rensa …]

CORPUS holds docs.parquet (id, lang, norm, text) and pairs.parquet (a, b, jaccard). Writes
OUT/clusters.parquet (id, cluster_id, keep) and OUT/pairs.parquet (a, b), made from the column
`norm`, and the same with `-raw` from `text`. PEERS is an environment with datasketch, rensa, gaoya,
datatrove and text-dedup (`pip install datasketch rensa gaoya 'datatrove[processing]' text-dedup`);
each runs in a process of its own, see dedup_peers.

Seconds are CPU seconds of the whole process without reading files, compiling the loops and
building the fold table (both happen once, on 500 documents, before the clock starts), ours the
median of ROUNDS; for peers building their shingles counts, as it does for us. Differences under
1.3x are ties.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.dedup.clusters import Clustering
from dataflow.dedup.stage import Deduplicate

ROOT = Path(__file__).resolve().parents[1]
DEFAULT = ROOT / "../shared/bench/dedup/corpus"
ROUNDS = 3
PEERS = ("datasketch", "datasketch-xxh32", "rensa", "gaoya", "datatrove", "text-dedup")


def seconds(task: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of `task` and its result."""
    start = time.process_time()
    result = task()
    return time.process_time() - start, result


def peak_mb() -> float:
    """Highest resident size of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(frame: pl.DataFrame, stage: Deduplicate) -> tuple[Clustering, dict[str, float]]:
    """Clustering of `frame`, and seconds of its two steps."""
    signing, block = seconds(lambda: stage.signatures(frame))
    clustering, result = seconds(lambda: stage.resolve([block]))
    return result, {"sign": signing, "cluster": clustering, "total": signing + clustering}


def accuracy(result: Clustering, corpus: Path, threshold: float) -> dict[str, float]:
    """Recall and precision of the verified pairs against the exact similarities."""
    truth = pl.read_parquet(corpus / "pairs.parquet").filter(pl.col("jaccard") >= threshold - 1e-12)
    found = result.pairs().select(pl.col("a", "b").cast(pl.Int64))
    hits = len(truth.select(pl.col("a", "b").cast(pl.Int64)).join(found, on=["a", "b"]))
    return {
        "pairs": len(found),
        "recall": round(hits / max(1, len(truth)), 5),
        "precision": round(hits / max(1, len(found)), 5),
    }


def peer(python: Path, name: str, corpus: Path, threshold: float) -> dict[str, Any]:
    """What dedup_peers prints of one peer, or the last line of what went wrong."""
    command = [python, ROOT / "benchmarks/dedup_peers.py", "--corpus", corpus, "--peer", name,
               "--threshold", threshold]  # fmt: skip
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return {"error": (done.stderr.strip() or "no message").splitlines()[-1]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def write(out: Path, suffix: str, result: Clustering) -> None:
    """Writes clusters and pairs under the names that the scorer reads."""
    out.mkdir(parents=True, exist_ok=True)
    result.clusters.select(
        pl.col("doc_id").cast(pl.Int64).alias("id"), "cluster_id", pl.col("kept").alias("keep")
    ).write_parquet(out / f"clusters{suffix}.parquet")
    result.pairs().select(pl.col("a", "b").cast(pl.Int64)).write_parquet(
        out / f"pairs{suffix}.parquet"
    )


def main() -> int:
    """Runs the comparison and prints one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, default=DEFAULT)
    parser.add_argument("--out", type=Path, default=ROOT / "out/dedup")
    parser.add_argument("--threshold", type=float, default=0.75)
    parser.add_argument("--peers", type=Path, help="Python interpreter that has the peers")
    parser.add_argument("--only", nargs="+", choices=PEERS, default=PEERS)
    parser.add_argument("--no-peers", action="store_true")
    args = parser.parse_args()
    corpus = pl.read_parquet(args.corpus / "docs.parquet", columns=["id", "lang", "norm", "text"])
    stage = Deduplicate(threshold=args.threshold)
    corpus = corpus.with_columns(doc_id=pl.col("id").cast(pl.String).str.zfill(9))
    ours(corpus.head(500), stage)
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"],
        capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    report: dict[str, Any] = {"commit": commit, "documents": len(corpus), "stage": repr(stage)}
    for name, column in (("norm", "norm"), ("raw", "text")):
        before = peak_mb()
        frame = corpus.select("doc_id", pl.col(column).alias("text"))
        rounds = [ours(frame, stage) for _ in range(ROUNDS)]
        result = rounds[0][0]
        spent = {
            step: statistics.median(spent[step] for _, spent in rounds) for step in rounds[0][1]
        }
        report[name] = {
            "cpu_s": {step: round(value, 3) for step, value in spent.items()},
            "documents_per_cpu_s": round(len(corpus) / spent["total"]),
            "peak_extra_mb": round(peak_mb() - before, 1),
            "counts": {key: getattr(result.counts, key) for key in result.counts.__slots__},
            **accuracy(result, args.corpus, args.threshold),
        }
        write(args.out, "" if name == "norm" else "-raw", result)
    for name in args.only if args.peers and not args.no_peers else ():
        report[name] = peer(args.peers, name, args.corpus, args.threshold)
        if "cpu_s" in report[name]:
            times = report[name]["cpu_s"] / report["norm"]["cpu_s"]["total"]
            report[name]["times_ours_norm"] = round(times, 1)
    print(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
