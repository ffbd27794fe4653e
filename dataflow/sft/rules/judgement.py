"""Statements to be judged by a passage: true ones, and false ones with one thing swapped."""

from __future__ import annotations

from collections.abc import Iterator

from dataflow.evidence.support import support
from dataflow.evidence.wording import plain, tokens
from dataflow.sft.blocks import sentences
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.place import Place
from dataflow.sft.rules.swaps import NEGATION, falsehoods
from schemas.document import ElementKind
from schemas.ids import content_id

_MAX_TOKENS = 60
_LEAST_TOKENS = 10
SUPPORTED = 0.8
"""Support at which an answer passes the checks by default: a false one has to stay below."""


def statements(place: Place) -> Iterator[Draft]:
    """At most one statement of the section, every other one false.

    A false one is not in the passage by our own check, and was made from the sentence that
    corrects it.
    """
    for block in place.section.blocks:
        passage = place.passage(block) if block.kind is ElementKind.PARAGRAPH else ""
        if not passage:
            continue
        spans = sorted(
            sentences(block, place.document.text),
            key=lambda span: content_id("statement", place.seed, place.cut(span)),
        )
        for span in spans:
            sentence = plain(place.cut(span))
            usable = _LEAST_TOKENS <= len(tokens(sentence)) <= _MAX_TOKENS
            if not usable or sentence[-1] not in ".。" or place.phrasing.lead.match(sentence):
                continue
            if place.phrasing.cues.instruct.match(sentence):
                continue
            false = int(content_id("false", place.seed, sentence)[:2], 16) % 2 == 1
            said = _false(place, sentence, passage) if false else sentence
            if not said:
                continue
            answer = place.phrasing.templates["false" if false else "true"][0]
            yield Draft(
                EXTRACTIVE, "true_false", place.lang, place.word("true_false", key=said),
                answer.format(sentence=sentence), (span,), place.phrasing.rule("true_false"),
                place.phrasing.templates["given"][0].format(statement=said, passage=passage),
                claim=sentence,
            )  # fmt: skip
            return


def _false(place: Place, sentence: str, passage: str) -> str:
    """A swap of the sentence that the passage does not support, '' when there is none.

    Denials come last: they are the easiest to see and the easiest to get wrong.
    """
    found = falsehoods(sentence, place.document.text, place.lang, place.seed)
    for swap in sorted(found, key=lambda swap: swap.flaw == NEGATION):
        if support(swap.text, passage) < SUPPORTED:
            return swap.text
    return ""
