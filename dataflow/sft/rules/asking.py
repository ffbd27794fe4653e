"""Headings and sentences that ask, and what stands below or behind them as the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.evidence.wording import plain, tokens
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.grid import BOX
from dataflow.sft.rules.place import Place, brief, question_form
from dataflow.sft.rules.whole import balanced, unmarked, whole_sentences
from schemas.document import ElementKind

_ASKS = {
    "en": re.compile(
        r"(?:[^?]{0,60},\s)?(?:so\s|and\s|but\s)?(?:(?:in|at|for|to|from|on|by|with)\s)?(?:who(?:se|m)?|what|when"
        r"|where|why|how|which|is|are|was|were|do|does|did|can|could|should|would|will|has|have|had|may"
        r"|must|isn[’']t|aren[’']t|don[’']t|doesn[’']t|didn[’']t|can[’']t|won[’']t)(?:[’']s|[’']re)?\s",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        ".*(?:什么|何|谁|哪|几|多少|多[长久大高远]|怎|吗|呢|是否|能否|可否|会不会|是不是|能不能|要不要"
        "|有没有|[？?]$)"
    ),
}  # fmt: skip
"""An interrogative word or an auxiliary in front, or behind a clause: not any line with a mark."""
_INTERVIEW = re.compile(r"^(?:Q|Question|问)\s?\d{0,2}\s?[.:：)]\s*")
_REPLY = re.compile(r"^(?:A|Answer|答)\s?\d{0,2}\s?[.:：)]\s*")
_POINTS = re.compile(
    r"\b(?:this|that|these|those|it|he|she|they|him|her|them|his|their|here|there|else|next|again)\b"
    r"|[这那它他她此]",
    re.IGNORECASE,
)
_AT_HAND = re.compile(
    r"\bthe\s(?!(?:same|best|most|difference|use|purpose|first|world)\b)[a-zA-Z]|\bI\b|\bme\b"
)
"""A question of a thing at hand makes sense beside the text's title."""
_YOU = re.compile(r"\byou(?:r|rself)?\b|[你您]", re.IGNORECASE)
_LEAST = 4


def section_question(place: Place) -> Iterator[Draft]:
    """What stands under a heading that is a question."""
    span = place.bounded()
    if span is None or not place.heading:
        return
    output = place.cut(span)
    asking = question_form(place.heading, place.phrasing) if not BOX.search(output) else ""
    of_document = place.section.heading is not None and not place.title
    if asking:
        several = len([p for p in place.document.sections if p.title]) > 1
        if not (of_document and several):  # a title that asks is answered by the whole document
            yield from _answered(place, asking, span, "faq")


def opening_question(place: Place) -> Iterator[Draft]:
    """A paragraph that opens with a question, answered by its other sentences."""
    first = place.section.blocks[0]
    if first.kind is not ElementKind.PARAGRAPH or place.section.heading is not None:
        return
    spans = whole_sentences(first, place.document.text)
    if len(spans) < 3:
        return
    question = plain(place.cut(spans[0]))
    if question[-1] not in "?？" or place.phrasing.lead.match(re.sub(r"^\W+", "", question)):
        return
    yield from _answered(place, question, (spans[1][0], spans[-1][1]), "opening_question")


def _answered(place: Place, question: str, span: tuple[int, int], rule: str) -> Iterator[Draft]:
    """The question without an interviewer's mark; one that leans on its text names the title."""
    bare = _INTERVIEW.sub("", question)
    if bare != question and _YOU.search(bare):
        return  # it asks somebody of himself
    question = bare
    if not _ASKS[place.lang].match(question) or len(tokens(question)) < _LEAST:
        return
    if _POINTS.search(question) or not balanced(question):
        return
    if _AT_HAND.search(question):
        title = brief(place.title).strip('“”"')
        if not title:
            return
        small = question[:1].lower() + question[1:]
        question = place.word("scoped", title=title, question=small)
    reply = _REPLY.match(place.cut(span))
    start = span[0] + (reply.end() if reply else 0)
    output = unmarked(place.cut((start, span[1])))
    if tokens(output):
        yield Draft(
            EXTRACTIVE, "faq", place.lang, question, output, ((start, span[1]),),
            place.phrasing.rule(rule),
        )  # fmt: skip
