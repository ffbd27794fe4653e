"""Root verb and object of English instructions, by word order."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"[^,;:.!?\n()\"“”]+|[,;:.!?\n()\"“”]")
_WORD = re.compile(r"[a-z][a-z'’-]*|\d+", re.IGNORECASE)

_VERBS_LIST = """
add adapt consider think analyse analyze answer apply argue arrange assess assign brainstorm break
build calculate categorise categorize change characterise check choose
cite clarify classify collect
combine come comment compare compile complete compose compute conclude construct contrast convert
correct count create criticise critique debate decide deduce define delete demonstrate derive
describe design detect determine develop devise differentiate discuss distinguish draft draw edit
elaborate eliminate estimate evaluate examine expand explain explore express extend extract fill
find fix follow form formulate generate give group guess help highlight identify illustrate
imagine implement improve include indicate infer insert interpret invent justify label list make
map mark match measure mention modify name note offer order organise organize outline paraphrase
pick plan point predict prepare present produce proofread propose prove provide rank rate read
recall recommend reconstruct reformat relate remove rephrase replace report restate retell reverse
review revise rewrite say select separate shorten show simplify sketch solve sort specify spell
split state suggest summarise summarize support tell trace transform translate turn use verify
visualise write
"""
_VERBS = frozenset(_VERBS_LIST.split())
"""What instructions ask to do; needed only where the verb does not open its clause."""
_COPULAS = frozenset(("is", "are", "was", "were", "be"))
_AUXILIARIES = frozenset(
    (
        "do",
        "does",
        "did",
        "can",
        "could",
        "should",
        "would",
        "will",
        "shall",
        "may",
        "might",
        "must",
        "has",
        "have",
        "had",
    )
)
_ASKING = frozenset(("what", "which", "who", "whom", "whose", "when", "where", "why", "how"))
_OPENERS_LIST = """
please kindly now then first next finally also just simply briefly and so ok okay hi hello dear
carefully try
"""
_OPENERS = frozenset(_OPENERS_LIST.split())
_SETTING_LIST = """
given using based according in for from with by as if when while after before assuming suppose
considering the a an this that these those here there following to at on of i you we he she it
they my your our his her its their
"""
_SETTING = frozenset(_SETTING_LIST.split())
_DETERMINERS_LIST = """
a an the this that these those some any each every all both another other its their his her my
your our more most many much several few one two three four five six seven eight nine ten me us
him them
"""
_DETERMINERS = frozenset(_DETERMINERS_LIST.split())
_ENDS_LIST = """
of in on at by for from with about into onto to as and or but that which who whose where when why
how what whether if than like using based without within between among over under through during
before after while so because per via is are was were be has have had do does did can could should
would will may might must not
"""
_ENDS = frozenset(_ENDS_LIST.split())
_AFTER = frozenset(("about", "on", "for", "at", "of", "with", "into", "from"))
"""What may stand between a verb and what it is about: "think about", "look for"."""


def english_pair(text: str) -> tuple[str, str]:
    """Verb and noun, '' for what is not there."""
    for clause in _clauses(text):
        found = _question(clause) or _imperative(clause)
        if found:
            return found
    return "", ""


def _clauses(text: str) -> list[list[str]]:
    """The words of each clause, in lower case."""
    words = [_WORD.findall(clause.lower().replace("’", "'")) for clause in _CLAUSE.findall(text)]
    return [found for found in words if found]


def _imperative(words: list[str]) -> tuple[str, str] | None:
    """The pair of a clause that begins with its verb, or has "to", "you" or "please" before it."""
    start = 0
    while start < len(words) and words[start] in _OPENERS:
        start += 1
    if start == len(words):
        return None
    first = words[start]
    if first in _VERBS or (start > 0 and _may_be_verb(first)):
        return first, _object(words[start + 1 :])
    for place in range(start + 1, len(words)):
        if words[place] in _VERBS and words[place - 1] in ("to", "you", "please", "me"):
            return words[place], _object(words[place + 1 :])
    if _may_be_verb(first) and len(words) > 1 and words[1] in _DETERMINERS:
        return first, _object(words[start + 1 :])
    return None


def _may_be_verb(word: str) -> bool:
    known = _SETTING | _DETERMINERS | _ENDS | _ASKING
    return word not in known and word.isalpha() and not word.endswith(("ly", "ing", "ed"))


def _question(words: list[str]) -> tuple[str, str] | None:
    """The pair of a direct question."""
    at = 1 if words[0] in _ASKING else 0
    if at and len(words) > 1 and words[0] in ("what", "which", "how", "whose"):
        # "which river crosses", "how many rivers are"
        while at < len(words) and words[at] not in _COPULAS | _AUXILIARIES and at < 4:
            at += 1
    if at >= len(words) or (not at and words[0] not in _COPULAS | _AUXILIARIES):
        return None
    helper = words[at]
    if helper not in _COPULAS | _AUXILIARIES:
        return _plain_question(words) if words[0] in _ASKING else None
    asked = words[1:at]
    rest = words[at + 1 :]
    if not rest and not asked:
        return None
    if helper in _COPULAS:
        if rest[:1] == ["there"]:
            return "be", _object(asked) or _object(rest[1:])
        return "be", _object(rest) or _object(asked)
    if rest[:1] == ["you"] or rest[:1] == ["i"]:
        return _imperative([word for word in rest[1:] if word != "please"])
    return _helped(rest, _object(asked))


def _helped(rest: list[str], asked: str) -> tuple[str, str]:
    """The pair behind "do", "can" and the like: the first word after the subject is the verb."""
    for place, word in enumerate(rest):
        if place and word in _VERBS and rest[place - 1] not in _DETERMINERS:
            return word, _object(rest[place + 1 :]) or asked or _object(rest[:place])
    for place in range(2, len(rest)):  # "the council approve the bridge"
        if rest[place] in _DETERMINERS and rest[place - 1] not in _DETERMINERS | _ENDS:
            return rest[place - 1], _object(rest[place:]) or asked
    subject = [word for word in rest if word not in _DETERMINERS]
    stop = next((i for i, word in enumerate(subject) if word in _ENDS), len(subject))
    head = subject[:stop]
    if len(head) > 1:  # "why do leaves fall": the last word before a preposition
        return head[-1], asked or _singular(head[-2])
    return "do", asked or _object(rest)


def _plain_question(words: list[str]) -> tuple[str, str] | None:
    """The pair of "who wrote it" and "which river crosses Paris": verb in its own form."""
    if words[0] == "who" and len(words) > 1 and words[1].isalpha():
        return words[1], _object(words[2:])
    for place in range(2, min(len(words), 5)):
        if words[0] in ("which", "what") and words[place].endswith(("s", "ed")):
            return words[place], _object(words[place + 1 :]) or _singular(words[place - 1])
    return None


def _object(words: list[str]) -> str:
    """The head of the noun phrase that `words` begin with, in the singular; '' without one."""
    start = 0
    while start < len(words) and (words[start] in _DETERMINERS or words[start].isdigit()):
        start += 1
    if start < len(words) and words[start] in _AFTER:
        return _object(words[start + 1 :]) if start + 1 < len(words) else ""
    phrase: list[str] = []
    for word in words[start:]:
        if word in _ENDS:
            break
        phrase.append(word.removesuffix("'s"))
    while len(phrase) > 1 and (phrase[-1].endswith(("ly", "ed")) or phrase[-1] == "below"):
        phrase.pop()
    return _singular(phrase[-1]) if phrase and not phrase[-1].endswith("ly") else ""


def _singular(word: str) -> str:
    """A noun without the ending of the plural."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
