"""Which part of a page is its main content.

Every block of text is worth its characters outside links, minus those inside links and a fixed
cost, so that running text counts for a part of the page, menus and teasers against it. The main
content is the smallest element that holds nearly the greatest sum (after the maximum-subsequence
idea of Pasternack and Roth, "Extracting article text from the web", WWW 2009, on the tree instead
of the token sequence). What is called boilerplate counts for nothing; being called content adds
nothing (measured: a bonus for such names costs recall). Links and widgets are then left out.
"""

from __future__ import annotations

from typing import NamedTuple

from parsers.html.blocks import Blocks
from parsers.html.dom import Node
from parsers.html.prune import (
    drop_empty_sections,
    drop_links,
    drop_neighbours,
    drop_photo_captions,
    drop_teasers,
    drop_unwanted,
)

NEAR_BEST = 0.7
"""Share of the greatest sum that an inner element must hold to be preferred to its ancestors."""

MIN_SUM = 150.0
"""Sum below which a page has no main content: about two sentences."""


class Choice(NamedTuple):
    """Main element of a page, elements in it to leave out, and whether it is clear at all."""

    root: Node
    skip: frozenset[Node]
    clear: bool


_CONTAINERS = frozenset(
    {"body", "main", "article", "section", "div", "td", "center", "form", "blockquote", "fieldset"}
)


def main_content(body: Node) -> Choice:
    """The main content of a page, given its body.

    When no part stands out, the body itself with `clear` False; hidden elements are left out in
    any case, the rest of the boilerplate only when the choice is clear.
    """
    page = Blocks(body)
    hidden = page.dead_nodes()
    drop_unwanted(page)
    sums = page.summed(page.values())
    scores = _scores(page, sums)
    greatest = max(scores)
    if greatest < MIN_SUM:
        return Choice(body, hidden, clear=False)
    outer = scores.index(greatest)
    core = _core(page, scores, outer)
    drop_neighbours(page, sums, outer, core)
    drop_links(page, outer)
    drop_photo_captions(page, outer)
    drop_teasers(page, outer)
    drop_empty_sections(page, outer)
    return Choice(page.nodes[outer], page.dead_nodes(), clear=True)


def _scores(page: Blocks, sums: list[float]) -> list[float]:
    """Sums of the containers; 0 for other elements and for mere wrappers of code."""
    code = page.summed(
        [t if tag == "pre" else 0.0 for t, tag in zip(page.text, page.tags, strict=True)]
    )
    text = page.summed(page.text)
    scores = [0.0] * len(sums)
    for i, total in enumerate(sums):
        if total > 0.0 and not page.dead[i] and page.tags[i] in _CONTAINERS and code[i] < text[i]:
            scores[i] = total
    return scores


def _core(page: Blocks, scores: list[float], outer: int) -> int:
    """Index of the deepest container below `outer` that holds nearly as much as it."""
    core, enough = outer, NEAR_BEST * scores[outer]
    for i in range(outer + 1, len(scores)):
        if scores[i] >= enough and _under(page, i, core):
            core = i
    return core


def _under(page: Blocks, i: int, ancestor: int) -> bool:
    while i > ancestor:
        i = page.parent[i]
    return i == ancestor


def whole(body: Node) -> Choice:
    """Everything visible in `body`."""
    return Choice(body, Blocks(body).dead_nodes(), clear=False)
