"""The PDF parser: pages in batches, recognition where the text layer is missing, one Document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from parsers.base import OcrEngine, ParseOptions
from parsers.pdf.columns import Gutters
from parsers.pdf.continued import continued
from parsers.pdf.elements import elements
from parsers.pdf.front import front_matter
from parsers.pdf.furniture import FurnitureFinder
from parsers.pdf.layout import PageLayout, main_turn, page_layout
from parsers.pdf.page import (
    MAX_PATHS,
    LayoutModel,
    PageContent,
    PageReader,
    RulingReader,
    bounded,
    turned,
)
from parsers.pdf.scanned import (
    LOW_CONFIDENCE,
    TextLayer,
    ocr_dpi,
    scanned,
    text_layer,
    wants_ocr,
)
from parsers.pdf.trace import SILENT, Trace
from parsers.pdf.vertical import read_downwards
from schemas.document import Document, Issue, IssueCode, Page
from schemas.errors import BackendError, MissingExtraError, ParseError, UsageError
from schemas.records import Reason
from schemas.source import MediaType, Source

BATCH = 32
"""Pages held in memory as words: enough to see what repeats, some 30 MB at most."""
MAX_JUDGED = 2000
"""Words of a page that the layout model is asked about: its time grows with the square of the
pieces of text, and 2,000 that stand apart take 2.4 s. A dense page of a book has 800 words."""
REPAIRED = "the file is damaged or cut off and was mended: text may be missing"
MIN_RULING = 20.0
"""Points; a page with two lines this long is worth a second look for ruled tables."""

EngineSource = Callable[[str], OcrEngine]


def bundled_engine(name: str) -> OcrEngine:
    """The recognition engine of that name; raises MissingExtraError when it is not installed."""
    from parsers.ocr.engines import engine

    return engine(name)


def open_reader(name: str, data: bytes, password: str | None) -> PageReader:
    """The page reader of that name over `data`; raises UsageError for an unknown name."""
    if name == "pymupdf":
        from parsers.pdf.reader_pymupdf import PyMuPdfReader

        return PyMuPdfReader(data, password)
    if name == "pdfplumber":
        from parsers.pdf.reader_pdfplumber import PdfPlumberReader

        return PdfPlumberReader(data, password)
    if name == "pdfium":
        from parsers.pdf.reader_pdfium import PdfiumReader

        return PdfiumReader(data, password)
    raise UsageError(f"unknown PDF engine {name!r}: choose pymupdf, pdfium or pdfplumber")


def open_rulings(data: bytes, options: ParseOptions) -> RulingReader | None:
    """The second reader of lines for ruled tables, in the profile `best`; None without it.

    It costs as much as all else of `fast` (.028 of .056 CPU-s a page) and changes no score there.
    """
    if options.pdf_profile == "fast" or options.pdf_engine != "pymupdf":
        return None
    from parsers.pdf.reader_pdfplumber import PdfPlumberRulings

    return PdfPlumberRulings(data, options.password)


def open_model(data: bytes, options: ParseOptions) -> LayoutModel | None:
    """The layout model, None where the profile or the engine has none."""
    if options.pdf_profile == "fast" or options.pdf_engine != "pymupdf":
        return None
    from parsers.pdf.layout_model import PyMuPdfLayoutModel

    return PyMuPdfLayoutModel(data, options.password)


class PdfParser:
    """PDF -> Document.

    Raises ParseError: ENCRYPTED, CORRUPT when the file or all its pages cannot be read, NO_TEXT
    when no page yields a word. A page that fails is an issue and keeps its slot.
    """

    def __init__(self, engines: EngineSource = bundled_engine) -> None:
        self.name = "pdf"
        self.version = 3
        self.media_types = frozenset({MediaType.PDF})
        self._engines = engines

    def parse(self, source: Source, data: bytes, options: ParseOptions) -> Document:
        """The document in `data`."""
        return self.traced(source, data, options, SILENT)

    def traced(self, source: Source, data: bytes, options: ParseOptions, trace: Trace) -> Document:
        """The document in `data`; `trace` collects what was seen and why it was decided so."""
        reader = open_reader(options.pdf_engine, data, options.password)
        rulings = open_rulings(data, options)
        model = open_model(data, options)
        try:
            pages = _Pages(reader, rulings, model, options, self._engines, trace)
            layouts = list(pages.layouts())
            found = continued(elements(layouts, reader.outline, trace))
            if reader.repaired:
                pages.issues.insert(0, Issue(IssueCode.REPAIRED, REPAIRED))
            if not any(element.text.strip() for element in found):
                raise pages.nothing()
            return Document(
                source=source, elements=tuple(found), pages=tuple(pages.slots),
                issues=tuple(pages.issues), metadata=front_matter(found, reader.metadata),
            )  # fmt: skip
        finally:
            for part in (reader, rulings, model):
                if part is not None:
                    part.close()


@dataclass
class _Pages:
    """The way of one file's pages: read, recognise, lay out; collects slots and issues."""

    reader: PageReader
    rulings: RulingReader | None
    model: LayoutModel | None
    options: ParseOptions
    engines: EngineSource
    trace: Trace
    slots: list[Page] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    failed: int = 0

    def layouts(self) -> Iterator[PageLayout]:
        """Layouts of the pages that can be read, in order, a batch of words in memory at a time."""
        total = self.reader.page_count
        count = min(total, self.options.max_pages)
        finder, gutters = FurnitureFinder(count), Gutters()
        for start in range(1, count + 1, BATCH):
            read = (self._content(n) for n in range(start, min(start + BATCH, count + 1)))
            batch = [read_downwards(content) for content in read if content is not None]
            turns = [main_turn(content) for content in batch]
            upright = [turned(c, (360 - t) % 360) for c, t in zip(batch, turns, strict=True)]
            furniture = finder.feed(upright)
            for content, rows, turn in zip(upright, furniture, turns, strict=True):
                self.trace.begin(content.number, turn, (content.width, content.height))
                yield page_layout(content, rows, turn, self.trace, gutters)
        if total > count:
            detail = f"pages {count + 1} to {total} were not read: max_pages is {count}"
            self.issues.append(Issue(IssueCode.PAGE_LIMIT, detail))

    def _content(self, number: int) -> PageContent | None:
        """A page as read or recognised; None, an empty slot and an issue when it fails."""
        try:
            content = bounded(self.reader.read(number))
        except ParseError as error:
            self.failed += 1
            self.slots.append(Page(number, 0.0, 0.0))
            self.issues.append(Issue(IssueCode.PAGE_FAILED, str(error), number))
            return None
        layer, unread = text_layer(content), self.options.ocr == "never"
        ocr = self._recognised(content, layer) if wants_ocr(layer, self.options.ocr) else None
        missing = layer in (TextLayer.MISSING, TextLayer.GARBAGE)
        if ocr is None and (missing or (unread and layer is TextLayer.IMPLAUSIBLE)):
            detail = f"the text layer is {layer}"
            if unread:
                detail += "; --ocr auto recognises such pages"
            self.issues.append(Issue(IssueCode.NO_TEXT_LAYER, detail, number))
        origin = "text" if ocr is None else "ocr"
        self.slots.append(Page(number, content.width, content.height, origin))
        if ocr is not None:
            return ocr  # its lines are those of the picture
        return self._with_model(self._with_rulings(content))

    def _with_model(self, content: PageContent) -> PageContent:
        """The page with the layout model's opinion, where there is one and the page is no giant."""
        if self.model is None or not 0 < len(content.words) <= MAX_JUDGED:
            return content
        return replace(content, model=self.model.regions(content.number))

    def _with_rulings(self, content: PageContent) -> PageContent:
        """The page with its lines as pdfplumber sees them, where there are lines at all."""
        if content.n_paths > MAX_PATHS and not content.rulings:
            detail = f"{content.n_paths} vector paths: lines are not searched for ruled tables"
            self.issues.append(Issue(IssueCode.TABLE_SKIPPED, detail, content.number))
        long = sum(ruling.end - ruling.start >= MIN_RULING for ruling in content.rulings)
        if self.rulings is None or long < 2 or content.n_paths > MAX_PATHS:
            return content
        try:
            found = self.rulings.rulings(content.number)
        except ParseError:
            return content  # a file that only PyMuPDF can repair: its own lines serve as well
        return replace(content, rulings=found)

    def _recognised(self, content: PageContent, layer: TextLayer) -> PageContent | None:
        """The page's words through recognition; None, with an issue, when that cannot be."""
        try:
            engine = self.engines(self.options.ocr_engine)
            image = self.reader.render(content.number, ocr_dpi(content))
            result = scanned(engine, content, image, self.options.ocr)
        except MissingExtraError as error:
            self.issues.append(Issue(IssueCode.OCR_UNAVAILABLE, str(error), content.number))
            return None
        except (ParseError, BackendError) as error:
            self.issues.append(Issue(IssueCode.PAGE_FAILED, str(error), content.number))
            return None
        if result is None or (content.words and not result.content.words):
            return None  # a doubtful text layer is better than none
        detail = f"{self.options.ocr_engine}: mean confidence {result.confidence:.2f}"
        low = bool(result.content.words) and result.confidence < LOW_CONFIDENCE
        code = IssueCode.LOW_OCR_CONFIDENCE if low else IssueCode.OCR_USED
        detail = f"text layer {layer} ({result.note}); {detail}"
        self.issues.append(Issue(code, detail, content.number))
        return result.content

    def nothing(self) -> ParseError:
        """Why the file has no text, and what to do."""
        codes = {issue.code for issue in self.issues}
        if self.slots and self.failed == len(self.slots):
            return ParseError(Reason.CORRUPT, f"no page can be read: {self.issues[0].detail}")
        if IssueCode.OCR_UNAVAILABLE in codes:
            missing = next(i for i in self.issues if i.code is IssueCode.OCR_UNAVAILABLE)
            return ParseError(Reason.MISSING_EXTRA, f"no text layer, and {missing.detail}")
        if IssueCode.NO_TEXT_LAYER in codes and self.options.ocr == "never":
            return ParseError(Reason.NO_TEXT, "no text layer: run with --ocr auto")
        if codes & {IssueCode.OCR_USED, IssueCode.LOW_OCR_CONFIDENCE}:
            return ParseError(Reason.NO_TEXT, "no text layer, and recognition found no text")
        return ParseError(Reason.NO_TEXT, "all pages are empty")
