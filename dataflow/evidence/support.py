"""Whether a quote holds what an answer says, by rules."""

from __future__ import annotations

import re

from rapidfuzz.distance import LCSseq

from dataflow.evidence.wording import contains, names, negations, numbers, tokens

_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？]+(?!\d)|\n|$)|[^\n]")


def support(answer: str, quote: str) -> float:
    """How far `quote` holds `answer`, 0..1; 1 when the answer's tokens stand in it as one run.

    Else the worst over the answer's sentences of the share of its tokens that one sentence of the
    quote has in the same order. It is 0 when a number or a name of the answer is not in the
    quote, or when one of the two sentences denies more often than the other.

    >>> support("Paris", "The capital is Paris."), support("1999", "Founded in 1998.")
    (1.0, 0.0)
    """
    said, given = tokens(answer), tokens(quote)
    if contains(given, said):
        return 1.0
    if not numbers(answer) <= numbers(quote) or not names(answer) <= set(given):
        return 0.0
    sentences = [tokens(sentence) for sentence in split_sentences(quote)]
    scores = [
        max((_agreement(tokens(claim), sentence) for sentence in sentences), default=0.0)
        for claim in split_sentences(answer)
        if tokens(claim)
    ]
    return min(scores, default=0.0)


def _agreement(said: tuple[str, ...], given: tuple[str, ...]) -> float:
    if contains(given, said):
        return 1.0
    if negations(said) != negations(given):
        return 0.0
    return float(LCSseq.similarity(said, given)) / len(said)


def split_sentences(text: str) -> list[str]:
    """Rough sentences: up to an end mark that is not inside a number, or a line's end."""
    return [part.strip() for part in _SENTENCE.findall(text) if part.strip()]
