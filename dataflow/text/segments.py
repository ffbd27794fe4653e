"""Cleaning a text piece by piece, so that spans into it can be rebased exactly.

The text is cut at every start and end of a span. Each piece is cleaned on its own, knowing only
the characters beside it, and nothing moves across a cut: the new place of a cut is the length of
the cleaned pieces before it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from schemas.errors import SchemaError


class Span(NamedTuple):
    """Code points `start`..`end` of a text; `verbatim` ones are code or formulas."""

    start: int
    end: int
    verbatim: bool = False


class Piece(NamedTuple):
    """Part of a text between two cuts, with the characters beside it ('' at the text's ends)."""

    text: str
    before: str
    after: str
    verbatim: bool


def check_spans(spans: Sequence[Span], length: int) -> None:
    """Raises SchemaError for a span that does not lie within a text of `length` code points."""
    for span in spans:
        if not 0 <= span.start <= span.end <= length:
            raise SchemaError(
                f"elements: span {span.start}..{span.end} lies outside its text of {length} "
                "characters; char_start and char_end must be offsets into `text`"
            )


def pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    """The parts of `text` between the cuts that `spans` make, in order; joined they are `text`.

    >>> [piece.text for piece in pieces("abcdef", [Span(1, 3), Span(3, 4)])]
    ['a', 'bc', 'd', 'ef']
    """
    cuts = _cuts(text, spans)
    verbatim = sorted((span.start, span.end) for span in spans if span.verbatim)
    starts = [start for start, _ in verbatim]
    # furthest end of the verbatim spans that begin at or before each start: spans may nest
    reach: list[int] = []
    for _, end in verbatim:
        reach.append(max(end, reach[-1] if reach else 0))
    found = []
    for start, end in pairwise(cuts):
        at = bisect_right(starts, start) - 1
        inside = at >= 0 and reach[at] >= end
        before = text[start - 1] if start else ""
        found.append(Piece(text[start:end], before, text[end : end + 1], inside))
    return found


def _cuts(text: str, spans: Sequence[Span]) -> list[int]:
    """Ends of the text and of all spans, ascending."""
    cuts = {0, len(text)}
    for span in spans:
        cuts |= {span.start, span.end}
    return sorted(cuts)


def rebuilt(
    text: str, spans: Sequence[Span], clean: Callable[[Piece], str]
) -> tuple[str, list[Span]]:
    """`text` with each piece replaced by `clean(piece)`, and `spans` where they are now.

    >>> rebuilt("ab cd", [Span(0, 2), Span(3, 5)], lambda piece: piece.text * 2)
    ('abab  cdcd', [Span(start=0, end=4, verbatim=False), Span(start=6, end=10, verbatim=False)])
    """
    cleaned = [clean(piece) for piece in pieces(text, spans)]
    moved, length = {}, 0
    for cut, part in zip(_cuts(text, spans), [*cleaned, ""], strict=True):
        moved[cut] = length
        length += len(part)
    return "".join(cleaned), [Span(moved[s.start], moved[s.end], s.verbatim) for s in spans]


def cut(
    text: str, spans: Sequence[Span], ranges: Sequence[tuple[int, int]]
) -> tuple[str, list[Span]]:
    """`text` without the ascending, disjoint `ranges`, and `spans` where they are now.

    A span that is cut out whole is empty and stands where it was.

    >>> cut("ab cd", [Span(0, 2), Span(3, 5)], [(1, 4)])
    ('ad', [Span(start=0, end=1, verbatim=False), Span(start=1, end=2, verbatim=False)])
    """
    starts = [start for start, _ in ranges]
    gone = [0]
    for start, end in ranges:
        gone.append(gone[-1] + end - start)

    def moved(place: int) -> int:
        at = bisect_right(starts, place)
        inside = max(0, ranges[at - 1][1] - place) if at else 0
        return place - gone[at] + inside

    kept, done = [], 0
    for start, end in ranges:
        kept.append(text[done:start])
        done = end
    places = [Span(moved(s.start), moved(s.end), s.verbatim) for s in spans]
    return "".join([*kept, text[done:]]), places
