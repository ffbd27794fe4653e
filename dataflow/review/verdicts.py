"""Verdicts of reviewers: read from what their tool exports, kept beside what was measured."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from dataflow.io.atomic import write_file
from dataflow.io.shards import iterate, read_manifest
from dataflow.review import argilla, label_studio
from dataflow.review.shown import BAD, GOOD
from dataflow.sft.rows import DATA_SETS
from schemas.errors import UsageError
from schemas.samples import SCORES

FILE = Path("review") / "verdicts.jsonl"
"""Where the verdicts on the samples of an output folder are kept, below it."""
_LARGEST = 1 << 30


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reviewers say of a sample: how many good and bad; its kind and what was measured."""

    sample_id: str
    good: int
    bad: int
    comments: tuple[str, ...]
    facts: Mapping[str, Any]

    @property
    def is_good(self) -> bool | None:
        """The majority, None when they are split."""
        return None if self.good == self.bad else self.good > self.bad


def take_in(out: Path, exported: Path) -> list[Verdict]:
    """The verdicts in a file of Argilla or Label Studio on samples of `out`, and kept there.

    Those of an earlier file stay, but for samples that are judged anew. Raises UsageError for a
    file of neither tool, or one that judges no sample of `out`.
    """
    counts: dict[str, Counter[str]] = {}
    comments: dict[str, list[str]] = {}
    for sample_id, verdict, _, comment in _answers(exported):
        if verdict not in (GOOD, BAD):
            raise UsageError(f"{exported}: {verdict!r} is no verdict; expected {GOOD} or {BAD}")
        counts.setdefault(sample_id, Counter())[verdict] += 1
        comments.setdefault(sample_id, []).extend([comment] if comment else [])
    facts = _facts(out, list(counts))
    found = [
        Verdict(
            sample,
            counts[sample][GOOD],
            counts[sample][BAD],
            tuple(comments[sample]),
            facts[sample],
        )
        for sample in sorted(facts)
    ]
    if not found:
        raise UsageError(f"{exported} judges no sample of {out}: was it exported from another run?")
    known = {one.sample_id: one for one in read(out / FILE)} if (out / FILE).exists() else {}
    known |= {one.sample_id: one for one in found}
    (out / FILE).parent.mkdir(exist_ok=True)
    lines = [_line(known[sample]) for sample in sorted(known)]
    write_file(out / FILE, "".join(lines).encode("utf-8"))
    return found


def read(path: Path) -> list[Verdict]:
    """The verdicts kept in a file; raises UsageError that names the line of anything else."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the verdicts cannot be read: {error}") from error
    found = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            found.append(
                Verdict(
                    row["sample_id"], int(row["good"]), int(row["bad"]), tuple(row["comments"]),
                    dict(row["facts"]),
                )
            )  # fmt: skip
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            raise UsageError(f"{path}, line {number}: not a verdict ({error})") from error
    return found


def _line(verdict: Verdict) -> str:
    row = {
        "sample_id": verdict.sample_id, "good": verdict.good, "bad": verdict.bad,
        "comments": list(verdict.comments), "facts": dict(verdict.facts),
    }  # fmt: skip
    return json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n"


def _answers(exported: Path) -> list[tuple[str, str, str, str]]:
    try:
        if exported.stat().st_size > _LARGEST:
            raise UsageError(f"{exported} is larger than {_LARGEST} bytes")
        rows = json.loads(exported.read_bytes())
        reader = argilla if all("responses" in row for row in rows) else label_studio
        return list(reader.answers(rows))
    except OSError as error:
        raise UsageError(f"{exported} cannot be read: {error.strerror}") from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{exported}: expected the records of Argilla or the JSON export of Label Studio "
            f"({type(error).__name__}: {str(error)[:120]})"
        ) from error


def _facts(out: Path, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Of each sample that is in `out`: data set, language, method, task and its scores."""
    found: dict[str, dict[str, Any]] = {}
    columns = ["sample_id", "lang", "method", "task", "scores"]
    for name in DATA_SETS:
        if name not in read_manifest(out).datasets:
            continue
        for frame in iterate(out, name, columns):
            rows = frame.filter(pl.col("sample_id").is_in(list(ids)))
            for row in rows.select(columns).iter_rows(named=True):
                scores = {score: row["scores"][score] for score, _ in SCORES}
                kinds = {key: row[key] for key in ("lang", "method", "task")}
                found[row["sample_id"]] = {"data_set": name, **kinds, **scores}
    return found
