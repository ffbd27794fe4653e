"""Kernels on paragraphs whose lines a narrow column or a mail program broke.

Chinese has no space between words, so a line feed inside a sentence is one character too many:
it splits words for every tokenizer and search. Latin paragraphs need no joining: in Markdown a
single line feed is a space, for tokenizers nearly so, and verse, addresses and lists made by hand
would be lost. What does harm there is a blank line behind every line (a common fault of text from
PDFs), as it makes each line a paragraph; that is repaired when the whole text shows it.

A break is taken for a column's only if the line is full: one more unit of the next line (a
character with the marks that may not begin a line, or a Latin word) would not have fitted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

NARROWEST, WIDEST = 24, 130
"""Columns of full lines (a Han character has two). Verse is narrower than twelve characters; wider
lines are paragraphs of their own, no column."""
NARROWEST_LATIN = 45
"""The same for Latin lines with blank lines between them: verse is narrower."""
SLACK = 2
"""Columns that a full line may have left: fonts and marks at its end differ by one character."""
LOOSE = 4
"""The same for lines broken by hand, when nothing but a column can have broken them: see `_fits`.
"""
LOOSE_WIDTH = 48
"""Columns of such lines at least: entries of lists are seldom as long."""
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005\u3007\u3041-\u3096\u30a1-\u30fa\u30fc"
_MARKS = "，。、；：？！）》」』】〕”’…—～·"
_CANDIDATE = re.compile(f"[{_HAN}{_MARKS}] ?\n(?:>[> ]*+)?[{_HAN}“‘（《「『【A-Za-z0-9]")
_ENDS = re.compile("[。！？!?…：:；”’」』）)》】.]$")
_SENTENCE_END = re.compile("[。！？!?…”’」』.：:]$")
_MARK_END = re.compile(f"[{_MARKS},.;:!?]$")
_INNER_MARK = re.compile("[，。；、：]")
_STRUCTURE = re.compile(
    r"[#>|`~$<\t]|\s{1,}|[-*+•·●○■□◆◇▪►–—]\s?|\d{1,3}[.)、．]|[（(][0-9一二三四五六七八九十a-zA-Z]{1,3}[）)]|"
    r"[一二三四五六七八九十百]{1,4}[、．.]|第[0-9一二三四五六七八九十百零〇]{1,5}[章节条款编篇部回讲课]|[①-⑳⑴-⒇㈠-㈩]|"
    r"[图表附][0-9A-Z一二三四五六七八九十]|[【〔]|(?:附|注|答|问|甲|乙|丙|丁)[:：]|\[\^?\w{1,8}\]"
)
"""How lines begin that are no continuation: marks of Markdown, numbers of items and articles."""
_QUOTED = re.compile(r"(?:> ?)+")
_GREETING = re.compile("[:：，,！!]$")
_HARD_BREAK = re.compile(r"(?:  |\\)$")
_NOT_FIRST = frozenset("，。、；：？！）》」』】〕”’…—～·,.;:!?)]}%")
_WORD = re.compile(r"[!-~]+")
_GLUE_LATIN = re.compile(r"[A-Za-z0-9]$")

FEWEST_IN_LETTER = 3
"""Lines of a paragraph with a greeting above or short lines below it: fewer prove too little."""
FEWEST_SPACED = 8
"""Lines with blank lines between them that a text must have to be seen as spaced."""


@lru_cache(maxsize=8192)
def _char_width(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def width(text: str) -> int:
    """Columns of `text`: wide and full-width characters, and Chinese quotation marks, have two.

    >>> width("水车 mill")
    9
    """
    return len(text) if text.isascii() else sum(map(_char_width, text))


def has_broken_lines(text: str) -> bool:
    """Whether `joined` may have something to do; cheap, and never wrongly False."""
    return "\n" in text and not text.isascii() and _CANDIDATE.search(text) is not None


def joined(text: str) -> tuple[str, int]:
    r"""`text` with the lines of Chinese paragraphs joined that a column had broken, and how many.

    A paragraph is joined when all its lines but the last are full, it has marks inside its lines,
    most lines end without one (verse and one sentence a line do not) and its last line ends a
    sentence. Lists, headings, tables, indented lines and hard breaks end a paragraph. So do a
    greeting above and short lines below, as in a letter. A quotation (`>`) is joined like others.

    >>> joined("水车立在河边，为全村的人磨面，每天早上磨\n坊主打开水闸，轮子就开始转动。")
    ('水车立在河边，为全村的人磨面，每天早上磨坊主打开水闸，轮子就开始转动。', 1)
    """
    if not has_broken_lines(text):
        return text, 0
    lines = text.split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        mark = _QUOTED.match(lines[at])
        if mark:
            stop = _quotation_end(lines, at, mark[0])
            inside = "\n".join(line[len(mark[0]) :] for line in lines[at:stop])
            if not _QUOTED.match(inside):
                inside = joined(inside)[0]
            kept += [mark[0] + line for line in inside.split("\n")]
        else:
            stop = _paragraph_end(lines, at)
            kept += _paragraph(lines[at:stop])
        at = stop
    return "\n".join(kept), len(lines) - len(kept)


def _quotation_end(lines: Sequence[str], at: int, mark: str) -> int:
    """Where the lines end that begin with the same marks of a quotation."""
    stop = at + 1
    while stop < len(lines) and (found := _QUOTED.match(lines[stop])) and found[0] == mark:
        stop += 1
    return stop


def _paragraph(lines: Sequence[str]) -> list[str]:
    """The lines with those as one that a column broke."""
    if len(lines) < 2:
        return list(lines)
    if _is_wrapped(lines):
        return [_one_line(lines)]
    most = max(map(width, lines))
    start = int(_GREETING.search(lines[0]) is not None and 2 * width(lines[0]) <= most)
    stop = len(lines)
    while stop > start and 2 * width(lines[stop - 1]) <= most:
        stop -= 1
    # the paragraph's own last line may be as short as those below it
    for end in (stop, stop + 1):
        core = lines[start:end]
        if FEWEST_IN_LETTER <= len(core) < len(lines) and _is_wrapped(core):
            return [*lines[:start], _one_line(core), *lines[end:]]
    return list(lines)


def _paragraph_end(lines: Sequence[str], at: int) -> int:
    """Where the paragraph that begins at `at` ends: a blank line, a structure, a hard break."""
    stop = at + 1
    if not lines[at] or _HARD_BREAK.search(lines[at]) or lines[at][0] in "#>|`~$<\t":
        return stop
    if lines[at].startswith("    "):
        return stop
    while stop < len(lines) and lines[stop] and not _STRUCTURE.match(lines[stop]):
        stop += 1
        if _HARD_BREAK.search(lines[stop - 1]):
            break
    return stop


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether a column broke these lines."""
    full = [line.rstrip() for line in lines[:-1]]
    widths = [width(line) for line in full]
    most = max(widths)
    if not NARROWEST <= most <= WIDEST or width(lines[-1]) > most + SLACK:
        return False
    if not _ENDS.search(lines[-1].rstrip()) or "|" in "".join(lines):
        return False
    marked = sum(_MARK_END.search(line) is not None for line in full)
    ended = sum(_SENTENCE_END.search(line) is not None for line in full)
    if marked > len(full) * 2 // 3 or ended > len(full) // 2:
        return False
    first = [mark.start() if (mark := _INNER_MARK.search(line[:-1])) else None for line in full]
    if not any(first) or (len(first) > 1 and len(set(first)) == 1):  # in step: entries or verse
        return False
    return _fits(lines, widths, most)


def _fits(lines: Sequence[str], widths: Sequence[int], most: int) -> bool:
    """Whether no first unit of a line would have fitted into the line before.

    Lines may have a little more room where each breaks inside a clause behind marks of its own and
    none begins like another: items of a list and verse do not.
    """
    body = lines[:-1]
    loose = len(lines) > 2 and most >= LOOSE_WIDTH
    loose = loose and len({line[:2] for line in lines}) == len(lines)
    loose = loose and not any(_MARK_END.search(line.rstrip()) for line in body)
    loose = loose and all(_INNER_MARK.search(line) for line in body)
    room = LOOSE if loose else SLACK
    return all(
        size + _first_unit(following) > most - room
        for size, following in zip(widths, lines[1:], strict=True)
    )


def _first_unit(line: str) -> int:
    """Columns of what a column's program would have had to move up: it breaks at no other place."""
    word = _WORD.match(line)
    stop = word.end() if word else 1
    while stop < len(line) and line[stop] in _NOT_FIRST:
        stop += 1
    return width(line[:stop])


def _one_line(lines: Sequence[str]) -> str:
    """The lines as one: a space only between two ASCII words."""
    found = lines[0].rstrip()
    for line in lines[1:]:
        latin = _GLUE_LATIN.search(found) and line[:1].isascii() and line[:1].isalnum()
        found += (" " if latin else "") + line.strip()
    return found


def unspaced(text: str) -> tuple[str, int]:
    r"""`text` without the blank line behind every line, and how many lines were joined.

    Only for a text whose lines all have one blank line between them, of which at least half of the
    breaks stand inside a sentence: the line ends without a mark and the next begins in lower case,
    or (Chinese) is full. Lines are joined there; where a sentence ends the paragraph ends.

    >>> lines = ["The mill stands by the river and grinds corn for all", "of the village at night."]
    >>> unspaced("\n\n".join(lines * 4))[1]
    4
    """
    if "\n\n" not in text:
        return text, 0
    blocks = text.strip("\n").split("\n\n")
    if len(blocks) < FEWEST_SPACED or max(map(len, blocks)) > WIDEST:
        return text, 0
    if any("\n" in block.strip("\n") for block in blocks):
        return text, 0
    lines = [block.strip("\n") for block in blocks]
    most = max(map(width, lines))
    if not NARROWEST <= most <= WIDEST:
        return text, 0
    breaks = [_goes_on(a, b, most) for a, b in pairwise(lines)]
    if 2 * sum(breaks) < len(breaks):
        return text, 0
    found = lines[0]
    for inside, line in zip(breaks, lines[1:], strict=True):
        wide = not found[-1:].isascii() and not line[:1].isascii()
        found += ("" if wide else " ") + line.strip() if inside else "\n\n" + line
    end = "\n" if text.endswith("\n") else ""
    return found + end, sum(breaks)


def _goes_on(line: str, following: str, most: int) -> bool:
    """Whether the sentence of `line` goes on in the next one, beyond doubt."""
    if not line or not following or _STRUCTURE.match(line) or _STRUCTURE.match(following):
        return False
    if _SENTENCE_END.search(line) or _HARD_BREAK.search(line):
        return False
    if line[-1].isascii() and following[0].isascii():
        return following[0].islower() and most >= NARROWEST_LATIN and 3 * width(line) > 2 * most
    full = width(line) + _first_unit(following) > most - SLACK
    return full and most >= NARROWEST and not line[-1].isascii() and not following[0].isascii()
