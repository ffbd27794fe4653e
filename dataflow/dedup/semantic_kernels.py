"""Compiled loops of semantic deduplication: verified cosines, leaders in order, components."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.dedup.kernels import I64, Int

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Flags = NDArray[np.bool_]

DECIMALS = 1e6
"""Cosines are rounded to six decimals: that is what float32 vectors of length 1 are good for."""


class Rule(NamedTuple):
    """When two rows say the same.

    Their cosine is `threshold` or more, and the shorter text has `ratio` of the longer's bytes.
    A product of tiles is off by at most `slack`.
    """

    threshold: float
    ratio: float
    slack: float


class Rows(NamedTuple):
    """Documents in order of preference, and what became of them so far.

    `twin` is the kept row that a row went for (itself while kept), `best` their cosine; `parent`
    leads to the smallest row of the component.
    """

    vectors: F32
    sizes: I64
    kept: Flags
    twin: I64
    best: F64
    parent: I64


def rule_of(threshold: float, ratio: float, dim: int) -> Rule:
    """The rule for vectors of `dim` numbers.

    A float32 sum of `dim` products of unit vectors, in whatever order, is off by at most
    dim * 2^-24 / (1 - dim * 2^-24) (Higham, Accuracy and Stability of Numerical Algorithms,
    section 3.1); twice that, and the rounding to six decimals, is on the safe side.
    """
    return Rule(threshold, ratio, dim * 2.0**-23 + 2 / DECIMALS)


@compiled
def cosine(one: F32, two: F32) -> float:
    """Cosine of two vectors of length 1: summed in float64 in a fixed order, rounded."""
    total = 0.0
    for place in range(len(one)):
        total += np.float64(one[place]) * np.float64(two[place])
    return float(min(1.0, np.floor(total * DECIMALS + 0.5) / DECIMALS))


@compiled
def root(parent: I64, row: Int) -> Int:
    """The smallest row of the component of `row`; shortens the way to it."""
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


@compiled
def join(parent: I64, one: Int, two: Int) -> None:
    """Makes the components of two rows one."""
    first, second = root(parent, one), root(parent, two)
    if first < second:
        parent[second] = first
    else:
        parent[first] = second


@compiled
def comparable(sizes: I64, one: Int, two: Int, ratio: float) -> bool:
    """Whether the lengths of two texts are near enough for one to stand for the other."""
    return bool(min(sizes[one], sizes[two]) >= ratio * max(sizes[one], sizes[two]))


@compiled
def absorb(tile: F32, first: I64, second: I64, rows: Rows, rule: Rule) -> int:
    """Takes the products of rows `first` with rows `second` into account; returns how many agree.

    `tile` is float32[len(first), len(second)]. A later row that agrees with a kept earlier one is
    dropped for the most similar such row, of equals the first. All pairs that agree are joined.
    Rows of `first` must be final when `second` lies behind them; within one block (first equals
    second) each is final when its turn comes.
    """
    low, high = rule.threshold - rule.slack, rule.threshold + rule.slack
    agreed = 0
    for at in range(len(first)):
        one = first[at]
        for other in range(len(second)):
            two, value = second[other], tile[at, other]
            if value < low or two <= one or not comparable(rows.sizes, one, two, rule.ratio):
                continue
            if value < high or rows.kept[one]:
                exact = cosine(rows.vectors[one], rows.vectors[two])
                if exact < rule.threshold:
                    continue
                if rows.kept[one] and (rows.kept[two] or exact > rows.best[two]):
                    rows.kept[two], rows.twin[two], rows.best[two] = False, one, exact
            agreed += 1
            join(rows.parent, one, two)
    return agreed
