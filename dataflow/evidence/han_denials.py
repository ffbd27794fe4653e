"""Which clause of a Chinese quote speaks of what an answer denies, and whether it denies it too.

Two clauses are near by the characters that they share, of all that say something; a clause without
a subject has that of the clauses before it in its sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from dataflow.evidence.han_words import han_names, words_of
from dataflow.evidence.terms import HAN_FUNCTION, Clause

_PLAIN = frozenset(
    "不没无未非勿别免禁拒停缺止严恕谢绝年月日天时分元个一二三四五六七八九十百千万亿两半"
)
"""Characters of denials and of amounts: they make no two clauses near."""
_BEGINS = 4
"""Characters before which a clause's name may be its subject."""
_NO_SUBJECT = frozenset("由被在从向对给为比与和把将她他它其")


@lru_cache(maxsize=2048)
def _characters(text: str) -> frozenset[str]:
    return frozenset(
        c for c in text if "\u4e00" <= c <= "\u9fff" and c not in HAN_FUNCTION and c not in _PLAIN
    )


def nearness(clause: Clause, other: Clause) -> int:
    """How many different characters that say something both clauses have."""
    return len(_characters(clause.text) & _characters(other.text))


def denied_nearer(
    clause: Clause, word: str, given: Sequence[Clause], denying: Sequence[Clause]
) -> bool:
    """Whether something is denied as near to `clause` as the word is said, with a part of it.

    `denying` are those of `given` that deny something.
    """
    about = _characters(word)
    affirming = [c for c in given if word in c.text and c not in denying]
    plain = max((nearness(clause, other) for other in affirming), default=0)
    near = [nearness(clause, c) for c in denying if about & _characters(c.text)]
    return max(near, default=0) >= max(1, plain)


def affirms(clause: Clause, given: Sequence[Clause]) -> str:
    """A word that the nearest clause with it denies, of a clause that denies nothing."""
    for other in given:
        near = nearness(clause, other) if other.polarity.negations else 0
        for word in sorted(other.polarity.denied & clause.polarity.said) if near else ():
            rivals = (c for c in given if c is not other and word in c.text)
            if near > max((nearness(clause, c) for c in rivals), default=len(word)):
                return word
    return ""


def names_with_subjects(given: tuple[Clause, ...], own: set[str]) -> list[frozenset[str]]:
    """The names of each clause (`own` wherever they stand), with the subject of its sentence.

    A clause whose text begins with a name has its own subject.
    """
    found: list[frozenset[str]] = []
    topic: frozenset[str] = frozenset()
    sentence = -1
    for clause in given:
        names = {*han_names(clause.text), *(name for name in own if name in clause.text)}
        if clause.sentence != sentence:
            topic, sentence = frozenset(), clause.sentence
        first = {
            name
            for name in names
            if len(head := clause.text[: clause.text.find(name)]) <= _BEGINS
            and not _NO_SUBJECT & set(head)
            and not any(word.tag[0] == "v" for word in words_of(head))
        }
        topic = frozenset(first) or topic
        ruled = first or clause.text[:1] in _NO_SUBJECT
        found.append(frozenset(names) if ruled else frozenset(names) | topic)
    return found


def of_another(clause: Clause, word: str, given: tuple[Clause, ...]) -> bool:
    """Whether a Chinese word is said of other names in the quote."""
    if word[0] < "\u3000":
        return False
    own = set(han_names(clause.text))
    named = zip(given, names_with_subjects(given, own), strict=True)
    theirs = [names for c, names in named if word in c.text]
    return bool(own and theirs) and all(names and not names & own for names in theirs)
