"""Statements to be judged by a passage: true ones, and false ones with one thing swapped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.evidence.support import support
from dataflow.evidence.wording import plain, tokens
from dataflow.sft.blocks import sentences
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.place import REDACTED, Place
from dataflow.sft.rules.swaps import NEGATION, falsehoods
from schemas.document import ElementKind
from schemas.ids import content_id

_MAX_TOKENS = 60
_LEAST_TOKENS = 10
_NOBODY = re.compile(
    "[\\d一二三四五六七八九十〇零年月日底初中末]+，?(?:任|获|被|赴|去|到|调|入|当选|出任|毕业|加入|担任)"
)
"""A date and a verb: of whom, stands in an earlier sentence."""
SUPPORTED = 0.8
"""Support at which an answer passes the checks by default: a false one has to stay below."""


def statements(place: Place) -> Iterator[Draft]:
    """At most one statement of the section; about half of the sections get a false one.

    A false one is not in the passage by our own check, and was made from the sentence that
    corrects it.
    """
    false = (
        int(content_id("false", place.seed, place.cut(place.section.span or (0, 0)))[:2], 16) % 2
    )
    candidates = [
        (span, place.passage(block))
        for block in place.section.blocks if block.kind is ElementKind.PARAGRAPH
        for span in sentences(block, place.document.text)
    ]  # fmt: skip
    candidates.sort(key=lambda one: content_id("statement", place.seed, place.cut(one[0])))
    for span, passage in candidates:
        sentence = plain(place.cut(span))
        if not passage or not _states(sentence, place):
            continue
        said = _false(place, sentence, passage) if false else sentence
        if not said:
            continue
        words = place.phrasing.templates
        yield Draft(
            EXTRACTIVE, "true_false", place.lang, place.word("true_false", key=said),
            words["false" if false else "true"][0].format(sentence=sentence), (span,),
            place.phrasing.rule("true_false"),
            words["given"][0].format(statement=said, passage=passage), claim=sentence,
        )  # fmt: skip
        return


def _states(sentence: str, place: Place) -> bool:
    """Whether a sentence says something by itself: no order, no fragment, not too long."""
    fits = _LEAST_TOKENS <= len(tokens(sentence)) <= _MAX_TOKENS and sentence[-1] in ".。"
    phrasing = place.phrasing
    begins = phrasing.lead.match(sentence) or phrasing.cues.instruct.match(sentence)
    if REDACTED in sentence or phrasing.cues.ordinal.match(sentence):
        return False
    unclear = place.lang == "zh" and (phrasing.dependent.match(sentence) or _NOBODY.match(sentence))
    return fits and not begins and not unclear


def _false(place: Place, sentence: str, passage: str) -> str:
    """A swap of the sentence that the passage does not support, '' when there is none.

    Denials come last: they are the easiest to see and the easiest to get wrong.
    """
    found = falsehoods(sentence, place.document.text, place.lang, place.seed)
    for swap in sorted(found, key=lambda swap: swap.flaw == NEGATION):
        if support(swap.text, passage) < SUPPORTED:
            return swap.text
    return ""
