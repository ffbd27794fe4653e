"""Where the words of Chinese text begin: the one adapter of `rjieba`.

Runs of Han characters are cut by a dictionary, and by a hidden Markov model where it has no word
(the exact mode of jieba, 10 million characters a CPU second). Each run is cut on its own, so what
stands around it, in the same text or in another one of the batch, has no influence, and one that
comes again, as connectives and terms do, is cut once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from dataflow.compiled import compiled
from dataflow.quality.character_classes import HAN, STARTS
from dataflow.quality.kernels import Bits, Codes, Ids, Places, encode, text_hash
from schemas.errors import MissingExtraError

SLICE_CHARS = 500_000
"""Han characters cut at once, more only in one run: their words are strings of about 60 bytes."""
_SEPARATOR = 0x0A


@lru_cache(maxsize=1)
def _cutter() -> Any:
    """A segmenter with the dictionary as it ships: one that nobody else adds words to."""
    try:
        import rjieba
    except ImportError as error:
        raise MissingExtraError("rjieba", "", "segmenting Chinese text") from error
    return rjieba.Jieba()


@compiled
def runs_of(bits: Bits, begin: int, most: int) -> tuple[Places, Places, int]:
    """Begin and end of runs of two and more Han characters from `begin` on, and where they end.

    Goes on until `most` characters are together. Where a run begins, a word does, so the first
    character of each is marked, and shorter runs need nothing more.
    """
    begins = np.empty(min(most, bits.size - begin) // 2 + 1, dtype=np.int64)
    ends = np.empty(begins.size, dtype=np.int64)
    n, total, at = 0, 0, begin
    while at < bits.size and total < most:
        if not bits[at] & HAN:
            at += 1
            continue
        stop = at + 1
        while stop < bits.size and bits[stop] & HAN:
            stop += 1
        bits[at] |= STARTS
        if stop - at > 1:
            begins[n], ends[n] = at, stop
            n += 1
            total += stop - at
        at = stop
    return begins[:n], ends[:n], at


@compiled
def joined(codes: Codes, begins: Places, ends: Places) -> tuple[Codes, Places, Ids]:
    """Each different run once, a line feed behind it; where it begins there; by run which it is."""
    hashes = np.empty(begins.size, dtype=np.uint64)
    for i in range(begins.size):
        hashes[i] = text_hash(codes, begins[i], ends[i])
    ids, _, firsts = encode(hashes)
    places = np.empty(firsts.size, dtype=np.int64)
    size = 0
    for i in range(firsts.size):
        places[i] = size
        size += ends[firsts[i]] - begins[firsts[i]] + 1
    found = np.empty(size, dtype=np.uint32)
    for i in range(firsts.size):
        begin, end = begins[firsts[i]], ends[firsts[i]]
        found[places[i] : places[i] + end - begin] = codes[begin:end]
        found[places[i] + end - begin] = _SEPARATOR
    return found, places, ids


@compiled
def mark(bits: Bits, begins: Places, ends: Places, cut: tuple[Places, Ids, Places]) -> None:
    """Sets STARTS where words begin.

    `cut` is where each different run begins in what was cut, by run which it is, and the lengths
    of the words.
    """
    places, ids, lengths = cut
    starts = np.zeros(np.sum(lengths), dtype=np.bool_)
    at = 0
    for length in lengths:
        starts[at] = True
        at += length
    for i in range(begins.size):
        place = places[ids[i]] - begins[i]
        for at in range(begins[i], ends[i]):
            if starts[place + at]:
                bits[at] |= STARTS


def mark_words(codes: Codes, bits: Bits) -> None:
    """Sets STARTS in `bits` where a Chinese word begins.

    >>> codes = np.frombuffer("他们在北京。".encode("utf-32-le"), dtype=np.uint32)
    >>> bits = np.where(codes >= 0x4E00, HAN, 0).astype(np.uint16)
    >>> bits[-1] = 0
    >>> mark_words(codes, bits)
    >>> np.flatnonzero(bits & STARTS).tolist()
    [0, 2, 3]
    """
    at = 0
    while at < codes.size:
        begins, ends, at = runs_of(bits, at, SLICE_CHARS)
        if begins.size:
            runs, places, ids = joined(codes, begins, ends)
            words = _cutter().cut(runs.tobytes().decode("utf-32-le"))
            lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
            mark(bits, begins, ends, (places, ids, lengths))


def tagged(text: str) -> list[tuple[str, str]]:
    """The words of `text` in order, each with its part of speech as the dictionary names it.

    What the dictionary lacks is cut by the hidden Markov model. Joined, they are the text.

    >>> tagged("他们在北京。")
    [('他们', 'r'), ('在', 'p'), ('北京', 'ns'), ('。', 'x')]
    """
    return [(word, tag) for word, tag in _cutter().tag(text)]


def in_dictionary(word: str) -> bool:
    """Whether the segmenter's dictionary has the word.

    >>> in_dictionary("北京"), in_dictionary("北惊")
    (True, False)
    """
    return bool(_cutter().has_word(word))
