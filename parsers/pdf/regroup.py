"""Blocks -> blocks: headings parted from what they were glued to, joined where they broke."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from parsers.pdf.blocks import Block
from parsers.pdf.layout import Flow, PageLayout
from parsers.pdf.lines import Line, is_cjk
from parsers.pdf.markers import TERMINAL, is_caption, list_marker
from parsers.pdf.numbering import Family, Number, numbering
from parsers.pdf.styles import Body, is_caps

SHORT = 0.8
"""Share of the column's width below which a line ends by itself: the next word had room."""
_WORDY = frozenset({Family.PART, Family.CHAPTER, Family.SECTION, Family.ARTICLE})


def regrouped(page: PageLayout, body: Body) -> PageLayout:
    """`page` with blocks that hold one paragraph or one heading each."""
    parts: list[Flow] = []
    for item in page.flow:
        parts += _split(item) if isinstance(item, Block) else [item]
    return replace(page, flow=tuple(_merged(parts, body)))


def without_catchwords(pages: Sequence[PageLayout], body: Body) -> list[PageLayout]:
    """Pages without what their foot repeats of the next page's first heading: put to their feet.

    Old printers did so on purpose; browsers leave a piece of a heading that they moved on.
    """
    made = list(pages)
    for at, (page, behind) in enumerate(pairwise(pages)):
        last = max((i for i in page.flow if isinstance(i, Block)), key=_top, default=None)
        first = next((item for item in behind.flow if isinstance(item, Block)), None)
        if last is None or first is None or not _repeated(last, first, body):
            continue
        flow = tuple(item for item in page.flow if item is not last)
        made[at] = replace(page, flow=flow, feet=(*last.lines, *page.feet))
    return made


def _top(block: Block) -> float:
    return block.bbox.y0


def _repeated(last: Block, first: Block, body: Body) -> bool:
    """Whether one line is a piece of the heading `first`, and set like it."""
    if len(last.lines) > 1 or len(first.lines) > 2 or first.size < 1.1 * body.size:
        return False
    piece = unicodedata.normalize("NFKC", last.lines[0].text)
    whole = unicodedata.normalize("NFKC", " ".join(line.text for line in first.lines))
    return abs(last.size - first.size) < 0.6 and len(piece) > 1 and piece in whole


def _split(block: Block) -> Iterable[Block]:
    cuts = [index for index in range(1, len(block.lines)) if _parts(block, index)]
    edges = [0, *cuts, len(block.lines)]
    return [Block(block.lines[a:b], block.column) for a, b in pairwise(edges)]


def _parts(block: Block, index: int) -> bool:
    """Whether a heading ends above line `index` of a block, or begins with it."""
    last, line = block.lines[index - 1], block.lines[index]
    if line.mono and last.mono:
        return False
    number, before = numbering(line.text), numbering(last.text)
    ended = _short(last, block)
    if ended and last.italic is not line.italic and _same_face(block.lines[:index]):
        return True
    if ended and is_caps(last.text) is not is_caps(line.text) and _cased(last) and _cased(line):
        return True
    if number is not None and _opens(number) and (ended or last.text[-1] in TERMINAL):
        follows = block.lines[index + 1] if index + 1 < len(block.lines) else None
        return before is not None or _short(line, block) or follows is None
    heads = before is not None and _opens(before) and index == 1
    return heads and ended and last.text[-1] not in TERMINAL and _fills(block.lines[index:], block)


def _opens(number: Number) -> bool:
    """Whether a number is a section's beyond doubt: 1.1, 第三节; an item's may be 1. or 一、."""
    return number.parts > 1 or number.family in _WORDY


def _same_face(lines: Sequence[Line]) -> bool:
    return len({line.italic for line in lines}) == 1 and len(lines) <= 3


def _cased(line: Line) -> bool:
    """Whether a line has letters enough to tell capitals from others."""
    return sum(char.isupper() or char.islower() for char in line.text) >= 4


def _short(line: Line, block: Block) -> bool:
    left, right = block.column
    return line.bbox.x1 < left + SHORT * (right - left)


def _fills(lines: Sequence[Line], block: Block) -> bool:
    """Whether text fills the column behind a short line, and so did not have to break there."""
    return not _short(lines[0], block)


def _merged(parts: Sequence[Flow], body: Body) -> list[Flow]:
    """Items with the lines of one heading that came apart made one block."""
    found: list[Flow] = []
    for item in parts:
        last = found[-1] if found else None
        if (
            isinstance(last, Block) and isinstance(item, Block)
            and (_one_heading(last, item, body) or _one_caption(last, item))
        ):  # fmt: skip
            found[-1] = Block((*last.lines, *item.lines), last.column)
        else:
            found.append(item)
    return found


def _one_heading(upper: Block, lower: Block, body: Body) -> bool:
    """Whether two blocks are the lines of one heading: set alike, close, the first one cut off."""
    one, other = upper.lines[-1], lower.lines[0]
    larger = one.size >= 1.15 * body.size or (one.bold and not body.bold)
    alike = one.size == other.size and one.bold is other.bold and one.italic is other.italic
    if not (larger and alike) or len(upper.lines) + len(lower.lines) > 4:
        return False
    if numbering(other.text) or list_marker(other.text) or is_caption(other.text):
        return False
    step = other.bbox.y1 - one.bbox.y1
    beside = one.bbox.x0 < other.bbox.x1 and other.bbox.x0 < one.bbox.x1
    if not 0 < step <= 1.75 * one.size or not beside or one.text[-1] in TERMINAL:
        return False
    wide = not _short(one, upper) and not is_cjk(one.text[-1])
    first = other.text[0]
    return wide or first.islower() or (is_cjk(first) and not _short(one, upper))


def _one_caption(upper: Block, lower: Block) -> bool:
    """Whether a block is the rest of the caption above it, set with a hanging indent."""
    one, other = upper.lines[-1], lower.lines[0]
    if not is_caption(upper.lines[0].text) or one.text[-1] in TERMINAL or len(lower.lines) > 2:
        return False
    alike = one.size == other.size and one.bold is other.bold and one.italic is other.italic
    close = 0 < other.bbox.y1 - one.bbox.y1 <= 1.5 * one.size
    hanging = 0 < other.bbox.x0 - upper.lines[0].bbox.x0 < 10 * one.size
    return alike and close and hanging and not is_caption(other.text)
