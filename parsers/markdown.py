"""Markdown: elements from the syntax tree of CommonMark with tables, math and footnotes.

Structure comes from the parser's tokens, never from lines, so `# a` in a code block is no heading.
As in HTML, inline code keeps its backticks and formulas their dollars; emphasis and links keep
their text only, images leave nothing. A line break that only wraps the source becomes a blank, or
nothing between Han characters; a hard one stays a line break.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.texmath import texmath_plugin

from parsers.base import ParseOptions
from parsers.encoding import decode
from parsers.html.convert import code_span
from parsers.html.parser import fragment_elements
from parsers.markdown_front_matter import front_matter
from schemas.document import Cell, Document, Element, ElementKind, Issue, IssueCode, Table
from schemas.errors import ParseError
from schemas.records import Reason
from schemas.source import MediaType, Source

MAX_NESTING = 50
"""Nesting of quotes, lists and inline marks; CommonMark's own tests need 20."""

MAX_BYTES = 32 * 2**20
"""Bytes of one file: its tokens take about fifty times as much memory."""

_HAN = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
_HAN_BREAK = re.compile(rf"(?<={_HAN})\v(?={_HAN})")
_BR = re.compile(r"<br\s*/?>", re.I)
_BREAK = "\v"


class MarkdownParser:
    """Markdown files, front matter included."""

    name = "markdown"
    version = 1
    media_types: frozenset[MediaType] = frozenset({MediaType.MARKDOWN})

    def parse(self, source: Source, data: bytes, options: ParseOptions) -> Document:
        """Document of the file's blocks; raises ParseError TOO_LARGE, CORRUPT or NO_TEXT."""
        if len(data) > MAX_BYTES:
            raise ParseError(
                Reason.TOO_LARGE, f"{len(data)} bytes of Markdown, at most {MAX_BYTES} fit"
            )
        text, issues = decode(data)
        walk = _Walk()
        walk.blocks(_reader().parse(text))
        if not walk.found:
            raise ParseError(Reason.NO_TEXT, "no text besides marks")
        return Document(
            source,
            tuple(walk.found),
            issues=(*issues, *walk.issues),
            metadata=walk.metadata,
        )


@cache
def _reader() -> MarkdownIt:
    """CommonMark with GFM tables and strikethrough, front matter, footnotes and formulas.

    Footnotes stay where they are defined: the plugin's own tail drops those nobody refers to.
    """
    reader = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
    reader.enable(["table", "strikethrough"])
    reader.use(front_matter_plugin)
    reader.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    reader.use(texmath_plugin, delimiters="brackets")
    reader.use(amsmath_plugin)
    reader.use(footnote_plugin)
    reader.disable(["footnote_tail", "footnote_inline"])
    return reader


@dataclass(slots=True)
class _Walk:
    """Elements found so far, and where in the tree of blocks the walk is."""

    found: list[Element] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    lists: int = 0
    quotes: int = 0
    heading: int = 0
    footnote: str | None = None
    item: tuple[int, str] | None = None  # a list item whose first text is still to come
    open: int | None = None  # index of an item or footnote that later paragraphs may join
    rows: list[list[str]] = field(default_factory=list)
    in_table: bool = False

    def blocks(self, tokens: list[Token]) -> None:
        """Adds the elements of block tokens."""
        index = 0
        while index < len(tokens):
            token = tokens[index]
            end = index + 1
            if token.type == "html_block":
                # Blank lines cut an HTML table or list into several blocks.
                while end < len(tokens) and tokens[end].type == "html_block":
                    end += 1
                markup = "".join(part.content for part in tokens[index:end])
                self.found.extend(fragment_elements(markup, self.issues))
            elif not self._container(token) and not self._table(token):
                self._leaf(token)
            index = end
        # The parser leaves out what stands in a container of the last level.
        containers = ("list_item_open", "blockquote_open")
        if any(t.type in containers and t.level >= MAX_NESTING - 1 for t in tokens):
            self.issues.append(
                Issue(IssueCode.DEPTH_LIMIT, f"nested deeper than {MAX_NESTING}, the rest left out")
            )

    def _container(self, token: Token) -> bool:
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            self.lists += 1
            self.item = self.open = None
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.lists -= 1
        elif kind == "list_item_open":
            self.item = (self.lists - 1, f"{token.info}{token.markup}")
            self.open = None
        elif kind == "list_item_close":
            self.item = self.open = None
        elif kind in ("blockquote_open", "blockquote_close"):
            self.quotes += token.nesting
        elif kind == "heading_open":
            self.heading = int(token.tag[1])
        elif kind == "footnote_reference_open":
            self.footnote, self.open = str(token.meta["label"]), None
        elif kind == "footnote_reference_close":
            self.footnote = self.open = None
        else:
            return False
        return True

    def _table(self, token: Token) -> bool:
        kind = token.type
        if kind == "table_open":
            self.in_table = True
        elif kind == "table_close":
            self.in_table = False
            self._add_table()
        elif kind == "tr_open":
            self.rows.append([])
        elif kind == "inline" and self.in_table:
            self.rows[-1].append(inline_text(token))
        else:
            return False
        return True

    def _add_table(self) -> None:
        cells = tuple(
            Cell(r, c, text, header=r == 0)
            for r, row in enumerate(self.rows)
            for c, text in enumerate(row)
        )
        if any(cell.text for cell in cells):
            table = Table(len(self.rows), max(map(len, self.rows)), cells)
            text = "\n".join("\t".join(row) for row in self.rows)
            self.found.append(Element(ElementKind.TABLE, text, table=table))
        self.rows = []

    def _leaf(self, token: Token) -> None:
        kind, text = token.type, token.content
        if kind == "inline":
            self._text(inline_text(token))
        elif kind in ("fence", "code_block"):
            language = token.info.strip().split(maxsplit=1)[0].strip("{}.") if token.info else ""
            if language == "math":
                self._formula(text)
            elif text.strip():
                code = text.removesuffix("\n")
                self.found.append(Element(ElementKind.CODE, code, marker=language or None))
        elif kind in ("math_block", "math_block_label", "math_block_eqno", "amsmath"):
            self._formula(text)
        elif kind == "front_matter":
            self.metadata.update(front_matter(text))

    def _formula(self, text: str) -> None:
        if text.strip():
            self.found.append(Element(ElementKind.FORMULA, text.strip()))

    def _text(self, text: str) -> None:
        """Adds a paragraph or heading, as the containers around it demand."""
        level, self.heading = self.heading, 0
        if not text:
            return
        if level:
            one_line = text.replace("\n", " ")
            self.found.append(Element(ElementKind.HEADING, one_line, level=level))
        elif self.item is not None:
            depth, marker = self.item
            self.item = None
            self._openly(Element(ElementKind.LIST_ITEM, text, level=depth, marker=marker))
        elif self.open is not None and self.open == len(self.found) - 1:
            before = self.found[-1]
            self.found[-1] = replace(before, text=f"{before.text}\n\n{text}")
        elif self.footnote is not None:
            label = self.footnote
            self._openly(Element(ElementKind.FOOTNOTE, f"[^{label}]: {text}", marker=label))
        else:
            kind = ElementKind.QUOTE if self.quotes else ElementKind.PARAGRAPH
            self.found.append(Element(kind, text))

    def _openly(self, element: Element) -> None:
        self.open = len(self.found)
        self.found.append(element)


def inline_text(token: Token) -> str:
    """Text of an inline token, with backticks around code and dollars around formulas."""
    pieces: list[str] = []
    for child in token.children or []:
        kind = child.type
        if kind in ("text", "text_special"):
            pieces.append(child.content)
        elif kind == "code_inline":
            pieces.append(code_span(child.content))
        elif kind == "math_inline":
            pieces.append(f"${child.content}$")
        elif kind in ("math_inline_double", "math_single"):
            pieces.append(f"$${child.content}$$")
        elif kind == "softbreak":
            pieces.append(_BREAK)
        elif kind == "hardbreak" or (kind == "html_inline" and _BR.fullmatch(child.content)):
            pieces.append("\n")
        elif kind == "footnote_ref":
            pieces.append(f"[^{child.meta['label']}]")
    text = _HAN_BREAK.sub("", "".join(pieces)).replace(_BREAK, " ")
    return re.sub(r" *\n *", "\n", text).strip()
