"""Order, tables and headings of PDFs typeset from known text: ours against peers in one run.

NID, TEDS and MHS (`metrics.py` says how they are defined), CPU seconds a page with all processes
and their starts, one process an engine; nobody uses OCR. Predictions stay below --out.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import sys
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path

from benchmarks.cost import ROOT, commit
from benchmarks.pdf_roundtrip import score
from benchmarks.pdf_roundtrip.peers import ENGINES, OURS, NotRunningError, Ran, run

HERE = Path(__file__).resolve().parent


def options() -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(prog="benchmarks pdf_roundtrip", description=__doc__)
    parser.add_argument("--split", choices=("dev", "kept", "all"), default="dev")
    parser.add_argument("--engines", default=",".join(ENGINES), help="comma-separated")
    parser.add_argument("--peers-venv", type=Path, help="environment with the peers: see peers.py")
    parser.add_argument("--details", action="store_true", help="each document, dev half only")
    parser.add_argument("--seconds", type=float, default=120.0, help="time limit a document")
    parser.add_argument("--reuse", action="store_true", help="peers' predictions of the same PDFs")
    parser.add_argument("--data", type=Path, default=HERE, help="folder with index.json")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "pdf_roundtrip")
    return parser.parse_args()


def main() -> int:
    """Runs the engines, scores them and prints the tables."""
    given = options()
    if given.details and given.split != "dev":
        print("--details is for the dev half: the kept half stays unseen", file=sys.stderr)
        return 2
    engines = given.engines.split(",")
    if unknown := [engine for engine in engines if engine not in ENGINES]:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(ENGINES)}", file=sys.stderr)
        return 2
    try:
        found = score.items(given.data, given.split)
    except (FileNotFoundError, ValueError) as error:
        print(f"{error}; `python -m benchmarks.pdf_roundtrip.make` makes it", file=sys.stderr)
        return 2
    runs = _runs(engines, found, given)
    folders = {engine: given.out / engine / given.split for engine in runs}
    results = score.score_all(found, folders, given.out / "scores.json")
    _print(found, results, runs, given)
    return 0


def _runs(
    engines: Sequence[str], found: Sequence[score.Item], given: argparse.Namespace
) -> dict[str, Ran]:
    digest = hashlib.sha256("".join(f"{i.stem}{_hash(i.pdf)}" for i in found).encode()).hexdigest()
    runs: dict[str, Ran] = {}
    for engine in engines:
        record = given.out / engine / f"{given.split}.json"
        if given.reuse and engine not in OURS and record.exists():
            kept = json.loads(record.read_text(encoding="utf-8"))
            if kept.pop("pdfs") == digest:
                runs[engine] = Ran(**kept)
                print(f"{engine}: predictions and cost of an earlier run over the same PDFs")
                continue
        try:
            pdfs = [item.pdf for item in found]
            folder = given.out / engine / given.split
            runs[engine] = run(engine, pdfs, folder, given.peers_venv, given.seconds)
        except NotRunningError as error:
            print(f"{engine} does not run here: {error}")
            continue
        kept = {**dataclasses.asdict(runs[engine]), "pdfs": digest}
        record.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    return runs


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _print(
    found: Sequence[score.Item],
    results: score.Results,
    runs: dict[str, Ran],
    given: argparse.Namespace,
) -> None:
    pages = sum(item.pages for item in found)
    documents = len({item.doc for item in found})
    controls = score.controls(found, given.out / "scores.json")
    tables = sum(one.teds is not None for one in next(iter(controls.values())).values())
    print(f"\ncommit {commit()}, split {given.split}: {len(found)} PDFs of {documents} documents,")
    print(f"{pages} pages, {tables} PDFs with tables; limit {given.seconds:g} s a document\n")
    print(score.main_table(found, results | controls, runs))
    for by in ("language", "typesetter"):
        print(f"\nBy {by}:\n")
        print(score.group_table(found, results, attrgetter(by)))
    print("\nOurs minus the best peer of each metric:\n")
    print(score.difference_table(found, results))
    for engine in results if given.details else ():
        if engine in OURS:
            print(f"\n{engine}, worst first:\n")
            print(score.details(found, results[engine], runs[engine]))


if __name__ == "__main__":
    sys.exit(main())
