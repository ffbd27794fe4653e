"""Grids of lines made finer where the words are: many tables draw only some of their lines.

Each step takes a lattice and its words and returns a lattice; none moves or drops a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import mean

from parsers.pdf.lattice import Lattice, Span
from parsers.pdf.lines import Segment, rows, segments, words_text
from parsers.pdf.markers import is_caption, is_note
from parsers.pdf.page import Word
from parsers.pdf.stream import column_bands
from parsers.pdf.values import is_numeric
from schemas.geometry import union

ALIGNED = 0.67
"""Share of a band's filled columns in which its lines must stand for it to be several rows."""
MAX_HEAD_LINES = 5
"""Lines of text that a header's cells hold at most."""


def in_cells(grid: Lattice, words: Iterable[Word]) -> dict[Span, list[Word]]:
    """Words by the cell that holds their centre."""
    owner: dict[tuple[int, int], Span] = {
        (cell.row + i, cell.col + j): cell
        for cell in grid.cells
        for i in range(cell.row_span)
        for j in range(cell.col_span)
    }
    found: dict[Span, list[Word]] = {}
    for word in words:
        x, y = (word.bbox.x0 + word.bbox.x1) / 2, (word.bbox.y0 + word.bbox.y1) / 2
        col = sum(edge <= x for edge in grid.xs) - 1
        row = sum(edge <= y for edge in grid.ys) - 1
        cell = owner.get((min(row, len(grid.ys) - 2), min(col, len(grid.xs) - 2)))
        if cell is not None:
            found.setdefault(cell, []).append(word)
    return found


def refined(grid: Lattice, words: Sequence[Word]) -> Lattice:
    """`grid` with its undrawn columns and rows."""
    grid = split_columns(grid, words)
    grid = split_spans(grid, words)
    return split_rows(grid, words)


def without_frame(grid: Lattice, words: Sequence[Word]) -> Lattice:
    """`grid` without a caption in a first row over all columns, or notes in last rows of the kind.

    They are no data; left out of the grid, their words go to the running text.
    """
    texts = in_cells(grid, words)
    n_rows, n_cols = len(grid.ys) - 1, len(grid.xs) - 1
    bars = {
        cell.row: words_text(rows(texts.get(cell, ()))[0]) if texts.get(cell) else ""
        for cell in grid.cells
        if cell.col_span == n_cols > 1 and cell.row_span == 1
    }
    first, last = 0, n_rows
    if is_caption(bars.get(0, "")):
        first = 1
    while last - 1 > first and is_note(bars.get(last - 1, "")):
        last -= 1
    cells = tuple(
        Span(cell.row - first, cell.col, cell.row_span, cell.col_span)
        for cell in grid.cells
        if first <= cell.row < last
    )
    return Lattice(grid.xs, grid.ys[first : last + 1], cells) if last - first >= 1 else grid


def split_spans(grid: Lattice, words: Sequence[Word]) -> Lattice:
    """`grid` with cells over several columns parted where runs of words stand beside each other.

    A row drawn as one bar under a ruled header is such a cell, and so are headers over two columns
    each with no line between them. One run of words, or runs that cross the edges, stay one.
    """
    texts = in_cells(grid, words)
    cells: list[Span] = []
    for cell in grid.cells:
        runs = segments(texts.get(cell, ())) if cell.col_span > 1 else []
        bands = _extents(segment for row in runs for segment in row)
        inner = range(cell.col + 1, cell.col + cell.col_span)
        cuts = [_cut_between(left[1], right[0], grid.xs, inner) for left, right in pairwise(bands)]
        if cuts and None not in cuts and len(set(cuts)) == len(cuts):
            edges = [cell.col, *(cut for cut in cuts if cut is not None), inner.stop]
            cells += [Span(cell.row, a, cell.row_span, b - a) for a, b in pairwise(edges)]
        else:
            cells.append(cell)
    return Lattice(grid.xs, grid.ys, tuple(cells))


def _extents(runs: Iterable[Segment]) -> list[tuple[float, float]]:
    """X extents of segments, those that overlap made one, from the left."""
    found: list[tuple[float, float]] = []
    for box in sorted((run.bbox for run in runs), key=lambda box: box.x0):
        if found and box.x0 <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], box.x1))
        else:
            found.append((box.x0, box.x1))
    return found


def _cut_between(x0: float, x1: float, xs: Sequence[float], inner: range) -> int | None:
    """Index of the column edge nearest to the middle of the gap from `x0` to `x1`, if any."""
    within = [index for index in inner if x0 - 1 <= xs[index] <= x1 + 1]
    return min(within, key=lambda index: abs(2 * xs[index] - x0 - x1), default=None)


def split_columns(grid: Lattice, words: Sequence[Word]) -> Lattice:
    """`grid` with more column edges where the words of a column stand in columns themselves."""
    texts = in_cells(grid, words)
    cuts: list[float] = []
    for col in range(len(grid.xs) - 1):
        own = [word for c, ws in texts.items() if c.col == col and c.col_span == 1 for word in ws]
        cuts += _column_cuts(own)
    if not cuts:
        return grid
    xs = tuple(sorted({*grid.xs, *cuts}))
    start = {col: xs.index(x) for col, x in enumerate(grid.xs)}
    cells: list[Span] = []
    for cell in grid.cells:
        first, last = start[cell.col], start[cell.col + cell.col_span]
        wide = Span(cell.row, first, cell.row_span, last - first)
        if cell.col_span == 1 and last - first > 1 and not _crosses(texts.get(cell, ()), cuts):
            cells += [Span(cell.row, col, cell.row_span) for col in range(first, last)]
        else:
            cells.append(wide)
    return Lattice(xs, grid.ys, tuple(cells))


def _column_cuts(words: Sequence[Word]) -> list[float]:
    """Where the words of one drawn column fall into several: between bands of aligned numbers.

    Text alone is not cut: justified paragraphs have gaps too.
    """
    found = segments(words)
    several = [row for row in found if len(row) > 1]
    if len(several) < 2 or len(several) < 0.6 * len(found):
        return []
    texts = [segment.text for row in several for segment in row]
    if mean(is_numeric(text) for text in texts) < 0.3:
        return []
    bands = column_bands(found)
    return [(left[1] + right[0]) / 2 for left, right in pairwise(bands)]


def _crosses(words: Sequence[Word], cuts: Sequence[float]) -> bool:
    """Whether a run of words stands across a cut: then the cell is a header over the columns."""
    return any(
        s.bbox.x0 < cut < s.bbox.x1 for row in segments(words) for s in row for cut in cuts
    )  # fmt: skip


def split_rows(grid: Lattice, words: Sequence[Word]) -> Lattice:
    """`grid` with the bands parted that hold several rows and no line between them.

    Aligned lines alone do not make rows, cells of running text are aligned too: a column must hold
    nothing but numbers, or, where rows are not drawn elsewhere, texts must be short and hardly ever
    begin with a lower-case letter.
    """
    texts = in_cells(grid, words)
    bands = [
        [texts[c] for c in grid.cells if c.row == row and c.row_span == 1 and texts.get(c)]
        for row in range(len(grid.ys) - 1)
    ]
    n_lines = [len(rows(word for cell in band for word in cell)) for band in bands]
    ruled = 2 * n_lines.count(1) > sum(n > 0 for n in n_lines) > 1
    cuts: list[float] = []
    for row, band in enumerate(bands):
        if n_lines[row] > 1:
            is_head = row == 0 and n_lines[row] <= MAX_HEAD_LINES and len(bands) > 1
            cuts += _row_cuts(band, numbers_only=ruled or is_head)
    return _cut_rows(grid, cuts, texts) if cuts else grid


def _row_cuts(cells: Sequence[Sequence[Word]], numbers_only: bool) -> list[float]:
    """Heights at which a band's rows are parted; [] when it is one row of cells of several lines.

    `numbers_only` says that a column of numbers is asked for: the band is a header, or rows are
    drawn elsewhere in the table.
    """
    lines = rows(word for cell in cells for word in cell)
    if len(lines) < 3 or len(cells) < 2:
        return []
    parts = [[words_text(row) for row in rows(cell)] for cell in cells]
    if sum(map(len, parts)) < ALIGNED * len(lines) * len(cells):
        return []
    texts = [text for part in parts for text in part]
    counted = any(len(part) >= 3 and all(map(is_numeric, part)) for part in parts)
    running = mean(text[0].islower() for text in texts)
    if not counted and (numbers_only or running > 0.1 or mean(map(len, texts)) > 20):
        return []
    extents = [union(word.bbox for word in line) for line in lines]
    return [(a.y1 + b.y0) / 2 for a, b in pairwise(extents)]


def _cut_rows(
    grid: Lattice, cuts: Sequence[float], texts: Mapping[Span, Sequence[Word]]
) -> Lattice:
    """`grid` with more row edges; a cell of one old row becomes a cell in each new one.

    So does a cell over old and new rows that has a line of text in nearly each of them.
    """
    ys = tuple(sorted({*grid.ys, *cuts}))
    start = {row: ys.index(y) for row, y in enumerate(grid.ys)}
    cells: list[Span] = []
    for cell in grid.cells:
        first, last = start[cell.row], start[cell.row + cell.row_span]
        n_lines = len(rows(texts.get(cell, ())))
        in_each = last - first > cell.row_span and n_lines >= max(3, 0.8 * (last - first))
        if cell.row_span == 1 or in_each:
            cells += [Span(row, cell.col, 1, cell.col_span) for row in range(first, last)]
        else:
            cells.append(Span(first, cell.col, last - first, cell.col_span))
    return Lattice(grid.xs, ys, tuple(sorted(cells, key=lambda c: (c.row, c.col))))
