"""Which headings and pages a span of a document stands under."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from dataflow.chunking.blocks import HEADINGS, Block
from schemas.document import ElementKind


class Outline:
    """A document's headings and pages, to be asked for any span."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self._starts = [block.start for block in blocks]
        self._ends = [block.end for block in blocks]
        self._paths = _paths(blocks)

    def pages(self, start: int, end: int) -> tuple[int | None, int | None]:
        """First and last page of `text[start:end]`, 1-based; None for sources without pages."""
        low, high = self._touched(start, end)
        found = [block.page for block in self._blocks[low:high] if block.page is not None]
        return (min(found), max(found)) if found else (None, None)

    def heading_path(self, start: int, end: int) -> list[str]:
        """Headings that all content of `text[start:end]` stands under, outermost first.

        A span that runs over several sections gets what they have in common. A span of headings
        alone gets the path of its last one.
        """
        low, high = self._touched(start, end)
        content = [i for i in range(low, high) if self._blocks[i].kind not in HEADINGS]
        paths = [self._paths[i] for i in content or range(high - 1, high)]
        if not paths:
            return []
        shortest, longest = min(paths), max(paths)  # what these two share, all share
        common = 0
        while common < len(shortest) and shortest[common] == longest[common]:
            common += 1
        return [title for _, _, title in shortest[:common]]

    def _touched(self, start: int, end: int) -> tuple[int, int]:
        return bisect_right(self._ends, start), bisect_left(self._starts, end)


def _paths(blocks: Sequence[Block]) -> list[tuple[tuple[int, int, str], ...]]:
    """For each block the (index, rank, title) of the headings above it, its own included."""
    paths: list[tuple[tuple[int, int, str], ...]] = []
    path: tuple[tuple[int, int, str], ...] = ()
    for index, block in enumerate(blocks):
        if block.kind in HEADINGS:
            rank = 0 if block.kind is ElementKind.TITLE else block.level
            path = (*(above for above in path if above[1] < rank), (index, rank, block.title))
        paths.append(path)
    return paths
