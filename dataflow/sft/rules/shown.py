"""What is given along with a question that cannot be answered by heart: a table, a section."""

from __future__ import annotations

from collections.abc import Sequence

from dataflow.evidence.spans import Span
from dataflow.sft.blocks import Block
from dataflow.sft.rules.grid import Grid, Row
from dataflow.sft.rules.place import MAX_INPUT, Place

_MOST_OF_IT = 0.7
"""Share of a section from which a list is all there is: giving it would be giving the answer."""


def shown_table(place: Place, block: Block, grid: Grid, rows: Sequence[Row]) -> str:
    """The table as it is written; of a longer one its head and a window of lines around `rows`.

    '' where the rows lie too far apart for 1,500 characters.
    """
    whole = place.cut((block.start, block.end))
    if len(whole) <= MAX_INPUT:
        return whole
    html = place.cut(grid.header_line).lstrip().startswith("<tr")
    if not html:  # up to the first row: the headers and the rule below them
        head = place.cut((grid.header_line[0], grid.rows[0].line[0])).rstrip("\n")
    else:
        head = f"<table>\n{place.cut(grid.header_line)}"
    tail = "\n</table>" if html else ""
    used = [index for index, row in enumerate(grid.rows) if row in rows]
    first, last = used[0], used[-1]
    room = MAX_INPUT - len(head) - len(tail) - 1
    if grid.rows[last].line[1] - grid.rows[first].line[0] > room:
        return ""
    while True:
        wider = [(max(first - 1, 0), last), (first, min(last + 1, len(grid.rows) - 1))]
        fits = [
            (a, b) for a, b in wider
            if (a, b) != (first, last) and grid.rows[b].line[1] - grid.rows[a].line[0] <= room
        ]  # fmt: skip
        if not fits:
            break
        first, last = fits[0] if first > 0 and used[0] - first <= last - used[-1] else fits[-1]
    body = place.cut((grid.rows[first].line[0], grid.rows[last].line[1]))
    return f"{head}\n{body}{tail}"


def shown_around(place: Place, span: Span) -> str:
    """The section with `span` in it, at most 1,500 characters; '' where it is little else."""
    blocks = place.blocks
    start, end = span
    before = [block.start for block in blocks if block.start < start]
    after = [block.end for block in blocks if block.end > end]
    for begin in reversed(before):
        if end - begin > MAX_INPUT:
            break
        start = begin
    for stop in after:
        if stop - start > MAX_INPUT:
            break
        end = stop
    size = end - start
    little = size > MAX_INPUT or (span[1] - span[0]) > _MOST_OF_IT * size
    return "" if little else place.cut((start, end))
