"""Pages as a scanner delivers them: pixels only, slightly turned, with noise and a soft focus."""

from __future__ import annotations

import io

import numpy as np
import pymupdf
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4, A5
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from sample_data.make import reports_zh, texts

DPI = 150
PAPER = 247
"""Grey level of the paper behind a turned page."""


def memorandum() -> bytes:
    """A typewritten page as a PDF with text, from which the scan is made."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    text = canvas.beginText(76, A4[1] - 90)
    text.setFont("Courier", 11.2)
    text.setLeading(15.6)
    for line in texts.read("scan_en.txt").splitlines():
        text.textLine(line)
    canvas.drawText(text)
    canvas.save()
    return out.getvalue()


def diary() -> bytes:
    """A page of the observers' diary as a PDF with text, from which the scan is made."""
    reports_zh.register()
    known = reports_zh.styles()
    body = reports_zh.style("diary", 12, firstLineIndent=24, spaceAfter=5)
    flow = [
        Paragraph(block.text, known["1"] if block.kind == "heading" else body)
        for block in texts.blocks("scan_zh.txt")
    ]
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A5, leftMargin=36, rightMargin=36, topMargin=34, bottomMargin=30, invariant=1
    )
    document.build(flow)
    return out.getvalue()


def scan(pdf: bytes, degrees: float, seed: int, quality: int) -> bytes:
    """The first page of `pdf` as a grey JPEG of 150 dpi, turned, blurred and with noise."""
    document = pymupdf.Document(stream=pdf)  # type: ignore[no-untyped-call]  # pymupdf is untyped
    with document:
        pixels = document[0].get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY)
        page = Image.frombytes("L", (pixels.width, pixels.height), pixels.samples)
    page = page.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor=255)
    grey = np.asarray(page.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float64)
    height, width = grey.shape
    # ink is not black and paper not white; the lamp is weaker towards the right edge
    grey = 38 + grey * ((PAPER - 38) / 255) - np.linspace(0, 9, width)[None, :]
    noise = np.random.default_rng(seed).normal(0, 3.2, size=(height, width))
    out = io.BytesIO()
    Image.fromarray(np.clip(grey + noise, 0, 255).astype(np.uint8)).save(
        out, "JPEG", quality=quality, dpi=(DPI, DPI)
    )
    return out.getvalue()


def english() -> bytes:
    """The memorandum as a PDF that holds nothing but the image of the page."""
    image = scan(memorandum(), degrees=0.9, seed=14, quality=55)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.drawImage(ImageReader(io.BytesIO(image)), 0, 0, *A4)
    canvas.save()
    return out.getvalue()


def chinese() -> bytes:
    """The diary page as a JPEG image."""
    return scan(diary(), degrees=-1.1, seed=23, quality=60)
