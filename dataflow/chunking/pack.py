"""Pieces -> runs of pieces, one a chunk, never over the cap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise

from dataflow.chunking.pieces import Cut, Piece

COST = {
    Cut.HEADING: -0.25,
    Cut.BLOCK: 0.0,
    Cut.LINE: 0.0,
    Cut.ITEM: 0.1,
    Cut.SENTENCE: 0.3,
    Cut.ROW: 0.4,
    Cut.LEAD: 0.8,
    Cut.INSIDE: 1.0,
    Cut.NEVER: math.inf,
}
"""Price of a cut, against which the price of a chunk's size is held (see `SIZE_WEIGHT`).

Found on flat English text, where they hardly matter: with .1 to .8 for a sentence, precision_omega
and recall stayed within 1 %. A heading's price is below the saving from filling up a chunk, unless
one side of the cut has less than about a tenth of the cap: such scraps join their neighbours.
"""

FILL = 0.7
SIZE_WEIGHT = 0.3
"""A chunk filled to 70 % costs nothing, an empty one .3. Room above and a low weight let topics set
the sizes: on flat English text both retrieval and cuts were better than with chunks of one size."""

COHESION_WEIGHT = 0.2
"""Price of a cut through text that coheres one standard deviation more than the mean."""

SOFT = frozenset({Cut.BLOCK, Cut.LINE, Cut.ITEM, Cut.SENTENCE})
"""Cuts that cohesion has a say in."""

MAX_PIECES = 160
"""Pieces of a chunk: bounds the search. Pieces under 1/64 of the cap are joined before it, so only
chunks of as many separate headings come near it."""


def joined(pieces: Sequence[Piece], size: int) -> list[Piece]:
    """Pieces in which neighbours that are tiny together have become one."""
    tiny = size // 64
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if (
            last is not None
            and piece.cut not in (Cut.HEADING, Cut.NEVER)
            and last.prefix == piece.prefix
            and last.tokens + piece.tokens <= tiny
        ):
            last.end, last.tokens = piece.end, last.tokens + piece.tokens
        else:
            found.append(piece)
    return found


def pack(pieces: Sequence[Piece], size: int, cohesion: Sequence[float]) -> list[int]:
    """Index of each chunk's first piece: the cheapest division whose chunks hold `size` tokens.

    The sum of the prices of all cuts and all sizes is the least there is (dynamic programming
    over the pieces). Ties go to the longer last chunk. Time is linear in the number of pieces.
    """
    before = [0, *accumulate(piece.tokens for piece in pieces)]
    price = [
        COST[piece.cut] + (COHESION_WEIGHT * value if piece.cut in SOFT else 0.0)
        for piece, value in zip(pieces, cohesion, strict=True)
    ]
    if price:
        price[0] = 0.0
    best = [0.0]
    first = [0]
    for end in range(1, len(pieces) + 1):
        least, chosen = math.inf, end - 1
        for begin in range(end - 1, max(-1, end - 1 - MAX_PIECES), -1):
            tokens = before[end] - before[begin]
            if tokens > size and begin < end - 1:
                break
            tokens += pieces[begin].prefix_tokens
            if tokens > size and begin < end - 1:
                continue
            cost = best[begin] + price[begin] + SIZE_WEIGHT * (tokens / size / FILL - 1) ** 2
            if cost <= least:
                least, chosen = cost, begin
        best.append(least)
        first.append(chosen)
    return _followed(first)


def _followed(first: list[int]) -> list[int]:
    """Starts of the chunks on the way back from the end."""
    starts: list[int] = []
    end = len(first) - 1
    while end:
        end = first[end]
        starts.append(end)
    return starts[::-1]


def fill(pieces: Sequence[Piece], size: int) -> list[int]:
    """Index of each chunk's first piece when each chunk takes all that fits."""
    starts: list[int] = []
    filled = size + 1
    for index, piece in enumerate(pieces):
        filled += piece.tokens
        if filled > size:
            starts.append(index)
            filled = piece.tokens
    return starts


def extended(pieces: Sequence[Piece], starts: Sequence[int], overlap: int) -> list[int]:
    """`starts` moved back by whole pieces of at most `overlap` tokens in all.

    An overlap ends at a heading and at the edge of a table, whose rows would need their header.
    """
    found: list[int] = []
    for previous, start in pairwise([0, *starts]):
        begin, room = start, overlap
        while begin - 1 > previous and pieces[begin].cut not in (Cut.HEADING, Cut.NEVER):
            piece = pieces[begin - 1]
            if piece.tokens > room or piece.prefix != pieces[start].prefix:
                break
            room -= piece.tokens
            begin -= 1
        found.append(begin)
    return found
