"""What the report says of samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataflow.report.numbers import Count, Histogram

if TYPE_CHECKING:
    from dataflow.report.model import Change


@dataclass(frozen=True, slots=True)
class Turn:
    """What the user or the assistant says once."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One sample as it is shown, its texts cut.

    `turns` are those of a conversation of more than one question, at most some, of `n_turns`;
    `rejected` is the worse answer of a preference and `changes` where it parts from the better
    one, when it is much the same; `scores` are those that were measured.
    """

    sample_id: str
    data_set: str
    method: str
    task: str
    lang: str
    split: str
    backend: str
    traits: tuple[str, ...]
    source: str
    asked: str
    given: str
    answer: str
    rejected: str
    flaw: str
    changes: tuple[Change, ...]
    answerable: bool
    turns: tuple[Turn, ...]
    n_turns: int
    quote: str
    page: int | None
    scores: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class SetRow:
    """A data set of samples: its rows by split, by language, and by what tells them apart.

    `by` says what that is: the `method` of instructions, the `flaw` of preferences, whether a
    test question has an answer (`answerable`), the `task` of queries.
    """

    name: str
    rows: int
    train: int
    validation: int
    test: int
    other: int
    languages: tuple[Count, ...]
    by: str
    parts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Sieve:
    """One kind of decision over candidates: how many came, how many went, for which reasons."""

    name: str
    came: int
    left_out: int
    reasons: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb that instructions ask with, how often, and its most frequent objects."""

    name: str
    count: int
    nouns: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Variety:
    """How varied the instructions of a language are, of at most 2,000 of them.

    `distinct_1` and `distinct_2` are shares of words and pairs that differ (Li et al. 2016),
    `self_bleu` is that of Zhu et al. 2018, `vendi` the effective number of different ones by
    hashed words (Friedman & Dieng 2023), at most 256, the numbers of a vector.
    """

    lang: str
    samples: int
    distinct_1: float
    distinct_2: float
    self_bleu: float
    vendi: float
    verbs: tuple[Verb, ...]


@dataclass(frozen=True, slots=True)
class Trait:
    """A controlled mix: what came out, and the shares that were wanted.

    `by` is the recipe's section that wanted them: `sft` asks a model for them, so only its samples
    count; `select` chooses for them among all. '' when nobody wanted anything.
    """

    name: str
    counts: tuple[Count, ...]
    wanted: tuple[tuple[str, float], ...]
    by: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What models were asked and what that cost; None where nobody told, or without a budget.

    `tokens_before` and `money_before` are what earlier runs spent under the same budget;
    `unknown_tokens` are reserved for requests that broke off.
    """

    requests: int
    cached: int
    prompt_tokens: int
    completion_tokens: int
    unknown_tokens: int
    money: float
    tokens_before: int
    tokens_left: int | None
    money_before: float
    money_left: float | None
    failures: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """All samples: counts, traits, scores, variety, what the model cost, and a few of them.

    `tasks` are those of instructions; `writers` are the rules and models that wrote samples.
    """

    rows: int
    sets: tuple[SetRow, ...]
    sieves: tuple[Sieve, ...]
    tasks: tuple[Count, ...]
    writers: tuple[Count, ...]
    traits: tuple[Trait, ...]
    scores: tuple[Histogram, ...]
    variety: tuple[Variety, ...]
    spent: Spent | None
    shown: tuple[SampleRow, ...]
