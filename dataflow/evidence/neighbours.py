"""What stands directly before and behind the Chinese names of an answer and of its quote."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dataflow.evidence.roles import passive
from dataflow.evidence.terms import clauses_of

_DROPPED = re.compile("[了着过“”\"']|[也都才就还便则](?=[是有在被])")
_HAN_PAIR = re.compile("[\u4e00-\u9fff]{2}")
_COORDINATING = "和与跟同及或、"
_COORDINATED = re.compile(f"[{_COORDINATING}]|以及")
_MOST_BETWEEN = 6
_PLACING = frozenset("在于")
_KINDS = frozenset("国省市县区镇乡村州岛河江湖山海桥寺塔路街号党队厂店社站港湾城馆院校")
"""Characters that say what kind of thing a name is of, directly behind it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a name stands: two characters before and behind it, '' where there are none."""

    before: str
    behind: str
    kind: str
    placed: bool
    passive: bool
    compared: bool


def beside_another(answer: str, quote: str, names: tuple[str, ...]) -> str:
    """The Chinese name of `answer` that stands where another does in the quote; '' for none.

    `names` are the quote's. A name stands where another does when the two Han characters before or
    behind it are those beside the other, and never those beside itself; when it is the place (在)
    and the other is one; or when the kind of thing behind it (号, 县) is the other's.

    >>> beside_another("甲城的油画", "甲城的作品和乙城的油画", ("甲城", "乙城"))
    '甲城'
    >>> beside_another("移居甲城的乙城", "乙城离开，移居甲城", ("甲城", "乙城"))
    ''
    """
    known = [name for name in names if name[0] > "\u3000" and len(name) > 1]
    given = {name: _places(quote, name) for name in known}
    for name in known:
        for place in _places(answer, name):
            for other in known:
                if name in other or other in name or _coordinated(name, other, quote):
                    continue
                if _fits(place, given[other]) and not _fits(place, given[name]):
                    return name
    return ""


def _places(text: str, name: str) -> list[_Place]:
    found: list[_Place] = []
    for clause in clauses_of(text):
        if name not in clause.text:
            continue
        plain = _DROPPED.sub("", clause.text)
        for match in re.finditer(re.escape(name), plain):
            start, end = match.span()
            behind = _HAN_PAIR.match(plain, end)
            before = _HAN_PAIR.fullmatch(plain, start - 2, start) if start > 1 else None
            after = plain[end : end + 1]
            found.append(
                _Place(
                    before[0] if before else "",
                    behind[0] if behind else "",
                    after if after in _KINDS else "",
                    plain[start - 1 : start] in _PLACING and after not in "的时之",
                    passive(clause),
                    "比" in clause.text,
                )
            )
    return list(dict.fromkeys(found))


def _fits(place: _Place, others: list[_Place]) -> bool:
    """Whether something that stands beside a name stands beside another one, too."""
    for other in others:
        if place.passive != other.passive or place.compared or other.compared:
            continue
        before = place.before and not _COORDINATED.search(place.before)
        if before and place.before == other.before:
            return True
        if place.behind and place.behind == other.behind:
            return True
        if place.kind and place.kind == other.kind:
            return True
        if place.placed and other.placed:
            return True
    return False


def _coordinated(name: str, other: str, quote: str) -> bool:
    """Whether two names stand side by side in the quote, so that the same is said of both."""
    found = re.search(
        f"(?:{re.escape(name)})([^，。；,;]{{1,12}}?)(?:{re.escape(other)})"
        f"|(?:{re.escape(other)})([^，。；,;]{{1,12}}?)(?:{re.escape(name)})",
        quote,
    )
    between = (found[1] or found[2]) if found else ""
    return bool(between) and bool(_COORDINATED.match(between)) and len(between) <= _MOST_BETWEEN
