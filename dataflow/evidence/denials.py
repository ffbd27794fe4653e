"""English denials without a negator, and negators that deny nothing: exceptions, "un-", "if no"."""

from __future__ import annotations

import re

from dataflow.evidence.stems import stem
from dataflow.evidence.terms import Clause

DENYING = re.compile(
    r"\b(?:refus|fail|forg[eo]t|reject|forb|ban|prevent|avoid|stop|lack|unable|instead|den[iy]|declin|"
    r"prohibit|free of|too little|too few|lost|unlike|miss|out of|postpon)"
    r"|拒|失败|禁|避免|防止|缺|难以|停(?![电车泊靠留驻])|取消|免(?!费)|无法|太少"
)
"""Words that deny without a negator."""
_SUPPOSED = re.compile(
    r"\b(?:if|when|where|unless|whenever|once|until)\b.*\b(?:no|not|nobody|none)\b"
)
_ENDED = re.compile(
    r"\b(?:fix|resolv|remed|remov|drop|end(?:s|ed)?\b|stop|ceas|until|used to|former|replac|clos|"
    r"withdr|cancel|abolish|discontinu|retir|lift|repeal|give up|gave up|switch)"
)
_EXCEPTING = ("except", "excluding")
_PLACED = re.compile(
    r"\b(out of|outside|inside|into|in) (?:the |an? |its |direct |this )*([a-z]{3,})\b"
)
_LEAST = 4
_KEY = 6
"""Letters of a stem."""


def denying(clause: Clause) -> bool:
    """Whether a word denies something without being a negator."""
    return bool(DENYING.search(clause.text.casefold()))


def denies(clause: Clause) -> bool:
    """Whether a clause denies something, whatever that is."""
    return bool(clause.polarity.negations) or denying(clause)


def supposed(clause: Clause) -> bool:
    """Whether a denial is only supposed: "when no defect is reported"."""
    return bool(_SUPPOSED.search(clause.text.casefold()))


def doubly(clause: Clause) -> bool:
    """Whether two denials cancel, or one is of any greater thing: "no school is bigger than"."""
    compared = any(term.word == "than" for term in clause.terms)
    return clause.polarity.negations > 1 or (compared and clause.text[:3].casefold() == "no ")


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


def outside(clause: Clause, given: tuple[Clause, ...]) -> str:
    """What a clause is in and the quote only out of, or the other way; '' for none.

    >>> from dataflow.evidence.terms import clauses_of
    >>> outside(clauses_of("Keep them in the shade.")[0], clauses_of("Keep them out of the shade."))
    'shade'
    """
    here, there = (_ways(found) for found in ((clause,), given))
    crossed = (word for word in here if word in there and not here[word] & there[word])
    return next(crossed, "")


def _ways(clauses: tuple[Clause, ...]) -> dict[str, set[bool]]:
    """Of each thing that something is in or out of, whether out."""
    found: dict[str, set[bool]] = {}
    for clause in clauses:
        if clause.polarity.negations:
            continue
        for match in _PLACED.finditer(clause.text.casefold()):
            found.setdefault(match[2], set()).add(match[1] in ("out of", "outside"))
    return found


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


def of_sentences(line: int, given: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The clauses of those sentences that have a word of that pair of opposites."""
    held = {c.sentence for c in given if any(t.line == line for t in c.polarity.turns)}
    return tuple(c for c in given if c.sentence in held)
