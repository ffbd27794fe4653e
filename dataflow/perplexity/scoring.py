"""The perplexity of a text under a model."""

from __future__ import annotations

import math

import numpy as np

from dataflow.perplexity.kernels import F64, known, score_sequence, spelled, with_repeats
from dataflow.perplexity.models import NgramModel
from dataflow.perplexity.tokens import FIRST, I64, U32, UNKNOWN, code_points, tokenize

LETTERS_PER_TOKEN = 5
"""An unknown word is spelled, and counts as one token for so many letters: a rare word then costs
about as much as a rare known one, while random letters still cost some 25 bits a token."""
OTHER_CHARACTERS = math.log(1 << 16)
"""What naming one of the characters costs that a model has never seen."""


def perplexity(
    text: str, model: NgramModel, *, order: int, min_tokens: int, repeats: float
) -> float | None:
    """E to the mean cost of a token in nats; None for a text of fewer than `min_tokens`."""
    codes = code_points(text)
    tokens, spans = tokenize(codes, characters=model.spelling is None)
    if len(tokens) < max(min_tokens, 1):
        return None
    logs, weights = log_probabilities(codes, tokens, spans, model, order)
    if repeats > 0:
        with_repeats(tokens, order, repeats, logs)
    mean = -float(logs.sum()) / float(weights.sum())
    return math.exp(min(mean, 700.0))


def log_probabilities(
    codes: U32, tokens: U32, spans: I64, model: NgramModel, order: int
) -> tuple[F64, F64]:
    """Natural logarithms of the tokens' probabilities, and how many tokens each counts as."""
    table = model.text
    named = known(tokens, table.slots)
    logs, weights = np.empty(len(tokens)), np.ones(len(tokens))
    score_sequence(named, order, table.slots, table.values, table.contexts, table.backoffs, logs)
    unknown = np.flatnonzero(named == UNKNOWN)
    if model.spelling is None:
        logs[unknown] -= OTHER_CHARACTERS
        return logs, weights
    letters = model.spelling
    parts = (letters.slots, letters.values, letters.contexts, letters.backoffs)
    for place in unknown.tolist():
        start, end = spans[place].tolist()
        log, others = spelled(codes[start:end], FIRST, order, *parts)
        logs[place] += log - others * OTHER_CHARACTERS
        weights[place] = -(-(end - start) // LETTERS_PER_TOKEN)
    return logs, weights
