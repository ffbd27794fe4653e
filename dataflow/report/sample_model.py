"""What the report says of samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dataflow.report.numbers import Count, Histogram


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One sample as it is shown, its texts cut; `rejected` is the worse answer of a preference."""

    sample_id: str
    data_set: str
    method: str
    task: str
    lang: str
    source: str
    asked: str
    given: str
    answer: str
    rejected: str
    flaw: str
    answerable: bool
    quote: str
    page: int | None


@dataclass(frozen=True, slots=True)
class SetRow:
    """A data set of samples: its rows by split."""

    name: str
    train: int
    validation: int
    test: int


@dataclass(frozen=True, slots=True)
class Variety:
    """How varied the instructions of a language are, of at most 2,000 of them.

    `distinct_1` and `distinct_2` are shares of words and pairs that differ (Li et al. 2016),
    `self_bleu` is that of Zhu et al. 2018; `verbs` counts `verb noun`.
    """

    lang: str
    samples: int
    distinct_1: float
    distinct_2: float
    self_bleu: float
    verbs: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Trait:
    """A controlled mix: what came out, and the shares that were wanted (empty: all alike)."""

    name: str
    counts: tuple[Count, ...]
    wanted: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """All samples: counts, traits, scores, variety, what the model cost, and a few of them."""

    rows: int
    sets: tuple[SetRow, ...]
    methods: tuple[Count, ...]
    tasks: tuple[Count, ...]
    languages: tuple[Count, ...]
    backends: tuple[Count, ...]
    traits: tuple[Trait, ...]
    flaws: tuple[Count, ...]
    questions: int
    unanswerable: int
    scores: tuple[Histogram, ...]
    variety: tuple[Variety, ...]
    spent: dict[str, Any]
    shown: tuple[SampleRow, ...]
