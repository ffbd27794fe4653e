"""Lines that cleaning takes out of a document, and where they would stand in what is left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from dataflow.text import segments
from dataflow.text.segments import Span

LINE_FRAME = pl.Schema({"row": pl.UInt32, "position": pl.Int64, "text": pl.String})
"""Lines that were removed from the documents of a frame, by the documents' row numbers."""

_INK = re.compile(r"\S+")


@dataclass
class RemovedLines:
    """The lines that went out of one text, in the order in which they were found.

    `places` are code points of the text as it stands now.
    """

    texts: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def cut(
        self, text: str, spans: Sequence[Span], ranges: Sequence[tuple[int, int]]
    ) -> tuple[str, list[Span]]:
        r"""`text` without `ranges`, and `spans` where they are now; the lines cut are kept here.

        >>> removed = RemovedLines()
        >>> removed.cut("A\nB\n\nC", [], [(2, 5)])
        ('A\nC', [])
        >>> removed
        RemovedLines(texts=['B'], places=[2])
        """
        marks = [Span(place, place) for place in self.places]
        for start, end in ranges:
            lines = [line for line in text[start:end].split("\n") if line.strip()]
            self.texts += lines
            marks += [Span(start, start)] * len(lines)
        text, moved = segments.cut(text, [*spans, *marks], ranges)
        self.places = [span.start for span in moved[len(spans) :]]
        return text, moved[: len(spans)]

    def follow(self, before: str, after: str) -> None:
        """Moves the places from the text `before` to what it became.

        They are found by the characters before them that are no white space, as hardly anything
        else changes once a text has been cleaned.
        """
        if self.places and before != after:
            ink = [sum(map(len, before[:place].split())) for place in self.places]
            self.places = [_place_of(after, count) for count in ink]


def _place_of(text: str, ink: int) -> int:
    """Where the character stands before which `ink` others have a width; the end for none."""
    for run in _INK.finditer(text):
        size = run.end() - run.start()
        if ink < size:
            return run.start() + ink
        ink -= size
    return len(text)


def line_frame(documents: Iterable[RemovedLines]) -> pl.DataFrame:
    """The lines of all documents (LINE_FRAME), whose rows are numbered in this order."""
    rows = [
        (row, place, text)
        for row, lines in enumerate(documents)
        for place, text in zip(lines.places, lines.texts, strict=True)
    ]
    return pl.DataFrame(rows, schema=LINE_FRAME, orient="row")
