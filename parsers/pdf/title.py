"""A file's title: found on its first page, taken back from the running heads if it is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from parsers.pdf.blocks import Block
from parsers.pdf.candidates import Candidate
from parsers.pdf.layout import PageLayout
from parsers.pdf.markers import list_marker
from parsers.pdf.numbering import Family
from parsers.pdf.page import RegionKind
from parsers.pdf.styles import Body, is_running
from parsers.pdf.voices import NAMES, could_head

MAX_BEFORE = 300
"""Characters that may stand above a title: a letterhead, a date. More is text: an excerpt that
begins in the middle has no title."""
TITLE_SIZE = 1.2
"""Times the body's size from which a line is set as a title."""
MAX_TITLE = 250


def with_title_line(pages: Sequence[PageLayout], body: Body) -> list[PageLayout]:
    """Pages with large lines at the first page's head back in its text.

    A running head repeats the title in small type; the title itself, in large type at the same
    edge, is taken for one more running head.
    """
    first = next((i for i, page in enumerate(pages) if page.heads or page.flow), None)
    if first is None:
        return list(pages)
    page = pages[first]
    usual = {line.text: line.size for other in pages[first + 1 :] for line in other.heads}
    large = [
        line
        for line in page.heads
        if line.size >= TITLE_SIZE * body.size and line.size > 1.1 * usual.get(line.text, 0.0)
    ]
    if not large:
        return list(pages)
    edges = [item.bbox for item in page.flow] or [line.bbox for line in large]
    column = (min(box.x0 for box in edges), max(box.x1 for box in edges))
    heads = tuple(line for line in page.heads if line not in large)
    flow = (*(Block((line,), column) for line in large), *page.flow)
    return [*pages[:first], replace(page, heads=heads, flow=flow), *pages[first + 1 :]]


def title_index(found: Sequence[Candidate], pages: Sequence[PageLayout], body: Body) -> int | None:
    """Index of the title in `found`: the largest short block in the upper part of the first page.

    A style that heads blocks of other pages too is a heading's.
    """
    page = next((page for page in pages if page.flow), None)
    if page is None:
        return None
    before = 0
    near: list[int] = []
    for index, candidate in enumerate(found):
        if candidate.page != page.number:
            continue
        if before <= MAX_BEFORE and candidate.block.bbox.y0 < 0.6 * page.upright[1]:
            near.append(index)
        before += len(candidate.text)
    later = {
        c.style[:2] for c in found if c.page != page.number and not is_running(c.block, c.text)
    }  # fmt: skip
    counted = sum(c.number is not None and c.number.family is Family.DECIMAL for c in found) > 1
    titles = [
        i
        for i in near
        if found[i].style[:2] not in later
        and not _section(found[i], counted)
        and _title_like(found[i], body)
    ]
    if not titles:
        return None
    largest = max(found[i].style.size for i in titles)
    return next(i for i in titles if found[i].style.size >= 0.97 * largest)


def _section(candidate: Candidate, counted: bool) -> bool:
    """Whether a block has a section's number; "10 Years of Tea" has none in a file of no others."""
    number = candidate.number
    if number is None:
        return False
    return counted or number.family is not Family.DECIMAL or "." in candidate.text[: number.end]


def _title_like(candidate: Candidate, body: Body) -> bool:
    """Whether a block is large and short, no list item and no sentence, and has letters."""
    text = candidate.text
    named = candidate.block.hint is RegionKind.TITLE and candidate.style.size > 1.05 * body.size
    letters = sum(char.isalpha() for char in text)
    return (
        (candidate.style.size >= TITLE_SIZE * body.size or named)
        and len(candidate.block.lines) <= 6
        and len(text) <= MAX_TITLE
        and list_marker(text) is None
        and letters >= 2
        and text[-1] not in ".。,，;；:："
        and (could_head(candidate) or letters >= 0.4 * len(text))
    )


def front_blocks(found: Sequence[Candidate], title: int | None, body: Body) -> list[Block]:
    """Short blocks right behind the title that head no text: subtitle, authors, places, dates."""
    front: list[Block] = []
    for index in range(len(found) if title is None else title + 1, len(found)):
        candidate = found[index]
        following = found[index + 1] if index + 1 < len(found) else None
        if candidate.running or candidate.page != found[title or 0].page:
            break
        apart = candidate.style[1:] != (body.bold, body.italic, False)
        heads = following is not None and following.running and apart
        if candidate.number is not None or (heads and not NAMES.search(candidate.text)):
            break
        front.append(candidate.block)
    return front
