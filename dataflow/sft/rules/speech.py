"""Who said what: quotations and reports whose speaker the sentence itself names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import tokens
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.place import Place
from dataflow.sft.rules.subjects import inside
from dataflow.sft.rules.whole import balanced

_NAME = r"(?P<name>(?:[Tt]he\s)?(?:[A-Z][\w’'.-]*\s){0,3}[A-Z][\w’'-]+)"
_SAY = (
    r"(?:said|says|told\s(?:the\s)?[A-Z]\w+(?:\s[A-Z]\w+){0,2}|added|explained|wrote|writes|argued"
    r"|argues|noted|stated|tweeted|recalled|insisted|warned|claimed|concluded|explains|adds|notes)"
)
_REPORT = (
    r"(?:said|says|added|explained|wrote|argued|argues|noted|stated|insisted|warned|claimed|claims"
    r"|alleged|announced|confirmed|denied|predicted|estimates|estimated|believes|reported|reports)"
)
_OTHER_NAME = rf"(?<!\w){_NAME.replace('name', 'name2')}"
_QUOTED = {
    "en": (
        re.compile(
            rf"[“\"](?P<said>[^“”\"]{{20,260}}),[”\"]\s(?:{_SAY}\s{_NAME}|{_OTHER_NAME}\s{_SAY})(?=[,.\s])"
        ),
        re.compile(
            rf"{_NAME}\s{_SAY}(?:\s(?:that|in\s[^,“”\"]{{3,30}}))?[,:]\s"
            r"[“\"](?P<said>[^“”\"]{20,260}?)[.!]?[”\"]"
        ),
    ),
    "zh": (
        re.compile(
            r"(?:^|[，。；])(?P<name>[^，。；：“”「」、\s\d]{2,12}?)(?:曾|则|也|还)?"
            r"(?:在[^，。；：“”]{2,16}[中上时里])?"
            r"(?:表示|认为|指出|强调|说道|说|称|写道|回忆说|回忆道|解释说|坦言|透露)，?[：:]"
            r"[“「](?P<said>[^“”「」]{10,160}?)[。！？]?[”」]"
        ),
    ),
}
_REPORTED = {
    "en": re.compile(rf"{_NAME}\s{_REPORT}\sthat\s(?P<rest>[a-zA-Z][^“”\"]{{24,260}})\.$"),
    "zh": re.compile(
        r"(?P<name>[^，。；：“”「」、\s\d]{2,14}?)(?:曾|则|也|还)?(?:表示|认为|指出|强调|宣布|声称|主张|估计|预测)"
        r"，?(?P<rest>[^“”「」。]{10,160})。$"
    ),
}  # fmt: skip
_NOBODY = {
    "en": re.compile(
        r"(?:He|She|It|They|We|You|I|This|That|These|Those|Who|A|An|But|And|Some|Many|Others?|One|Police"
        r"|Officials|Experts|Researchers|Scientists|Critics|Sources|Authorities|Both|In|On|At|As|If|When"
        r"|There|What|However|Meanwhile|According)\b"
    ),
    "zh": re.compile(
        "[他她它其这那我你您该此各例如比有也都还并而则却再又因]|自己|大家|有人|人们|本人|双方|另外|同时|同年|[^，]*(?:[的了是为被把在将由从于]|人们|以来|一直|普遍|一般)"
    ),
}  # fmt: skip
_LEANS = {
    "en": re.compile(
        r"\b(?:he|she|they|them|his|her|their|him|this|that|these|those|it|its)\b", re.I
    ),
    "zh": re.compile("[他她它其这那该此]"),
}
_LEAST = 6
_MOST = 40
"""Tokens of words that a question may quote."""


def speech(place: Place) -> Iterator[Draft]:
    """Questions on who says something, and on what somebody says.

    Speakers go by a name, since “officials” are many; the one who is asked for says nothing
    else in the passage, so that there is one answer.
    """
    for span, sentence, passage in place.prose():
        if balanced(sentence):
            yield from _of_sentence(place, sentence, span, passage)


def _of_sentence(place: Place, sentence: str, span: Span, passage: str) -> Iterator[Draft]:
    for regex in _QUOTED[place.lang]:
        found = regex.search(sentence)
        name = (found["name"] or found.groupdict().get("name2") or "") if found else ""
        if found is None or not _named(name, place.lang):
            continue
        if _LEAST <= len(tokens(found["said"])) <= _MOST * (1 + (place.lang == "zh")):
            yield Draft(
                EXTRACTIVE, "speaker", place.lang, place.word("speaker", said=found["said"]),
                name, (span,), place.phrasing.rule("speaker"), passage,
            )  # fmt: skip
        return
    told = _REPORTED[place.lang].match(sentence)
    if told is None or not _named(told["name"], place.lang) or len(tokens(sentence)) < 2 * _LEAST:
        return
    if place.lang == "en" and inside(told["name"], place.document.text) != told["name"]:
        return  # a common noun that only its place makes large
    once = len(re.findall(re.escape(told["name"].split()[-1]), passage)) == 1
    if once and not _LEANS[place.lang].search(told["rest"][:30]):
        yield Draft(
            EXTRACTIVE, "said", place.lang, place.word("said", name=told["name"]), sentence,
            (span,), place.phrasing.rule("said"), passage,
        )  # fmt: skip


def _named(name: str, lang: str) -> bool:
    """Whether somebody is called by name."""
    return bool(name) and _NOBODY[lang].match(name) is None
