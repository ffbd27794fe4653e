"""Small office files, e-books and images that the tests build in memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import docx
import numpy as np
import openpyxl
import pptx
from PIL import Image


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """A deflated zip archive of the parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def saved(document: Any) -> bytes:
    """Bytes of anything that has `save(stream)`."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word(fill: Callable[[Any], object] | None = None) -> bytes:
    """A DOCX; `fill` writes into the python-docx document."""
    document = docx.Document()
    if fill is None:
        document.add_paragraph("Plain words. 普通文字。")
    else:
        fill(document)
    return saved(document)


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """An archive with one part changed, made empty first when it is not there."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    parts[name] = change(parts.get(name, b""))
    return zipped(parts)


def deck() -> bytes:
    """A PPTX: a cover, a slide with nested bullets and notes, one with a merged table."""
    show = pptx.Presentation()
    cover = show.slides.add_slide(show.slide_layouts[0])
    cover.shapes.title.text = "季度总结 Review"
    cover.placeholders[1].text = "by the team"
    points = show.slides.add_slide(show.slide_layouts[1])
    points.shapes.title.text = "Findings 发现"
    frame = points.placeholders[1].text_frame
    frame.text = "First point"
    below = frame.add_paragraph()
    below.text, below.level = "嵌套要点", 1
    points.notes_slide.notes_text_frame.text = "Say this aloud."
    figures = show.slides.add_slide(show.slide_layouts[5])
    figures.shapes.title.text = "Figures"
    table = figures.shapes.add_table(2, 2, 0, 2_000_000, 3_000_000, 1_000_000).table
    table.cell(0, 0).text = "merged"
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 0).text, table.cell(1, 1).text = "左", "right"
    return saved(show)


def workbook(fill: Callable[[Any], object] | None = None) -> bytes:
    """An XLSX; `fill` writes into the openpyxl workbook."""
    book = openpyxl.Workbook()
    if fill is None:
        book.active.append(["Name", "城市"])
        book.active.append(["Ann", "北京"])
    else:
        fill(book)
    return saved(book)


CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="x"/></rootfiles></container>'
)


def book(chapters: Mapping[str, str], extra: Mapping[str, bytes | str] | None = None) -> bytes:
    """An EPUB whose spine are the chapters (name -> body markup) in their order."""
    items = "".join(
        f'<item id="c{index}" href="{name}" media-type="application/xhtml+xml"/>'
        for index, name in enumerate(chapters)
    )
    refs = "".join(f'<itemref idref="c{index}"/>' for index in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A Book 一本书</dc:title>'
        "<dc:creator>Ann</dc:creator><dc:creator>张伟</dc:creator></metadata>"
        f"<manifest>{items}</manifest><spine>{refs}</spine></package>"
    )
    parts: dict[str, bytes | str] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": package,
    }
    for name, body in chapters.items():
        parts[f"OEBPS/{name}"] = (
            '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
            f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
        )
    return zipped({**parts, **(extra or {})})


def picture(kind: str, size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """A white image file of Pillow's format `kind`."""
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind, **options)
    return out.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """A PNG that does not compress."""
    out = io.BytesIO()
    pixels = np.random.default_rng(7).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def mail(body: str, kind: str = "text/plain") -> bytes:
    """A message with a Chinese sender and subject."""
    return (
        "From: =?utf-8?b?5byg5Lyf?= <zhang@example.org>\r\nTo: ann@example.org\r\n"
        "Subject: =?utf-8?b?5rWL6K+V?= test\r\nDate: Mon, 01 Jan 2024 10:00:00 +0800\r\n"
        "Message-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: {kind}; charset=utf-8\r\n\r\n{body}"
    ).encode()
