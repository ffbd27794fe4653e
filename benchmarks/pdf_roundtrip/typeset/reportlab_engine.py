"""reportlab's platypus: a frame for each column, notes at the end."""

from __future__ import annotations

import io
import os
from typing import Any

from benchmarks.pdf_roundtrip.model import Doc
from benchmarks.pdf_roundtrip.running import PAGE, Slots, foot, head
from benchmarks.pdf_roundtrip.style import Style
from benchmarks.pdf_roundtrip.typeset import EngineFailedError, EngineMissingError
from benchmarks.pdf_roundtrip.typeset.command import EPOCH


def version() -> str:
    """Name and version of reportlab; raises EngineMissingError."""
    try:
        import reportlab
    except ImportError as error:
        raise EngineMissingError("reportlab is not installed: pip install reportlab") from error
    return f"reportlab {reportlab.Version}"


def typeset(doc: Doc, style: Style) -> bytes:
    """The PDF of a document."""
    version()
    from reportlab.platypus import BaseDocTemplate, FrameBreak, NextPageTemplate, PageTemplate
    from reportlab.platypus.doctemplate import LayoutError

    from benchmarks.pdf_roundtrip.typeset.platypus import Flow, markup

    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    flow = Flow(doc, style)

    def running(canvas: Any, template: Any) -> None:
        odd = template.page % 2 == 1
        gap = min(style.size * 1.4, 0.4 * style.margin)
        if template.page > 1 or style.first_page_head:
            draw(canvas, head(doc, style, odd=odd), style.height - style.margin + gap)
            if style.head == "rule":
                y = style.height - style.margin + gap - 4
                canvas.setLineWidth(0.5)
                canvas.line(style.margin, y, style.width - style.margin, y)
        draw(canvas, foot(doc, style, odd=odd), style.margin - gap - 0.8 * style.size)

    def draw(canvas: Any, slots: Slots, y: float) -> None:
        from reportlab.platypus import Paragraph

        for text, name in zip(slots, ("left", "center", "right"), strict=True):
            if text:
                number = str(canvas.getPageNumber())
                said = markup(text.replace(PAGE, number), flow.faces.text)
                part = Paragraph(said, flow.running[name])
                part.wrapOn(canvas, style.text_width, 50)
                part.drawOn(canvas, style.margin, y)

    out = io.BytesIO()
    title = flow.title()
    taken = sum(
        part.wrap(style.text_width, style.height)[1] + part.getSpaceAfter() for part in title
    )
    upper, lower = frames(style, 0.0), frames(style, taken)
    if style.columns > 1:
        first = [full(style, style.height - style.margin - taken, taken), *lower]
        start: list[Any] = [*title, FrameBreak(), NextPageTemplate("later")]
    else:
        first, start = upper, title
    template = BaseDocTemplate(
        out, pagesize=(style.width, style.height), title=doc.title, author=doc.author_line,
        invariant=1, pageTemplates=[
            PageTemplate("first", frames=first, onPageEnd=running),
            PageTemplate("later", frames=upper, onPageEnd=running),
        ],
    )  # fmt: skip
    try:
        template.build([*start, *flow.story()])
    except LayoutError as error:
        raise EngineFailedError(f"reportlab: {str(error)[:500]}") from error
    return out.getvalue()


def full(style: Style, y: float, height: float) -> Any:
    """A frame over the whole width, without padding."""
    return _frame(style.margin, y, style.text_width, height)


def frames(style: Style, taken: float) -> list[Any]:
    """The frames of a page's columns below the height that is taken."""
    height = style.height - 2 * style.margin - taken
    step = style.column_width + style.gutter
    return [
        _frame(style.margin + column * step, style.margin, style.column_width, height)
        for column in range(style.columns)
    ]


def _frame(x: float, y: float, width: float, height: float) -> Any:
    from reportlab.platypus import Frame

    return Frame(x, y, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
