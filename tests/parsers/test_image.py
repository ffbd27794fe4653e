from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from parsers.base import OcrLine, OcrMode, ParseOptions
from parsers.image import ImageParser, frame_of, resolution, to_rgb
from schemas.document import Document, ElementKind, IssueCode, ParseStatus
from schemas.errors import BackendError, MissingExtraError, ParseError
from schemas.geometry import BBox
from schemas.ids import sha256_hex
from schemas.records import Reason
from schemas.source import MediaType, Source
from tests.parsers.office_files import noise, picture


@dataclass
class FakeEngine:
    """Answers each picture with the next answer, then with nothing; an exception is raised."""

    answers: list[Sequence[OcrLine] | Exception]
    seen: list[tuple[int, ...]] = field(default_factory=list)

    def recognize(self, image: NDArray[np.uint8]) -> Sequence[OcrLine]:
        self.seen.append(image.shape)
        answer = self.answers.pop(0) if self.answers else ()
        if isinstance(answer, Exception):
            raise answer
        return answer


def line(text: str, y: float = 0, confidence: float = 0.9) -> OcrLine:
    return OcrLine(text, BBox(30, y, 300, y + 20), confidence)


def parse(
    data: bytes,
    media_type: MediaType,
    monkeypatch: pytest.MonkeyPatch,
    *answers: Sequence[OcrLine] | Exception,
    parser: ImageParser | None = None,
    ocr: OcrMode = "auto",
    max_pages: int = 100,
) -> tuple[Document, FakeEngine]:
    fake = FakeEngine(list(answers))
    monkeypatch.setattr("parsers.image.engine", lambda name: fake)
    source = Source("in/scan", sha256_hex(data), media_type, len(data))
    options = ParseOptions(ocr=ocr, max_pages=max_pages)
    return (parser or ImageParser()).parse(source, data, options), fake


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("PNG", MediaType.PNG),
        ("JPEG", MediaType.JPEG),
        ("TIFF", MediaType.TIFF),
        ("WEBP", MediaType.WEBP),
        ("BMP", MediaType.BMP),
    ],
)
def test_each_format_is_decoded(
    kind: str, media_type: MediaType, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, fake = parse(picture(kind), media_type, monkeypatch, [line("文字 text")])
    assert fake.seen == [(40, 60, 3)]
    assert [element.text for element in document.elements] == ["文字 text"]
    assert document.pages[0].origin == "ocr"
    assert document.status is ParseStatus.WHOLE


def test_boxes_are_points_by_the_resolution(monkeypatch: pytest.MonkeyPatch) -> None:
    data = picture("PNG", size=(600, 300), dpi=(144, 144))
    document, _ = parse(data, MediaType.PNG, monkeypatch, [line("a", 10), line("b", 34)])
    (element,) = document.elements
    assert element.bbox is not None
    assert tuple(element.bbox) == pytest.approx((15, 5.8, 150, 25.8), rel=1e-3)
    assert element.text == "a b"
    assert element.confidence == pytest.approx(0.9)
    assert (document.pages[0].width, document.pages[0].height) == pytest.approx(
        (300, 150), rel=1e-3
    )


def tiff(pages: int) -> bytes:
    out = io.BytesIO()
    frames = [Image.new("L", (60, 40 + page), 255) for page in range(pages)]
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def test_a_failed_page_keeps_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = ([line("one")], BackendError("no luck"), [line("三", confidence=0.3)])
    document, fake = parse(tiff(3), MediaType.TIFF, monkeypatch, *answers)
    assert [(element.text, element.page) for element in document.elements] == [
        ("one", 1),
        ("三", 3),
    ]
    assert fake.seen[:3] == [(40, 60, 3), (41, 60, 3), (42, 60, 3)]
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert [(issue.code, issue.page) for issue in document.issues] == [
        (IssueCode.OCR_USED, 1),
        (IssueCode.PAGE_FAILED, 2),
        (IssueCode.OCR_USED, 3),
        (IssueCode.LOW_OCR_CONFIDENCE, 3),
    ]
    assert document.status is ParseStatus.PARTIAL


def test_pages_beyond_the_bound_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    document, fake = parse(tiff(3), MediaType.TIFF, monkeypatch, [line("one")], max_pages=1)
    assert len(fake.seen) == 1
    assert document.issues[-1].code is IssueCode.PAGE_LIMIT


BIG = ImageParser(max_pixels=1000)


@pytest.mark.parametrize(
    ("data", "ocr", "answer", "parser", "reason", "words"),
    [
        (picture("PNG"), "never", None, None, Reason.NO_TEXT, "corpusmill\\[ocr\\]"),
        (picture("PNG"), "auto", [], None, Reason.NO_TEXT, "no text"),
        (
            picture("PNG"),
            "auto",
            MissingExtraError("paddleocr", "ocr", "OCR"),
            None,
            Reason.MISSING_EXTRA,
            "corpusmill\\[ocr\\]",
        ),
        (picture("PNG"), "auto", BackendError("broke"), None, Reason.PARSE_FAILED, "broke"),
        (picture("PNG", size=(900, 900)), "auto", None, BIG, Reason.ARCHIVE_BOMB, "pixels"),
        (noise((60, 60)), "auto", None, BIG, Reason.TOO_LARGE, "pixels"),
        (picture("PNG", size=(30_000, 9_000)), "auto", None, None, Reason.ARCHIVE_BOMB, "image"),
        (b"\x89PNG\r\n\x1a\n garbage", "auto", None, None, Reason.CORRUPT, "readable"),
        (noise((80, 80))[:-4000], "auto", None, None, Reason.CORRUPT, "damaged"),
    ],
)
def test_images_that_are_no_documents(
    data: bytes,
    ocr: OcrMode,
    answer: list[OcrLine] | Exception | None,
    parser: ImageParser | None,
    reason: Reason,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = () if answer is None else (answer,)
    with pytest.raises(ParseError, match=words) as caught:
        parse(data, MediaType.PNG, monkeypatch, *answers, parser=parser, ocr=ocr)
    assert caught.value.reason is reason


def test_an_absent_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from parsers.ocr import engines

    engines.engine.cache_clear()
    monkeypatch.setitem(sys.modules, "paddleocr", None)
    data = picture("PNG")
    source = Source("a.png", sha256_hex(data), MediaType.PNG, len(data))
    with pytest.raises(ParseError, match="paddleocr") as caught:
        ImageParser().parse(source, data, ParseOptions())
    engines.engine.cache_clear()
    assert caught.value.reason is Reason.MISSING_EXTRA


def test_transparent_becomes_white_and_deep_gray_is_scaled() -> None:
    clear = Image.new("RGBA", (2, 1), (0, 0, 0, 0))
    assert to_rgb(clear).tolist() == [[[255, 255, 255], [255, 255, 255]]]
    deep = Image.fromarray(np.array([[0, 65_535]], dtype=np.uint16))
    assert to_rgb(deep).tolist() == [[[0, 0, 0], [255, 255, 255]]]


def test_an_absurd_resolution_is_not_believed() -> None:
    image = Image.new("L", (4, 4))
    image.info["dpi"] = (1, 1)
    assert resolution(image) == (150.0, 150.0)
    image.info["dpi"] = (300, 300)
    assert resolution(image) == (300.0, 300.0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "I;16"])
def test_a_large_page_is_read_smaller(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parsers.image.MAX_READ", 120_000)
    image = Image.new(mode, (600, 400), 0 if mode != "RGB" else (0, 0, 0))
    image.info["dpi"] = (600, 600)
    frame = frame_of(image)
    height, width, _ = frame.pixels.shape
    assert height * width <= 120_000
    assert (width * 72 / frame.dpi, height * 72 / frame.dpi) == pytest.approx((72, 48))


def test_a_large_jpeg_is_never_decoded_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr("parsers.image.MAX_READ", 120_000)
    image = Image.new("L", (600, 800), 255)
    image.save(out, "JPEG", quality=20, dpi=(100, 100))
    document, fake = parse(out.getvalue(), MediaType.JPEG, monkeypatch, [line("大页 large")])
    assert fake.seen == [(400, 300, 3)]
    assert (document.pages[0].width, document.pages[0].height) == (432, 576)


def test_a_large_photograph_is_turned_as_its_camera_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parsers.image.MAX_READ", 120_000)
    image = Image.new("L", (600, 400), 255)
    image.getexif()[0x0112] = 6
    assert frame_of(image).pixels.shape[:2] == (300, 200)


def test_a_fax_gets_square_pixels() -> None:
    image = Image.new("1", (408, 98), 1)
    image.info["dpi"] = (204, 98)
    frame = frame_of(image)
    assert frame.pixels.shape == (204, 408, 3)
    assert frame.dpi == 204


def test_a_table_in_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    data, answers = table_picture()
    document, _ = parse(data, MediaType.PNG, monkeypatch, answers)
    (table,) = [e.table for e in document.elements if e.kind is ElementKind.TABLE]
    assert table is not None
    assert table.grid() == [["月份", "Rain"], ["一月", "61.4"], ["二月", "88.2"]]


def table_picture() -> tuple[bytes, list[OcrLine]]:
    """A ruled table of three rows at 144 dpi, and what an engine reads in it."""
    pixels = np.full((700, 900, 3), 250, dtype=np.uint8)
    for y in (100, 150, 200, 250):
        pixels[y : y + 2, 100:702] = 40
    for x in (100, 400, 700):
        pixels[100:252, x : x + 2] = 40
    answers = []
    for row, texts in enumerate((("月份", "Rain"), ("一月", "61.4"), ("二月", "88.2"))):
        for col, words in enumerate(texts):
            x, y = 120 + 300 * col, 112 + 50 * row
            for at in range(x, x + 60, 12):
                pixels[y : y + 26, at : at + 8] = 40
            answers.append(OcrLine(words, BBox(x - 4, y - 4, x + 64, y + 30), 0.95))
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", dpi=(144, 144))
    return out.getvalue(), answers
