"""How much a question helps to foresee its answer: perplexity with it, and without it.

Li et al., "From Quantity to Quality" (2023): instruction-following difficulty (IFD) is the
perplexity of the answer given the question over that of the answer alone. Above 1 the question
makes the answer less likely: it belongs to another question, or to none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dataflow.llm.account import Account
from dataflow.llm.base import CONTEXT_OVERFLOW, LLM, Answer, Failure, Request
from dataflow.llm.opened import behind_budget
from dataflow.llm.options import LlmOptions
from dataflow.llm.server_call import Again
from dataflow.perplexity.llm import (
    TOO_SHORT,
    UNSUPPORTED,
    PromptScorer,
    Scored,
    as_answer,
    as_score,
)
from dataflow.perplexity.stage import MOST_CHARS

PROMPT_ID = "ifd/1"
_BETWEEN = "\n"
"""Between question and answer: a line's end, at which vocabularies do not merge tokens of both."""
_UNMEASURABLE = frozenset({TOO_SHORT, CONTEXT_OVERFLOW})
"""Kinds of failures that are of the text: it has no number, whoever is asked again."""


class Scorer(Protocol):
    """What `open_scorer` gives."""

    def score(self, texts: Sequence[str]) -> list[Scored | Failure]:
        """Perplexity and number of tokens of each text."""
        ...


@dataclass(frozen=True, slots=True)
class Difficulty:
    """Perplexity of an answer given its question, and that over the perplexity without it."""

    perplexity: float
    ifd: float


@dataclass(frozen=True, slots=True)
class KeptScores:
    """A scorer whose answers are kept and paid for as any others are."""

    scorer: PromptScorer
    llm: LLM

    def score(self, texts: Sequence[str]) -> list[Scored | Failure]:
        """One answer for each text; raises BackendError where the server can measure nothing."""
        requests = [Request(PROMPT_ID, (("user", text),), 1) for text in texts]
        found = [as_score(answer) for answer in self.llm.complete(requests)]
        for one in found:
            if isinstance(one, Failure) and one.kind == UNSUPPORTED:
                raise self.scorer.unsupported(one)
        return found


@dataclass(frozen=True, slots=True)
class _PromptServer:
    """Scores as answers: what a budget stands before."""

    scorer: PromptScorer

    def answer(self, request: Request, again: Again) -> Answer:
        """The score of the request's one message."""
        return as_answer(self.scorer.ask(request.messages[0][1], again))


@contextmanager
def open_scorer(options: LlmOptions, folder: Path) -> Iterator[tuple[KeptScores, Account]]:
    """A scorer by the server of `options`, behind their budget and cache, and its account."""
    named = f"{options.identity}\nscores of prompts"
    with (
        PromptScorer(options.server(options.url)) as scorer,
        behind_budget(_PromptServer(scorer), options, folder, named) as opened,
    ):
        yield KeptScores(scorer, opened.llm), opened.account


def difficulties(
    scorer: Scorer, pairs: Sequence[tuple[str, str]]
) -> list[Difficulty | Failure | None]:
    """One for each pair of question and answer; None where texts are too short or too long.

    The log-probability of the answer given the question is that of both less that of the question.
    A Failure is what another run may not meet. Raises what the scorer raises.
    """
    places: list[int] = []
    texts: list[str] = []
    for place, (question, answer) in enumerate(pairs):
        asked = question.rstrip() + _BETWEEN
        if len(asked + answer) <= MOST_CHARS:
            places.append(place)
            texts += [asked + answer, asked, answer]
    scored = scorer.score(texts)
    found: list[Difficulty | Failure | None] = [None] * len(pairs)
    for number, place in enumerate(places):
        found[place] = _difficulty(*scored[3 * number : 3 * number + 3])
    return found


def _difficulty(
    both: Scored | Failure, asked: Scored | Failure, alone: Scored | Failure
) -> Difficulty | Failure | None:
    failures = [one for one in (both, asked, alone) if isinstance(one, Failure)]
    if any(one.kind in _UNMEASURABLE for one in failures):
        return None
    if isinstance(both, Failure) or isinstance(asked, Failure) or isinstance(alone, Failure):
        return failures[0]
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
