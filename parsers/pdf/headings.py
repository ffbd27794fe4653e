"""Which blocks are headings, and how deep: by style, numbering and outline of the whole file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import median_low

from parsers.pdf.blocks import Block
from parsers.pdf.joining import paragraph
from parsers.pdf.layout import PageLayout
from parsers.pdf.lines import is_cjk
from parsers.pdf.markers import is_caption, list_marker
from parsers.pdf.numbering import Family, numbering
from parsers.pdf.page import OutlineItem

MAX_CHARS = 180
BIGGER = 1.12
"""Times the body's size from which a short block is a heading by size alone; fonts a step larger
than the body are 1.1 to 1.2 times as large, rounding of sizes makes 1.05 differences."""
MAX_BEFORE_TITLE = 300
"""Characters that may stand above a title: a letterhead, a date. More is text: an excerpt that
begins in the middle has no title."""
_WORD_NUMBER = re.compile(r"[\W\d_]+")
_NOT_FINAL = frozenset(".,;。，；、")

Style = tuple[float, bool]
"""Font size rounded to half a point, and whether bold."""


@dataclass(frozen=True, slots=True)
class Body:
    """The style of most characters of a file."""

    size: float
    bold: bool
    mono: bool


def body_style(pages: Iterable[PageLayout]) -> Body:
    """Style of the running text, by characters of long lines; 10 points when there is none."""
    counts: Counter[tuple[float, bool, bool]] = Counter()
    for page in pages:
        for block in page.flow:
            if isinstance(block, Block):
                for line in block.lines:
                    weight = len(line.text) * (4 if len(line.text) > 30 else 1)
                    counts[line.size, line.bold, line.mono] += weight
    if not counts:
        return Body(10.0, False, False)
    size, bold, mono = max(counts.items(), key=lambda item: (item[1], item[0]))[0]
    return Body(size, bold, mono)


def style_of(block: Block) -> Style:
    """A block's size and weight."""
    return round(block.size * 2) / 2, block.bold


def plain(text: str) -> str:
    """Letters of a heading, for comparison with bookmarks: numbers and punctuation left out."""
    return _WORD_NUMBER.sub("", text).casefold()


@dataclass(frozen=True, slots=True)
class Headings:
    """Decides over single blocks with what is known of the whole file."""

    body: Body
    outline: dict[str, int]
    """Depth of each bookmark by its `plain` title."""

    def is_heading(self, block: Block, following: Block | None) -> bool:
        """Whether a block is a heading; `following` is the block behind it in its column."""
        text = paragraph(line.text for line in block.lines)
        if not self._could_be(block, text):
            return False
        size, bold = style_of(block)
        if plain(text) in self.outline or size >= BIGGER * self.body.size:
            return True
        if size < 0.94 * self.body.size or len(block.lines) > 2:
            return False
        number = numbering(text)
        marked = bold and not self.body.bold
        if marked and (number is not None or list_marker(text) is None):
            return len(text) <= 120 and text[-1] not in ":："
        if number is not None:
            slanted = all(line.italic for line in block.lines)
            return slanted or text.isupper() or self._han_heading(block, text, following)
        words = text.split()
        return text.isupper() and len(block.lines) == 1 and len(words) > 1 and len(text) <= 80

    def _could_be(self, block: Block, text: str) -> bool:
        letters = sum(char.isalpha() for char in text)
        limit = 60 if text and is_cjk(text[0]) else MAX_CHARS
        final = text[-1] in _NOT_FINAL and not text.endswith("...")
        return (
            2 <= letters >= 0.4 * len(text.replace(" ", "")) and len(text) <= limit
            and len(block.lines) <= 4 and not final and not block.mono and not is_caption(text)
        )  # fmt: skip

    def _han_heading(self, block: Block, text: str, following: Block | None) -> bool:
        """Whether a numbered Chinese line of body style heads the text behind it.

        It does when it is one short line without a final mark, and no item of the same list
        follows.
        """
        if len(block.lines) > 1 or len(text) > 28 or not any(map(is_cjk, text)):
            return False
        if text[-1] in "：:！!？?":
            return False
        if text.startswith("第"):
            return True
        after = following.lines[0].text if following is not None else ""
        own, other = numbering(text), numbering(after)
        same_list = own is not None and other is not None and own[0] is other[0]
        return bool(after) and (not same_list or len(after) > 28)


def outline_depths(outline: Sequence[OutlineItem]) -> dict[str, int]:
    """Depth by plain title; titles without letters are left out."""
    found: dict[str, int] = {}
    for item in outline:
        key = plain(item.title)
        if len(key) > 1:
            found.setdefault(key, max(1, item.level))
    return found


def title_block(pages: Sequence[PageLayout], body: Body) -> Block | None:
    """The file's title: the largest short block in the upper part of its first page with text.

    A style that heads blocks of other pages too is a heading's.
    """
    first = next((page for page in pages if page.flow), None)
    if first is None:
        return None
    upright = first.width if first.turn in (90, 270) else first.height
    before = 0
    found = []
    for block in first.flow:
        if isinstance(block, Block):
            if before <= MAX_BEFORE_TITLE and block.bbox.y0 < 0.6 * upright:
                found.append(block)
            before += sum(len(line.text) for line in block.lines)
    later = {
        style_of(block)
        for page in pages
        if page is not first
        for block in page.flow
        if isinstance(block, Block) and len(block.lines) <= 4
    }
    titles = [block for block in found if style_of(block) not in later and _title_like(block, body)]
    return max(titles, key=lambda block: (block.size, -block.bbox.y0), default=None)


def _title_like(block: Block, body: Body) -> bool:
    """Whether a block is large, short, without a section number, and has letters."""
    text = paragraph(line.text for line in block.lines)
    return (
        block.size >= 1.25 * body.size
        and len(block.lines) <= 5
        and len(text) <= 250
        and numbering(text) is None
        and sum(char.isalpha() for char in text) >= 2
    )


def levels(headings: Sequence[Block], outline: dict[str, int], base: int) -> list[int]:
    """Level 1..6 of each heading, the same style at the same level through the whole file.

    A bookmark's depth wins, then the depth of its own section number, then its style: ranked by
    size and weight, tied to the depths that numbered headings of a style have. `base` is the level
    of the outermost headings.
    """
    texts = [paragraph(line.text for line in block.lines) for block in headings]
    own = number_depths(texts)
    known = [outline.get(plain(text)) or depth for text, depth in zip(texts, own, strict=True)]
    by_style: dict[Style, list[int]] = {}
    for block, depth in zip(headings, known, strict=True):
        by_style.setdefault(style_of(block), []).extend([] if depth is None else [depth])
    depths = _style_depths(by_style)
    return [
        min(6, base - 1 + (depth if depth is not None else depths[style_of(block)]))
        for block, depth in zip(headings, known, strict=True)
    ]


def number_depths(texts: Sequence[str]) -> list[int | None]:
    """Depth of each heading by its own number, None without one.

    Decimal numbers say their depth. Of the other families each is one deeper than the outer ones
    that the file uses: 一、 stands below 第一章 where there are chapters, else outermost.

    >>> number_depths(["第一章 绪论", "一、背景", "1.1 Data", "End"]), number_depths(["一、背景"])
    ([1, 2, 2, None], [1])
    """
    found = [numbering(text) for text in texts]
    used = {number[0] for number in found if number is not None}
    rank = [family for family in Family if family in used and family is not Family.DECIMAL]
    return [
        None if number is None
        else number[1] if number[0] is Family.DECIMAL
        else rank.index(number[0]) + 1
        for number in found
    ]  # fmt: skip


def _style_depths(by_style: dict[Style, list[int]]) -> dict[Style, int]:
    """Depth of each style, larger and bolder styles outside; known depths are kept."""
    ordered = sorted(by_style, key=lambda style: (-style[0], not style[1]))
    depths: dict[Style, int] = {}
    anchored = any(chain.from_iterable(by_style.values()))
    last = 0
    for index, style in enumerate(ordered):
        if by_style[style]:
            last = median_low(by_style[style])
        else:
            later = [median_low(by_style[s]) for s in ordered[index + 1 :] if by_style[s]]
            last = min([last + 1, *later]) if anchored else index + 1
        depths[style] = max(1, last)
    return depths
