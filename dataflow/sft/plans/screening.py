"""What our own code finds wrong with a model's words before anybody else reads them."""

from __future__ import annotations

import re

from dataflow.evidence.spans import Fault
from dataflow.evidence.wording import tokens
from dataflow.sft.plan import Topic
from dataflow.sft.plans.amounts import amounts, values
from dataflow.sft.plans.context_words import needs_text
from dataflow.sft.plans.copying import content
from dataflow.sft.plans.second_try import foreign
from schemas.records import Reason

_MIN_LETTERS = 8
"""Tokens below which a text has no language: `42 km`, `Ada Lovelace`."""
_GRAM = 4
_LOOP_TOKENS = 24
_DISTINCT = 0.6
"""Share of distinct 4-grams below which a text of 24 tokens or more goes round in circles.

In prose of both languages it is above .95; a sentence said three times has about .35.
"""
_HELD = 0.5
"""Share of a question's words that its passage must have when the title has them all."""
_ASKING_WORDS = "do does did mean 什么 怎么 么样 如何 多少 多久 多长 哪些 哪个 为何 请问 有何 何用"
_ASKING = frozenset(_ASKING_WORDS.split())
_OF_THE_SOURCE = re.compile(
    r"\b(?:according to|in|from|by|does|as) (?:the|this|that) (?:given |above |provided )?"
    r"(?:passage|text|excerpt|article|document)\b"
    r"|\b(?:the|this) (?:passage|text|excerpt|article|document) "
    r"(?:says|states|mentions|describes|tells|explains|does not)\b"
    r"|(?<![论作散])文中|本文|上文|该文|(?:这|该|此|上述)(?:段|篇)(?:文字|文章|话|材料|短文)|原文",
    re.IGNORECASE,
)


def fault_of_words(text: str, lang: str) -> Fault | None:
    """The fault of a text that is in another script than `lang` or repeats itself, else None."""
    found = tokens(text)
    wrong = foreign(text, lang) if len(found) >= _MIN_LETTERS else None
    if wrong is not None:
        return wrong.fault
    if len(found) >= _LOOP_TOKENS:
        grams = [found[i : i + _GRAM] for i in range(len(found) - _GRAM + 1)]
        distinct = len(set(grams)) / len(grams)
        if distinct < _DISTINCT:
            detail = f"it repeats itself: {text[:100]}"
            return Fault(Reason.MALFORMED_OUTPUT, detail, distinct, _DISTINCT)
    return None


def fault_of_question(question: str, topic: Topic, *, in_talk: bool = False) -> Fault | None:
    """The fault of a question that is badly worded, or cannot be understood by itself.

    In a talk it may lean on what was said, but not speak of 'the passage'.
    """
    found = fault_of_words(question, topic.lang)
    if found is not None:
        return found
    leans = "" if in_talk else needs_text(question, topic.lang)
    if leans or speaks_of_source(question, topic.chunk.text):
        detail = f"the question needs the passage beside it ({leans}): {question[:200]}"
        return Fault(Reason.NOT_ANSWERABLE, detail)
    if not in_talk and asks_the_title(question, topic):
        detail = f"the question asks for the title, not the passage: {question[:200]}"
        return Fault(Reason.NOT_ANSWERABLE, detail)
    return None


def asks_the_title(question: str, topic: Topic) -> bool:
    """Whether a question only turns the document's title into one, whatever its passage says.

    Small models do so: titles are short and stand first.
    """
    asked = content(question) - _ASKING
    if not asked or not asked <= content(topic.title):
        return False
    return len(asked & content(topic.chunk.text)) < _HELD * len(asked)


def speaks_of_source(text: str, passage: str) -> bool:
    """Whether a text speaks of 'the passage', which its reader will not have.

    A passage that itself speaks of texts makes such words ordinary.

    >>> speaks_of_source("What does the passage say?", ""), speaks_of_source("本文的主题是什么", "")
    (True, True)
    """
    return bool(_OF_THE_SOURCE.search(text)) and not _OF_THE_SOURCE.search(passage)


def unknown_numbers(text: str, *sources: str) -> list[str]:
    """The numbers of a text that none of the sources has, in whatever way they are written.

    >>> unknown_numbers("1,200 people and 7 dogs", "一千二百人")
    ['7']
    """
    known = {value for source in sources for value in values(source)}
    return [
        str(found.value)
        for found in amounts(text, words=False)
        if found.value not in known and found.base not in known
    ]
