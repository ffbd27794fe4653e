"""Text that runs up or down an upright page: stamps in the margin, and labels that nobody took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from parsers.pdf.blocks import Block, blocks, column_of
from parsers.pdf.lines import line, segments
from parsers.pdf.page import Word, turn_box

OUTER = 0.1
"""Share of the page's width at either side where stamps stand: an archive's number, a licence."""
STAMP_LINES = 2


def sideways_text(
    words: Sequence[Word], body: Sequence[Word], size: tuple[float, float]
) -> tuple[list[Block], list[Block]]:
    """(stamps in the margin, other blocks) of the turned `words`, boxes as on the page.

    `body` are the words that stand upright, `size` the page's width and height. Blocks come by
    their direction, then from top to bottom as they are read.
    """
    found = [block for turn in (90, 180, 270) for block in _blocks(words, turn, size)]
    x0 = min((word.bbox.x0 for word in body), default=size[0])
    x1 = max((word.bbox.x1 for word in body), default=0.0)
    left, right = min(x0, OUTER * size[0]), max(x1, (1 - OUTER) * size[0])
    stamps: list[Block] = []
    others: list[Block] = []
    for block in found:
        outside = block.bbox.x1 <= left or block.bbox.x0 >= right
        (stamps if outside and len(block.lines) <= STAMP_LINES else others).append(block)
    return stamps, others


def _blocks(words: Sequence[Word], turn: int, size: tuple[float, float]) -> Iterator[Block]:
    """Blocks of the words of one direction, laid out upright and turned back."""
    width, height = size
    own = [
        replace(word, turn=0, bbox=turn_box(word.bbox, 360 - turn, width, height))
        for word in words
        if word.turn == turn
    ]
    if not own:
        return
    upright = size if turn == 180 else (height, width)
    lines = [line([segment]) for row in segments(own) for segment in row]
    lines.sort(key=lambda item: (item.bbox.y1, item.bbox.x0))
    for block in blocks(lines, column_of(lines)):
        back = tuple(
            replace(item, bbox=turn_box(item.bbox, turn, *upright)) for item in block.lines
        )
        yield Block(back, (min(i.bbox.x0 for i in back), max(i.bbox.x1 for i in back)))
