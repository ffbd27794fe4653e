"""Which runs and words of a page can be seen: text layers hold more than the paper shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from parsers.pdf.glyphs import joined
from parsers.pdf.letterspace import whole_words
from parsers.pdf.page import Word
from parsers.pdf.runs import Run
from parsers.pdf.shapes import is_paper
from schemas.geometry import BBox

MIN_SIZE = 0.5
"""Points; smaller type is no text: 6 pt set on a page ten times as large is still .6 pt."""
SHADOW = 0.2
"""Font sizes by which a word may be drawn beside itself: a shadow or a second, bolder strike."""

FAR = 6.0
"""Points that no shadow is away from its word, however large the type."""


def _covered(box: BBox, areas: Iterable[BBox]) -> bool:
    """Whether the centre of `box` lies in one of `areas`."""
    return any(area.contains_centre(box) for area in areas)


def visible_runs(
    runs: Iterable[Run], images: Sequence[BBox], fills: Sequence[BBox] | None
) -> Iterator[Run]:
    """Runs that leave a mark, pieces of one made whole, on the page before /Rotate.

    Text in rendering mode 3 is kept over a picture: there it is the text layer of a scan. White
    text is kept over pictures and over areas filled with colour, and everywhere when `fills` is
    None (not known).
    """
    for run in joined(runs):
        if run.style.size < MIN_SIZE:
            continue
        if run.style.hidden:
            if not _covered(run.box(), images):
                continue
        elif fills is not None and is_paper(run.style.color):
            box = run.box()
            if not _covered(box, images) and not _covered(box, fills):
                continue
        yield run


def seen_words(words: Iterable[Word], width: float, height: float) -> Iterator[Word]:
    """Words on the page that were not drawn there before, letterspaced ones whole.

    A word drawn again beside itself counts once: producers without a bold font strike twice, and
    headings have shadows. Struck twice on one baseline it is bold.
    """
    page = BBox(-1.0, -1.0, width + 1.0, height + 1.0)
    kept: list[Word] = []
    places: dict[tuple[str, int], list[int]] = {}
    for word in words:
        if not page.contains_centre(word.bbox):
            continue
        row = int(word.bbox.y0 // FAR)
        again = next(
            (
                index
                for near in (row, row - 1, row + 1)
                for index in places.get((word.text, near), ())
                if _same_place(kept[index], word)
            ),
            None,
        )
        if again is None:
            places.setdefault((word.text, row), []).append(len(kept))
            kept.append(word)
        elif not kept[again].bold and _struck_twice(kept[again], word):
            kept[again] = replace(kept[again], bold=True)
    return whole_words(kept)


def _same_place(first: Word, second: Word) -> bool:
    reach = min(SHADOW * first.size, FAR)
    return (
        first.turn == second.turn
        and abs(first.size - second.size) <= 0.1 * first.size
        and abs(first.bbox.x0 - second.bbox.x0) <= reach
        and abs(first.bbox.y0 - second.bbox.y0) <= reach
    )


def _struck_twice(first: Word, second: Word) -> bool:
    """Whether the second strike is a little beside the first along the line, in its colour."""
    dx, dy = abs(first.bbox.x0 - second.bbox.x0), abs(first.bbox.y0 - second.bbox.y0)
    along, across = (dx, dy) if first.turn in (0, 180) else (dy, dx)
    return (
        0.005 * first.size <= along <= 0.08 * first.size
        and across <= 0.02 * first.size
        and first.color == second.color
    )
