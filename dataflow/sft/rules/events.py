"""What happened at a time with which a sentence begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.evidence.wording import tokens
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.place import Place
from dataflow.sft.rules.whole import whole

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DAY = rf"{_MONTH}\s\d{{1,2}}(?:,\s[12]\d{{3}})?|\d{{1,2}}\s{_MONTH}(?:\s[12]\d{{3}})?"
_FRONTED = {
    "en": re.compile(
        rf"(?P<when>(?:In|On)\s(?:(?:early\s|late\s|mid-)?(?:{_MONTH}\s)?[12]\d{{3}}|{_DAY})),?\s"
        r"(?P<rest>(?!(?:when|after|before|while|as)\b)[^;:]{20,240})\.$"
    ),
    "zh": re.compile(
        r"(?P<when>(?:\d{4}|[一二三四五六七八九〇零]{4})\s?年(?:\s?\d{1,2}\s?月)?(?:\s?\d{1,2}\s?[日号])?)"
        r"(?![起至到—–-])，?"
        r"(?P<rest>(?![，、。？！,;:?!初末底春夏秋冬代间前后以之左约的和及与、至到起])[^；：]{8,120})。$"
    ),
}
_PAST = re.compile(
    r"\b(?:was|were|had|became|began|won|lost|made|took|went|came|left|found|gave|held|met|wrote|built"
    r"|sold|bought|led|[a-z]{2,}ed)\b"
)
_POINTS = {
    "en": re.compile(
        r"(?:he|she|they|it|this|that|these|those|there|his|her|their|its|I|we|my|our)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile("[他她它其这那该此我]"),
}  # fmt: skip
_ATTRIBUTED = re.compile(r"[\w’' ]{2,40}\s(?:wrote|said|says|recalled),")
_ZH_SUBJECT = re.compile(
    "(?![被获任入赴毕加当参转调进成开改更移正再又才就始首在于由因为从与将把向随并同离返回出升迁上提召达取夺赢举执担受主率跟作与推发])"
)
"""Not a verb or preposition in front: of whom it is said stands in an earlier sentence."""


def events(place: Place) -> Iterator[Draft]:
    """What happened then, where a single sentence of the passage has that time."""
    for span, sentence, passage in place.prose():
        found = _FRONTED[place.lang].match(sentence) if whole(sentence) else None
        if found is None or not _stands(found["rest"], place.lang):
            continue
        if passage.count(_bare(found["when"])) != 1 or len(tokens(found["rest"])) < 6:
            continue
        rest = found["rest"]
        when = found["when"][:1].lower() + found["when"][1:]
        answer = f"{rest}。" if place.lang == "zh" else f"{rest[:1].upper()}{rest[1:]}."
        yield Draft(
            EXTRACTIVE, "event", place.lang, place.word("event", when=when), answer, (span,),
            place.phrasing.rule("event"), passage,
        )  # fmt: skip


def _bare(when: str) -> str:
    """The year, or the date without one: how often the passage tells of the time."""
    year = re.search(r"[12]\d{3}|[一二三四五六七八九〇零]{4}", when)
    return year[0] if year else when.split(" ", 1)[-1]


def _stands(rest: str, lang: str) -> bool:
    """Whether what is left says of whom it is said."""
    if _POINTS[lang].match(rest) or _ATTRIBUTED.match(rest):
        return False
    return _PAST.search(rest) is not None if lang == "en" else _ZH_SUBJECT.match(rest) is not None
