"""What a language brings to the rules: sentence patterns and wordings, as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.ids import content_id

RULES_VERSION = 6
"""Of all patterns, templates and their use: part of each rule's prompt id."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A kind of sentence that answers a question.

    `regex` is matched at the start of a plain sentence. `question` is filled in with its groups,
    of which `subject` names the one that must be able to stand alone. `answer` is a list of
    groups joined by `glue`, or empty when the whole sentence answers. `general` says that the
    question is about a thing as such, so that it makes sense without the document; `quoting` that
    the subject is a clause of the passage, without which the question makes none. `naming` is a
    group that must be the whole name of somebody by the rest of the document.
    """

    name: str
    task: str
    regex: re.Pattern[str]
    question: str
    subject: str = "subj"
    answer: tuple[str, ...] = ()
    glue: str = " "
    general: bool = False
    quoting: bool = False
    naming: str = ""


@dataclass(frozen=True, slots=True)
class Cues:
    """Words that show what a passage does: it compares, gives reasons, instructs, theorises.

    `request` begins or marks a sentence that asks the reader to do something; `greeting` the first
    line of a letter; `abstract` is a heading whose section sums up the document; `ordinal` begins
    the points of an argument; `total` names a table row that adds up the others.
    """

    compare: re.Pattern[str]
    reason: re.Pattern[str]
    instruct: re.Pattern[str]
    theory: re.Pattern[str]
    request: re.Pattern[str]
    greeting: re.Pattern[str]
    abstract: re.Pattern[str]
    ordinal: re.Pattern[str]
    total: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A language's patterns and wordings.

    `templates` has for each task some wordings with {title}, {heading}, {row}, {column}; those of
    a task named `<task>_in` also name where the thing stands. `dependent` is found in subjects,
    headings and sentences that make no sense alone; `words` maps a captured word to the form
    that the question needs (has -> does … have). `stop` are words without a content of their own,
    `clausal` words with which a subject is none, but a piece of a clause.
    """

    lang: str
    patterns: tuple[Pattern, ...]
    templates: Mapping[str, tuple[str, ...]]
    dependent: re.Pattern[str]
    lead: re.Pattern[str]
    question_heading: re.Pattern[str]
    empty_titles: frozenset[str]
    words: Mapping[str, str]
    max_subject: int
    cues: Cues
    stop: frozenset[str]
    clausal: frozenset[str] = frozenset()

    def word(self, task: str, seed: int, **slots: str) -> str:
        """One of the task's wordings, filled in; which one depends on the seed and the slots.

        A question that ends in another one has one mark for the two.
        """
        placed = slots.get("title") or slots.get("place")
        templates = (self.templates.get(f"{task}_in") if placed else None) or self.templates[task]
        pick = int(content_id("wording", seed, task, *slots.values())[:8], 16)
        filled = templates[pick % len(templates)].format(**slots)
        return filled.replace("?”?", "?”").replace("？”？", "？”")

    def rule(self, name: str) -> str:
        """Id and version of one of the language's rules."""
        return f"rules.{self.lang}.{name}/{RULES_VERSION}"
