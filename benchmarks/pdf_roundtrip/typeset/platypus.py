"""A document as reportlab's flowables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from reportlab.graphics import shapes as drawn
from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    HRFlowable,
    ListFlowable,
    ListItem,
    PageBreak,
    Paragraph,
    Spacer,
    XPreformatted,
)
from reportlab.platypus import Table as Grid

from benchmarks.pdf_roundtrip import figures
from benchmarks.pdf_roundtrip.looks import look
from benchmarks.pdf_roundtrip.measure import (
    code_size,
    column_widths,
    is_wide,
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
from benchmarks.pdf_roundtrip.typeset.platypus_faces import faces, markup

__all__ = ["Flow", "markup"]

KEPT_ROWS = 12
"""Tables of at most so many rows stay on one page."""
SIDES = {"left": TA_LEFT, "right": TA_RIGHT, "center": TA_CENTER}


class Flow:
    """Makes the flowables of a document in a style."""

    def __init__(self, doc: Doc, style: Style) -> None:
        self.doc, self.style = doc, style
        self.faces = faces(style)
        self.figures = 0
        wrap = {"wordWrap": "CJK"} if doc.lang == "zh" else {}
        side = TA_JUSTIFY if style.justify else TA_LEFT
        self.body = ParagraphStyle(
            "body", fontName=self.faces.text[0], fontSize=style.size, alignment=side,
            leading=style.size * style.leading, spaceAfter=0 if style.indent else 0.5 * style.size,
            allowWidows=0, allowOrphans=0, **wrap,
        )  # fmt: skip
        indent = style.size * (2 if doc.lang == "zh" else 1.2) if style.indent else 0
        self.later = ParagraphStyle("later", self.body, firstLineIndent=indent)
        self.running = {
            name: ParagraphStyle(
                name,
                self.body,
                fontSize=style.size * 0.8,
                alignment=SIDES[name],
                leading=style.size,
            )
            for name in SIDES
        }

    def title(self) -> list[Any]:
        """The title and the authors."""
        style = self.style
        side = TA_CENTER if style.title_center else TA_LEFT
        size = style.heading_size(0)
        face = ParagraphStyle(
            "title", self.body, fontName=self.faces.heading[0], fontSize=size, leading=size * 1.25,
            alignment=side, spaceAfter=6,
        )  # fmt: skip
        out: list[Any] = [Paragraph(f"<b>{markup(self.doc.title, self.faces.heading)}</b>", face)]
        if self.doc.authors:
            line = markup(self.doc.author_line, self.faces.text)
            out.append(Paragraph(line, ParagraphStyle("authors", self.body, alignment=side)))
        return [*out, Spacer(0, style.size)]

    def story(self) -> list[Any]:
        """What follows the title."""
        return self.blocks(self.doc.blocks) + self.notes()

    def notes(self) -> list[Any]:
        """The notes at the document's end."""
        if not self.doc.notes:
            return []
        size = self.style.size * 0.85
        small = ParagraphStyle("note", self.body, fontSize=size, leading=size * 1.3, spaceAfter=3)
        rule = HRFlowable(width="30%", thickness=0.5, color=black, hAlign="LEFT", spaceBefore=10)
        out: list[Any] = [rule]
        for number, text in enumerate(self.doc.notes, 1):
            out.append(Paragraph(f"<super>{number}</super> {self.inline(text)}", small))
        return out

    def blocks(self, blocks: Iterable[Block]) -> list[Any]:
        """The flowables of blocks."""
        out: list[Any] = []
        first = True
        for block in blocks:
            out += self.block(block, self.body if first else self.later)
            first = not isinstance(block, Para)
        return out

    def block(self, block: Block, para: ParagraphStyle) -> list[Any]:
        """The flowables of a block."""
        if isinstance(block, Heading):
            return self.heading(block)
        if isinstance(block, Para):
            lines = any(run.br for run in block.text)
            face = ParagraphStyle("lines", para, alignment=TA_LEFT) if lines else para
            return [Paragraph(self.inline(block.text), face)]
        if isinstance(block, Listing):
            return [self.listing(block), Spacer(0, 0.4 * self.style.size)]
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Figure):
            return self.figure(block)
        if isinstance(block, Code):
            return [self.code(block)]
        if isinstance(block, Formula):
            said = "<br/>".join(markup(x, self.faces.text) for x in block.text.split("\n"))
            gap = 0.7 * self.style.size
            face = ParagraphStyle(
                "formula", self.body, alignment=TA_CENTER, spaceBefore=gap, spaceAfter=gap
            )
            return [Paragraph(said, face)]
        if isinstance(block, Quote):
            return self.quote(block)
        return [PageBreak()]

    def heading(self, block: Heading) -> list[Any]:
        """A heading that stays with what follows."""
        style = self.style
        size = style.heading_size(block.level)
        colour = HexColor(f"#{style.accent}") if style.heading in ("colour", "regular") else black
        face = ParagraphStyle(
            "heading", self.body, fontName=self.faces.heading[0], fontSize=size, alignment=TA_LEFT,
            leading=size * 1.25, textColor=colour, keepWithNext=1, spaceBefore=1.1 * size,
            spaceAfter=0.4 * size, **({"borderWidth": 0} if style.heading != "rule" else {}),
        )  # fmt: skip
        said = self.inline(block.text, self.faces.heading)
        bold = said if style.heading == "regular" else f"<b>{said}</b>"
        return [Paragraph(bold, face)]

    def listing(self, block: Listing) -> Any:
        """A list, nested ones inside its items."""
        items = []
        face = ParagraphStyle("item", self.body, spaceAfter=2, firstLineIndent=0)
        for item in block.items:
            inner: list[Any] = []
            for part in item:
                if isinstance(part, Listing):
                    inner.append(self.listing(part))
                else:
                    inner += self.block(part, face)
            items.append(ListItem(inner))
        kind = "1" if block.ordered else "bullet"
        start = block.start if block.ordered else self.style.bullet
        return ListFlowable(
            items, bulletType=kind, start=start, bulletFormat="%s." if block.ordered else None,
            leftIndent=1.8 * self.style.size, bulletFontName="DejaVuSans" if not block.ordered else
            self.faces.text[0], bulletFontSize=self.style.size * (1 if block.ordered else 0.8),
        )  # fmt: skip

    def quote(self, block: Quote) -> list[Any]:
        """A quotation, shifted in from both sides."""
        face = ParagraphStyle(
            "quote", self.body, leftIndent=2 * self.style.size, rightIndent=2 * self.style.size,
            spaceBefore=4, spaceAfter=4,
        )  # fmt: skip
        out: list[Any] = []
        for part in block.blocks:
            out += self.block(part, face)
        return out

    def room(self, block: Block) -> float:
        """Width that a block has."""
        return self.style.text_width if is_wide(block, self.style) else self.style.column_width

    def code(self, block: Code) -> Any:
        """Code on a grey ground."""
        size = code_size(block.text, self.style, self.room(block))
        face = ParagraphStyle(
            "code", fontName=self.faces.mono[0], fontSize=size, leading=size * 1.3, leftIndent=6,
            rightIndent=6, backColor=HexColor("#f3f3f1"), borderPadding=4, spaceBefore=8,
            spaceAfter=10,
        )  # fmt: skip
        return XPreformatted(markup(block.text, self.faces.mono), face)

    def figure(self, block: Figure) -> list[Any]:
        """A drawing with its caption below."""
        self.figures += 1
        scale = min(1.0, self.room(block) / figures.WIDTH)
        picture = drawn.Drawing(figures.WIDTH * scale, figures.HEIGHT * scale)
        picture.scale(scale, scale)
        for shape in figures.drawing(block.kind, f"{self.doc.name}/{self.figures}"):
            picture.add(_drawn(shape))
        gap = Spacer(0, 8)
        held = Grid([[picture]], hAlign="CENTER")
        gap.keepWithNext = held.keepWithNext = 1
        return [gap, held, self.caption(block.caption)]

    def caption(self, text: Inline, *, stays: bool = False) -> Any:
        """A caption; with `stays` it stands on the page of what follows."""
        size = self.style.size * 0.9
        face = ParagraphStyle(
            "caption", self.body, fontSize=size, leading=size * 1.25, alignment=TA_CENTER,
            spaceBefore=5, spaceAfter=5, keepWithNext=int(stays),
        )  # fmt: skip
        said = self.inline(text)
        return Paragraph(f"<b>{said}</b>" if self.style.caption_bold else said, face)

    def table(self, table: Table) -> list[Any]:
        """A table with its caption on the style's side."""
        room = self.room(table)
        size = table_size(table, self.style, room)
        widths = column_widths(table, room, size, self.style.table_full)
        rows: list[list[Any]] = [[""] * table.cols for _ in range(table.rows)]
        commands: list[Sequence[Any]] = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 4),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
        for cell in table.cells:
            rows[cell.row][cell.col] = self.cell(cell, table, size)
            commands += self.commands(cell, table)
        grid = Grid(rows, colWidths=widths, repeatRows=table.head, style=commands)
        above = self.style.caption_above
        parts: list[Any] = [Spacer(0, 6), grid, Spacer(0, 6)]
        if table.caption:
            caption = self.caption(table.caption, stays=above)
            parts = [caption, grid, Spacer(0, 8)] if above else [Spacer(0, 6), grid, caption]
        kept = parts[:-1] if table.rows <= KEPT_ROWS else parts[: parts.index(grid)]
        for part in kept:
            part.keepWithNext = 1
        return parts

    def cell(self, cell: Cell, table: Table, size: float) -> Any:
        """A cell's text as a paragraph."""
        if not cell.text:
            return ""
        seen = look(table, self.style, cell)
        face = ParagraphStyle(
            "cell", self.body, fontSize=size, leading=size * 1.2, alignment=SIDES[cell.align],
            textColor=white if seen.white else black, spaceAfter=0,
        )  # fmt: skip
        said = self.inline(cell.text)
        return Paragraph(f"<b>{said}</b>" if cell.head else said, face)

    def commands(self, cell: Cell, table: Table) -> list[Sequence[Any]]:
        """Rules, fill and span of a cell."""
        a = (cell.col, cell.row)
        b = (cell.col + cell.colspan - 1, cell.row + cell.rowspan - 1)
        seen = look(table, self.style, cell)
        out: list[Sequence[Any]] = [("SPAN", a, b)] if a != b else []
        if seen.fill:
            out.append(("BACKGROUND", a, b, HexColor(f"#{seen.fill}")))
        edges = (
            ("LINEABOVE", seen.top),
            ("LINEBELOW", seen.bottom),
            ("LINEBEFORE", seen.left),
            ("LINEAFTER", seen.right),
        )
        grey = HexColor("#333333")
        out += [(name, a, b, width, grey) for name, width in edges if width]
        return out

    def inline(self, text: Inline, fonts: tuple[str, ...] = ()) -> str:
        """A text's markup."""
        return "".join(self._run(run, fonts or self.faces.text) for run in text)

    def _run(self, run: Run, fonts: tuple[str, ...]) -> str:
        if run.br:
            return "<br/>"
        if run.note:
            return f"<super>{run.note}</super>"
        out = markup(run.text, self.faces.mono if run.code else fonts)
        if run.code:
            out = f'<font face="{self.faces.mono[0]}">{out}</font>'
        for on, tag in ((run.italic, "i"), (run.bold, "b")):
            out = f"<{tag}>{out}</{tag}>" if on else out
        return f'<a href="{run.href}" color="#{self.style.accent}">{out}</a>' if run.href else out


def _drawn(shape: figures.Shape) -> Any:
    """A shape for a drawing whose y grows upwards."""
    top = figures.HEIGHT
    if isinstance(shape, figures.Box):
        grey = HexColor("#" + f"{round(shape.grey * 255):02x}" * 3)
        y = top - shape.y - shape.h
        return drawn.Rect(shape.x, y, shape.w, shape.h, fillColor=grey, strokeColor=None)
    if isinstance(shape, figures.Line):
        points = [value for x, y in shape.points for value in (x, top - y)]
        return drawn.PolyLine(points, strokeWidth=1)
    return drawn.String(
        shape.x, top - shape.y, shape.text, textAnchor="middle", fontSize=9, fontName="DejaVuSans"
    )
