"""English predicates that say one thing from two sides (buy, sell) or with two words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache

from dataflow.evidence.opposites import OPPOSITES
from dataflow.evidence.stems import stem

_SAME = """
buy purchase acquire take_over; begin start commence; build construct erect; follow succeed replace;
hire employ appoint engage; create found establish; beat defeat; publish issue; own possess;
make produce manufacture; kill slay; lead head run; show reveal; repair fix mend; give supply;
join enter; finish complete; move relocate; marry wed; teach instruct; write author; need require;
convict sentence; accuse blame; help assist aid; permit allow
"""
_CONVERSES = """
sell buy 0:from to:0 | borrow give 0:to from:0 | lend give | learn teach 0:1 from:0 1:what |
lose?to beat 0:1 to:0 1:in | lose?against beat 0:1 against:0 1:in |
win?against beat against:1 1:in | receive?from give 0:to from:0 | get?from give 0:to from:0 |
obtain?from give 0:to from:0 | import?from buy | export?to buy 0:from to:0 | buy?from buy |
belong own 0:1 to:0 | precede follow 0:1 1:0 | come?from give 0:1 from:0 |
"""
"""Per entry: a verb, `?` with a role that it needs, the verb that stands for both, and role by role
where its fillers go."""
_COMPARATIVES = ("er", "better", "worse", "more", "less")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a predicate is compared as: a key, how its roles are renamed, -1 for an opposite."""

    key: str
    roles: dict[str, str] = field(default_factory=dict)
    sign: int = 1


def _key(word: str) -> str:
    """The stem of a verb, its particle behind a space."""
    base, _, particle = word.replace("_", " ").partition(" ")
    return stem(base) + (f" {particle}" if particle else "")


def _tables() -> tuple[dict[str, str], dict[str, list[tuple[str, Reading]]]]:
    same = {
        _key(word): _key(group.split()[0])
        for group in " ".join(_SAME.split()).split(";")
        for word in group.split()
    }
    turned: dict[str, list[tuple[str, Reading]]] = {}
    for entry in " ".join(_CONVERSES.split()).strip("| ").split("|"):
        verb, other, *pairs = entry.split()
        verb, _, needed = verb.partition("?")
        reading = Reading(same.get(_key(other), _key(other)), dict(p.split(":") for p in pairs))
        turned.setdefault(_key(verb), []).append((needed, reading))
    return same, turned


_KEYS, _TURNED = _tables()


@lru_cache(maxsize=4096)
def reading_of(
    word: str, roles: Collection[str] = frozenset(), *, compared: bool = False
) -> Reading:
    """How a predicate (its particle behind a space) with these roles is compared.

    >>> reading_of("sold").key == reading_of("acquired").key, reading_of("sold").roles
    (True, {'0': 'from', 'to': '0'})
    """
    key = _key(word)
    for needed, reading in _TURNED.get(key, ()):
        if not needed or needed in roles:
            return reading
    if compared or word.endswith(_COMPARATIVES):
        for line, side in OPPOSITES.get(word, ()):
            return Reading(f"pair {line}", {}, side)
    return Reading(_KEYS.get(key, key))


def has_two_sides(word: str) -> bool:
    """Whether what a word says can be said from the other side, as sell and cheaper can.

    >>> has_two_sides("bought"), has_two_sides("cheaper"), has_two_sides("sleeps")
    (True, True, False)
    """
    return (
        _key(word) in _TURNED
        or _key(word) in _KEYS
        or (word.endswith(_COMPARATIVES) and word in OPPOSITES)
    )
