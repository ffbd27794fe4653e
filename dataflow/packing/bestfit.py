"""Best-fit decreasing bin packing in O(n log C), for lengths of at most the capacity C.

Johnson et al. 1974; as a packing of training sequences Ding et al. 2024 ("Fewer truncations
improve language modeling"). Cutting a document that would have fitted is what it avoids.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@compiled
def best_fit(lengths: I64, capacity: int) -> tuple[I64, int]:
    """The bin (from 0, in order of opening) of each of `lengths`, and how many bins.

    `lengths` must fall and lie in 1..capacity. Each goes to the bin with the least room that is
    enough; of equals to the one that came to that room last. A heap-ordered tree over the rooms
    0..capacity says in log(capacity) steps which the least sufficient room is.
    """
    width = 1
    while width <= capacity:
        width *= 2
    tree = np.zeros(2 * width, np.bool_)  # tree[width + room]: some bin has this room
    newest = np.full(capacity + 1, -1)  # the bin that came to a room last
    below = np.full(len(lengths), -1)  # the bin that came to the same room before it
    bins = np.empty(len(lengths), np.int64)
    opened = 0
    for item in range(len(lengths)):
        length = lengths[item]
        node = width + length
        while node > 1 and not tree[node]:
            # up while a right child, then over to the right sibling
            while node > 1 and node & 1:
                node >>= 1
            if node > 1:
                node += 1
        if node > 1:
            while node < width:
                node = 2 * node if tree[2 * node] else 2 * node + 1
            room = node - width
            chosen = newest[room]
            newest[room] = below[chosen]
            if newest[room] < 0:
                _mark(tree, node, False)
        else:
            chosen, room = opened, capacity
            opened += 1
        bins[item] = chosen
        left = room - length
        below[chosen] = newest[left]
        newest[left] = chosen
        if not tree[width + left]:
            _mark(tree, width + left, True)
    return bins, opened


@compiled
def _mark(tree: NDArray[np.bool_], node: int, value: bool) -> None:
    """Sets a leaf and what it changes on the way to the root."""
    tree[node] = value
    node >>= 1
    while node >= 1:
        now = tree[2 * node] or tree[2 * node + 1]
        if tree[node] == now:
            break
        tree[node] = now
        node >>= 1


@compiled
def lay_out(tokens: I32, starts: I64, lengths: I64) -> tuple[I32, I32]:
    """Tokens of the pieces `tokens[start:start + length]` in order, and positions in each piece."""
    total = lengths.sum()
    laid, positions = np.empty(total, np.int32), np.empty(total, np.int32)
    at = 0
    for piece in range(len(starts)):
        for step in range(lengths[piece]):
            laid[at] = tokens[starts[piece] + step]
            positions[at] = step
            at += 1
    return laid, positions
