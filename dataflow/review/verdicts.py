"""Verdicts of reviewers: read from what their tool exports, kept beside what was measured."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from dataflow.io.atomic import write_file
from dataflow.io.json_lines import line_of, numbered_lines
from dataflow.io.shards import iterate, read_manifest
from dataflow.review import argilla, label_studio
from dataflow.review.answers import Answer, Text
from dataflow.review.shown import BAD, GOOD
from dataflow.sft.rows import DATA_SETS
from schemas.errors import UsageError
from schemas.samples import SCORES

FILE = Path("review") / "verdicts.jsonl"
"""Where the verdicts on the samples of an output folder are kept, below it."""
_LARGEST = 128 << 20
"""Bytes of an export: parsed it takes up to 20 times the memory."""
_KINDS = ("data_set", "lang", "method", "task")
_SCORES = TypeAdapter(dict[str, Annotated[float, Field(allow_inf_nan=False)] | None])
_KIND = TypeAdapter(dict[str, Text])
_Count = Annotated[int, Field(ge=0, le=1_000_000)]


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


class _Line(BaseModel):
    """A verdict as it is kept."""

    model_config = ConfigDict(extra="ignore")

    sample_id: Text
    good: _Count
    bad: _Count
    comments: tuple[Text, ...]
    facts: dict[str, Any]

    @field_validator("facts")
    @classmethod
    def _known(cls, facts: dict[str, Any]) -> dict[str, Any]:
        """The kinds and scores that we know; a score must be a number or null."""
        scores = {name: facts.get(name) for name, _ in SCORES}
        kinds = {name: facts.get(name, "") for name in _KINDS}
        return {**_KIND.validate_python(kinds), **_SCORES.validate_python(scores)}


def take_in(out: Path, exported: Path) -> list[Verdict]:
    """The verdicts in a file of Argilla or Label Studio on samples of `out`, and kept there.

    Those of an earlier file stay, but for samples that are judged anew. Raises UsageError for an
    output without samples, a file of neither tool, or one that judges no sample of `out`.
    """
    if not set(DATA_SETS) & set(read_manifest(out).datasets):
        raise UsageError(f"{out} has no samples: run `corpusmill sft` or `run` first")
    counts: dict[str, Counter[str]] = {}
    comments: dict[str, list[str]] = {}
    for sample_id, verdict, comment in _answers(exported):
        if verdict not in (GOOD, BAD):
            raise UsageError(
                f"{exported}: {verdict[:80]!r} is no verdict; expected {GOOD} or {BAD}"
            )
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
    found = []
    for number, line in numbered_lines(path):
        try:
            row = _Line.model_validate(json.loads(line or b""))
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path}, line {number}: not a verdict ({_told(error)})") from error
        found.append(Verdict(row.sample_id, row.good, row.bad, row.comments, row.facts))
    return found


def _line(verdict: Verdict) -> str:
    return line_of(
        {"sample_id": verdict.sample_id, "good": verdict.good, "bad": verdict.bad,
         "comments": list(verdict.comments), "facts": dict(sorted(verdict.facts.items()))}
    )  # fmt: skip


def _answers(exported: Path) -> list[Answer]:
    try:
        if exported.stat().st_size > _LARGEST:
            raise UsageError(f"{exported} is larger than {_LARGEST} bytes: export it in parts")
        rows = json.loads(exported.read_bytes())
        is_argilla = isinstance(rows, list) and any(
            isinstance(row, dict) and "responses" in row for row in rows
        )
        return list((argilla if is_argilla else label_studio).answers(rows))
    except OSError as error:
        raise UsageError(f"{exported} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{exported}: expected the records of Argilla or the JSON export of Label Studio "
            f"({_told(error)})"
        ) from error


def _told(error: Exception) -> str:
    """What is wrong and where, in a few words."""
    if not isinstance(error, ValidationError):
        return f"{type(error).__name__}: {str(error)[:120]}"
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg'][:120]}"


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
                kinds = {key: row[key] for key in _KINDS[1:]}
                found[row["sample_id"]] = {"data_set": name, **kinds, **scores}
    return found
