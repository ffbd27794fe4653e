"""OCR engines by name."""

from __future__ import annotations

import os
from functools import cache

from parsers.base import OcrEngine
from schemas.errors import UsageError

ENGINES = ("paddleocr", "rapidocr", "tesseract")
THREADS_VARIABLE = "CORPUSMILL_OCR_THREADS"


def _threads() -> int:
    """The environment's number of threads; raises UsageError when it is none."""
    given = os.environ.get(THREADS_VARIABLE, "1")
    if not given.isdecimal() or int(given) < 1:
        raise UsageError(f"{THREADS_VARIABLE} must be a number of threads, not {given!r}")
    return int(given)


@cache
def engine(name: str, threads: int | None = None) -> OcrEngine:
    """The engine called `name`, one per process; its model is loaded at its first page.

    `threads` are those of one recognition. By default it is 1, since a run parses a file on each
    core; the environment variable CORPUSMILL_OCR_THREADS gives another default. Raises UsageError
    for an unknown name; a missing package or program shows at the first page.
    """
    count = threads or _threads()
    if name == "paddleocr":
        from parsers.ocr.paddle import PaddleOcrEngine

        return PaddleOcrEngine(threads=count)
    if name == "rapidocr":
        from parsers.ocr.rapid import RapidOcrEngine

        return RapidOcrEngine(threads=count)
    if name == "tesseract":
        from parsers.ocr.tesseract import TesseractEngine

        return TesseractEngine(threads=count)
    raise UsageError(f"no OCR engine {name!r}; there are {', '.join(ENGINES)}")
