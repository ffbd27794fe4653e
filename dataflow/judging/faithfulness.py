"""A faithfulness judge by rules: how far a text keeps to its source, without any model."""

from __future__ import annotations

from rapidfuzz.distance import LCSseq

from dataflow.evidence.support import split_sentences
from dataflow.evidence.wording import tokens

_GRAM = 3


def faithfulness(claim: str, source: str) -> float:
    """How far `claim` keeps to `source`, 0..1; meant for ranking, not as a probability.

    For each sentence of the claim the mean of two shares: of its 3-grams that stand in the source,
    and of its tokens that the best sentence of the source has in the same order; of
    these the mean, longer sentences counting more.
    On human labels of 714 sentences from news summaries its ROC-AUC is .85, where the first share
    alone has .83 and the second .82 (`benchmarks/sft.py judge`); a further penalty for numbers
    that the source does not have made it worse there. On abstractive summaries the overlap of
    words says little.

    >>> faithfulness("The tower is white.", "The tower is white and tall."), faithfulness("", "a")
    (1.0, 0.0)
    """
    given = tokens(source)
    sentences = [tokens(sentence) for sentence in split_sentences(source)]
    claims = [found for found in map(tokens, split_sentences(claim)) if found]
    total = sum(len(said) for said in claims)
    held = sum(len(said) * _sentence(said, given, sentences) for said in claims)
    return held / total if total else 0.0


def _sentence(
    said: tuple[str, ...], given: tuple[str, ...], sentences: list[tuple[str, ...]]
) -> float:
    size = min(_GRAM, len(said))
    known = {given[i : i + size] for i in range(len(given) - size + 1)}
    grams = [said[i : i + size] for i in range(len(said) - size + 1)]
    precision = sum(gram in known for gram in grams) / len(grams)
    order = max((LCSseq.similarity(said, s) for s in sentences), default=0) / len(said)
    return float((precision + order) / 2)
