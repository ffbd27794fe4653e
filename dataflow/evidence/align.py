"""Where a quote with small errors came from: bounded alignment, in time linear in the text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import LCSseq
from rapidfuzz.fuzz import ratio

from dataflow.evidence.contradiction import contradicts
from dataflow.evidence.entities import unsupported_date, unsupported_name, unsupported_number
from dataflow.evidence.levelling import level
from dataflow.evidence.polarity import polarity_of
from dataflow.evidence.spans import Span
from dataflow.evidence.wording import CJK, cjk_share
from dataflow.text.chinese import simplified

LIKE = 0.8
"""Least share of tokens that quote and place have in the same order, of the longer one."""
_APART = 0.1
"""By how much less any other place must be like the quote."""
_LEAST_TOKENS = 5
_MOST_TOKENS = 4000
_GRAM = 3
_PER_GRAM = 4
"""Places in the quote that one run of tokens may vote for: bounds the time of repeats."""
_CANDIDATES = 6
_SLIP = 75.0
"""Similarity of two words (rapidfuzz ratio) from which one is a slip of the other."""
_SLIP_LETTERS = 4
_MOST_OMITTED = 600
"""Characters that an ellipsis may stand for."""
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)*|[{CJK}]|[^\W\d_{CJK}]+")
_ELLIPSIS = re.compile(r"\s*[\[(（]?(?:\.{3,6}|…{1,2}|⋯{1,2})[\])）]?\s*")
_HAN = re.compile("[\u3400-\u9fff]")

Token = tuple[str, int, int]


def aligned(quote: str, text: str) -> Span | None:
    """The place in `text` that `quote` was taken from with small errors, None when not for sure.

    Words may be missing, changed or misspelt, punctuation may differ, an ellipsis may stand for
    some hundred characters, and Chinese may be in the other script. At least 80 % of the tokens
    must agree in their order, and no other place may be nearly as like. Numbers, dates, names and
    negations must be those of the place.

    >>> text = "The old tower of Kelby was built by Ada Storm in 1871, when the harbour was new."
    >>> span = aligned("The tower of Kelby was build by Ada Storm in 1871", text)
    >>> text[slice(*span)]
    'The old tower of Kelby was built by Ada Storm in 1871'
    >>> aligned("The tower of Kelby was built by Ada Storm in 1872", text) is None
    True
    """
    parts = [part for part in _ELLIPSIS.split(quote) if _TOKEN.search(part)]
    if not parts:
        return None
    given = _tokens(text)
    spans: list[Span] = []
    for part in parts:
        span = _placed(part, text, given, short=len(parts) > 1)
        if span is None or (spans and not 0 <= span[0] - spans[-1][1] <= _MOST_OMITTED):
            return None
        spans.append(span)
    return spans[0][0], spans[-1][1]


def _placed(part: str, text: str, given: Sequence[Token], *, short: bool) -> Span | None:
    exact = text.find(part)
    if short and exact >= 0 and len(part) > 3:
        return exact, exact + len(part)
    wanted = _tokens(part)
    if not _LEAST_TOKENS <= len(wanted) <= _MOST_TOKENS:
        return None
    found = [_compared(wanted, given, start) for start in _starts(wanted, given)]
    ranked = sorted((one for one in found if one[0] >= LIKE), key=lambda one: (-one[0], one[1]))
    if not ranked:
        return None
    best, start, end = ranked[0]
    place = text[start:end]
    for like, other, stop in ranked[1:]:
        apart = stop <= start or other >= end
        if apart and like > best - _APART and text[other:stop] != place:
            return None
    return (start, end) if _same(part, place) else None


@lru_cache(maxsize=16)
def _tokens(text: str) -> tuple[Token, ...]:
    """Folded tokens with their places; Han characters in simplified script."""
    script = _simplified("".join(sorted(set(_HAN.findall(text)))))
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        if len(word) == 1 and word in script:
            word = script[word]
        elif not word.isascii():
            word = unicodedata.normalize("NFKC", word)
        found.append((word.casefold(), *match.span()))
    return tuple(found)


@lru_cache(maxsize=64)
def _simplified(characters: str) -> dict[str, str]:
    """Each of the characters in simplified script, one by one, where that differs."""
    converted, _ = simplified("\n".join(characters))
    pairs = zip(characters, converted.split("\n"), strict=False)
    return {old: new for old, new in pairs if old != new and len(new) == 1}


def _starts(wanted: Sequence[Token], given: Sequence[Token]) -> list[int]:
    """Tokens of `given` at which the quote may begin: where most runs of three agree."""
    size = min(_GRAM, len(wanted) - 2)
    grams: dict[tuple[str, ...], list[int]] = {}
    for i in range(len(wanted) - size + 1):
        places = grams.setdefault(tuple(token[0] for token in wanted[i : i + size]), [])
        if len(places) < _PER_GRAM:
            places.append(i)
    width = max(4, len(wanted) // 4)
    votes: Counter[int] = Counter()
    words = [token[0] for token in given]
    for i in range(len(words) - size + 1):
        for place in grams.get(tuple(words[i : i + size]), ()):
            votes[(i - place) // width] += 1
    ranked = sorted(votes, key=lambda bucket: (-votes[bucket] - votes[bucket + 1], bucket))
    return [max(0, bucket * width) for bucket in ranked[:_CANDIDATES]]


def _compared(
    wanted: Sequence[Token], given: Sequence[Token], start: int
) -> tuple[float, int, int]:
    """How like the quote the best place about token `start` is, and where it begins and ends."""
    margin = max(4, len(wanted) // 4)
    lows = sorted(
        {max(0, start + shift) for shift in (-margin, -margin // 2, 0, margin // 2, margin)}
    )
    found = [_window(wanted, given[low : low + len(wanted) + margin]) for low in lows]
    return max(found, key=lambda one: (one[0], -one[1]))


def _window(wanted: Sequence[Token], window: Sequence[Token]) -> tuple[float, int, int]:
    """How like the quote the best place in a few tokens is, and where it begins and ends."""
    said, there = [token[0] for token in wanted], [token[0] for token in window]
    pairs: list[tuple[int, int]] = []
    for block in LCSseq.opcodes(said, there):
        if block.tag == "equal":
            pairs += zip(
                range(block.src_start, block.src_end),
                range(block.dest_start, block.dest_end),
                strict=True,
            )
        elif block.tag == "replace":
            pairs += _slips(said, there, block.src_start, block.src_end, block.dest_start)
    if not pairs:
        return 0.0, 0, 0
    pairs = _dense(pairs, len(wanted))
    first, last = pairs[0][1], pairs[-1][1]
    like = len(pairs) / max(len(wanted), last - first + 1)
    return like, window[first][1], window[last][2]


def _slips(
    said: Sequence[str], there: Sequence[str], start: int, end: int, other: int
) -> list[tuple[int, int]]:
    """Words that stand for each other but for a letter or two."""
    return [
        (i, other + i - start)
        for i in range(start, end)
        if other + i - start < len(there)
        and min(len(said[i]), len(there[other + i - start])) >= _SLIP_LETTERS
        and said[i].isalpha()
        and ratio(said[i], there[other + i - start]) >= _SLIP
    ]


def _dense(pairs: list[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """The pairs without stray ones at both ends, far from all others."""
    gap = max(3, size // 5)
    while len(pairs) > 1 and pairs[1][1] - pairs[0][1] > gap + pairs[1][0] - pairs[0][0]:
        pairs = pairs[1:]
    while len(pairs) > 1 and pairs[-1][1] - pairs[-2][1] > gap + pairs[-1][0] - pairs[-2][0]:
        pairs = pairs[:-1]
    return pairs


def _same(quote: str, place: str) -> bool:
    """Whether numbers, dates, names and negations of the quote are those of the place."""
    lang = "zh" if cjk_share(quote) > 0.3 else "en"
    quote, place = (simplified(level(text))[0] if lang == "zh" else text for text in (quote, place))
    return not (
        unsupported_number(quote, place)
        or unsupported_date(quote, place)
        or unsupported_name(quote, place, lang)
        or polarity_of(quote).negations != polarity_of(place).negations
        or contradicts(quote, place)
    )
