"""Blocks with what surrounds them: the white above and below, what follows, how they are set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from parsers.pdf.blocks import Block
from parsers.pdf.joining import Words, paragraph, words_of
from parsers.pdf.layout import Flow, PageLayout
from parsers.pdf.numbering import Number, numbering
from parsers.pdf.styles import Body, Style, body_style, is_running, style_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A block and its surroundings.

    `above` and `below` are points of white to its neighbours in the column, None where it has
    none. `before` and `after` are these neighbours in reading order. `filled` is the share of the
    column's width that its widest line fills, `centred` that both margins are alike and wide.
    """

    block: Block
    text: str
    style: Style
    number: Number | None
    page: int
    above: float | None
    below: float | None
    before: Flow | None
    after: Flow | None
    filled: float
    centred: bool

    @property
    def running(self) -> bool:
        """Whether it is running text by length or end."""
        return is_running(self.block, self.text)


@dataclass(frozen=True, slots=True)
class Texture:
    """How a file sets its running text: style, and usual white between paragraphs in points."""

    body: Body
    gap: float


def candidates(pages: Sequence[PageLayout]) -> list[Candidate]:
    """All blocks of all pages in order, with their surroundings."""
    words = words_of(
        line.text
        for page in pages
        for item in page.flow
        if isinstance(item, Block)
        for line in item.lines
    )
    return [
        _candidate(page, index, item, words)
        for page in pages
        for index, item in enumerate(page.flow)
        if isinstance(item, Block)
    ]


def _candidate(page: PageLayout, index: int, block: Block, words: Words) -> Candidate:
    before = page.flow[index - 1] if index else None
    after = page.flow[index + 1] if index + 1 < len(page.flow) else None
    text = paragraph((line.text for line in block.lines), words)
    width = max(block.column[1] - block.column[0], 1.0)
    left, right = block.bbox.x0 - block.column[0], block.column[1] - block.bbox.x1
    return Candidate(
        block, text, style_of(block), numbering(text), page.number,
        above=_white(before, block), below=_white(block, after), before=before, after=after,
        filled=block.bbox.width / width,
        centred=min(left, right) > 0.06 * width and abs(left - right) < 0.06 * width,
    )  # fmt: skip


def _white(upper: Flow | None, lower: Flow | None) -> float | None:
    """Points between two items of one column; None when one isn't there or stands elsewhere."""
    if upper is None or lower is None:
        return None
    above, below = upper.bbox, lower.bbox
    if above.x1 <= below.x0 or above.x0 >= below.x1 or above.y1 > below.y1:
        return None
    return below.y0 - above.y1


def texture(pages: Sequence[PageLayout], found: Sequence[Candidate]) -> Texture:
    """Style and spacing of the running text."""
    body = body_style(pages)
    gaps = [
        second.above
        for first, second in pairwise(found)
        if second.before is first.block and second.above is not None
        and first.running and second.running
        and abs(first.style.size - body.size) < 0.6 and abs(second.style.size - body.size) < 0.6
    ]  # fmt: skip
    within = [
        lower.bbox.y0 - upper.bbox.y1
        for candidate in found
        if candidate.running
        for upper, lower in pairwise(candidate.block.lines)
    ]
    gap = median(gaps) if len(gaps) >= 2 else median(within) if within else 0.0
    return Texture(body, gap)
