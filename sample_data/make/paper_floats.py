"""The tables and the figure of the paper."""

from __future__ import annotations

import math
from collections.abc import Callable

from reportlab.graphics.charts.lineplots import LinePlot
from reportlab.graphics.shapes import Drawing, Line, String
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

COLUMN = 232.6
"""Width of a column of the paper in points."""

CAPTION = ParagraphStyle("caption", fontName="Times-Roman", fontSize=8.6, leading=10.4)


def properties() -> list[Flowable]:
    """Table 1: every cell ruled, header cells that span columns and rows."""
    cells = [
        ["Plot", "Terrace", "", "Soil water (%)", "", "Storage\n(mm)"],
        ["", "Width (m)", "Riser (m)", "Capacity", "Wilting", ""],
        ["Old terrace", "3.2", "1.1", "34", "16", "54"],
        ["New terrace", "5.8", "1.6", "31", "17", "42"],
        ["Open slope", "-", "-", "29", "18", "33"],
    ]
    table = Table(cells, colWidths=[52, 40, 37, 37, 33, 33], rowHeights=[15, 15, 14, 14, 14])
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), "Times-Roman", 8.4),
                ("FONT", (0, 0), (-1, 1), "Times-Bold", 8.2),
                ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
                ("BACKGROUND", (0, 0), (-1, 1), colors.Color(0.92, 0.94, 0.91)),
                ("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)),
                ("SPAN", (3, 0), (4, 0)), ("SPAN", (5, 0), (5, 1)),
                ("ALIGN", (1, 0), (-1, -1), "CENTER"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )  # fmt: skip
    text = "<b>Table 1.</b> The three plots; storage holds for the uppermost 300 millimetres."
    return [
        KeepTogether([Spacer(1, 6), Paragraph(text, CAPTION), Spacer(1, 3), table]),
        Spacer(1, 9),
    ]


def memories() -> list[Flowable]:
    """Table 2: three rules, no vertical lines."""
    cells = [
        ["Depth and source", "Old", "New", "Slope"],
        ["10 cm, observed", "9", "6", "4"],
        ["10 cm, bucket", "7", "5", "3"],
        ["30 cm, observed", "21", "14", "9"],
        ["30 cm, bucket", "21", "14", "9"],
        ["60 cm, observed", "38", "24", "15"],
        ["60 cm, bucket", "42", "28", "18"],
    ]
    table = Table(cells, colWidths=[96, 46, 46, 46], rowHeights=13)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), "Times-Roman", 8.8),
                ("FONT", (0, 0), (-1, 0), "Times-Bold", 8.8),
                ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
                ("LINEABOVE", (0, 0), (-1, 0), 1.0, colors.black),
                ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
                ("LINEBELOW", (0, -1), (-1, -1), 1.0, colors.black),
                ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )  # fmt: skip
    text = "<b>Table 2.</b> Memory in days, as observed and as predicted by the bucket."
    return [
        KeepTogether([Spacer(1, 6), Paragraph(text, CAPTION), Spacer(1, 3), table]),
        Spacer(1, 9),
    ]


def decay() -> list[Flowable]:
    """Figure 1: three decaying curves drawn as vectors, with a dashed threshold and labels."""
    drawing = Drawing(COLUMN, 150)
    plot = LinePlot()
    plot.x, plot.y, plot.width, plot.height = 28, 26, COLUMN - 40, 116
    plot.data = [[(lag, math.exp(-lag / tau)) for lag in range(0, 41)] for tau in (21, 14, 9)]
    inks = (
        colors.Color(0.10, 0.33, 0.22),
        colors.Color(0.71, 0.40, 0.11),
        colors.Color(0.2, 0.3, 0.6),
    )
    for number, ink in enumerate(inks):
        plot.lines[number].strokeColor = ink
        plot.lines[number].strokeWidth = 1.3
    plot.lines[1].strokeDashArray = (4, 2)
    plot.lines[2].strokeDashArray = (1, 2)
    plot.xValueAxis.valueMin, plot.xValueAxis.valueMax = 0, 40
    plot.xValueAxis.valueStep = 10
    plot.yValueAxis.valueMin, plot.yValueAxis.valueMax = 0, 1
    plot.yValueAxis.valueStep = 0.2
    plot.yValueAxis.labelTextFormat = "%.1f"
    for axis in (plot.xValueAxis, plot.yValueAxis):
        axis.labels.fontName, axis.labels.fontSize = "Times-Roman", 7.5
    drawing.add(plot)
    threshold = plot.y + plot.height / math.e
    drawing.add(
        Line(plot.x, threshold, plot.x + plot.width, threshold, strokeWidth=0.5,
             strokeColor=colors.grey, strokeDashArray=(2, 2))
    )  # fmt: skip
    legend = (("old terrace", None), ("new terrace", (4, 2)), ("open slope", (1, 2)))
    for row, ((name, dashes), ink) in enumerate(zip(legend, inks, strict=True)):
        y = 134 - 11 * row
        line = Line(150, y, 172, y, strokeColor=ink, strokeWidth=1.3, strokeDashArray=dashes)
        drawing.add(line)
        drawing.add(String(177, y - 2.5, name, fontName="Times-Roman", fontSize=8))
    right, middle = plot.x + plot.width - 14, plot.x + plot.width / 2 - 20
    for x, y, name in ((right, threshold + 3, "1/e"), (middle, 4, "Lag in days")):
        drawing.add(String(x, y, name, fontName="Times-Roman", fontSize=8))
    text = (
        "<b>Figure 1.</b> Autocorrelation of the daily anomaly at 30 centimetres against lag. The "
        "dashed horizontal line marks the threshold of 1/e."
    )
    return [KeepTogether([Spacer(1, 6), drawing, Paragraph(text, CAPTION)]), Spacer(1, 8)]


SLOTS: dict[str, Callable[[], list[Flowable]]] = {
    "table1": properties, "table2": memories, "figure1": decay,
}  # fmt: skip
