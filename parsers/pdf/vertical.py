"""Chinese set in columns from the right to the left, each read from its top.

Such a page is one whose reading direction is turned by 90 degrees, with letters that stand upright
in their lines. Said so of its words, everything else is laid out as on any turned page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from unicodedata import normalize

from parsers.pdf.lines import is_cjk
from parsers.pdf.page import PageContent, Word

MIN_STACKED = 12
"""Characters that stand in columns at least; the heads of a table's rows have two to four."""
NEAR = 0.35
"""Font sizes between characters of one column: they touch, justified columns spread a little."""
OFF = 0.25
"""Font sizes by which the middles of characters of one column differ."""

_FULL_WIDTH = str.maketrans(",:;!?()", "，：；！？（）")


def read_downwards(content: PageContent) -> PageContent:
    """The page with the words of vertical columns as words that are read downwards (turn 90).

    Any other page comes back as it is: most characters must stand in columns of single ones.
    """
    single = [word for word in content.words if word.turn == 0 and _is_single(word)]
    if len(single) < MIN_STACKED or 2 * len(single) < content.n_chars:
        return content
    stacked = _neighbours(single, lambda w: ((w.bbox.x0 + w.bbox.x1) / 2, w.bbox.y0, w.bbox.y1))
    beside = _neighbours(single, lambda w: ((w.bbox.y0 + w.bbox.y1) / 2, w.bbox.x0, w.bbox.x1))
    if len(stacked) < max(MIN_STACKED, content.n_chars // 2, 2 * len(beside)):
        return content
    alone = {id(word) for word in single}
    return replace(
        content,
        words=tuple(_downwards(w) if id(w) in alone else w for w in content.words),
    )


def _is_single(word: Word) -> bool:
    """Whether a word is one full-width character, its form for vertical lines included."""
    return len(word.text) == 1 and (is_cjk(word.text) or _is_form(word.text))


def _is_form(char: str) -> bool:
    """Whether a character is punctuation drawn for vertical lines."""
    return "\ufe10" <= char <= "\ufe19" or "\ufe30" <= char <= "\ufe48"


def _downwards(word: Word) -> Word:
    text = word.text
    if _is_form(text):
        text = normalize("NFKC", text).translate(_FULL_WIDTH)
    return replace(word, text=text, turn=90)


def _neighbours(
    words: Iterable[Word], place: Callable[[Word], tuple[float, float, float]]
) -> set[int]:
    """Ids of words with another next to them; `place` tells middle across, start and end along."""
    found: set[int] = set()
    lanes: list[list[Word]] = []
    for word in sorted(words, key=lambda w: place(w)[0]):
        if lanes and place(word)[0] - place(lanes[-1][0])[0] <= OFF * word.size:
            lanes[-1].append(word)
        else:
            lanes.append([word])
    for lane in lanes:
        lane.sort(key=lambda w: place(w)[1])
        for before, after in pairwise(lane):
            if abs(place(after)[1] - place(before)[2]) <= NEAR * after.size:
                found |= {id(before), id(after)}
    return found
