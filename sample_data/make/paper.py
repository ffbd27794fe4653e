"""The two-column paper: hyphenated lines, spanning headers, a vector figure, a footnote."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
)

from sample_data.make import texts
from sample_data.make.paper_floats import COLUMN, SLOTS

TITLE = "How Long Does a Tea Terrace Remember Rain?"
SUBTITLE = "Soil-moisture memory on contour terraces at Qinglan Hill"
AUTHORS = "Lin Wanqiu, Theo Marchbanks and Gao Shunian"
PLACE = "Qinglan Hill Field Station"
ABOUT_PROBES = (
    "<super>1</super> The loggers were set to local standard time throughout. One logger ran on "
    "summer time from April to June 2020 and was corrected by one hour."
)

WIDTH, HEIGHT = A4
MARGIN = 54.0
GUTTER = WIDTH - 2 * (MARGIN + COLUMN)
BOTTOM, TOP = 62.0, HEIGHT - 62.0
HEAD_HEIGHT = 204.0
NOTE_HEIGHT = 34.0

BODY = ParagraphStyle(
    "body", fontName="Times-Roman", fontSize=10.2, leading=12.7, alignment=TA_JUSTIFY,
    firstLineIndent=10, splitLongWords=0,
)  # fmt: skip
FIRST = ParagraphStyle("first", parent=BODY, firstLineIndent=0)
HEADINGS = {
    1: ParagraphStyle(
        "h1", fontName="Times-Bold", fontSize=12, leading=14, spaceBefore=11, spaceAfter=4,
        keepWithNext=1,
    ),
    2: ParagraphStyle(
        "h2", fontName="Times-BoldItalic", fontSize=10.3, leading=12.5, spaceBefore=7,
        spaceAfter=2.5, keepWithNext=1,
    ),
}  # fmt: skip
NOTE = ParagraphStyle("note", fontName="Times-Roman", fontSize=8, leading=9.6)
REFERENCE = ParagraphStyle(
    "reference", parent=FIRST, fontSize=8.8, leading=10.8, leftIndent=14, firstLineIndent=-14,
    spaceAfter=3,
)  # fmt: skip
CENTRED = {
    name: ParagraphStyle(
        name, fontName=font, fontSize=size, leading=size * 1.22, alignment=TA_CENTER,
        spaceBefore=before, spaceAfter=after,
    )
    for name, font, size, before, after in (
        ("title", "Times-Bold", 19, 0, 0), ("subtitle", "Times-Roman", 13, 0, 0),
        ("authors", "Times-Roman", 11, 8, 0), ("place", "Times-Italic", 9.5, 0, 9),
    )
}  # fmt: skip
ABSTRACT = ParagraphStyle(
    "abstract", parent=FIRST, fontSize=9.3, leading=11.4, leftIndent=38, rightIndent=38
)


def hyphenator() -> Callable[[str], str]:
    """A function that puts soft hyphens into the words of `hyphenation.txt`."""
    known = {word.replace("-", ""): word for word in texts.read("hyphenation.txt").split()}

    def soften(match: re.Match[str]) -> str:
        word = match[0]
        pattern = known.get(word.lower())
        if pattern is None:
            return word
        letters = iter(word)
        return "".join("\u00ad" if mark == "-" else next(letters) for mark in pattern)

    return lambda text: re.sub(r"[A-Za-z]{6,}", soften, text)


def marked(text: str) -> str:
    """Reportlab markup of a text: italics, and the footnote's mark."""
    return re.sub(r"\*([^*]+)\*", r"<i>\1</i>", text).replace("{{note}}", "<super>1</super>")


def story() -> list[Flowable]:
    """Everything on the pages in reading order."""
    soften = hyphenator()
    flow: list[Flowable] = [
        Paragraph(TITLE, CENTRED["title"]),
        Paragraph(SUBTITLE, CENTRED["subtitle"]),
        Paragraph(AUTHORS, CENTRED["authors"]),
        Paragraph(PLACE, CENTRED["place"]),
        Paragraph(
            "<b>Abstract.</b> " + soften(texts.blocks("paper_abstract.txt")[0].text), ABSTRACT
        ),
        FrameBreak(),
        NextPageTemplate("later"),
    ]
    style = FIRST
    for block in texts.blocks("paper.txt"):
        if block.kind == "slot":
            flow += SLOTS[block.text]()
        elif block.kind == "heading":
            flow.append(Paragraph(block.text, HEADINGS[int(block.mark)]))
            style = REFERENCE if block.text == "References" else FIRST
        else:
            flow.append(Paragraph(soften(marked(block.text)), style))
            style = BODY if style is FIRST else style
    return flow


def first_page(canvas: Canvas, template: BaseDocTemplate) -> None:
    """Draws the journal line, the page number and the footnote."""
    canvas.setFont("Times-Italic", 8.5)
    canvas.drawString(MARGIN, HEIGHT - 42, "Station Letters 7 (2024), 1-12")
    canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 42, "Received 8 March 2024")
    _footnote(canvas, MARGIN + COLUMN + GUTTER)
    _page_number(canvas, template.page)


def later_page(canvas: Canvas, template: BaseDocTemplate) -> None:
    """Draws the running head and the page number."""
    canvas.setFont("Times-Italic", 8.5)
    canvas.drawString(MARGIN, HEIGHT - 42, "Lin, Marchbanks and Gao")
    canvas.drawRightString(
        WIDTH - MARGIN, HEIGHT - 42, "How Long Does a Tea Terrace Remember Rain?"
    )
    canvas.setLineWidth(0.4)
    canvas.line(MARGIN, HEIGHT - 47, WIDTH - MARGIN, HEIGHT - 47)
    _page_number(canvas, template.page)


def _footnote(canvas: Canvas, x: float) -> None:
    canvas.setLineWidth(0.4)
    canvas.line(x, BOTTOM + NOTE_HEIGHT - 4, x + 70, BOTTOM + NOTE_HEIGHT - 4)
    note = Paragraph(ABOUT_PROBES, NOTE)
    _, height = note.wrap(COLUMN, NOTE_HEIGHT)
    note.drawOn(canvas, x, BOTTOM + NOTE_HEIGHT - 6 - height)


def _page_number(canvas: Canvas, page: int) -> None:
    canvas.setFont("Times-Roman", 9)
    canvas.drawCentredString(WIDTH / 2, 36, str(page))


def build() -> bytes:
    """The paper as PDF bytes."""
    out = io.BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A4, title=TITLE, author=AUTHORS, subject=SUBTITLE, invariant=1
    )
    right = MARGIN + COLUMN + GUTTER
    head_bottom = TOP - HEAD_HEIGHT
    plain = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    document.addPageTemplates(
        [
            PageTemplate(
                "first",
                [
                    Frame(MARGIN, head_bottom, WIDTH - 2 * MARGIN, HEAD_HEIGHT, **plain),
                    Frame(MARGIN, BOTTOM, COLUMN, head_bottom - BOTTOM, **plain),
                    Frame(
                        right,
                        BOTTOM + NOTE_HEIGHT,
                        COLUMN,
                        head_bottom - BOTTOM - NOTE_HEIGHT,
                        **plain,
                    ),
                ],
                onPage=first_page,
            ),
            PageTemplate(
                "later",
                [Frame(x, BOTTOM, COLUMN, TOP - BOTTOM, **plain) for x in (MARGIN, right)],
                onPage=later_page,
            ),
        ]
    )
    document.build(story())
    return out.getvalue()
