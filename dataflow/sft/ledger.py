"""Every candidate once: a row or a reject."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from dataflow.evidence.spans import ChunkSpan, Fault, cite, quoted
from dataflow.judging.faithfulness import faithfulness
from dataflow.llm.base import LLM
from dataflow.sft.blocks import Manuscript
from dataflow.sft.drafts import Draft
from dataflow.sft.filters import Bounds, Setting, checked
from dataflow.sft.plan import TRANSIENT
from dataflow.sft.rows import SAMPLE_FRAME, page_at, row_of
from dataflow.stage import check_conserved, reject_frame
from schemas.records import Level, Reject, StageName


@dataclass(frozen=True, slots=True)
class Model:
    """The model that is asked: `backend` and `name` are said of every sample it wrote."""

    llm: LLM
    name: str
    backend: str


_SHOWN = 300
"""Characters of a refused question, and of its answer, that are told."""


def said(question: str, answer: str) -> str:
    """What a refused sample said, to be put behind why it was refused."""
    return f" | asked: {question[:_SHOWN]} | answered: {answer[:_SHOWN]}"


@dataclass(frozen=True)
class Place:
    """A document and its chunks: where the evidence of its candidates is looked for."""

    document: Manuscript
    chunks: Sequence[ChunkSpan]

    @cached_property
    def by_id(self) -> Mapping[str, ChunkSpan]:
        """The chunks by their ids."""
        return {chunk.chunk_id: chunk for chunk in self.chunks}


@dataclass(slots=True)
class Judged:
    """What models say of a draft: scores by name, and which could not be had this time.

    `refused` is why the sample cannot stay without one of those.
    """

    scores: dict[str, float] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    refused: Fault | None = None


Scores = Callable[[Sequence[tuple[Draft, Place]]], Sequence[Judged]]
"""What models say of accepted drafts."""


class Drafted(NamedTuple):
    """Rows (SAMPLE_FRAME) and reject rows; `unsure` says what another run may find otherwise."""

    kept: pl.DataFrame
    rejected: pl.DataFrame
    unsure: tuple[str, ...] = ()


@dataclass(slots=True)
class Ledger:
    """The candidates of a call; `support` is the threshold of their evidence."""

    support: float
    seed: int
    model: Model | None
    rows: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unscored: list[tuple[int, Draft, Place]] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    candidates: int = 0

    def judge(self, draft: Draft, place: Place) -> bool:
        """Whether the candidate is without a fault and became a row."""
        document = place.document
        pages = {start: page_at(document, start) for start, _ in draft.spans}
        known = {start: page for start, page in pages.items() if page is not None}
        evidence = cite(draft.spans, document.text, place.chunks, known)
        setting = Setting(document.text, document.title, place.by_id, evidence)
        found = checked(draft, setting, Bounds(support=self.support))
        if found.fault is not None:
            fault = found.fault
            told = replace(fault, detail=fault.detail + said(draft.instruction, draft.output))
            self.refuse(draft.sample_id, told, document.source)
            return False
        self.candidates += 1
        backend = self.model.backend if draft.calls and self.model else "rules"
        scores = {**found.scores, **dict(draft.scores)}
        claim = draft.output if draft.claim is None else draft.claim
        if draft.written and evidence and claim:  # what rules make are the source's own words
            scores["faithfulness"] = round(faithfulness(claim, quoted(evidence)), 4)
        row = row_of(draft, document, evidence, place.by_id, scores)
        self.unscored.append((len(self.rows), draft, place))
        self.rows.append(row | {"backend": backend, "seed": self.seed})
        return True

    def score(self, judges: Scores) -> None:
        """Adds what `judges` say of the rows that have come since the last call.

        A row that cannot stay without a score which could not be had becomes a reject.
        """
        waiting, self.unscored = self.unscored, []
        found = judges([(draft, place) for _, draft, place in waiting])
        gone = set()
        for (number, draft, place), judged in zip(waiting, found, strict=True):
            self.rows[number]["scores"] |= judged.scores
            self.unjudged += [f"{draft.sample_id} {name}" for name in judged.missing]
            if judged.refused is not None:
                gone.add(number)
                self.candidates -= 1
                self.refuse(draft.sample_id, judged.refused, place.document.source)
        self.rows = [row for number, row in enumerate(self.rows) if number not in gone]

    def refuse(self, sample_id: str, fault: Fault, source: str) -> None:
        """A reject row."""
        self.candidates += 1
        self.rejects.append(
            Reject(
                sample_id, Level.SAMPLE, StageName.SFT, fault.reason, source, fault.detail,
                fault.value, fault.threshold,
            )
        )  # fmt: skip

    def split(self) -> Drafted:
        """The rows (SAMPLE_FRAME) and the reject rows; raises ConservationError."""
        check_conserved("sft", self.candidates, len(self.rows), len(self.rejects))
        passing = [f"{one.id} {one.reason}" for one in self.rejects if one.reason in TRANSIENT]
        return Drafted(
            pl.DataFrame(self.rows, schema=SAMPLE_FRAME),
            reject_frame(self.rejects),
            (*passing, *self.unjudged),
        )
