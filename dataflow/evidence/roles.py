"""Whether who does something and to whom it is done have changed places in an answer."""

from __future__ import annotations

import re
from functools import lru_cache

from dataflow.evidence.han_words import words_of
from dataflow.evidence.terms import Clause, clauses_of, closest

_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s(?:[^\W\d_]+\s){0,3}?[^\W\d_]+(?:ed|en|t|n|wn|ght|ld|de|und)\s"
    r"(?:[^.;,]{0,40}?\s)?by\b|被|由[^，。]{1,20}?[设建写画作创编执发导主组供]|为[^，。]{1,20}所|供[^，。]{1,12}用"
)
_GIVEN = re.compile(r"\bfrom\s[A-Z]|来自|(?:从|向|跟|随)[^，。]{1,10}(?:借|买|学|得|收|租|获)")
_MARKED_HAN = re.compile("([被由向给从跟对])[了“]?([\u4e00-\u9fff]{2})")
_PREPOSITIONS = frozenset("比被由向从给把在对为跟和与于以")
_BEGINNING = re.compile(r"(?:[\d年月日于在,，\s“]{0,14})([\u4e00-\u9fff]{2})")
_COPULAS = frozenset(("be", "have"))
_NOUN_TAGS = frozenset("nsxjlzg")
_PRONOUNS = frozenset(
    [
        "he",
        "she",
        "it",
        "they",
        "its",
        "his",
        "her",
        "their",
        "this",
        "these",
        "他",
        "她",
        "它",
        "其",
        "该",
        "这",
        "此",
    ]
)
_ARTICLES = frozenset(("the", "a", "an", "each", "every", "all", "no"))
_BE = frozenset(("is", "are", "was", "were", "be", "been", "being"))
_THAN = frozenset(("than", "as", "unlike", "比", "like", "没有", "不如"))


def passive(clause: Clause) -> bool:
    """Whether the one who acts stands behind the verb (or behind 被, 由)."""
    return _voice(clause.text)[0]


def _marked(clause: Clause) -> bool:
    is_passive, given = _voice(clause.text)
    return is_passive != given


@lru_cache(maxsize=4096)
def _voice(text: str) -> tuple[bool, bool]:
    """Whether a clause is passive, and whether something is got from somebody in it."""
    return bool(_PASSIVE.search(text.casefold())), bool(_GIVEN.search(text))


def exchanged(answer: str, quote: str) -> str:
    """The word around which things have changed places, or the subject that is another's; else ''.

    >>> exchanged("Bert hired Ada.", "Ada hired Bert.")
    'hired'
    >>> exchanged("Bert was hired by Ada.", "Ada hired Bert.")
    ''
    >>> exchanged("Tin bars are red.", "Copper bars are red, tin cans are grey.")
    'tin'
    >>> exchanged("甲乙被丙丁打败。", "甲乙打败了丙丁。")
    '丙丁'
    """
    given = clauses_of(quote)
    copied = {other.text for other in given}
    for clause in {c.text: c for c in reversed(clauses_of(answer))}.values():
        if clause.text in copied:
            continue
        near = closest(clause, given)
        found = [_around_a_word(clause, other) for other in near]
        if found and all(found):
            return found[0]
        if subject := _subject(clause, given) or _marked_han(clause, given):
            return subject
    return ""


def _around_a_word(clause: Clause, other: Clause) -> str:
    """The word around which two things have changed places, '' for none."""
    if _compares(clause) != _compares(other):
        return ""
    shared = clause.content & other.content
    for key, index in clause.placed:
        if key not in shared or key in _COPULAS or key[0] in "#@" or clause.terms[index].capital:
            continue
        here, there = _sides(clause, key), _sides(other, key)
        right = _things((here[0] & there[1]) - there[0] - here[1])
        left = _things((here[1] & there[0]) - there[1] - here[0])
        if right and left and clause.terms[index].kind == "han":
            right, left = _nouns(right, clause), _nouns(left, clause)
        same_voice = _marked(clause) == _marked(other)
        same_voice = same_voice and _acted_on(clause, key) == _acted_on(other, key)
        if right and left and same_voice:
            return clause.terms[index].word
        stayed = _named(clause, here[0] & there[0]), _named(clause, here[1] & there[1])
        if not right and not left and all(stayed) and _by(clause, key) != _by(other, key):
            return clause.terms[index].word
    return ""


def _acted_on(clause: Clause, key: str) -> bool:
    """Whether a form of "be" stands before the word and makes it passive."""
    at = next(index for found, index in clause.placed if found == key)
    if clause.terms[at].kind != "word" or clause.terms[at].word.endswith("ing"):
        return False
    return any(term.word in _BE for term in clause.terms[max(0, at - 2) : at])


def _by(clause: Clause, key: str) -> bool:
    """Whether the word is passive and the one who acts is named behind it."""
    at = next(index for found, index in clause.placed if found == key)
    agent = any(term.word == "by" for term in clause.terms[at + 1 : at + 3])
    return agent and _acted_on(clause, key)


def _things(keys: frozenset[str]) -> frozenset[str]:
    """Keys without numbers and dates, which stand where they like."""
    return frozenset(key for key in keys if key[0] not in "#@")


def _nouns(keys: frozenset[str], clause: Clause) -> frozenset[str]:
    """Pairs of Han characters that have one of a noun: 每天 and 首次 may stand elsewhere."""
    nouns = "|".join(w.text for w in words_of(clause.text) if w.tag[0] in _NOUN_TAGS)
    return frozenset(key for key in keys if key[0] in nouns or key[-1] in nouns)


def _compares(clause: Clause) -> str:
    return next((term.word for term in clause.terms if term.word in _THAN), "")


def _named(clause: Clause, keys: frozenset[str]) -> bool:
    """Whether one of the keys is a capitalised word of the clause."""
    return any(k in keys and clause.terms[i].capital for k, i in clause.placed)


def _sides(clause: Clause, key: str) -> tuple[frozenset[str], frozenset[str]]:
    """What stands before and after the key, of things that can change places."""
    at = next(index for found, index in clause.placed if found == key)
    width = len(key) if clause.terms[at].kind == "han" else 1
    left = {k for k, i in clause.placed if i + _width(clause, k, i) <= at}
    right = {k for k, i in clause.placed if i >= at + width}
    return frozenset(left), frozenset(right)


def _width(clause: Clause, key: str, index: int) -> int:
    return len(key) if clause.terms[index].kind == "han" else 1


def _subject(clause: Clause, given: tuple[Clause, ...]) -> str:
    """The first word of `clause`, when the quote says the rest of another first word; '' for none.

    That is: the clause that shares most with it begins with something that the answer lacks, and
    its own first word is the first word of another clause only.
    """
    first, *rest = [key for key, _ in clause.placed] or [""]
    body = frozenset(rest) - {first}
    if not body or clause.terms[0].word in _PREPOSITIONS:
        return ""
    shared = [len(body & other.content) for other in given]
    best = max(shared, default=0)
    if best < max(1, len(body) // 2):
        return ""
    near = [o for o, count in zip(given, shared, strict=True) if count == best]
    elsewhere = [o for o in given if o.placed[0][0] == first and o not in near]
    if not elsewhere or any(first in o.content for o in near):
        return ""
    if any(o.placed[0][0] in clause.content or len(o.content) < 2 for o in near):
        return ""
    if any(body & (e.content - o.content) for e in elsewhere for o in near):
        return ""
    if any(term.word in _PRONOUNS for o in near for term in o.terms[:3]):
        return ""
    parallel = all(_parallel(clause, other) for other in near)
    return clause.terms[clause.placed[0][1]].word if parallel else ""


def _parallel(clause: Clause, other: Clause) -> bool:
    """Whether the first words of both are subjects, and not a verb whose subject is left out.

    An English one has an article, a capital, or the same word behind it; of Chinese ones a
    character is the same, or what stands behind them.
    """
    here, there = clause.placed[0][1], other.placed[0][1]
    one, two = clause.terms[here], other.terms[there]
    if two.kind not in ("word", "han") or one.kind != two.kind:
        return False
    if two.kind == "han":
        behind = [
            [t.key for t in c.terms[i + 2 : i + 4]] for c, i in ((clause, here), (other, there))
        ]
        return bool(set(clause.placed[0][0]) & set(other.placed[0][0])) or behind[0] == behind[1]
    before = {term.word for term in other.terms[:there]}
    after = [
        c.terms[i + 1].key for c, i in ((clause, here), (other, there)) if i + 1 < len(c.terms)
    ]
    return two.capital or bool(before & _ARTICLES) or (len(after) == 2 and after[0] == after[1])


def _marked_han(clause: Clause, given: tuple[Clause, ...]) -> str:
    """Who in a Chinese clause has got the mark (被, 向, 给 ...) that another has in the quote."""
    said = _parts(clause.text)
    if said is None:
        return ""
    subject, marks, takes = said
    for other in given:
        there = _parts(other.text)
        if there is None or not clause.content & other.content:
            continue
        theirs, marked, took = there
        for mark, thing in marks.items():
            if theirs != subject and theirs == thing and marked.get(mark) == subject:
                return thing
            agent = mark in "被由" and not set("被由") & set(marked)
            agent = agent and not clause.text.endswith(thing)  # 被污染: a verb, nobody
            if theirs == subject and agent and thing in other.text:
                return thing
        traded = set(clause.text) & set(other.text) & set("借买租学收")
        if (
            theirs == subject
            and takes != took
            and traded
            and set(marks.values()) & set(marked.values())
        ):
            return subject
    return ""


def _parts(text: str) -> tuple[str, dict[str, str], bool] | None:
    """Subject, marked things and whether the subject receives, of a Chinese clause; else None."""
    first = _BEGINNING.match(text)
    marks = {found[1]: found[2] for found in _MARKED_HAN.finditer(text)}
    return (first[1], marks, bool(_GIVEN.search(text))) if first else None
