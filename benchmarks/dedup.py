"""Times deduplication against peers on one corpus, in one run, and writes its answer for scoring.

    python benchmarks/dedup.py --corpus CORPUS --out OUT

CORPUS holds docs.parquet (id, lang, norm, text). Writes OUT/clusters.parquet (id, cluster_id,
keep) and OUT/pairs.parquet (a, b), made from the column `norm`, and the same with `-raw` from
`text`. Seconds are CPU seconds of this process without reading files, compiling the loops and
building the fold table (both happen once, on 500 documents, before the clock starts); for
peers building their shingles counts, as it does for us. Differences under 1.3x are ties.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
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


def word_shingles(norm: str, lang: str, size: int = 5) -> list[bytes]:
    """Shingles as strings, as the peers need them."""
    units = norm.split(" ")
    glue = "" if lang == "zh" else " "
    ends = range(max(1, len(units) - size + 1))
    return [glue.join(units[start : start + size]).encode() for start in ends]


def with_datasketch(frame: pl.DataFrame, threshold: float) -> set[tuple[int, int]]:
    """Pairs by datasketch's bulk path: 16 x 8 bands, checked by its own signatures."""
    from datasketch import MinHash, MinHashLSH

    texts = zip(frame["norm"], frame["lang"], strict=True)
    sketches = MinHash.bulk([word_shingles(*text) for text in texts], num_perm=128)
    index = MinHashLSH(threshold=threshold, num_perm=128, params=(16, 8))
    with index.insertion_session() as session:
        for number, sketch in enumerate(sketches):
            session.insert(number, sketch, check_duplication=False)
    return {
        (number, other)
        for number, sketch in enumerate(sketches)
        for other in index.query(sketch)
        if number < other and sketch.jaccard(sketches[other]) >= threshold
    }


def with_rensa(frame: pl.DataFrame, threshold: float) -> set[tuple[int, int]]:
    """Pairs by rensa's R-MinHash and index, checked by its own signatures."""
    from rensa import RMinHash, RMinHashLSH  # type: ignore[import-not-found, unused-ignore]

    sketches = []
    index = RMinHashLSH(threshold=threshold, num_perm=128, num_bands=16)
    for number, (norm, lang) in enumerate(zip(frame["norm"], frame["lang"], strict=True)):
        sketch = RMinHash(num_perm=128, seed=1)
        sketch.update([shingle.decode() for shingle in word_shingles(norm, lang)])
        sketches.append(sketch)
        index.insert(number, sketch)
    return {
        (number, other)
        for number, sketch in enumerate(sketches)
        for other in index.query(sketch)
        if number < other and sketch.jaccard(sketches[other]) >= threshold
    }


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
        result, spent = ours(frame, stage)
        report[name] = {
            "cpu_s": {step: round(value, 3) for step, value in spent.items()},
            "documents_per_cpu_s": round(len(corpus) / spent["total"]),
            "peak_extra_mb": round(peak_mb() - before, 1),
            "counts": {key: getattr(result.counts, key) for key in result.counts.__slots__},
        }
        write(args.out, "" if name == "norm" else "-raw", result)
    peers = {"datasketch": with_datasketch, "rensa": with_rensa}
    for peer, function in peers.items():
        if args.no_peers or importlib.util.find_spec(peer) is None:
            continue
        spent_s, pairs = seconds(lambda run=function: run(corpus, args.threshold))  # type: ignore[misc]
        report[peer] = {
            "cpu_s": round(spent_s, 3),
            "pairs": len(pairs),
            "times_ours_norm": round(spent_s / report["norm"]["cpu_s"]["total"], 1),
        }
    print(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
