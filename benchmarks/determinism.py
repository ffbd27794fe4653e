"""Whether the same input gives the same rows whatever runs it: hash seeds, workers, packs, shards.

    python -m benchmarks determinism [--bench DIR] [--pages N]

Runs the sample documents and the first N real pages by the default recipe, embeddings included,
once as it is and once for each variant, each into an empty folder, and compares the content hash of
every data set. Ends with 1 at a difference, and names the data set, its columns and first rows.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cost import BENCH, COMMAND, ROOT, commit, measure, table
from benchmarks.inputs import real_pages

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Variant:
    """How a run is carried out; nothing of this may change a row."""

    name: str
    hash_seed: int = 0
    workers: int = 2
    pack_files: int = 64
    rows_per_shard: int = 50_000

    @property
    def recipe(self) -> str:
        """The recipe, all defaults but the sizes; the samples' broken files are expected."""
        return (
            f"[run]\nerror_budget = 0.5\npack_files = {self.pack_files}\n"
            f"rows_per_shard = {self.rows_per_shard}\n"
        )


VARIANTS = (
    Variant("as it is"),
    Variant("hash seed 1", hash_seed=1),
    Variant("one worker", workers=1),
    Variant("packs of 7", pack_files=7),
    Variant("shards of 100", rows_per_shard=100),
    Variant("all of these", 1, 1, 7, 100),
)


def ran(variant: Variant, source: Path, out: Path) -> dict[str, Any]:
    """The manifest of a run of `source` into the empty folder `out`."""
    recipe = out.with_suffix(".toml")
    recipe.write_text(variant.recipe, encoding="utf-8")
    command = [*COMMAND, "run", str(source), "-o", str(out), "--recipe", str(recipe), "--json"]
    command += ["--workers", str(variant.workers)]
    cost = measure(command, {"PYTHONHASHSEED": str(variant.hash_seed)})
    if cost.status != 0:
        sys.exit(f"{variant.name}: status {cost.status}: {cost.errors[-2000:]}")
    manifest: dict[str, Any] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def hashes(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Content hash of each data set, and of all."""
    found = {name: entry["content_sha256"] for name, entry in manifest["datasets"].items()}
    return {**found, "(all)": manifest["content_hash"]}


def difference(one: Path, other: Path, name: str) -> list[str]:
    """What differs between two runs' data sets: rows, columns, the first rows of each column."""
    from dataflow.io.shards import read_all

    left, right = read_all(one, name), read_all(other, name)
    if left.height != right.height:
        return [f"{name}: {left.height} rows and {right.height}"]
    found = []
    for column in left.columns:
        pairs = zip(left[column].to_list(), right[column].to_list(), strict=True)
        rows = [row for row, (a, b) in enumerate(pairs) if repr(a) != repr(b)]
        if rows:
            first = rows[0]
            values = (repr(frame[column][first])[:160] for frame in (left, right))
            found.append(
                f"{name}.{column}: {len(rows)} rows, first {rows[:SHOWN]} "
                f"({left.row(first)[0]}): {' | '.join(values)}"
            )
    return found or [f"{name}: equal rows, another hash: cut or typed otherwise"]


def main() -> int:
    """Prints whether all variants agree; 1 when one does not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bench", type=Path, default=BENCH)
    parser.add_argument("--pages", type=int, default=20)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "in"
        shutil.copytree(ROOT / "sample_data" / "documents", source / "samples")
        # a third of the pages are of each kind: PDF, articles, segments
        pages = real_pages(args.bench, source, max(1, args.pages // 3)) if args.pages else 0
        print(f"commit {commit()}, sample documents and {pages} real pages")
        outs = [folder / f"out-{number}" for number in range(len(VARIANTS))]
        manifests = [ran(v, source, out) for v, out in zip(VARIANTS, outs, strict=True)]
        expected = hashes(manifests[0])
        rows, wrong = [], []
        for variant, manifest, out in zip(VARIANTS, manifests, outs, strict=True):
            found = hashes(manifest)
            differs = [key for key in {**expected, **found} if found.get(key) != expected.get(key)]
            rows.append((variant.name, manifest["content_hash"], ", ".join(differs) or "none"))
            wrong += [
                f"{variant.name}: {line}"
                for key in differs
                if key != "(all)"
                for line in difference(outs[0], out, key)
            ]
        print(table(("variant", "content hash", "data sets that differ"), rows))
        counts = {key: entry["rows"] for key, entry in manifests[0]["datasets"].items()}
        print("rows: " + ", ".join(f"{key} {count}" for key, count in counts.items()))
        print("\n".join(itertools.islice(wrong, 40)) or "no difference")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
