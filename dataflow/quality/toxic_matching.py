"""The search for listed terms: the longest at each place, Chinese ones at borders of words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.decontamination.kernels import U8, U32, U64, position, write_units
from dataflow.decontamination.scan import Units, room_for
from dataflow.decontamination.units import compose_with_places
from dataflow.dedup.folding import fold_table
from dataflow.dedup.kernels import joining_texts
from dataflow.dedup.signatures import batches, utf8
from dataflow.quality.character_classes import HAN, STARTS, class_table
from dataflow.quality.chinese_words import mark_words
from dataflow.quality.toxic_terms import Terms

I64 = NDArray[np.int64]
Layout = tuple[U64, I64, I64, U64, I64, U64]
"""Of Terms: firsts, offsets, starts, units, lang; and the bits of the first units."""
BREAK = re.compile(r"[^\w\s'’-]|\n\s*\n")
"""What does not stand within a phrase: the end of a sentence or paragraph, a dash."""
LOW_LINE = "_"
CONTEXT = 12
"""Characters on either side of a Chinese hit that are cut into words: a clause or so."""
BITS = 1 << 16
BEGIN, END, WORDS = 1, 2, 3
"""Columns of a hit behind its text: first code point, one past the last, words."""
LOW = np.uint64(BITS - 1)
SIX, LOW_SIX, ONE = np.uint64(6), np.uint64(63), np.uint64(1)


@compiled
def longest_term(units: Units, count: int, at: int, layout: Layout, lang: int) -> int:
    """Units of the longest term of `lang` or of any language that begins at `at`; 0 for none."""
    firsts, offsets, starts, known, langs, _ = layout
    which = position(firsts, units.hashes[at])
    if which < 0:
        return 0
    for term in range(offsets[which], offsets[which + 1]):
        begin, end = starts[term], starts[term + 1]
        if at + end - begin > count or (langs[term] >= 0 and langs[term] != lang):
            continue
        same = True
        for step in range(1, end - begin):
            if units.hashes[at + step] != known[begin + step]:
                same = False
                break
        if same:
            return int(end - begin)
    return 0


@compiled
def find_terms(
    data: U8, offsets: I64, table: tuple[U32, U32], layout: Layout, langs: I64, words: I64
) -> I64:
    """Hits of all texts, int64[n, 4]: text and BEGIN, END, WORDS; `words` receives their words."""
    units = room_for(4096)
    hits = np.empty((1024, 4), np.int64)
    bits, rows = layout[5], 0
    for text in range(len(offsets) - 1):
        bounds = (offsets[text], offsets[text + 1])
        if bounds[1] - bounds[0] > len(units.letters):
            units = room_for(2 * (bounds[1] - bounds[0]))
        count = -1
        while count < 0:
            count, _, _ = write_units(
                data, bounds, table, units.letters, units.hashes, units.places
            )
            if count < 0:
                units = room_for(2 * len(units.letters))
        words[text] = count
        at = 0
        while at < count:
            low = units.hashes[at] & LOW
            size = 0
            if (bits[low >> SIX] >> (low & LOW_SIX)) & ONE:
                size = longest_term(units, count, at, layout, langs[text])
            if size:
                if rows == len(hits):
                    larger = np.empty((2 * rows, 4), np.int64)
                    larger[:rows] = hits
                    hits = larger
                hits[rows, 0], hits[rows, WORDS] = text, size
                hits[rows, BEGIN] = units.places[at, 0]
                hits[rows, END] = units.places[at + size - 1, 1]
                rows += 1
            at += max(1, size)
    return hits[:rows]


def _layout(terms: Terms) -> Layout:
    bits = np.zeros(BITS // 64, np.uint64)
    low = terms.firsts & LOW
    np.bitwise_or.at(bits, low >> SIX, ONE << (low & LOW_SIX))
    bits.flags.writeable = False
    return terms.firsts, terms.offsets, terms.starts, terms.units, terms.lang, bits


def ratios(texts: pl.Series, langs: Sequence[str | None], terms: Terms) -> NDArray[np.float64]:
    """Share of the words of each text that `terms` cover, float64[n]; 0 for one without words."""
    numbers = {lang: place for place, lang in enumerate(terms.langs)}
    wanted = np.array([numbers.get(lang or "", -2) for lang in langs], np.int64)
    found = np.zeros(len(texts))
    table, layout = fold_table(), _layout(terms)
    for start, end in batches(texts):
        batch = _composed(texts[start:end].cast(pl.String).fill_null(""))
        data, offsets = utf8(batch)
        words = np.zeros(end - start, np.int64)
        hits = find_terms(
            data, offsets, (table.codes, table.expansions), layout, wanted[start:end], words
        )
        hits = hits[_at_borders(batch, hits)]
        covered = np.bincount(hits[:, 0], weights=hits[:, WORDS], minlength=end - start)
        found[start:end] = covered / np.maximum(words, 1)
    return found


def _composed(texts: pl.Series) -> pl.Series:
    """`texts` with those composed that need it."""
    data, offsets = utf8(texts)
    joining = np.flatnonzero(joining_texts(data, offsets, fold_table().codes)).tolist()
    values = pl.Series([compose_with_places(texts[row]).text for row in joining], dtype=pl.String)
    return texts.scatter(joining, values) if joining else texts


def _at_borders(texts: pl.Series, hits: I64) -> NDArray[np.bool_]:
    """Which hits begin and end where words do and run through no punctuation, bool[n].

    What stands around a Chinese hit is cut into words without the lists, so that a term inside a
    longer word, or across two, is none. Nor is a part of an identifier, such as `pad_xxx`.
    """
    good = np.ones(len(hits), np.bool_)
    table = class_table()
    text, codes, row = "", np.zeros(0, np.uint32), -1
    for number, (which, begin, end, _) in enumerate(hits.tolist()):
        if which != row:
            row, text = which, texts[which]
            codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        if BREAK.search(text, begin, end) or LOW_LINE in (
            text[begin - 1 : begin],
            text[end : end + 1],
        ):
            good[number] = False
            continue
        first, last = max(0, begin - CONTEXT), min(codes.size, end + CONTEXT)
        window = codes[first:last]
        bits = table[window]
        begin, end = begin - first, end - first
        if not (bits[begin] | bits[end - 1]) & HAN:
            continue
        mark_words(window, bits)
        opens = not bits[begin] & HAN or bits[begin] & STARTS
        closes = not bits[end - 1] & HAN or end == bits.size or not bits[end] & HAN
        closes = closes or bits[end] & STARTS
        good[number] = bool(opens and closes)
    return good
