"""A sentence taken out of its passage, to be found among others of the same document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import tokens
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.passages import content_words
from dataflow.sft.rules.place import REDACTED, Place
from dataflow.sft.rules.whole import plain_whole, whole, whole_sentences
from schemas.document import ElementKind
from schemas.ids import content_id

_GAP = "[…]"
_OPTIONS = 3
_LEAST, _MOST = 10, 60
"""Tokens of a sentence that may be looked for."""
_NEAR, _FAR = 3, 1
"""Words counting that the missing one shares with the rest at the least, and others at most."""
_FEWEST, _SENTENCES = 4, 60
"""Sentences of a stretch at the least, and those of a section that are looked at."""
_AROUND = 6
"""Sections before and after, whose sentences may be the wrong ones."""
_TRIED = 4
"""Sentences of a stretch, drawn by a hash, that are tried."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A whole sentence: where it is, its words, how many tokens, and the words that count."""

    span: Span
    text: str
    size: int
    words: frozenset[str]


def missing_sentence(place: Place, everywhere: Sequence[Place]) -> Iterator[Draft]:
    """For each stretch of prose a sentence that belongs there and, by its words, no other one.

    It stands neither first nor last, so that the text speaks of the same before and behind it. The
    other ones are from the sections around, so that the time grows with the document only.
    """
    own = list(_sentences(place))
    if len(own) < _FEWEST:
        return
    at = next((number for number, one in enumerate(everywhere) if one is place), 0)
    near = everywhere[max(0, at - _AROUND) : at + _AROUND + 1]
    others = [said for one in near if one.lang == place.lang for said in _sentences(one)]
    for start, end in place.stretches():
        inside = [one for one in own if start <= one.span[0] < end]
        text = plain_whole(place.cut((start, end)))
        if len(inside) < _FEWEST or REDACTED in text:
            continue
        outside = [one for one in others if not start <= one.span[0] < end]
        ranked = sorted(inside[1:-1], key=lambda one: content_id("missing", place.seed, one.text))
        for said in ranked[:_TRIED]:
            rest = text.replace(said.text, _GAP, 1)
            known = frozenset(content_words(rest, place.phrasing))
            if text.count(said.text) > 1 or not _fits(said, known, place, _NEAR):
                continue
            wrong = _wrong(said, known, outside, place)
            if not wrong:
                continue
            options = sorted([said.text, *wrong], key=lambda one: content_id("gap", said.text, one))
            shown = "\n".join(f"- {one}" for one in options)
            yield Draft(
                EXTRACTIVE, "missing_sentence", place.lang,
                place.word("missing_sentence", key=said.text), said.text, (said.span,),
                place.phrasing.rule("missing_sentence"), f"{rest}\n\n{shown}",
            )  # fmt: skip
            break


def _sentences(place: Place) -> Iterator[_Said]:
    """The whole sentences of a section, at most `_SENTENCES`, that may be looked for."""
    found = 0
    for block in place.blocks:
        if block.kind is not ElementKind.PARAGRAPH or found == _SENTENCES:
            continue
        for span in whole_sentences(block, place.document.text):
            said = plain_whole(place.cut(span))
            size = len(tokens(said))
            fits = whole(said) and said[-1:] in ".。" and _LEAST <= size <= _MOST
            if fits and REDACTED not in said and found < _SENTENCES:
                found += 1
                yield _Said(span, said, size, frozenset(content_words(said, place.phrasing)))


def _fits(said: _Said, known: frozenset[str], place: Place, least: int) -> bool:
    return len(said.words & known) >= least * (1 + (place.lang == "zh"))


def _wrong(said: _Said, known: frozenset[str], others: Sequence[_Said], place: Place) -> list[str]:
    """Sentences of a like length that have next to nothing of the passage, [] for too few."""
    far = {
        one.text for one in others
        if said.size <= 2 * one.size <= 4 * said.size
        and not _fits(one, known, place, _FAR + 1) and not re.match(r"\W", one.text)
    }  # fmt: skip
    ordered = sorted(far, key=lambda one: content_id("wrong", place.seed, said.text, one))
    return ordered[: _OPTIONS - 1] if len(ordered) >= _OPTIONS - 1 else []
