"""What single blocks are, after the headings are known: captions, notes, code, lists, quotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from parsers.pdf.candidates import Candidate
from parsers.pdf.captions import captions
from parsers.pdf.code import code_text, is_code
from parsers.pdf.formulas import is_formula
from parsers.pdf.layout import PageLayout
from parsers.pdf.lists import Nesting
from parsers.pdf.markers import after_marker, list_marker
from parsers.pdf.notes import note_texts, notes
from parsers.pdf.styles import Body
from parsers.pdf.voices import Verdict
from schemas.document import Element, ElementKind

Told = tuple[Element, str]
"""An element without page and box, and why it is what it is."""


@dataclass(frozen=True, slots=True)
class Heads:
    """The title and headings of a file: verdicts and levels by the blocks' identities."""

    title: int | None
    verdicts: Mapping[int, Verdict]
    levels: Mapping[int, int]


@dataclass
class Kinds:
    """Tells what the blocks are, page by page; remembers the lists that are open."""

    body: Body
    heads: Heads
    entries: frozenset[int] | set[int] = frozenset()
    """Identities of the blocks of lists of references."""
    nesting: Nesting = field(default_factory=Nesting)

    def of_page(
        self, page: PageLayout, found: Sequence[Candidate]
    ) -> Iterator[tuple[Candidate, list[Told]]]:
        """The elements of each block of a page; one, but for blocks of several footnotes."""
        named = captions(page.flow, found, self.body)
        noted = notes(page, self.body.size)
        for candidate in found:
            told = self._of_block(candidate, named, noted)
            if told[0][0].kind not in (ElementKind.LIST_ITEM, ElementKind.FOOTNOTE):
                block = candidate.block
                self.nesting.close(block.bbox.x0 - block.column[0], block.size)
            yield candidate, told

    def _of_block(
        self, candidate: Candidate, named: set[int], noted: Mapping[int, bool]
    ) -> list[Told]:
        block, text = candidate.block, candidate.text
        key, sure = id(block), block.confidence
        if key == self.heads.title:
            return [(Element(ElementKind.TITLE, text, level=1, confidence=sure), "title")]
        if key in self.heads.levels:
            verdict, level = self.heads.verdicts[key], self.heads.levels[key]
            why = f"heading {level}: {', '.join(verdict.reasons)} ({verdict.points:.1f})"
            return [(Element(ElementKind.HEADING, text, level=level, confidence=sure), why)]
        if key in self.entries and list_marker(text) is None:
            return [(Element(ElementKind.PARAGRAPH, text, confidence=sure), "reference")]
        if key in self.entries:
            return [self._running(candidate)]
        if is_code(block) and not self.body.mono:
            return [(Element(ElementKind.CODE, code_text(block), confidence=sure), "code")]
        if key in named:
            return [(Element(ElementKind.CAPTION, text, confidence=sure), "caption")]
        if key in noted:
            why = "footnote" if noted[key] else "footnote, goes on"
            texts = note_texts(block)
            return [(Element(ElementKind.FOOTNOTE, t, confidence=sure), why) for t in texts]
        if is_formula(candidate):
            return [(Element(ElementKind.FORMULA, text, confidence=sure), "formula")]
        return [self._running(candidate)]

    def _running(self, candidate: Candidate) -> Told:
        """A list item, a quotation or a paragraph."""
        block, text = candidate.block, candidate.text
        marker = list_marker(text)
        if marker is not None:
            x = block.lines[0].bbox.x0 - block.column[0]
            depth = self.nesting.depth(x, block.size, marker)
            element = Element(
                ElementKind.LIST_ITEM, after_marker(text), level=depth, marker=marker,
                confidence=block.confidence,
            )  # fmt: skip
            return element, f"list item {marker} at depth {depth}"
        if is_quote(candidate, self.body):
            element = Element(ElementKind.QUOTE, text, confidence=block.confidence)
            return element, "quote: indented on both sides"
        return Element(ElementKind.PARAGRAPH, text, confidence=block.confidence), "paragraph"


def is_quote(candidate: Candidate, body: Body) -> bool:
    """Whether a block of running text of the body's size is indented on both sides.

    Two lines at least must fill its own width and none the column's; smaller type would be an
    abstract or a note.
    """
    block, size = candidate.block, candidate.style.size
    if len(block.lines) < 2 or abs(size - body.size) > 0.04 * body.size:
        return False
    box, (left, right) = block.bbox, block.column
    apart = box.x0 - left > 1.2 * size and right - box.x1 > 1.0 * size
    full = all(box.x1 - line.bbox.x1 < 0.2 * box.width for line in block.lines[:-1])
    straight = max(line.bbox.x0 for line in block.lines[1:]) - box.x0 < 0.5 * size
    wide = box.width > 0.5 * (right - left)
    return apart and full and straight and wide
