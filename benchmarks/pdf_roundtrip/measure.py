"""Estimated widths: of table columns, of tables that span the page, of code that must be small."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from benchmarks.pdf_roundtrip.model import Block, Cell, Code, Figure, Formula, Table, plain
from benchmarks.pdf_roundtrip.style import Style

PADDING = 10.0
"""Points that a cell needs beside its text, left and right together."""
SLACK = 1.05
"""Share that estimated widths get on top: a text that just misses its cell would break."""
SHORT = 6.0
"""Ems; a cell of at most so much is broken only where nothing else helps."""
EM = {"W": 1.0, "F": 1.0, "A": 0.62}
WORD = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+")
CODE_EM = 0.602
"""Width of a letter of the fixed-pitch faces."""


def ems(text: str) -> float:
    """Estimated width of a text in ems: wide characters 1, others as in a wide sans face."""
    total = 0.0
    for char in text:
        wide = unicodedata.east_asian_width(char)
        if wide in EM:
            total += EM[wide]
        elif char.isupper() or char in "mwMW%@—…":
            total += 0.74
        else:
            total += 0.33 if char in " iljtfI.,:;'|!()[]-" else 0.56
    return total


def natural(cell: Cell) -> float:
    """Width of a cell's longest line, in ems."""
    return ems(plain(cell.text)) * _wider(cell)


def narrowest(cell: Cell) -> float:
    """Width of a cell's longest word, in ems."""
    return max((ems(word) for word in WORD.findall(plain(cell.text))), default=0.5) * _wider(cell)


def _wider(cell: Cell) -> float:
    if any(run.code for run in cell.text):
        return 1.3
    return 1.08 if cell.head or any(run.bold for run in cell.text) else 1.0


def column_widths(table: Table, room: float, size: float, full: bool) -> list[float]:
    """Widths in points of a table's columns that fit in `room`, all of it where `full`.

    Columns get the width of their longest line where that fits, else at least their longest word
    and a share of the rest by what they hold.
    """
    best = _needs(table, size, natural)
    if sum(best) <= room:
        rest = (room - sum(best)) / table.cols if full else 0.0
        return [width + rest for width in best]
    least = _needs(table, size, lambda cell: max(narrowest(cell), _short(cell)))
    if sum(least) >= room:
        least = _needs(table, size, narrowest)
    if sum(least) >= room:
        return [width * room / sum(least) for width in least]
    wish = [max(b - a, 0.1) ** 0.75 for a, b in zip(least, best, strict=True)]
    rest = room - sum(least)
    return [a + rest * w / sum(wish) for a, w in zip(least, wish, strict=True)]


def _needs(table: Table, size: float, width: Callable[[Cell], float]) -> list[float]:
    """Widths of the columns in which each cell has the ems that `width` says."""
    found = [0.5 * size + PADDING] * table.cols
    for cell in sorted(table.cells, key=lambda c: c.colspan):
        needed = width(cell) * size * SLACK + PADDING
        _widen(found, slice(cell.col, cell.col + cell.colspan), needed)
    return found


def _short(cell: Cell) -> float:
    """Width of a text that is too short to be broken with grace, else 0."""
    width = natural(cell)
    return width if width <= SHORT else 0.0


def _widen(widths: list[float], span: slice, needed: float) -> None:
    lack = needed - sum(widths[span])
    if lack > 0:
        share = lack / len(widths[span])
        widths[span] = [width + share for width in widths[span]]


def table_size(table: Table, style: Style, room: float) -> float:
    """Size of a table's text: the style's, smaller where the longest words would not fit."""
    size = style.size * style.table_size
    while size > 6:
        if sum(_needs(table, size, narrowest)) <= room:
            break
        size -= 0.25
    return round(size, 2)


def is_wide(block: Block, style: Style) -> bool:
    """True where a block needs the page's width in a text of several columns."""
    if style.columns == 1:
        return False
    if isinstance(block, Table):
        size = style.size * style.table_size
        natural_width = sum(column_widths(block, 10_000, size, full=False))
        tight = table_size(block, style, style.column_width) < size - 0.1
        return tight or natural_width > 1.7 * style.column_width
    if isinstance(block, Code):
        return code_size(block.text, style, style.column_width) < 6.5
    if isinstance(block, Formula):
        return ems(block.text) * style.size > style.column_width
    return isinstance(block, Figure) and style.columns > 2


def code_size(text: str, style: Style, room: float) -> float:
    """Size at which the longest line of code fits in `room`, at most nine tenths of the body's."""
    longest = max(
        sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
        for line in text.split("\n")
    )
    return round(min(0.9 * style.size, (room - 14) / (CODE_EM * max(longest, 1))), 2)


def segments(blocks: tuple[Block, ...], style: Style) -> list[tuple[bool, list[Block]]]:
    """Runs of blocks, each with True where it spans all columns."""
    out: list[tuple[bool, list[Block]]] = []
    for block in blocks:
        wide = is_wide(block, style)
        if out and out[-1][0] == wide:
            out[-1][1].append(block)
        else:
            out.append((wide, [block]))
    return out
