"""Putting masks in place of items, in a text and in whatever else repeats it.

An item is replaced inside the pieces that the elements' spans cut the text into, so that spans stay
exact. A mask can bring a word and a number closer together, and so make an item of what was none:
masking is repeated until nothing more is found, which also makes it idempotent.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from dataflow.personal.kinds import Finding, mask
from dataflow.text.segments import Piece, Span, rebuilt

ROUNDS = 8
"""Passes over a text at most; two are the rule, the second of which finds nothing."""

Finder = Callable[[str], list[Finding]]


@dataclass
class Masked:
    """A text with masks, where its spans are now, and what was found.

    `counts` has the items by kind: those replaced, and those that stand in `text` still. `values`
    has for the number of a span the items replaced in it, and their kinds.
    """

    text: str
    spans: Sequence[Span]
    counts: Counter[str] = field(default_factory=Counter)
    replaced: int = 0
    values: dict[int, dict[str, str]] = field(default_factory=dict)


def masked(text: str, spans: Sequence[Span], finder: Finder, kinds: frozenset[str]) -> Masked:
    """`text` with the items of `kinds` replaced; other items are counted only.

    >>> from dataflow.personal.find import find
    >>> masked("Ask anna@uni.org.", [], find, frozenset({"email"})).text
    'Ask ⟨EMAIL⟩.'
    """
    result = Masked(text, spans)
    for _ in range(ROUNDS):
        found = finder(result.text)
        hits = [one for one in found if one.kind in kinds]
        if not hits:
            break
        _note(result, hits)
        result.counts.update(one.kind for one in hits)
        result.replaced += len(hits)
        result.text, result.spans = rebuilt(result.text, result.spans, _swap(hits))
    else:
        found = finder(result.text)
    result.counts.update(one.kind for one in found if one.kind not in kinds)
    return result


def _note(result: Masked, hits: Sequence[Finding]) -> None:
    """Adds the hits to the values of the spans that they begin in; spans may nest."""
    order = sorted(range(len(result.spans)), key=lambda i: result.spans[i].start)
    starts = [result.spans[i].start for i in order]
    reach = list(accumulate((result.spans[i].end for i in order), max))
    for one in hits:
        at = bisect_right(starts, one.start) - 1
        while at >= 0 and reach[at] > one.start:
            if result.spans[order[at]].end > one.start:
                values = result.values.setdefault(order[at], {})
                values[result.text[one.start : one.end]] = one.kind
            at -= 1


def _swap(hits: Sequence[Finding]) -> Callable[[Piece], str]:
    """What replaces the hits, which are in order, in the pieces of a text, one call for each."""
    place, first = 0, 0

    def swap(piece: Piece) -> str:
        nonlocal place, first
        start, place = place, place + len(piece.text)
        while first < len(hits) and hits[first].end <= start:
            first += 1
        return "".join(_parts(piece.text, start, _until(hits, first, place)))

    return swap


def _until(hits: Sequence[Finding], first: int, end: int) -> Iterator[Finding]:
    """Hits from the one numbered `first` on that begin before `end`."""
    while first < len(hits) and hits[first].start < end:
        yield hits[first]
        first += 1


def _parts(text: str, offset: int, hits: Iterator[Finding]) -> Iterator[str]:
    """`text`, which begins at `offset`, in parts, with masks for the hits or their parts in it.

    Of an item that several pieces hold, white space between them stays.
    """
    done = 0
    for one in hits:
        start, end = max(one.start - offset, 0), min(one.end - offset, len(text))
        yield text[done:start]
        yield mask(one.kind) if text[start:end].strip() else text[start:end]
        done = end
    yield text[done:]


def repeated(
    own: str, old: str, new: str, values: dict[str, str], again: Callable[[str], str]
) -> str:
    """What an element says itself, masked as the document's text was between `old` and `new`.

    `old` and `new` are its part of that text before and after. `values`, what was replaced in it,
    go here too, even where the word is missing that gave them away there; `again` masks the rest.
    """
    if own == old:
        return new
    for value in sorted(values, key=lambda value: (-len(value), value)):
        if value in own:
            own = own.replace(value, mask(values[value]))
    return own if own in new else again(own)
