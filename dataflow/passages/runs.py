"""Compiled walks over the lines of documents: what is left of each, and which lines are cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.dedup.kernels import I64, U8, U64, U64_ZERO, mix64
from dataflow.passages.lines import BLANK, FIELD, LABEL, PROTECTED, STRUCTURE, SYMBOL
from dataflow.passages.notices import FURNITURE, MENU

Bools = NDArray[np.bool_]
I32 = NDArray[np.int32]
NEVER = 1 << 40
"""More letters than a line has."""
TITLE_LINES = 2
"""A title and the rule under it, which may stand above the furniture at the top."""
FILLED = 45
"""Letters of a line that was broken because it was full: lines of 60 to 80 characters have that
many, labels seldom do."""


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
def cut_lines(
    offsets: I64, weights: I32, flags: U8, signs: U8, shared: Bools, cut: Bools, least: int
) -> Bools:
    """bool[n]: which of the `shared` lines are cut; lines that are cut already count as gone.

    Each is judged alone, but for sentences that were broken into lines: those go whole or not at
    all. `least` letters make a sentence that goes wherever it stands.
    """
    found = np.zeros(len(weights), np.bool_)
    for document in range(len(offsets) - 1):
        begin, end = offsets[document], offsets[document + 1]
        if not shared[begin:end].any():
            continue
        lines = np.flatnonzero(~cut[begin:end]) + begin
        blank = blanks(lines, begin, flags, cut)
        top, bottom = edges(lines, flags, shared)
        at = 0
        while at < len(lines):
            stop = at + 1
            while stop < len(lines) and continues(lines, stop, weights, flags, signs, blank):
                stop += 1
            whole = True
            for line in lines[at:stop]:
                whole = whole and shared[line]
            edge = stop <= top or at >= bottom
            alone = blank[at] and (stop == len(lines) or blank[stop])
            if whole and is_boilerplate(lines[at:stop], weights, flags, signs, edge, alone, least):
                found[lines[at:stop]] = True
            at = stop
    return found


@compiled
def edges(lines: I64, flags: U8, shared: Bools) -> tuple[int, int]:
    """Where the shared lines at the top end, behind a title; where those at the foot begin."""
    top = 0
    while top < min(len(lines), TITLE_LINES) and flags[lines[top]] & STRUCTURE:
        top += 1
    while top < len(lines) and shared[lines[top]]:
        top += 1
    bottom = len(lines)
    while bottom > 0 and shared[lines[bottom - 1]]:
        bottom -= 1
    return top, bottom


@compiled
def continues(lines: I64, place: int, weights: I32, flags: U8, signs: U8, blank: Bools) -> bool:
    """Whether a line goes on with the sentence of the line above it."""
    above = lines[place - 1]
    return bool(
        not blank[place]
        and flags[above] & LABEL
        and weights[above] >= FILLED
        and not signs[above] & (FURNITURE | MENU)
        and not (flags[above] | flags[lines[place]]) & (STRUCTURE | PROTECTED | FIELD | SYMBOL)
        and not signs[lines[place]] & (FURNITURE | MENU)
    )


@compiled
def is_boilerplate(
    run: I64, weights: I32, flags: U8, signs: U8, edge: bool, alone: bool, least: int
) -> bool:
    """Whether the lines of one sentence, or one line, are boilerplate where they stand."""
    weight, sentence, seen = 0, False, np.uint8(0)
    for line in run:
        weight += weights[line]
        sentence = sentence or not flags[line] & LABEL
        seen |= signs[line]
    if seen & FURNITURE or (edge and seen) or (alone and seen & MENU):
        return True
    return bool(sentence and weight >= least)


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
