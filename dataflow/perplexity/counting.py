"""Counts of the n-grams of some documents, by language and fold, as blocks on disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from dataflow.perplexity import container
from dataflow.perplexity.kernels import window_keys, windows
from dataflow.perplexity.tokens import (
    CHARACTER_LANGUAGES,
    I64,
    U32,
    U64,
    code_points,
    spellings,
    tokenize,
)

FORMAT = "perplexity-counts"
REMEDY = "delete the file and run again"
BATCH_TOKENS = 2_000_000
"""Tokens counted at a time: bounds the scratch memory to about 100 MB."""

TEXT, SPELLING = "text", "spelling"
"""Streams: the tokens of the texts, and the letters of the words in them."""
_ARRAYS = ("rows", "keys", "counts")
Group = tuple[str, int, str]
"""Language, fold and stream."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """What counts depend on; blocks and models belong together only when theirs are equal."""

    version: int
    order: int
    folds: int


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Distinct n-grams: rows uint32[n, order] by ascending key, uint64[n] keys, uint32[n] counts.

    `tokens` says how many tokens were counted.
    """

    rows: U32
    keys: U64
    counts: U32
    tokens: int


@dataclass(frozen=True, slots=True, eq=False)
class CountBlock:
    """Counts of some documents."""

    scheme: Scheme
    groups: dict[Group, Counted]


def fold_of(doc_id: str, folds: int) -> int:
    """The fold a document belongs to, from its id alone.

    >>> {fold_of(str(i), 2) for i in range(9)}
    {0, 1}
    """
    return int(xxhash.xxh3_64_intdigest(f"fold {doc_id}".encode())) % folds


def count_texts(documents: Iterable[tuple[str, str, str]], scheme: Scheme) -> CountBlock:
    """Counts of documents, each given as id, language and text."""
    gathered: dict[Group, list[tuple[U32, I64]]] = {}
    for doc_id, lang, text in documents:
        fold = fold_of(doc_id, scheme.folds)
        for stream, sequences in _streams(text, lang).items():
            gathered.setdefault((lang, fold, stream), []).append(sequences)
    groups = {group: _counted(parts, scheme.order) for group, parts in sorted(gathered.items())}
    return CountBlock(scheme, {group: part for group, part in groups.items() if part.tokens})


def _streams(text: str, lang: str) -> dict[str, tuple[U32, I64]]:
    """Tokens of each stream, and where its sequences begin (int64[n + 1])."""
    codes = code_points(text)
    characters = lang in CHARACTER_LANGUAGES
    tokens, spans = tokenize(codes, characters=characters)
    found = {TEXT: (tokens, np.array([0, len(tokens)], np.int64))}
    if not characters:
        letters = np.empty(len(codes) + len(tokens), np.uint32)
        starts, _ = spellings(codes, tokens, spans, letters)
        found[SPELLING] = (letters[: starts[-1]].copy(), starts)
    return found


def _counted(parts: Sequence[tuple[U32, I64]], order: int) -> Counted:
    """Distinct n-grams of sequences, counted in batches."""
    done = [_count_batch(batch, order) for batch in _batches(parts)]
    return merged(done, order)


def _batches(parts: Sequence[tuple[U32, I64]]) -> Iterator[list[tuple[U32, I64]]]:
    batch: list[tuple[U32, I64]] = []
    size = 0
    for tokens, starts in parts:
        if batch and size + len(tokens) > BATCH_TOKENS:
            yield batch
            batch, size = [], 0
        batch.append((tokens, starts))
        size += len(tokens)
    if batch:
        yield batch


def _count_batch(parts: Sequence[tuple[U32, I64]], order: int) -> Counted:
    tokens = np.concatenate([part for part, _ in parts])
    before = np.cumsum([0, *(len(part) for part, _ in parts)])
    starts = [places[:-1] + begin for (_, places), begin in zip(parts, before, strict=False)]
    bounds = np.concatenate([*starts, [len(tokens)]]).astype(np.int64)
    keys, room = np.empty(len(tokens), np.uint64), np.empty(len(tokens), np.uint8)
    window_keys(tokens, bounds, order, keys, room)
    distinct, places, counts = np.unique(keys, return_index=True, return_counts=True)
    rows = np.empty((len(distinct), order), np.uint32)
    windows(tokens, places.astype(np.int64), room, rows)
    return Counted(rows, distinct, counts.astype(np.uint32), len(tokens))


def merged(parts: Sequence[Counted], order: int) -> Counted:
    """The sum of counts; the same whatever the order of `parts`."""
    if len(parts) == 1:
        return parts[0]
    keys = np.concatenate([np.empty(0, np.uint64), *(part.keys for part in parts)])
    ranks = np.argsort(keys, kind="stable")
    keys = keys[ranks]
    firsts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)])
    counts = np.concatenate([np.empty(0, np.uint32), *(part.counts for part in parts)])[ranks]
    sums = np.add.reduceat(counts, firsts, dtype=np.uint32) if len(firsts) else counts
    rows = np.concatenate([np.empty((0, order), np.uint32), *(part.rows for part in parts)])
    total = sum(part.tokens for part in parts)
    return Counted(rows[ranks[firsts]], keys[firsts], sums.astype(np.uint32), total)


def write_block(path: Path, block: CountBlock) -> None:
    """Writes `block` whole or not at all; equal blocks give equal bytes."""
    arrays: dict[str, NDArray[Any]] = {}
    groups = []
    for number, ((lang, fold, stream), part) in enumerate(sorted(block.groups.items())):
        groups.append([lang, fold, stream, part.tokens])
        for name in _ARRAYS:
            arrays[f"{number}/{name}"] = getattr(part, name)
    scheme = block.scheme
    about = {"order": scheme.order, "folds": scheme.folds, "groups": groups}
    container.write_arrays(path, FORMAT, scheme.version, about, arrays)


def read_block(path: Path, version: int) -> CountBlock:
    """The block in `path`, its arrays mapped from the file; raises StoreError."""
    about, arrays = container.read_arrays(path, FORMAT, version, REMEDY)
    groups: dict[Group, Counted] = {}
    for number, (lang, fold, stream, tokens) in enumerate(about["groups"]):
        rows, keys, counts = (arrays[f"{number}/{name}"] for name in _ARRAYS)
        groups[lang, fold, stream] = Counted(rows, keys, counts, tokens)
    return CountBlock(Scheme(version, int(about["order"]), int(about["folds"])), groups)
