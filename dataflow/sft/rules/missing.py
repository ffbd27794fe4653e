"""A sentence taken out of its passage, to be found among others of the same document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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


def missing_sentence(place: Place, everywhere: Sequence[Place]) -> Iterator[Draft]:
    """For each stretch of prose a sentence that belongs there and, by its words, no other one.

    It stands neither first nor last, so that the text speaks of the same before and behind it.
    """
    others = [one for one in _sentences(everywhere, place) if REDACTED not in one[1]]
    for start, end in place.stretches():
        inside = [one for one in others if start <= one[0][0] < end]
        text = plain_whole(place.cut((start, end)))
        if len(inside) < 4 or REDACTED in text:
            continue
        candidates = sorted(inside[1:-1], key=lambda one: content_id("missing", place.seed, one[1]))
        for span, said in candidates:
            rest = text.replace(said, _GAP, 1)
            wrong = _wrong(
                said, rest, [one for at, one in others if not start <= at[0] < end], place
            )
            if text.count(said) == 1 and _fits(said, rest, place, _NEAR) and wrong:
                options = sorted([said, *wrong], key=lambda one: content_id("gap", said, one))
                shown = "\n".join(f"- {one}" for one in options)
                yield Draft(
                    EXTRACTIVE, "missing_sentence", place.lang,
                    place.word("missing_sentence", key=said), said, (span,),
                    place.phrasing.rule("missing_sentence"), f"{rest}\n\n{shown}",
                )  # fmt: skip
                break


def _sentences(everywhere: Sequence[Place], place: Place) -> list[tuple[Span, str]]:
    """Place and words of the document's whole sentences in this language."""
    found = []
    for one in everywhere:
        if one.lang != place.lang:
            continue
        for block in one.blocks:
            if block.kind is not ElementKind.PARAGRAPH:
                continue
            for span in whole_sentences(block, place.document.text):
                said = plain_whole(place.cut(span))
                if whole(said) and said[-1:] in ".。" and _LEAST <= len(tokens(said)) <= _MOST:
                    found.append((span, said))
    return found


def _shared(said: str, text: str, place: Place) -> int:
    own = set(content_words(said, place.phrasing))
    return len(own & set(content_words(text, place.phrasing)))


def _fits(said: str, rest: str, place: Place, least: int) -> bool:
    return _shared(said, rest, place) >= least * (1 + (place.lang == "zh"))


def _wrong(said: str, rest: str, others: Sequence[str], place: Place) -> list[str]:
    """Sentences of a like length that have next to nothing of the passage, [] for too few."""
    size = len(tokens(said))
    far = [
        one for one in others
        if size <= 2 * len(tokens(one)) <= 4 * size
        and not _fits(one, rest, place, _FAR + 1) and not re.match(r"\W", one)
    ]  # fmt: skip
    ordered = sorted(set(far), key=lambda one: content_id("wrong", place.seed, said, one))
    return ordered[: _OPTIONS - 1] if len(ordered) >= _OPTIONS - 1 else []
