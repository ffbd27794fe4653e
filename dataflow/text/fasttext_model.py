"""A fastText classifier (Joulin et al. 2016), read from its file and asked by a compiled loop.

fastText's own code looks up every n-gram of characters in a hash map of the heap and decodes its
vector again each time. Here the vectors are decoded once into a table that a processor's cache
holds; the answers are the same, at a third of the time. Only what the small model of languages is
can be read: quantised, pruned, with n-grams of 2 characters or more and a hierarchical softmax.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled

_MAGIC, _VERSION, _HIERARCHICAL, _SUPERVISED = 0x2F4F16BA, 12, 1, 3
_LABEL = "__label__"
_CENTROIDS = 256
_UNLIKELY = math.log(1e-6)
"""Branches of the tree below this are not followed."""
_FNV64, _PRIME64 = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_FNV32, _PRIME32 = np.uint32(2166136261), np.uint32(16777619)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)

U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


class _Reader:
    """The values of a little-endian file, one after another."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def values(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def word(self) -> bytes:
        start, self.at = self.at, self.data.index(b"\0", self.at) + 1
        return self.data[start : self.at - 1]

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self.data, dtype, count, self.at)
        self.at += found.nbytes
        return found


@dataclass(frozen=True, eq=False)
class FastText:
    """A model: its labels, vectors (float32[rows, dim]) and how they are found.

    `words` is an open-addressed table (uint64[slots, 2]: a word's hash and its row), `grams`
    (uint32[buckets]) has the rows of n-grams by hash, 0 for none; `children` (int64[labels - 1, 2])
    and `branches` (float32[labels - 1, dim]) are the tree of the softmax, its root last.
    """

    labels: tuple[str, ...]
    vectors: F32
    words: U64
    grams: U32
    lengths: tuple[int, int]
    branches: F32
    children: I64

    def ranked(self, text: str, most: int) -> list[tuple[str, float]]:
        """At most `most` labels and their probabilities, likeliest first."""
        data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
        tables = (self.words, self.grams, self.vectors, self.branches, self.children)
        found, scores = _answers(data, most, self.lengths, tables)
        return [(self.labels[i], p) for i, p in zip(found.tolist(), scores.tolist(), strict=True)]


def read_fasttext(path: Path) -> FastText:
    """The model in the file at `path`; ValueError for a file of another kind."""
    read = _Reader(path.read_bytes())
    if read.values("2i") != (_MAGIC, _VERSION):
        raise ValueError(f"{path} is no fastText model of version {_VERSION}")
    dim, _, _, _, _, word_grams, loss, kind, buckets, shortest, longest, _, _ = read.values("12id")
    size, n_words, n_labels, _, n_pruned = read.values("3i2q")
    if (word_grams, loss, kind) != (1, _HIERARCHICAL, _SUPERVISED) or shortest < 2 or n_pruned < 1:
        raise ValueError(f"{path} is no pruned classifier with a hierarchical softmax")
    entries = [(read.word(), *read.values("qb")) for _ in range(size)]
    pruned = read.array("<i4", 2 * n_pruned).reshape(-1, 2)
    vectors = _vectors(read, dim, path)
    (quantised,) = read.values("?")
    rows, width = read.values("2q")
    if quantised or (rows, width) != (n_labels, dim):
        raise ValueError(f"{path} has an output layer of another kind")
    grams = np.zeros(buckets, np.uint32)
    grams[pruned[:, 0]] = pruned[:, 1] + n_words
    return FastText(
        labels=tuple(word.decode().removeprefix(_LABEL) for word, _, _ in entries[n_words:]),
        vectors=vectors,
        words=_table([word for word, _, _ in entries[:n_words]]),
        grams=grams,
        lengths=(shortest, longest),
        branches=read.array("<f4", rows * width).reshape(rows, width)[: n_labels - 1].copy(),
        children=_tree([count for _, count, _ in entries[n_words:]]),
    )


def _vectors(read: _Reader, dim: int, path: Path) -> F32:
    """float32[rows, dim]: the input vectors, decoded from their product quantisation."""
    quantised, with_norm, rows, width, size = read.values("2?2qi")
    if not quantised or not with_norm or width != dim:
        raise ValueError(f"{path} is not quantised with norms")
    codes = read.array("u1", size).reshape(rows, -1)
    _, parts, step, last = read.values("4i")
    centroids = read.array("<f4", dim * _CENTROIDS).reshape(parts, _CENTROIDS, step)
    if last != step:
        raise ValueError(f"{path} has vectors whose parts differ in length")
    norm_codes = read.array("u1", rows)
    read.values("4i")
    norms = read.array("<f4", _CENTROIDS)[norm_codes]
    decoded = centroids[np.arange(parts), codes].reshape(rows, dim)
    return np.ascontiguousarray(decoded * norms[:, None], np.float32)


def _tree(counts: list[int]) -> I64:
    """int64[labels - 1, 2]: children of the inner nodes of Huffman's tree, as fastText builds it.

    A label is its number; the inner node in row i is `labels + i`.
    """
    n = len(counts)
    weights = [*counts, *([10**15] * (n - 1))]
    children = np.zeros((n - 1, 2), np.int64)
    leaf, node = n - 1, n
    for row in range(n - 1):
        for side in (0, 1):
            if leaf >= 0 and weights[leaf] < weights[node]:
                children[row, side], leaf = leaf, leaf - 1
            else:
                children[row, side], node = node, node + 1
        weights[n + row] = weights[children[row, 0]] + weights[children[row, 1]]
    return children


def _table(words: list[bytes]) -> U64:
    """uint64[2^b, 2]: hashes and numbers of words, at most a third full; unused slots are 0."""
    table = np.zeros((1 << (3 * len(words)).bit_length(), 2), np.uint64)
    hashes = [_hashed(np.frombuffer(word, np.uint8), 0, len(word)) for word in words]
    _fill(table, np.array(hashes, np.uint64), np.arange(len(words), dtype=np.uint64))
    return table


@compiled
def _slot(table: U64, key: np.uint64) -> int:
    """The slot of `key`, or the empty one where it would be."""
    mask = np.uint64(len(table) - 1)
    at = ((key * _SPREAD) >> np.uint64(32)) & mask
    while table[at, 0] != 0 and table[at, 0] != key:
        at = (at + np.uint64(1)) & mask
    return int(at)


@compiled
def _fill(table: U64, keys: U64, rows: U64) -> None:
    for i in range(len(keys)):
        at = _slot(table, keys[i])
        table[at, 0], table[at, 1] = keys[i], rows[i]


@compiled
def _hashed(data: U8, start: int, end: int) -> np.uint64:
    """FNV-1a of 64 bits of a word; never 0."""
    found = _FNV64
    for at in range(start, end):
        found = (found ^ np.uint64(data[at])) * _PRIME64
    return found | np.uint64(1)


@compiled
def _answers(
    data: U8, most: int, lengths: tuple[int, int], tables: tuple[U64, U32, F32, F32, I64]
) -> tuple[I64, F64]:
    """Labels and probabilities for a text, in one call from Python: each takes microseconds."""
    words, grams, vectors, branches, children = tables
    hidden = _averaged(data, words, grams, lengths[0], lengths[1], vectors)
    return _likeliest(_leaves(hidden, branches, children), most)


@compiled
def _averaged(data: U8, words: U64, grams: U32, shortest: int, longest: int, vectors: F32) -> F32:
    """float32[dim]: mean of the vectors of the words in `data` (UTF-8) and of their n-grams."""
    total: F32 = vectors[0].copy()  # row 0 is the end of a line, which every text has
    count = 1
    room = np.empty(len(data) + 2, np.uint8)  # a word in angle brackets
    room[0] = ord("<")
    size = 1
    for at in range(len(data) + 1):
        byte = data[at] if at < len(data) else np.uint8(0)
        if byte > 32 or not (byte == 32 or 9 <= byte <= 13 or byte == 0):
            room[size] = byte
            size += 1
        elif size > 1:
            slot = _slot(words, _hashed(room, 1, size))
            if words[slot, 0] != 0:
                row = words[slot, 1]
                for i in range(len(total)):
                    total[i] += vectors[row, i]
                count += 1
            room[size] = ord(">")
            count += _add_grams(room[: size + 1], grams, shortest, longest, vectors, total)
            size = 1
    for i in range(len(total)):
        total[i] /= count
    return total


@compiled
def _add_grams(word: U8, grams: U32, shortest: int, longest: int, vectors: F32, total: F32) -> int:
    """How many n-grams of `word` have a vector; these are added to `total`."""
    count = 0
    buckets = np.uint32(len(grams))
    for first in range(len(word)):
        if word[first] & 0xC0 == 0x80:
            continue  # within a character
        value = _FNV32
        at = first
        for length in range(1, longest + 1):
            if at == len(word):
                break
            value = _mixed(value, word[at])
            at += 1
            while at < len(word) and word[at] & 0xC0 == 0x80:
                value = _mixed(value, word[at])
                at += 1
            row = grams[value % buckets] if length >= shortest else 0
            if row != 0:
                count += 1
                for i in range(len(total)):
                    total[i] += vectors[row, i]
    return count


@compiled
def _mixed(value: np.uint32, byte: np.uint8) -> np.uint32:
    """FNV-1a of 32 bits by one more byte, which counts as signed."""
    return np.uint32((value ^ np.uint32(np.int8(byte))) * _PRIME32)


@compiled
def _leaves(hidden: F32, branches: F32, children: I64) -> F64:
    """float64[labels]: logarithms of the labels' probabilities, -inf for the unlikely."""
    labels = len(children) + 1
    scores = np.full(2 * labels - 1, -np.inf)
    scores[-1] = 0.0
    for row in range(len(children) - 1, -1, -1):
        score = scores[labels + row]
        if score < _UNLIKELY:
            continue
        sum_ = np.float32(0.0)
        for i in range(len(hidden)):
            sum_ += branches[row, i] * hidden[i]
        right = 1.0 / (1.0 + math.exp(-sum_))
        scores[children[row, 0]] = score + math.log(1.0 - right + 1e-5)
        scores[children[row, 1]] = score + math.log(right + 1e-5)
    return scores[:labels]


@compiled
def _likeliest(scores: F64, most: int) -> tuple[I64, F64]:
    """At most `most` labels (int64) that have a score, best first, and their probabilities."""
    found = np.empty(most, np.int64)
    size = 0
    for label in range(len(scores)):
        if scores[label] == -np.inf or (size == most and scores[label] <= scores[found[-1]]):
            continue
        size = min(size + 1, most)
        at = size - 1
        while at > 0 and scores[found[at - 1]] < scores[label]:
            found[at] = found[at - 1]
            at -= 1
        found[at] = label
    return found[:size], np.minimum(1.0, np.exp(scores[found[:size]]))
