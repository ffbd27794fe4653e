"""Measures the novelty filter and the faithfulness judge against a folder of yardsticks.

    benchmarks/sft.py novelty [--n 5000] [--bench DIR]   same kept list as the oracle, CPU ratio
    benchmarks/sft.py judge [--bench DIR]                ROC-AUC on human labels

The folder holds novelty_reference.py (make, reference, compare) and score_judge.py with its data.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dataflow.diversity.novelty import Tokens, novel  # noqa: E402
from dataflow.judging.faithfulness import faithfulness  # noqa: E402 - the repository need not be installed

KINDS: tuple[Tokens, ...] = ("rouge", "han")


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def called(script: Path, *arguments: str) -> dict[str, Any]:
    """What a yardstick's script prints; its exit status is part of its result."""
    command = [sys.executable, str(script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def novelty(bench: Path, n: int, folder: Path) -> None:
    """Prints for each kind of tokens whether the kept list is the oracle's, and the CPU ratio."""
    script = bench / "novelty_reference.py"
    source = folder / "instructions.jsonl"
    called(script, "make", "--n", str(n), "--out", str(source))
    rows = read_jsonl(source)
    texts = [row["text"] for row in rows]
    novel(texts[:50])  # loads what is loaded once
    for kind in KINDS:
        reference, ours = folder / f"{kind}.json", folder / f"{kind}-ours.json"
        oracle = called(
            script, "reference", "--in", str(source), "--out", str(reference), "--tokens", kind
        )
        started = time.process_time()
        decided = novel(texts, kind=kind)
        used = time.process_time() - started
        kept = [row["id"] for row, found in zip(rows, decided, strict=True) if found is None]
        ours.write_text(json.dumps(kept), encoding="utf-8")
        result = called(script, "compare", "--reference", str(reference), "--pred", str(ours))
        ratio = oracle["cpu_seconds"] / max(used, 1e-9)
        print(
            f"novelty n={n} tokens={kind} identical={result['identical']} kept={len(kept)} "
            f"cpu={used:.2f}s oracle={oracle['cpu_seconds']:.2f}s ratio={ratio:.1f}"
        )


def judge(bench: Path, folder: Path) -> None:
    """Prints the scorer's figures for our judge, and CPU time for all claims."""
    data = bench / "data"
    texts = {(r["set"], r["source"]): r["text"] for r in read_jsonl(data / "sources.jsonl")}
    labels = read_jsonl(data / "labels.jsonl")
    started = time.process_time()
    scores = [
        {"id": row["id"], "score": faithfulness(row["claim"], texts[row["set"], row["source"]])}
        for row in labels
    ]
    used = time.process_time() - started
    path = folder / "scores.jsonl"
    path.write_text("".join(json.dumps(score) + "\n" for score in scores), encoding="utf-8")
    for name, found in called(bench / "score_judge.py", "--pred", str(path)).items():
        print(
            f"judge {name}: auc={found['auc']} {found['auc_interval']} matched="
            f"{found['auc_matched']} claims={found['claims']}"
        )
    print(f"judge cpu={used:.2f}s for {len(scores)} claims")


def main() -> None:
    """Runs one of the two measurements."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("novelty", "judge"))
    parser.add_argument("--bench", type=Path, default=ROOT / "../shared/bench/sft")
    parser.add_argument("--n", type=int, default=5000)
    arguments = parser.parse_args()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    ).stdout.strip()  # fmt: skip
    print(f"commit {commit}")
    with tempfile.TemporaryDirectory() as folder:
        if arguments.what == "novelty":
            novelty(arguments.bench, arguments.n, Path(folder))
        else:
            judge(arguments.bench, Path(folder))


if __name__ == "__main__":
    main()
