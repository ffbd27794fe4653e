"""A passage with something taken out, to be put back: a name, or its capitals and punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import tokens
from dataflow.sft.blocks import Block
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.names import kinds, mentions
from dataflow.sft.rules.place import REDACTED, Place
from dataflow.sft.rules.subjects import LOOKED_AT
from dataflow.sft.rules.whole import balanced, plain_whole, whole_sentences, wide
from schemas.document import ElementKind
from schemas.ids import content_id

_GAP = "____"
_SHORTEST, _LONGEST = 35, 140
"""Tokens of a text to be given its punctuation."""
_STRANGE = re.compile(
    r"[|<>{}\[\]\\@#*_=+^~©•]|https?:|www\.|\.\w|\d[,.:]\d|…|\.\.|/|\(|（|[A-Z]\."
)
"""What is no prose, or has marks that nobody could tell from the words."""
_NO_PROSE = re.compile(r"https?:|www\.|_{2,}|[|©]")
_MARKS = re.compile(r"[.,;:!?“”‘\"—–]|(?<!\w)[’'-]|[’'-](?!\w)")
_ZH_MARKS = re.compile("[，。；：、！？“”‘’「」『』（）《》—…·]")


def restored(place: Place) -> Iterator[Draft]:
    """A paragraph without capitals and punctuation (Chinese: punctuation), to be restored."""
    for block in place.section.blocks:
        if block.kind is not ElementKind.PARAGRAPH:
            continue
        span = _some(place, block)
        text = wide(plain_whole(place.cut(span)), place.lang) if span else ""
        if span is None or _STRANGE.search(text) or REDACTED in text or not balanced(text):
            continue
        if text[-1] not in ".。!！?？":
            continue
        bare = _ZH_MARKS.sub("", text) if place.lang == "zh" else _spoken(text)
        yield Draft(
            EXTRACTIVE, "restore", place.lang, place.word("restore", key=text), text,
            (span,), place.phrasing.rule("restore"), bare,
        )  # fmt: skip


def _some(place: Place, block: Block) -> Span | None:
    """The paragraph's first sentences, as many as are no longer than allowed; None for too few."""
    spans = whole_sentences(block, place.document.text)
    factor = 1 + (place.lang == "zh")
    found: Span | None = None
    for count, (_, end) in enumerate(spans, 1):
        size = len(tokens(place.cut((spans[0][0], end)))) / factor
        if size > _LONGEST:
            break
        if count > 1 and size >= _SHORTEST:
            found = (spans[0][0], end)
    return found


def _spoken(text: str) -> str:
    """English text as it might be written down from speech.

    >>> _spoken("The mill, an old one, isn't used.")
    "the mill an old one isn't used"
    """
    return " ".join(_MARKS.sub(" ", text).lower().split())


def gaps(place: Place) -> Iterator[Draft]:
    """A name that a paragraph uses three times or more, taken out where it stands in the middle.

    Its first mention introduces it and the last may end a thought; one between the two can be
    told by both.
    """
    known = kinds(place.document.text[:LOOKED_AT], place.lang)
    for span in place.stretches():
        text = plain_whole(place.cut(span))
        if REDACTED in text or not balanced(text) or _NO_PROSE.search(text):
            continue
        places: dict[str, list[tuple[int, int]]] = {}
        for at, name, _ in mentions(text, place.lang):
            if name in known:
                places.setdefault(name, []).append(at)
        often = [
            (name, spans[len(spans) // 2]) for name, spans in places.items()
            if len(spans) > 1 and text.count(name) > 2 and not _nested(name, places)
        ]  # fmt: skip
        if not often:
            continue
        name, (start, end) = min(often, key=lambda one: content_id("gap", place.seed, text, one[0]))
        yield Draft(
            EXTRACTIVE, "cloze", place.lang, place.word("cloze", key=text), name,
            (span,), place.phrasing.rule("cloze"),
            f"{text[:start]}{_GAP}{text[end:]}",
        )  # fmt: skip


def _nested(name: str, places: dict[str, list[tuple[int, int]]]) -> bool:
    """Whether the name is a piece of another one of the passage."""
    return any(name != other and (name in other or other in name) for other in places)
