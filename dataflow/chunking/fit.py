"""Counts pieces and cuts those that would not fit under the cap, at the mildest place there is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from dataflow.chunking.blocks import HEADINGS, Block
from dataflow.chunking.pieces import Count, Cut, Piece, has_header
from dataflow.chunking.tokenizers import HAN_KANA_HANGUL
from schemas.document import ElementKind

CLAUSE_END = re.compile(r"[,;:](?=\s)\s*|[，、；：]\s*|\s[|—–]\s|</t[dh]>")
UNIT = re.compile(f"[{HAN_KANA_HANGUL}]{{1,8}}[^\\w\\s]*\\s*|[^\\s{HAN_KANA_HANGUL}]+\\s*|\\s+")
"""A word with what clings to it, or a few CJK characters; units tile any text."""

JOINERS = frozenset("\u200d\ufe0e\ufe0f")
MAX_CLUSTER = 32
"""Characters a cut moves at most to keep a base character and its marks together."""


def fit(
    text: str, pieces: list[Piece], blocks: list[Block], size: int, count: Count
) -> list[Piece]:
    """`pieces` with token counts, each small enough for a chunk of `size` tokens.

    A piece under a heading leaves room for the heading. A table row has the table's header repeated
    above it when both fit; it is cut only when it exceeds `size` by itself. Headings that fill more
    than half a chunk are treated as paragraphs.
    """
    for piece, tokens in zip(pieces, count([text[p.start : p.end] for p in pieces]), strict=True):
        piece.tokens = tokens
    fitted: list[Piece] = []
    heading = 0
    header: Piece | None = None
    for index, piece in enumerate(pieces):
        block = blocks[piece.block]
        if piece.cut is Cut.NEVER and (
            heading > size // 2
            or (block.kind is ElementKind.TABLE and size - heading < piece.tokens <= size)
        ):
            piece.cut, heading = Cut.BLOCK, 0
        if block.kind is ElementKind.TABLE:
            if not index or pieces[index - 1].block != piece.block:
                header = piece if _repeatable(text, piece, block, size) else None
            elif header is not None and not size - header.tokens < piece.tokens <= size:
                piece.prefix, piece.prefix_tokens = _prefix(text, header), header.tokens
        limit = size - max(heading, piece.prefix_tokens)
        fitted.extend([piece] if piece.tokens <= limit else _cut(text, piece, block, limit, count))
        heading = heading + piece.tokens if block.kind in HEADINGS else 0
    return fitted


def _repeatable(text: str, first: Piece, block: Block, size: int) -> bool:
    """Whether a table's first piece is a header that leaves half of a chunk for its rows."""
    return first.tokens <= size // 2 and has_header(text, block.start, block.end)


def _prefix(text: str, header: Piece) -> str:
    return text[header.start : header.end].strip() + "\n"


def _cut(text: str, piece: Piece, block: Block, limit: int, count: Count) -> list[Piece]:
    """Parts of a piece of at most `limit` tokens each."""
    starts = [piece.start]
    if block.kind is ElementKind.CODE:
        lines = re.finditer("\n(?=.*\\S)", text[piece.start : piece.end])
        starts += [piece.start + match.end() for match in lines]
    starts = cut_long(text, starts, piece.end, limit, count)
    spans = [(a, b) for a, b in pairwise([*starts, piece.end]) if not text[a:b].isspace()]
    parts = [
        Piece(start, end, Cut.INSIDE, piece.block, 0, piece.prefix, piece.prefix_tokens)
        for start, end in spans
    ]
    for part, tokens in zip(parts, count([text[start:end] for start, end in spans]), strict=True):
        part.tokens = tokens
        if block.kind is ElementKind.CODE and text[part.start - 1 : part.start] == "\n":
            part.cut = Cut.LINE if _follows_blank(text, part.start) else Cut.ROW
    parts[0].cut = piece.cut
    return parts


def _follows_blank(text: str, start: int) -> bool:
    """Whether the line before the one that begins at `start` is empty."""
    return text[max(0, start - 2) : start] == "\n\n"


def cut_long(text: str, starts: list[int], end: int, limit: int, count: Count) -> list[int]:
    """`starts` with more starts, so that no stretch up to the next one, or `end`, exceeds `limit`.

    Cuts fall behind clauses, else between words, else inside a word. Only a single character
    that exceeds the limit by itself stays too long.
    """
    found: list[int] = []
    edges = [*starts, end]
    counts = count([text[a:b] for a, b in pairwise(edges)])
    for (begin, stop), tokens in zip(pairwise(edges), counts, strict=True):
        if tokens <= limit:
            found.append(begin)
            continue
        clauses = [begin, *(m.end() for m in CLAUSE_END.finditer(text, begin, stop))]
        found.extend(_gathered(text, [*clauses, stop], limit, count))
    return found


def _gathered(text: str, edges: list[int], limit: int, count: Count) -> Iterator[int]:
    """Starts of stretches between `edges`, joined up to `limit` and split where one exceeds it."""
    filled = limit + 1
    spans = [(a, b) for a, b in pairwise(edges) if a < b]
    for (begin, stop), tokens in zip(spans, count([text[a:b] for a, b in spans]), strict=True):
        if tokens > limit:
            yield from _words(text, begin, stop, limit, count)
            filled = limit + 1
            continue
        filled += tokens
        if filled > limit:
            yield begin
            filled = tokens


def _words(text: str, begin: int, stop: int, limit: int, count: Count) -> Iterator[int]:
    """Starts of stretches of whole words, each at most `limit` tokens."""
    units = [match.span() for match in UNIT.finditer(text, begin, stop)]
    filled = limit + 1
    for (start, end), tokens in zip(units, count([text[a:b] for a, b in units]), strict=True):
        if tokens > limit:
            yield from _halves(text, start, end, limit, count)
            filled = limit + 1
            continue
        filled += tokens
        if filled > limit:
            yield start
            filled = tokens


def _halves(text: str, start: int, end: int, limit: int, count: Count) -> Iterator[int]:
    """Starts of equal parts of one endless word, each at most `limit` tokens."""
    waiting = [(start, end)]
    while waiting:
        begin, stop = waiting.pop()
        middle = _between_clusters(text, begin, stop)
        if not begin < middle < stop or count([text[begin:stop]])[0] <= limit:
            yield begin
        else:
            waiting += [(middle, stop), (begin, middle)]


def _between_clusters(text: str, begin: int, stop: int) -> int:
    """The middle, moved on so that no mark or joined emoji loses its base character."""
    middle = (begin + stop) // 2
    for index in range(middle, min(stop, middle + MAX_CLUSTER)):
        character = text[index]
        joined = character in JOINERS or text[index - 1] == "\u200d"
        if not joined and not unicodedata.combining(character):
            return index
    return middle
