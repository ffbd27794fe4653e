"""Deduplication in plain Python: what the compiled loops must agree with."""

from __future__ import annotations

import unicodedata

from dataflow.dedup.folding import IDEOGRAPH_RANGES, fold, is_word_character

Shingles = frozenset[tuple[str, tuple[str, ...]]]


def units(text: str) -> tuple[str, list[str]]:
    """The mode a text is read in, and its words or characters."""
    folded = fold(text)
    spaced = "".join(char if is_word_character(char) else " " for char in folded)
    letters = spaced.replace(" ", "")
    ideographs = sum(any(a <= ord(c) < b for a, b in IDEOGRAPH_RANGES) for c in letters)
    if not letters:
        return "symbols", [c for c in folded if not c.isspace() and not _control(c)]
    if ideographs * 5 > len(letters) - ideographs:
        return "characters", list(letters)
    return "words", spaced.split()


def _control(char: str) -> bool:
    tag = 0xE0000 <= ord(char) < 0xE0100
    return tag or unicodedata.category(char) in ("Cc", "Cf", "Cs")


def shingles(text: str, ngram: int = 5) -> Shingles:
    """The set of shingles; a short text is one shingle as a whole."""
    mode, items = units(text)
    count = max(1, len(items) - ngram + 1)
    return frozenset((mode, tuple(items[at : at + ngram])) for at in range(count))


def jaccard(one: str, other: str) -> float:
    """Exact similarity of two texts."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)
