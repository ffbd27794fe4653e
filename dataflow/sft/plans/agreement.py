"""Whether two answers to one question say the same."""

from __future__ import annotations

from collections import Counter

from rapidfuzz.distance import LCSseq

from dataflow.evidence.wording import contains, negations, tokens
from dataflow.sft.plans.amounts import Amount, amounts

_AGREE = 0.6
"""F1 over the tokens of two answers from which they say the same; SQuAD's measure of answers."""

_YES = frozenset(("yes", "true", "correct", "是", "对", "能", "会", "可以", "正确"))
_NO = frozenset(("no", "false", "incorrect", "不", "否", "没"))
_SMALL_WORDS = "the a an of in at on is was are were it to and 了 的 是 在"
_SMALL = frozenset(_SMALL_WORDS.split())


def agree(one: str, other: str, question: str = "") -> bool:
    """Whether two short answers agree: in their numbers when they have any, else in their tokens.

    Numbers count with their units and however they are written; those that only repeat the
    question are left out. What stands before a last equals sign is the way to the answer.

    >>> agree("42 km", "It is 42 kilometres."), agree("42", "43"), agree("一万二千元", "1.2万元")
    (True, False, True)
    """
    one, other = _result(one), _result(other)
    if _polarity(one) * _polarity(other) < 0:
        return False
    known = amounts(question)
    mine, theirs = amounts(one), amounts(other)
    if mine and theirs:
        return _same_numbers(_without(mine, known), _without(theirs, known))
    return _same_words(tokens(one), tokens(other))


def _result(answer: str) -> str:
    return answer.replace("＝", "=").rpartition("=")[2] or answer


def _polarity(answer: str) -> int:
    """1 for an answer that opens with yes, -1 with no, else 0."""
    found = tokens(answer)[:2]
    if not found:
        return 0
    if found[0] in _NO:
        return -1
    return int(found[0] in _YES or "".join(found) in _YES)


def _without(found: list[Amount], known: list[Amount]) -> list[Amount]:
    """The amounts that are not among the known ones; all of them when none is left."""
    return [a for a in found if not any(a.equals(k) for k in known)] or found


def _same_numbers(one: list[Amount], other: list[Amount]) -> bool:
    return all(any(a.equals(b) for b in other) for a in one) and all(
        any(a.equals(b) for b in one) for a in other
    )


def _same_words(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if bool(negations(one)) != bool(negations(other)):
        return False
    first, second = (tuple(t for t in side if t not in _SMALL) or side for side in (one, other))
    if contains(first, second) or contains(second, first):
        return True
    shared = sum((Counter(first) & Counter(second)).values())
    total = len(first) + len(second)
    return total > 0 and 2 * shared / total >= _AGREE


def likeness(one: str, other: str) -> float:
    """ROUGE-L F of two texts by tokens, 0..1; 1 for equal ones.

    >>> likeness("the mill is old", "the mill is new")
    0.75
    """
    first, second = tokens(one), tokens(other)
    total = len(first) + len(second)
    return 2 * float(LCSseq.similarity(first, second)) / total if total else 1.0
