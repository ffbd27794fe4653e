"""A document as HTML for the engines that print it; notes stand inline or at the end."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from benchmarks.pdf_roundtrip import figures
from benchmarks.pdf_roundtrip.css import stylesheet
from benchmarks.pdf_roundtrip.measure import code_size, column_widths, is_wide, segments, table_size
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
)
from benchmarks.pdf_roundtrip.style import Style


def page(doc: Doc, style: Style, *, foot_notes: bool) -> str:
    """The HTML of a document; with `foot_notes` each note stands where it is called.

    The engine without notes at the foot is also the one without made-up bold.
    """
    writer = _Writer(doc, style, foot_notes)
    parts = [f'<h1 class="title">{escape(doc.title)}</h1>']
    if doc.authors:
        parts.append(f'<p class="authors">{escape(doc.author_line)}</p>')
    for wide, blocks in segments(doc.blocks, style):
        inner = writer.blocks(blocks)
        cols = style.columns > 1 and not wide
        parts.append(f'<div class="columns">{inner}</div>' if cols else inner)
    if doc.notes and not foot_notes:
        notes = (
            f"<p><sup>{number}</sup> {writer.inline(text)}</p>"
            for number, text in enumerate(doc.notes, 1)
        )
        parts.append(f'<section class="notes">{"".join(notes)}</section>')
    names = "".join(f'<meta name="author" content="{escape(name)}">' for name in doc.authors)
    rules = stylesheet(doc, style, fake_bold=foot_notes)
    return (
        f'<!DOCTYPE html><html lang="{"zh-CN" if doc.lang == "zh" else "en"}"><head>'
        f'<meta charset="utf-8"><title>{escape(doc.title)}</title>{names}'
        f"<style>{rules}</style></head><body>{''.join(parts)}</body></html>"
    )


class _Writer:
    def __init__(self, doc: Doc, style: Style, foot_notes: bool) -> None:
        self.doc, self.style, self.foot_notes = doc, style, foot_notes
        self.figures = 0

    def blocks(self, blocks: Iterable[Block]) -> str:
        """The blocks' HTML."""
        return "".join(self.block(block) for block in blocks)

    def block(self, block: Block) -> str:
        """A block's HTML."""
        if isinstance(block, Heading):
            level = min(block.level + 1, 6)
            return f"<h{level}>{self.inline(block.text)}</h{level}>"
        if isinstance(block, Para):
            return f"<p>{self.inline(block.text)}</p>"
        if isinstance(block, Listing):
            return self.listing(block)
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Figure):
            return self.figure(block)
        if isinstance(block, Code):
            room = self.room(block)
            size = code_size(block.text, self.style, room)
            return f'<pre style="font-size:{size}pt">{escape(block.text)}</pre>'
        if isinstance(block, Formula):
            lines = "<br>".join(escape(line) for line in block.text.split("\n"))
            return f'<p class="formula">{lines}</p>'
        if isinstance(block, Quote):
            return f"<blockquote>{self.blocks(block.blocks)}</blockquote>"
        assert isinstance(block, PageBreak)
        return '<div class="break"></div>'

    def room(self, block: Block) -> float:
        """Width that a block has."""
        return self.style.text_width if is_wide(block, self.style) else self.style.column_width

    def listing(self, block: Listing) -> str:
        """A list's HTML; an item of one paragraph has none of its own."""
        items = []
        for item in block.items:
            first, rest = item[0], item[1:]
            lead = self.inline(first.text) if isinstance(first, Para) else self.block(first)
            items.append(f"<li>{lead}{self.blocks(rest)}</li>")
        tag = f'ol start="{block.start}"' if block.ordered else "ul"
        return f"<{tag}>{''.join(items)}</{tag[:2]}>"

    def table(self, table: Table) -> str:
        """A table's HTML, its caption on the style's side."""
        rows = []
        for index in range(table.rows):
            cells = []
            for cell in table.row(index):
                tag = "th" if cell.head else "td"
                spans = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
                spans += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
                side = f' style="text-align:{cell.align}"'
                cells.append(f"<{tag}{spans}{side}>{self.inline(cell.text)}</{tag}>")
            rows.append(f"<tr>{''.join(cells)}</tr>")
        head, body = "".join(rows[: table.head]), "".join(rows[table.head :])
        head = f"<thead>{head}</thead>" if head else ""
        kind = " spans" if table.spans else ""
        room = self.room(table)
        size = table_size(table, self.style, room)
        columns = ""
        if self.foot_notes:
            widths = column_widths(table, room, size, self.style.table_full)
            parts = "".join(f'<col style="width:{width:.1f}pt">' for width in widths)
            columns = f"<colgroup>{parts}</colgroup>"
            kind += " fixed"
        grid = (
            f'<table class="{self.style.table}{kind}" style="font-size:{size}pt">{columns}{head}'
            f"<tbody>{body}</tbody></table>"
        )
        if not table.caption:
            return f'<div class="table">{grid}</div>'
        caption = f'<p class="caption">{self.inline(table.caption)}</p>'
        inner = caption + grid if self.style.caption_above else grid + caption
        side = "above" if self.style.caption_above else "below"
        return f'<div class="table {side}">{inner}</div>'

    def figure(self, block: Figure) -> str:
        """A figure's HTML: its drawing and the caption below."""
        self.figures += 1
        shapes = figures.drawing(block.kind, f"{self.doc.name}/{self.figures}")
        image = figures.svg(shapes, "Liberation Sans")
        return (
            f'<div class="figure">{image}<p class="caption">{self.inline(block.caption)}</p></div>'
        )

    def inline(self, text: Inline) -> str:
        """A text's HTML."""
        return "".join(self._run(run) for run in text)

    def _run(self, run: Run) -> str:
        if run.br:
            return "<br>"
        if run.note:
            if self.foot_notes:
                return f'<span class="note">{self.inline(self.doc.notes[run.note - 1])}</span>'
            return f"<sup>{run.note}</sup>"
        out = escape(run.text)
        for on, tag in ((run.code, "code"), (run.italic, "em"), (run.bold, "strong")):
            out = f"<{tag}>{out}</{tag}>" if on else out
        return f'<a href="{escape(run.href)}">{out}</a>' if run.href else out
