"""Running heads, running feet and page numbers: what repeats at the edges of pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from parsers.pdf.lines import rows, words_text
from parsers.pdf.page import PageContent, Word
from schemas.geometry import union

EDGE = 0.13
"""Share of the page's height, at its top and bottom, in which furniture stands."""
MAX_ROWS = 3
"""Rows at each edge that are looked at."""
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|p\.?|seite)\s*)?(\d{1,4})(?:\s*(?:of|/|von)\s*\d{1,4})?\W*"
    r"|\W*第?\s*(\d{1,4})\s*页?\s*(?:[,，/]?\s*共\s*\d{1,4}\s*页)?\W*"
    r"|\W*[ivxlc]{1,7}\W*",
    re.IGNORECASE,
)
_LEADING = re.compile(r"(\d{1,4})(?=\s|\||$)")
_TRAILING = re.compile(r"(?:^|\s|\|)(\d{1,4})$")


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """A row near the top or bottom edge.

    `rank` counts from the edge; `apart` says that white space of more than half a line parts the
    row from the one behind it.
    """

    top: bool
    rank: int
    text: str
    y: float
    apart: bool
    words: tuple[Word, ...]

    @property
    def key(self) -> tuple[bool, str]:
        """What must be the same on other pages: edge and text, with digits blurred."""
        return self.top, _DIGITS.sub("#", self.text)


def edge_rows(content: PageContent) -> list[EdgeRow]:
    """The rows at the page's top and bottom edge, from the edge inwards."""
    top, bottom = EDGE * content.height, (1 - EDGE) * content.height
    near = [w for w in content.words if w.turn == 0 and (w.bbox.y1 < top or w.bbox.y0 > bottom)]
    found: list[EdgeRow] = []
    all_y = sorted((w.bbox.y0, w.bbox.y1) for w in content.words if w.turn == 0)
    for at_top in (True, False):
        side = rows(w for w in near if (w.bbox.y1 < top) is at_top)
        ordered = side if at_top else side[::-1]
        for rank, row in enumerate(ordered[:MAX_ROWS]):
            box = union(word.bbox for word in row)
            if at_top:
                beyond = min((y0 for y0, y1 in all_y if y0 > box.y1 - 1), default=None)
                gap = None if beyond is None else beyond - box.y1
            else:
                beyond = max((y1 for y0, y1 in all_y if y1 < box.y0 + 1), default=None)
                gap = None if beyond is None else box.y0 - beyond
            apart = gap is None or gap > 0.6 * row[0].size
            found.append(EdgeRow(at_top, rank, words_text(row), box.y0, apart, tuple(row)))
    return found


@dataclass
class FurnitureFinder:
    """Tells furniture from text page by page, remembering what earlier pages had.

    Feed pages in order, in batches: a row is furniture when its text, digits blurred, stands at
    the same edge of three pages (two in a file of two or three), or when it carries the page's
    number. Only rows with nothing but furniture between them and the edge are taken, so that the
    repeated header row of a long table stays with its table unless it hangs free at the edge.
    """

    n_pages: int
    seen: Counter[tuple[bool, str]] = field(default_factory=Counter)
    offsets: Counter[int] = field(default_factory=Counter)

    def feed(self, contents: Sequence[PageContent]) -> list[list[EdgeRow]]:
        """Furniture rows of each page."""
        edges = [edge_rows(content) for content in contents]
        for content, found in zip(contents, edges, strict=True):
            self.seen.update({row.key for row in found})
            numbers = {n - content.number for row in found for n in _numbers(row.text)}
            self.offsets.update(numbers)
        return [
            list(self._furniture(content, found))
            for content, found in zip(contents, edges, strict=True)
        ]

    def _furniture(self, content: PageContent, found: Sequence[EdgeRow]) -> Iterator[EdgeRow]:
        needed = 3 if self.n_pages > 3 else 2
        open_edges = {True: True, False: True}
        for row in found:
            repeated = self.seen[row.key] >= needed and any(c.isalpha() for c in row.text)
            alone = _PAGE_NUMBER.fullmatch(row.text) is not None and row.apart
            numbered = any(
                self.offsets[number - content.number] >= needed for number in _numbers(row.text)
            )
            outermost = row.rank == 0 and row.apart
            mine = (repeated and row.apart) or (repeated and row.rank == 0) or (
                outermost and (alone or (numbered and len(row.text) < 120))
            )  # fmt: skip
            open_edges[row.top] = open_edges[row.top] and mine
            if open_edges[row.top]:
                yield row


def _numbers(text: str) -> list[int]:
    """The page numbers that a row could carry: alone, or at its left or right end."""
    whole = _PAGE_NUMBER.fullmatch(text)
    found = [int(group) for group in (whole.groups() if whole else ()) if group]
    for pattern in (_LEADING, _TRAILING):
        match = pattern.match(text) if pattern is _LEADING else pattern.search(text)
        if match:
            found.append(int(match.group(1)))
    return found
