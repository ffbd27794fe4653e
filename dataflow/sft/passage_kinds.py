"""What a passage is made of: sentences, or tables, lists of references, contents, navigation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dataflow.sft.blocks import Block, from_markdown
from schemas.document import ElementKind

_LONGEST = 40_000
"""Characters of a passage that are looked at."""

_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’」』）)\]*_]*\s*$|[.!?](?=\s)|[。！？]")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_AUTHOR = re.compile(
    r"(?:[-*+]\s+)?(?:\[\d{1,4}\]|\d{1,3}[.)、])?\s*"
    r"(?:[A-Z][\w'’-]{1,30},\s(?:[A-Z]\.[\s-]?){1,4}|(?:[A-Z]\.[\s-]?){1,4}[A-Z][\w'’-]{1,30}[,.]"
    r"|[A-Z][\w'’-]{1,30}\s[A-Z]{1,3}[,.]|[\u4e00-\u9fff]{2,4}[,，、.．])"
)
_RECORD = re.compile(
    r"\bdoi\b|\bet al\b|\b[Ee]ds?\.|\bpp?\.\s?\d|\b[Vv]ol\.\s?\d|\bISBN\b|\bISSN\b|\barXiv\b"
    r"|\d\s?\(\d{1,4}\)\s?[:：,]\s?\d|\[(?:[JMCDNPRSGZ]|EB|DB|OL|EB/OL|J/OL)\]|第\s?\d+\s?[卷期]"
    r"|出版社|学报|Press\b|Proceedings|Journal\b"
)
_CONTENTS = re.compile(r"(?:\.{4,}|…{2,}|(?:\.\s){3,}|·{4,})\s*(?:\d{1,4}|[ivxl]{1,6})\s*$")
_RIGHTS = re.compile(
    r"^\s*(?:©|\(c\)\s|copyright\b|all rights reserved|版权所有|保留所有权利)", re.I
)
_LINK = re.compile(r"!?\[[^\[\]]{0,200}\]\([^()\s]{0,500}\)|https?://\S{1,500}")
_HTML_TABLE = re.compile(r"</?(?:table|thead|tbody|tr|t[dh])\b", re.I)
_WRAPPED = 3
"""Lines of an entry in a list of references at most; one that begins every third is enough."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of a passage's characters, headings left out: in sentences, and in listings.

    Listings are references, tables of contents, notices of rights and lists of links; the rest
    is tables, code, and pieces that are no sentences.
    """

    prose: float
    listing: float


def shares_of(text: str) -> Shares:
    r"""What `text` (Markdown) is made of; 0 and 0 for one without anything but headings.

    >>> shares_of("# A\n\nThe mill is old. It grinds rye.")
    Shares(prose=1.0, listing=0.0)
    """
    prose = listing = total = 0
    for block in from_markdown(text[:_LONGEST]):
        size = block.end - block.start
        if block.kind is ElementKind.HEADING:
            continue
        total += size
        raw = text[block.start : block.end]
        if is_listing(raw):
            listing += size
        elif is_prose(block, raw):
            prose += size
    return Shares(prose / total, listing / total) if total else Shares(0.0, 0.0)


def is_prose(block: Block, raw: str) -> bool:
    """Whether the block, in Markdown `raw`, holds a sentence that ends."""
    if block.kind not in (ElementKind.PARAGRAPH, ElementKind.LIST_ITEM, ElementKind.QUOTE):
        return False
    return not _HTML_TABLE.search(raw) and _SENTENCE_END.search(raw) is not None


def is_html_table(raw: str) -> bool:
    """Whether a block that Markdown calls a paragraph is a table in HTML."""
    return _HTML_TABLE.search(raw) is not None


def is_listing(raw: str) -> bool:
    """Whether a block is references, contents, a notice of rights, or little but links."""
    lines = [line for line in raw.split("\n") if line.strip()]
    entries = sum(_is_reference(line) for line in lines)
    contents = sum(_CONTENTS.search(line[-200:]) is not None for line in lines)
    if entries * _WRAPPED >= max(len(lines), 1) or contents * 2 > len(lines):
        return True
    if _RIGHTS.match(raw):
        return True
    linked = sum(len(found[0]) for found in _LINK.finditer(raw))
    return linked * 2 > len(raw.strip()) > 0


def _is_reference(line: str) -> bool:
    """An entry begins with its authors, has a year, and says where it was printed.

    A sentence of prose may have two of the three, hardly all of them.
    """
    line = line[:2000]
    return bool(_AUTHOR.match(line) and _YEAR.search(line) and _RECORD.search(line))
