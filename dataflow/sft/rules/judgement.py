"""Statements to be judged by a passage: true ones, and false ones with one thing swapped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from dataflow.evidence.support import support
from dataflow.evidence.wording import plain, tokens
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.place import REDACTED, Place
from dataflow.sft.rules.swaps import NEGATION, falsehoods
from dataflow.sft.rules.whole import whole, whole_sentences
from schemas.document import ElementKind
from schemas.ids import content_id


def _fronted(found: re.Match[str]) -> str:
    """“In 1904, the lamp came.” with the date last."""
    rest, when = found["rest"], found["when"]
    return f"{rest[:1].upper()}{rest[1:]} {when[:1].lower()}{when[1:]}."


_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|do|did|will|would|can|could|may|might|must|should|says|said"
    r"|became|began|came|went|made|took|gave|got|saw|kept|left|led|lost|won|rose|fell|held|built|bought"
    r"|sold|wrote|told|found|met|set|put|cost|ran|grew|knew|stood|shows?|uses?|takes?|makes?|gives?"
    r"|goes|comes|needs?|stands?|lies|lives?|works?|runs?|keeps?|brings?|means?|includes?|[a-z]{2,}ed)\b"
    r"|\b[a-z]{3,}s\s(?:the|an?|its|his|her|their|to|at|\d+)\b"
)
"""A sentence without a verb is a piece of a list."""
_MAX_TOKENS = 60
_LEAST_TOKENS = 10
_NOBODY = re.compile(
    "[\\d一二三四五六七八九十〇零年月日底初中末]+，?(?:任|获|被|赴|去|到|调|入|当选|出任|毕业|加入|担任)"
)
"""A date and a verb: of whom, stands in an earlier sentence."""
_POINTS = {
    "en": re.compile(
        r"\b(?:it|its|they|he|she|them|him|her|his|their|this|these|those|following|above|below)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile("[这那它她牠该此]|他(?!人)|以下|上述|如下"),
}
"""What points to another sentence."""
_SIMPLE = {
    "en": re.compile(r"(?:[^\s,;:]+\s){3,17}[^\s,;:]+"),
    "zh": re.compile("[^，；：]{6,30}"),
}
"""A sentence of one clause."""
_TRUE = 3
"""One section in three gets a true statement, the others a false one if there is any."""
_MARKED = re.compile(r"[`<>|$@\\]|://|\]\(|www\.")
"""Code, markup, formulas and addresses."""
_SAME = {
    "en": (
        (
            re.compile(r"^(?P<when>(?:In|On)\s[^,]{0,24}\d[^,]{0,12}),\s(?P<rest>[^,;:]+)\.$"),
            _fronted,
        ),
        (re.compile(r"\b(?:about|around|roughly) (?=\d)"), "approximately "),
        (re.compile(r"\bapproximately (?=\d)"), "about "),
        (re.compile(r"\bmore than (?=\d)"), "over "),
        (re.compile(r"\bat least (?=\d)"), "no fewer than "),
        (re.compile(r"\bbecause (?!of\b)"), "since "),
        (re.compile(r"\b(?<=\d )km\b"), "kilometres"),
    ),
    "zh": (
        (re.compile("(?:大约|大概)(?=[\\d一二两三四五六七八九十百千])"), "约"),
        (re.compile("(?<![大制契公条协节])约(?=[\\d一二两三四五六七八九十百千])"), "大约"),
        (re.compile("超过(?=\\d)"), "多于"), (re.compile("至少(?=[\\d一二两三])"), "不少于"),
        (re.compile("公里"), "千米"), (re.compile("摄氏度"), "℃"),
        (re.compile("因为"), "由于"), (re.compile("每日"), "每天"), (re.compile("必须"), "一定要"),
    ),
}  # fmt: skip
"""Wordings that say the same wherever they stand; the first that applies is used, once."""
SUPPORTED = 0.8
"""Support at which an answer passes the checks by default: a false one has to stay below."""


def statements(place: Place) -> Iterator[Draft]:
    """At most one statement of the section: for a third of the sections true, else false.

    A true one says a sentence in other words or, where no sentence can be put otherwise for sure,
    as it stands. A false one is not in the passage by our own check, and was made from the
    sentence that corrects it: not every section has one, so that in the end each is about half.
    """
    place_id = content_id("false", place.seed, place.cut(place.section.span or (0, 0)))
    true = int(place_id[:8], 16) % _TRUE == 0
    for put in (reworded, _as_it_is) if true else (None,):
        for draft in _statements(place, put):
            yield draft
            return


def _as_it_is(sentence: str, _: str) -> str:
    return sentence


def _statements(place: Place, put: Callable[[str, str], str] | None) -> Iterator[Draft]:
    """Statements that say a sentence as `put` does, or false ones without it."""
    candidates = [
        (span, place.passage(block))
        for block in place.section.blocks if block.kind is ElementKind.PARAGRAPH
        for span in whole_sentences(block, place.document.text)
    ]  # fmt: skip
    candidates.sort(key=lambda one: content_id("statement", place.seed, place.cut(one[0])))
    for span, passage in candidates:
        sentence = plain(place.cut(span))
        if not passage or not _states(sentence, place):
            continue
        said = put(sentence, place.lang) if put else _false(place, sentence, passage)
        if not said or _MARKED.search(place.cut(span)):
            continue
        words = place.phrasing.templates
        yield Draft(
            EXTRACTIVE, "true_false", place.lang, place.word("true_false", key=said),
            words["true" if put else "false"][0].format(sentence=sentence), (span,),
            place.phrasing.rule("true_false"),
            words["given"][0].format(statement=said, passage=passage), claim=sentence,
        )  # fmt: skip


def reworded(sentence: str, lang: str) -> str:
    """The sentence in other words, '' where none are known that mean the same.

    >>> reworded("In 1904, the lamp was replaced.", "en"), reworded("全长约12公里。", "zh")
    ('The lamp was replaced in 1904.', '全长大约12公里。')
    """
    for pattern, now in _SAME[lang]:
        said = pattern.sub(now, sentence, count=1)
        if said != sentence:
            return said
    return ""


def _states(sentence: str, place: Place) -> bool:
    """Whether a sentence says something by itself: no order, no fragment, not too long."""
    fits = _LEAST_TOKENS <= len(tokens(sentence)) <= _MAX_TOKENS and sentence[-1] in ".。"
    phrasing = place.phrasing
    begins = phrasing.lead.match(sentence) or phrasing.cues.instruct.match(sentence)
    if not whole(sentence) or (place.lang == "en" and not _VERB.search(sentence)):
        return False
    if REDACTED in sentence or phrasing.cues.ordinal.match(sentence):
        return False
    unclear = _POINTS[place.lang].search(sentence) or (
        place.lang == "zh" and (phrasing.dependent.match(sentence) or _NOBODY.match(sentence))
    )
    return fits and not begins and not unclear


def _false(place: Place, sentence: str, passage: str) -> str:
    """A swap of the sentence that the passage does not support, '' when there is none.

    Denials come last: they are the easiest to see and the easiest to get wrong. In a sentence of
    several clauses it is not clear what is denied.
    """
    found = falsehoods(sentence, place.document.text, place.lang, place.seed)
    for swap in sorted(found, key=lambda swap: swap.flaw == NEGATION):
        if swap.flaw == NEGATION and not _SIMPLE[place.lang].fullmatch(sentence):
            continue
        if support(swap.text, passage) < SUPPORTED:
            return swap.text
    return ""
