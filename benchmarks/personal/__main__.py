"""Personal data: precision and recall by kind on labelled cases, speed, beside peers.

    python -m benchmarks personal [--peers PYTHON] [--texts DIR] [--megabytes N] [--failures]

The cases are in `en.txt` and `zh.txt`: items of personal data in their surroundings, and what only
looks like them (versions, hashes, orders, figures, documentation addresses). Rules were written
looking at the half `dev`; of the half `kept` only the means below were looked at. Whoever wrote the
rules wrote the cases too, so that texts of others will hold forms that neither has. `--peers` is a
Python that has presidio-analyzer, datatrove, phonenumbers and detect-secrets; those that are absent
are left out. A peer is scored on the kinds that it knows. Speed is in MB of UTF-8 a CPU second over
the first N MB of the text files below DIR. `--failures` lists what went wrong in the half `dev`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.cost import BENCH, ROOT, commit
from benchmarks.personal.cases import Case, cases
from benchmarks.personal.peers import PEERS
from benchmarks.personal.scoring import Tally, tally
from dataflow.personal.find import find

SUFFIXES = (".md", ".txt", ".py", ".jsonl")
KNOWN = {
    "plain": ("email", "ip", "cn_id", "card", "iban", "phone", "ssn", "mac"),
    "datatrove": ("email", "ip"),
    "presidio": ("email", "phone", "ip", "card", "iban", "ssn", "passport", "crypto", "mac"),
    "phonenumbers": ("phone",),
    "detect_secrets": ("secret",),
}
SLOW = 20
"""Part of the text that peers below 1 MB a second are timed on: one in so many."""


def timed_texts(folder: Path, megabytes: float) -> list[str]:
    """Texts of the files below the folder and this repository, up to so many MB."""
    texts, size = [], 0
    paths = [
        p for root in (folder, ROOT / "docs", ROOT / "dataflow") for p in sorted(root.rglob("*"))
    ]
    for path in paths:
        if path.suffix in SUFFIXES and path.is_file() and size < megabytes * 1e6:
            text = path.read_text(encoding="utf-8", errors="replace")
            if path.suffix == ".jsonl":
                rows = [json.loads(line) for line in text.splitlines() if line.strip()]
                text = "\n\n".join(str(row.get("text", "")) for row in rows)
            texts.append(text)
            size += len(text.encode())
    return texts


def ours(chosen: Sequence[Case], texts: Sequence[str]) -> tuple[list[list[Any]], float]:
    """Our findings for each case, and MB a CPU second."""
    spans: list[list[Any]] = [[tuple(one) for one in find(case.text)] for case in chosen]
    began = time.process_time()
    for text in texts:
        find(text)
    return spans, _speed(texts, time.process_time() - began)


def _speed(texts: Iterable[str], seconds: float) -> float:
    return round(sum(len(text.encode()) for text in texts) / 1e6 / max(seconds, 1e-9), 2)


def peer(
    python: str, name: str, chosen: Sequence[Case], texts: Sequence[str]
) -> tuple[list[list[Any]], float] | None:
    """The same of a peer under its own interpreter; None when it is not there."""
    part = texts if name in ("plain", "datatrove") else texts[::SLOW]
    given = json.dumps({"texts": [case.text for case in chosen], "timed": part})
    command = [python, "-m", "benchmarks.personal.peers", name]
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, cwd=ROOT, check=False
    )
    if done.returncode != 0:
        print(f"{name}: left out: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    answer = json.loads(done.stdout.splitlines()[-1])
    spans = [[tuple(span) for span in found] for found in answer["spans"]]
    return spans, _speed(part, answer["cpu_seconds"])


def halves(
    chosen: Sequence[Case], spans: Sequence[Any], kinds: Sequence[str], *, merged: bool = False
) -> dict[str, Any]:
    """Rates over these kinds for either half and language."""
    result = {}
    for half in ("dev", "kept"):
        for lang in ("en", "zh", "both"):
            at = [
                i for i, case in enumerate(chosen)
                if case.half == half and lang in (case.lang, "both")
            ]  # fmt: skip
            found = tally([chosen[i] for i in at], [spans[i] for i in at], merged=merged)
            result[f"{half} {lang}"] = _only(found, kinds).rates(kinds)
    return result


def _only(found: Tally, kinds: Sequence[str]) -> Tally:
    """The tally less findings of kinds that are not asked for."""
    parts = [
        type(counts)({kind: n for kind, n in counts.items() if kind in kinds})
        for counts in (found.found, found.missed, found.wrong)
    ]
    return Tally(*parts)


def failures(chosen: Sequence[Case], spans: Sequence[Any]) -> None:
    """Prints cases of the half `dev` with something missed or wrong."""
    for case, found in zip(chosen, spans, strict=True):
        if case.half == "dev":
            result = tally([case], [found])
            if result.missed or result.wrong:
                shown = [(kind, case.text[start:end]) for start, end, kind in found]
                print(f"missed {dict(result.missed)} wrong {dict(result.wrong)}: {shown}")


def main() -> int:
    """Prints the result as JSON, then a line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--peers", default="", help="a Python that has the peers")
    arguments.add_argument("--texts", type=Path, default=BENCH)
    arguments.add_argument("--megabytes", type=float, default=6.0)
    arguments.add_argument("--failures", action="store_true")
    options = arguments.parse_args()
    chosen = cases()
    texts = timed_texts(options.texts, options.megabytes)
    spans, speed = ours(chosen, texts)
    if options.failures:
        failures(chosen, spans)
    kinds = sorted({item.kind for case in chosen for item in case.items} - {"-"})
    positives = sum(item.kind != "-" for case in chosen for item in case.items)
    total = sum(len(case.items) for case in chosen)
    result: dict[str, Any] = {
        "commit": commit(), "cases": len(chosen), "items": positives,
        "look_alikes": total - positives,
        "ours": {"mb_per_cpu_s": speed, **halves(chosen, spans, kinds)},
        "by_kind": {kind: _by_kind(chosen, spans, kind) for kind in kinds},
    }  # fmt: skip
    for name in PEERS:
        python = options.peers or sys.executable
        answer = peer(python, name, chosen, texts) if options.peers or name == "plain" else None
        if answer is None:
            continue
        merged = name == "detect_secrets"
        result[name] = {
            "mb_per_cpu_s": answer[1], **halves(chosen, answer[0], KNOWN[name], merged=merged),
            "ours_on_its_kinds": halves(chosen, spans, KNOWN[name], merged=merged)["kept both"],
        }  # fmt: skip
    print(json.dumps(result, indent=1, ensure_ascii=False))
    kept = result["ours"]["kept both"]
    print(f"kept: precision {kept['precision']}, recall {kept['recall']}, {speed} MB a CPU second")
    return 0


def _by_kind(chosen: Sequence[Case], spans: Sequence[Any], kind: str) -> dict[str, Any]:
    found = halves(chosen, spans, [kind])
    return {half: found[f"{half} both"] for half in ("dev", "kept")}


if __name__ == "__main__":
    sys.exit(main())
