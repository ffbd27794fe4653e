"""Whether cost grows with the input and memory does not: runs on 1x, 4x and 16x documents.

    python -m benchmarks growth [--sizes 250 1000 4000] [--text DIR ...] [--skip sft]

The documents are sentences of the text files under DIR (by default this system's documentation),
shuffled with a seed into distinct Markdown and HTML files of about 4,000 characters. Embeddings are
hashed words, not a model's. A run of 16 documents is taken off each size: what remains is what a
document costs, without what starting costs. Ends with 1 when that differs from the mean by more
than 15 %, or when the peak memory of the driver or of a worker grows by more than half.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cost import ROOT, commit, table
from benchmarks.inputs import documents, sentences
from benchmarks.run import Real, problems, run_on, warm_up

TEXTS = (Path("/usr/share/doc"), ROOT / "docs", ROOT / "sample_data" / "make" / "texts")
RECIPE = '[embed]\nembedder = "hashing"\n[run]\nskip = {skip}\n'
BASE = 16
SEED = 20261122
SPREAD = 0.15
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Size:
    """A run on so many documents."""

    count: int
    mib: float
    real: Real

    def per_document(self, base: Real) -> float:
        """CPU seconds of all processes for a document, without those of a start."""
        spent = self.real.cost.cpu_seconds - base.cost.cpu_seconds
        return spent / (self.count - BASE)

    def row(self, base: Real) -> tuple[object, ...]:
        """The line of the table."""
        cost, usage = self.real.cost, self.real.summary["usage"]
        kernels = usage["kernel_cpu_seconds"]
        return (
            self.count, round(self.mib, 1), round(cost.seconds, 1), round(cost.cpu_seconds, 1),
            kernels, round(1000 * kernels / self.count, 2),
            round(1000 * self.per_document(base), 2), round(cost.driver_cpu_seconds, 1),
            usage["peak_worker_mib"], cost.driver_peak_mib, len(problems(self.real)),
        )  # fmt: skip


COLUMNS = (
    "documents", "MiB", "wall s", "CPU s", "kernel CPU s", "kernel ms a document",
    "CPU ms a document beyond the start", "driver CPU s", "worker peak MiB", "driver peak MiB",
    "problems",
)  # fmt: skip


def measured(count: int, pool: list[str], folder: Path, recipe: Path) -> Size:
    """A run on `count` fresh documents."""
    source = folder / f"in-{count}"
    written = documents(pool, source, count, SEED)
    real = run_on(source, folder / f"out-{count}", 2, recipe)
    bad = real.summary["counts"]["files_bad"]
    if bad:
        sys.exit(f"{bad} of {count} made documents are rejected as bad input, which is a bug")
    return Size(count, written / 2**20, real)


def main() -> int:
    """Prints a line for each size; 1 when cost or memory grows otherwise than it should."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[250, 1000, 4000])
    parser.add_argument("--text", type=Path, nargs="+", default=list(TEXTS))
    parser.add_argument("--skip", nargs="*", default=[], help="steps to leave out")
    args = parser.parse_args()
    pool = sentences([path for path in args.text if path.is_dir()])
    left_out = f", without {' '.join(args.skip)}" if args.skip else ""
    print(f"commit {commit()}, 2 workers, {len(pool)} sentences to draw from{left_out}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recipe = folder / "recipe.toml"
        recipe.write_text(RECIPE.format(skip=json.dumps(args.skip)), encoding="utf-8")
        warm_up(folder, recipe)
        base = measured(BASE, pool, folder, recipe).real
        sizes = [measured(count, pool, folder, recipe) for count in args.sizes]
        print(f"{BASE} documents: {base.cost.cpu_seconds:.1f} CPU s")
        rows = [size.row(base) for size in sizes]
        print(table(COLUMNS, rows))
    each = [size.per_document(base) for size in sizes]
    middle = statistics.fmean(each)
    spread = max(abs(value / middle - 1) for value in each)
    workers = [size.real.summary["usage"]["peak_worker_mib"] for size in sizes]
    drivers = [size.real.cost.driver_peak_mib for size in sizes]
    growth = (workers[-1] / workers[0], drivers[-1] / drivers[0])
    print(
        f"a document's cost: within {spread:.1%} of its mean (bound {SPREAD:.0%}); peak memory "
        f"last over first: workers {growth[0]:.2f}, driver {growth[1]:.2f} (bound {GROWTH})"
    )
    return int(spread > SPREAD or max(growth) > GROWTH or any(row[-1] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
