"""Blocks -> pieces: what a chunk is packed from, and how good a cut before each of them is.

A piece is a heading, a sentence, a table row, a code block, or a part of one that is longer than
the cap. Pieces tile the text like the blocks they come from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from dataflow.chunking.blocks import HEADINGS, Block
from dataflow.chunking.tokenizers import HAN_KANA_HANGUL
from schemas.document import ElementKind

Count = Callable[[list[str]], list[int]]
"""Texts -> number of tokens of each."""

SentenceSplit = Callable[[str, str], list[tuple[int, int]]]
"""Text and language -> [start, end) of each sentence, white space included or not."""


class Cut(IntEnum):
    """What would be cut by ending a chunk before a piece, from the best place to the worst."""

    HEADING = 0
    BLOCK = 1
    LINE = 2
    ITEM = 3
    SENTENCE = 4
    ROW = 5
    LEAD = 6
    INSIDE = 7
    NEVER = 8


@dataclass(slots=True)
class Piece:
    """`text[start:end]`, white space behind it included; `tokens` counts all of that.

    `cut` tells what ending a chunk before this piece would cut, `block` is the index of its
    block. `prefix` is the header of a table that this piece continues, of `prefix_tokens`.
    """

    start: int
    end: int
    cut: Cut
    block: int
    tokens: int = 0
    prefix: str = ""
    prefix_tokens: int = 0


CAPTIONED = frozenset({ElementKind.TABLE, ElementKind.FIGURE})
TERMINAL = re.compile(r"[.!?…。！？；;:：,，、]['\"”’」』）)\]*_]*\s*$")
LEAD_IN = re.compile(r"[:：]['\"”’」』）)\]*_]*\s*$")
TITLE_LENGTH = 80
"""Characters: a longer line without a full stop is not taken for a title."""

WRAP_WIDTH = 200
"""Characters: nobody wraps lines at this width, so a break behind a longer line is deliberate."""

LONG_SENTENCE = 300
"""Characters: above this a sentence is searched for full stops that a splitter overlooked."""

LOOSE_END = re.compile(r"(?:[.!?…][\"'”’)\]]*\s|[。！？][”’」』）]*)\s*")
FIRST_WORD = re.compile(f"\\s*([{HAN_KANA_HANGUL}]|[^\\s{HAN_KANA_HANGUL}]+)")
HTML_ROW_END = re.compile(r"</tr\s{0,8}>\s*", re.IGNORECASE)


def split_blocks(
    text: str, blocks: list[Block], lang: str, sentences: SentenceSplit
) -> list[Piece]:
    """Pieces of all blocks, not yet counted; the text between two starts belongs to the first."""
    pieces: list[Piece] = []
    previous: Block | None = None
    for index, block in enumerate(blocks):
        known = len(pieces)
        for cut, start in _starts(text, block, lang, sentences):
            begin = _past_blank(text, start, block.end, block.kind)
            if begin < block.end:
                pieces.append(Piece(begin, block.end, cut, index))
        if len(pieces) > known:
            pieces[known].cut = _first_cut(previous, block)
        previous = block
    for piece, following in pairwise(pieces):
        piece.end = following.start
    if pieces:
        pieces[-1].end = len(text)
    _mark_leads(text, pieces, blocks)
    return pieces


def _first_cut(previous: Block | None, block: Block) -> Cut:
    if previous is not None and previous.kind in HEADINGS:
        return Cut.NEVER
    if block.kind in HEADINGS:
        return Cut.HEADING
    if previous is not None and previous.kind is block.kind is ElementKind.LIST_ITEM:
        return Cut.ITEM
    if previous is not None and ElementKind.CAPTION in (previous.kind, block.kind):
        return Cut.LEAD if {previous.kind, block.kind} & CAPTIONED else Cut.BLOCK
    return Cut.BLOCK


def _past_blank(text: str, start: int, end: int, kind: ElementKind) -> int:
    """`start` moved behind white space, but not behind the indentation of code and items."""
    begin = start
    while begin < end and text[begin].isspace():
        begin += 1
    if kind in (ElementKind.CODE, ElementKind.LIST_ITEM) and begin < end:
        begin = max(start, text.rfind("\n", start, begin) + 1)
    return begin


def _starts(
    text: str, block: Block, lang: str, sentences: SentenceSplit
) -> Iterator[tuple[Cut, int]]:
    """Start of each piece of a block, with the kind of cut there."""
    if block.kind in HEADINGS or block.kind in (ElementKind.CODE, ElementKind.FORMULA):
        yield Cut.BLOCK, block.start
    elif block.kind is ElementKind.TABLE:
        for start in row_starts(text, block.start, block.end):
            yield Cut.ROW, start
    else:
        for line_start, line_end in deliberate_lines(text, block.start, block.end):
            cut = Cut.LINE
            for start, end in sentences(text[line_start:line_end], lang):
                for begin in _loose_starts(text, line_start + start, line_start + end):
                    yield cut, begin
                    cut = Cut.SENTENCE


def _loose_starts(text: str, start: int, end: int) -> list[int]:
    """Starts of the sentences in what the splitter took for one; most often just `start`.

    Splitters keep quotations whole, so one unpaired quotation mark makes a page one sentence.
    """
    if end - start <= LONG_SENTENCE:
        return [start]
    ends = (match.end() for match in LOOSE_END.finditer(text, start, end))
    return [start, *(edge for edge in ends if edge < end)]


def row_starts(text: str, start: int, end: int) -> list[int]:
    r"""Where rows of a pipe or HTML table begin; its header rows are one piece.

    >>> row_starts("| a |\n|---|\n| 1 |\n| 2 |", 0, 23)
    [0, 12, 18]
    """
    body = text[start:end]
    if _is_html(body):
        ends = [start + match.end() for match in HTML_ROW_END.finditer(body)]
        first = 0
        while first + 1 < len(ends) and "<td" not in text[ends[first] : ends[first + 1]].lower():
            first += 1  # one more header row
        ends = ends[first:]
    else:
        ends = [start + match.end() for match in re.finditer("\n", body)]
        if has_header(text, start, end):
            del ends[0]  # the line of dashes belongs to the header
    return [start, *ends]


def has_header(text: str, start: int, end: int) -> bool:
    """Whether a table's first row is its header: in HTML always, in pipes above dashes."""
    if _is_html(text[start:end]):
        return True
    lines = text[start:end].split("\n", 2)
    return len(lines) > 1 and "-" in lines[1] and not set(lines[1]) - set("|-: \t\r")


def _is_html(table: str) -> bool:
    return table.lstrip()[:6].lower() == "<table"


def deliberate_lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of lines that someone ended on purpose, as opposed to wrapping them at a width.

    A break is deliberate when the next line's first word would still have fitted within the
    paragraph's longest line, or when that is longer than anyone wraps.
    """
    breaks = [start + match.start() + 1 for match in re.finditer("\n", text[start:end])]
    edges = [start, *(edge for edge in breaks if edge < end), end]
    width = max(b - a for a, b in pairwise(edges))
    spans: list[tuple[int, int]] = []
    begin = start
    for left, middle, right in zip(edges, edges[1:], edges[2:], strict=False):
        word = FIRST_WORD.match(text, middle, min(right, middle + WRAP_WIDTH))
        length = len(word.group(1)) if word else 0
        if width > WRAP_WIDTH or (middle - left) + length < width:
            spans.append((begin, middle))
            begin = middle
    return [*spans, (begin, end)]


def _mark_leads(text: str, pieces: list[Piece], blocks: list[Block]) -> None:
    """Marks a cut behind a line that leads to the next one: a title, "as follows:"."""
    for piece, following in pairwise(pieces):
        if following.cut not in (Cut.BLOCK, Cut.LINE):
            continue
        if blocks[piece.block].kind is ElementKind.TABLE:
            continue
        line = text[piece.start : piece.end].strip()
        if LEAD_IN.search(line[-16:]) or (
            piece.cut in (Cut.BLOCK, Cut.LINE)
            and len(line) <= TITLE_LENGTH
            and following.end - following.start > 2 * len(line)
            and not TERMINAL.search(line[-16:])
        ):
            following.cut = Cut.LEAD
