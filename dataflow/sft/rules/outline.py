"""Tasks that order what a text tells: an outline of its parts, a timeline of its years."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import plain, tokens
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.passages import SAYING, overlap
from dataflow.sft.rules.place import MAX_INPUT, REDACTED, Place, title_of
from dataflow.sft.rules.whole import whole_sentences, wide
from dataflow.sft.rules.words import has_verb
from schemas.document import ElementKind
from schemas.ids import content_id

_LEAST_PARTS, _MOST_PARTS = 3, 8
_LEAST_PART = 25
"""Tokens of a part from which its topic can be told."""
_TELLING = 0.3
"""Mean share of the headings' content words that their parts must have."""
_BREAK = "\n\n* * *\n\n"
_LEAST_YEARS = 3
_YEAR = {
    "en": re.compile(
        r"(?:\b(?:[Ii]n|[Ss]ince|[Ff]rom|[Bb]y|[Uu]ntil|[Aa]fter|[Bb]efore|of|and|to"
        r"|January|February|March|April|May|June|July|August|September|October|November|December"
        r"|spring|summer|autumn|winter)\s|\d,\s)(?P<year>1[5-9]\d\d|20\d\d)"
        r"(?![\d,.]\d|\w|\s?[%°])"
    ),
    "zh": re.compile(r"(?<![\d.])(?P<year>1[5-9]\d\d|20\d\d)\s?年(?!代|级|份|来|前|后)"),
}
_ZH_DATE = re.compile(r"\d{4}\s?年(?:\s?\d{1,2}\s?月)?(?:\s?\d{1,2}\s?[日号])?")
_MAYBE = re.compile(
    r"(?<![\d.,])(?:1[5-9]\d\d|20\d\d)(?![\d]|[.,]\d)|[一二三四五六七八九〇]{4}年|年代"
)
"""What may be a year: one that is not surely told would be missing from the timeline."""


def outline(everywhere: Sequence[Place]) -> Iterator[Draft]:
    """The headings of a document for its parts without them, where the parts are prose."""
    parts = [(place, place.opening()) for place in everywhere if place.section.heading]
    told = [
        (place, text) for place, text in parts
        if place.heading and place.heading != title_of(place.document, place.phrasing)
        and place.paragraphs_only and len(tokens(text)) >= _LEAST_PART
        and not place.phrasing.cues.abstract.search(place.section.title)
        and not SAYING.search(place.heading)
    ]  # fmt: skip
    given = _BREAK.join(text for _, text in told)
    if not _LEAST_PARTS <= len(told) <= _MOST_PARTS or len(given) > 4 * MAX_INPUT:
        return
    shared = [overlap(place.heading, text, place.phrasing) for place, text in told]
    place = told[0][0]
    mixed = len({one.lang for one, _ in told}) > 1
    if mixed or sum(shared) < _TELLING * len(told) or REDACTED in given:
        return
    spans = [(h.start, h.end) for one, _ in told if (h := one.section.heading) is not None]
    yield Draft(
        EXTRACTIVE, "outline", place.lang, place.word("outline", key=content_id(given)),
        "\n".join(f"- {one.heading}" for one, _ in told), tuple(spans),
        place.phrasing.rule("outline"), given,
    )  # fmt: skip


def timeline(place: Place) -> Iterator[Draft]:
    """The sentences with a year, in the order of the years; all years must be told for sure."""
    text = place.opening()
    if not text or REDACTED in text:
        return
    found: list[tuple[str, Span]] = []
    for block in place.blocks:
        if block.kind is not ElementKind.PARAGRAPH or plain(text).find(plain(block.text)) < 0:
            break
        for span in whole_sentences(block, place.document.text):
            sentence = wide(plain(place.cut(span)), place.lang)
            years = {one["year"] for one in _YEAR[place.lang].finditer(sentence)}
            if len(years) > 1 or len(set(_MAYBE.findall(sentence))) > len(years):
                return
            if _tells(sentence, place.lang):
                found += [(year, span) for year in years]
    if len({year for year, _ in found}) < max(_LEAST_YEARS, len(found)):
        return
    told = sorted(found)
    colon = "：" if place.lang == "zh" else ": "
    lines = [f"- {year}{colon}{_event(year, span, place)}" for year, span in told]
    yield Draft(
        EXTRACTIVE, "timeline", place.lang, place.word("timeline", key=content_id(text)),
        "\n".join(lines), tuple(span for _, span in found), place.phrasing.rule("timeline"), text,
        claim=" ".join(plain(place.cut(span)) for _, span in found),
    )  # fmt: skip


def _tells(sentence: str, lang: str) -> bool:
    """Whether a sentence with a year says what happened: a byline or a date line does not."""
    if lang != "zh":
        return sentence.rstrip("”’\"')")[-1:] in (".", "!", "?", ";", ":")
    return has_verb(_ZH_DATE.sub("", sentence))


def _event(year: str, span: Span, place: Place) -> str:
    """The sentence, a Chinese one without the year in front of it that its line begins with."""
    said = wide(plain(place.cut(span)), place.lang)
    return re.sub(rf"^{year}\s?年，", "", said) if place.lang == "zh" else said
