"""What every block of text on a page is worth, and sums of that over the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parsers.html.dom import BLOCKS, HEADINGS, Node, is_hidden, tag_of

BLOCK_COST = 18.0
"""What a block of text must outweigh: about three English words, as long as a menu entry."""

LINK_COST = 1.0
"""Cost of each character in links beyond those outside: links in running text are free."""

HAN_WEIGHT = 2.5
"""Latin letters that say as much as one Han character (translations differ by 2.3 to 2.8)."""

_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SMALL = frozenset({"td", "th", "li", "dt", "dd"})


def weight(text: str) -> float:
    """Length of `text` in Latin letters, white space at its ends not counted."""
    stripped = text.strip()
    if not stripped or stripped.isascii():
        return float(len(stripped))
    return len(stripped) + (HAN_WEIGHT - 1.0) * len(_HAN.findall(stripped))


class Blocks:
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

    def tagged(self) -> Iterator[tuple[str, Node]]:
        """Tag and element, in document order."""
        return zip(self.tags, self.nodes, strict=True)

    def dead_nodes(self) -> frozenset[Node]:
        """Elements that are hidden or were left out."""
        return frozenset(n for n, dead in zip(self.nodes, self.dead, strict=True) if dead)

    def kill(self, root: int) -> None:
        """Marks an element and all below it dead."""
        self.dead[root] = True
        for i in range(root + 1, len(self.nodes)):
            if self.parent[i] < root:
                break
            self.dead[i] = True

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

    def summed(self, values: list[float], *, dead: bool = False) -> list[float]:
        """Sums over subtrees; elements left out count only with `dead`."""
        sums = list(values)
        for i in range(len(sums) - 1, 0, -1):
            if dead or not self.dead[i]:
                sums[self.parent[i]] += sums[i]
        return sums
