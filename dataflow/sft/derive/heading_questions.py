"""A question that a section answers, made of its heading; only of headings that allow it."""

from __future__ import annotations

import re

from dataflow.evidence.wording import plain
from dataflow.sft.rules.phrasing import Phrasing

_ASKS = {
    "en": re.compile(
        r"(?:How to|How (?:much|many|long|often|far|do|does|did|is|are|was|were|can|should)"
        r"|(?:Why|When|Where|What) (?:is|are|was|were|do|does|did|can|should|to|will|must))"
        r"\b.{3,}|Why (?:one|two|three|four|five|six|seven|eight|nine|ten|not)\b.{3,}",
        re.IGNORECASE,
    ),
    "zh": re.compile(r".{0,6}(?:如何|怎样|怎么|为什么|为何|什么).{1,20}"),
}
_ITEM = re.compile(r"(?m)^\s{0,6}(?:[-*+•]|\d{1,2}[.)、])\s+\S")
_LEAST_ITEMS = 3
_PLURAL = re.compile(r"[A-Za-z -]*[a-z]{3,}s(?:\s(?:of|for|to|since|in)\s.+)?$")
_ACTION = re.compile(r"[A-Za-z]+ing\b")


def heading_question(text: str, heading: str, title: str, phrasing: Phrasing, seed: int) -> str:
    """A question that `text` under `heading` answers, '' where the heading yields none.

    A heading that asks is the question; one that the text defines is asked for; of a list it is
    asked what belongs to it. The first and the last name the document.
    """
    if not heading:
        return ""
    shown = heading.rstrip("?？")
    if _ASKS[phrasing.lang].fullmatch(shown):
        return _scoped(f"{shown}{'？' if phrasing.lang == 'zh' else '?'}", title, phrasing, seed)
    asked = _defined(text, shown, phrasing.lang)
    if asked:
        return asked
    if len(_ITEM.findall(text)) < _LEAST_ITEMS or not title:
        return ""
    if phrasing.lang == "zh":
        return f"《{title}》的“{shown}”有哪些？"
    listed = _PLURAL.match(shown) and not _ACTION.match(shown)
    return f"What are the {_small(shown)} in “{title}”?" if listed else ""


def _scoped(question: str, title: str, phrasing: Phrasing, seed: int) -> str:
    if not title:
        return ""
    if title.rstrip("?？").casefold() == question.rstrip("?？").casefold():
        return question
    small = question if phrasing.lang == "zh" else _small(question)
    return phrasing.word("scoped", seed, title=title, question=small)


def _defined(text: str, heading: str, lang: str) -> str:
    """What the heading is, asked, where a sentence of the text says it; else ''."""
    said = "\n".join(plain(line) for line in text.split("\n"))
    term = re.escape(heading)
    if lang == "zh":
        is_a = rf"(?m)(?:^|[。！？])(?:所谓)?{term}(?:是指|是一|指的是|，?指)"
        return f"{heading}是什么？" if re.search(is_a, said) else ""
    found = re.search(
        rf"(?mi)(?:^|[.!?]\s)(?P<article>(?:The|An?)\s)?{term}\s(?P<be>is|are)\s(?:an?|the|any)\s",
        said,
    )
    if found is None:
        return ""
    return f"What {found['be']} {(found['article'] or '').lower()}{_small(heading)}?"


def _small(heading: str) -> str:
    """The heading within a sentence: its first letter small, unless it begins a name."""
    first, _, rest = heading.partition(" ")
    if not first[1:].islower() and len(first) > 1:
        return heading
    return heading if rest[:1].isupper() else heading[:1].lower() + heading[1:]
