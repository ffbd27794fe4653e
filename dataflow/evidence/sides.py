"""What stands on the two sides of a word in a clause, and how a clause begins."""

from __future__ import annotations

from dataflow.evidence.terms import Clause

THAN = frozenset("比没")
"""Chinese characters that compare what is before them with what is behind."""


def is_compared(clause: Clause) -> bool:
    """Whether the clause has "than"."""
    return any(term.word == "than" for term in clause.terms)


def first_of(clause: Clause) -> str:
    """The first key that is no number and no date."""
    return next((key for key, _ in clause.placed if key[0] not in "#@"), "")


def is_chinese(clause: Clause) -> bool:
    """Whether the clause begins with a Han character: its objects may stand before the verb."""
    return first_of(clause) > "\u3000"


def sides_of(clause: Clause, at: int) -> tuple[frozenset[str], frozenset[str]]:
    """What stands before and after a word, of a Chinese comparison before and after its 比."""
    origin = clause.terms[0].start
    than = next((t.start - origin for t in clause.terms if t.word in THAN), at)
    spots = [
        (key, clause.terms[i].start - origin, clause.terms[i].end - origin + len(key) - 1)
        if clause.terms[i].kind == "han"
        else (key, clause.terms[i].start - origin, clause.terms[i].end - origin)
        for key, i in clause.placed
    ]
    if is_compared(clause):  # by how much stands anywhere
        spots = [spot for spot in spots if spot[0][0] not in "#@"]
    left = {key for key, start, end in spots if end <= than}
    right = {
        key[0] if start <= at < end else key for key, start, end in spots if than < start != at
    }
    return frozenset(left), frozenset(right)
