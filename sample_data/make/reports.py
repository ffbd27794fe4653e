"""The annual report in English: tables without rules, and one that runs over two pages."""

from __future__ import annotations

import io
from collections.abc import Callable

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
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

TITLE = "Annual Data Report 2024"
INK = colors.Color(0.09, 0.27, 0.21)
RULE = colors.Color(0.55, 0.62, 0.58)
WIDTH, HEIGHT = A4
MARGIN = 68.0

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=14.2, spaceAfter=7)
HEADING = ParagraphStyle(
    "heading", fontName="Helvetica-Bold", fontSize=14, leading=17, textColor=INK, spaceBefore=12,
    spaceAfter=6, keepWithNext=1,
)  # fmt: skip
HEAD = ParagraphStyle(
    "head", fontName="Helvetica-Bold", fontSize=25, leading=30, textColor=INK, spaceAfter=4
)
SUBTITLE = ParagraphStyle(
    "subtitle", fontName="Helvetica", fontSize=12, leading=15, textColor=RULE, spaceAfter=20
)
CAPTION = ParagraphStyle(
    "caption", fontName="Helvetica-Oblique", fontSize=9, leading=11.5, spaceAfter=5, keepWithNext=1
)
LOOSE_CAPTION = ParagraphStyle("loose_caption", parent=CAPTION, keepWithNext=0)
CELL = ParagraphStyle("cell", fontName="Helvetica", fontSize=8.8, leading=11)
CELL_HEAD = ParagraphStyle("cell_head", parent=CELL, fontName="Helvetica-Bold")


def instruments() -> list[Flowable]:
    """Table 1: columns held apart by white space alone."""
    head, *body = texts.rows("instruments.tsv")
    cells = [[Paragraph(cell, CELL_HEAD) for cell in head]]
    cells += [[Paragraph(cell, CELL) for cell in row] for row in body]
    table = Table(cells, colWidths=[92, 208, 46, 101])
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )  # fmt: skip
    caption = Paragraph("Table 1. What is measured, since when and how often.", CAPTION)
    return [KeepTogether([caption, table]), Spacer(1, 10)]


def months() -> list[Flowable]:
    """Table 2: three rules and a rule above the sums."""
    head = ["Month", "Rain (mm)", "Rain days", "Runoff (mm)", "Coefficient", "Mean temp. (°C)"]
    cells = [head, *station.by_month()]
    table = Table(cells, colWidths=[52, 74, 74, 78, 78, 91], rowHeights=15)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), "Helvetica", 9),
                ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 9),
                ("FONT", (0, -1), (-1, -1), "Helvetica-Bold", 9),
                ("ALIGN", (1, 0), (-1, -1), "RIGHT"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LINEABOVE", (0, 0), (-1, 0), 1.1, INK), ("LINEBELOW", (0, 0), (-1, 0), 0.6, INK),
                ("LINEABOVE", (0, -1), (-1, -1), 0.6, INK),
                ("LINEBELOW", (0, -1), (-1, -1), 1.1, INK),
            ]
        )
    )  # fmt: skip
    caption = Paragraph("Table 2. Rain, runoff and temperature by month.", CAPTION)
    return [KeepTogether([caption, table]), Spacer(1, 12)]


def events() -> list[Flowable]:
    """Table 3: ruled, its header repeated on the second page."""
    head = ("Date", "Place", "What happened", "Record")
    cells = [[Paragraph(cell, CELL_HEAD) for cell in head]]
    cells += [[Paragraph(cell, CELL) for cell in row] for row in texts.rows("events.tsv")]
    table = Table(cells, colWidths=[46, 82, 255, 64], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, RULE), ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), colors.Color(0.89, 0.93, 0.90)),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
            ]
        )
    )  # fmt: skip
    # keepWithNext would move the whole table to a page of its own
    caption = Paragraph("Table 3. The log of the year.", LOOSE_CAPTION)
    return [caption, table, Spacer(1, 10)]


SLOTS: dict[str, Callable[[], list[Flowable]]] = {
    "instruments": instruments, "months": months, "events": events,
}  # fmt: skip


def furniture(canvas: Canvas, template: SimpleDocTemplate) -> None:
    """Draws the running head and foot of a page."""
    canvas.setFont("Helvetica", 8.5)
    canvas.setFillColor(RULE)
    canvas.drawString(MARGIN, HEIGHT - 40, "Qinglan Hill Field Station")
    canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 40, TITLE)
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, HEIGHT - 46, WIDTH - MARGIN, HEIGHT - 46)
    canvas.drawCentredString(WIDTH / 2, 34, f"Page {template.page}")


def build() -> bytes:
    """The report as PDF bytes."""
    flow: list[Flowable] = [
        Paragraph(TITLE, HEAD),
        Paragraph("Rain, brook, soil and fog on Qinglan Hill", SUBTITLE),
    ]
    for block in texts.blocks("annual_report.txt"):
        if block.kind == "slot":
            flow += SLOTS[block.text]()
        else:
            flow.append(Paragraph(block.text, HEADING if block.kind == "heading" else BODY))
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=66, bottomMargin=60,
        title=TITLE, author="Qinglan Hill Field Station", invariant=1,
    )  # fmt: skip
    document.build(flow, onFirstPage=furniture, onLaterPages=furniture)
    return out.getvalue()
