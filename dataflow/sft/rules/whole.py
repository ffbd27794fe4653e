"""Sentences that are whole: not cut at an abbreviation, no quotation or bracket left open."""

from __future__ import annotations

import re

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import plain
from dataflow.sft.blocks import Block
from dataflow.sft.blocks import sentences as split

_ABBREVIATED = re.compile(
    r"\b(?:[A-Z]|[A-Z]{2}|Gov|Sen|Rep|Gen|Col|Lt|Capt|Sgt|Maj|Adm|Rev|Hon|Pres|Supt|Det|Cmdr|Ave|Blvd"
    r"|Rd|Mt|Ft|Dept|Univ|Assn|Bros|Messrs|Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La"
    r"|Md|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Pa|Tenn|Tex|Va|Vt|Wash|Wis|Wyo|Ph\.D|[A-Z]\.[A-Z]"
    r"|[ap]\.m|Nos?|vol|approx|est)\.[”’\"')]*$"
)
"""Titles, states, streets and initials: what follows belongs to the same sentence."""
_PAIRS = dict(zip("“「『《（([", "”」』》）)]", strict=True))
_CLOSING = frozenset(_PAIRS.values())
_LABEL = re.compile(r"(?:[QA]|[A-Z]{2,12})\s?[:：]\s|[-–—•*>|#]")
"""A speaker's mark in an interview, or a mark of a list, before the sentence."""
_DATELINE = re.compile(
    r"^(?:[A-Z][A-Z .,’'/-]{2,30}(?:,\s[A-Z][A-Za-z.]{1,14})?\s(?:\([A-Za-z ./]{2,20}\)\s)?"
    r"(?:—|–|--?)\s"
    r"|(?:[A-Z][a-z]+\s?){1,3}(?:,\s[A-Z][A-Za-z.]{1,14})?\s\([A-Z][A-Za-z ]{1,12}\)\s(?:—|–|--?)\s"
    r"|[新中本]华?[^，。（）]{0,6}[社网报讯][^，。（）]{0,14}电(?:（[^（）]{1,20}）)?\s?)"
)
"""“BERLIN (AP) — ” and the like before the first words of a news report."""


def whole_sentences(block: Block, text: str) -> list[Span]:
    """Places of the block's sentences; one that ends in an abbreviation goes on in the next."""
    found: list[Span] = []
    for start, end in split(block, text):
        if found and _ABBREVIATED.search(text[max(0, found[-1][1] - 12) : found[-1][1]]):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def whole(sentence: str) -> bool:
    """Whether nothing is open in a plain sentence, and it begins with its own first word.

    >>> whole("He said: “Go.”"), whole("A: I go."), whole("“The gate is shut.")
    (True, False, False)
    """
    return balanced(sentence) and _LABEL.match(sentence) is None


def balanced(text: str) -> bool:
    """Whether each quotation mark and bracket has its partner behind or before it."""
    if text.count('"') % 2:
        return False
    opened: list[str] = []
    for character in text:
        if character in _PAIRS:
            opened.append(_PAIRS[character])
        elif opened and character == opened[-1]:
            opened.pop()
        elif character in _CLOSING:
            return False
    return not opened


def after_dateline(text: str) -> int:
    """Where the report begins behind the name of a town and an agency, 0 without them."""
    found = _DATELINE.match(text)
    return found.end() if found else 0


def unmarked(markdown: str) -> str:
    """Markdown without the marks of block quotes, which the reader of an answer does not need."""
    return re.sub(r"(?m)^[ \t]*(?:>[ \t]?)+", "", markdown)


def plain_whole(markdown: str) -> str:
    """A sentence as it is read: without marks, and without brackets that hold nothing."""
    return re.sub(r"\s?[（(][\s，、；：,;:'’]*[）)]", "", plain(markdown))
