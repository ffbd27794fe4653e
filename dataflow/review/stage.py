"""The stage: verdicts of people decide about the samples they judged, and help judge the others."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import polars as pl

from dataflow.review.quality import train
from dataflow.review.verdicts import Verdict, read
from dataflow.stage import Split, check_conserved, reject_frame
from schemas.errors import UsageError
from schemas.records import Level, Reason, Reject, StageName
from schemas.samples import SCORES


@dataclass(frozen=True, slots=True)
class UseVerdicts:
    """What people said of samples.

    `verdicts` is the file that `corpusmill verdicts` keeps (`OUT/review/verdicts.jsonl`); empty for
    none. Samples that most of their reviewers call bad are rejected. With `quality` a small model
    is trained on the verdicts (20 of each kind are needed) and gives every sample the score
    `quality`, which `[judge] min_quality` holds against a threshold.
    """

    VERSION: ClassVar[int] = 2

    verdicts: str = ""
    quality: bool = True

    @property
    def identity(self) -> str:
        """Whether a model is trained, and the content of the file."""
        if not self.verdicts:
            return "none"
        try:
            with Path(self.verdicts).open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise UsageError(f"review.verdicts: {self.verdicts} cannot be read: {error}") from error
        return f"{self.quality} {content}"

    def __call__(self, frame: pl.DataFrame) -> Split:
        """Samples that reviewers do not call bad, with the score `quality`, and the others.

        `frame` has sample_id, source, method, task and scores.
        """
        if not self.verdicts:
            return Split(frame, reject_frame([]))
        verdicts = read(Path(self.verdicts))
        bad = {one.sample_id: one for one in verdicts if one.is_good is False}
        gone = pl.col("sample_id").is_in(list(bad))
        rejects = [
            Reject(
                sample, Level.SAMPLE, StageName.SFT, Reason.JUDGED_LOW, source,
                _said(bad[sample]), float(bad[sample].good), float(bad[sample].bad),
            )
            for sample, source in frame.filter(gone).select("sample_id", "source").iter_rows()
        ]  # fmt: skip
        kept = frame.filter(~gone)
        check_conserved("review", frame.height, kept.height, len(rejects))
        return Split(self._scored(kept, verdicts), reject_frame(rejects))

    def _scored(self, frame: pl.DataFrame, verdicts: list[Verdict]) -> pl.DataFrame:
        if not self.quality or not frame.height:
            return frame
        names = [name for name, _ in SCORES]
        facts = [
            {"method": row["method"], "task": row["task"],
             **{name: row["scores"][name] for name in names}}
            for row in frame.select("method", "task", "scores").iter_rows(named=True)
        ]  # fmt: skip
        measured = {name for name in names if any(fact[name] is not None for fact in facts)}
        model = train(verdicts, measured)
        if model is None:
            return frame
        scores = pl.Series("quality", model.scores(facts), dtype=pl.Float64)
        return frame.with_columns(pl.col("scores").struct.with_fields(scores))


def _said(verdict: Verdict) -> str:
    comments = f": {' / '.join(verdict.comments)}" if verdict.comments else ""
    return f"reviewers: {verdict.good} good, {verdict.bad} bad{comments}"[:500]
