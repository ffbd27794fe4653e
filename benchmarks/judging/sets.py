"""Labelled claims by set, and the lexical judges that ours is held against."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz.distance import LCSseq

from dataflow.evidence.wording import tokens

HERE = Path(__file__).parent
LANGUAGES = ("en", "zh")
Row = dict[str, Any]
Judge = Callable[[str, str], float]


def read_jsonl(path: Path) -> list[Row]:
    """Objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def own(half: str) -> dict[str, list[Row]]:
    """Our claims by set: of the first, third, … source for `dev`, of the others for `kept`.

    `cases` are written against overlap; `natural` ones without a thought of any judge, `writer` by
    a person, `model` by a small model and labelled by a person; `pairs` are short ones in the
    manner of inference sets and all for development.
    """
    found: dict[str, list[Row]] = {}
    for path in sorted(HERE.glob("*.jsonl")):
        kind, lang, _ = path.name.split(".")
        for number, case in enumerate(read_jsonl(path)):
            if kind != "pairs" and number % 2 != (half == "kept"):
                continue
            if kind == "pairs" and half == "kept":
                continue
            by = f"_{case['by']}" if kind == "natural" else ""
            rows = found.setdefault(f"{kind}_{lang}{by}", [])
            for label, side in enumerate(("unsupported", "supported")):
                rows += [
                    {"source": number, "text": case["source"], "claim": claim, "label": label}
                    for claim in case[side]
                ]
    return found


def published(bench: Path) -> dict[str, list[Row]]:
    """Rows of the yardstick's labels by their set."""
    data = bench / "data"
    texts = {(r["set"], r["source"]): r["text"] for r in read_jsonl(data / "sources.jsonl")}
    found: dict[str, list[Row]] = {}
    for row in read_jsonl(data / "labels.jsonl"):
        row["text"] = texts[row["set"], row["source"]]
        found.setdefault(row["set"], []).append(row)
    return found


def areas(scores: Sequence[float], rows: Sequence[Row]) -> tuple[float, float]:
    """AUC, and AUC over pairs whose numbers of tokens differ by at most a tenth of the longer."""
    values = np.array(scores)
    labels = np.array([row["label"] for row in rows]) == 1
    lengths = np.array([len(tokens(row["claim"])) for row in rows], dtype=float)
    wins = (values[labels][:, None] > values[~labels]) + 0.5 * (
        values[labels][:, None] == values[~labels]
    )
    one, other = lengths[labels][:, None], lengths[~labels][None, :]
    near = np.abs(one - other) <= 0.1 * np.maximum(one, other)
    return float(wins.mean()), float(wins[near].mean()) if near.any() else float("nan")


def figures(rows: Sequence[Row], judge: Judge) -> list[float]:
    """AUC and length-matched AUC, rounded."""
    scores = [judge(row["claim"], row["text"]) for row in rows]
    return [round(area, 4) for area in areas(scores, rows)]


def shared(size: int) -> Judge:
    """The judge that gives the share of the claim's runs of `size` tokens that the source has."""

    def judge(claim: str, source: str) -> float:
        said, given = tokens(claim), tokens(source)
        width = min(size, len(said)) or 1
        known = {given[i : i + width] for i in range(len(given) - width + 1)}
        runs = [said[i : i + width] for i in range(len(said) - width + 1)]
        return sum(run in known for run in runs) / max(len(runs), 1)

    return judge


def sequence(claim: str, source: str) -> float:
    """Longest common subsequence with a sentence of the source, over the claim's tokens."""
    said = tokens(claim)
    sentences = (tokens(part) for part in re.split(r"(?<=[.!?。！？])\s*", source))
    shares = (LCSseq.similarity(one, said) / len(said) for one in sentences if one and said)
    return max(shares, default=0.0)


def shortness(claim: str, source: str) -> float:
    """The cheat: minus the number of tokens."""
    return -float(len(tokens(claim)))


LEXICAL: dict[str, Judge] = {
    "unigrams": shared(1), "bigrams": shared(2), "trigrams": shared(3), "lcs": sequence,
    "length": shortness,
}  # fmt: skip
