"""Measures the faithfulness judge: ROC-AUC on human labels and on our own, beside lexical judges.

    python -m benchmarks sft_judge [--bench DIR] [--half dev|kept]   on labels
    python -m benchmarks sft_judge --stable                          and how far its costs matter
    python -m benchmarks sft_judge --fit                             the weights for abstracts
    python -m benchmarks sft_judge --round-trip 20000 5000           time of ranking questions

DIR holds score_judge.py and its data. Of our own claims (benchmarks/judging/<set>.<lang>.jsonl;
`sets.own` says what they are) every second source is kept for a last look. `--stable` gives, over
five draws of five folds by source, the mean of the AUC in each fold of the fixed costs, and of
costs chosen on the others. `--fit` fits the weights of `dataflow.judging.abstracts`
to the natural claims and the pairs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.judging.fit import fitted  # noqa: E402 - the repository need not be installed
from benchmarks.judging.sets import (  # noqa: E402
    LEXICAL,
    Row,
    areas,
    figures,
    own,
    published,
)
from dataflow.judging import alignment  # noqa: E402
from dataflow.judging import faithfulness as rules  # noqa: E402
from dataflow.judging.round_trip import Question, ranks  # noqa: E402

_COSTS = (
    (alignment, "_ABSENT"), (alignment, "_DISPLACED"), (alignment, "_FUNCTION"),
    (alignment, "_NUMBER"), (alignment, "_CLAUSE"), (alignment, "_SKIP"), (alignment, "_SKIPPED"),
    (alignment, "_NEXT"), (alignment, "_ELSEWHERE"), (alignment, "_MID_CLAUSE"),
    (alignment, "_DENIAL_LEFT_OUT"), (rules, "_HEADS"), (rules, "_LENGTH"),
    (rules, "_SURE"), (rules, "_HELD"),
)  # fmt: skip


def stable(rows: Sequence[Row]) -> dict[str, Any]:
    """AUC with each cost halved and doubled, and over folds with costs fixed and chosen."""
    rules.kept_heads = cache(rules.kept_heads)  # costs do not change the parses
    rules.held = cache(rules.held)
    settings: dict[str, list[float]] = {"as it is": _scores(rows)}
    for module, name in _COSTS:
        before = getattr(module, name)
        for factor in (0.5, 2.0):
            setattr(module, name, before * factor)
            settings[f"{name} x {factor}"] = _scores(rows)
        setattr(module, name, before)
    spread = {name: [round(a, 4) for a in areas(s, rows)] for name, s in settings.items()}
    fixed, chosen = [], []
    for seed in range(5):
        sources = sorted({row["source"] for row in rows})
        Random(seed).shuffle(sources)
        for fold in range(5):
            out = set(sources[fold::5])
            inside = [i for i, row in enumerate(rows) if row["source"] not in out]
            outside = [i for i, row in enumerate(rows) if row["source"] in out]
            best = max(settings, key=lambda name: sum(_part(settings[name], rows, inside)))
            fixed.append(_part(settings["as it is"], rows, outside))
            chosen.append(_part(settings[best], rows, outside))
    return {
        "costs": spread,
        "folds, fixed": np.mean(fixed, axis=0).round(4).tolist(),
        "folds, one cost chosen on the others": np.mean(chosen, axis=0).round(4).tolist(),
    }


def _scores(rows: Sequence[Row]) -> list[float]:
    return [rules.faithfulness(row["claim"], row["text"]) for row in rows]


def _part(
    scores: Sequence[float], rows: Sequence[Row], which: Sequence[int]
) -> tuple[float, float]:
    return areas([scores[i] for i in which], [rows[i] for i in which])


def round_trip(n_chunks: int, n_questions: int) -> dict[str, Any]:
    """CPU time to rank made questions among made chunks, words drawn by Zipf's law."""
    rng = np.random.default_rng(0)
    words = rng.zipf(1.2, size=(n_chunks, 150)) % 50_000
    texts = [" ".join(f"w{word}" for word in row) for row in words]
    asked = [
        Question(" ".join(f"w{word}" for word in rng.choice(words[n], 8)), (f"c{n}",))
        for n in rng.integers(0, n_chunks, n_questions)
    ]
    frame = pl.DataFrame({"chunk_id": [f"c{n}" for n in range(n_chunks)], "text": texts})
    started = time.process_time()
    found = ranks(asked, lambda: frame.iter_slices(4096))
    used = time.process_time() - started
    first = sum(rank == 1 for rank in found) / max(len(found), 1)
    return {"chunks": n_chunks, "questions": n_questions, "cpu_s": round(used, 1), "first": first}


def measured(bench: Path, half: str) -> dict[str, Any]:
    """Figures of each set for the judge and for the lexical ones."""
    sets = published(bench) if (bench / "data").is_dir() and half == "dev" else {}
    found: dict[str, Any] = {}
    for name, rows in (sets | own(half)).items():
        started = time.process_time()
        ours = figures(rows, rules.faithfulness)
        used = 1000 * (time.process_time() - started) / len(rows)
        found[name] = {"claims": len(rows), "ms_per_claim": round(used, 1), "faithfulness": ours}
        found[name] |= {title: figures(rows, judge) for title, judge in LEXICAL.items()}
    return found


def scored(bench: Path) -> dict[str, Any]:
    """What the yardstick's own script says of our scores."""
    rows = [row for found in published(bench).values() for row in found]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for row, score in zip(rows, _scores(rows), strict=True):
            file.write(json.dumps({"id": row["id"], "score": score}) + "\n")
        file.flush()
        command = [sys.executable, str(bench / "score_judge.py"), "--pred", file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def main() -> None:
    """Prints JSON and a line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bench", type=Path, default=ROOT / "../shared/bench/sft")
    parser.add_argument("--half", choices=("dev", "kept"), default="dev")
    parser.add_argument("--stable", action="store_true")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--round-trip", type=int, nargs=2, metavar=("CHUNKS", "QUESTIONS"))
    parser.add_argument("--scorer", type=Path, help="Print only what the yardstick there says.")
    arguments = parser.parse_args()
    if arguments.scorer:
        print(json.dumps(scored(arguments.scorer)))
        return
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    ).stdout.strip()  # fmt: skip
    report: dict[str, Any] = {"commit": commit}
    if arguments.round_trip:
        report["round_trip"] = round_trip(*arguments.round_trip)
    elif arguments.fit:
        report["fit"] = fitted(
            {name: rows for name, rows in own("dev").items() if not name.startswith("cases")}
        )
    else:
        report["sets"] = measured(arguments.bench, arguments.half)
        if (arguments.bench / "score_judge.py").is_file() and arguments.half == "dev":
            report["scorer"] = scored(arguments.bench)
        if arguments.stable:
            report["stable"] = {
                name: stable(rows)
                for name, rows in published(arguments.bench).items()
                if name.startswith("qags")
            }
    print(json.dumps(report, indent=1))
    for name, row in report.get("sets", {}).items():
        print(name.ljust(22), "  ".join(f"{k} {row[k][0]:.3f}" for k in ("faithfulness", *LEXICAL)))


if __name__ == "__main__":
    main()
