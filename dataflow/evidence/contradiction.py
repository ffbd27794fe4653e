"""Whether a quote says the opposite of an answer: denials and words that have an opposite."""

from __future__ import annotations

import re

from dataflow.evidence.denials import (
    DENYING,
    denies,
    denying,
    doubly,
    ended,
    excepted,
    of_sentences,
    outside,
    supposed,
    unmade,
)
from dataflow.evidence.han_denials import affirms, denied_nearer, of_another
from dataflow.evidence.opposites import COMPARED, OPPOSITES
from dataflow.evidence.polarity import Turn
from dataflow.evidence.roles import passive
from dataflow.evidence.sides import THAN, first_of, is_chinese, is_compared, sides_of
from dataflow.evidence.stems import stem
from dataflow.evidence.terms import Clause, clauses_of

_RELATIONAL = frozenset(
    line
    for word in (
        "more", "older", "taller", "faster", "heavier", "stronger", "better", "cheaper", "before",
        "above", "ahead", "buy", "lend", "teach", "win", "wider", "deeper", "thicker", "richer",
        "多", "高", "大", "长", "快", "早", "好", "重", "贵", "深", "宽", "远", "强",
        "领先", "出租", "收款",
    )
    for line, _ in OPPOSITES[word]
)  # fmt: skip
"""Pairs of opposites that say the same when what stands on both sides is exchanged."""
_ACT_LINES = frozenset(line for word in ("before", "ahead") for line, _ in OPPOSITES[word])
_ACTS = frozenset(
    line
    for word in ("buy", "lend", "teach", "win", "before", "above", "ahead")
    for line, _ in OPPOSITES[word]
)
_COMPARED_LINES = _RELATIONAL - _ACTS
_EXCEPT = re.compile(
    r"\b(?:except|only|apart from|other than|unless|but (?:for|\w+ (?:was|were)))\b|除|只|仅"
)
_BARRED = frozenset(line for word in ("allow", "all") for line, _ in OPPOSITES[word])
"""Pairs of opposites that exceptions turn round."""
_APART = re.compile(r"\bunlike ([a-z -]{3,60})")
_ARTICLES = frozenset(("the", "a", "an", "its", "his", "her", "their", "neighbouring"))
_BOUNDS = frozenset(line for word in ("above", "以上") for line, _ in OPPOSITES[word])
"""Pairs of opposites of bounds: what is beyond them is not so, what is within them is."""
_WHOLE = re.compile("全|都|所有|任何|一律|均")
_CONDITION = re.compile(
    r"\b(?:unless|if|as soon as|(?<!at )once(?! (?:an?|per|every|more|again|free|or)\b))\b"
    r"|除非|如果|若|的话|要是|假如|倘|只要|一旦"
)
_COMPARATIVES = ("er", "more", "less", "better", "worse", "ly", "under", "above", "beneath", "over")
_REFERRING = frozenset(("they", "it", "he", "she"))
_PREPOSITIONS = frozenset("在对向把给为从用以与和跟")
_LEAST_SHARED = 1 / 3
_MARGIN = 2
"""Terms more that a clause shares, to decide where the quote has both sides of a pair."""


def contradicts(answer: str, quote: str) -> str:
    """What of `answer` the quote contradicts, '' for nothing.

    >>> contradicts("Sales fell.", "Sales rose in May."), contradicts("Sales rose.", "Sales rose.")
    ('fell', '')
    >>> contradicts("The pass is open.", "The pass is not open.")
    'open'
    >>> contradicts("他没有回家。", "他回家了。")
    '回家'
    """
    given, said = clauses_of(quote), clauses_of(answer)
    for clause in {c.text: c for c in reversed(said)}.values():
        others = tuple(other for other in said if other is not clause)
        if found := _opposite(clause, given, others):
            return found
    return ""


def _opposite(clause: Clause, given: tuple[Clause, ...], others: tuple[Clause, ...]) -> str:
    found = _denies(clause, given)
    if not found and not is_chinese(clause):
        found = unmade(clause, given) or outside(clause, given)
        found = found or ("" if _excepts(clause) else excepted(clause, given))
    found = found or _turns(clause, given, others)
    if found or denies(clause) or not is_chinese(clause):
        return found
    return affirms(clause, [c for c in given if not _excepts(c)])


def _denies(clause: Clause, given: tuple[Clause, ...]) -> str:
    """A word that is denied on one side only: the quote's clauses are taken together."""
    if _excepts(clause) or _unlike(clause, given):
        return ""
    plain = [c for c in given if not _excepts(c)]
    lines = {turn.line for c in given for turn in c.polarity.turns}
    here = clause.polarity
    denied = {stem(w) for c in given for w in c.polarity.denied}
    if here.negations:
        if supposed(clause) or ended(clause, given):
            return ""
        if doubly(clause) and not is_chinese(clause):
            return ""
        if {stem(w) for w in here.said | here.denied} & denied:
            return ""
        said = {stem(w) for c in plain if not denying(c) for w in c.polarity.said}
        if not is_chinese(clause):  # "there is no water": said beside another denial
            said -= {stem(w) for c in given if denies(c) for w in c.polarity.said}
        heads = (w for w in sorted(here.denied) if not _lines(w) & lines)
        found = (w for w in heads if _among(w, said) and not _among(w, denied))
        if is_chinese(clause):
            if here.negations > 1:  # who does not may not: as good as who does may
                return ""
            near = [c for c in given if denies(c)]
            found = (w for w in found if not denied_nearer(clause, w, given, near))
        return next((w for w in found if not of_another(clause, w, given)), "")
    if denying(clause) or any(term.word == "than" for term in clause.terms):
        return ""
    denied = {stem(w) for c in plain for w in c.polarity.denied}
    said = {stem(w) for c in given for w in c.polarity.said}
    found = (
        w
        for w in sorted(here.said)
        if stem(w) in denied - said and not _lines(w) & lines and w[0] not in _PREPOSITIONS
    )
    return next((w for w in found if not of_another(clause, w, given)), "")


def _unlike(clause: Clause, given: tuple[Clause, ...]) -> bool:
    """Whether a clause is about what the quote sets apart with "unlike"."""
    apart = (set(found[1].split()) for c in given if (found := _APART.search(c.text.casefold())))
    here = {term.word for term in clause.terms}
    return any(words - _ARTICLES <= here for words in apart)


def _lines(word: str) -> set[int]:
    return {line for line, _ in OPPOSITES.get(word, ())}


def _among(word: str, words: set[str]) -> bool:
    """Whether the word is one of them; one Han character as the first of two, too."""
    return stem(word) in words or (
        len(word) == 1
        and word not in COMPARED
        and any(other.startswith(word) for other in words if other > "z")
    )


def _excepts(clause: Clause) -> bool:
    return bool(_EXCEPT.search(clause.text.casefold()))


def _turns(clause: Clause, given: tuple[Clause, ...], others: tuple[Clause, ...]) -> str:
    """The word of `clause` that points the other way than the nearest clauses with its opposite.

    `others` are the answer's other clauses: what they say the other way is set against it.
    """
    contrasted = {(t.line, -t.side) for c in others for t in c.polarity.turns}
    contrasted -= {(t.line, t.side) for c in given for t in c.polarity.turns}
    wider = _with_subjects(given)
    for turn in clause.polarity.turns:
        denied = clause.polarity.negations and clause.content & {
            stem(w) for c in given for w in c.polarity.denied
        }
        if (denied or ended(clause, given)) and not is_chinese(clause):
            continue  # "not cheques" of "cheques are not accepted"
        if (turn.line, turn.side) in contrasted or _left_to_conditions(turn, clause, given):
            continue
        facing = [
            (c, t, content)
            for c, content in zip(given, wider, strict=True)
            for t in c.polarity.turns
            if t.line == turn.line
        ]
        size = sum(2 - (clause.terms[i].kind == "han") for _, i in clause.placed) / 2 - 1
        both = any(t.side == turn.side for _, t, _ in facing) and not _relational(clause, turn)
        least = max(1.0, _LEAST_SHARED * size)
        shared = [len(clause.content & c.content) for c, _, _ in facing]
        best = max(shared, default=0)
        near = [one for one, count in zip(facing, shared, strict=True) if count == best]
        agreeing = [
            len(clause.content & content) for _, t, content in facing if t.side == turn.side
        ]
        if both and best - max(agreeing) < _MARGIN:
            continue
        if best < least or any(_agree(clause, turn, c, t) for c, t, _ in near):
            continue
        return re.split(r"\W", clause.text[turn.start : turn.start + 12].strip())[0] or "?"
    return ""


def _with_subjects(clauses: tuple[Clause, ...]) -> list[frozenset[str]]:
    """What each clause is about; one that begins with "they" has what the clause before has."""
    found: list[frozenset[str]] = []
    for clause in clauses:
        begins = {term.word for term in clause.terms[:2]} & _REFERRING
        found.append(clause.content | found[-1] if begins and found else clause.content)
    return found


def _left_to_conditions(turn: Turn, clause: Clause, given: tuple[Clause, ...]) -> bool:
    """Whether an exception, a condition or both sides in one clause leave a pair undecided."""
    excepted = any(map(_excepts, (clause, *given)))
    if excepted and (turn.line in _BARRED or (clause.polarity.negations and is_compared(clause))):
        return True
    if clause.polarity.negations and is_chinese(clause):
        if clause.polarity.negations > 1 or turn.line in _BOUNDS:
            return True
        if excepted and not _WHOLE.search(clause.text):
            return True
    told = given if is_chinese(clause) else of_sentences(turn.line, given)
    if any(_CONDITION.search(c.text.casefold()) for c in (clause, *told)):
        return True
    return any(o.line == turn.line and o.side != turn.side for o in clause.polarity.turns)


def _behind_than(clause: Clause) -> bool:
    """Whether another thing stands behind "than", and not only another time or number."""
    at = next(index for index, term in enumerate(clause.terms) if term.word == "than")
    return any(index > at and key[0] not in "#@" for key, index in clause.placed)


def _agree(clause: Clause, turn: Turn, other: Clause, facing: Turn) -> bool:
    same = turn.side == facing.side
    if _denying_beside(clause, turn) != _denying_beside(other, facing):
        return True
    if not _relational(clause, turn):
        return same
    if turn.line in _ACT_LINES and not is_chinese(clause) and not is_compared(clause):
        left, right = sides_of(clause, turn.start)
        before, after = sides_of(other, facing.start)
        if not any(key[0] not in "#@" for key in left):  # "after X had left" of "X left before"
            return same if right & after else bool(right & before) != same or not right & before
    return same != _reversed(clause, turn.start, other, facing.start)


def _denying_beside(clause: Clause, turn: Turn) -> bool:
    """Whether an English word denies without a negator, and is not the word with the opposite."""
    spots = (found.start() for found in DENYING.finditer(clause.text.casefold()))
    return not is_chinese(clause) and any(spot != turn.start for spot in spots)


def _relational(clause: Clause, turn: Turn) -> bool:
    """Whether the pair sets two things against each other: of adjectives only in comparisons."""
    if turn.line not in _COMPARED_LINES:
        return turn.line in _RELATIONAL
    word = re.match(r"[a-z]*", clause.text.casefold()[turn.start :])
    more = clause.text.casefold()[: turn.start].endswith("more ")
    if word and word[0] and not more and not word[0].endswith(_COMPARATIVES):
        return False
    return any(term.word in THAN or term.word == "than" for term in clause.terms)


def _reversed(clause: Clause, at: int, other: Clause, there: int) -> bool:
    """Whether what stands on the two sides of a word is exchanged, but for the passive voice."""
    swapped_voice = passive(clause) != passive(other)
    if is_chinese(clause) and not any(term.word in THAN for term in clause.terms):
        first, theirs = first_of(clause), first_of(other)
        exchanged = first in other.content and theirs in clause.content
        return first != theirs and exchanged and not swapped_voice
    left, right = sides_of(clause, at)
    before, after = sides_of(other, there)
    if left & after and right & before and not is_chinese(clause):
        return not swapped_voice
    compared = any(term.word in THAN or term.word == "than" for term in clause.terms)
    if not compared and not (left and right and before and after):
        return False
    if is_compared(clause) and not _behind_than(clause):
        return False
    if is_compared(clause) and not is_compared(other) and not left & after:
        return bool(right & before) and bool(left - before)
    crossed = len(left & after) + len(right & before) - len(left & before) - len(right & after)
    return crossed != 0 and (crossed > 0) != swapped_voice
