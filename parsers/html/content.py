"""Which part of a page is its main content.

Every block of text is worth its characters outside links, minus those inside links and a fixed
cost, so that running text counts for a part of the page, menus and teasers against it. The main
content is the smallest element that holds nearly the greatest sum (after the maximum-subsequence
idea of Pasternack and Roth, "Extracting article text from the web", WWW 2009, on the tree instead
of the token sequence); names of classes and ids only shift the sums. Parts of it that are links
or widgets are then left out.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from parsers.html.dom import BLOCKS, HEADINGS, Node, is_hidden, tag_of
from parsers.html.hints import is_unwanted, is_wanted

BLOCK_COST = 18.0
"""What a block of text must outweigh: about three English words, as long as a menu entry."""

LINK_COST = 1.0
"""Cost of each character in links beyond those outside: links in running text are free."""

HAN_WEIGHT = 2.5
"""Latin letters that say as much as one Han character (translations differ by 2.3 to 2.8)."""

NEAR_BEST = 0.7
"""Share of the greatest sum that an inner element must hold to be preferred to its ancestors."""

LEAD_SUM = 60.0
"""Sum of an element before the core that is kept."""

TAIL_SUM = 300.0
"""Sum of an element after the core that is kept."""

LINK_PARAGRAPH = 0.75
"""Share of a paragraph in links above which it only points elsewhere ("Read also: …")."""

LINK_BLOCK = 0.5
"""The same for a block with two links or more."""

MIN_SUM = 150.0
"""Sum below which a page has no main content: about two sentences."""

HINT_BONUS = 1.25
"""Factor on the sum of an element that is called the content by its tag, role or class."""

MAX_UNWANTED_SHARE = 0.6
"""An element called boilerplate stays if it holds more of the page's text than this."""


class Choice(NamedTuple):
    """Main element of a page, elements in it to leave out, and whether it is clear at all."""

    root: Node
    skip: frozenset[Node]
    clear: bool


_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CONTAINERS = frozenset(
    {"body", "main", "article", "section", "div", "td", "center", "form", "blockquote", "fieldset"}
)
_SMALL = frozenset({"td", "th", "li", "dt", "dd"})
_LINK_BLOCKS = frozenset({"div", "section", "table", "form", "header", "p"})


def weight(text: str) -> float:
    """Length of `text` in Latin letters, white space at its ends not counted."""
    stripped = text.strip()
    if not stripped or stripped.isascii():
        return float(len(stripped))
    return len(stripped) + (HAN_WEIGHT - 1.0) * len(_HAN.findall(stripped))


class _Page:
    """Elements of a body in document order, and sums over them by index.

    `own` are sums over an element's own text block (inline descendants included), `value` what
    the block is worth; `total` functions add up a whole subtree.
    """

    def __init__(self, body: Node) -> None:
        self.nodes = list(body.iter())
        n = len(self.nodes)
        self.parent = [-1] * n
        self.dead = [False] * n
        self.text = [0.0] * n
        self.link = [0.0] * n
        self.links = [0] * n
        self.tags = [tag_of(node) for node in self.nodes]
        self._read()

    def _read(self) -> None:
        index = {node: i for i, node in enumerate(self.nodes)}
        block = list(range(len(self.nodes)))
        linked = [False] * len(self.nodes)
        for i, node in enumerate(self.nodes):
            tag = self.tags[i]
            above = node.getparent() if i else None
            up = -1 if above is None else index[above]
            self.parent[i] = up
            if i:
                self.dead[i] = self.dead[up] or is_hidden(node)
                linked[i] = linked[up] or tag == "a"
                if tag not in BLOCKS:
                    block[i] = block[up]
                if node.tail and not self.dead[up]:
                    self._add(block[up], linked[up], node.tail)
            if self.dead[i]:
                continue
            if tag == "a":
                self.links[block[i]] += 1
            if node.text:
                self._add(block[i], linked[i], node.text)

    def _add(self, block: int, linked: bool, text: str) -> None:
        length = weight(text)
        self.text[block] += length
        if linked:
            self.link[block] += length

    def values(self) -> list[float]:
        """What each text block is worth: 0 for headings and elements without own text."""
        values = [0.0] * len(self.nodes)
        for i, length in enumerate(self.text):
            if length <= 0.0 or self.dead[i]:
                continue
            tag, linked = self.tags[i], self.link[i]
            if tag == "pre":
                values[i] = length
            elif tag in HEADINGS:
                values[i] = -LINK_COST * linked
            else:
                plain = length - linked
                cost = 0.0 if tag in _SMALL else BLOCK_COST
                values[i] = plain - LINK_COST * max(0.0, linked - plain) - cost
        return values

    def summed(self, values: list[float]) -> list[float]:
        """Sums over subtrees, elements left out not counted."""
        sums = list(values)
        for i in range(len(sums) - 1, 0, -1):
            if not self.dead[i]:
                sums[self.parent[i]] += sums[i]
        return sums


def main_content(body: Node) -> Choice:
    """The main content of a page, given its body.

    When no part stands out, the body itself with `clear` False; hidden elements are left out in
    any case, the rest of the boilerplate only when the choice is clear.
    """
    page = _Page(body)
    hidden = frozenset(node for node, dead in zip(page.nodes, page.dead, strict=True) if dead)
    _drop_unwanted(page)
    sums = page.summed(page.values())
    scores = _scores(page, sums)
    greatest = max(scores)
    if greatest < MIN_SUM:
        return Choice(body, hidden, clear=False)
    outer = scores.index(greatest)
    core = _core(page, scores, outer)
    _drop_neighbours(page, sums, outer, core)
    _drop_links(page, outer)
    _drop_empty_sections(page, outer)
    skip = frozenset(node for node, dead in zip(page.nodes, page.dead, strict=True) if dead)
    return Choice(page.nodes[outer], skip, clear=True)


def _drop_unwanted(page: _Page) -> None:
    """Marks elements dead that are called boilerplate, unless most of the page is in them."""
    plain = page.summed([t - k for t, k in zip(page.text, page.link, strict=True)])
    limit = MAX_UNWANTED_SHARE * plain[0]
    for i, node in enumerate(page.nodes):
        if not i or page.dead[i]:
            continue
        if page.dead[page.parent[i]] or (plain[i] <= limit and is_unwanted(page.tags[i], node)):
            page.dead[i] = True


def _scores(page: _Page, sums: list[float]) -> list[float]:
    """Sums of the containers, shifted by names; 0 for other elements and wrappers of code."""
    code = page.summed(
        [t if tag == "pre" else 0.0 for t, tag in zip(page.text, page.tags, strict=True)]
    )
    text = page.summed(page.text)
    scores = [0.0] * len(sums)
    for i, total in enumerate(sums):
        if total > 0.0 and not page.dead[i] and page.tags[i] in _CONTAINERS and code[i] < text[i]:
            wanted = is_wanted(page.tags[i], page.nodes[i])
            scores[i] = total * (HINT_BONUS if wanted else 1.0)
    return scores


def _core(page: _Page, scores: list[float], outer: int) -> int:
    """Index of the deepest container below `outer` that holds nearly as much as it."""
    core, enough = outer, NEAR_BEST * scores[outer]
    for i in range(outer + 1, len(scores)):
        if scores[i] >= enough and _under(page, i, core):
            core = i
    return core


def _drop_neighbours(page: _Page, sums: list[float], outer: int, core: int) -> None:
    """Marks what stands beside the core dead, except headings and running text.

    Before the core that is its lead, after it more of the text; there less is believed.
    """
    text, link = page.summed(page.text), page.summed(page.link)
    path = {core}
    while core != outer:
        core = page.parent[core]
        path.add(core)
    inner = max(path)
    for i in range(outer + 1, len(page.nodes)):
        if page.dead[i] or i in path:
            continue
        up = page.parent[i]
        if page.dead[up]:
            page.dead[i] = True
        elif up in path and up != inner and page.tags[i] in BLOCKS:
            enough, share = (LEAD_SUM, 0.3) if i < inner else (TAIL_SUM, 0.2)
            good = sums[i] >= enough and link[i] <= share * text[i]
            page.dead[i] = not (good or page.tags[i] in HEADINGS)


def _under(page: _Page, i: int, ancestor: int) -> bool:
    while i > ancestor:
        i = page.parent[i]
    return i == ancestor


def _drop_links(page: _Page, root: int) -> None:
    """Marks blocks of links below `root` dead; lists of links stay, they may be references."""
    text, link = page.summed(page.text), page.summed(page.link)
    links = page.summed([float(n) for n in page.links])
    for i in range(root + 1, len(page.nodes)):
        if page.dead[i]:
            continue
        up = page.parent[i]
        if page.dead[up]:
            page.dead[i] = True
        elif page.tags[i] == "p":
            page.dead[i] = link[i] > LINK_PARAGRAPH * text[i] and page.tags[up] != "td"
        elif page.tags[i] in _LINK_BLOCKS and links[i] >= 2:
            page.dead[i] = link[i] > LINK_BLOCK * text[i]


def _drop_empty_sections(page: _Page, root: int) -> None:
    """Marks headings dead whose whole section was dropped: the next live text is no deeper."""
    follows = 0  # level of the next live block: 0 at the end, 7 for text
    lost = False  # whether a dropped text stands between here and that block
    for i in range(len(page.nodes) - 1, root, -1):
        tag = page.tags[i]
        if page.text[i] <= 0.0:
            continue
        if page.dead[i]:
            lost = True
        elif tag in HEADINGS:
            level = int(tag[1])
            if follows <= level and (lost or follows == 0):
                page.dead[i] = True
            else:
                follows, lost = level, False
        else:
            follows, lost = 7, False


def whole(body: Node) -> Choice:
    """Everything visible in `body`."""
    page = _Page(body)
    hidden = frozenset(node for node, dead in zip(page.nodes, page.dead, strict=True) if dead)
    return Choice(body, hidden, clear=False)
