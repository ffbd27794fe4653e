"""Tasks on whole passages: titles, headings, summaries, sections; and sections as answers."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import plain, tokens
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.phrasing import Phrasing
from dataflow.sft.rules.place import MAX_INPUT, Place, question_form, title_of
from dataflow.sft.rules.whole import whole_sentences
from schemas.document import ElementKind
from schemas.ids import content_id

_LEAST_TITLED = 40
_LEAST_SUMMED = 60
_OPTIONS = 4
_HINTED, _TOLD = 0.3, 0.6
"""Share of the content words of a title or heading that its text must have to be found in it."""
_ENDED = re.compile(r"[.。!！?？:：;；…”\"]\s*$")
SAYING = re.compile(
    r"[\"“”「」!！…]|\b(?:I|we|you|my|our|your|me|us)\b|[我你您咱]|^[‘']|\bhere[’']s\b",
    re.IGNORECASE,
)
"""A quotation, a slogan or an address to the reader: it does not name what the section is of."""
_DOCSTRING = re.compile(r'(?P<indent>[ \t]*)"""(?P<doc>[^"\n]{12,300})"""[ \t]*\n')


def title(place: Place, opening: str) -> Iterator[Draft]:
    """The document's title for its opening, when the title stands in the text."""
    shown = place.title or place.heading
    block = next((b for b in place.document.blocks[:5] if shown and shown in b.text), None)
    if block is None or block.end - block.start > len(shown) + 120:
        return
    opening = without_names(opening)
    if overlap(shown, opening, place.phrasing) < _HINTED:
        return
    if len(tokens(opening)) >= _LEAST_TITLED and not opening.startswith(shown):
        yield Draft(
            EXTRACTIVE, "title", place.lang, place.word("title", key=content_id(opening)), shown,
            ((block.start, block.end),), place.phrasing.rule("title"), opening,
        )  # fmt: skip


def without_names(opening: str) -> str:
    r"""The text without first paragraphs that are no sentences: a running title, its authors.

    >>> without_names("Ada Storm, Kelby\n\nThe mole is wide.")
    'The mole is wide.'
    """
    parts = opening.split("\n\n")
    first = next((i for i, part in enumerate(parts) if _ENDED.search(part)), 0)
    return "\n\n".join(parts[first:])


def headings(place: Place, all_places: Sequence[Place]) -> Iterator[Draft]:
    """A heading for the section, or the right one among headings of the same document."""
    heading = place.section.heading
    opening = place.opening()
    if heading is None or not place.heading or len(tokens(opening)) < _LEAST_TITLED:
        return
    if question_form(place.heading, place.phrasing) or place.heading in opening:
        return
    if SAYING.search(place.heading):
        return
    span = (heading.start, heading.end)
    own = {place.heading, title_of(place.document, place.phrasing)}
    others = sorted(
        {p.heading for p in all_places if p.heading and p.lang == place.lang} - own,
        key=lambda other: content_id("option", place.seed, place.heading, other),
    )[: _OPTIONS - 1]
    # a heading that says what the passage says in its own words can be found, others only chosen
    telling = overlap(place.heading, opening, place.phrasing) >= _TOLD
    telling = telling and len(content_words(place.heading, place.phrasing)) > 1
    if telling:
        yield Draft(
            EXTRACTIVE, "heading", place.lang, place.word("heading", key=content_id(opening)),
            place.heading, (span,), place.phrasing.rule("heading"), opening,
        )  # fmt: skip
    elif len(others) >= _OPTIONS - 1 and _nearest(place, others, opening):
        options = sorted(
            [*others, place.heading], key=lambda one: content_id("order", place.seed, opening, one)
        )
        asked = place.word("choose_heading", options=_listed(options, place.lang))
        yield Draft(
            EXTRACTIVE, "choose_heading", place.lang, asked, place.heading, (span,),
            place.phrasing.rule("choose_heading"), opening,
        )  # fmt: skip


def _nearest(place: Place, others: Sequence[str], opening: str) -> bool:
    """Whether the passage has something of its heading, and no more of another one."""
    own = overlap(place.heading, opening, place.phrasing)
    return own > 0 and all(overlap(one, opening, place.phrasing) < own for one in others)


def _listed(options: Sequence[str], lang: str) -> str:
    quoted = [f"“{option}”" for option in options]
    if lang == "zh":
        return "、".join(quoted[:-1]) + f"和{quoted[-1]}"
    return ", ".join(quoted[:-1]) + f" and {quoted[-1]}"


def content_words(text: str, phrasing: Phrasing) -> tuple[str, ...]:
    """Tokens but the language's stop words; Han characters as pairs, which are nearer to words."""
    found = tuple(token for token in tokens(text) if token not in phrasing.stop)
    if phrasing.lang != "zh":
        return found
    return tuple(one + two for one, two in itertools.pairwise(found))


def overlap(heading: str, text: str, phrasing: Phrasing) -> float:
    """Share of the heading's content words that the text has."""
    wanted = set(content_words(heading, phrasing))
    return len(wanted & set(content_words(text, phrasing))) / len(wanted) if wanted else 0.0


def key_sentence(place: Place) -> Iterator[Draft]:
    """The sentence that sums a passage up, where two signs agree on it.

    They are the words that it shares with all other sentences (the centroid, as in Radev et al.
    2004) and those that it shares with heading and title. Where the sentence that is best by the
    one is not the best by the other, or does not open or close the passage, nothing is asked: a
    guess would be wrong too often.
    """
    opening = place.opening()
    spans = _sentence_spans(place, len(opening))
    if place.phrasing.cues.abstract.search(place.section.title):
        return
    if len(tokens(opening)) < _LEAST_SUMMED or len(spans) < 4:
        return
    words = [Counter(set(content_words(plain(place.cut(s)), place.phrasing))) for s in spans]
    around: Counter[str] = sum(words, Counter())
    shared = [sum(around[w] - 1 for w in own) / (len(own) + 4) for own in words]
    about = set(content_words(f"{place.heading} {place.title}", place.phrasing))
    named = [len(about & set(own)) for own in words]
    best = max(range(len(spans)), key=lambda i: shared[i])
    answer = plain(place.cut(spans[best]))
    if place.heading and overlap(place.heading, answer, place.phrasing) < _TOLD:
        return
    if not named[best] or named[best] < max(named) or best not in (0, len(spans) - 1):
        return
    if place.phrasing.lead.match(answer) or not 8 <= len(tokens(answer)) <= 60:
        return
    if answer[-1] not in ".。！!":
        return
    yield Draft(
        EXTRACTIVE, "summary", place.lang, place.word("summary", key=content_id(opening)), answer,
        (spans[best],), place.phrasing.rule("key_sentence"), opening,
    )  # fmt: skip


def _sentence_spans(place: Place, length: int) -> list[Span]:
    """Sentences of the section's first paragraphs, over `length` characters."""
    found: list[Span] = []
    for block in place.blocks:
        if block.kind is not ElementKind.PARAGRAPH or length <= 0:
            break
        length -= block.end - block.start
        found += whole_sentences(block, place.document.text)
    return found


def abstract(place: Place, all_places: Sequence[Place]) -> Iterator[Draft]:
    """A section that sums up the document, as the summary of the sections that follow."""
    bare = place.section.title.strip().rstrip("：:")
    if not place.phrasing.cues.abstract.search(bare) or not place.paragraphs_only:
        return
    span = place.bounded()
    later = [p for p in all_places if span and p.section.blocks[0].start > span[1]]
    body = "\n\n".join(
        "\n\n".join(p.cut((b.start, b.end)) for b in (p.section.heading, *p.section.blocks) if b)
        for p in later
    )
    said = "" if span is None else place.cut(span)
    if len(tokens(said)) < _LEAST_TITLED or not 3 * len(said) < len(body) <= 4 * MAX_INPUT:
        return
    yield Draft(
        EXTRACTIVE, "abstract", place.lang, place.word("abstract", key=content_id(said)), said,
        (span,) if span else (), place.phrasing.rule("abstract"), body,
    )  # fmt: skip


def docstrings(place: Place) -> Iterator[Draft]:
    """What a piece of code does, in the words of its own documentation."""
    for block in place.section.blocks:
        code = place.cut((block.start, block.end))
        if block.kind is not ElementKind.CODE or len(code) > MAX_INPUT:
            continue
        found = _DOCSTRING.search(code)
        if found is None or len(_DOCSTRING.findall(code)) > 1 or len(tokens(found["doc"])) < 5:
            continue
        start = block.start + found.start("doc")
        yield Draft(
            EXTRACTIVE, "docstring", place.lang, place.word("docstring", key=content_id(code)),
            found["doc"].strip(), ((start, block.start + found.end("doc")),),
            place.phrasing.rule("docstring"), code[: found.start()] + code[found.end() :],
        )  # fmt: skip
