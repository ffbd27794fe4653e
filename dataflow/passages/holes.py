"""Cutting spans out of one text: what stands in their place, and where everything else is then.

What is cut begins and ends with something visible. The white space on both sides of a cut becomes
one: of the line breaks the side that has more of them stays. So a text is what was cut out of it
and what is left, white space aside.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from dataflow.dedup.folding import IDEOGRAPH_RANGES
from schemas.errors import SchemaError

BREAKS = "\n\r\f\v\x1c\x1d\x1e\x85\u2028\u2029"
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")


class Hole(NamedTuple):
    """Code points `start`..`end` of a text that give way to `seam`, white space or ''.

    `shift` is how many characters the holes before it take away.
    """

    start: int
    end: int
    seam: str
    shift: int = 0

    @property
    def taken(self) -> int:
        """Characters that this hole and those before it take away."""
        return self.shift + self.end - self.start - len(self.seam)


def holes_of(text: str, spans: Sequence[tuple[int, int]]) -> list[Hole]:
    r"""The holes that `spans`, ascending, leave in `text`, the white space around them included.

    Spans with nothing but white space between them make one hole. Raises SchemaError when they
    overlap or lie outside the text.

    >>> holes_of("one two\n\nthree", [(4, 7)])
    [Hole(start=3, end=9, seam='\n\n', shift=0)]
    """
    groups: list[list[tuple[int, int]]] = []
    done = 0
    for start, end in spans:
        if not done <= start < end <= len(text):
            raise SchemaError(
                f"cut {start}..{end} overlaps another or lies outside its text of {len(text)} "
                "characters: the cuts are not of this text"
            )
        done = end
        if groups and not text[groups[-1][-1][1] : start].strip():
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
    holes: list[Hole] = []
    for group in groups:
        shift = holes[-1].taken if holes else 0
        holes.append(_hole(text, group)._replace(shift=shift))
    return holes


def _hole(text: str, cuts: list[tuple[int, int]]) -> Hole:
    """The hole that spans leave which only white space divides."""
    start, end = cuts[0][0], cuts[-1][1]
    left, right = start, end
    while left > 0 and text[left - 1].isspace():
        left -= 1
    while right < len(text) and text[right].isspace():
        right += 1
    before, after = text[left:start], text[end:right]
    if right == len(text):
        return Hole(left, right, after)
    if left == 0:
        return Hole(left, right, _indentation(after) if _breaks(after) else "")
    seam = joined_space(before, after, text[left - 1], text[right])
    inner = [_breaks(text[one[1] : other[0]]) for one, other in pairwise(cuts)]
    widest = max(inner, key=len, default="")
    if _breaks(seam) and len(widest) > len(_breaks(seam)):
        lead, tail = seam[: seam.index(_breaks(seam)[0])], _indentation(seam)
        return Hole(left, right, lead + widest + tail)
    if not _breaks(seam) and _PARAGRAPH.search(text, start, end):
        seam = "\n\n"
    return Hole(left, right, seam)


def joined_space(before: str, after: str, left: str, right: str) -> str:
    r"""The white space that takes the place of `before` and `after`; `left` and `right` meet there.

    The end of the last line and the indentation of the next stay; of the breaks the longer run.
    Words that would run together get a space.

    >>> joined_space("  \n\n   ", "\n  ", "a", "b"), joined_space("", "", "a", "b")
    ('  \n\n  ', ' ')
    """
    one, other = _breaks(before), _breaks(after)
    if not one and not other:
        space = before or after
        return " " if not space and would_merge(left, right) else space
    lead = before[: before.index(one[0])] if one else ""
    return lead + max(one, other, key=len) + _indentation(after if other else before)


def _breaks(space: str) -> str:
    """The line breaks in white space, the rest left out."""
    return "".join(char for char in space if char in BREAKS)


def _indentation(space: str) -> str:
    """What follows the last line break in white space that has one."""
    return space[max(space.rindex(char) for char in set(_breaks(space))) + 1 :]


def would_merge(left: str, right: str) -> bool:
    """Whether two characters side by side would be read as one word; ideographs stand alone.

    >>> would_merge("a", "1"), would_merge("a", "("), would_merge("字", "b")
    (True, False, False)
    """
    return _in_word(left) and _in_word(right)


def _in_word(char: str) -> bool:
    """Whether `char` is part of a word of several characters."""
    if any(first <= ord(char) < end for first, end in IDEOGRAPH_RANGES):
        return False
    return char.isalnum() or char == "_" or unicodedata.category(char)[0] == "M"


def without(text: str, holes: Sequence[Hole]) -> str:
    """`text` with its holes closed.

    >>> without("one two three", [Hole(3, 8, " ")])
    'one three'
    """
    parts, done = [], 0
    for hole in holes:
        parts += [text[done : hole.start], hole.seam]
        done = hole.end
    return "".join([*parts, text[done:]])


def moved(holes: Sequence[Hole], place: int, *, opening: bool) -> int:
    """Where a place of the text is after its holes are closed.

    Within a hole, what begins there moves to its end and what ends there to its start.

    >>> holes = [Hole(3, 8, " ")]
    >>> moved(holes, 4, opening=True), moved(holes, 7, opening=False), moved(holes, 9, opening=True)
    (4, 3, 5)
    """
    at = bisect_left(holes, place, key=lambda hole: hole.end)
    hole = holes[at] if at < len(holes) else None
    if hole and (hole.start < place or (hole.start == place and opening)):
        return hole.start - hole.shift + (len(hole.seam) if opening else 0)
    return place - (holes[at - 1].taken if at else 0)


def own_text(shown: str, own: str, holes: Sequence[Hole]) -> str:
    r"""An element's own text after `holes` were cut into it as the document shows it.

    `shown` is `own` with Markdown marks added, so each character of `own` is found in it in
    order; white space counts as equal. Where that fails the text as shown, cut, takes its place.

    >>> own_text("> One two.\n> Three.", "One two.\nThree.", [Hole(2, 13, "")])
    'Three.'
    """
    places: list[int] = []
    at = 0
    for char in own:
        blank = char.isspace()
        while at < len(shown) and not (shown[at] == char or (blank and shown[at].isspace())):
            at += 1
        places.append(at)
        at += 1
    if places and places[-1] >= len(shown):
        return without(shown, holes).strip()
    parts, done = [], 0
    for hole in holes:
        first, last = bisect_left(places, hole.start), bisect_left(places, hole.end)
        parts += [own[done:first], hole.seam]
        done = last
    return "".join([*parts, own[done:]]).strip()
