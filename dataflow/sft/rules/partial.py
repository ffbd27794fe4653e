"""Answers that are a part of what a sentence says: it goes on, or sets a condition."""

from __future__ import annotations

import re

from dataflow.sft.rules.phrasing import Pattern

_COUNTED = frozenset({"number", "frequency"})
_EN_NUMBER = (
    r"(?:\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|half|more|less)"
)
_GOES_ON = {
    "en": re.compile(
        rf"^[^.;]{{0,60}}?(?:,|\b)\s?(?:or|and|to|then|plus|rising|but)\s(?:[a-z]+\s){{0,3}}?{_EN_NUMBER}",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"^[^。；]{0,24}?(?:或|以及|和|及|、|到|至)[^。；]{0,8}?[\d一二两三四五六七八九十百千半]"
    ),
}
"""Another number behind the one that answers."""
_CONDITION = {
    "en": re.compile(
        r"\b(?:if|when|whenever|unless|until|except|depending|provided|while|only|otherwise)\b"
        r"|\bat\s(?:about\s)?(?:\d|high|low|night|room|least|most)"
        r"|\bfor\s(?:the\sfirst|those|children|adults)"
        r"|\b(?:per|every|each)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        "在[^，。；]{1,14}(?:时|下|中)|如果|若|除非|只要|只有|当[^，。；]{1,14}时|视|否则|每|不同|但"
    ),
}
"""What makes a number hold for some cases only."""
_MORE = {
    "en": re.compile(
        r"^,?\s?(?:or|as well as)\s|^,\s(?!(?:which|who|but|and)\b)[^,.;]{1,40},?\s(?:and|or)\s"
    ),
    "zh": re.compile("^[，、]?(?:或者?|以及|和|及|与|、)"),
}
"""Another thing behind the one that answers."""


def goes_on(found: re.Match[str], pattern: Pattern, lang: str) -> bool:
    """Whether the sentence has more of the answer behind it than the pattern took."""
    ends = [found.end(name) for name in pattern.answer if found[name]]
    rest = found.string[max(ends, default=found.end()) :]
    if _MORE[lang].match(rest) and pattern.task != "date":
        return True
    if pattern.task not in _COUNTED:
        return False
    clause = re.split(r"[.;。；](?!\d)", rest)[0]
    return bool(_GOES_ON[lang].search(clause) or _CONDITION[lang].search(clause))
