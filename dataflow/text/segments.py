"""Cleaning a text piece by piece, so that spans into it can be rebased exactly.

The text is cut at every start and end of a span. Each piece is cleaned on its own, knowing only
the characters beside it, and nothing moves across a cut: the new place of a cut is the length of
the cleaned pieces before it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from schemas.errors import SchemaError


class Span(NamedTuple):
    """Code points `start`..`end` of a text; `verbatim` are code and formulas, `table` tables."""

    start: int
    end: int
    verbatim: bool = False
    table: bool = False


class Piece(NamedTuple):
    """Part of a text between two cuts, with the characters beside it ('' at the text's ends)."""

    text: str
    before: str
    after: str
    verbatim: bool
    table: bool = False


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
    verbatim = _Cover([span for span in spans if span.verbatim])
    table = _Cover([span for span in spans if span.table])
    found = []
    for start, end in pairwise(cuts):
        before = text[start - 1] if start else ""
        inside = verbatim.holds(start, end), table.holds(start, end)
        found.append(Piece(text[start:end], before, text[end : end + 1], *inside))
    return found


class _Cover:
    """What some spans, which may nest, cover together."""

    def __init__(self, spans: Sequence[Span]) -> None:
        ordered = sorted((span.start, span.end) for span in spans)
        self.starts = [start for start, _ in ordered]
        # furthest end of the spans that begin at or before each start
        self.reach = list(accumulate((end for _, end in ordered), max))

    def holds(self, start: int, end: int) -> bool:
        """Whether a span that begins at or before `start` reaches to `end`."""
        at = bisect_right(self.starts, start) - 1
        return at >= 0 and self.reach[at] >= end


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

    >>> text, spans = rebuilt("ab cd", [Span(0, 2), Span(3, 5)], lambda piece: piece.text * 2)
    >>> text, [span[:2] for span in spans]
    ('abab  cdcd', [(0, 4), (6, 10)])
    """
    cleaned = [clean(piece) for piece in pieces(text, spans)]
    moved, length = {}, 0
    for cut, part in zip(_cuts(text, spans), [*cleaned, ""], strict=True):
        moved[cut] = length
        length += len(part)
    places = [s._replace(start=moved[s.start], end=moved[s.end]) for s in spans]
    return "".join(cleaned), places


def cut(
    text: str, spans: Sequence[Span], ranges: Sequence[tuple[int, int]]
) -> tuple[str, list[Span]]:
    """`text` without the ascending, disjoint `ranges`, and `spans` where they are now.

    A span that is cut out whole is empty and stands where it was.

    >>> text, spans = cut("ab cd", [Span(0, 2), Span(3, 5)], [(1, 4)])
    >>> text, [span[:2] for span in spans]
    ('ad', [(0, 1), (1, 2)])
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
    places = [s._replace(start=moved(s.start), end=moved(s.end)) for s in spans]
    return "".join([*kept, text[done:]]), places
