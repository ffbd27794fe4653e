"""Sentences that are whole: not cut at an abbreviation, no quotation or bracket left open."""

from __future__ import annotations

import re
from collections.abc import Iterator

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


_FULL_WIDTH = str.maketrans(",;:?!", "，；：？！")
_CJK = r"[\u4e00-\u9fff《》“”‘’「」『』（）、。，；：？！]"
_HALF_WIDTH = re.compile(rf"(?<={_CJK})\s?[,;:?!]\s?|[,;:?!]\s?(?={_CJK})")
_HALF_WIDTH_END = re.compile(r"(?<=[\u4e00-\u9fff》」』）])[!?]+\s?(?=[\u4e00-\u9fff《“「『])")
_LONG_HEADING = 80
_NARROW = 0.6
"""Of the longest line of a block: one that is shorter was not broken for want of room."""
_GOES_ON = ".。!！?？:：,，;；、…—–-"
"""Ends of a line that is no heading, but a sentence or a part of one."""


def whole_sentences(block: Block, text: str) -> list[Span]:
    """Places of the block's sentences; one that ends in an abbreviation goes on in the next.

    A heading that plain text has on a line of its own before a sentence is no part of it.
    """
    found: list[Span] = []
    for start, end in _at_half_width(split(block, text), text):
        if found and _ABBREVIATED.search(text[max(0, found[-1][1] - 12) : found[-1][1]]):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    lines = text[block.start : block.end].split("\n")
    longest = max(len(line) for line in lines)
    return [(_behind_heading(span, text, longest), span[1]) for span in found]


def _at_half_width(spans: list[Span], text: str) -> Iterator[Span]:
    """The sentences, split at half-width marks between Han characters too, but in no quotation."""
    for start, end in spans:
        begin = start
        for mark in _HALF_WIDTH_END.finditer(text, start, end):
            if balanced(text[begin : mark.end()]):
                yield begin, mark.start() + len(mark[0].rstrip())
                begin = mark.end()
        yield begin, end


def _behind_heading(span: Span, text: str, longest: int) -> int:
    """Where the sentence begins behind a short first line that is a heading."""
    start, end = span
    if start and text[:start].rstrip(" \t")[-1:] not in ("", "\n"):
        return start
    head, broken, rest = text[start:end].partition("\n")
    shown = head.strip()
    short = len(shown) <= min(_LONG_HEADING, _NARROW * longest)
    if not broken or not short or shown[-1:] in _GOES_ON or not balanced(shown):
        return start
    begins = rest.lstrip()
    if not begins or begins[0].islower() or not begins[0].isalnum() or shown[:1].islower():
        return start
    return end - len(begins)


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


def wide(sentence: str, lang: str) -> str:
    """A Chinese sentence with the full-width marks that it should have; others as they are.

    >>> wide("渡口建于1908年,由1,200人修建", "zh"), wide("One, two", "en")
    ('渡口建于1908年，由1,200人修建', 'One, two')
    """
    if lang != "zh":
        return sentence
    return _HALF_WIDTH.sub(lambda found: found[0].strip().translate(_FULL_WIDTH), sentence)


def unmarked(markdown: str) -> str:
    """Markdown without the marks of block quotes, which the reader of an answer does not need."""
    return re.sub(r"(?m)^[ \t]*(?:>[ \t]?)+", "", markdown)


def plain_whole(markdown: str) -> str:
    """A sentence as it is read: without marks, and without brackets that hold nothing."""
    return re.sub(r"\s?[（(][\s，、；：,;:'’]*[）)]", "", plain(markdown))
