"""Chinese clauses that are a clause of the quote but for a part, and what that part says.

A clause is compared with each of the quote, by names, nouns and single characters (numbers and
dates by value). What stands in it for something else, between the same neighbours, is a change of
fact when it is the opposite, or what the quote says in another place, or no word of the quote in
place of one of its names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dataflow.evidence.han_clauses import (
    Keys,
    Part,
    cutting,
    names_in,
    parts,
    sequence,
    trimmed,
    weight,
)
from dataflow.evidence.han_opposites import opposed
from dataflow.evidence.han_words import words_of
from dataflow.evidence.roles import passive
from dataflow.evidence.terms import HAN_FUNCTION, Clause, clauses_of

_LEAST_COPIED = 0.5
"""Share of a clause's characters that another must have in the same order to be compared."""
_LEAST_HELD = 0.8
"""Share of a clause of the quote that a longer clause must hold to be compared with it."""
_LEAST_CONTEXT = 2
_WIDE = 4
"""Characters beside a part with which an unknown word may stand for a noun."""
_MOST_CLAUSES = 100
_LONGEST_OPPOSITE = 6
_LONGEST_THING = 20
_VAGUE = frozenset("他她它其该这那此谁者人们")
_NEGATORS = frozenset("不没未无非")
_JOINING = frozenset("和与跟同及或、是")
_NOUNS = frozenset("nstgjlf")
_ROLE_ENDINGS = frozenset("者家员师长人手士生工匠")
_NO_NOUN = frozenset("pcudrmfy")
_RELATING = frozenset("比于胜输赢给从向让教借租嫁娶")
"""Clauses with these may say the same with an opposite and what it joins exchanged."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A clause, one of the quote, what is not the same in them, and how much of both is."""

    clause: Clause
    other: Clause
    parts: tuple[Part, ...]
    shared: int
    copied: bool
    held: bool
    keys: Keys = ()
    crossed: str = ""


def altered(answer: str, quote: str) -> str:
    """What a copied Chinese clause of `answer` has that changes what the quote says, '' for none.

    A clause is let pass when it shares as much with a clause of the quote without such a change.

    >>> altered("铜器放在西厅。", "铜器放在东厅，瓷器放在西厅。")
    '西厅'
    >>> altered("候鸟三月南返。", "候鸟三月北返。"), altered("候鸟三月返回。", "候鸟三月北返。")
    ('南', '')
    >>> altered("瓷器放在西厅。", "铜器放在东厅，瓷器放在西厅。")
    ''
    """
    shared = cutting(answer, quote)
    given = [(other, sequence(other, shared)) for other in clauses_of(quote)[:_MOST_CLAUSES]]
    whole = "\n".join("".join(keys) for _, keys in given)
    for clause in {c.text: c for c in reversed(clauses_of(answer))}.values():
        keys = sequence(clause, shared)
        pairs = [p for other, theirs in given if (p := _paired(clause, keys, other, theirs))]
        if found := _changed(pairs, whole):
            return found
    return ""


def _changed(pairs: list[Pair], whole: str) -> str:
    """What the best of the pairs have that says something else, '' for nothing."""
    best, found = -1, next((pair.crossed for pair in pairs if pair.crossed), "")
    if found:
        return found
    for pair in pairs:
        wrong, sure = _wrong(pair, whole)
        if sure:
            return wrong
        if not wrong and pair.held:
            return ""
        if pair.copied and (pair.shared > best or (pair.shared == best and not wrong)):
            best, found = pair.shared, wrong
    return found


def _paired(clause: Clause, said: Keys, other: Clause, given: Keys) -> Pair | None:
    """The clauses compared, None when neither holds enough of the other."""
    total = weight(said)
    copied, held = max(2.0, _LEAST_COPIED * total), max(2.0, _LEAST_HELD * weight(given))
    common = set(said) & set(given)
    if crossed := _crossed("".join(said), "".join(given)):
        return Pair(clause, other, (), total, copied=True, held=True, crossed=crossed)
    if weight(tuple(common)) < min(copied, held) / 2:
        return None
    unlike, equal = parts(said, given)
    if equal < min(copied, held):
        return None
    content = sum(len(k) for k in common if k not in HAN_FUNCTION and k[0] not in "#@")
    return Pair(clause, other, unlike, content, equal >= copied, equal >= held, given)


def _crossed(said: str, given: str) -> str:
    """The first of two things that have changed places in a clause else the same, '' for none.

    Things on both sides of 和 and 是 may, and those of what is done with (与, 跟) somebody.
    """
    if len(said) != len(given) or said == given or sorted(said) != sorted(given):
        return ""
    begin, end = 0, len(said)
    while said[begin] == given[begin]:
        begin += 1
    while said[end - 1] == given[end - 1]:
        end -= 1
    here, there = said[begin:end], given[begin:end]
    for i in range(1, min(len(here) - 1, _LONGEST_THING)):
        for j in range(1, len(here) - i):
            middle = here[i:-j]
            if there == here[-j:] + middle + here[:i]:
                return "" if middle[0] in _JOINING else here[:i]
    return ""


def _wrong(pair: Pair, whole: str) -> tuple[str, bool]:
    """What of a pair says something else, '' for nothing, and whether that is sure."""
    near = [p for p in pair.parts if p.context >= _LEAST_CONTEXT]
    if pair.clause.polarity.negations != pair.other.polarity.negations:
        return _denied(pair.parts), False
    changed = [p for p in near if p.held and not _VAGUE & set("".join((*p.given, *p.said)))]
    turned = [p for p in near if _of_a_size(p) and opposed("".join(p.given), "".join(p.said))]
    others = [p for p in changed if p not in turned]
    if turned and not (others and _RELATING & set(pair.clause.text)):
        said = "".join(turned[0].said)
        new = not any(run in whole for run in _beside(turned[0], said))
        return said, new and len(turned) == 1 and not others
    if turned or passive(pair.clause) != passive(pair.other):
        return "", False
    if _told_together(pair, whole):
        return "", False
    for part in changed:
        if _elsewhere(part, pair, whole) or _for_a_name(part, pair, whole):
            return "".join(trimmed(part.said)).strip("#@ "), False
    return "", False


def _of_a_size(part: Part) -> bool:
    """Whether both sides are one word or two: what is longer says too much to be an opposite."""
    sizes = weight(part.given), weight(part.said)
    numbers = any(key[0] in "#@" for key in (*part.given, *part.said))
    return not numbers and max(sizes) <= _LONGEST_OPPOSITE and abs(sizes[0] - sizes[1]) < 4


def _told_together(pair: Pair, whole: str) -> bool:
    """Whether two things that the clause has not are in one other clause of the quote."""
    said = ["".join(trimmed(p.said)) for p in pair.parts if trimmed(p.said)]
    own = "".join(pair.keys)
    return len(said) > 1 and any(
        sum(one in line for one in said) > 1 for line in whole.split("\n") if line != own
    )


def _beside(part: Part, said: str) -> Iterator[str]:
    if part.before:
        yield part.before[-1] + said
    if part.behind:
        yield said + part.behind[0]


def _denied(parts: tuple[Part, ...]) -> str:
    """The negator by which alone a clause differs from a copy of it, '' for none."""
    found = [p for p in parts if _NEGATORS & set("".join((*p.given, *p.said)))]
    if len(found) != 1 or any(part.held for part in parts):
        return ""
    bare = not trimmed(found[0].given) and not trimmed(found[0].said)
    return "".join(found[0].said or found[0].given) if bare and found[0].context > 1 else ""


def _elsewhere(part: Part, pair: Pair, whole: str) -> bool:
    """Whether the quote says in another place what stands here for something of its kind."""
    said, given = trimmed(part.said), trimmed(part.given)
    if "".join(said) not in whole:
        return False
    one, two = _kind(said, pair.clause), _kind(given, pair.other)
    if one != two and ((one, two) != ("other", "noun") or part.context < _WIDE):
        return False
    return one != "other" or (weight(said) > 1 and weight(given) > 1)


def _kind(keys: Keys, clause: Clause) -> str:
    """`number`, `date`, `noun` for what holds one, else `other`."""
    held = "".join(keys)
    if all(key[0] == "@" for key in keys) or any(
        w.tag == "t" and held.startswith(w.text) for w in words_of(clause.text)
    ):
        return "date"
    if held.startswith("#"):
        return "number"
    nouns = (w.text for w in words_of(clause.text) if w.tag[0] in _NOUNS)
    return "noun" if any(noun in held for noun in nouns) else "other"


def _for_a_name(part: Part, pair: Pair, whole: str) -> bool:
    """Whether something that the quote has not stands for one of its names."""
    said, given = "".join(trimmed(part.said)), "".join(trimmed(part.given))
    if len(said) < 2 or any(character in whole for character in said):
        return False
    if said[-1] in _ROLE_ENDINGS or words_of(said)[-1].tag[0] in _NO_NOUN:
        return False
    return any(
        (name in given and len(given) <= len(name) + 2) or (len(given) > 1 and given in name)
        for name in names_in(pair.other.text)
    )
