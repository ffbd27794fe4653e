"""From counts of n-grams to probabilities: interpolated modified Kneser-Ney smoothing.

Kneser and Ney 1995; Chen and Goodman 1998, section 3. The highest order uses counts; a lower one
counts in how many different contexts an n-gram was seen, which is how many n-grams one token
longer end with it. All probabilities of a context sum to 1 over vocabulary and UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dataflow.perplexity import container
from dataflow.perplexity.counting import Counted, merged
from dataflow.perplexity.kernels import EMPTY_CONTEXT, F64, chain_keys, filled, link
from dataflow.perplexity.tokens import BOUNDARY, I64, U32, U64, UNKNOWN

FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)
"""Where counts of counts tell none, as in tiny or pruned models; those of KenLM."""
BYTES_PER_ROW = 200
"""Peak bytes for each distinct n-gram while a model is estimated: 190 measured at order 4."""
SEEN_TWICE = 2
"""A token seen less often is UNKNOWN, so that there are some to learn from."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A language model: log-probabilities by n-gram, log back-off weights by context.

    Open-addressed tables of half keys (uint32) and values (float64), see `kernels.filled`.
    """

    slots: U32
    values: F64
    contexts: U32
    backoffs: F64


def gathered(parts: Sequence[Counted], order: int, most_rows: int) -> tuple[Counted, U32]:
    """The sum of all `parts`, pruned to `most_rows`, and the tokens seen twice or more.

    Slices of the key space are summed one after the other. When the rows become too many, the
    rarest go: the least count that has to be reached is a property of the sum, so neither the
    order of `parts` nor the slices matter.
    """
    total = sum(len(part.keys) for part in parts)
    slices = max(1, -(-total // max(most_rows, 1)))
    bounds = [(number << 64) // slices for number in range(1, slices)]
    cuts = [
        [0, *np.searchsorted(part.keys, np.array(bounds, np.uint64)).tolist(), len(part.keys)]
        for part in parts
    ]
    kept: list[Counted] = []
    vocabulary = _Vocabulary()
    least = 1
    for number in range(slices):
        pieces = [
            _cut(part, *cut[number : number + 2]) for part, cut in zip(parts, cuts, strict=True)
        ]
        whole = merged(pieces, order)
        vocabulary.add(whole)
        kept.append(_at_least(whole, least))
        while sum(len(piece.keys) for piece in kept) > most_rows:
            least += 1
            kept = [_at_least(piece, least) for piece in kept]
    # slices ascend by key, so that their rows do as well
    rows = np.concatenate([piece.rows for piece in kept])
    keys = np.concatenate([piece.keys for piece in kept])
    counts = np.concatenate([piece.counts for piece in kept])
    tokens = sum(part.tokens for part in parts)
    return Counted(rows, keys, counts, tokens), vocabulary.seen_twice()


def _cut(part: Counted, start: int, end: int) -> Counted:
    return Counted(part.rows[start:end], part.keys[start:end], part.counts[start:end], 0)


def _at_least(part: Counted, least: int) -> Counted:
    if least == 1:
        return part
    enough = part.counts >= least
    return Counted(part.rows[enough], part.keys[enough], part.counts[enough], part.tokens)


class _Vocabulary:
    """How often each token ends an n-gram, which is how often it occurs."""

    def __init__(self) -> None:
        self.tokens, self.counts = np.empty(0, np.uint32), np.empty(0, np.int64)

    def add(self, part: Counted) -> None:
        tokens = np.concatenate([self.tokens, part.rows[:, -1]])
        counts = np.concatenate([self.counts, part.counts.astype(np.int64)])
        self.tokens, inverse = np.unique(tokens, return_inverse=True)
        self.counts = np.bincount(inverse, counts, len(self.tokens)).astype(np.int64)

    def seen_twice(self) -> U32:
        return np.union1d(self.tokens[self.counts >= SEEN_TWICE], [BOUNDARY]).astype(np.uint32)


def estimate(parts: Sequence[Counted], order: int, most_rows: int) -> Table:
    """The model of all `parts` together."""
    counted, vocabulary = gathered(parts, order, most_rows)
    counted = _with_unknown(counted, vocabulary, order)
    values: dict[str, list[NDArray[np.float64]]] = {"values": [], "backoffs": []}
    keys: dict[str, list[U64]] = {"values": [], "contexts": []}
    base = 1.0 / (len(vocabulary) + 1)
    shorter = np.full(1, base)
    for length, level in enumerate(_levels(counted, order), 1):
        probabilities, contexts, backoffs = _smoothed(counted.rows, level, length, shorter)
        keys["values"].append(chain_keys(counted.rows, level.which, 0, length))
        values["values"].append(np.log(probabilities))
        keys["contexts"].append(contexts)
        values["backoffs"].append(np.log(np.maximum(backoffs, np.finfo(np.float64).tiny)))
        shorter = probabilities
    unseen = _unseen(vocabulary, keys["values"][0])
    if len(unseen):
        keys["values"].append(unseen)
        values["values"].append(np.full(len(unseen), values["backoffs"][0][0] + np.log(base)))
    slots, logs = filled(np.concatenate(keys["values"]), np.concatenate(values["values"]))
    behind, weights = filled(np.concatenate(keys["contexts"]), np.concatenate(values["backoffs"]))
    return Table(*(container.on_disk(part) for part in (slots, logs, behind, weights)))


def _unseen(vocabulary: U32, known: U64) -> U64:
    """Keys of the unigrams that no n-gram ends with; pruning can do that to a rare word."""
    tokens = np.unique(np.append(vocabulary, UNKNOWN))
    keys = np.array([link(EMPTY_CONTEXT, token) for token in tokens], np.uint64)
    return keys[~np.isin(keys, known)]


def _with_unknown(counted: Counted, vocabulary: U32, order: int) -> Counted:
    """Counts in which UNKNOWN stands for every token that is not in the vocabulary."""
    rows = np.array(counted.rows)
    outside = ~np.isin(rows, vocabulary)
    if not outside.any():
        return counted
    rows[outside] = UNKNOWN
    keys = chain_keys(rows, np.arange(len(rows)), 0, order)
    ranks = np.argsort(keys, kind="stable")
    renamed = Counted(rows[ranks], keys[ranks], counted.counts[ranks], counted.tokens)
    empty = replace(renamed, rows=rows[:0], keys=keys[:0], counts=counted.counts[:0], tokens=0)
    return merged([renamed, empty], order)


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """The n-grams of one length: a row that ends with each, its count, and which its suffix is.

    `suffixes` are places in the level below, 0 for single tokens.
    """

    which: I64
    counts: I64
    suffixes: I64


def _levels(counted: Counted, order: int) -> list[_Level]:
    """The levels of length 1, 2, ... order."""
    which = np.arange(len(counted.rows), dtype=np.int64)
    counts = counted.counts.astype(np.int64)
    found = []
    for length in range(order - 1, 0, -1):
        keys = chain_keys(counted.rows, which, 0, length)
        _, firsts, suffixes, numbers = np.unique(
            keys, return_index=True, return_inverse=True, return_counts=True
        )
        found.append(_Level(which, counts, suffixes))
        which, counts = which[firsts], numbers.astype(np.int64)
    found.append(_Level(which, counts, np.zeros(len(which), np.int64)))
    return found[::-1]


def _smoothed(
    rows: U32, level: _Level, length: int, shorter: F64
) -> tuple[F64, U64, NDArray[np.float64]]:
    """Probabilities of a level's n-grams, and keys and back-off weights of their contexts.

    `shorter` are the probabilities of the level below (for single tokens: the uniform one).
    """
    context_keys = chain_keys(rows, level.which, 1, length - 1)
    contexts, of_context = np.unique(context_keys, return_inverse=True)
    discounts = np.array([0.0, *modified_discounts(level.counts)])[np.minimum(level.counts, 3)]
    sums = np.bincount(of_context, level.counts, len(contexts))
    backoffs = np.bincount(of_context, discounts, len(contexts)) / sums
    own = (level.counts - discounts) / sums[of_context]
    return own + backoffs[of_context] * shorter[level.suffixes], contexts, backoffs


def modified_discounts(counts: NDArray[np.int64]) -> tuple[float, float, float]:
    """What is taken off counts of 1, 2 and more (Chen and Goodman 1998, equation 26).

    >>> modified_discounts(np.array([1, 1, 1, 1, 2, 2, 3, 4]))
    (0.5, 1.25, 1.0)
    """
    n1, n2, n3, n4 = (int((counts == number).sum()) for number in range(1, 5))
    if not (n1 and n2 and n3 and n4):
        return FALLBACK_DISCOUNTS
    share = n1 / (n1 + 2 * n2)
    found = (1 - 2 * share * n2 / n1, 2 - 3 * share * n3 / n2, 3 - 4 * share * n4 / n3)
    if all(0 < discount <= number for number, discount in enumerate(found, 1)):
        return found
    return FALLBACK_DISCOUNTS
