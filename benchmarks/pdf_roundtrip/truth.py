"""What a typeset document says, as Markdown in the order in which it stands on its pages.

The title is a heading of level 1, sections are one level deeper than in the source. Tables are HTML
with their spans, captions paragraphs on the side where the style sets them. Note marks are plain
digits, a note a paragraph that begins with its digits: behind the text of the page on which the
engine set it, or at the end where the engine collects notes. A paragraph or table that runs over a
page's end is one piece and belongs to the page where it begins. Running heads, page numbers and the
labels in drawings are left out, and so are emphasis and the targets of links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape

from benchmarks.pdf_roundtrip.measure import is_wide
from benchmarks.pdf_roundtrip.model import (
    Block,
    Code,
    Doc,
    Figure,
    Formula,
    Heading,
    Inline,
    Listing,
    Para,
    Quote,
    Table,
    plain,
)
from benchmarks.pdf_roundtrip.pages import Pdf
from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset import FLOATING, FOOT_NOTES

FLOATS = (Table, Figure, Code)
"""Kinds of blocks that an engine of `FLOATING` moves."""


@dataclass(frozen=True)
class Piece:
    """A part of the truth: Markdown, the text to find it by, whether it floats or is an item."""

    markdown: str
    text: str
    floats: bool = False
    item: bool = False


def markdown(doc: Doc, style: Style, engine: str, pdf: Pdf) -> str:
    """The truth of a document as the engine set it."""
    found = [Piece(f"# {doc.title}", doc.title)]
    if doc.authors:
        found.append(Piece(doc.author_line, doc.author_line))
    floating = engine in FLOATING and style.columns > 1
    for block in doc.blocks:
        loose = floating and is_wide(block, style) and isinstance(block, FLOATS)
        found += pieces(block, style, floats=loose)
    notes = [
        Piece(f"{number} {plain(text)}", plain(text)) for number, text in enumerate(doc.notes, 1)
    ]
    if engine in FOOT_NOTES:
        return _joined(_by_page(found, notes, pdf))
    return _joined(found + notes)


def pieces(block: Block, style: Style, *, floats: bool = False) -> list[Piece]:
    """The parts of a block."""
    if isinstance(block, Heading):
        text = plain(block.text)
        return [Piece("#" * (block.level + 1) + " " + text, text)]
    if isinstance(block, Para):
        return [_paragraph(block.text)]
    if isinstance(block, Listing):
        return _items(block, style, 0)
    if isinstance(block, Table):
        caption = [_paragraph(block.caption, floats=floats)] if block.caption else []
        grid = Piece(table_html(block), _first_text(block), floats)
        return [*caption, grid] if style.caption_above else [grid, *caption]
    if isinstance(block, Figure):
        return [_paragraph(block.caption, floats=floats)]
    if isinstance(block, Code):
        return [Piece(f"```\n{block.text}\n```", block.text, floats)]
    if isinstance(block, Formula):
        return [Piece(" ".join(block.text.split()), block.text)]
    if isinstance(block, Quote):
        inner = [piece for part in block.blocks for piece in pieces(part, style)]
        return [Piece("> " + piece.markdown, piece.text) for piece in inner]
    return []


def _paragraph(text: Inline, *, floats: bool = False) -> Piece:
    said = " ".join(plain(text).split())
    return Piece(said, said, floats)


def _items(block: Listing, style: Style, depth: int) -> list[Piece]:
    found = []
    for index, item in enumerate(block.items):
        mark = f"{block.start + index}." if block.ordered else "-"
        for place, part in enumerate(item):
            if isinstance(part, Listing):
                found += _items(part, style, depth + 1)
                continue
            for piece in pieces(part, style):
                lead = f"{mark} " if place == 0 else " " * (len(mark) + 1)
                text = "   " * depth + lead + piece.markdown
                found.append(Piece(text, piece.text, item=True))
    return found


def _first_text(table: Table) -> str:
    return next((plain(cell.text) for cell in table.cells if plain(cell.text).strip()), "")


def table_html(table: Table) -> str:
    """A table as HTML."""
    rows = []
    for index in range(table.rows):
        cells = ""
        for cell in table.row(index):
            tag = "th" if cell.head else "td"
            spans = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
            spans += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
            said = escape(" ".join(plain(cell.text).split()), quote=False)
            cells += f"<{tag}{spans}>{said}</{tag}>"
        rows.append(f"<tr>{cells}</tr>")
    return "<table>\n" + "\n".join(rows) + "\n</table>"


def _by_page(found: list[Piece], notes: list[Piece], pdf: Pdf) -> list[Piece]:
    """The pieces with the notes behind their pages and floats at the head of theirs."""
    pages = _pages(found, pdf)
    note_pages = [pdf.page_at(max(pdf.find(note.text), 0)) for note in notes]
    out: list[Piece] = []
    for page in range(len(pdf.texts)):
        here = [piece for piece, place in zip(found, pages, strict=True) if place == page]
        out += [piece for piece in here if piece.floats]
        out += [piece for piece in here if not piece.floats]
        out += [note for note, place in zip(notes, note_pages, strict=True) if place == page]
    return out


def _pages(found: list[Piece], pdf: Pdf) -> list[int]:
    """The page on which each piece begins; pieces that do not float follow each other."""
    places = []
    cursor = 0
    for piece in found:
        position = pdf.find(piece.text, 0 if piece.floats else cursor)
        if piece.floats:
            places.append(pdf.page_at(max(position, 0)))
            continue
        if position < 0:
            here = pdf.starts[pdf.page_at(cursor)]
            position = max(pdf.find(piece.text, here), cursor)
        places.append(pdf.page_at(position))
        cursor = position
    return places


def _joined(found: list[Piece]) -> str:
    out = ""
    for index, piece in enumerate(found):
        tight = index > 0 and piece.item and found[index - 1].item
        out += ("\n" if tight else "\n\n" if out else "") + piece.markdown
    return out + "\n"


def words_only(text: str) -> str:
    """A truth without its markup: what must be readable in the PDF."""
    out = []
    fenced = False
    for line in text.split("\n"):
        if line == "```":
            fenced = not fenced
        elif fenced:
            out.append(line)
        else:
            bare = re.sub(r"^(?:#+ |> )+|^\s*- ", "", line)
            out.append(unescape(re.sub(r"</?(?:table|tr|t[hd])\b[^>]*>", " ", bare)))
    return "\n".join(out)
