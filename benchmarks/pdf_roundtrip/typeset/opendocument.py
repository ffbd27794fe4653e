"""A document as a flat OpenDocument text: sections for columns, notes, tables with spans."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from benchmarks.pdf_roundtrip import figures
from benchmarks.pdf_roundtrip.looks import Look, look
from benchmarks.pdf_roundtrip.measure import (
    code_size,
    column_widths,
    is_wide,
    segments,
    table_size,
)
from benchmarks.pdf_roundtrip.model import (
    Block,
    Cell,
    Code,
    Doc,
    Figure,
    Formula,
    Heading,
    Inline,
    Listing,
    Para,
    Quote,
    Run,
    Table,
)
from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset.opendocument_styles import NAMESPACES, masters, styles

SPACES = re.compile(r" {2,}|^ ")


def document(doc: Doc, style: Style) -> str:
    """The source of a document."""
    writer = _Writer(doc, style)
    body = f'<text:p text:style-name="Title1">{escape(doc.title)}</text:p>'
    if doc.authors:
        body += f'<text:p text:style-name="Authors">{escape(doc.author_line)}</text:p>'
    for number, (wide, blocks) in enumerate(segments(doc.blocks, style)):
        inner = writer.blocks(blocks)
        if style.columns > 1 and not wide:
            name = f'text:style-name="Columns" text:name="s{number}"'
            inner = f"<text:section {name}>{inner}</text:section>"
        body += inner
    body += writer.para("Tail", "")
    names = "".join(
        f"<meta:initial-creator>{escape(n)}</meta:initial-creator>" for n in doc.authors[:1]
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {NAMESPACES} office:version="1.3"'
        ' office:mimetype="application/vnd.oasis.opendocument.text">'
        f"<office:meta><dc:title>{escape(doc.title)}</dc:title>{names}</office:meta>"
        f"{styles(doc, style)}"
        f"<office:automatic-styles>{masters(doc, style, layouts=True)}{writer.automatic}"
        f"</office:automatic-styles>{masters(doc, style, layouts=False)}"
        f"<office:body><office:text>{body}</office:text></office:body></office:document>"
    )


class _Writer:
    def __init__(self, doc: Doc, style: Style) -> None:
        self.doc, self.style = doc, style
        self.automatic = ""
        self.names: dict[str, str] = {}
        self.count = 0

    def named(self, family: str, properties: str, parent: str = "") -> str:
        """Name of the automatic style with these properties."""
        key = f"{family}/{parent}/{properties}"
        if key not in self.names:
            self.names[key] = f"A{len(self.names)}"
            above = f' style:parent-style-name="{parent}"' if parent else ""
            self.automatic += (
                f'<style:style style:name="{self.names[key]}" style:family="{family}"{above}>'
                f"{properties}</style:style>"
            )
        return self.names[key]

    def blocks(self, blocks: Iterable[Block], para: str = "Body") -> str:
        """The blocks' source; `para` is the style of paragraphs."""
        out = []
        first = True
        for block in blocks:
            out.append(self.block(block, f"{para}First" if para == "Body" and first else para))
            first = not isinstance(block, Para)
        return "".join(out)

    def block(self, block: Block, para: str) -> str:
        """A block's source."""
        if isinstance(block, Heading):
            level = f'text:outline-level="{block.level}"'
            name = f'text:style-name="H{block.level}"'
            return f"<text:h {name} {level}>{self.inline(block.text)}</text:h>"
        if isinstance(block, Para):
            lines = para.startswith("Body") and any(run.br for run in block.text)
            return self.para("BodyLines" if lines else para, self.inline(block.text))
        if isinstance(block, Listing):
            return self.listing(block)
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Figure):
            return self.figure(block)
        if isinstance(block, Code):
            return self.code(block)
        if isinstance(block, Formula):
            inner = "<text:line-break/>".join(map(escape, block.text.split("\n")))
            return self.para("Formula", inner)
        if isinstance(block, Quote):
            return self.blocks(block.blocks, "Quote")
        return self.para("Break", "")

    def para(self, name: str, inner: str) -> str:
        """A paragraph of a named style."""
        return f'<text:p text:style-name="{name}">{inner}</text:p>'

    def listing(self, block: Listing) -> str:
        """A list's source."""
        items = ""
        for index, item in enumerate(block.items):
            start = f' text:start-value="{block.start}"' if index == 0 and block.ordered else ""
            items += f"<text:list-item{start}>{self.blocks(item, 'Item')}</text:list-item>"
        name = "Numbers" if block.ordered else "Bullets"
        return f'<text:list text:style-name="{name}">{items}</text:list>'

    def room(self, block: Block) -> float:
        """Width that a block has."""
        return self.style.text_width if is_wide(block, self.style) else self.style.column_width

    def code(self, block: Code) -> str:
        """Code's source: one paragraph, its spaces kept."""
        size = code_size(block.text, self.style, self.room(block))
        name = self.named(
            "paragraph",
            f'<style:text-properties fo:font-size="{size}pt" style:font-size-asian="{size}pt"/>',
            "Code",
        )
        lines = []
        for line in block.text.split("\n"):
            parts = SPACES.sub(lambda m: f"\0{len(m[0])}\0", escape(line))
            lines.append(re.sub("\0(\\d+)\0", r'<text:s text:c="\1"/>', parts))
        return self.para(name, "<text:line-break/>".join(lines))

    def figure(self, block: Figure) -> str:
        """A drawing with its caption below."""
        self.count += 1
        shapes = figures.drawing(block.kind, f"{self.doc.name}/{self.count}")
        data = base64.b64encode(figures.svg(shapes, "Liberation Sans").encode()).decode()
        width = min(figures.WIDTH, self.room(block))
        height = width * figures.HEIGHT / figures.WIDTH
        frame = (
            f'<draw:frame draw:name="f{self.count}" text:anchor-type="as-char"'
            f' svg:width="{width:.1f}pt" svg:height="{height:.1f}pt"><draw:image>'
            f"<office:binary-data>{data}</office:binary-data></draw:image></draw:frame>"
        )
        return self.para("Figure", frame) + self.para("CaptionBelow", self.inline(block.caption))

    def table(self, table: Table) -> str:
        """A table with its caption on the style's side."""
        room = self.room(table)
        size = table_size(table, self.style, room)
        widths = column_widths(table, room, size, self.style.table_full)
        self.count += 1
        name = f"T{self.count}"
        self.automatic += (
            f'<style:style style:name="{name}" style:family="table"><style:table-properties'
            f' style:width="{sum(widths):.1f}pt" table:align="center" fo:margin-top="4pt"'
            ' fo:margin-bottom="10pt" table:border-model="collapsing"/></style:style>'
        )
        columns = ""
        for width in widths:
            kind = self.named(
                "table-column",
                f'<style:table-column-properties style:column-width="{width:.1f}pt"/>',
            )
            columns += f'<table:table-column table:style-name="{kind}"/>'
        rows = [self.row(table, index, size) for index in range(table.rows)]
        head = "".join(rows[: table.head])
        head = f"<table:table-header-rows>{head}</table:table-header-rows>" if head else ""
        grid = (
            f'<table:table table:name="{name}" table:style-name="{name}">{columns}{head}'
            f"{''.join(rows[table.head :])}</table:table>"
        )
        if not table.caption:
            return grid
        side = "CaptionAbove" if self.style.caption_above else "CaptionBelow"
        caption = self.para(side, self.inline(table.caption))
        return caption + grid if self.style.caption_above else grid + caption

    def row(self, table: Table, index: int, size: float) -> str:
        """A row's source; slots that a span covers are covered cells."""
        cells = ""
        for col in range(table.cols):
            cell = table.owner(index, col)
            if (cell.row, cell.col) != (index, col):
                cells += "<table:covered-table-cell/>"
                continue
            cells += self.cell(cell, look(table, self.style, cell), size)
        kept = self.named("table-row", '<style:table-row-properties fo:keep-together="always"/>')
        return f'<table:table-row table:style-name="{kept}">{cells}</table:table-row>'

    def cell(self, cell: Cell, seen: Look, size: float) -> str:
        """A cell's source."""
        edges = ""
        for side in ("top", "bottom", "left", "right"):
            width = getattr(seen, side)
            edges += f' fo:border-{side}="{f"{width}pt solid #333333" if width else "none"}"'
        fill = f' fo:background-color="#{seen.fill}"' if seen.fill else ""
        middle = "bottom" if cell.head else "top"
        kind = self.named(
            "table-cell",
            '<style:table-cell-properties fo:padding="2.6pt"'
            f' style:vertical-align="{middle}"{edges}{fill}/>',
        )
        weight = ' fo:font-weight="bold" style:font-weight-asian="bold"' if cell.head else ""
        colour = ' fo:color="#ffffff"' if seen.white else ""
        side = {"left": "start", "right": "end", "center": "center"}[cell.align]
        para = self.named(
            "paragraph",
            f'<style:paragraph-properties fo:text-align="{side}"/><style:text-properties'
            f' fo:font-size="{size}pt" style:font-size-asian="{size}pt"{weight}{colour}/>',
            "Cell",
        )
        spans = f' table:number-rows-spanned="{cell.rowspan}"' if cell.rowspan > 1 else ""
        spans += f' table:number-columns-spanned="{cell.colspan}"' if cell.colspan > 1 else ""
        inner = self.para(para, self.inline(cell.text))
        return f'<table:table-cell table:style-name="{kind}"{spans}>{inner}</table:table-cell>'

    def inline(self, text: Inline) -> str:
        """A text's source."""
        return "".join(self._run(run) for run in text)

    def _run(self, run: Run) -> str:
        if run.br:
            return "<text:line-break/>"
        if run.note:
            inner = self.para("Footnote", self.inline(self.doc.notes[run.note - 1]))
            return (
                f'<text:note text:id="n{run.note}" text:note-class="footnote"><text:note-citation>'
                f"{run.note}</text:note-citation><text:note-body>{inner}</text:note-body></text:note>"
            )
        out = escape(run.text)
        faces = (("Mono", run.code), ("Italic", run.italic), ("Bold", run.bold))
        for name, on in faces:
            out = f'<text:span text:style-name="{name}">{out}</text:span>' if on else out
        if run.href:
            return f'<text:a xlink:type="simple" xlink:href={quoteattr(run.href)}>{out}</text:a>'
        return out
