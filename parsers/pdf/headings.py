"""Which blocks are headings: many small voices, weighed over the whole file.

A heading is set apart from the text it heads, by size, weight, slant, capitals, white space or a
number, and it is set like its equals. No single sign is enough: each voice adds or takes points, a
block with THRESHOLD points is a heading, and a style that mostly heads decides the doubtful cases.
The points were set by the rank of the signs in books on typography (size before weight before
slant) and weighed on the development half of `benchmarks/pdf_roundtrip`.
"""

from __future__ import annotations

from collections.abc import Sequence

from parsers.pdf.candidates import Candidate
from parsers.pdf.voices import File, Verdict, could_head, verdict

THRESHOLD = 2.0
DOUBT = 0.9
"""Points that a style's other headings can make up for."""


def headings(found: Sequence[Candidate], file: File) -> dict[int, Verdict]:
    """Verdicts on the blocks that are headings, by index in `found`."""
    asked = {
        index: verdict(candidate, file)
        for index, candidate in enumerate(found)
        if could_head(candidate)
    }
    alike: dict[tuple[object, ...], list[int]] = {}
    for index in asked:
        number = found[index].number
        alike.setdefault((found[index].style, number and number[:2]), []).append(index)
    chosen: dict[int, Verdict] = {}
    for indices in alike.values():
        sure = sum(asked[index].points >= THRESHOLD for index in indices)
        heads = 2 * sure > len(indices) > 1
        rare = len(indices) >= 5 and sure <= 0.2 * len(indices)
        limit = THRESHOLD - DOUBT if heads else THRESHOLD + (DOUBT if rare else 0.0)
        for index in indices:
            if asked[index].points >= limit:
                same = ("like its equals",) if asked[index].points < THRESHOLD else ()
                chosen[index] = Verdict(asked[index].points, asked[index].reasons + same)
    return chosen
