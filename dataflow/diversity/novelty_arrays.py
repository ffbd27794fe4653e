"""The arrays that the novelty filter's compiled loops share, and how they grow."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from dataflow.diversity.subsequence import I32, SKETCH_WORDS, U8, U32, U64

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
T = TypeVar("T", bound=np.generic)

TEXTS, POSTINGS, GROUPS, STAMP = range(4)
"""Places in `Pool.now`: texts, postings and groups so far, and the number of the last search."""


class Groups(NamedTuple):
    """Postings of one token whose texts are about as long and have it at about the same place.

    A group is skipped as a whole when no text between the `shortest` and the `longest` of it, with
    the token at `place` or later, can be near. `head` is its first posting, `kind` says which sizes
    and places belong to it, `following` is the token's next group.
    """

    kind: I32
    shortest: I32
    longest: I32
    place: I32
    head: I64
    following: I64


class Pool(NamedTuple):
    """The kept texts and their index; all arrays have more room than is used.

    Text i is `tokens[offsets[i]:offsets[i + 1]]`, arrived as number `arrival[i]`, and has the
    sketch `sketch[i]`. A token's postings are in groups of like lengths and places, linked from
    `head[token]` (-1: none): see `Groups`. A group's are linked by `following`: text, place of the
    token in the text when sorted by `rank`, length of the text.
    """

    now: I64
    tokens: U32
    offsets: I64
    arrival: I64
    sketch: U64
    head: I64
    groups: Groups
    following: I64
    text: I32
    place: I32
    size: I32
    rank: I64


class Bounds(NamedTuple):
    """Values of F: a text is kept up to `keep`, its nearest is looked for above `search`.

    `postings`, at most `search`, is that above which a kept text can be found later.
    """

    keep: float
    search: float
    postings: float


class Found(NamedTuple):
    """For each text the nearest kept ones, [n, most]: numbers of arrival (-1: none), and F."""

    arrival: I64
    value: F64


class Best(NamedTuple):
    """The nearest texts so far, the nearest first: `filled[0]` places of the arrays are taken."""

    filled: I64
    text: I64
    value: F64


class Room(NamedTuple):
    """Scratch: `masks` and `counts` by token (zero between uses), `seen` by text, others by row."""

    masks: U64
    counts: I32
    seen: I64
    keys: I64
    carries: U8
    sketch: U64


def longer(values: NDArray[T], size: int, fill: int = 0) -> NDArray[T]:
    """`values` when there are `size` of them, else twice as many or as many as that, filled up."""
    if len(values) >= size:
        return values
    more = max(2 * len(values), size) - len(values)
    rest = np.full((more, *values.shape[1:]), fill, values.dtype)
    return np.concatenate([values, rest])


def longer_groups(groups: Groups, size: int) -> Groups:
    """There are at most as many groups as postings."""
    return Groups(
        longer(groups.kind, size), longer(groups.shortest, size), longer(groups.longest, size),
        longer(groups.place, size), longer(groups.head, size), longer(groups.following, size),
    )  # fmt: skip


def empty_pool() -> Pool:
    """A pool without texts."""
    none, small = np.zeros(0, np.int64), np.zeros(0, np.int32)
    return Pool(
        np.zeros(4, np.int64), np.zeros(0, np.uint32), np.zeros(1, np.int64), none,
        np.zeros((0, SKETCH_WORDS), np.uint64), none,
        Groups(small, small, small, small, none, none), none, small, small, small, none,
    )  # fmt: skip


def empty_room() -> Room:
    """Scratch for texts without tokens."""
    none = np.zeros(0, np.int64)
    return Room(
        np.zeros(0, np.uint64), np.zeros(0, np.int32), none, none, np.zeros(0, np.uint8),
        np.zeros(SKETCH_WORDS, np.uint64),
    )  # fmt: skip
