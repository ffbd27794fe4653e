"""Lines -> running text: hyphens at line ends undone, no spaces between Han characters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from parsers.pdf.lines import is_cjk
from parsers.pdf.markers import TERMINAL

_CUT_WORD = re.compile(r"[^\W\d_]{2,}[-\u00ad\u2010]$")
_COMPOUND = re.compile(r"(?:^|\s)\S*[^\W\d_]-[^\W\d_]+[-\u2010]$")
TAIL = 300
"""Characters at a line's end that say how it goes on; a longer one is a paragraph so far."""
_CUT_URL = re.compile(r"(?:https?://|www\.)\S*[/.=&?_#-]$")
"""An address that a line breaks behind one of its own marks."""
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_KEEP_HYPHEN = frozenset(
    {
        "self", "non", "semi", "anti", "multi", "co", "pre", "post", "pseudo", "quasi", "cross",
        "high", "low", "long", "short", "well", "half", "two", "three", "four", "five", "six",
        "seven", "eight", "nine", "ten",
    }
)  # fmt: skip
"""First parts after which a hyphen at the line's end is nearly always the word's own."""


_TOKEN = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Words:
    """Words that a file writes within its lines: `whole` without a hyphen, `hyphened` with one."""

    whole: frozenset[str] = frozenset()
    hyphened: frozenset[str] = frozenset()


NO_WORDS = Words()


def words_of(lines: Iterable[str]) -> Words:
    """The words of lines in lower case; what stands at a line's end with a hyphen is left out.

    >>> sorted(words_of(["a well-known col-", "umn of the column"]).hyphened)
    ['well-known']
    """
    whole: set[str] = set()
    hyphened: set[str] = set()
    for line in lines:
        for token in _TOKEN.findall(line):
            word = token.replace("\u2010", "-").lower()
            (hyphened if "-" in word else whole).add(word)
    return Words(frozenset(whole), frozenset(hyphened))


def joined(left: str, right: str, words: Words = NO_WORDS) -> str:
    """Two neighbouring lines as one text.

    A soft hyphen always goes. A hyphen between two lower-case letters goes or stays as the file
    writes the word elsewhere; else it is the printer's and goes, unless the word is a compound
    already or begins with a part that keeps its hyphen.

    >>> joined("the corpo-", "ra are"), joined("self-", "made"), joined("语料", "库")
    ('the corpora are', 'self-made', '语料库')
    >>> joined("see https://www.", "example.org")
    'see https://www.example.org'
    >>> joined("a co-", "lumn", words_of(["the column"]))
    'a column'
    """
    left, right = left.rstrip(), right.lstrip()
    if not left or not right:
        return left + right
    if left.endswith("\u00ad"):
        return left[:-1] + right
    whole_left, left = left, left[-TAIL:]
    if len(whole_left) > TAIL:
        return whole_left[:-TAIL] + joined(left, right, words)
    if _CUT_URL.search(left) and right[0].isalnum():
        return left + right
    if _CUT_WORD.search(left) and right[0].islower() and left[-2].islower():
        stem = re.split(r"[^\w]", left[:-1])[-1].lower()
        first = _FIRST_WORD.match(right)
        whole = first is not None and not _COMPOUND.search(left) and stem not in _KEEP_HYPHEN
        if first is not None:
            rest = first.group().lower()
            closed, hyphened = stem + rest in words.whole, f"{stem}-{rest}" in words.hyphened
            whole = closed if closed is not hyphened else whole
        return left[:-1] + right if whole else left + right
    if left[-1] in "-\u2010" and len(left) > 1 and left[-2].isalnum() and right[0].isalnum():
        return left + right
    if left[-1] in "/–" and not left[-2:-1].isspace() and right[0].isalnum():
        return left + right
    if is_cjk(left[-1]) and is_cjk(right[0]):
        return left + right
    return f"{left} {right}"


def paragraph(lines: Iterable[str], words: Words = NO_WORDS) -> str:
    """All lines of a paragraph as one text; `words` are the file's."""
    text = ""
    for line in lines:
        text = joined(text, line, words)
    return text


def goes_on(left: str, right: str) -> bool:
    """Whether a paragraph that ends a column with `left` clearly goes on with `right`.

    It does after a cut word, and when neither side marks a sentence's border: no terminal mark on
    the left, a lower-case letter on the right; between Han characters an open clause on the left.
    """
    left, right = left.rstrip(), right.lstrip()
    if not left or not right:
        return False
    if left[-1] in "-\u00ad\u2010" and right[0].islower():
        return True
    if is_cjk(left[-1]):
        return left[-1] not in TERMINAL and is_cjk(right[0])
    return left[-1] not in TERMINAL and right[0].islower()
