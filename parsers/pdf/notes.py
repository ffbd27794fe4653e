"""Footnotes: small type at the foot of a column, one element for each note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from parsers.pdf.blocks import Block
from parsers.pdf.joining import paragraph
from parsers.pdf.layout import PageLayout
from parsers.pdf.lines import Line
from parsers.pdf.markers import is_caption, is_note
from parsers.pdf.page import RegionKind

SMALL = 0.93
"""Times the body's size up to which type is small; notes are set 1 to 3 points below the text."""
_MARK = re.compile(
    r"(?P<mark>\d{1,3}(?!\d|\.\d|[,，]\d|\s*[%‰°])[.)\]、]?|[*∗†‡§¶]{1,3}|[①-⑳]|[\[［〔]\d{1,3}[\]］〕]"
    r"|[a-z](?=\s[A-Z]))\s*(?=\S)"
)


def notes(page: PageLayout, body: float) -> dict[int, bool]:
    """Blocks of the page's footnotes by identity; True for those that begin with their mark.

    Going up from the foot of each column, small blocks are notes up to the highest that begins
    with a mark; what stands above it without one goes on from the page before, if anything does.
    """
    found: dict[int, bool] = {}
    blocks = [item for item in page.flow if isinstance(item, Block)]
    text = [block for block in blocks if block.size > SMALL * body]
    for column in _columns(blocks):
        zone: list[Block] = []
        for block in reversed(column):
            if not _note_like(block, body) or block.bbox.y1 < 0.4 * page.upright[1]:
                break
            zone.insert(0, block)
        first = next((i for i, block in enumerate(zone) if _marked(block)), None)
        above = [b for b in text if zone and b.bbox.y0 < zone[0].bbox.y0]
        if first is None or not (above or len(blocks) > len(zone)):
            continue
        for block in zone[0 if _goes_on(zone[:first], first) else first :]:
            found[id(block)] = _marked(block)
    return found


def _goes_on(before: Sequence[Block], first: int) -> bool:
    """Whether what is small above the first marked note is the rest of an older note."""
    return 0 < first <= 2 and all(not is_note(block.lines[0].text) for block in before)


def _columns(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks in columns by their regions' extents, each from top to bottom."""
    columns: dict[int, list[Block]] = {}
    for block in blocks:
        middle = (block.column[0] + block.column[1]) / 2
        columns.setdefault(round(middle / 40), []).append(block)
    return [sorted(c, key=lambda b: b.bbox.y0) for _, c in sorted(columns.items())]


def _note_like(block: Block, body: float) -> bool:
    text = block.lines[0].text
    if is_caption(text) or block.mono:
        return False
    return block.size <= SMALL * body or block.hint is RegionKind.FOOTNOTE


def _marked(block: Block) -> bool:
    first = block.lines[0]
    return first.superscript or _MARK.match(first.text) is not None


def note_texts(block: Block) -> list[str]:
    """The notes of a block, each with its mark, a space, and its text."""
    starts = [0]
    for index, (_, line) in enumerate(pairwise(block.lines), start=1):
        if line.superscript or _next(block.lines[starts[-1]], line):
            starts.append(index)
    pieces = [block.lines[a:b] for a, b in pairwise([*starts, len(block.lines)])]
    return [_spaced(piece) for piece in pieces]


def _next(line: Line, other: Line) -> bool:
    """Whether `other` begins with the number behind that of `line`."""
    one, two = _MARK.match(line.text), _MARK.match(other.text)
    if one is None or two is None:
        return False
    left, right = re.sub(r"\D", "", one["mark"]), re.sub(r"\D", "", two["mark"])
    return left.isdecimal() and right.isdecimal() and int(right) == int(left) + 1


def _spaced(lines: Sequence[Line]) -> str:
    text = paragraph(line.text for line in lines)
    found = _MARK.match(text)
    if found is None or not (lines[0].superscript or found["mark"][-1:] in "*∗†‡§¶"):
        return text
    return f"{found['mark']} {text[found.end() :]}"
