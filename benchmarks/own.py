"""Scores on cases and corpora of our own, for the floors: all they need is in the repository."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from benchmarks.evidence.planted import cases as cases_of
from benchmarks.evidence_check import judged
from benchmarks.passages import STAGES, corpus_of, measured
from benchmarks.personal.cases import cases
from benchmarks.personal.scoring import tally
from benchmarks.yardsticks import Measured, data_hash
from dataflow.personal.find import find

HERE = Path(__file__).parent
DOCUMENTS, SEED = 600, 7


def personal(_: Path, __: Path) -> Measured:
    """Precision and recall over all kinds, on the half that no rule was written from."""
    data = data_hash(HERE / "personal", (HERE / "personal").glob("*.txt"))
    kept = [case for case in cases() if case.half == "kept"]
    counts = tally(kept, [[tuple(one) for one in find(case.text)] for case in kept])
    found, missed, wrong = (
        sum(part.values()) for part in (counts.found, counts.missed, counts.wrong)
    )
    scores = {"precision": found / (found + wrong), "recall": found / (found + missed)}
    return Measured(data, scores)


def passages(_: Path, folder: Path) -> Measured:
    """Recall and precision of cuts on planted corpora, and the share of wanted passages left."""
    digest = hashlib.sha256()
    scores: dict[str, float] = {}
    for name, stage in STAGES.items():
        corpus = corpus_of(name, DOCUMENTS, SEED)
        digest.update("\0".join(corpus.frame["text"]).encode())
        place = folder / name
        place.mkdir()
        row = measured(stage, corpus, place)
        scores[f"{name}_recall"], scores[f"{name}_precision"] = row["recall"], row["precision"]
        scores[f"{name}_wanted_left"] = 1 - row["wanted_lost"] / max(row["wanted"], 1)
    return Measured(digest.hexdigest(), scores)


def evidence(_: Path, __: Path) -> Measured:
    """Share of planted false answers that are refused, and of true ones that are not: kept half."""
    root = HERE / "evidence"
    data = data_hash(root, root.glob("*.txt"))
    found = judged(case for lang in ("en", "zh") for case in cases_of("kept", lang))
    scores = {}
    for name, row in found["table"].items():
        share = row["refused"] / row["all"]
        key = name.replace(" ", "_")
        scores[f"{key}_refused" if "false" in name else f"{key}_passed"] = (
            share if "false" in name else 1 - share
        )
    return Measured(data, scores)


OWN: dict[str, Callable[[Path, Path], Measured]] = {
    "personal": personal, "passages": passages, "evidence": evidence,
}  # fmt: skip
"""As YARDSTICKS, for what lies in this repository."""
