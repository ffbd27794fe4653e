"""Who somebody is and how old, from an apposition beside the name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.defined import han_person, of_person, person_told
from dataflow.sft.rules.place import Place
from dataflow.sft.rules.whole import whole

_FULL_NAME = (
    r"(?<!\w)(?P<name>(?!(?:The|In|On|At|But|And|For|When|After|While|As|If)\s)[A-Z][a-z’'-]+"
    r"(?:\s[A-Z]\.)?(?:\s(?:de|van|von|al|bin))?(?:\s[A-Z][\w’'-]+){1,2})"
)
_ROLE = r"(?P<who>(?:(?:an?|the)\s)?(?:[a-z][\w’'-]*\s){0,5}?[a-z][\w’'-]*[^,;:.!?()“”\"]{3,90}?)"
_APPOSED = (
    re.compile(
        rf"{_FULL_NAME},\s{_ROLE},\s"
        r"(?=(?:who|said|says|told|was|is|has|had|will|would|wrote|added|explained|called|[a-z]+ed)\b)"
    ),
    re.compile(
        rf"(?:said|says|added|wrote|explained|according\sto|told)\s{_FULL_NAME},\s{_ROLE}[.]"
    ),
)
"""Between commas before the verb, or at the end behind “said Ada Storm”."""
_AGED = re.compile(_FULL_NAME + r",\s(?:aged\s)?(?P<age>[1-9]\d),\s(?!\d{4}|[A-Z])")
_VERBS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|said|says|will|would|and\s[A-Z]|who|which|that|when|where|while"
    r"|including|but|not)\b"
)
_LEADING = re.compile(r"(?:an?|the)\s|[a-z-]+\s(?:of|at|for|with|in|and)\b|[a-z-]+$")
_ZH_INTRODUCED = re.compile(
    r"^(?P<subj>[^，。；：、（(\s]{2,12})(?:（[^（）]{1,80}）|\([^()]{1,80}\))?，(?P<rest>[^。；是]{6,80})[。；]"
)


def persons(place: Place) -> Iterator[Draft]:
    """Who a person is and how old, each asked once of a name, with the passage around it."""
    known: set[str] = set()
    for span, sentence, passage in place.prose():
        if not whole(sentence):
            continue
        for task, name, answer in _told(sentence, place):
            if f"{task} {name}" in known:
                continue
            known.add(f"{task} {name}")
            asked = f"{name}是谁？" if place.lang == "zh" else place.word(task, name=name)
            yield Draft(
                EXTRACTIVE, task, place.lang, asked, answer, (span,),
                place.phrasing.rule(task), passage,
            )  # fmt: skip


def _told(sentence: str, place: Place) -> Iterator[tuple[str, str, str]]:
    """Task, name and answer of what a sentence says of persons beside their names."""
    if place.lang == "zh":
        found = _ZH_INTRODUCED.match(sentence)
        if found is None or not han_person(found["subj"], place.document.text):
            return
        last = re.split("[，、]", found["rest"])[-1]
        if of_person(last) and not place.phrasing.dependent.search(found["subj"]):
            yield "who_is", found["subj"], sentence
        return
    for found in chain.from_iterable(regex.finditer(sentence) for regex in _APPOSED):
        who = found["who"]
        told = person_told(re.sub(r"^(?:an?|the)\s", "", who)) and _LEADING.match(who)
        if told and not _VERBS.search(who):
            yield "who_is", found["name"], f"{who[:1].upper()}{who[1:]}."
    for found in _AGED.finditer(sentence):
        yield "age", found["name"], f"{found['age']}."
