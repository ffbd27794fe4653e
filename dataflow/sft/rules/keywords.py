"""Keywords of a passage: the terms that tell it from the rest of its document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dataflow.evidence.wording import tokens
from dataflow.sft.derive.terms import key_terms
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.place import REDACTED, Place

_LEAST = 60
"""Tokens of a passage with enough words to choose from."""


def keywords(place: Place, everywhere: Sequence[Place]) -> Iterator[Draft]:
    """Two or three terms for the section's first paragraphs."""
    opening = place.opening()
    span = place.opening_span()
    if span is None or len(tokens(opening)) < _LEAST or REDACTED in opening:
        return
    others = [one.opening() for one in everywhere]
    heads = f"{place.title} {place.heading}"
    terms = key_terms(opening, place.document.text, others, heads, place.lang, place.seed)
    if len(terms) > 1:
        join = "、" if place.lang == "zh" else ", "
        yield Draft(
            EXTRACTIVE, "keywords", place.lang, place.word("keywords", key=opening),
            join.join(terms), (span,), place.phrasing.rule("keywords"), opening,
        )  # fmt: skip
