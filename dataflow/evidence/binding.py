"""Whether numbers, dates and names stand beside the same things in an answer and in its quote."""

from __future__ import annotations

import itertools
import re

from dataflow.evidence.opposites import OPPOSITES
from dataflow.evidence.terms import Clause, clauses_of

_TURNED = re.compile(r"\b(from|to)\s([A-Z][^\W\d_]+)|([从自向往到给])([\u4e00-\u9fff]{2})")
_MOST_VALUES = 200
"""Values of a quote beyond which it is a table, where nearness says little."""
_COMPARING = re.compile(r"\b(?:than|as)\b|比|[高低大小多少早晚优劣]于")
_AGENT = frozenset("由被经")
_AWAY = frozenset(("from", "从", "自"))


def misbound(answer: str, quote: str, kind: str) -> str:
    """The `number` or `date` of `answer` that the quote has of another thing, '' for none.

    Of a clause each word belongs to the nearest value. A value is misbound when the words beside
    it belong to a rival (another value of the same unit) in the quote and none to the value itself.

    >>> misbound("Tin costs 7.", "Copper costs 7, tin costs 5.", "number").strip()
    '#7'
    """
    given = clauses_of(quote)
    beside = _beside(given, kind)
    if not 2 <= len(beside) <= _MOST_VALUES:
        return ""
    known = frozenset(term.key for clause in given for term in clause.terms)
    ranges = _ranges(given, kind)
    for clause in clauses_of(answer):
        if _COMPARING.search(clause.text):
            continue
        for value, words in _beside((clause,), kind).items():
            if value not in beside or value in ranges:
                continue
            own = beside[value]
            for rival, others in beside.items():
                if rival == value or _unit(rival) != _unit(value):
                    continue
                theirs = words & (others - own)
                if not (own - others) or words & (own - others) or not theirs:
                    continue
                if len(theirs) > 1 or words <= known:
                    return value
    return ""


def _ranges(clauses: tuple[Clause, ...], kind: str) -> frozenset[str]:
    """Values next to another one, with no more than one term between: ends of a range."""
    found: set[str] = set()
    for clause in clauses:
        spots = [(i, term.key) for i, term in enumerate(clause.terms) if term.kind == kind]
        for (i, one), (j, other) in itertools.pairwise(spots):
            joined = all(term.kind == "function" for term in clause.terms[i + 1 : j])
            if j - i < (5 if joined else 3):
                found |= {one, other}
    return frozenset(found)


def _unit(value: str) -> str:
    return value.partition(" ")[2] if value[0] == "#" else "@"


def _beside(clauses: tuple[Clause, ...], kind: str) -> dict[str, frozenset[str]]:
    """What is nearest to each value of that kind."""
    found: dict[str, set[str]] = {}
    side = 1 if kind == "number" else -1
    for clause in clauses:
        spots = [(i, term.key) for i, term in enumerate(clause.terms) if term.kind == kind]
        for index, term in enumerate(clause.terms):
            key = term.key  # of Chinese the single characters: pairs fall apart at function words
            if not spots or term.kind in (kind, "function"):
                continue
            nearest = min(spots, key=lambda spot: (abs(spot[0] - index), side * spot[0]))
            found.setdefault(nearest[1], set()).add(key)
        for _, value in spots:
            found.setdefault(value, set())
    return {value: frozenset(words) for value, words in found.items()}


def turned(answer: str, quote: str) -> str:
    """The place that the quote goes from and the answer to, or the other way; '' for none.

    >>> turned("the train from Elby", "the train to Elby")
    'Elby'
    """
    given = [(clause, _ways(clause.text)) for clause in clauses_of(quote)]
    for clause in clauses_of(answer):
        for name, ways in _ways(clause.text).items():
            there = [(c, found[name]) for c, found in given if name in found]
            turned_in = [c for c, found in there if not ways & found and _within(clause, c)]
            if turned_in and len(turned_in) == len(there):
                return name
    return ""


def _within(clause: Clause, other: Clause) -> bool:
    """Whether what `clause` says is in `other`, opposites taken as equal."""
    lines = {line for t in other.terms for line, _ in OPPOSITES.get(t.word, ())}
    return all(
        t.key in other.content or any(line in lines for line, _ in OPPOSITES.get(t.word, ()))
        for t in clause.terms
        if t.kind == "word" and not t.word[0].isupper() and t.start != clause.terms[0].start
    )


def _ways(text: str) -> dict[str, set[bool]]:
    found: dict[str, set[bool]] = {}
    for match in _TURNED.finditer(text):
        found.setdefault(match[2] or match[4], set()).add((match[1] or match[3]) in _AWAY)
    return found


def stranger(answer: str, quote: str, names: tuple[str, ...], others: tuple[str, ...]) -> str:
    """The name of `answer` of which it says what the quote says of another name; '' for none.

    `names` are the answer's, `others` the quote's. Only names in different clauses are compared.
    """
    given = clauses_of(quote)
    for clause in clauses_of(answer):
        here = [name for name in names if name in clause.text]
        if len(here) != 1 or any(o in clause.text for o in others if o not in here[0]):
            continue
        own = [c for c in given if here[0] in c.text]
        rivals = [c for c in given if here[0] not in c.text and any(o in c.text for o in others)]
        if not own or not rivals:
            continue
        told = {c.sentence for c in own if c.text[0] in _AGENT}  # of what stands before
        mine = frozenset[str]().union(*(c.content for c in given if c in own or c.sentence in told))
        for rival in rivals:
            theirs = rival.content - mine
            if len(clause.content & theirs) > 1 and not (clause.content & mine) - _parts(here[0]):
                return here[0]
    return ""


def _parts(name: str) -> frozenset[str]:
    return frozenset(key for clause in clauses_of(name) for key in clause.content)
