"""Passages of a text, cut so that each is probably in one language, and shares by language."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataflow.text.layout import fenced
from dataflow.text.scripts import (
    ASCII_LETTERS,
    CJK,
    LETTERS_PER_WORD,
    SCRIPTS,
    cjk_language,
    script_codes,
)

LETTERS_ENOUGH = 120
"""Weighted letters from which on a line ends a passage, in a text of one line a paragraph."""
LEAST_SHARE = 0.0001
MOST_CHARS = 2_000_000
"""Characters that are looked at: a book has fewer, and a million tiny paragraphs take 200 MB."""
_LINE = re.compile(r"[^\n]+")
I64 = NDArray[np.int64]
_LOWER_HALF = 0xFFFFFFFF


def _halves(lower: Container[str], upper: str) -> I64:
    """int64[scripts + 1]: by code of a script what it adds to two counts in one integer."""
    ones = [(name in lower) + ((name == upper) << 32) for name in SCRIPTS]
    return np.array([0, *ones], np.int64)


_OTHER_AND_HAN = _halves([name for name in SCRIPTS if name not in CJK], "han")
_KANA_AND_HANGUL = _halves(["kana"], "hangul")
"""Two scripts are counted in one pass, as short texts cost what the passes do."""
_BLANKED = bytes.maketrans(ASCII_LETTERS, b" " * len(ASCII_LETTERS))


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch `text[start:end]` and the weight of its letters, an ideograph being five.

    `cjk` is the language of a passage in which ideographs, kana and hangul outweigh the alphabets,
    '' for any other.
    """

    start: int
    end: int
    weight: int
    cjk: str


def passages(text: str) -> list[Passage]:
    r"""The passages of `text` that hold letters, in order; fenced code is left out.

    A passage ends at a blank line, where the kind of script changes, and at a line's end once it
    is long enough.

    >>> [(p.start, p.end, p.cjk) for p in passages("One\ntwo\n\n三四五\nsix")]
    [(0, 7, ''), (9, 12, 'zh'), (13, 16, '')]
    """
    text = text[:MOST_CHARS]
    fences = fenced(text)
    if text.isascii():
        found = _joined(*_ascii_lines(text, fences))
        return [Passage(start, end, weight, "") for start, end, weight, _ in found]
    codes = script_codes(text)
    if fences:
        codes = codes.copy()
        for start, end in fences:
            codes[start:end] = 0
    spans = np.array([match.span() for match in _LINE.finditer(text)], np.int64).reshape(-1, 2)
    letters = _running(_OTHER_AND_HAN[codes])
    rest = _KANA_AND_HANGUL[codes]
    rarer = _running(rest) if rest.any() else None
    other, han = _within(letters, spans)
    kana, hangul = _within(rarer, spans) if rarer is not None else (0, 0)
    heavy = (han + kana + hangul) * LETTERS_PER_WORD
    found = _joined(spans.tolist(), heavy.tolist(), other.tolist())
    if rarer is None:
        return [Passage(start, end, weight, "zh" * cjk) for start, end, weight, cjk in found]
    ends = np.array([(start, end) for start, end, _, _ in found], np.int64).reshape(-1, 2)
    counts = [counted.tolist() for counted in (_within(letters, ends)[1], *_within(rarer, ends))]
    return [
        Passage(start, end, weight, cjk_language(*of) if is_cjk else "")
        for (start, end, weight, is_cjk), *of in zip(found, *counts, strict=True)
    ]


def _ascii_lines(
    text: str, fences: list[tuple[int, int]]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Spans of the lines of an ASCII text, the CJK weights (0) and the letters of each."""
    data = bytearray(text, "ascii")
    for start, end in fences:
        data[start:end] = data[start:end].translate(_BLANKED)
    spans, letters, at = [], [], 0
    for line in data.split(b"\n"):
        if line:
            spans.append((at, at + len(line)))
            letters.append(len(line) - len(line.translate(None, ASCII_LETTERS)))
        at += len(line) + 1
    return spans, [0] * len(spans), letters


def _running(ones: I64) -> I64:
    """int64[n + 1]: the sum of `ones` before each place."""
    sums = np.empty(len(ones) + 1, np.int64)
    sums[0] = 0
    np.cumsum(ones, out=sums[1:])
    return sums


def _within(running: I64, spans: I64) -> tuple[I64, I64]:
    """int64[n], twice: how many of either kind lie in each of `spans` (int64[n, 2])."""
    both = running[spans[:, 1]] - running[spans[:, 0]]
    return both & _LOWER_HALF, both >> 32


def _joined(
    spans: Sequence[Sequence[int]], cjk: list[int], other: list[int]
) -> list[tuple[int, int, int, bool]]:
    """Lines put together: start, end, weight, and whether ideographs outweigh the alphabets."""
    found: list[tuple[int, int, int, bool]] = []
    last_line = -2
    for (start, end), heavy, light in zip(spans, cjk, other, strict=True):
        weight, is_cjk = heavy + light, heavy >= light
        if weight == 0:
            last_line = end
            continue
        before = found[-1] if found else (0, 0, LETTERS_ENOUGH, False)
        same = start == last_line + 1 and before[1] == last_line and before[3] == is_cjk
        if same and before[2] < LETTERS_ENOUGH:
            found[-1] = (before[0], end, before[2] + weight, is_cjk)
        else:
            found.append((start, end, weight, is_cjk))
        last_line = end
    return found


def shares(
    pieces: Sequence[Passage], told: Mapping[int, str], lang: str
) -> list[tuple[str, float]]:
    """Languages and their shares of the letters, the largest first, ties by code.

    A passage that is not in `told` counts with the nearest one before it that is, else with the
    nearest behind it, of the same kind of script; where there is none, with `lang`.
    """
    weights: dict[str, int] = {}
    for is_cjk in (False, True):
        numbers = [i for i, piece in enumerate(pieces) if bool(piece.cjk) == is_cjk]
        known = [told[i] for i in numbers if i in told]
        current = known[0] if known else lang
        for i in numbers:
            current = told.get(i, current)
            weights[current] = weights.get(current, 0) + pieces[i].weight
    weights.pop("und", None)
    total = sum(weights.values())
    found = [(code, round(weight / total, 4)) for code, weight in weights.items()]
    return sorted(
        (item for item in found if item[1] >= LEAST_SHARE), key=lambda item: (-item[1], item[0])
    )


def spread(numbers: list[int], pieces: Sequence[Passage], limit: int) -> list[int]:
    """All `numbers`, or those in which the middles of `limit` equal shares of the letters lie."""
    if len(numbers) <= limit:
        return numbers
    total = sum(pieces[i].weight for i in numbers)
    chosen: list[int] = []
    done = 0.0
    for i in numbers:
        done += pieces[i].weight
        if done * limit > total * (len(chosen) + 0.5):
            chosen.append(i)
    return chosen
