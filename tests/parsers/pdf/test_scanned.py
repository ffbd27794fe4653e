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
from parsers.pdf.scanned import TextLayer, judged, recognised, scanned, text_layer, wants_ocr
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


@pytest.mark.parametrize(
    ("words", "picture", "reason"),
    [
        ("", True, "0 characters, a picture on 100% of the page"),
        ("\ufffd\ue000" * 30, False, "100% of 60 characters mean nothing"),
        ("the\x03mill\x03takes\x03whole\x03folders", False, "14% of 28 characters"),
        ("uijt mbzfs ijeft nvdi pg jut ufyu " * 8, False, "of the words cannot be spoken"),
        ("a sentence that stands there", True, "28 characters, a picture on 100%"),
    ],
)
def test_what_was_measured_is_told(words: str, picture: bool, reason: str) -> None:
    images = (BBox(0, 0, 595, 842),) if picture else ()
    found = judged(PageContent(1, 595, 842, (word_at(50, 50, words),) if words else (), (), images))
    assert reason in found.reason


def test_the_reason_is_in_the_issue() -> None:
    document = parsed(pdf(scan), with_engine(FakeEngine(LINES)), ocr="auto")
    assert document.issues[0].detail == (
        "text layer missing (0 characters, a picture on 100% of the page, 0 paths); "
        "paddleocr: mean confidence 0.97"
    )


CIPHER = {ord(a): b for a, b in zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz",
                                    strict=True)}  # fmt: skip


def misread(words: str) -> tuple[tuple[str, float], ...]:
    """What an engine reads of words, a few to a line."""
    parts = words.split()
    return tuple((" ".join(parts[at : at + 9]), 0.8) for at in range(0, len(parts), 9))


@pytest.mark.parametrize(
    ("seen", "kept"), [(LOREM, False), (LOREM.lower().translate(CIPHER), True)]
)
def test_a_doubted_layer_stays_when_recognition_agrees(seen: str, kept: bool) -> None:
    text = " ".join([LOREM.lower().translate(CIPHER)] * 2)

    def shifted(page: Any) -> None:
        column(page, 50, 100, 480, text)

    engine = FakeEngine(misread(f"{seen} {seen}"))
    document = parsed(pdf(shifted), with_engine(engine), ocr="auto")
    assert engine.seen == 1
    assert document.pages[0].origin == ("text" if kept else "ocr")
    assert [issue.code for issue in document.issues] == ([] if kept else [IssueCode.OCR_USED])
    told = " ".join(element.text for element in document.elements)
    assert ("uif njmm" in told.lower()) is kept


def pasted(page: Any) -> None:
    """Text, and below it a picture of a page of text."""
    column(page, 50, 80, 480, LOREM)
    source = pymupdf.open()
    inner = source.new_page(width=500, height=400)
    for row in range(12):
        column(inner, 20, 40 + 20 * row, 460, LOREM[:80])
    page.insert_image((50, 300, 550, 700), pixmap=inner.get_pixmap(dpi=100))


def test_a_picture_of_text_beside_text_joins_it() -> None:
    engine = FakeEngine((("A long line that was scanned and pasted", 0.9), (HAN[:20], 0.9)) * 6)
    document = parsed(pdf(pasted), with_engine(engine), ocr="auto")
    told = "".join("".join(element.text.split()) for element in document.elements)
    assert engine.seen == 1
    assert "grindsthemslowly" in told
    assert HAN[:10] in told
    (picture,) = [e for e in document.elements if e.text.startswith("A long line")][:1]
    assert picture.bbox is not None
    assert picture.bbox.y0 > 300
    assert "1 of its pictures hold text" in document.issues[0].detail


def test_labels_of_a_chart_do_not_join_the_text() -> None:
    engine = FakeEngine((("0.5", 0.2), ("Q1 Q2", 0.3)))
    document = parsed(pdf(pasted), with_engine(engine), ocr="auto")
    assert document.pages[0].origin == "text"
    assert document.issues == ()
    assert "Q1" not in "".join(element.text for element in document.elements)


def test_a_photograph_beside_text_is_not_even_recognised() -> None:
    def photo(page: Any) -> None:
        column(page, 50, 80, 480, LOREM)
        light = np.random.default_rng(1).integers(0, 255, (300, 300, 3), dtype=np.uint8)
        pixmap = pymupdf.Pixmap(pymupdf.csRGB, 300, 300, light.tobytes(), False)
        page.insert_image((50, 300, 550, 800), pixmap=pixmap)

    engine = FakeEngine(LINES)
    document = parsed(pdf(photo), with_engine(engine), ocr="auto")
    assert engine.seen == 0
    assert document.pages[0].origin == "text"


def test_under_always_the_layer_gives_way_even_where_it_is_right() -> None:
    content = PageContent(1, 595, 842, (word_at(50, 50, "a usable text layer of one line"),))
    image = np.full((400, 300, 3), 255, dtype=np.uint8)
    found = scanned(FakeEngine(LINES), content, image, "always")
    assert found is not None
    assert found.content.words[0].text == "The"
    assert wants_ocr(TextLayer.IMPLAUSIBLE, "auto")
    assert not wants_ocr(TextLayer.IMPLAUSIBLE, "never")


def test_lines_in_the_picture_become_rulings_in_points() -> None:
    image = np.full((842, 595, 3), 250, dtype=np.uint8)
    for at in (100, 150, 200):
        image[at : at + 2, 100:402] = 30
        image[100:202, 50 + at : 52 + at] = 30
    content = PageContent(1, 297.5, 421, images=(BBox(0, 0, 297.5, 421),))
    found = recognised(content, [], 2.0, image).content
    across = sorted(r.at for r in found.rulings if r.horizontal)
    down = sorted(r.at for r in found.rulings if not r.horizontal)
    assert across == pytest.approx([50.5, 75.5, 100.5], abs=0.6)
    assert down == pytest.approx([75.5, 100.5, 125.5], abs=0.6)
    assert found.images == ()


def test_a_page_on_its_side_keeps_its_size_and_turns_its_words() -> None:
    content = PageContent(1, 300, 200)
    line = OcrLine("sideways 侧", BBox(40, 100, 240, 120), 0.9)
    found = recognised(content, [line], 2.0, None, turn=90).content
    assert (found.width, found.height) == (300, 200)
    assert {word.turn for word in found.words} == {90}
    assert found.words[0].bbox.height > found.words[0].bbox.width


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


@pytest.mark.real
@pytest.mark.filterwarnings("ignore")  # paddlex and its dependencies warn while they load
@pytest.mark.parametrize("turn", [90, 180])
@pytest.mark.parametrize(("words", "font"), [(LOREM, "helv"), (HAN, "china-s")])
def test_a_turned_scan_through_a_real_engine(turn: int, words: str, font: str) -> None:
    def lying(page: Any) -> None:
        source = pymupdf.open()
        inner = source.new_page()
        column(inner, 50, 100, 480, words * 2, font=font)
        page.insert_image(page.rect, pixmap=inner.get_pixmap(dpi=150), rotate=-turn)

    size = {"width": 842, "height": 595} if turn == 90 else {}
    document = parsed(pdf(lying, **size), ocr="auto")
    told = "".join("".join(e.text.split()) for e in document.elements)
    assert "".join(words.split())[20:40] in told
    assert f"turned by {turn} degrees" in document.issues[0].detail
