"""Letterspaced words, typed with a space after each letter, made whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from parsers.pdf.page import Word
from schemas.geometry import union

FEWEST = 4
"""Letters that a line of single letters must have: A B C are more often three things."""
WIDEST = 0.6
"""Font sizes between letters, two spaces; columns of a table stand further apart."""
WORD_GAP = 1.7
"""Times the narrowest gap from which a gap parts words."""


def whole_words(words: Iterable[Word]) -> Iterator[Word]:
    """Words, lines of single letters put together: `C H A P T E R   I` is two words.

    Only for a line that holds nothing but single letters, most of them capitals, four or more: so
    are headings set, and neither lists of options nor sentences with initials.
    """
    line: list[Word] = []
    for word in words:
        if line and not _same_line(line[-1], word):
            yield from _joined(line)
            line = []
        line.append(word)
    yield from _joined(line)


def _same_line(left: Word, right: Word) -> bool:
    return (
        left.turn == right.turn == 0
        and abs(left.bbox.y1 - right.bbox.y1) <= 0.1 * left.size
        and 0 <= right.bbox.x0 - left.bbox.x1 < 3 * left.size
    )


def _joined(line: list[Word]) -> Iterator[Word]:
    """The words of a line; `line` itself where its words are not single letters."""
    letters = [word for word in line if len(word.text) == 1 and word.text.isalnum()]
    capitals = sum(word.text.isupper() for word in line)
    gaps = [right.bbox.x0 - left.bbox.x1 for left, right in pairwise(line)]
    if (
        len(letters) < len(line) or capitals < max(FEWEST, 0.8 * len(line))
        or min(gaps) > WIDEST * line[0].size or len({word.font for word in line}) > 1
    ):  # fmt: skip
        yield from line
        return
    parts = [[line[0]]]
    for word, gap in zip(line[1:], gaps, strict=True):
        if gap > WORD_GAP * min(gaps):
            parts.append([])
        parts[-1].append(word)
    if max(map(len, parts)) < FEWEST:
        yield from line
        return
    for part in parts:
        text = "".join(word.text for word in part)
        yield replace(part[0], text=text, bbox=union(word.bbox for word in part))
