"""Whether an English answer's predicates have the arguments of its quote's, by a parse of both."""

from __future__ import annotations

from dataflow.evidence.frames import Frame, frames_of
from dataflow.evidence.stems import stem
from dataflow.evidence.syntax import AGENT, OBJECT, Filler, Group, syntax_of
from dataflow.evidence.terms import Clause, clauses_of, terms_of

_LIGHT_VERBS = "take make have do get go come put set keep hold give be become"
_LIGHT = frozenset(map(stem, _LIGHT_VERBS.split()))
"""Verbs that say little without their object."""
Capitals = tuple[frozenset[str], frozenset[str]]
_NO_NAMES: Capitals = (frozenset(), frozenset())
_ACROSS = {
    AGENT: ("from", "to", "than", "unlike"),
    "unlike": (AGENT,),
    "from": (AGENT, "to"),
    "to": (AGENT, "from"),
    "than": (AGENT,),
}
"""Roles that no one thing has both of."""
_BE = frozenset(("is", "are", "was", "were"))
LONGEST = 1200
"""Characters beyond which a text is not parsed: 0.05 s."""


def misplaced_argument(answer: str, quote: str) -> str:
    """What of `answer` fills a role that the quote gives to another; '' for nothing.

    >>> misplaced_argument("Ada hired Bert.", "Bert, who was rich, hired Ada.")
    'bert'
    """
    if len(quote) > LONGEST or len(answer) > LONGEST:
        return ""
    syntax_of(quote, answer)  # both in one batch
    given = frames_of(quote)
    capitals = _capitals(f"{quote}\n{answer}")
    known = _filling(given) - _gapped(quote) - _gapped(answer)
    for frame in frames_of(answer):
        rivals = [other for other in given if other.key == frame.key]
        clashes = [_clash(frame, other, known, capitals) for other in rivals]
        if _novel(answer, quote):
            clashes = [
                c if _comparable(frame, o) else "" for c, o in zip(clashes, rivals, strict=True)
            ]
        if clashes and all(clashes):
            return clashes[0]
        if found := _mixed(frame, rivals, clashes):
            return found
    return ""


def _filling(frames: tuple[Frame, ...]) -> frozenset[str]:
    """The keys of all that fills a role."""
    groups = (g for frame in frames for filled in frame.roles.values() for g in filled)
    return frozenset[str]().union(*(filler for group in groups for filler in group))


def _mixed(frame: Frame, rivals: list[Frame], clashes: list[str]) -> str:
    """What a frame has of a rival that it else clashes with, when no other rival has it; or ''."""
    held = [other for other, clash in zip(rivals, clashes, strict=True) if not clash]
    for other, clash in zip(rivals, clashes, strict=True):
        if not clash:
            continue
        for role in frame.roles:
            theirs = _shared(frame, other, role)
            if theirs and held and not any(one.roles.get(role) for one in held):
                return clash
    return ""


def confirmed(answer: str, quote: str, word: str) -> bool:
    """Whether the quote has a predicate `word` of `answer` with two of its arguments.

    >>> confirmed("Bert was hired by Ada.", "Ada hired Bert.", "hired")
    True
    """
    if len(quote) > LONGEST or len(answer) > LONGEST:
        return False
    syntax_of(quote, answer)  # both in one batch
    given = frames_of(quote)
    known = _filling(given)
    return any(
        other.key == frame.key
        and other.denied == frame.denied
        and sum(_filled(frame, other, role) for role in frame.roles) > 1
        and all(_filled(frame, other, role) for role in frame.roles if role in _ACROSS)
        and not _clash(frame, other, known)
        for frame in frames_of(answer)
        if word.casefold() in frame.word.split()
        for other in given
    )


def _gapped(text: str) -> frozenset[str]:
    """Keys in clauses without a verb of their own behind one with a verb: "and Bert two"."""
    frames = frames_of(text)
    verbs = {word for frame in frames for word in frame.word.split()} | _BE
    found: set[str] = set()
    before: Clause | None = None
    for clause in clauses_of(text):
        verbless = not any(term.word in verbs for term in clause.terms)
        same = before is not None and before.sentence == clause.sentence
        if verbless and same and len(clause.content) > 1:
            found |= clause.content
        elif not verbless:
            before = clause
    return frozenset(found) - _filling(tuple(frame for frame in frames if frame.repeated))


def _clash(
    frame: Frame, other: Frame, known: frozenset[str], capitals: Capitals = _NO_NAMES
) -> str:
    """What fills a role of `frame` and is another thing than what fills it in `other`, or ''."""
    if frame.denied != other.denied:
        return ""
    if frame.key in _LIGHT and not _shared(frame, other, OBJECT):
        return ""
    for role, groups in frame.roles.items():
        held = other.roles.get(role, [])
        there = [filler for group in held for filler in group]
        for group in groups:
            if any(not filler <= known for filler in group):
                continue
            same = any(
                _held(filler, there) or _described(filler, held, capitals) for filler in group
            )
            if same and not _across(role, group, frame, other):
                continue
            alone = role == AGENT and OBJECT not in frame.roles
            acted = [filler for one in other.roles.get(OBJECT, ()) for filler in one]
            if alone and any(one & two for one in group for two in acted):
                continue  # "the bank opened" of "they opened the bank"
            return " ".join(sorted(group[0]))
    return ""


def _capitals(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Keys of words with a capital: inside of sentences, and where one begins."""
    terms = terms_of(text)
    before = (".", *(term.word for term in terms))
    found: tuple[set[str], set[str]] = (set(), set())
    for term, last in zip(terms, before, strict=False):
        if term.capital:
            found[last in ".!?\n"].add(term.key)
    return frozenset(found[0]), frozenset(found[1] - found[0])


def _described(filler: Filler, there: list[Group], capitals: Capitals) -> bool:
    """Whether one is a name and another a description, which may mean the same thing."""
    names, unsure = capitals
    if _sort(filler) or filler & unsure:
        return False
    for group in there:
        other = frozenset[str]().union(*group)
        mixed = len({bool(one & names) for one in group}) > 1
        plain = other and not _sort(other) and not mixed and not other & unsure
        if plain and bool(other & names) != bool(filler & names):
            return True
    return False


def _across(role: str, group: Group, frame: Frame, other: Frame) -> bool:
    """Whether what fills the role of a frame fills one in `other` that excludes it."""
    if role in (AGENT, OBJECT) and OBJECT in frame.roles and AGENT in frame.roles:
        opposite = OBJECT if role == AGENT else AGENT
        theirs = [filler for held in other.roles.get(opposite, ()) for filler in held]
        mine = [filler for held in other.roles.get(role, ()) for filler in held]
        if mine and any(f and f in theirs and f not in mine for f in group):
            return True
    here = {filler for held in other.roles.get(role, ()) for filler in held}
    there = {f for r in _ACROSS.get(role, ()) for held in other.roles.get(r, ()) for f in held}
    return any(filler and filler in there and filler not in here for filler in group)


def _novel(answer: str, quote: str) -> bool:
    """Whether a word of `answer` is not in the quote: it may be said in other words."""
    known = {term.key for term in terms_of(quote)}
    return any(t.key not in known for t in terms_of(answer) if t.kind == "word")


def _comparable(frame: Frame, other: Frame) -> bool:
    """Whether something fills a role in both, or both compare two things."""
    return frame.key.startswith("than ") or any(_shared(frame, other, role) for role in frame.roles)


def _shared(frame: Frame, other: Frame, role: str) -> bool:
    return any(
        one and two and (one <= two or two <= one)
        for group in frame.roles.get(role, ())
        for one in group
        for held in other.roles.get(role, ())
        for two in held
    )


def _filled(frame: Frame, other: Frame, role: str) -> bool:
    """Whether the role is filled in both by one thing, or by a pronoun in `other`."""
    return _shared(frame, other, role) or any(not all(g) for g in other.roles.get(role, ()))


def _held(filler: Filler, there: list[Filler]) -> bool:
    """Whether a noun phrase can name one of `there`; of another sort they are not compared."""
    alike = [other for other in there if not other or _sort(other) == _sort(filler)]
    return not filler or not alike or any(_one(filler, other) for other in alike)


def _one(filler: Filler, other: Filler) -> bool:
    return filler <= other or other <= filler or any(key[0] in "#@" for key in filler & other)


def _sort(filler: Filler) -> str:
    return min((key[0] for key in filler if key[0] in "#@"), default="")
