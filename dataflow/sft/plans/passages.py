"""The part of a chunk that stands alone: whole sentences that need nothing around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dataflow.evidence.spans import ChunkSpan, Fault
from dataflow.evidence.wording import plain, tokens
from dataflow.sft.blocks import Block, Manuscript, sentences
from dataflow.sft.passage_kinds import is_html_table, is_listing
from dataflow.sft.plans.context_words import leans_back, points_elsewhere
from schemas.document import ElementKind
from schemas.records import Reason

MIN_PASSAGE = 30
"""Words, numbers and Han characters of a passage: fewer are no answer to an open instruction."""
MAX_PASSAGE = 700
"""A longer one is cut at a sentence's end: with the examples it would not fit the context of 2,048
tokens that small local models are served with."""

_TEXT = (ElementKind.PARAGRAPH, ElementKind.QUOTE)
_INSIDE = (ElementKind.CODE, ElementKind.FORMULA)
_HEADINGS = (ElementKind.HEADING, ElementKind.TITLE)
_AROUND = 2000
"""Characters of a paragraph before and after the chunk in which sentences are looked for, so that
one the chunk cuts is seen to be cut. Texts without blank lines are one paragraph of any length."""
_END = re.compile(r"(?:[.!?。！？…]|(?P<colon>[:：]))[\"'”’」』）)\]*_`]*(?:\[\^?\d{1,3}\])*$")
"""The end of a whole sentence; one with a colon leads on to what follows."""


@dataclass(frozen=True, slots=True)
class Passage:
    """`document.text[start:end] == text`; `heading` is the nearest one above, '' without."""

    start: int
    end: int
    text: str
    heading: str


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, list item, piece of code or formula.

    `headless` needs what stands before it, `leads_on` what comes after it; `goes_on` is said of
    the last item in the chunk of a list that is longer.
    """

    kind: ElementKind
    start: int
    end: int
    size: int
    heading: str
    headless: bool
    leads_on: bool = False
    goes_on: bool = False


def passage_of(document: Manuscript, chunk: ChunkSpan) -> Passage | Fault:
    """The longest run of whole sentences and list items of the chunk that stands alone.

    A run ends at headings, tables, captions, notes, references, sentences that the chunk cuts,
    and sentences that point elsewhere (`see above`); from its front go sentences that lean on
    what came before and items of a list that began before, from its end introductions to what
    does not follow and the beginning of a list that goes on after the chunk.
    """
    runs = [_trimmed(run) for run in _runs(document, chunk)]
    sized = [(sum(unit.size for unit in run), run) for run in runs if _has_sentence(run)]
    size, best = max(sized, key=lambda item: item[0], default=(0, []))
    if size < MIN_PASSAGE:
        return _too_little(chunk.text, size)
    start, end = best[0].start, best[-1].end
    return Passage(start, end, document.text[start:end], best[0].heading)


def _too_little(text: str, size: int) -> Fault:
    if is_listing(text):
        return Fault(Reason.NOT_TEXTUAL, "a list of references, contents or links")
    if "\n|" in f"\n{text}" or is_html_table(text):
        return Fault(Reason.NOT_TEXTUAL, "little but tables", float(size), float(MIN_PASSAGE))
    detail = f"no run of sentences that stands alone has more than {size} words or Han characters"
    return Fault(Reason.SAMPLE_TOO_SHORT, detail, float(size), float(MIN_PASSAGE))


def _has_sentence(run: Sequence[_Unit]) -> bool:
    """Whether there is more than code and formulas, which answer no instruction by themselves."""
    return any(unit.kind in _TEXT or unit.kind is ElementKind.LIST_ITEM for unit in run)


def _runs(document: Manuscript, chunk: ChunkSpan) -> Iterator[list[_Unit]]:
    run: list[_Unit] = []
    for unit in _units(document, chunk):
        if unit is None:
            yield run
            run = []
        else:
            run.append(unit)
    yield run


def _units(document: Manuscript, chunk: ChunkSpan) -> Iterator[_Unit | None]:
    """The chunk's units in order; None where a run ends."""
    heading = ""
    previous: Block | None = None
    for place, block in enumerate(document.blocks):
        if block.start >= chunk.char_end:
            return
        if block.kind in _HEADINGS:
            heading = block.text
        if block.end > chunk.char_start:
            following = document.blocks[place + 1] if place + 1 < len(document.blocks) else None
            first = previous is None or previous.kind in _HEADINGS
            if block.kind in _TEXT:
                yield from _sentence_units(block, document, chunk, heading)
            else:
                yield _whole_unit(block, document, chunk, heading, first, following)
        previous = block


def _sentence_units(
    block: Block, document: Manuscript, chunk: ChunkSpan, heading: str
) -> Iterator[_Unit | None]:
    """The sentences of a paragraph that the chunk holds whole."""
    text, lang = document.text, document.lang
    first, last = max(block.start, chunk.char_start), min(block.end, chunk.char_end)
    if is_listing(text[first:last]) or is_html_table(text[first:last]):
        yield None
        return
    around = replace(
        block, start=max(block.start, first - _AROUND), end=min(block.end, last + _AROUND)
    )
    for start, end in sentences(around, text):
        if end <= chunk.char_start:
            continue
        said = text[start:end].strip()
        ended = _END.search(said)
        inside = chunk.char_start <= start and end <= chunk.char_end
        if inside and ended and not points_elsewhere(said, lang):
            leans = leans_back(plain(said), lang)
            leads_on = ended["colon"] is not None
            yield _Unit(block.kind, start, end, len(tokens(said)), heading, leans, leads_on)
        else:
            yield None


def _whole_unit(
    block: Block,
    document: Manuscript,
    chunk: ChunkSpan,
    heading: str,
    first: bool,
    following: Block | None,
) -> _Unit | None:
    """A list item (`first`: right under its heading), code or formula that the chunk holds."""
    item = block.kind is ElementKind.LIST_ITEM
    inside = chunk.char_start <= block.start and block.end <= chunk.char_end
    if not inside or not (item or block.kind in _INSIDE):
        return None
    if is_listing(document.text[block.start : block.end]):
        return None
    if points_elsewhere(block.text, document.lang):
        return None
    goes_on = (
        following is not None
        and item
        and following.kind is ElementKind.LIST_ITEM
        and following.end > chunk.char_end
    )
    size = len(tokens(block.text))
    return _Unit(
        block.kind, block.start, block.end, size, heading, not (item and first), goes_on=goes_on
    )


def _trimmed(run: list[_Unit]) -> list[_Unit]:
    """The run without what leans on something before it or leads to something after it."""
    start, end = 0, len(run)
    while start < end and run[start].headless:
        start += 1
    size = 0
    for place in range(start, end):
        size += run[place].size
        if size > MAX_PASSAGE:
            end = max(place, start)
            break
    if (end > start and run[end - 1].goes_on) or _inside_list(run, end):
        while end > start and run[end - 1].kind is ElementKind.LIST_ITEM:
            end -= 1
    while end > start and run[end - 1].leads_on:
        end -= 1
    return run[start:end]


def _inside_list(run: Sequence[_Unit], end: int) -> bool:
    """Whether the run was cut (at `end`) between two items of a list."""
    item = ElementKind.LIST_ITEM
    return 0 < end < len(run) and run[end].kind is item and run[end - 1].kind is item
