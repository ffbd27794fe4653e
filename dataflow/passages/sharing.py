"""Which lines the documents of a source share, and which of those are cut.

Lines are compared in buckets of their keys, so that memory grows with the number of lines by eleven
bytes each, not with what is known about them. Cutting lines changes what is left: documents become
alike, or empty, or more of their own. So the whole is repeated on what is left until nothing more
is found; a second run over the result then finds nothing either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.dedup.kernels import I64, U64
from dataflow.passages.blocks import UnitBlock, check_schemes
from dataflow.passages.collecting import LINE_SCHEME
from dataflow.passages.cutting import CUT_FRAME
from dataflow.passages.groups import groups_of
from dataflow.passages.lines import FIELD, PAGE, PROTECTED, STRUCTURE
from dataflow.passages.runs import NEVER, content_of, cut_lines, letters_of

if TYPE_CHECKING:
    from dataflow.passages.boilerplate import CutBoilerplate

BUCKET = 2_000_000
"""Lines that are sorted at once: about 100 MB."""
ROUNDS = 12
OWN = 2
"""Documents that a line may stand in and still be their own: a text is often there twice."""
Bools = NDArray[np.bool_]


@dataclass
class State:
    """What is known of the lines of one block: which are cut, rare, shared, and how widely."""

    block: UnitBlock
    first: int
    cut: Bools
    rare: Bools
    shared: Bools
    copies: NDArray[np.int32]
    documents: NDArray[np.int32]

    def array(self, name: str) -> NDArray[Any]:
        """One of the block's arrays."""
        return self.block.arrays[name]


def resolve_lines(blocks: Sequence[UnitBlock], options: CutBoilerplate) -> pl.DataFrame:
    """The lines to cut, with the columns of CUT_FRAME, by doc_id and place."""
    check_schemes(blocks, f"{LINE_SCHEME}.{options.VERSION}")
    if not blocks:
        return CUT_FRAME.to_frame()
    states = _states(blocks)
    groups = _Groups(states)
    for state in states:
        page = (state.array("flags") & PAGE) != 0
        state.cut |= page
        state.copies[page] = 1
    for _ in range(ROUNDS):
        _mark_rare(states)
        _mark_shared(states, groups, options)
        if not sum(_cut(state, options) for state in states):
            break
    return _cut_frame(states)


def _states(blocks: Sequence[UnitBlock]) -> list[State]:
    """The state of each block before anything is cut; `first` numbers its documents."""
    states, first = [], 0
    for block in blocks:
        number = len(block.arrays["key"])
        flags = [np.zeros(number, np.bool_) for _ in range(3)]
        offsets = block.arrays["offsets"]
        documents = np.repeat(np.arange(len(block), dtype=np.int32), np.diff(offsets))
        copies = np.zeros(number, np.int32)
        states.append(State(block, first, flags[0], flags[1], flags[2], copies, documents))
        first += len(block)
    return states


class _Groups:
    """Groups of all documents: those of document d are `of[offsets[d]:offsets[d + 1]]`."""

    def __init__(self, states: Sequence[State]) -> None:
        names: dict[str, int] = {}
        found: list[int] = []
        lengths = [0]
        for state in states:
            for source in state.block.sources:
                mine = [names.setdefault(name, len(names)) for name in groups_of(source)]
                found += mine
                lengths.append(len(mine))
        self.of = np.array(found, np.int64)
        self.offsets = np.cumsum(lengths, dtype=np.int64)
        self.number = max(len(names), 1)

    def spread(self, documents: I64) -> tuple[I64, I64]:
        """For each group of each of `documents`: the place in `documents`, the group."""
        counts = self.offsets[documents + 1] - self.offsets[documents]
        places = np.repeat(np.arange(len(documents)), counts)
        begins = np.repeat(self.offsets[documents] - np.cumsum(counts) + counts, counts)
        return places, self.of[begins + np.arange(len(places))]


def _buckets(states: Sequence[State], *, rare: bool) -> Iterator[tuple[U64, I64, list[I64]]]:
    """Keys, documents and places by block of the lines that are left, some keys at a time.

    With `rare` false only those that are not rare. Equal keys come in one bucket.
    """
    wanted = [~s.cut if rare else ~(s.cut | s.rare) for s in states]
    total = sum(int(np.count_nonzero(each)) for each in wanted)
    parts = max(1, -(-total // BUCKET))
    for part in range(parts):
        keys, documents, places = [], [], []
        for state, mask in zip(states, wanted, strict=True):
            key = state.array("key")
            mine = np.flatnonzero(mask & ((key >> np.uint64(33)) % np.uint64(parts) == part))
            places.append(mine)
            keys.append(key[mine])
            documents.append(state.first + state.documents[mine].astype(np.int64))
        yield np.concatenate(keys), np.concatenate(documents), places


def _distinct(*columns: I64 | U64) -> tuple[list[NDArray[np.int64]], Bools]:
    """The order that sorts rows by `columns`, and which rows then are the first of their kind."""
    order = np.lexsort(columns[::-1])
    first = np.zeros(len(order), np.bool_)
    first[:1] = True
    for column in columns:
        ordered = column[order]
        first[1:] |= ordered[1:] != ordered[:-1]
    return [order], first


def _mark_rare(states: Sequence[State]) -> None:
    """Marks lines that stand in no more than OWN documents."""
    for keys, documents, places in _buckets(states, rare=True):
        (order,), first = _distinct(keys, documents)
        _, index = np.unique(keys[order], return_inverse=True)
        counts = np.bincount(index, weights=first)
        rare = np.empty(len(keys), np.bool_)
        rare[order] = counts[index] <= OWN
        _scatter(states, places, "rare", rare)


def _scatter(
    states: Sequence[State], places: list[I64], name: str, values: NDArray[np.generic]
) -> None:
    """Writes values of a bucket back to the blocks they came from."""
    done = 0
    for state, mine in zip(states, places, strict=True):
        getattr(state, name)[mine] = values[done : done + len(mine)]
        done += len(mine)


def _mark_shared(states: Sequence[State], groups: _Groups, options: CutBoilerplate) -> None:
    """Marks lines that are frequent in a group of their document, and counts their documents.

    Documents of the same text count as one in each group.
    """
    contents, evidence = _evidence(states, options.own_share)
    places, of = groups.spread(np.flatnonzero(evidence))
    kinds = contents[evidence][places]
    (order,), first = _distinct(of, kinds)
    sizes = np.bincount(of[order][first], minlength=groups.number)
    for state in states:
        state.shared[:] = False
        state.copies[~state.cut] = 0
    for keys, documents, found in _buckets(states, rare=False):
        if not len(keys):
            continue
        _, index = np.unique(keys, return_inverse=True)
        pair = _pairs(index, documents, groups, contents, evidence)
        enough = (pair.counts >= options.min_documents) & (
            pair.counts >= options.min_share * sizes[pair.group]
        )
        codes = pair.key[enough] * groups.number + pair.group[enough]
        copies = _looked_up(index, documents, groups, codes, pair.counts[enough])
        _scatter(states, found, "copies", copies)
        _scatter(states, found, "shared", copies > 0)


@dataclass
class _Pairs:
    """How many documents of a group have a key; by key and group, ascending."""

    key: I64
    group: I64
    counts: I64


def _pairs(index: I64, documents: I64, groups: _Groups, contents: U64, evidence: Bools) -> _Pairs:
    """Distinct texts that give evidence, by key and group."""
    mine = evidence[documents]
    index, documents = index[mine], documents[mine]
    places, group = groups.spread(documents)
    key = index[places]
    (order,), first = _distinct(key, group, contents[documents][places])
    key, group = key[order][first], group[order][first]
    codes, counts = np.unique(key * groups.number + group, return_counts=True)
    return _Pairs(codes // groups.number, codes % groups.number, counts)


def _looked_up(
    index: I64, documents: I64, groups: _Groups, codes: I64, counts: I64
) -> NDArray[np.int32]:
    """For each line the largest count of its key in a group of its document; 0 without one."""
    found = np.zeros(len(index), np.int32)
    if not len(codes):
        return found
    near = np.flatnonzero(np.isin(index, codes // groups.number))
    places, group = groups.spread(documents[near])
    wanted = index[near][places] * groups.number + group
    at = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    hit = codes[at] == wanted
    np.maximum.at(found, near[places[hit]], counts[at[hit]].astype(np.int32))
    return found


def _evidence(states: Sequence[State], own_share: float) -> tuple[U64, Bools]:
    """A hash of what is left of each document, and which have enough of their own."""
    contents, evidence = [], []
    for state in states:
        offsets, key = state.array("offsets"), state.array("key")
        contents.append(content_of(offsets, key, state.cut))
        own, total = letters_of(offsets, state.array("weight"), state.cut, state.rare)
        evidence.append((total > 0) & (own >= own_share * total))
    return np.concatenate(contents), np.concatenate(evidence)


def _cut(state: State, options: CutBoilerplate) -> int:
    """Cuts shared lines that are boilerplate from a block's documents; returns how many lines."""
    flags, weight = state.array("flags"), state.array("weight")
    stays = (flags & (STRUCTURE | PROTECTED | FIELD)) != 0
    marked = state.shared & ~stays & (weight <= options.max_chars)
    if not marked.any():
        return 0
    least = options.min_chars if options.inside else NEVER
    signs = state.array("signs")
    new = cut_lines(state.array("offsets"), weight, flags, signs, marked, state.cut, least)
    state.cut |= new
    return int(np.count_nonzero(new))


def _cut_frame(states: Sequence[State]) -> pl.DataFrame:
    """The cut lines of all blocks."""
    parts = [CUT_FRAME.to_frame()]
    for state in states:
        lines = np.flatnonzero(state.cut)
        columns = {
            "doc_id": state.block.doc_ids.gather(state.documents[lines]),
            "char_start": state.array("start")[lines].astype(np.int64),
            "char_end": state.array("end")[lines].astype(np.int64),
            "unit": pl.repeat("line", len(lines), dtype=pl.String, eager=True),
            "copies": state.copies[lines].astype(np.int64),
            "of_doc_id": pl.repeat(None, len(lines), dtype=pl.String, eager=True),
            "of_start": pl.repeat(None, len(lines), dtype=pl.Int64, eager=True),
        }
        parts.append(pl.DataFrame(columns, schema=CUT_FRAME))
    return pl.concat(parts).sort("doc_id", "char_start")
