"""The source documents as blocks, and which half each belongs to.

Split: a document is `dev` when the sha256 of its name begins with a hexadecimal digit below 8, else
`kept`, so that a new document moves no other one. All PDFs of a document are in its half. Rules are
tuned on `dev` alone. Of the 32 English documents 18 are `dev`, of the 32 Chinese ones 17.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.footnote import footnote_plugin

from benchmarks.pdf_roundtrip.model import (
    Block,
    Code,
    Doc,
    Figure,
    Formula,
    Heading,
    Inline,
    Listing,
    PageBreak,
    Para,
    Quote,
    Run,
    Table,
    merged,
    plain,
)
from benchmarks.pdf_roundtrip.source_tables import html_table, pipe_table

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
_NUMBER = r"\s*(?:[A-Z]?\d+|[IVX]+|[A-Z]\b|[一二三四五六七八九十]+)?(?:[-.–—]\d+)*\s*[:：.．。\s　]"
TABLE_CAPTION = re.compile(r"(?:Table|TABLE|Tab\.|附?表)" + _NUMBER)
FIGURE_CAPTION = re.compile(r"(?:Figure|FIGURE|Fig\.|附?[图圖])" + _NUMBER)
FACES = {"strong": "bold", "em": "italic", "link": "href"}
CAPTION_LENGTH = 220
"""Characters; a longer paragraph that begins with `Table 2` is body text."""


def names() -> list[str]:
    """Names of the source documents."""
    return sorted(path.stem for path in SOURCES.glob("*_*.md"))


def digest(name: str) -> str:
    """sha256 of a name, in hexadecimal."""
    return hashlib.sha256(name.encode()).hexdigest()


def split_of(name: str) -> str:
    """`dev` or `kept`, by the rule above."""
    return "dev" if digest(name) < "8" else "kept"


def load(name: str, folder: Path = SOURCES) -> Doc:
    """The document of that name; raises ValueError naming what the source lacks."""
    text = (folder / f"{name}.md").read_text(encoding="utf-8")
    _, front, body = text.split("---\n", 2)
    meta = yaml.safe_load(front)
    missing = {"title", "lang", "kind", "columns"} - set(meta)
    if missing:
        raise ValueError(f"{name}: front matter lacks {sorted(missing)}")
    reader = _Reader(meta["lang"])
    tree = SyntaxTreeNode(_markdown().parse(body))
    blocks = reader.blocks(tree.children)
    notes = reader.notes(tree)
    return Doc(
        name=name,
        title=str(meta["title"]),
        lang=meta["lang"],
        kind=meta["kind"],
        columns=int(meta["columns"]),
        authors=tuple(map(str, meta.get("authors") or ())),
        header=str(meta.get("header") or ""),
        footer=str(meta.get("footer") or ""),
        blocks=tuple(_with_captions(blocks)),
        notes=tuple(notes),
    )


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").use(footnote_plugin)


class _Reader:
    """Turns the syntax tree into blocks; a soft line end is a space, in Chinese nothing."""

    def __init__(self, lang: str) -> None:
        self.soft = "" if lang == "zh" else " "

    def blocks(self, nodes: list[SyntaxTreeNode]) -> list[Block]:
        """The blocks of the nodes, captions still paragraphs of their own."""
        found = []
        for node in nodes:
            block = self._block(node)
            if block is not None:
                found.append(block)
        return found

    def _block(self, node: SyntaxTreeNode) -> Block | None:
        kind = node.type
        if kind == "paragraph":
            return self._paragraph(node)
        if kind == "heading":
            return Heading(int(node.tag[1]), self.inline(node))
        if kind in ("bullet_list", "ordered_list"):
            items = tuple(tuple(self.blocks(item.children)) for item in node.children)
            return Listing(kind == "ordered_list", int(node.attrs.get("start", 1)), items)
        if kind == "fence":
            text = node.content.rstrip("\n")
            return Formula(text) if node.info.strip() == "formula" else Code(text)
        if kind == "table":
            return pipe_table(node, self.inline)
        if kind == "blockquote":
            return Quote(tuple(self.blocks(node.children)))
        if kind == "html_block":
            return self._html(node.content.strip())
        if kind in ("footnote_block", "hr"):
            return None
        raise ValueError(f"no such block here: {kind}")

    def _html(self, text: str) -> Block | None:
        if text.startswith("<!--"):
            return PageBreak() if "pagebreak" in text else None
        if text.startswith("<table"):
            return html_table(text)
        raise ValueError(f"no such HTML here: {text[:60]}")

    def _paragraph(self, node: SyntaxTreeNode) -> Block:
        parts = node.children[0].children
        if len(parts) == 1 and parts[0].type == "image":
            kind = str(parts[0].attrs["src"]).partition(":")[2]
            return Figure(kind, (Run(parts[0].content),))
        return Para(self.inline(node))

    def inline(self, node: SyntaxTreeNode) -> Inline:
        """The runs of a node that holds inline content."""
        runs: list[Run] = []
        for child in node.children:
            if child.type == "inline":
                self._runs(child, {}, runs)
        return merged(runs)

    def _runs(self, node: SyntaxTreeNode, face: dict[str, Any], out: list[Run]) -> None:
        for child in node.children:
            kind = child.type
            if kind in FACES:
                href = str(child.attrs.get("href", ""))
                inner = {**face, "href": href} if kind == "link" else {**face, FACES[kind]: True}
                self._runs(child, inner, out)
            elif kind in ("text", "softbreak"):
                out.append(Run(child.content if kind == "text" else self.soft, **face))
            elif kind == "code_inline":
                out.append(Run(child.content, **{**face, "code": True}))
            elif kind == "footnote_ref":
                out.append(Run(note=child.meta["id"] + 1))
            elif kind == "hardbreak" or child.content.startswith("<br"):
                out.append(Run(br=True))
            elif kind != "footnote_anchor":
                raise ValueError(f"no such inline here: {kind} {child.content[:40]}")

    def notes(self, tree: SyntaxTreeNode) -> list[Inline]:
        """The notes' texts in the order of their references; paragraphs are joined."""
        found: list[Inline] = []
        for block in tree.children:
            if block.type == "footnote_block":
                for note in block.children:
                    parts = [self.inline(child) for child in note.children]
                    found.append(merged([run for part in parts for run in part]))
        return found


def _with_captions(blocks: list[Block]) -> list[Block]:
    """The blocks with each caption paragraph moved into the table or figure beside it.

    A table's caption is the paragraph before it, else the one behind it; a figure's the one behind.
    """
    out: list[Block] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if isinstance(block, Table) and not block.caption:
            if out and (caption := _caption(out[-1], TABLE_CAPTION)):
                out.pop()
                block = _captioned(block, caption)
            elif caption := _behind(blocks, index):
                block = _captioned(block, caption)
                index += 1
        elif isinstance(block, Figure) and (caption := _caption(following, FIGURE_CAPTION)):
            block = Figure(block.kind, caption)
            index += 1
        out.append(block)
        index += 1
    return out


def _behind(blocks: list[Block], index: int) -> Inline:
    """The caption behind a table, unless it is that of another table which follows it."""
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    after = blocks[index + 2] if index + 2 < len(blocks) else None
    if isinstance(after, Table) and not after.caption:
        return ()
    return _caption(following, TABLE_CAPTION)


def _caption(block: Block | None, pattern: re.Pattern[str]) -> Inline:
    if not isinstance(block, Para):
        return ()
    text = plain(block.text)
    return block.text if len(text) <= CAPTION_LENGTH and pattern.match(text) else ()


def _captioned(table: Table, caption: Inline) -> Table:
    return Table(table.rows, table.cols, table.head, table.cells, caption)
