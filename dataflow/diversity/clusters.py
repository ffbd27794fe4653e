"""Clusters of like rows, and how many of a cluster may stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

import numpy as np

from dataflow.diversity.k_center import F32, I64, Centres


def semantic_clusters(vectors: F32, count: int) -> I64:
    """For each row of float32[n, d] the number of its cluster, int64[n], from 0.

    The centres are those of greedy k-center from row 0 on (Gonzalez 1985), so no two rows of a
    cluster are farther apart than four times the best radius for so many clusters. There are
    fewer clusters than `count` when there are fewer different rows.

    >>> semantic_clusters(np.array([[0.0], [0.1], [9.0], [9.2]], np.float32), 2).tolist()
    [0, 0, 1, 1]
    """
    centres = Centres(vectors)
    everything = np.arange(len(vectors))
    row = 0
    while len(vectors) and len(centres.chosen) < count:
        centres.take(row)
        row = centres.farthest(everything)
        if centres.distances[row] == 0:
            break
    return np.maximum(centres.labels, 0)


class Caps:
    """Counts what was taken of each cluster; at most `most` of one may be, 0 for any number."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._taken: Counter[Hashable] = Counter()

    def take(self, cluster: Hashable) -> bool:
        """Counts one more of `cluster`; whether it is full now."""
        self._taken[cluster] += 1
        return self.is_full(cluster)

    def is_full(self, cluster: Hashable) -> bool:
        """Whether no more of `cluster` may be taken."""
        return bool(self.most) and self._taken[cluster] >= self.most
