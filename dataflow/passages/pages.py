"""Running heads and feet that stand at the edge of most pages of one document.

A PDF's own are taken while it is parsed; these are the ones that were not seen there, and those of
texts whose pages end in form feeds. A line counts when it stands first or second, or last or last
but one, on half of the pages and at least on four, its digits aside; a number alone only when it
rises with the page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataflow.passages.lines import FIELD, PROTECTED, STRUCTURE, SYMBOL

LEAST_PAGES = 4
EDGE = 2
"""Lines at the top and at the bottom of a page: a head and a rule or a number beside it."""
ROUNDS = 8
"""Twice EDGE lines each: heads are not deeper, and a page of one line repeated costs no more."""
LONGEST = 120
"""Letters of a running head: titles fill a line, seldom two."""


def page_furniture(
    pages: NDArray[np.int32],
    keys: NDArray[np.uint64],
    weights: NDArray[np.int32],
    flags: NDArray[np.uint8],
    numbers: list[int | None],
) -> NDArray[np.bool_]:
    """bool[n]: which lines of a document, in order, repeat at the edges of its pages.

    `keys` have digits as one class; `numbers` hold the value of lines that are a number alone.
    What is found is taken off and the new edges are looked at, ROUNDS times at most.
    """
    found = np.zeros(len(keys), np.bool_)
    least = max(LEAST_PAGES, (len(set(pages.tolist())) + 1) // 2)
    taken = (flags & (STRUCTURE | PROTECTED | FIELD | SYMBOL)) == 0
    fit = taken & (weights <= LONGEST)
    for _ in range(ROUNDS):
        edges = _edges(pages, found)
        new = [i for i in _repeated(edges, keys, numbers, pages, least) if fit[i]]
        if not new:
            break
        found[new] = True
    return found


def _edges(pages: NDArray[np.int32], found: NDArray[np.bool_]) -> list[tuple[str, int]]:
    """The lines at the edges of pages, with the edge they stand at."""
    by_page: defaultdict[int, list[int]] = defaultdict(list)
    for line in np.flatnonzero(~found).tolist():
        by_page[int(pages[line])].append(line)
    edges = []
    for lines in by_page.values():
        edges += [("top", line) for line in lines[:EDGE]]
        edges += [("foot", line) for line in lines[max(EDGE, len(lines) - EDGE) :]]
    return edges


def _repeated(
    edges: list[tuple[str, int]],
    keys: NDArray[np.uint64],
    numbers: list[int | None],
    pages: NDArray[np.int32],
    least: int,
) -> list[int]:
    """Lines whose text stands at this edge of at least `least` pages."""

    def mark(edge: str, line: int) -> tuple[Any, ...]:
        value = numbers[line]
        if value is None:
            return edge, int(keys[line])
        return edge, "number", value - int(pages[line])

    counts = Counter({(mark(edge, line), int(pages[line])) for edge, line in edges})
    on_pages = Counter(name for name, _ in counts)
    return [line for edge, line in edges if on_pages[mark(edge, line)] >= least]
