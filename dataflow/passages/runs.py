"""Compiled walks over the lines of documents: what is left of each, and which runs are cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.dedup.kernels import I64, U8, U64, U64_ZERO, mix64
from dataflow.passages.lines import BLANK, LABEL, MARK

Bools = NDArray[np.bool_]
I32 = NDArray[np.int32]


@compiled
def content_of(offsets: I64, keys: U64, cut: Bools) -> U64:
    """A hash of the lines left of each document, in their order."""
    found = np.zeros(len(offsets) - 1, np.uint64)
    for document in range(len(found)):
        value = U64_ZERO
        for line in range(offsets[document], offsets[document + 1]):
            if not cut[line]:
                value = mix64(value ^ keys[line])
        found[document] = value
    return found


@compiled
def letters_of(offsets: I64, weights: I32, cut: Bools, rare: Bools) -> tuple[I64, I64]:
    """Letters in the rare lines left of each document, and in all that are left."""
    own = np.zeros(len(offsets) - 1, np.int64)
    total = np.zeros(len(offsets) - 1, np.int64)
    for document in range(len(own)):
        for line in range(offsets[document], offsets[document + 1]):
            if not cut[line]:
                total[document] += weights[line]
                own[document] += weights[line] if rare[line] else 0
    return own, total


@compiled
def cut_runs(offsets: I64, weights: I32, flags: U8, shared: Bools, cut: Bools, least: int) -> Bools:
    """bool[n]: which of the `shared` lines are cut, with those beside them that are shared too.

    Lines that are cut already count as gone.
    """
    found = np.zeros(len(weights), np.bool_)
    for document in range(len(offsets) - 1):
        begin, end = offsets[document], offsets[document + 1]
        if not shared[begin:end].any():
            continue
        lines = np.flatnonzero(~cut[begin:end]) + begin
        blank = blanks(lines, begin, flags, cut)
        at = 0
        while at < len(lines):
            stop = at
            while stop < len(lines) and shared[lines[stop]]:
                stop += 1
            if stop > at:
                tail = stop == len(lines)
                last = stop if tail else trimmed(lines, at, stop, weights, flags, blank, least)
                if is_cut(lines[at:last], weights, flags, least, at == 0 or tail):
                    found[lines[at:last]] = True
            at = max(stop, at + 1)
    return found


@compiled
def blanks(lines: I64, begin: int, flags: U8, cut: Bools) -> Bools:
    """Whether a blank line stands before each of the lines that are left, or did before a cut."""
    found = np.zeros(len(lines), np.bool_)
    for place in range(len(lines)):
        line = lines[place]
        found[place] = place == 0 or (flags[line] & BLANK) != 0
        earlier = line - 1
        while earlier >= begin and cut[earlier]:
            found[place] |= (flags[earlier] & BLANK) != 0
            earlier -= 1
    return found


@compiled
def trimmed(
    lines: I64, at: int, stop: int, weights: I32, flags: U8, blank: Bools, least: int
) -> int:
    """Where the run ends without the labels that lead over to the text after it."""
    taken = 0
    while stop > at:
        line = lines[stop - 1]
        taken += weights[line]
        if flags[line] & MARK or not flags[line] & LABEL or not blank[stop - 1] or taken >= least:
            break
        stop -= 1
    return stop


@compiled
def is_cut(run: I64, weights: I32, flags: U8, least: int, edge: bool) -> bool:
    """Whether a run of shared lines is boilerplate and not a label or heading of its kind."""
    weight, sentence, marked = 0, False, False
    for line in run:
        weight += weights[line]
        marked = marked or (flags[line] & MARK) != 0
        sentence = sentence or not flags[line] & LABEL
    if len(run) == 0 or not (edge or sentence or marked):
        return False
    if marked and edge:
        return True
    alone = len(run) == 1 and not sentence and not marked
    return weight >= (2 * least if alone else least)
