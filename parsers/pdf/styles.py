"""Styles of blocks, and what each style is used for in the whole file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from parsers.pdf.blocks import Block
from parsers.pdf.layout import PageLayout
from parsers.pdf.lines import is_cjk

LONG = 90
"""Characters from which a block is running text whatever its end; Han characters count twice."""

PROSE = 0.15
"""Share of proportional type from which a file is no typescript."""


class Style(NamedTuple):
    """Font size rounded to half a point, weight, slant, and whether all letters are capitals."""

    size: float
    bold: bool
    italic: bool = False
    caps: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """The style of most characters of a file."""

    size: float
    bold: bool
    mono: bool
    italic: bool = False


def body_style(pages: Iterable[PageLayout]) -> Body:
    """Style of the running text, by characters of long lines; 10 points when there is none."""
    counts: Counter[tuple[float, bool, bool, bool]] = Counter()
    for page in pages:
        for block in page.flow:
            if isinstance(block, Block):
                for line in block.lines:
                    weight = len(line.text) * (4 if width_in_letters(line.text) > 30 else 1)
                    counts[line.size, line.bold, line.mono, line.italic] += weight
    if not counts:
        return Body(10.0, False, False)
    prose = {style: count for style, count in counts.items() if not style[2]}
    if sum(prose.values()) >= PROSE * counts.total():
        counts = Counter(prose)  # a manual's listings may hold more characters than its text
    size, bold, mono, italic = max(counts.items(), key=lambda item: (item[1], item[0]))[0]
    return Body(size, bold, mono, italic)


def width_in_letters(text: str) -> int:
    """Length of `text` in Latin letters: a Han character is as wide as two.

    >>> width_in_letters("语料 a")
    6
    """
    return len(text) + sum(map(is_cjk, text))


def is_caps(text: str) -> bool:
    """Whether all of four or more cased letters are capitals.

    >>> [is_caps(t) for t in ("RESULTS", "DNA", "Results", "结果")]
    [True, False, False, False]
    """
    return text.isupper() and sum(char.isupper() for char in text) >= 4


def style_of(block: Block) -> Style:
    """A block's style; italic when every line is."""
    text = " ".join(line.text for line in block.lines)
    italic = all(line.italic for line in block.lines)
    return Style(round(block.size * 2) / 2, block.bold, italic, is_caps(text))


class Use(NamedTuple):
    """How a style is used: its short blocks, its blocks of running text."""

    short: int = 0
    running: int = 0

    @property
    def purity(self) -> float:
        """Share of short blocks, with half a block of doubt."""
        return (self.short + 0.5) / (self.short + self.running + 0.5)


def uses(blocks: Iterable[tuple[Block, str]]) -> dict[Style, Use]:
    """What the styles of blocks, given with their texts, are used for."""
    short: Counter[Style] = Counter()
    running: Counter[Style] = Counter()
    for block, text in blocks:
        (running if is_running(block, text) else short)[style_of(block)] += 1
    return {
        style: Use(short[style], running[style])
        for style in dict.fromkeys([*short, *running])
    }  # fmt: skip


def is_running(block: Block, text: str) -> bool:
    """Whether a block is running text by its length or its end."""
    width = width_in_letters(text)
    return len(block.lines) > 4 or width > 2 * LONG or (width > LONG and text[-1:] in ".。;；")
