"""Running heads, running feet and page numbers: what repeats at the edges of pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from parsers.pdf.lines import hint, rows, segments, words_text
from parsers.pdf.page import PageContent, RegionKind, Word
from schemas.geometry import union

EDGE = 0.13
"""Share of the page's height, at its top and bottom, in which furniture stands."""
MARGIN = 0.08
"""Share of the height at either edge that margins take: 2.4 cm of A4."""
MAX_HEAD = 90
"""Characters of a running head that nothing but the model calls one."""
MAX_PARTS = 3
"""Parts of a running head: left, middle, right. A row of more that repeats heads a table."""
INFINITE = 1e6
MAX_ROWS = 3
"""Rows at each edge that are looked at."""
_DIGITS = re.compile(r"\d+")
_FIRST = re.compile(r"^\d+(?:[-–./]\d+)*")
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|p\.?|seite)\s*)?(\d{1,4})(?:\s*(?:of|/|von)\s*\d{1,4})?\W*"
    r"|\W*第?\s*(\d{1,4})\s*页?\s*(?:[,，/]?\s*共\s*\d{1,4}\s*页)?\W*"
    r"|\W*[ivxlc]{1,7}\W*",
    re.IGNORECASE,
)
_NOTE_MARK = re.compile(r"[*†‡§¶①-⑳\d]")
_LEADING = re.compile(r"(\d{1,4})(?=\s|\||$)")
_TRAILING = re.compile(r"(?:^|\s|\|)(\d{1,4})$")


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """A row near the top or bottom edge.

    `rank` counts from the edge; `gap` is the white space in font sizes that parts the row from the
    one behind it, `outside` says that it stands where text areas do not reach.
    """

    top: bool
    rank: int
    text: str
    y: float
    gap: float
    outside: bool
    words: tuple[Word, ...]

    @property
    def apart(self) -> bool:
        """Whether more than half a line of white parts it from the row behind it."""
        return self.gap > 0.6

    @property
    def key(self) -> tuple[bool, str]:
        """What must be the same on other pages: edge and text, with digits blurred."""
        return self.top, _DIGITS.sub("#", self.text)

    @property
    def unnumbered(self) -> str:
        """The text with its first number blurred: notes that are alike but for more differ."""
        return _FIRST.sub("#", self.text)


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
            lines = INFINITE if gap is None else gap / max(row[0].size, 1.0)
            outside = box.y1 < MARGIN * content.height or box.y0 > (1 - MARGIN) * content.height
            text = words_text(row)
            found.append(EdgeRow(at_top, rank, text, box.y0, lines, outside, tuple(row)))
    return found


@dataclass
class FurnitureFinder:
    """Tells furniture from text page by page, remembering what earlier pages had.

    Feed pages in order, in batches: a row is furniture when its text, digits blurred, stands at
    the same edge of three pages (two in a file of up to six), when it carries the page's number,
    when the layout model says so, or when it is small print in the margin. Only rows with nothing
    but furniture between them and the edge are taken, so that the repeated header row of a long
    table stays with its table unless it hangs free at the edge.
    """

    n_pages: int
    seen: Counter[tuple[bool, str]] = field(default_factory=Counter)
    unnumbered: Counter[str] = field(default_factory=Counter)
    offsets: Counter[int] = field(default_factory=Counter)

    def feed(self, contents: Sequence[PageContent]) -> list[list[EdgeRow]]:
        """Furniture rows of each page."""
        edges = [edge_rows(content) for content in contents]
        for content, found in zip(contents, edges, strict=True):
            self.seen.update({row.key for row in found})
            self.unnumbered.update({row.unnumbered for row in found})
            numbers = {n - content.number for row in found for n in _numbers(row.text)}
            self.offsets.update(numbers)
        return [
            list(self._furniture(content, found))
            for content, found in zip(contents, edges, strict=True)
        ]

    def _furniture(self, content: PageContent, found: Sequence[EdgeRow]) -> Iterator[EdgeRow]:
        usual = _usual_size(content)
        open_edges = {True: True, False: True}
        mine: list[EdgeRow] = []
        for row in found:
            if open_edges[row.top] and self._is_furniture(content, row, usual):
                mine.append(row)
            else:
                open_edges[row.top] = False
        if sum(len(row.words) for row in mine) < len(content.words):
            yield from mine
        else:  # nothing but furniture: only what repeats is sure to be
            yield from (row for row in mine if self.seen[row.key] > 1)

    def _is_furniture(self, content: PageContent, row: EdgeRow, usual: float) -> bool:
        """Whether a row is furniture when all rows between it and the edge are."""
        needed = 3 if self.n_pages > 6 else 2
        letters = any(char.isalpha() for char in row.text)
        numbers = {number - content.number for number in _numbers(row.text)}
        counted = any(self.offsets[offset] >= needed for offset in numbers)
        alike = self.seen[row.key] if counted else self.unnumbered[row.unnumbered]
        if letters and not row.top and _is_note(row) and alike < needed:
            return False  # a note: "1 Ibid., p. 7" and "2 Ibid., p. 9" are not the same
        if letters and self.seen[row.key] >= needed and (row.apart or row.rank == 0):
            return len(segments(row.words)[0]) <= MAX_PARTS
        if _PAGE_NUMBER.fullmatch(row.text) is not None:
            alone = row.apart and row.rank == 0 and not _is_large(row, usual)
            return alone or (counted and (row.apart or row.outside))
        if row.rank or not row.apart:
            return False
        if counted and len(row.text) < 120 and not _is_large(row, usual):
            return True
        kind = RegionKind.PAGE_HEADER if row.top else RegionKind.PAGE_FOOTER
        if not row.outside:
            return False
        if {hint(word.bbox, content.model) for word in row.words} - {None} == {kind}:
            return not _is_note(row) and not _is_large(row, usual) and not _is_sentence(row)
        return _has_number(row, content.number) or (row.gap > 2 and _is_small(row, usual))


def _usual_size(content: PageContent) -> float:
    """Font size of most characters of a page."""
    sizes: Counter[float] = Counter()
    for word in content.words:
        sizes[round(word.size, 1)] += len(word.text)
    return max(sizes.items(), key=lambda item: (item[1], item[0]), default=(0.0, 0))[0]


def _has_number(row: EdgeRow, page: int) -> bool:
    """Whether the page's number stands in the row by itself, apart from what else is in it."""
    return any(
        _PAGE_NUMBER.fullmatch(part.text) is not None and page in _numbers(part.text)
        for part in segments(row.words, 1.5)[0]
    )


def _is_small(row: EdgeRow, usual: float) -> bool:
    """Whether a row is small print, and no note: those begin with their mark."""
    return not _is_note(row) and max(word.size for word in row.words) < 0.93 * usual


def _is_sentence(row: EdgeRow) -> bool:
    """Whether a row is a sentence: the layout model takes first lines of letters for heads."""
    return row.text[-1] in ".!?。！？" or len(row.text) > MAX_HEAD


def _is_large(row: EdgeRow, usual: float) -> bool:
    """Whether a row is set larger than the text: "2 Stones" at the top of page 2 is a heading."""
    return max(word.size for word in row.words) > 1.05 * usual


def _is_note(row: EdgeRow) -> bool:
    """Whether a row begins with the mark of a note, not far from its text."""
    marked = row.words[0].superscript or _NOTE_MARK.match(row.text) is not None
    return marked and len(segments(row.words, 1.5)[0]) == 1


def _numbers(text: str) -> list[int]:
    """The page numbers that a row could carry: alone, or at its left or right end."""
    whole = _PAGE_NUMBER.fullmatch(text)
    found = [int(group) for group in (whole.groups() if whole else ()) if group]
    for pattern in (_LEADING, _TRAILING):
        match = pattern.match(text) if pattern is _LEADING else pattern.search(text)
        if match:
            found.append(int(match.group(1)))
    return found
