"""PDF files made for the tests, with PyMuPDF's writer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pymupdf as _pymupdf

from parsers.base import ParseOptions
from parsers.pdf.page import Word
from parsers.pdf.parser import PdfParser
from schemas.document import Document, Element, ElementKind
from schemas.geometry import BBox
from schemas.ids import sha256_hex
from schemas.source import MediaType, Source

pymupdf: Any = _pymupdf
"""Partly typed: as Any its writer can be called from strictly checked tests."""
LOREM = (
    "The mill takes whole folders and grinds them slowly into clean records. Every page keeps "
    "its number, every row keeps its source, and nothing is thrown away without a reason that "
    "a reader can check. "
)
HAN = (
    "语料工厂把整个文件夹磨成干净的记录，每一页都保留页码，"
    "每一行都保留来源，任何内容都不会无缘无故地丢失。"
)


def pdf(*draw: Callable[[Any], None], width: float = 595, height: float = 842) -> bytes:
    """A file with one page for each function that draws on it."""
    doc = pymupdf.open()
    for function in draw:
        function(doc.new_page(width=width, height=height))
    data: bytes = doc.tobytes()
    doc.close()
    return data


def text(page: Any, x: float, y: float, words: str, size: float = 10, font: str = "helv") -> None:
    """One line with its baseline at `y`; Chinese with font 'china-s'."""
    page.insert_text((x, y), words, fontsize=size, fontname=font)


def column(page: Any, x: float, y: float, width: float, words: str, font: str = "helv") -> float:
    """A paragraph set line by line at 10 points; returns the baseline of the line behind it."""
    measure = pymupdf.Font(font)
    units = words.split() if font != "china-s" else list(words)
    space = " " if font != "china-s" else ""
    line = ""
    for unit in units:
        longer = f"{line}{space}{unit}" if line else unit
        if measure.text_length(longer, 10) > width:
            text(page, x, y, line, font=font)
            y, line = y + 13, unit
        else:
            line = longer
    text(page, x, y, line, font=font)
    return y + 13


def grid(page: Any, xs: Iterable[float], ys: Iterable[float]) -> None:
    """All lines of a regular grid."""
    across, down = list(xs), list(ys)
    for x in across:
        page.draw_line((x, down[0]), (x, down[-1]))
    for y in down:
        page.draw_line((across[0], y), (across[-1], y))


def parsed(data: bytes, parser: PdfParser | None = None, **options: Any) -> Document:
    """The document of a file, recognition off unless asked for."""
    source = Source("made.pdf", sha256_hex(data), MediaType.PDF, len(data))
    chosen = ParseOptions(**{"ocr": "never", **options})
    return (parser or PdfParser()).parse(source, data, chosen)


def of_kind(document: Document, kind: ElementKind) -> list[Element]:
    """The document's elements of one kind, in order."""
    return [element for element in document.elements if element.kind is kind]


def texts(document: Document, kind: ElementKind) -> list[str]:
    """Their texts."""
    return [element.text for element in of_kind(document, kind)]


def word(x: float, y: float, words: str, size: float = 10, **style: Any) -> Word:
    """A word with its top left corner at (x, y), half its size wide for each letter."""
    wide = sum(1.0 if ord(char) > 0x2E7F else 0.5 for char in words) * size
    return Word(words, BBox(x, y, x + wide, y + size), size, **style)


def spread(x: float, y: float, sentence: str, size: float = 10) -> list[Word]:
    """The words of a sentence side by side with ordinary spaces."""
    found = []
    for part in sentence.split():
        found.append(word(x, y, part, size))
        x = found[-1].bbox.x1 + 0.25 * size
    return found
