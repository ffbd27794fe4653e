"""`corpusmill run` on real PDF and HTML pages: speed by step, memory, and what is left out and why.

    python -m benchmarks run [--bench DIR | --input DIR] [--limit N] [--out DIR]

Ends with 1 unless the run completes, `verify` finds no problem and every row is accounted for.
DIR of --bench holds pdf_tables/data/*.pdf and html/data/**/*.html.gz; --input takes any folder.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cost import BENCH, COMMAND, Cost, commit, measure, table
from benchmarks.inputs import real_pages, samples

SHOWN = 4
"""Sources named for each reason and issue."""

WARM = ("announcement.md", "article_en.html", "report_tables.pdf", "scan_en.pdf")
"""Sample documents of a small run before the measured one, which compiles every module it needs."""


@dataclass(frozen=True)
class Real:
    """A run on real input: its cost, its summary, and where its output is."""

    cost: Cost
    summary: dict[str, Any]
    out: Path


def run_on(source: Path, out: Path, workers: int, recipe: Path | None = None) -> Real:
    """The measured run of `source` into `out`; ends this process when it fails."""
    command = [*COMMAND, "run", str(source), "-o", str(out), "--json", "--workers", str(workers)]
    cost = measure([*command, "--recipe", str(recipe)] if recipe else command)
    if cost.status not in (0, 3):
        sys.exit(f"the run ended with {cost.status}: {cost.errors[-2000:]}")
    return Real(cost, cost.json, out)


def warm_up(folder: Path, recipe: Path | None = None) -> None:
    """A small run that leaves compiled modules and loops behind, as any earlier run does."""
    samples(folder / "warm-in", WARM)
    run_on(folder / "warm-in", folder / "warm-out", 2, recipe)


def problems(real: Real) -> list[str]:
    """What `verify` finds, and rows that a step neither kept nor rejected."""
    checked = measure([*COMMAND, "verify", str(real.out), "--json"])
    found = [
        f"{check['check']}: {problem}"
        for check in json.loads(checked.output)
        for problem in check["problems"]
    ]
    for step in real.summary["steps"]:
        # a parse step counts files in and documents out, a chunk step documents in and chunks out
        if step["name"] not in ("parse", "chunk"):
            lost = step["rows_in"] - step["kept"] - step["rejected"]
            found += [f"{step['name']}: {lost} rows unaccounted for"] if lost else []
    return found


def pages(out: Path) -> int:
    """Pages that were read: those of files with pages, and one for each other document."""
    import polars as pl

    from dataflow.io.store import Store

    frames = [entry.table("rows", ["n_pages"]) for entry in Store(out / ".work").entries("parse")]
    return int(pl.concat(frames)["n_pages"].fill_null(1).sum())


def print_speed(real: Real) -> None:
    """Steps and totals."""
    cost, usage, counts = real.cost, real.summary["usage"], real.summary["counts"]
    columns = ("step", "rows in", "kept", "rejected", "kernel CPU s", "wall s")
    print(table(columns, [
        (step["name"], step["rows_in"], step["kept"], step["rejected"],
         round(step["cpu_seconds"], 2), round(step["seconds"], 2))
        for step in real.summary["steps"]
    ]))  # fmt: skip
    read, mib = pages(real.out), counts["bytes"] / 2**20
    print(table(("total", "value"), [
        ("files", counts["files"]), ("pages read", read), ("MiB in", round(mib, 2)),
        ("wall seconds", round(cost.seconds, 1)),
        ("CPU seconds, all processes", round(cost.cpu_seconds, 1)),
        ("CPU seconds of kernels", usage["kernel_cpu_seconds"]),
        ("CPU seconds of the driver", round(cost.driver_cpu_seconds, 2)),
        ("pages a wall second", round(read / cost.seconds, 2)),
        ("pages a CPU second", round(read / cost.cpu_seconds, 2)),
        ("MiB a wall second", round(mib / cost.seconds, 3)),
        ("peak RSS of a worker, MiB", usage["peak_worker_mib"]),
        ("peak RSS of the driver, MiB", cost.driver_peak_mib),
        *((f"rows of {name}", rows) for name, rows in real.summary["datasets"].items()),
    ]))  # fmt: skip


def _named(sources: list[str]) -> str:
    return ", ".join(name if len(name) <= 40 else f"{name[:39]}…" for name in sources)


def print_left_out(out: Path) -> None:
    """Rejects by stage and reason, and what is partial, each with a few sources."""
    import polars as pl

    from dataflow.io.shards import read_all

    rejects = read_all(out, "rejects")
    groups = rejects.group_by("level", "stage", "reason").agg(
        pl.len().alias("rows"), pl.col("source").unique(maintain_order=True).head(SHOWN)
    )
    ordered = groups.sort(
        "level", "stage", "rows", "reason", descending=[False, False, True, False]
    )
    print(table(("level", "stage", "reason", "rows", "for example"), [
        (*row[:4], _named(row[4])) for row in ordered.iter_rows()
    ]))  # fmt: skip
    documents = read_all(out, "documents", ["source", "status", "issues"])
    issues = documents.explode("issues").drop_nulls("issues").unnest("issues")
    if not issues.height:
        return
    found = issues.group_by("status", "code").agg(
        pl.col("source").n_unique().alias("documents"),
        pl.col("source").unique(maintain_order=True).head(SHOWN), pl.col("detail").first(),
    )  # fmt: skip
    print(table(("status", "issue", "documents", "first detail", "for example"), [
        (status, code, count, detail[:100], _named(sources))
        for status, code, count, sources, detail in found.sort("status", "code").iter_rows()
    ]))  # fmt: skip


def main() -> int:
    """Runs, verifies and prints; 0 when nothing is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bench", type=Path, default=BENCH)
    parser.add_argument("--input", type=Path, help="a folder to run on instead")
    parser.add_argument("--limit", type=int, default=0, help="so many pages of each kind")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, help="keep the output here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = args.input or Path(folder) / "in"
        if args.input is None and not real_pages(args.bench, source, args.limit):
            print(f"skipped: no pages under {args.bench}")
            return 0
        warm_up(Path(folder))
        real = run_on(source, args.out or Path(folder) / "out", args.workers)
        print(f"commit {commit()}, status {real.cost.status}, {args.workers} workers")
        print_speed(real)
        print_left_out(real.out)
        wrong = problems(real)
        print(f"{len(wrong)} problems" + "".join(f"\n  {problem}" for problem in wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
