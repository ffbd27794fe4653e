"""Measures how deduplication grows: CPU seconds, memory and disk at 20k, 100k, … documents.

    python -m benchmarks dedup_scale --work DIR [--sizes 20000 100000 500000] [--in-memory]

The corpus is made, not found: three quarters of the documents are of their own, 8 % are copies
in other case, 16 % are variants of an earlier one (half of these of the popular ones, 20 for each)
in which 1 word in 200 to 1 in 10 is another, 1 % are filled-in forms of 40 templates, a quarter is
Chinese. Words follow Zipf's law, lengths are log-normal. Signing and clustering run in processes of
their own, so that each has its own peak. Nothing but the signature blocks is kept in DIR.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.dedup.buckets import Room
from dataflow.dedup.stage import Deduplicate

ROOT = Path(__file__).resolve().parents[1]
BLOCK = 10_000
VOCABULARY, HAN = 60_000, 4_000
COPY, VARIANT, TEMPLATE = 0.08, 0.24, 0.25
"""Upper ends of the shares of copies, variants and filled-in templates."""
POPULAR, TEMPLATES = 0.004, 40
"""Share of the documents that half of the variants are of, and how many templates there are."""
RATES = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1)
EVERYTHING = 10**12
MB = 1 << 20


class Corpus:
    """Documents by number; each can be made without the others."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        rng = np.random.default_rng(seed)
        letters = np.array(list("etaoinshrdlucmfwypvbgk"))
        lengths = rng.integers(2, 11, VOCABULARY)
        words = ["".join(rng.choice(letters, length)) for length in lengths]
        self.words = np.array(words, dtype=object)
        self.han = np.array([chr(0x4E00 + number) for number in range(HAN)], dtype=object)

    def units(self, root: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """The vocabulary of an original document and the words it has."""
        rng = np.random.default_rng([self.seed, root])
        vocabulary = self.han if root % 4 == 0 else self.words
        length = int(np.clip(rng.lognormal(5.3, 0.7), 30, 3000))
        return vocabulary, (len(vocabulary) ** rng.random(length)).astype(np.int64)

    def text(self, number: int) -> str:
        """The text of document `number`."""
        rng = np.random.default_rng([self.seed, 1, number])
        kind, root = rng.random(), number
        if kind < VARIANT and number:
            reach = POPULAR if rng.random() < 0.5 else 1.0
            root = int(rng.integers(0, max(1, int(number * reach))))
        elif kind < TEMPLATE:
            root = EVERYTHING + 4 * int(rng.integers(0, TEMPLATES)) + 1
        vocabulary, units = self.units(root)
        if root != number and kind >= COPY:
            rate = float(rng.choice(RATES[:3] if kind >= VARIANT else RATES))
            places = rng.random(len(units)) < rate
            units[places] = rng.integers(0, len(vocabulary), int(places.sum()))
        text = ("" if vocabulary is self.han else " ").join(vocabulary[units])
        return text.upper() if kind < COPY else text


def sign(work: Path, size: int, seed: int) -> dict[str, Any]:
    """Writes the blocks of `size` documents; CPU seconds without making texts, and the peak."""
    corpus, stage = Corpus(seed), Deduplicate()
    stage.signatures(pl.DataFrame({"doc_id": ["a"], "text": ["compile"]}))
    spent, text_bytes = 0.0, 0
    for start in range(0, size, BLOCK):
        numbers = range(start, min(size, start + BLOCK))
        frame = pl.DataFrame(
            {
                "doc_id": [
                    f"{number * 0x9E3779B97F4A7C15 % (1 << 128):032x}" for number in numbers
                ],
                "source": [f"folder{number % 97:02d}/file{number:09d}.txt" for number in numbers],
                "text": [corpus.text(number) for number in numbers],
            }
        )
        text_bytes += int(frame["text"].str.len_bytes().sum())
        began = time.process_time()
        stage.write_block(work / f"{start:09d}.arrow", stage.signatures(frame))
        spent += time.process_time() - began
    return {"cpu_s": round(spent, 2), "text_mb": round(text_bytes / MB), **_peak()}


def cluster(work: Path, room: Room) -> dict[str, Any]:
    """CPU seconds, peak and counts of clustering the blocks in `work`."""
    stage = Deduplicate()
    one = stage.signatures(pl.DataFrame({"doc_id": ["a"], "text": ["compile"]}))
    stage.resolve([one])
    paths = sorted(work.glob("*.arrow"))
    before = _peak()["peak_mb"]
    began, wall = time.process_time(), time.perf_counter()
    result = stage.resolve(stage.open_blocks(paths), room=room)
    spent, waited = time.process_time() - began, time.perf_counter() - wall
    return {
        "cpu_s": round(spent, 2),
        "wall_s": round(waited, 2),
        "peak_extra_mb": round(_peak()["peak_mb"] - before, 1),
        **_peak(),
        "blocks_mb": round(sum(path.stat().st_size for path in paths) / MB, 1),
        "buckets_mb": round(result.counts.bytes_on_disk / MB, 1),
        "counts": {name: getattr(result.counts, name) for name in result.counts.__slots__},
        "clusters_sha": hash_of(result.clusters),
    }


def hash_of(frame: pl.DataFrame) -> str:
    """A hash of the rows of clusters/, to compare two ways with each other."""
    import xxhash

    state = xxhash.xxh3_64()
    for row in frame.iter_rows():
        state.update(repr(row).encode())
    return state.hexdigest()


def _peak() -> dict[str, float]:
    return {"peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)}


def _child(*arguments: str | Path | int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks", "dedup_scale", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> int:
    """Runs all sizes, each step in a process of its own, and prints one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for blocks and buckets")
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000, 500_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--in-memory", action="store_true", help="also without buckets on disk")
    parser.add_argument("--step", choices=("sign", "disk", "memory"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    if args.step == "sign":
        print(json.dumps(sign(args.work, args.sizes[0], args.seed)))
        return 0
    if args.step:
        documents = 0 if args.step == "disk" else EVERYTHING
        print(json.dumps(cluster(args.work, Room(args.work, documents))))
        return 0
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"],
        capture_output=True, text=True, check=False,
    ).stdout.strip()  # fmt: skip
    report: dict[str, Any] = {"commit": commit, "stage": repr(Deduplicate()), "seed": args.seed}
    for size in args.sizes:
        work = args.work / str(size)
        shutil.rmtree(work, ignore_errors=True)
        options = ("--work", work, "--sizes", size, "--seed", args.seed)
        found = {"sign": _child(*options, "--step", "sign")}
        found["disk"] = _child(*options, "--step", "disk")
        if args.in_memory:
            found["memory"] = _child(*options, "--step", "memory")
        shutil.rmtree(work)
        report[str(size)] = found
        print(f"{size:,}: sign {found['sign']['cpu_s']} CPU-s, cluster {found['disk']['cpu_s']}, "
              f"peak {found['disk']['peak_mb']} MB", file=sys.stderr)  # fmt: skip
    print(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
