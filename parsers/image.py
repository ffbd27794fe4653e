"""Pictures of pages: PNG, JPEG, TIFF (many pages), WEBP, BMP -> recognised and laid out."""

from __future__ import annotations

import io
import math
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from parsers.base import OcrEngine, ParseOptions
from parsers.ocr.engines import engine
from parsers.ocr.turns import read_upright
from parsers.pdf.elements import elements
from parsers.pdf.furniture import FurnitureFinder
from parsers.pdf.layout import main_turn, page_layout
from parsers.pdf.page import PageContent, turned
from parsers.pdf.scanned import LOW_CONFIDENCE, Recognised, recognised
from schemas.document import Document, Element, Issue, IssueCode, Page
from schemas.errors import BackendError, MissingExtraError, ParseError
from schemas.records import Reason
from schemas.source import IMAGES, MediaType, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

DEFAULT_DPI = 150.0
"""Resolution of an image that does not say, or says what no scanner has."""

SANE_DPI = (50.0, 1300.0)

MAX_READ = 12_000_000
"""Pixels of a page that are recognised, as of a page of a PDF; larger ones are scaled down by a
whole factor. A4 at 300 dpi has 8.7 million."""

BOMB_RATIO = 250
"""Decoded bytes per byte of file from which an oversized image counts as a bomb."""

DAMAGE = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError,
          OverflowError, struct.error, zlib.error)  # fmt: skip
"""What Pillow raises for damaged files (its SyntaxError is a broken PNG)."""


ORIENTATION = 0x0112
"""Number of the EXIF field that says how a camera was held."""

PLAIN = {"1": "L", "P": "RGBA", "PA": "RGBA", "I;16": "I", "I;16B": "I", "I;16L": "I"}
"""Modes that Pillow cannot scale down as they are, and the nearest that it can."""


class Frame(NamedTuple):
    """A page's pixels, shape (height, width, 3), RGB, and their dots per inch."""

    pixels: NDArray[np.uint8]
    dpi: float


@dataclass(frozen=True)
class ImageParser:
    """Recognises each page of an image file; `max_pixels` bounds the size of one page."""

    name: ClassVar[str] = "image"
    version: ClassVar[int] = 2
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
        read: list[PageContent] = []
        pages: list[Page] = []
        issues: list[Issue] = []
        for number, frame in enumerate(self._frames(source, data, options.max_pages, issues), 1):
            if frame is None:
                pages.append(Page(number, 0.0, 0.0, origin="ocr"))
                continue
            height, width, _ = frame.pixels.shape
            size = (width * 72 / frame.dpi, height * 72 / frame.dpi)
            pages.append(Page(number, *size, origin="ocr"))
            try:
                result = recognize(reader, frame, PageContent(number, *size))
            except BackendError as error:
                issues.append(Issue(IssueCode.PAGE_FAILED, str(error), number))
                continue
            issues.extend(page_issues(result, options.ocr_engine, number))
            read.append(result.content)
        found = laid_out(read)
        if not found:
            raise _nothing(issues)
        metadata = {"ocr_engine": options.ocr_engine}
        return Document(source, tuple(found), tuple(pages), tuple(issues), metadata)

    def _frames(
        self, source: Source, data: bytes, max_pages: int, issues: list[Issue]
    ) -> Iterator[Frame | None]:
        """Each page of the file, None for a damaged page behind the first."""
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
                    yield frame_of(image)
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


def recognize(reader: OcrEngine, frame: Frame, page: PageContent) -> Recognised:
    """The page as it was recognised; raises ParseError(MISSING_EXTRA) without the engine."""
    try:
        lines, turn = read_upright(reader, frame.pixels)
    except MissingExtraError as error:
        raise ParseError(Reason.MISSING_EXTRA, str(error)) from error
    return recognised(page, lines, frame.dpi / 72, frame.pixels, turn)


def laid_out(pages: Sequence[PageContent]) -> list[Element]:
    """Elements of recognised pages in reading order, by the rules for pages of a PDF."""
    turns = [main_turn(page) for page in pages]
    upright = [turned(page, (360 - turn) % 360) for page, turn in zip(pages, turns, strict=True)]
    furniture = FurnitureFinder(len(pages)).feed(upright)
    return elements([
        page_layout(page, rows, turn)
        for page, rows, turn in zip(upright, furniture, turns, strict=True)
    ])  # fmt: skip


def page_issues(result: Recognised, engine_name: str, number: int) -> Iterator[Issue]:
    """That OCR was used, and whether its mean confidence is low."""
    note = f"; {result.note}" if result.note else ""
    yield Issue(IssueCode.OCR_USED, f"{engine_name}{note}", number)
    if result.content.words and result.confidence < LOW_CONFIDENCE:
        detail = f"mean confidence {result.confidence:.2f}"
        yield Issue(IssueCode.LOW_OCR_CONFIDENCE, detail, number)


def frame_of(image: Image.Image) -> Frame:
    """The current page of an image, of at most MAX_READ pixels that are square.

    A fax has 204 by 98 dots per inch: recognised so, its letters are half as high as wide.
    """
    x, y = resolution(image)
    width = image.width  # of the file: decoding it smaller changes what the image says
    small = reduced(image)
    shrunk = width / small.width
    pixels = to_rgb(small)
    if max(x, y) > 1.05 * min(x, y):
        pixels = stretched(pixels, max(1.0, y / x), max(1.0, x / y))
    return Frame(pixels, max(x, y) / shrunk)


def reduced(image: Image.Image) -> Image.Image:
    """The image scaled down to at most MAX_READ pixels; its orientation is kept.

    A JPEG is decoded at an eighth to a half of its size at once, so that it is never in memory
    whole.
    """
    pixels = image.width * image.height
    if pixels <= MAX_READ:
        return image
    orientation = image.getexif().get(ORIENTATION)
    factor = math.ceil(math.sqrt(pixels / MAX_READ))
    image.draft("RGB", (image.width // factor, image.height // factor))
    factor = math.ceil(math.sqrt(image.width * image.height / MAX_READ))
    plain = image.convert(PLAIN[image.mode]) if image.mode in PLAIN else image
    small = plain.reduce(factor) if factor > 1 else plain
    if orientation is not None:
        small.getexif()[ORIENTATION] = orientation
    return small


def stretched(pixels: NDArray[np.uint8], x: float, y: float) -> NDArray[np.uint8]:
    """An RGB image made `x` times as wide and `y` times as high."""
    import numpy as np
    from PIL import Image

    height, width, _ = pixels.shape
    size = (round(width * x), round(height * y))
    return np.array(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC), dtype=np.uint8)


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
