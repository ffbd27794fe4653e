"""Lines of one region -> blocks: paragraphs, list items, headings, still without a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from parsers.pdf.lines import Line, is_cjk
from parsers.pdf.markers import TERMINAL, is_caption, list_marker
from parsers.pdf.page import RegionKind
from schemas.geometry import BBox, union


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, top to bottom; `column` is the x extent of their region."""

    lines: tuple[Line, ...]
    column: tuple[float, float]

    @property
    def bbox(self) -> BBox:
        """The box around its lines."""
        return union(line.bbox for line in self.lines)

    @property
    def size(self) -> float:
        """Font size of its longest line."""
        return max(self.lines, key=lambda line: len(line.text)).size

    @property
    def bold(self) -> bool:
        """Whether every line is bold."""
        return all(line.bold for line in self.lines)

    @property
    def mono(self) -> bool:
        """Whether every line is set in a monospaced font, none of it Han."""
        return all(line.mono and line.text.isascii() for line in self.lines)

    @property
    def hint(self) -> RegionKind | None:
        """What a layout model calls all of its lines, None where it says nothing or several."""
        kinds = {line.hint for line in self.lines}
        return kinds.pop() if len(kinds) == 1 else None

    @property
    def confidence(self) -> float | None:
        """Lowest confidence of its lines, None for a text layer."""
        found = [line.confidence for line in self.lines if line.confidence is not None]
        return min(found) if found else None


@dataclass(frozen=True, slots=True)
class Column:
    """What the lines of one column have in common: x extent, and distance of baselines in sizes."""

    x0: float
    x1: float
    pitch: float

    @property
    def width(self) -> float:
        """Points from its left to its right edge."""
        return self.x1 - self.x0


def column_of(lines: Sequence[Line]) -> Column:
    """The column that `lines`, one or more, top to bottom, are set in.

    The pitch is the median distance of a full line from the one below it: inside paragraphs all
    lines but the last are full. 1.25 when there are too few, 1.6 between Han characters.
    """
    box = union(line.bbox for line in lines)
    steps = [
        ((b.bbox.y1 - a.bbox.y1) / b.size, a.bbox.x1 > box.x1 - 0.15 * box.width)
        for a, b in pairwise(lines)
        if abs(a.size - b.size) < 0.6 and 0.8 < (b.bbox.y1 - a.bbox.y1) / b.size < 2.5
    ]
    full = [step for step, is_full in steps if is_full]
    found = full if len(full) >= 2 else [step for step, _ in steps]
    if len(found) >= 2:
        return Column(box.x0, box.x1, median(found))
    han = sum(is_cjk(line.text[0]) for line in lines)
    return Column(box.x0, box.x1, 1.6 if 2 * han > len(lines) else 1.25)


def blocks(lines: Sequence[Line], column: Column) -> list[Block]:
    """Blocks of neighbouring lines of a column, in order; every line is in exactly one."""
    if not lines:
        return []
    found: list[list[Line]] = [[lines[0]]]
    for index in range(1, len(lines)):
        following = lines[index + 1] if index + 1 < len(lines) else None
        if _breaks(found[-1], lines[index], following, column):
            found.append([])
        found[-1].append(lines[index])
    return [Block(tuple(block), (column.x0, column.x1)) for block in found]


def _breaks(block: Sequence[Line], line: Line, following: Line | None, column: Column) -> bool:
    """Whether a new block begins with `line`."""
    last = block[-1]
    step = (line.bbox.y1 - last.bbox.y1) / max(line.size, 1.0)
    if _style_changes(last, line) or list_marker(line.text):
        return not _mid_sentence(last, line)
    if is_caption(line.text) and (_ended(last, line, column) or last.text[-1] in TERMINAL):
        return True
    if step > 1.3 * column.pitch or step < 0:
        return True
    if line.mono and last.mono:
        return False
    return (
        _indented(block, line, following)
        or _indented_again(block, line, following, column)
        or _ended(last, line, column)
    )


def _style_changes(last: Line, line: Line) -> bool:
    return (
        abs(last.size - line.size) > 0.08 * max(last.size, line.size)
        or last.bold is not line.bold
        or last.mono is not line.mono
    )


def _mid_sentence(last: Line, line: Line) -> bool:
    """Whether a line that looks like the start of something is the middle of a sentence.

    A number at the start of a line ("in 1990. The …"), or bold words that fill a line by chance.
    """
    close = line.bbox.y1 - last.bbox.y1 < 1.6 * line.size
    same = abs(last.size - line.size) <= 0.08 * max(last.size, line.size)
    bullet = (list_marker(line.text) or "a")[0]
    started = line.text[0].islower() or line.text[0].isdigit()
    return (
        close and same and started and bullet.isalnum() and last.mono is line.mono
        and last.text[-1].islower() and line.bbox.x0 <= last.bbox.x0 + 0.5 * line.size
        and line.text[:2].strip(")").isalnum()
    )  # fmt: skip


def _indented(block: Sequence[Line], line: Line, following: Line | None) -> bool:
    """Whether `line` opens a paragraph by its indent: the lines around it begin to its left."""
    indent = line.bbox.x0 - block[-1].bbox.x0
    if not 0.8 * line.size < indent < 6 * line.size or list_marker(block[0].text):
        return False
    if len(block) == 1 and following is not None and following.bbox.x0 > line.bbox.x0 - 1:
        return False
    if following is None or following.bbox.x0 < line.bbox.x0 - 0.6 * line.size:
        return True
    return block[-1].text[-1] in TERMINAL and line.text[-1] in TERMINAL  # a paragraph of one line


def _indented_again(
    block: Sequence[Line], line: Line, following: Line | None, column: Column
) -> bool:
    """Whether `line` opens a paragraph below a paragraph of one line, both indented alike."""
    if len(block) > 1 or following is None or list_marker(block[0].text):
        return False
    indent = line.bbox.x0 - column.x0
    return (
        0.8 * line.size < indent < 4 * line.size
        and abs(line.bbox.x0 - block[0].bbox.x0) < 0.2 * line.size
        and (following.bbox.x0 < column.x0 + 0.3 * line.size or line.text[-1] in TERMINAL)
        and block[0].text[-1] in TERMINAL
    )


def _ended(last: Line, line: Line, column: Column) -> bool:
    """Whether `last` closes a paragraph: it ends a sentence well before the right margin."""
    short = column.x1 - last.bbox.x1 > max(0.2 * column.width, 3 * last.size)
    return short and last.text[-1] in TERMINAL and not line.text[0].islower()
