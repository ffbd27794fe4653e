"""How much a question helps to foresee its answer: perplexity with it, and without it.

Li et al., "From Quantity to Quality" (2023): instruction-following difficulty (IFD) is the
perplexity of the answer given the question over that of the answer alone. Above 1 the question
makes the answer less likely: it belongs to another question, or to none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dataflow.llm.base import Failure
from dataflow.perplexity.llm import Scored
from dataflow.perplexity.stage import MOST_CHARS
from schemas.errors import BackendError

_BETWEEN = "\n"
"""Between question and answer: a line's end, at which vocabularies do not merge tokens of both."""


class Scorer(Protocol):
    """What `dataflow.perplexity.llm.PromptScorer` does."""

    def score(self, texts: Sequence[str]) -> list[Scored | Failure]:
        """Perplexity and number of tokens of each text."""
        ...


@dataclass(frozen=True, slots=True)
class Difficulty:
    """Perplexity of an answer given its question, and that over the perplexity without it."""

    perplexity: float
    ifd: float


def difficulties(scorer: Scorer, pairs: Sequence[tuple[str, str]]) -> list[Difficulty | None]:
    """One for each pair of question and answer; None where the back end gives no number for it.

    The log-probability of the answer given the question is that of both less that of the question.
    """
    texts: list[str] = []
    for question, answer in pairs:
        asked = question.rstrip() + _BETWEEN
        texts += [asked + answer, asked, answer]
    try:
        found = scorer.score(texts)
    except BackendError:  # a server without log-probabilities of prompts: nothing is measured
        return [None] * len(pairs)
    return [
        _difficulty(*found[at : at + 3]) if len(texts[at]) <= MOST_CHARS else None
        for at in range(0, len(texts), 3)
    ]


def _difficulty(
    both: Scored | Failure, asked: Scored | Failure, alone: Scored | Failure
) -> Difficulty | None:
    if isinstance(both, Failure) or isinstance(asked, Failure) or isinstance(alone, Failure):
        return None
    tokens = both.tokens - asked.tokens
    if tokens < 1 or alone.perplexity <= 0:
        return None
    mean = (_surprise(both) - _surprise(asked)) / tokens
    perplexity = math.exp(min(max(mean, 0.0), 700.0))
    ratio = perplexity / alone.perplexity
    return Difficulty(perplexity, ratio) if math.isfinite(ratio) else None


def _surprise(scored: Scored) -> float:
    """Negative log-probability of all of a text's tokens, in nats."""
    return math.log(max(scored.perplexity, 1.0)) * scored.tokens
