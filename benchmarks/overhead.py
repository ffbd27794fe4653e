"""What a run costs beside its kernels: CPU seconds of all processes over those of the kernels.

    python -m benchmarks overhead [--bench DIR | --input DIR] [--profile]

Kernels are what a worker does for one item (reading, parsing, scoring, embedding, …) and the global
comparisons in the driver, as the run itself counts them. Starting processes, importing, moving
rows, committing, writing the data sets and the report are the rest. Ends with 1 above the bound.
--profile runs a second time and prints where the driver's own CPU seconds go.
"""

from __future__ import annotations

import argparse
import pstats
import sys
import tempfile
from pathlib import Path

from benchmarks.cost import BENCH, Cost, commit, measure, table
from benchmarks.inputs import real_pages
from benchmarks.run import run_on, warm_up

BOUND = 1.15
ENOUGH = 60.0
"""CPU seconds of kernels below which start-up decides the ratio."""

PROFILED = """
import cProfile, sys, time
profile = cProfile.Profile(time.thread_time)
from flows.cli import main
try:
    profile.runcall(main)
except SystemExit:
    pass
profile.dump_stats({path!r})
"""


def profiled(source: Path, out: Path, folder: Path) -> Cost:
    """The cost of a run whose driver is profiled; prints its most expensive functions."""
    path = folder / "driver.prof"
    command = [sys.executable, "-P", "-c", PROFILED.format(path=str(path))]
    command += ["run", str(source), "-o", str(out), "--json", "--workers", "2"]
    cost = measure(command)
    print(pstats_text(path))
    return cost


def pstats_text(path: Path) -> str:
    """The functions of our packages, and imports, by CPU seconds with all that they call."""
    stats = pstats.Stats(str(path))
    rows = []
    for (file, line, name), (_, calls, own, total, _) in stats.stats.items():  # type: ignore[attr-defined]
        ours = any(f"/{package}/" in file for package in ("dataflow", "parsers", "flows"))
        if ours and "site-packages" not in file and total >= 0.1:
            place = "/".join(Path(file).parts[-3:])
            rows.append((f"{place}:{line} {name}", calls, round(own, 2), round(total, 2)))
    rows.sort(key=lambda row: -row[3])
    return table(("function", "calls", "own CPU s", "with callees"), rows[:40])


def main() -> int:
    """Prints the shares; 1 when the ratio is above the bound."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bench", type=Path, default=BENCH)
    parser.add_argument("--input", type=Path, help="a folder to run on instead")
    parser.add_argument("--profile", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = args.input or folder / "in"
        if args.input is None and not real_pages(args.bench, source):
            print(f"skipped: no pages under {args.bench}")
            return 0
        warm_up(folder)
        real = run_on(source, folder / "out", 2)
        cost, usage = real.cost, real.summary["usage"]
        kernels = usage["kernel_cpu_seconds"]
        ratio = cost.cpu_seconds / kernels
        workers = cost.cpu_seconds - cost.driver_cpu_seconds
        print(f"commit {commit()}, {real.summary['counts']['files']} files, 2 workers")
        print(table(("CPU seconds", "value"), [
            ("all processes", round(cost.cpu_seconds, 2)), ("kernels", kernels),
            ("driver", round(cost.driver_cpu_seconds, 2)),
            ("workers and their server", round(workers, 2)),
            ("ratio, all over kernels", round(ratio, 3)), ("bound", BOUND),
        ]))  # fmt: skip
        if kernels < ENOUGH:
            print(f"kernels took less than {ENOUGH:g} CPU seconds: start-up decides this ratio")
        if args.profile:
            profiled(source, folder / "out-profiled", folder)
    return int(ratio > BOUND)


if __name__ == "__main__":
    sys.exit(main())
