"""Pages with known text: English and Chinese in six layouts, rendered clean or like a bad scan."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pymupdf as _pymupdf
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from sample_data.make import texts

pymupdf: Any = _pymupdf

WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 56.0
FONTS = {
    ("en", "sans"): ("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf", "helv"),
    ("en", "serif"): ("/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf", "tiro"),
    ("zh", "sans"): ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "china-s"),
    ("zh", "serif"): ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", "china-s"),
}
"""File of a font, and what PyMuPDF has in its place where the file is absent."""
PROSE = {
    "en": ("paper.txt", "annual_report.txt", "article_en.md"),
    "zh": ("report_zh.txt", "article_zh.md", "booklet_zh_1.txt", "booklet_zh_2.txt"),
}
HEADINGS = {
    "en": ("1 Site and weather", "2 What was measured", "3 What was found"),
    "zh": ("一、站点与天气", "二、观测项目", "三、主要结果"),
}
TABLES = {
    "en": (
        ("Month", "Rain (mm)", "Runoff (mm)", "Days", "Share"),
        ("January", "61.4", "38.0", "9", "62%"), ("February", "88.2", "47.5", "12", "54%"),
        ("March", "1,204.6", "611.9", "17", "51%"), ("April", "176.0", "90.3", "16", "51%"),
        ("May", "203.7", "118.4", "18", "58%"), ("June", "242.8", "163.1", "19", "67%"),
        ("July", "121.9", "70.2", "11", "58%"), ("August", "98.5", "44.6", "10", "45%"),
    ),
    "zh": (
        ("月份", "雨量（毫米）", "径流（毫米）", "雨日", "比例"),
        ("一月", "61.4", "38.0", "9", "62%"), ("二月", "88.2", "47.5", "12", "54%"),
        ("三月", "1,204.6", "611.9", "17", "51%"), ("四月", "176.0", "90.3", "16", "51%"),
        ("五月", "203.7", "118.4", "18", "58%"), ("六月", "242.8", "163.1", "19", "67%"),
        ("七月", "121.9", "70.2", "11", "58%"), ("八月", "98.5", "44.6", "10", "45%"),
    ),
}  # fmt: skip
LAYOUTS = ("column", "columns", "ruled", "borderless", "small", "headings")
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Made:
    """A page: its name, its text in reading order, its table's rows, its PDF."""

    name: str
    language: str
    layout: str
    text: str
    table: tuple[tuple[str, ...], ...]
    pdf: bytes


@dataclass(frozen=True)
class Condition:
    """How a page is turned into pixels: dots per inch, and whether a bad scanner did it."""

    name: str
    dpi: int
    degrees: float = 0.0
    noise: float = 0.0
    blur: float = 0.0
    jpeg: int = 0


CONDITIONS = {
    found.name: found
    for found in (
        Condition("clean150", 150), Condition("clean200", 200), Condition("clean300", 300),
        Condition("degraded150", 150, 1.0, 12.0, 0.8),
        Condition("jpeg150", 150, -1.0, 6.0, 0.6, 50),
        Condition("turned150", 150, 4.0, 6.0, 0.6),
    )
}  # fmt: skip


def paragraphs(language: str) -> list[str]:
    """Plain paragraphs of the sample texts: no marks, no lists, no headings."""
    found = []
    for name in PROSE[language]:
        for block in re.split(r"\n\s*\n", texts.read(name)):
            joined = ("" if language == "zh" else " ").join(block.split("\n")).strip()
            if len(joined) > 60 and not re.search(r"[#|`$*<>\[\]{}_=]|^[-\d]", joined):
                found.append(joined)
    return found


class Sheet:
    """A page that is filled with lines of one font; it notes what was written."""

    def __init__(self, language: str, face: str) -> None:
        path, built_in = FONTS[language, face]
        self.font = pymupdf.Font(fontfile=path) if Path(path).is_file() else pymupdf.Font(built_in)
        self.document = pymupdf.open()
        self.page = self.document.new_page(width=WIDTH, height=HEIGHT)
        self.writer = pymupdf.TextWriter(self.page.rect)
        self.units: Callable[[str], list[str]] = list if language == "zh" else _words
        self.said: list[str] = []

    def line(self, x: float, y: float, words: str, size: float) -> None:
        """Writes one line with its baseline at `y`."""
        self.writer.append((x, y), words, font=self.font, fontsize=size)

    def paragraph(self, x: float, y: float, width: float, words: str, size: float) -> float:
        """Sets a paragraph whose first line is indented; returns the next one's baseline."""
        self.said.append(words)
        line, left = "", x + 2 * size
        for unit in self.units(words):
            if self.font.text_length((line + unit).rstrip(), size) > x + width - left:
                # no Chinese line begins with a closing mark
                if line and unit[0] in "，。、；：？！）”":
                    line += unit
                    unit = ""
                self.line(left, y, line.rstrip(), size)
                y, line, left = y + 1.45 * size, "", x
            line += unit
        self.line(left, y, line.rstrip(), size)
        return y + 1.45 * size

    def table(self, y: float, rows: Sequence[Sequence[str]], size: float, ruled: bool) -> float:
        """Sets a table across the page, with all lines or without any."""
        step, pitch = (WIDTH - 2 * MARGIN) / len(rows[0]), 2 * size
        for number, row in enumerate(rows):
            self.said.append(" ".join(row))
            for col, cell in enumerate(row):
                self.line(MARGIN + col * step + 6, y + (number + 0.7) * pitch, cell, size)
        bottom = y + len(rows) * pitch
        if ruled:
            for number in range(len(rows) + 1):
                at = y + number * pitch
                self.page.draw_line((MARGIN, at), (WIDTH - MARGIN, at), width=0.7)
            for col in range(len(rows[0]) + 1):
                at = MARGIN + col * step
                self.page.draw_line((at, y), (at, bottom), width=0.7)
        return bottom

    def done(self) -> bytes:
        """The page as a PDF."""
        self.writer.write_text(self.page)
        data: bytes = self.document.tobytes()
        return data


def _words(text: str) -> list[str]:
    return [f"{word} " for word in text.split()]


def made(language: str, layout: str, seed: int = 0) -> Made:
    """The page of a language in a layout; `seed` takes other paragraphs."""
    sheet = Sheet(language, ("serif", "sans")[LAYOUTS.index(layout) % 2])
    pool = paragraphs(language)
    start = (5 * LAYOUTS.index(layout) + 3 * seed) % len(pool)
    prose = iter(pool[start:] + pool[:start])
    size = {"small": 7.5, "columns": 9.5}.get(layout, 11.0)
    table: tuple[tuple[str, ...], ...] = ()
    width = WIDTH - 2 * MARGIN
    if layout == "columns":
        for x in (MARGIN, WIDTH / 2 + 10):
            _fill(sheet, prose, x, MARGIN + size, width / 2 - 10, size)
    elif layout in ("ruled", "borderless"):
        table = TABLES[language]
        y = sheet.paragraph(MARGIN, MARGIN + size, width, next(prose), size)
        y = sheet.table(y + size, table, size, layout == "ruled")
        sheet.paragraph(MARGIN, y + 3 * size, width, next(prose), size)
    elif layout == "headings":
        y = MARGIN + 16
        for heading in HEADINGS[language]:
            sheet.said.append(heading)
            sheet.line(MARGIN, y, heading, 16)
            y = sheet.paragraph(MARGIN, y + 24, width, next(prose), size) + 26
    else:
        _fill(sheet, prose, MARGIN, MARGIN + size, width, size)
    name = f"{language}-{layout}"
    return Made(name, language, layout, "\n".join(sheet.said), table, sheet.done())


def _fill(sheet: Sheet, prose: Any, x: float, y: float, width: float, size: float) -> None:
    """Sets paragraphs until some two thirds of the page are filled."""
    while y < 0.68 * HEIGHT:
        y = sheet.paragraph(x, y, width, next(prose), size) + 0.5 * size


def pixels(page: Made, condition: Condition) -> bytes:
    """The page as the bytes of a PNG or JPEG file that says its resolution."""
    with pymupdf.open(stream=page.pdf, filetype="pdf") as document:
        shot = document[0].get_pixmap(dpi=condition.dpi, colorspace=pymupdf.csGRAY)
        image = Image.frombytes("L", (shot.width, shot.height), shot.samples)
    if condition.degrees:
        image = image.rotate(condition.degrees, Image.Resampling.BICUBIC, fillcolor=255)
    if condition.blur:
        image = image.filter(ImageFilter.GaussianBlur(condition.blur))
    if condition.noise:
        noise = np.random.default_rng(7).normal(0, condition.noise, (image.height, image.width))
        grey: NDArray[np.float64] = np.asarray(image, np.float64) * (205 / 255) + 35 + noise
        image = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
    out = io.BytesIO()
    dpi = (condition.dpi, condition.dpi)
    if condition.jpeg:
        image.save(out, "JPEG", quality=condition.jpeg, dpi=dpi)
    else:
        image.save(out, "PNG", dpi=dpi)
    return out.getvalue()


def wrapped(picture: bytes) -> bytes:
    """A PDF of one A4 page that holds nothing but the picture."""
    with pymupdf.open() as document:
        page = document.new_page(width=WIDTH, height=HEIGHT)
        page.insert_image(page.rect, stream=picture)
        data: bytes = document.tobytes()
    return data
