"""Lists of references: one block for each entry, and no entry a footnote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from parsers.pdf.blocks import Block
from parsers.pdf.layout import Flow, PageLayout
from parsers.pdf.lines import Line
from parsers.pdf.styles import Body, style_of

_HEAD = re.compile(
    r"(?:[\dIVXA-Z]{1,4}(?:\.\d+)*[.)]?\s+|[一二三四五六七八九十]+、)?"
    r"(?:references(?: cited)?|bibliography|literature(?: cited)?|works cited|参考文献|參考文獻"
    r"|引用文献|参考资料)\s*[:：]?",
    re.IGNORECASE,
)
_MARK = re.compile(r"[\[［〔【]\s*(\d{1,3})\s*[\]］〕】]|(\d{1,3})[.)]\s")
HANG = 0.8
"""Font sizes by which the later lines of an entry are indented at least."""


def with_entries(pages: Sequence[PageLayout], body: Body) -> tuple[list[PageLayout], set[int]]:
    """Pages with the blocks of their lists of references cut entry by entry, and these blocks.

    A list begins behind a heading that says so, goes on over columns and pages, and ends with the
    next block that is set like that heading, larger than the text, or bold.
    """
    head: Block | None = None
    made: list[PageLayout] = []
    entries: set[int] = set()
    for page in pages:
        flow: list[Flow] = []
        run: list[Block] = []
        for item in page.flow:
            if isinstance(item, Block) and head is not None and _entry_like(item, head, body):
                run.append(item)
                continue
            parts, run = _cut(run), []
            flow += parts
            entries.update(map(id, parts))
            if isinstance(item, Block):
                head = item if _is_head(item) else None
            flow.append(item)
        rest = _cut(run)
        entries.update(map(id, rest))
        made.append(replace(page, flow=(*flow, *rest)))
    return made, entries


def _is_head(block: Block) -> bool:
    return len(block.lines) == 1 and _HEAD.fullmatch(block.lines[0].text.strip()) is not None


def _entry_like(block: Block, head: Block, body: Body) -> bool:
    larger = block.size > 1.08 * body.size
    bold = block.bold and not body.bold
    alike = style_of(block)[:3] == style_of(head)[:3] and len(block.lines) == 1
    return not (larger or bold or block.mono) and not (alike and style_of(head).bold)


def _cut(run: Sequence[Block]) -> list[Block]:
    """Blocks of entries as blocks of one entry each, column by column."""
    columns: dict[tuple[float, float], list[Line]] = {}
    for block in run:
        columns.setdefault(block.column, []).extend(block.lines)
    return [entry for column, lines in columns.items() for entry in _entries(lines, column)]


def _entries(lines: Sequence[Line], column: tuple[float, float]) -> list[Block]:
    left = min(line.bbox.x0 for line in lines)
    marked = [index for index, line in enumerate(lines) if _MARK.match(line.text)]
    flush = [i for i, line in enumerate(lines) if line.bbox.x0 < left + HANG * line.size]
    starts = marked if marked and _in_order(lines, marked) else flush
    if len(starts) == len(lines) and not marked:
        starts = [i for i in range(len(lines)) if i == 0 or _gap(lines[i - 1], lines[i])]
    edges = sorted({0, *starts, len(lines)})
    return [Block(tuple(lines[a:b]), column) for a, b in pairwise(edges)]


def _in_order(lines: Sequence[Line], marked: Sequence[int]) -> bool:
    """Whether the marks count up, as those of a list do and citations in running text do not."""
    found = [_MARK.match(lines[index].text) for index in marked]
    values = [int(match[1] or match[2]) for match in found if match is not None]
    return all(0 < other - one <= 2 for one, other in pairwise(values))


def _gap(upper: Line, lower: Line) -> bool:
    """Whether white space or a sentence's end parts two entries set without indent."""
    step = lower.bbox.y1 - upper.bbox.y1
    return step > 1.6 * lower.size or (step < 0) or upper.text[-1] in ".。"
