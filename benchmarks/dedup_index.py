"""What a new run costs against an index of earlier documents, and against doing all of it again.

    python -m benchmarks dedup_index [--sizes 20000 100000] [--new 2000] [--redis URL]

Documents are shuffled sentences of the text files under --text (by default this system's
documentation), about 2,000 characters each. Half of the new ones are earlier ones with none to ten
of their sentences replaced. For each size, each way in a process of its own:

    index     sign the new documents, look them up in the index, decide
    blocks    the same against all earlier signatures, mapped, without a look-up
    again     sign earlier and new documents, decide: what a run without an index does

CPU seconds leave out reading texts and compiling the loops (done on 200 documents before). `MB` is
how far the process's peak lies above what it had before. The decisions on the new documents must
be the same, else the script ends with 1. With --redis (a server to fill and clear: `redis://…`)
2,000 earlier documents are added and 200 looked up there too.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.cost import ROOT, commit
from benchmarks.inputs import sentences
from dataflow.dedup.index_entry import open_index
from dataflow.dedup.signatures import SignatureBlock
from dataflow.dedup.stage import Deduplicate

TEXTS = (Path("/usr/share/doc"), ROOT / "docs", ROOT / "sample_data" / "make" / "texts")
STAGE = Deduplicate()
SEED = 20261122
SENTENCES = 20
WAYS = ("index", "blocks", "again")
PACK = 500


def corpus(pool: Sequence[str], number: int, prefix: str, old: Sequence[str] = ()) -> pl.DataFrame:
    """`number` documents; with `old` every second one is a variant of one of those."""
    texts = []
    for place in range(number):
        rng = random.Random(f"{SEED}-{prefix}-{place}")
        parts = rng.sample(pool, SENTENCES)
        if old and place % 2:
            parts = rng.choice(old).split("\n")
            for at in rng.sample(range(SENTENCES), rng.randrange(11)):
                parts[at] = rng.choice(pool)
        texts.append("\n".join(parts))
    ids = [f"{prefix}{place:07d}" for place in range(number)]
    return pl.DataFrame({"doc_id": ids, "text": texts, "source": ids})


def packs(frame: pl.DataFrame) -> list[SignatureBlock]:
    """Signature blocks as a run makes them."""
    return [STAGE.signatures(part) for part in frame.iter_slices(PACK)]


def peak_mb() -> float:
    """Peak resident memory of this process so far (VmHWM: unlike ru_maxrss not the parent's)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def measured(work: Callable[[], pl.DataFrame], out: Path) -> dict[str, float]:
    """CPU seconds and memory of `work`, whose clusters go to `out`."""
    before, start = peak_mb(), time.process_time()
    clusters = work()
    spent = time.process_time() - start
    clusters.write_parquet(out)
    return {"cpu_s": round(spent, 3), "mb": round(peak_mb() - before, 1)}


def child(way: str, folder: Path) -> dict[str, float]:
    """One way of deciding on the new documents in `folder`."""
    new = pl.read_parquet(folder / "new.parquet")
    old = pl.read_parquet(folder / "old.parquet") if way == "again" else new
    index = open_index(str(folder / "index"), STAGE.scheme, STAGE.bands)
    warm = packs(new.head(200))
    STAGE.resolve(warm, index.earlier(warm, STAGE.threshold))
    if way == "again":  # ids as the index gives them, so that rows can be compared
        old = old.with_columns(pl.format("old:{}", "doc_id").alias("doc_id"))

    def work() -> pl.DataFrame:
        blocks = packs(new)
        if way == "again":
            earlier = packs(old)
        elif way == "blocks":
            earlier = index.blocks()  # type: ignore[attr-defined]
        else:
            earlier = index.earlier(blocks, STAGE.threshold)
        return STAGE.resolve(blocks, earlier).clusters

    return measured(work, folder / f"{way}.parquet")


def sized(pool: Sequence[str], size: int, number: int, folder: Path) -> dict[str, Any]:
    """All ways for one size of the index."""
    old = corpus(pool, size, "d")
    blocks = packs(old)
    kept = STAGE.cluster(blocks).filter("kept")["doc_id"]
    stays = old.filter(pl.col("doc_id").is_in(kept.implode()))
    new = corpus(pool, number, "n", stays["text"].to_list())
    stays.write_parquet(folder / "old.parquet")
    new.write_parquet(folder / "new.parquet")
    index = open_index(str(folder / "index"), STAGE.scheme, STAGE.bands, create=True)
    start = time.process_time()
    index.add("old", blocks, kept)
    spent = time.process_time() - start
    held = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file())
    del blocks
    found: dict[str, Any] = {
        "earlier": len(stays), "new": number, "add_cpu_s": round(spent, 2),
        "bytes_per_document": round(held / len(stays)),
        "text_bytes_per_document": round(stays["text"].str.len_bytes().sum() / len(stays)),
    }  # fmt: skip
    for way in WAYS:
        script = [sys.executable, "-m", "benchmarks", "dedup_index", "--child", way, str(folder)]
        answer = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=True)
        found[way] = json.loads(answer.stdout)
    clusters = [pl.read_parquet(folder / f"{way}.parquet") for way in WAYS]
    found["dropped"] = int((~clusters[0]["kept"]).sum())
    found["for_earlier"] = int((clusters[0]["method"] == "earlier").sum())
    found["same_decisions"] = all(each.equals(clusters[0]) for each in clusters)
    return found


def remote(url: str, pool: Sequence[str]) -> dict[str, Any]:
    """An index on a server: what an addition and a look-up cost for each document."""
    old = corpus(pool, 2000, "d")
    new = packs(corpus(pool, 200, "n", old["text"].to_list()))
    index = open_index(url, STAGE.scheme, STAGE.bands, create=True)
    spent: dict[str, Any] = {}
    start = time.perf_counter(), time.process_time()
    index.add("bench", packs(old), old["doc_id"])
    spent["add_ms"] = round((time.perf_counter() - start[0]) / 2, 2)
    spent["add_cpu_ms"] = round((time.process_time() - start[1]) / 2, 2)
    start = time.perf_counter(), time.process_time()
    found = index.earlier(new, STAGE.threshold)
    spent["look_up_ms"] = round((time.perf_counter() - start[0]) / 0.2, 2)
    spent["look_up_cpu_ms"] = round((time.process_time() - start[1]) / 0.2, 2)
    spent["found"] = sum(map(len, found))
    index.without("bench")
    index.close()
    return spent


def main() -> int:
    """Runs the comparison and prints one JSON object and a line for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--new", type=int, default=2000)
    parser.add_argument("--text", type=Path, nargs="+", default=list(TEXTS))
    parser.add_argument("--redis", default="")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        print(json.dumps(child(args.child[0], Path(args.child[1]))))
        return 0
    pool = sentences(args.text)
    report: dict[str, Any] = {"commit": commit(), "seed": SEED, "sizes": []}
    for size in args.sizes:
        with tempfile.TemporaryDirectory(prefix="dedup-index-") as folder:
            report["sizes"].append(sized(pool, size, args.new, Path(folder)))
    if args.redis:
        report["redis"] = remote(args.redis, pool)
    print(json.dumps(report, indent=1))
    for found in report["sizes"]:
        times = found["again"]["cpu_s"] / found["index"]["cpu_s"]
        print(
            f"{found['new']} new against {found['earlier']} earlier: "
            + ", ".join(f"{w} {found[w]['cpu_s']} CPU-s {found[w]['mb']} MB" for w in WAYS)
            + f"; {times:.0f} times less; same decisions: {found['same_decisions']}"
        )
    return 0 if all(found["same_decisions"] for found in report["sizes"]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
