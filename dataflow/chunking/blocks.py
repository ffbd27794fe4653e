"""Text -> blocks: headings, paragraphs, list items, tables, code, each with its span and page.

Blocks tile the document: whatever stands between the blocks that were found becomes a block of
its own or part of its neighbour, so no character that is not white space is ever lost.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from schemas.document import OUT_OF_FLOW, ElementKind

NEWLINE = re.compile(r"\r\n?|\n")
"""Line ends as CommonMark and markdown-it see them, so that line numbers agree."""

TABLE_END = re.compile(r"</table\s{0,8}>", re.IGNORECASE)

MAX_HEADING = 240
"""Characters; a longer "heading" is a paragraph that happens to stand above a rule."""

HEADINGS = frozenset({ElementKind.TITLE, ElementKind.HEADING})


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document's structure: `text[start:end]`, with its outer white space.

    `title` is a heading's plain text, '' for other kinds; `level` its rank, 1 the outermost.
    `page` is 1-based, None where the source has no pages.
    """

    start: int
    end: int
    kind: ElementKind
    level: int = 0
    title: str = ""
    page: int | None = None


def blocks(text: str, elements: Sequence[Mapping[str, Any]] | None) -> list[Block]:
    """Blocks of a document in reading order; every non-space character lies in exactly one.

    `elements` are rows of the documents' column of that name; without any that has a span in the
    text, the Markdown in the text is parsed.
    """
    found = list(_from_elements(text, elements)) if elements else []
    return _tiled(text, found or list(_from_markdown(text)))


def _from_elements(text: str, elements: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """Blocks of the elements that have a span, cut where spans overlap or leave the text."""
    spans = sorted(
        (element["char_start"], element["char_end"], index)
        for index, element in enumerate(elements)
        if element["char_start"] is not None and element["char_end"] is not None
    )
    reach = 0
    for start, end, index in spans:
        element = elements[index]
        kind = ElementKind(element["kind"])
        start, end = max(start, reach), min(end, len(text))
        if start >= end or kind in OUT_OF_FLOW:
            continue
        reach = end
        title = " ".join((element.get("text") or text[start:end].strip("# \n")).split())
        yield _block(start, end, kind, element.get("level") or 1, title, element.get("page"))


def _block(
    start: int, end: int, kind: ElementKind, level: int, title: str, page: int | None
) -> Block:
    """A block; a heading too long to be one is a paragraph."""
    if kind not in HEADINGS:
        return Block(start, end, kind, page=page)
    if not 0 < len(title) <= MAX_HEADING:
        return Block(start, end, ElementKind.PARAGRAPH, page=page)
    return Block(start, end, kind, level, title, page)


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    """A parser of block structure only: inline marks cost most of the time and are not needed."""
    parser = MarkdownIt("commonmark").enable("table").disable("inline")
    return parser.use(front_matter_plugin)


@lru_cache(maxsize=1)
def _inline() -> MarkdownIt:
    return MarkdownIt("commonmark")


def _plain(content: str) -> str:
    """Text of a heading without its inline marks."""
    tokens = [child for token in _inline().parseInline(content) for child in token.children or ()]
    parts = (token.content if token.content else " " for token in tokens if not _is_mark(token))
    return " ".join("".join(parts).split())


def _is_mark(token: Token) -> bool:
    return token.nesting != 0 or token.type == "html_inline"


SIMPLE = {
    "paragraph_open": ElementKind.PARAGRAPH,
    "table_open": ElementKind.TABLE,
    "fence": ElementKind.CODE,
    "code_block": ElementKind.CODE,
    "blockquote_open": ElementKind.QUOTE,
    "html_block": ElementKind.PARAGRAPH,
    "front_matter": ElementKind.PARAGRAPH,
}
"""Token types at the outermost level and the block each opens."""


def _from_markdown(text: str) -> Iterator[Block]:
    """Blocks of CommonMark with pipe tables, from the parser's token tree.

    Flat text is Markdown too: its blocks are the paragraphs between blank lines.
    """
    lines = [0, *(match.end() for match in NEWLINE.finditer(text)), len(text)]
    tokens = _markdown().parse(text)
    closings = [match.end() for match in TABLE_END.finditer(text)]
    table_end = 0
    for index, token in enumerate(tokens):
        if token.map is None:
            continue
        start, end = (lines[min(line, len(lines) - 1)] for line in token.map)
        if start < table_end:  # inside an HTML table that blank lines cut into several blocks
            continue
        if token.level == 0 and token.type == "heading_open":
            title = tokens[index + 1].content
            title = _plain(title) if len(title) <= 4 * MAX_HEADING else title
            yield _block(start, end, ElementKind.HEADING, int(token.tag[1:]), title, None)
        elif token.level == 0 and token.type == "html_block" and _opens_table(text, start):
            following = bisect_right(closings, start)
            table_end = max([end, *closings[following : following + 1]])
            yield Block(start, table_end, ElementKind.TABLE)
        elif token.level == 0 and token.type in SIMPLE:
            yield Block(start, end, SIMPLE[token.type])
        elif token.level == 1 and token.type == "list_item_open":
            yield Block(start, end, ElementKind.LIST_ITEM)


def _opens_table(text: str, start: int) -> bool:
    return text[start : start + 16].lstrip()[:6].lower() == "<table"


def _tiled(text: str, found: Iterable[Block]) -> list[Block]:
    """`found` with the gaps between them filled.

    What stands in a gap on the next block's own line (a heading's `#`, an item's `-`) joins that
    block; the rest is a paragraph.
    """
    tiled: list[Block] = []
    reach = 0
    for block in found:
        start = max(block.start, reach)
        gap = text[reach:start]
        if gap.strip():
            line = max(gap.rfind("\n"), gap.rfind("\r")) + 1
            if gap[:line].strip():
                tiled.append(Block(reach, reach + line, ElementKind.PARAGRAPH, page=block.page))
            if gap[line:].strip():
                start = reach + line
        if text[start : block.end].strip():
            tiled.append(replace(block, start=start))
        reach = max(reach, block.end)
    if text[reach:].strip():
        page = tiled[-1].page if tiled else None
        tiled.append(Block(reach, len(text), ElementKind.PARAGRAPH, page=page))
    return tiled
