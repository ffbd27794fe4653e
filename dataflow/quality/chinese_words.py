"""Where the words of Chinese text begin: the one adapter of `rjieba`.

Runs of Han characters are cut by a dictionary, and by a hidden Markov model where it has no word
(the exact mode of jieba, 10 million characters a CPU second). Each run is cut on its own, so what
stands around it, in the same text or in another one of the batch, has no influence.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas.errors import MissingExtraError

SLICE_CHARS = 200_000
"""Han characters cut at once: their words are strings of about 60 bytes, twelve megabytes."""
_SEPARATOR = 0x0A


@lru_cache(maxsize=1)
def _cutter() -> Any:
    """A segmenter with the dictionary as it ships: one that nobody else adds words to."""
    try:
        import rjieba
    except ImportError as error:
        raise MissingExtraError("rjieba", "", "segmenting Chinese text") from error
    return rjieba.Jieba()


def word_starts(codes: NDArray[np.uint32], han: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Positions in `codes` at which a Chinese word begins, in no order; `han` marks what to cut.

    >>> text = "他们在北京。"
    >>> codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    >>> sorted(set(word_starts(codes, codes >= 0x4E00).tolist()))[:3]
    [0, 2, 3]
    """
    positions = np.flatnonzero(han)
    if not positions.size:
        return positions
    breaks = np.flatnonzero(np.diff(positions) > 1) + 1
    firsts = np.concatenate([[0], breaks])
    found = []
    for begin, end in _slices(firsts, positions.size):
        inner = firsts[(firsts > begin) & (firsts < end)] - begin
        run = np.insert(codes[positions[begin:end]], inner, _SEPARATOR)
        words = _cutter().cut(run.tobytes().decode("utf-32-le"))
        ends = np.cumsum(np.fromiter(map(len, words), dtype=np.int64, count=len(words)))
        starts = np.concatenate([[0], ends[:-1]])
        starts = starts[run[starts] != _SEPARATOR]
        separators = np.searchsorted(inner + np.arange(inner.size), starts)
        found.append(positions[begin + starts - separators])
    return np.concatenate([*found, positions[firsts]])


def _slices(firsts: NDArray[np.int64], size: int) -> list[tuple[int, int]]:
    """Bounds of pieces of about `SLICE_CHARS` characters that begin where a run begins."""
    bounds = [0]
    for first in firsts.tolist():
        if first - bounds[-1] >= SLICE_CHARS:
            bounds.append(first)
    return list(zip(bounds, [*bounds[1:], size], strict=True))
