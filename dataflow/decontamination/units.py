"""Texts handed to the compiled loops, and places in composed texts back to the original ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.dedup.folding import JOINS, TABLE_SIZE, fold_table

I64 = NDArray[np.int64]


class Composed(NamedTuple):
    """A text with NFKC applied where code points combine, and where its code points come from.

    Code point i of `text` comes from the original's `begins[i]` to `ends[i]`.
    """

    text: str
    begins: I64
    ends: I64


def compose_with_places(text: str) -> Composed:
    r"""`text` composed piece by piece; a piece is a code point and those that combine with it.

    >>> composed = compose_with_places("e\u0301te")
    >>> composed.text, composed.begins.tolist(), composed.ends.tolist()
    ('éte', [0, 2, 3], [2, 3, 4])
    """
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    flags = fold_table().codes
    joins = (flags[np.minimum(codes, TABLE_SIZE - 1)] & JOINS) != 0
    joins[:1] = False
    starts = np.flatnonzero(~joins)
    ends = np.append(starts[1:], codes.size)[: starts.size]
    several = np.flatnonzero(ends - starts > 1)
    pieces = pl.Series([text[starts[i] : ends[i]] for i in several.tolist()], dtype=pl.String)
    normal = pieces.str.normalize("NFKC").to_list()  # n log n, see folding.compose
    parts: list[str] = []
    sizes = np.ones(starts.size, np.int64)
    done = 0
    for i, piece in zip(several.tolist(), normal, strict=True):
        parts += (text[done : starts[i]], piece)
        sizes[i], done = len(piece), int(ends[i])
    parts.append(text[done:])
    return Composed("".join(parts), np.repeat(starts, sizes), np.repeat(ends, sizes))
