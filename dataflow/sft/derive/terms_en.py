"""English words that name something: found by how the document uses them, without a tagger."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

_LETTER = r"[^\W\d_\u3040-\u30ff\u3400-\u9fff]"
"""Of an alphabet: accents belong to their word (Warré)."""
_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|[’'-])*{_LETTER}|{_LETTER}|\d[\d.,]*|[^\w\s]|\n")
_DETERMINERS_WORDS = (
    "the a an this that these those each every any no its their our your his her my"
)
_DETERMINERS = frozenset(_DETERMINERS_WORDS.split())
_BEFORE = frozenset("of in with for between per into from by without".split())  # noqa: SIM905
_FUNCTION_WORDS = (
    "on at to and or but nor not is are was were be been being am it as than then so if "
    "when while which who whom whose what where why how we you they he she i one us them "
    "him me can could may might must shall should will would has have had having do does "
    "did done doing all some more most very also only just about over under out up down off "
    "after before during since until through across along against around behind beside "
    "beyond near within toward towards upon above below because although though unless "
    "whether cannot none further there here both either neither such same other another "
    "much many few several enough too even still yet already again once twice never always "
    "often sometimes usually ever almost nearly quite rather perhaps maybe however "
    "therefore thus hence otherwise instead else let got get gets getting make makes made "
    "making take takes took taken taking give gives gave given go goes went gone come comes "
    "came use uses used using see seen say says said called known named based following "
    "like including according due"
)
_FUNCTION = _DETERMINERS | _BEFORE | frozenset(_FUNCTION_WORDS.split())
_PLAIN_WORDS = (
    "old new great small large big little high low good bad better best worse long short "
    "late early late later earlier main major minor own first second third fourth fifth "
    "last next certain various general common usual whole full half single double different "
    "similar important possible likely available special particular recent current former "
    "latter present right left upper lower inner outer clear true false real simple easy "
    "hard two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty thirty forty "
    "fifty hundred thousand million billion dozen"
)
_PLAIN = frozenset(_PLAIN_WORDS.split())
_VAGUE_WORDS = (
    "table figure section cent half word words thing things way ways kind kinds sort sorts "
    "part parts lot number amount time times day days year years month months week weeks "
    "hour hours minute minutes moment case cases fact point points reason reasons result "
    "results example place places end side sides rest use people person man men woman women "
    "somebody someone something anything everything nothing nobody everybody everyone "
    "anyone others today tomorrow yesterday order turn view sense monday tuesday wednesday "
    "thursday friday saturday sunday january february march april may june july august "
    "september october november december"
)
_VAGUE = frozenset(_VAGUE_WORDS.split())
_NOUN_END = re.compile(
    r"(?:tion|sion|ment|ness|ity|ance|ence|ism|ist|ship|hood|logy|graphy|meter|ture|dom|cy)s?$"
)
_NO_NOUN_END = re.compile(r"(?:ly|ing|ed|most|est|n’t|n't|’s|'s|’ve|’re|’ll|'ve|'re|'ll)$")
_MOST_WORDS = 3

Word = tuple[str, str]
"""A word as written and folded."""


def candidates(text: str, document: str) -> Counter[str]:
    """How often each term of up to three words stands in `text`, as it is written.

    A term ends in a word that the document uses as a noun and does not go beyond what stands
    between function words and punctuation.
    """
    nouns, small = _nouns(document), _small(document)
    found: Counter[str] = Counter()
    for run in _runs(text):
        last = max((i for i, (_, word) in enumerate(run) if word in nouns), default=-1)
        words = run[: last + 1]
        while words and (words[0][1] in _PLAIN or not _fits(words[0], nouns)):
            words = words[1:]
        while words and len(words[-1][0]) == 1:
            words = words[:-1]
        words = words[-_MOST_WORDS:]
        if words and all(_fits(word, nouns) for word in words):
            named = len(words) > 1 and all(word[:1].isupper() for word, _ in words)
            shown = " ".join(word[0] if named else _shown(word, small) for word in words)
            if words[-1][1] not in _VAGUE and (len(words) > 1 or len(shown) > 3):
                found[shown] += 1
    return found


def _shown(word: Word, small: frozenset[str]) -> str:
    """The word as it is written within sentences."""
    written, folded = word
    return folded if folded in small else written


@lru_cache(maxsize=8)
def _small(document: str) -> frozenset[str]:
    """Words that the document also has without a capital."""
    return frozenset(written for written, folded in _tokens(document) if written == folded)


def _fits(word: Word, nouns: frozenset[str]) -> bool:
    """Whether a word may stand in a term: a noun, a name, or what stands before one."""
    written, folded = word
    if folded in nouns or written[:1].isupper():
        return folded not in _PLAIN
    return not _NO_NOUN_END.search(folded) and folded not in _VAGUE and folded[-1] != "s"


def _tokens(text: str) -> list[Word]:
    return [(word, word.casefold()) for word in _WORD.findall(text)]


def _runs(text: str) -> Iterator[list[Word]]:
    """Words between function words, numbers and punctuation."""
    run: list[Word] = []
    for word in [*_tokens(text), (".", ".")]:
        if word[0][0].isalpha() and word[1] not in _FUNCTION:
            run.append(word)
        elif run:
            yield run
            run = []


@lru_cache(maxsize=8)
def _nouns(document: str) -> frozenset[str]:
    """Words that stand where a noun must, or are names, or have an ending of nouns.

    That is behind a determiner or preposition with no other content word following, before “of”,
    or capitalised within a sentence.
    """
    found: Counter[str] = Counter()
    words = _tokens(document)
    for before, word, after in zip(words, words[1:], words[2:], strict=False):
        written, folded = word
        if not written[0].isalpha() or folded in _FUNCTION or _NO_NOUN_END.search(folded):
            continue
        ends = not after[0][0].isalpha() or after[1] in _FUNCTION
        named = written[0].isupper() and before[0][0].isalpha() and before[1] not in ("i",)
        if named or (ends and (before[1] in _DETERMINERS or before[1] in _BEFORE)):
            found[folded] += 1
        elif before[1] in ("to", "not", "we", "you", "they", "i", "he", "she", "it", "can", "will"):
            found[folded] -= 1
        elif _NOUN_END.search(folded) or (after[1] == "of" and ends):
            found[folded] += 1
    nouns = {word for word, votes in found.items() if votes > 0}
    plural = {word[:-1] for word in found if word.endswith("s")}
    return frozenset(nouns | {f"{word}s" for word in nouns if word in plural})
