from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from parsers.base import OcrEngine, OcrLine
from parsers.pdf.page import PageContent
from parsers.pdf.parser import EngineSource, PdfParser
from parsers.pdf.reader_pymupdf import PyMuPdfReader
from parsers.pdf.scanned import TextLayer, text_layer
from schemas.document import ElementKind, IssueCode, ParseStatus
from schemas.errors import MissingExtraError, ParseError
from schemas.geometry import BBox
from schemas.records import Reason
from tests.parsers.pdf.made import HAN, LOREM, column, parsed, pdf, pymupdf, texts
from tests.parsers.pdf.made import word as word_at


@dataclass
class FakeEngine:
    """Answers every page with the same lines, boxes in shares of the image."""

    lines: Sequence[tuple[str, float]]
    confidence: float = 0.97
    seen: int = 0

    def recognize(self, image: NDArray[np.uint8]) -> list[OcrLine]:
        """One line under the other, each a fortieth of the page high."""
        self.seen += 1
        height, width, _ = image.shape
        step = height / 40
        return [
            OcrLine(
                words,
                BBox(width * 0.1, step * (4 + row), width * share, step * (4.9 + row)),
                self.confidence,
            )
            for row, (words, share) in enumerate(self.lines)
        ]


def with_engine(engine: OcrEngine) -> PdfParser:
    return PdfParser(engines=lambda name: engine)


def absent(name: str) -> OcrEngine:
    raise MissingExtraError(name, "ocr", "recognising scans")


class Unloaded:
    """An engine whose package shows to be missing at the first page."""

    def recognize(self, image: NDArray[np.uint8]) -> list[OcrLine]:
        """Raises MissingExtraError."""
        raise MissingExtraError("rapidocr", "ocr", "recognising scans")


def scan(page: Any) -> None:
    """A page that is a picture of text."""
    source = pymupdf.open()
    inner = source.new_page()
    column(inner, 50, 100, 480, LOREM)
    page.insert_image(page.rect, pixmap=inner.get_pixmap(dpi=50))


def typed(page: Any) -> None:
    column(page, 50, 100, 480, LOREM)


LINES = (("The scan says something", 0.9), ("and goes on here.", 0.5))


def test_a_scan_is_recognised_with_boxes_in_points() -> None:
    engine = FakeEngine(LINES)
    document = parsed(pdf(typed, scan), with_engine(engine), ocr="auto")
    assert engine.seen == 1
    assert [page.origin for page in document.pages] == ["text", "ocr"]
    (element,) = [e for e in document.elements if e.page == 2]
    assert element.text == "The scan says something and goes on here."
    assert element.confidence == pytest.approx(0.97)
    assert element.bbox is not None
    assert element.bbox.x0 == pytest.approx(59.5, abs=1)
    assert element.bbox.y0 == pytest.approx(91, abs=2)  # where the ink is in the line's box
    assert [(i.code, i.page) for i in document.issues] == [(IssueCode.OCR_USED, 2)]
    assert document.status is ParseStatus.WHOLE


def test_chinese_scan() -> None:
    engine = FakeEngine(((HAN[:20], 0.9), (HAN[20:], 0.9)))
    document = parsed(pdf(scan), with_engine(engine), ocr="auto")
    assert texts(document, ElementKind.PARAGRAPH) == [HAN]


def test_always_recognises_pages_with_text_too() -> None:
    engine = FakeEngine(LINES)
    document = parsed(pdf(typed, typed), with_engine(engine), ocr="always")
    assert engine.seen == 2
    assert {page.origin for page in document.pages} == {"ocr"}


def test_never_leaves_the_slot_and_an_issue() -> None:
    engine = FakeEngine(LINES)
    document = parsed(pdf(typed, scan), with_engine(engine), ocr="never")
    assert engine.seen == 0
    assert [(i.code, i.page) for i in document.issues] == [(IssueCode.NO_TEXT_LAYER, 2)]
    assert len(document.pages) == 2
    assert document.status is ParseStatus.PARTIAL


@pytest.mark.parametrize("engines", [absent, lambda name: Unloaded()], ids=["named", "loaded"])
def test_missing_extra_is_an_issue_of_the_page(engines: EngineSource) -> None:
    document = parsed(pdf(typed, scan), PdfParser(engines=engines), ocr="auto")
    codes = [issue.code for issue in document.issues]
    assert codes == [IssueCode.OCR_UNAVAILABLE, IssueCode.NO_TEXT_LAYER]
    assert "corpusmill[ocr]" in document.issues[0].detail


def test_low_confidence_is_told() -> None:
    document = parsed(pdf(scan), with_engine(FakeEngine(LINES, confidence=0.3)), ocr="auto")
    assert [issue.code for issue in document.issues] == [IssueCode.LOW_OCR_CONFIDENCE]
    assert document.status is ParseStatus.PARTIAL


@pytest.mark.parametrize(
    ("parser", "mode", "reason", "message"),
    [
        (with_engine(FakeEngine(())), "auto", Reason.NO_TEXT, "found no text"),
        (with_engine(FakeEngine(LINES)), "never", Reason.NO_TEXT, "--ocr auto"),
        (PdfParser(engines=absent), "auto", Reason.MISSING_EXTRA, r"corpusmill\[ocr\]"),
    ],
    ids=["nothing recognised", "never", "extra missing"],
)
def test_no_text_at_all_is_rejected_with_advice(
    parser: PdfParser, mode: str, reason: Reason, message: str
) -> None:
    with pytest.raises(ParseError, match=message) as caught:
        parsed(pdf(scan), parser, ocr=mode)
    assert caught.value.reason is reason


def test_what_a_text_layer_is_worth() -> None:
    def layer(words: str, picture: bool = False, paths: int = 0) -> TextLayer:
        box = BBox(0, 0, 595, 842)
        found = (word_at(50, 50, words),) if words else ()
        images = (box,) if picture else ()
        return text_layer(PageContent(1, 595, 842, found, images=images, n_paths=paths))

    assert layer("") is TextLayer.EMPTY_PAGE
    assert layer("", picture=True) is TextLayer.MISSING
    assert layer("17", picture=True) is TextLayer.MISSING
    assert layer("", paths=900) is TextLayer.MISSING
    assert layer("17") is TextLayer.USABLE
    assert layer("\ufffd\ue000" * 30) is TextLayer.GARBAGE
    assert layer("a sentence with more than twenty characters", picture=True) is TextLayer.USABLE


def test_a_garbled_layer_is_recognised_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    read = PyMuPdfReader.read

    def garbled(self: PyMuPdfReader, number: int) -> PageContent:
        content = read(self, number)
        words = (replace(word, text="\ufffd" * len(word.text)) for word in content.words)
        return replace(content, words=tuple(words))

    monkeypatch.setattr(PyMuPdfReader, "read", garbled)
    document = parsed(pdf(typed), with_engine(FakeEngine(LINES)), ocr="auto")
    assert document.pages[0].origin == "ocr"
    assert "garbage" in document.issues[0].detail
    assert "\ufffd" not in document.elements[0].text


@pytest.mark.real
def test_a_scan_through_a_real_engine() -> None:
    def sharp(page: Any) -> None:
        source = pymupdf.open()
        inner = source.new_page()
        column(inner, 50, 100, 480, LOREM)
        page.insert_image(page.rect, pixmap=inner.get_pixmap(dpi=200))

    document = parsed(pdf(sharp), ocr="auto", ocr_engine="rapidocr")
    told = "".join("".join(e.text.split()) for e in document.elements)
    assert "grindsthemslowlyintocleanrecords" in told
    assert document.pages[0].origin == "ocr"
