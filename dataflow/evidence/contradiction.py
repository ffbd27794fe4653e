"""Whether a quote says the opposite of an answer: denials, opposites, exchanged roles."""

from __future__ import annotations

import re

from dataflow.evidence.opposites import OPPOSITES
from dataflow.evidence.polarity import Turn
from dataflow.evidence.stems import stem
from dataflow.evidence.terms import Clause, Term, clauses_of, closest

_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s(?:[^\W\d_]+\s){0,3}?[^\W\d_]+(?:ed|en|t|n|wn|ght|ld|de|und)\s"
    r"(?:[^.;,]{0,40}?\s)?by\b|被|由[^，。]{1,20}?[设建写画作创编执发导主组]|为[^，。]{1,20}所"
)
_RELATIONAL = frozenset(
    OPPOSITES[word][0]
    for word in (
        "more", "older", "taller", "faster", "heavier", "stronger", "better", "cheaper", "before",
        "above", "buy", "lend", "teach", "win", "wider", "deeper", "thicker", "richer", "多", "高",
        "大", "长", "快", "早", "好", "重", "贵", "深", "宽", "远", "强", "earliest",
    )
    if word in OPPOSITES
)  # fmt: skip
"""Pairs of opposites that say the same when what stands on both sides is exchanged."""
_BARRED = frozenset((OPPOSITES["allow"][0], OPPOSITES["all"][0]))
"""Pairs of opposites that exceptions turn round."""
_EXCEPT = re.compile(
    r"\b(?:except|only|apart from|other than|but (?:for|\w+ (?:was|were)))\b|除|只|仅"
)
_GIVEN = re.compile(r"\bfrom\s[A-Z]|来自|从")
_COPULAS = frozenset(("be", "have"))


def contradicts(answer: str, quote: str) -> str:
    """What of `answer` the quote contradicts, '' for nothing.

    Each clause of the answer is compared with the clauses of the quote that share most with it;
    it contradicts when it does so with all of them.

    >>> contradicts("Sales fell.", "Sales rose in May."), contradicts("Sales rose.", "Sales rose.")
    ('fell', '')
    """
    given = clauses_of(quote)
    for clause in clauses_of(answer):
        near = closest(clause, given)
        found = [_against(clause, other) for other in near]
        if found and all(found):
            return found[0]
    return ""


def _against(clause: Clause, other: Clause) -> str:
    return _denies(clause, other) or _turns(clause, other) or _exchanged(clause, other)


def _denies(clause: Clause, other: Clause) -> str:
    """The word that one of two clauses denies and the other one says."""
    here, there = clause.polarity, other.polarity
    if (here.negations > 0) == (there.negations > 0):
        return ""
    denying, saying = (here, there) if here.negations else (there, here)
    denied = {stem(word): word for word in denying.denied}
    said = {stem(word) for word in saying.said}
    if _EXCEPT.search(clause.text) or _EXCEPT.search(other.text):
        return ""
    against = {turn.line for turn in here.turns} & {turn.line for turn in there.turns}
    if against:  # "not allowed" and "forbidden": decided by their direction
        return ""
    return next((word for key, word in sorted(denied.items()) if key in said), "")


def _turns(clause: Clause, other: Clause) -> str:
    """The word of `clause` that points the other way than `other`."""
    for turn in clause.polarity.turns:
        if turn.line in _BARRED and _EXCEPT.search(clause.text):
            continue
        facing = [t for t in other.polarity.turns if t.line == turn.line]
        if not facing or any(_agree(clause, turn, other, one) for one in facing):
            continue
        return clause.text[turn.start : turn.start + 12].split(" ")[0] or "?"
    return ""


def _agree(clause: Clause, turn: Turn, other: Clause, facing: Turn) -> bool:
    same = turn.side == facing.side
    if turn.line not in _RELATIONAL:
        return same
    return same != _reversed(clause, turn.start, other, facing.start)


def _reversed(clause: Clause, at: int, other: Clause, there: int) -> bool:
    """Whether what stands on the two sides of a word is exchanged, but for the passive voice."""
    left, right = _sides(clause, at)
    before, after = _sides(other, there)
    if not left or not right or not before or not after:
        return False
    crossed = len(left & after) + len(right & before) - len(left & before) - len(right & after)
    if crossed == 0:
        return False
    return (crossed > 0) != (_passive(clause) != _passive(other))


def _sides(clause: Clause, at: int) -> tuple[frozenset[str], frozenset[str]]:
    origin = clause.terms[0].start
    left = {key for key, i in clause.placed if clause.terms[i].end - origin <= at}
    right = {key for key, i in clause.placed if clause.terms[i].start - origin > at}
    return frozenset(left), frozenset(right)


def _passive(clause: Clause) -> bool:
    return bool(_PASSIVE.search(clause.text.casefold()))


def _marked(clause: Clause) -> bool:
    """Whether the one who acts stands behind: passive voice, or something got from somebody."""
    return _passive(clause) or bool(_GIVEN.search(clause.text))


def _exchanged(clause: Clause, other: Clause) -> str:
    """The word around which two things have changed places, '' for none."""
    shared = {key for key, _ in clause.placed} & {key for key, _ in other.placed}
    for key, index in clause.placed:
        term = clause.terms[index]
        if key not in shared or term.kind not in ("word", "han") or key in _COPULAS:
            continue
        here, there = _around(clause, key), _around(other, key)
        moved_right = (here[0] & there[1]) - there[0] - here[1]
        moved_left = (here[1] & there[0]) - there[1] - here[0]
        if moved_right and moved_left and _marked(clause) == _marked(other):
            return term.word
    return ""


def _around(clause: Clause, key: str) -> tuple[frozenset[str], frozenset[str]]:
    """What stands before and after the key, of things that can change places."""
    at = next(index for found, index in clause.placed if found == key)
    width = len(key) if clause.terms[at].kind == "han" else 1
    left = {k for k, i in clause.placed if i + _width(clause.terms[i], k) <= at}
    right = {k for k, i in clause.placed if i >= at + width}
    return frozenset(left), frozenset(right)


def _width(term: Term, key: str) -> int:
    return len(key) if term.kind == "han" else 1
