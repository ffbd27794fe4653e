from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.diversity.clusters import Caps, semantic_clusters
from dataflow.diversity.k_center import Centres, k_center


def by_definition(vectors: NDArray[np.float32], k: int) -> list[int]:
    chosen = [0]
    while len(chosen) < k:
        gaps = vectors[:, None, :].astype(np.float64) - vectors[None, chosen, :]
        distances = (gaps**2).sum(axis=2).min(axis=1)
        distances[chosen] = -1
        chosen.append(int(distances.argmax()))
    return chosen


def test_same_as_by_definition() -> None:
    vectors = np.random.default_rng(1).normal(size=(5000, 7)).astype(np.float32)
    assert k_center(vectors, 30).tolist() == by_definition(vectors, 30)


def test_each_row_once_even_if_all_are_equal() -> None:
    assert k_center(np.ones((4, 3), np.float32), 9).tolist() == [0, 1, 2, 3]
    assert k_center(np.zeros((0, 3), np.float32), 2).tolist() == []


def test_equal_rows_are_at_no_distance_wherever_they_stand() -> None:
    vectors = np.random.default_rng(2).normal(size=(3000, 256)).astype(np.float32)
    vectors[2999] = vectors[5]
    centres = Centres(vectors)
    centres.take(5)
    assert centres.distances[2999] == 0.0
    assert centres.labels[2999] == 0
    turned = Centres(vectors[::-1].copy())
    turned.take(2999 - 5)
    assert np.array_equal(turned.distances[::-1], centres.distances)


def test_clusters_of_like_rows() -> None:
    middles = np.array([[0, 0], [100, 0], [0, 100]], np.float32)
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 200)
    vectors = (middles[truth] + rng.normal(size=(200, 2))).astype(np.float32)
    found = semantic_clusters(vectors, 3)
    assert len({(int(a), int(b)) for a, b in zip(truth, found, strict=True)}) == 3
    assert set(semantic_clusters(np.ones((5, 2), np.float32), 3).tolist()) == {0}
    assert semantic_clusters(np.zeros((0, 2), np.float32), 3).tolist() == []


def test_caps_count_by_cluster() -> None:
    caps = Caps(2)
    assert [caps.take("a"), caps.take("b"), caps.take("a")] == [False, False, True]
    assert caps.is_full("a")
    assert not caps.is_full("b")
    free = Caps(0)
    assert [free.take("a") for _ in range(3)] == [False, False, False]
