"""English denials without a negator, and negators that deny nothing: exceptions, "un-", "if no"."""

from __future__ import annotations

import re

from dataflow.evidence.stems import stem
from dataflow.evidence.terms import Clause

_SUPPOSED = re.compile(
    r"\b(?:if|when|where|unless|whenever|once|until)\b.*\b(?:no|not|nobody|none)\b"
)
_ENDED = re.compile(
    r"\b(?:fix|resolv|remed|remov|drop|end(?:s|ed)?\b|stop|ceas|until|used to|former|replac|clos|"
    r"withdr|cancel|abolish|discontinu|retir|lift|repeal|give up|gave up|switch)"
)
_EXCEPTING = ("except", "excluding")
_LEAST = 4
_KEY = 6
"""Letters of a stem."""


def supposed(clause: Clause) -> bool:
    """Whether a denial is only supposed: "when no defect is reported"."""
    return bool(_SUPPOSED.search(clause.text.casefold()))


def ended(clause: Clause, given: tuple[Clause, ...]) -> bool:
    """Whether "no longer" is said of what the quote brings to an end."""
    if "no longer" not in clause.text.casefold():
        return False
    return any(_ENDED.search(other.text.casefold()) for other in given)


def unmade(clause: Clause, given: tuple[Clause, ...]) -> str:
    """A word of which the quote has only the form with "un", or the other way; '' for none.

    >>> from dataflow.evidence.terms import clauses_of
    >>> unmade(clauses_of("The letter was opened.")[0], clauses_of("It came back unopened."))
    'opened'
    """
    if clause.polarity.negations or any(other.polarity.negations for other in given):
        return ""
    theirs = {stem(t.word) for c in given for t in c.terms if t.kind == "word"}
    for term in clause.terms:
        word = term.word
        if term.kind != "word" or len(word) < _LEAST or stem(word) in theirs:
            continue
        base = word.removeprefix("un")
        other = stem(base) if base != word else f"un{stem(word)}"[:_KEY]
        if len(base) >= _LEAST and other in theirs:
            return word
    return ""


def excepted(clause: Clause, given: tuple[Clause, ...]) -> str:
    """What the quote excepts from what a clause says of it; '' for none.

    That is: the clause has what stands behind "except" and else only what stands before it.

    >>> from dataflow.evidence.terms import clauses_of
    >>> said = clauses_of("The fort is open on Mondays.")[0]
    >>> excepted(said, clauses_of("The fort is open daily except Mondays."))
    'Mondays'
    """
    for other in given:
        words = [term.word for term in other.terms]
        at = next((i for i, word in enumerate(words) if word in _EXCEPTING), 0)
        apart = {key for key, i in other.placed if i > at}
        rest = {key for key, i in other.placed if i < at}
        said = clause.content - apart
        alike = bool(clause.polarity.negations) == bool(other.polarity.negations)
        if at and apart and apart <= clause.content and said and said <= rest and alike:
            return clause.terms[next(i for key, i in clause.placed if key in apart)].word
    return ""
