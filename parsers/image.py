"""Pictures of pages: PNG, JPEG, TIFF (many pages), WEBP, BMP -> paragraphs by OCR."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from parsers.base import OcrEngine, OcrLine, ParseOptions
from parsers.ocr.engines import engine
from parsers.ocr.paragraphs import paragraph_text, paragraphs
from schemas.document import Document, Element, ElementKind, Issue, IssueCode, Page
from schemas.errors import BackendError, MissingExtraError, ParseError
from schemas.geometry import BBox, union
from schemas.records import Reason
from schemas.source import IMAGES, MediaType, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

DEFAULT_DPI = 150.0
"""Resolution of an image that does not say, or says what no scanner has."""

SANE_DPI = (50.0, 1300.0)

LOW_CONFIDENCE = 0.6
"""Mean line confidence below which a page's text is reported as unreliable."""

BOMB_RATIO = 250
"""Decoded bytes per byte of file from which an oversized image counts as a bomb."""

DAMAGE = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError,
          OverflowError, struct.error, zlib.error)  # fmt: skip
"""What Pillow raises for damaged files (its SyntaxError is a broken PNG)."""


@dataclass(frozen=True)
class ImageParser:
    """Recognises each page of an image file; `max_pixels` bounds the size of one page."""

    name: ClassVar[str] = "image"
    version: ClassVar[int] = 1
    media_types: ClassVar[frozenset[MediaType]] = IMAGES
    max_pixels: int = 120_000_000

    def parse(self, source: Source, data: bytes, options: ParseOptions) -> Document:
        """Document of the recognised pages, boxes in points by the image's resolution.

        Raises ParseError: NO_TEXT when OCR is off or finds nothing, MISSING_EXTRA without the
        extra, ARCHIVE_BOMB or TOO_LARGE for too many pixels, CORRUPT for a damaged file,
        PARSE_FAILED when the engine fails on every page.
        """
        if options.ocr == "never":
            raise ParseError(
                Reason.NO_TEXT,
                "an image has no text layer and OCR is off; use --ocr auto "
                "(needs pip install 'corpusmill[ocr]')",
            )
        reader = engine(options.ocr_engine)
        elements: list[Element] = []
        pages: list[Page] = []
        issues: list[Issue] = []
        for number, frame in enumerate(self._frames(source, data, options.max_pages, issues), 1):
            if frame is None:
                pages.append(Page(number, 0.0, 0.0, origin="ocr"))
                continue
            pixels, dpi = frame
            height, width, _ = pixels.shape
            scale = (72 / dpi[0], 72 / dpi[1])
            pages.append(Page(number, width * scale[0], height * scale[1], origin="ocr"))
            try:
                lines = recognize(reader, pixels)
            except BackendError as error:
                issues.append(Issue(IssueCode.PAGE_FAILED, str(error), number))
                continue
            issues.extend(page_issues(lines, options.ocr_engine, number))
            elements.extend(page_elements(lines, number, scale))
        if not elements:
            raise _nothing(issues)
        metadata = {"ocr_engine": options.ocr_engine}
        return Document(source, tuple(elements), tuple(pages), tuple(issues), metadata)

    def _frames(
        self, source: Source, data: bytes, max_pages: int, issues: list[Issue]
    ) -> Iterator[tuple[NDArray[np.uint8], tuple[float, float]] | None]:
        """RGB pixels and resolution of each page, None for a damaged page behind the first."""
        with _open(data) as image:
            number = 0
            while True:
                number += 1
                if number > max_pages:
                    detail = f"only the first {max_pages} pages were read"
                    issues.append(Issue(IssueCode.PAGE_LIMIT, detail))
                    return
                try:
                    self._check_size(image, len(data))
                    yield to_rgb(image), resolution(image)
                except DAMAGE as error:
                    if number == 1:
                        raise ParseError(Reason.CORRUPT, f"damaged image: {error}") from error
                    issues.append(Issue(IssueCode.PAGE_FAILED, str(error), number))
                    yield None
                if source.media_type is not MediaType.TIFF or not _advance(image, number):
                    return

    def _check_size(self, image: Image.Image, n_bytes: int) -> None:
        """Raises ParseError when a page has more than `max_pixels`; nothing is decoded yet."""
        width, height = image.size
        if width * height <= self.max_pixels:
            return
        is_bomb = width * height * 3 > BOMB_RATIO * n_bytes
        raise ParseError(
            Reason.ARCHIVE_BOMB if is_bomb else Reason.TOO_LARGE,
            f"image of {width} x {height} pixels in {n_bytes} bytes; at most {self.max_pixels} "
            "pixels are read",
        )


def _open(data: bytes) -> Image.Image:
    """The image in `data`, not yet decoded; raises ParseError."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on large images and odd EXIF blocks; bounds are ours
        try:
            return Image.open(io.BytesIO(data))
        except Image.DecompressionBombError as error:
            raise ParseError(Reason.ARCHIVE_BOMB, f"image: {error}") from error
        except DAMAGE as error:
            kind = type(error).__name__  # its words name an address in memory
            raise ParseError(Reason.CORRUPT, f"not a readable image ({kind})") from error


def recognize(reader: OcrEngine, pixels: NDArray[np.uint8]) -> list[OcrLine]:
    """Lines of a page; raises ParseError(MISSING_EXTRA) when the engine is not installed."""
    try:
        return list(reader.recognize(pixels))
    except MissingExtraError as error:
        raise ParseError(Reason.MISSING_EXTRA, str(error)) from error


def page_elements(
    lines: list[OcrLine], number: int, scale: tuple[float, float]
) -> Iterator[Element]:
    """Paragraphs of a page, boxes scaled to points, confidence the mean of their lines."""
    for group in paragraphs(lines):
        box = union(line.bbox for line in group)
        yield Element(
            ElementKind.PARAGRAPH,
            paragraph_text(group),
            page=number,
            bbox=BBox(box.x0 * scale[0], box.y0 * scale[1], box.x1 * scale[0], box.y1 * scale[1]),
            confidence=sum(line.confidence for line in group) / len(group),
        )


def page_issues(lines: list[OcrLine], engine_name: str, number: int) -> Iterator[Issue]:
    """That OCR was used, and whether its mean confidence is low."""
    yield Issue(IssueCode.OCR_USED, engine_name, number)
    if not lines:
        return
    mean = sum(line.confidence for line in lines) / len(lines)
    if mean < LOW_CONFIDENCE:
        detail = f"mean confidence {mean:.2f} of {len(lines)} lines"
        yield Issue(IssueCode.LOW_OCR_CONFIDENCE, detail, number)


def to_rgb(image: Image.Image) -> NDArray[np.uint8]:
    """Pixels of an image's current page, upright, on white, shape (height, width, 3)."""
    import numpy as np
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on damaged EXIF blocks, which cost no content
        upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith(("I", "F")):
        # 16 and 32 bits a pixel: Pillow's own conversion clips at 255
        values = np.nan_to_num(np.asarray(upright, dtype=np.float32))
        top = float(values.max()) or 1.0
        gray = (np.clip(values, 0, None) * (255.0 / max(top, 255.0))).astype(np.uint8)
        return np.stack([gray] * 3, axis=-1)
    if upright.mode in ("LA", "PA", "RGBA") or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return np.array(upright.convert("RGB"), dtype=np.uint8)


def resolution(image: Image.Image) -> tuple[float, float]:
    """Dots per inch (x, y) as the file says, `DEFAULT_DPI` where that is absent or absurd."""
    said = image.info.get("dpi")
    if not isinstance(said, tuple) or len(said) != 2:
        return DEFAULT_DPI, DEFAULT_DPI
    low, high = SANE_DPI
    x, y = (float(value) for value in said)
    return (x, y) if low <= x <= high and low <= y <= high else (DEFAULT_DPI, DEFAULT_DPI)


def _advance(image: Image.Image, number: int) -> bool:
    """Whether there is a page behind page `number`, to which `image` now points."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on damaged tags
        try:
            image.seek(number)
        except DAMAGE:
            return False
    return True


def _nothing(issues: list[Issue]) -> ParseError:
    """Error for a file without a single recognised line."""
    failed = [issue for issue in issues if issue.code is IssueCode.PAGE_FAILED]
    if failed:
        return ParseError(Reason.PARSE_FAILED, failed[0].detail)
    return ParseError(Reason.NO_TEXT, "OCR found no text in this image")
