"""Edit distance of ordered trees, for the scores of tables and headings.

Zhang and Shasha 1989, compiled. The tests compare it with the package `apted` on trees such as
tables make, and with a search of all mappings on small trees of any shape, where `apted` 1.0.3 is
sometimes too large. On two statistical tables of 600 cells `apted` takes 5 seconds and this .05.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

MAX_PAIRS = 12_000_000
"""Nodes times nodes whose three tables of numbers take 290 MB."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(slots=True)
class Node:
    """A node of an ordered tree: what it is, its text, its children."""

    kind: object
    text: str
    children: list[Node]

    @property
    def size(self) -> int:
        """Nodes of the tree below and with this one."""
        return 1 + sum(child.size for child in self.children)


def distance(one: Node, other: Node) -> float:
    """Least cost of turning one tree into the other.

    A node that comes or goes costs 1, one that changes its kind 1, one that only changes its text
    the normalised Levenshtein distance of the texts. Above `MAX_PAIRS` a node may only take the
    place of one at its own depth, which gives a bound from above.
    """
    if one.size * other.size > MAX_PAIRS:
        return _by_level(one, other)
    left, right = list(_postorder(one)), list(_postorder(other))
    costs = _renames([node for node, _ in left], [node for node, _ in right])
    starts = [np.array([start for _, start in side], np.int64) for side in (left, right)]
    return float(COMPILED(*starts, *map(_keyroots, starts), costs))


def _postorder(root: Node, start: int = 0) -> Iterator[tuple[Node, int]]:
    """Each node after its children, with the place of its leftmost leaf in that order."""
    at = start
    for child in root.children:
        for pair in _postorder(child, at):
            yield pair
            at += 1
    yield root, start


def _keyroots(starts: Integers) -> Integers:
    """Places of the root and of all nodes with a sibling to their left."""
    last = {int(start): place for place, start in enumerate(starts)}
    return np.array(sorted(last.values()), np.int64)


def _renames(left: list[Node], right: list[Node]) -> Floats:
    """Cost of each node of one tree in the place of each of the other's."""
    kinds = {kind: number for number, kind in enumerate({n.kind for n in (*left, *right)})}
    texts = list(dict.fromkeys(node.text for node in (*left, *right)))
    number = {text: at for at, text in enumerate(texts)}
    rows = [number[node.text] for node in left]
    columns = [number[node.text] for node in right]
    some, others = sorted(set(rows)), sorted(set(columns))
    between = cdist(
        [texts[at] for at in some], [texts[at] for at in others],
        scorer=Levenshtein.normalized_distance, dtype=np.float64, workers=1,
    )  # fmt: skip
    costs = between[np.ix_(np.searchsorted(some, rows), np.searchsorted(others, columns))]
    one, other = (np.array([kinds[node.kind] for node in side]) for side in (left, right))
    return np.where(one[:, None] == other[None, :], costs, 1.0)


def _zhang_shasha(
    left: Integers, right: Integers, roots: Integers, others: Integers, costs: Floats
) -> float:
    trees = np.zeros((len(left), len(right)))
    forest = np.zeros((len(left) + 1, len(right) + 1))
    for i in roots:
        for j in others:
            top, side = left[i], right[j]
            for x in range(1, i - top + 2):
                forest[x, 0] = x
            for y in range(1, j - side + 2):
                forest[0, y] = y
            for x in range(1, i - top + 2):
                for y in range(1, j - side + 2):
                    a, b = top + x - 1, side + y - 1
                    whole = left[a] == top and right[b] == side
                    if whole:
                        change = forest[x - 1, y - 1] + costs[a, b]
                    else:
                        change = forest[left[a] - top, right[b] - side] + trees[a, b]
                    least = min(forest[x - 1, y] + 1, forest[x, y - 1] + 1, change)
                    forest[x, y] = least
                    if whole:
                        trees[a, b] = least
    return float(trees[-1, -1])


COMPILED: Any = numba.njit(_zhang_shasha)


def _by_level(one: Node, other: Node) -> float:
    """Distance when a node may only take the place of one at its own depth."""
    above = [0.0]
    for node in other.children:
        above.append(above[-1] + node.size)
    for left in one.children:
        row = [above[0] + left.size]
        for column, right in enumerate(other.children):
            row.append(
                min(
                    above[column] + _by_level(left, right),
                    above[column + 1] + left.size,
                    row[-1] + right.size,
                )
            )
        above = row
    if one.kind != other.kind:
        return above[-1] + 1.0
    return above[-1] + Levenshtein.normalized_distance(one.text, other.text)
