"""The annual report in Chinese: chapters, numbered headings, a ruled table, an embedded font."""

from __future__ import annotations

import io

import pymupdf
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from sample_data.make import station, texts

TITLE = "青岚山茶园水文观测年报（2024）"
FONT = "SampleHan"
"""Droid Sans Fallback (Apache-2.0), which comes with PyMuPDF; the PDF embeds a subset."""

WIDTH, HEIGHT = A4
MARGIN = 78.0
INK = colors.Color(0.09, 0.27, 0.21)
PALE = colors.Color(0.89, 0.93, 0.90)
GREY = colors.Color(0.45, 0.5, 0.47)


def register() -> None:
    """Makes the Chinese font known to reportlab under the name `FONT`."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        font = pymupdf.Font("china-s")  # type: ignore[no-untyped-call]  # pymupdf is untyped
        pdfmetrics.registerFont(TTFont(FONT, io.BytesIO(font.buffer)))


def style(name: str, size: float, **options: object) -> ParagraphStyle:
    """A paragraph style whose lines break between Chinese characters."""
    return ParagraphStyle(
        name, fontName=FONT, fontSize=size, leading=size * 1.65, wordWrap="CJK", **options
    )


def styles() -> dict[str, ParagraphStyle]:
    """Styles by the level of a heading, and of body text, items, captions."""
    keep = {"keepWithNext": 1}
    return {
        "title": style("title", 20, alignment=TA_CENTER, spaceAfter=2),
        "place": style("place", 11, alignment=TA_CENTER, textColor=GREY, spaceAfter=14),
        "1": style("h1", 16, alignment=TA_CENTER, spaceBefore=14, spaceAfter=8, **keep),
        "2": style("h2", 13, spaceBefore=6, spaceAfter=4, textColor=INK, **keep),
        "3": style("h3", 11.5, spaceBefore=4, spaceAfter=2, textColor=INK, **keep),
        "paragraph": style("paragraph", 10.5, firstLineIndent=21, spaceAfter=5),
        "number": style("number", 10.5, leftIndent=37, firstLineIndent=-16, spaceAfter=3),
        "caption": style("caption", 9.5, alignment=TA_CENTER, spaceAfter=3),
    }


def quarters(caption: ParagraphStyle) -> list[Flowable]:
    """Table 1, with a header cell over three columns and two over two rows."""
    cells = [
        ["时段", "水量", "", "", "径流系数", "平均气温（℃）"],
        ["", "降水（毫米）", "雨日（天）", "径流（毫米）", "", ""],
        *station.by_quarter(),
    ]
    table = Table(cells, colWidths=[64, 76, 66, 76, 66, 86], rowHeights=19)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), FONT, 9.5), ("GRID", (0, 0), (-1, -1), 0.6, INK),
                ("BACKGROUND", (0, 0), (-1, 1), PALE), ("ALIGN", (0, 0), (-1, -1), "CENTER"),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("SPAN", (0, 0), (0, 1)),
                ("SPAN", (1, 0), (3, 0)), ("SPAN", (4, 0), (4, 1)), ("SPAN", (5, 0), (5, 1)),
            ]
        )
    )  # fmt: skip
    head = Paragraph("表 1　二〇二四年各季度降水、径流与气温", caption)
    return [Spacer(1, 4), KeepTogether([head, table]), Spacer(1, 10)]


def furniture(canvas: Canvas, template: SimpleDocTemplate) -> None:
    """Draws the running head and foot of a page."""
    canvas.setFont(FONT, 9)
    canvas.setFillColor(GREY)
    canvas.drawCentredString(WIDTH / 2, HEIGHT - 44, TITLE)
    canvas.setStrokeColor(GREY)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, HEIGHT - 50, WIDTH - MARGIN, HEIGHT - 50)
    canvas.drawCentredString(WIDTH / 2, 36, f"第 {template.page} 页")


def build() -> bytes:
    """The report as PDF bytes."""
    register()
    known = styles()
    flow: list[Flowable] = [
        Paragraph(TITLE, known["title"]),
        Paragraph("青岚山野外站　二〇二五年一月", known["place"]),
    ]
    for block in texts.blocks("report_zh.txt"):
        if block.kind == "slot":
            flow += quarters(known["caption"])
        elif block.kind == "heading":
            flow.append(Paragraph(block.text, known[block.mark]))
        elif block.kind == "number":
            flow.append(Paragraph(f"{block.mark}. {block.text}", known["number"]))
        else:
            flow.append(Paragraph(block.text, known["paragraph"]))
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=72, bottomMargin=64,
        title=TITLE, author="青岚山野外站", lang="zh-CN", invariant=1,
    )  # fmt: skip
    document.build(flow, onFirstPage=furniture, onLaterPages=furniture)
    return out.getvalue()
