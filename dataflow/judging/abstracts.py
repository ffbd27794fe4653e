"""Whether a source may hold a claim that says it in words of its own: soft support, and signs.

Overlap alone says little of such claims. What helps beside it: that a sentence vector finds one
sentence of the source alike, and how much the claim claims (`strength`).
"""

from __future__ import annotations

import math
import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dataflow.embedding.embedder import get_embedder
from dataflow.evidence.wording import script_of
from dataflow.judging.strength import signs
from dataflow.judging.words import FUNCTION_WORDS, stem, words

_AT = -3.5
WEIGHTS = (3.0, 2.5, -1.5, 0.7, -1.0, -1.0)
"""Of a logistic model, by `traits`. Fitted to our natural claims (`benchmarks/judging/fit.py`) they
are 1.5, 2.4, -1.6, .7, -1.2, -.9, and move by .3 from fold to fold. The first is set higher: its
fit depends on who errs, 0 where people changed a word on purpose and 3.5 where a model strayed."""
_MOST_STRONG = 2
_EMBEDDED = 5
"""Sentences of the source, those that share most stems with the claim, that are embedded: with all
of them the AUC of the likeness is the same to .01, and an article takes 40 ms."""
_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_LONGEST_SOURCE = 40_000


def held(claim: str, source: str) -> float:
    """How likely `source` holds `claim` (one sentence) as abstracts go, 0..1.

    In English and Chinese alike; a word in common is worth less than in a copy, since an error
    that keeps the source's words has as many as a summary.

    >>> source = "The dam was closed in May since its gates leaked. Boats take the canal."
    >>> held("Leaks shut the dam.", source) > held("Every lake freezes in winter.", source)
    True
    """
    found = zip(WEIGHTS, traits(claim, source), strict=True)
    return 1.0 / (1.0 + math.exp(-_AT - sum(weight * trait for weight, trait in found)))


def traits(claim: str, source: str) -> tuple[float, ...]:
    """What the weights are for, in their order.

    The share of the claim's words that the source has; the cosine of its vector with that of the
    sentence of the source most like it; kinds of strong words that are new, up to 2; whether it
    has weak words; whether it has a number or a date, and a name, that is new.
    """
    said = [stem(word) for word in words(claim)]
    parts = _parts(source)
    known = frozenset[str]().union(*(stems for _, stems in parts))
    found = signs(claim, source, script_of(claim))
    return (
        sum(word in known for word in said) / max(len(said), 1),
        _likeness(claim, frozenset(said), parts),
        float(min(found.stronger, _MOST_STRONG)),
        float(found.weak),
        float(found.number),
        float(found.name),
    )


@lru_cache(maxsize=64)
def _parts(source: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The sentences of `source` with their stems."""
    parts = (part.strip() for part in _END.split(source[:_LONGEST_SOURCE]))
    found = ((part, frozenset(map(stem, words(part)))) for part in parts)
    return tuple((part, stems) for part, stems in found if stems)


def _likeness(
    claim: str, said: frozenset[str], parts: tuple[tuple[str, frozenset[str]], ...]
) -> float:
    """Greatest cosine of the claim's vector with those of sentences, 0..1; 0 without any."""
    told = said - FUNCTION_WORDS
    near = sorted(parts, key=lambda part: -len(told & part[1]))[:_EMBEDDED]
    if not near:
        return 0.0
    mine = _vector(claim)
    return max(0.0, *(float(mine @ _vector(part)) for part, _ in near))


@lru_cache(maxsize=1024)
def _vector(text: str) -> NDArray[np.float32]:
    vectors = get_embedder("use-multilingual").embed([text], "passage")
    return vectors.reshape(-1)
